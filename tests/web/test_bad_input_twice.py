"""Bad input, untimely: forms posted twice, pages that are stale, two editors at once. One outcome, and nothing lost."""

import re
import threading
from collections.abc import Callable

import httpx
import pytest

from digest.compose.merge import items_of
from digest.model.edition import EditionState
from digest.model.mailing import Mailing
from digest.store import mailings
from tests.web.corrected import brief, by_tomas, content, save, seen
from tests.web.newsroom import Desk, sample_edition

TWICE: dict[str, tuple[str, dict[str, str], int]] = {
    # The path, its form, and the revision that stands after it was posted twice.
    "a text": ("/editions/1/items/b1", {"lead": "Grain ships wait."}, 2),
    "a note to add": ("/editions/1/add", {"kind": "note", "section": "s2", "text": "Read this."}, 2),
    "a passage": ("/editions/1/add", {"kind": "passage", "section": "s3", "text": "One.\n\nTwo."}, 2),
    "a move": ("/editions/1/items/a1/down", {}, 2),
    "a move elsewhere": ("/editions/1/items/a1/section", {"to": "s1"}, 2),
    "a pin": ("/editions/1/items/a3/pin", {}, 2),
    "a removal": ("/editions/1/items/b2/remove", {}, 2),
}


@pytest.mark.parametrize(("path", "form", "revision"), TWICE.values(), ids=TWICE)
def test_a_form_that_is_posted_twice_is_done_once(desk: Desk, path: str, form: dict[str, str], revision: int) -> None:
    browser = desk.client()
    sent = seen(desk) | form
    first = browser.post(path, data=sent)
    stands = content(desk)
    second = browser.post(path, data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"].partition("?")[0] == "/editions/1"
    assert content(desk) == stands != sample_edition()
    assert seen(desk)["revision"] == str(revision)


def test_an_item_that_is_brought_back_twice_stands_once(desk: Desk) -> None:
    browser = desk.client()
    browser.post("/editions/1/items/b2/remove", data=seen(desk))
    back = seen(desk) | {"held": "1"}
    assert [browser.post("/editions/1/items/b2/back", data=back).status_code for _ in range(2)] == [303, 303]
    assert [one.id for one in content(desk).sections[2].items] == ["b1", "b2", "b3"]


def test_both_texts_that_are_kept_twice_are_two_briefs_and_not_three(desk: Desk) -> None:
    browser = desk.client()
    by_tomas(desk, {"lead": "Theirs."})
    both = seen(desk) | {"lead": "Mine.", "settle": "both"}
    assert [browser.post("/editions/1/items/b1", data=both).status_code for _ in range(2)] == [303, 303]
    assert len(content(desk).sections[2].items) == 4


@pytest.mark.parametrize("act", ["undo", "restore"])
def test_a_step_back_that_is_posted_twice_goes_back_once(desk: Desk, act: str) -> None:
    browser = desk.client()
    for words in ("One.", "Two."):
        save(browser, "b1", desk, lead=words)
    form = seen(desk) | {"to": "2"}
    first, second = (browser.post(f"/editions/1/{act}", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 409)
    assert "at revision 4 now" in second.text
    assert brief(desk, "b1").lead == "One."


def test_a_test_mail_that_is_asked_for_twice_goes_out_once_and_a_new_form_sends_again(desk: Desk) -> None:
    browser = desk.client()

    def once() -> str:
        found = re.search(r'name="once" value="([\w-]+)"', browser.get("/editions/1/test").text)
        assert found is not None
        return found[1]

    form = {"to": "nadia@meridian.example", "once": once()}
    answers = [browser.post("/editions/1/test", data=form) for _ in range(2)]
    assert [answer.text.count(">kept, not sent<") for answer in answers] == [1, 1]
    outbox = desk.runtime.settings.state / "outbox"
    assert len(list(outbox.rglob("*.eml"))) == 1
    browser.post("/editions/1/test", data=form | {"once": once()})
    assert len(list(outbox.rglob("*.eml"))) == 2


def test_an_approval_and_a_sending_that_are_pressed_twice_happen_once(desk: Desk) -> None:
    browser = desk.client()
    approve = seen(desk) | {"sha256": desk.sha256()}
    assert [browser.post("/editions/1/approve", data=approve).status_code for _ in range(2)] == [303, 409]
    send = seen(desk)
    assert [browser.post("/editions/1/send", data=send).status_code for _ in range(2)] == [303, 409]
    with desk.database.reading() as session:
        sent: tuple[Mailing, ...] = mailings.of_edition(session, 1)
    assert len(sent) == 1


def test_a_page_that_is_many_revisions_old_saves_what_nobody_else_touched(desk: Desk) -> None:
    browser = desk.client()
    stale = seen(desk)
    for words in ("A.", "B.", "C."):
        save(browser, "b2", desk, lead=words)
    by_tomas(desk, {"lead": "By Tomas."}, revision=4)
    assert browser.post("/editions/1/items/b3", data=stale | {"lead": "Late."}).status_code == 303
    assert [brief(desk, one).lead for one in ("b1", "b2", "b3")] == ["By Tomas.", "C.", "Late."]


def test_a_stale_page_moves_nothing_where_the_order_changed_and_says_so(desk: Desk) -> None:
    browser = desk.client()
    stale = seen(desk)
    browser.post("/editions/1/items/a1/down", data=seen(desk))
    browser.post("/editions/1/items/a4/up", data=seen(desk))
    answer = browser.post("/editions/1/items/a2/remove", data=stale)
    assert answer.status_code == 409
    assert "order of the items was changed meanwhile" in answer.text
    assert "a2" in items_of(content(desk))


@pytest.mark.parametrize("state", [one.value for one in EditionState if one is not EditionState.DRAFT])
def test_a_page_that_shows_another_state_than_stands_loses_no_word(desk: Desk, state: str) -> None:
    answer = desk.client().post("/editions/1/items/b1", data={"revision": "1", "state": state, "lead": "Grain <waits>."})
    assert answer.status_code in (303, 422)
    assert answer.status_code == 303 or "Grain &lt;waits&gt;." in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {"revision": "99", "state": "draft"},
        {"revision": "-1", "state": "draft"},
        {"revision": "9" * 30, "state": "draft"},
        {"revision": "one", "state": "draft"},
        {"state": "draft"},
        {"revision": "1", "state": "nonsense"},
        {},
    ],
    ids=["to come", "negative", "endless", "no number", "none", "no state", "nothing"],
)
def test_a_form_whose_revision_is_none_gives_the_words_back(desk: Desk, form: dict[str, str]) -> None:
    answer = desk.client().post("/editions/1/items/b1", data=form | {"lead": "Grain <waits>."})
    assert 400 <= answer.status_code < 500
    assert "Grain &lt;waits&gt;." in answer.text
    assert seen(desk)["revision"] == "1"


