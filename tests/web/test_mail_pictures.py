"""The pictures of mails as readers' programs fetch them, and what the desk says of those that are missing."""

import hashlib
from dataclasses import replace

import pytest

from digest.model.edition import Article
from digest.model.page import Image
from digest.model.picture import Developed, Wish
from digest.store import editions, pictures
from tests.web.newsroom import NOW, Desk

BODY = b"\xff\xd8\xff the bytes of a picture"
NAME = f"{hashlib.sha256(BODY).hexdigest()}.jpg"
WISH = Wish(url="https://meridian.example/a0.jpg", width=600, place="a0")


@pytest.fixture
def kept(desk: Desk) -> Desk:
    with desk.database.writing() as session:
        pictures.wish_for(session, [WISH], now=NOW)
        made = Developed(media="image/jpeg", width=1200, height=800, found=(1600, 1067), body=BODY)
        pictures.keep(session, WISH.key, made, now=NOW)
    return desk


def with_picture(desk: Desk) -> None:
    """Give the lead of the draft the picture of that address."""
    with desk.database.writing() as session:
        record = editions.get(session, 1)
        edition = editions.content(session, 1, record.revision)
        lead = edition.sections[0].items[0]
        assert isinstance(lead, Article)

        pictured = replace(lead, image=Image(url=WISH.url, alt="A strait", credit="Ada Lind"))
        changed = replace(edition, sections=(replace(edition.sections[0], items=(pictured,)), *edition.sections[1:]))
        editions.save(session, record, changed, now=NOW, who="Nadia")


def test_a_picture_is_served_to_anybody_for_good(kept: Desk) -> None:
    stranger = kept.client(None)
    answer = stranger.get(f"/pictures/{NAME}")
    assert (answer.status_code, answer.content) == (200, BODY)
    told = {
        name: answer.headers[name] for name in ("content-type", "cache-control", "cross-origin-resource-policy", "x-content-type-options")
    }
    assert told == {
        "content-type": "image/jpeg",
        "cache-control": "public, max-age=31536000, immutable",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
    }
    assert "set-cookie" not in answer.headers
    again = stranger.get(f"/pictures/{NAME}", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = stranger.head(f"/pictures/{NAME}")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(BODY)))


@pytest.mark.parametrize(
    "name",
    [
        NAME.replace("jpg", "png"),
        NAME.removesuffix(".jpg"),
        "0" * 64 + ".jpg",
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e/digest.db",
        NAME.upper(),
        f"{NAME}%00.png",
        f"{NAME}/",
    ],
)
def test_nothing_else_is_found_under_any_name(kept: Desk, name: str) -> None:
    assert kept.client(None).get(f"/pictures/{name}").status_code in {307, 404}


def test_the_desk_says_which_picture_is_missing_and_has_it_tried_again(desk: Desk) -> None:
    with_picture(desk)
    editor = desk.client()
    assert "The lead picture is not here yet." in editor.get("/editions/1").text
    with desk.database.writing() as session:
        pictures.fail(session, WISH.key, f"{WISH.url}: the server says 404 Not Found; correct the source's address", due=None)
    page = editor.get("/editions/1").text
    assert "The lead picture is missing: the server says 404 Not Found." in page
    assert "Choose another, or none" in page
    answer = editor.post("/editions/1/pictures/again", data={"place": "a0"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/editions/1#checks")
    with desk.database.reading() as session:
        wanted = pictures.wanted(session, WISH.key)
    assert wanted is not None
    assert wanted.due == desk.now
    assert "asked for its pictures again" in editor.get("/acts").text


def test_the_mail_of_a_draft_shows_it_from_our_own_web(kept: Desk) -> None:
    with_picture(kept)
    page = kept.client().get(f"/editions/1/mail/{kept.sha256()}").text
    assert f"/pictures/{NAME}" in page
    assert "meridian.example/a0.jpg" not in page


def test_an_approval_without_pictures_that_are_on_their_way_is_a_choice_of_its_own(desk: Desk) -> None:
    with_picture(desk)
    editor = desk.client()
    page = editor.get("/editions/1").text
    assert "A picture is still being fetched, and shows here on arrival." in page
    assert "Approve without it" in page
    assert "Approve revision 2" not in page
    seen = {"revision": "2", "state": "draft", "sha256": desk.sha256()}
    refused = editor.post("/editions/1/approve", data=seen)
    assert refused.status_code == 422
    assert "a picture is still being fetched; wait, or approve it without" in refused.text
    assert editor.post("/editions/1/approve", data=seen | {"without": "true"}).status_code == 303
    assert desk.state() == "approved"


def test_a_picture_that_came_too_late_is_said_and_the_approval_is_taken_back(desk: Desk) -> None:
    with_picture(desk)
    editor = desk.client()
    seen = {"revision": "2", "state": "draft", "sha256": desk.sha256()}
    editor.post("/editions/1/approve", data=seen | {"without": "true"})
    with desk.database.writing() as session:
        made = Developed(media="image/jpeg", width=1200, height=800, found=(1600, 1067), body=BODY)
        pictures.keep(session, WISH.key, made, now=NOW)
    assert "A picture came after the mail was approved without it." in editor.get("/editions/1").text
    assert editor.post("/editions/1/reopen", data={"revision": "2", "state": "approved"}).status_code == 303
    assert desk.state() == "draft"
    page = editor.get("/editions/1").text
    assert "Approve revision 2" in page
    assert f"/pictures/{NAME}" in editor.get(f"/editions/1/mail/{desk.sha256()}").text
    assert editor.post("/editions/1/reopen", data={"revision": "2", "state": "approved"}).status_code == 409