def at_once(*calls: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Return the answers of calls that start together, each in its own thread."""
    start = threading.Barrier(len(calls))
    answers: dict[int, httpx.Response] = {}

    def one(place: int) -> None:
        start.wait(10)
        answers[place] = calls[place]()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [answers[place] for place in range(len(calls))]


def test_two_editors_who_save_at_the_same_moment_lose_no_word(desk: Desk) -> None:
    nadia, ada = desk.client(), desk.client()
    with desk.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE sessions SET account_id = 1 WHERE token_hash = (SELECT max(token_hash) FROM sessions)")
    form = seen(desk)
    answers = at_once(
        lambda: nadia.post("/editions/1/items/b1", data=form | {"lead": "By one."}),
        lambda: ada.post("/editions/1/items/b1", data=form | {"lead": "By another."}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    (clash,) = (answer for answer in answers if answer.status_code == 409)
    # The words that differ are marked, so the texts stand in pieces; the forms hold them whole.
    assert "By one." in clash.text
    assert "By another." in clash.text
    assert brief(desk, "b1").lead in ("By one.", "By another.")


def test_eight_savings_at_the_same_moment_in_eight_places_all_stand(desk: Desk) -> None:
    form = seen(desk)
    places = {"b1": "lead", "b2": "lead", "b3": "lead", "a1": "headline", "a2": "headline", "a3": "dek", "s3": "heading", "head": "subject"}
    clients = {place: desk.client() for place in places}
    calls = [
        lambda place=place, name=name: clients[place].post(f"/editions/1/items/{place}", data=form | {name: f"New {place}"})
        for place, name in places.items()
    ]
    assert [answer.status_code for answer in at_once(*calls)] == [303] * 8
    stands = content(desk)
    assert seen(desk)["revision"] == "9"
    assert (stands.subject, stands.sections[2].heading) == ("New head", "New s3")
    assert [brief(desk, one).lead for one in ("b1", "b2", "b3")] == ["New b1", "New b2", "New b3"]
