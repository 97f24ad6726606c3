"""Pictures on their way into a mail: fetched by the guard's rules, made small, served by us; and the clean card where there is none."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from PIL import Image as Pillow
from sqlalchemy import func, select

from digest.errors import RefusedError
from digest.flows import editing, picturing, previewing, pruning
from digest.flows.picturing import Studio
from digest.flows.previewing import Preview
from digest.gather.fetch import Fetcher
from digest.model.edition import Severity
from digest.model.page import Image
from digest.model.picture import Developed, Wish
from digest.model.source import Source
from digest.render.places import templates_root
from digest.render.press import Press, open_press
from digest.store import Database, Session, acts, entries, newsletters, pictures, sources
from digest.store import picture_tables as tables
from tests.flows.newsroom import NEWSLETTER, NOW, Newsroom, week
from tests.loopback import Answers, loopback

PLACES = ("lead", "column", "second", "third")


@pytest.fixture
def outlet() -> Iterator[Answers]:
    with loopback() as answers:
        for number, name in enumerate(PLACES):
            answers.by_path[f"/{name}.jpg"] = (200, {"Content-Type": "image/jpeg"}, photograph(1600 + number))
        yield answers


@pytest.fixture
def studio(press: Press) -> Iterator[Studio]:
    fetcher = Fetcher("newsroom-digest tests", connect=30, read=30, whole=60)
    yield Studio(fetcher=fetcher, press=press, clock=lambda: NOW)
    fetcher.close()


@pytest.fixture
def pictured(database: Database, press: Press, outlet: Answers) -> Newsroom:
    """A newsroom whose week has a picture to each article, on an outlet of its own network."""
    furnish(database, outlet.base, allow_private=True)
    return Newsroom(database=database, press=press)


def furnish(database: Database, base: str, *, allow_private: bool) -> None:
    with database.writing() as session:
        newsletters.keep(session, NEWSLETTER, now=NOW)
        source = Source(id="review", name="The Review", url=f"{base}/feed", allow_private=allow_private, pace=0)
        sources.keep(session, source, now=NOW)
        given = [replace(one, image=Image(url=f"{base}/{one.guid}.jpg", alt=one.title, credit="Ada Lind")) for one in week(NOW)]
        entries.keep(session, source.id, given, now=NOW)


@cache
def photograph(width: int, height: int = 1000, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    grain = Pillow.effect_noise((width, height), 60)
    Pillow.merge("RGB", (grain, Pillow.linear_gradient("L").resize((width, height)), grain)).save(out, kind)
    return out.getvalue()


def seen(newsroom: Newsroom, edition_id: int, now: datetime = NOW) -> Preview:
    return previewing.preview(newsroom.database, newsroom.press, edition_id, now=now)


def work(newsroom: Newsroom, studio: Studio, now: datetime = NOW) -> int:
    """Do what the tick and the workers do; return how many pictures came."""
    due = picturing.due_pictures(newsroom.database, now=now)
    return sum(picturing.picture(newsroom.database, replace(studio, clock=lambda: now), key) is not None for key in due)


def sources_of(html: str) -> list[str]:
    return re.findall(r'<img[^>]* src="([^"]*)"', html)


def kept(session: Session) -> int:
    return session.execute(select(func.count()).select_from(tables.pictures)).scalar_one()


def codes(preview: Preview) -> list[str]:
    return [finding.code for finding in preview.findings if finding.code.startswith("picture_")]


def test_a_draft_asks_for_its_pictures_and_shows_them_from_our_own_host(pictured: Newsroom, studio: Studio, outlet: Answers) -> None:
    record = pictured.draft()
    before = seen(pictured, record.id)
    assert sources_of(before.rendered.html) == []
    assert [one.message for one in before.findings if one.code == "picture_waits"] == ["4 pictures are not here yet."]
    assert work(pictured, studio) == 4
    assert sorted(path for path, _ in outlet.seen) == sorted(f"/{name}.jpg" for name in PLACES)
    after = seen(pictured, record.id)
    assert codes(after) == []
    shown = sources_of(after.rendered.html)
    assert len(shown) == 4
    for address in shown:
        found = re.fullmatch(r"https://news\.example\.org/pictures/([0-9a-f]{64})\.jpg", address)
        assert found
        with pictured.database.reading() as session:
            picture = pictures.find(session, found[1])
        assert picture is not None
        assert picture[1].startswith(b"\xff\xd8\xff")
    assert outlet.base not in after.rendered.html
    widths = []
    with pictured.database.reading() as session:
        for address in shown:
            one = pictures.find(session, address.rpartition("/")[2].partition(".")[0])
            assert one is not None
            widths.append(one[0].width)
    assert sorted(widths) == [312, 312, 312, 1200]


def test_a_picture_that_came_has_its_draft_rendered_anew_and_voids_no_approval_unseen(pictured: Newsroom, studio: Studio) -> None:
    record = pictured.draft()
    before = seen(pictured, record.id)
    assert previewing.unrendered(pictured.database) == ()
    work(pictured, studio)
    assert previewing.unrendered(pictured.database) == (record.id,)
    with pytest.raises(Exception, match="look at its preview again"):
        editing.approve(pictured.database, pictured.at(record), before.rendered.sha256)
    after = seen(pictured, record.id)
    assert previewing.unrendered(pictured.database) == ()
    approved = editing.approve(pictured.database, pictured.at(record), after.rendered.sha256)
    assert approved.approved_sha256 == after.rendered.sha256


def test_a_picture_is_fetched_once_whoever_asks_and_however_often(pictured: Newsroom, studio: Studio, outlet: Answers) -> None:
    record = pictured.draft()
    seen(pictured, record.id)
    due = picturing.due_pictures(pictured.database, now=NOW)
    assert len(due) == 4
    assert picturing.due_pictures(pictured.database, now=NOW) == ()
    for key in (*due, *due):
        picturing.picture(pictured.database, studio, key)
    assert len(outlet.seen) == 4
    seen(pictured, record.id)
    assert picturing.due_pictures(pictured.database, now=NOW + timedelta(days=2)) == ()


def test_a_lost_message_is_given_out_again(pictured: Newsroom) -> None:
    seen(pictured, pictured.draft().id)
    assert len(picturing.due_pictures(pictured.database, now=NOW)) == 4
    assert len(picturing.due_pictures(pictured.database, now=NOW + timedelta(minutes=6))) == 4


WRONG = {
    "gone": ((404, {}, b""), "the server says 404", True),
    "nothing": ((200, {"Content-Type": "image/jpeg"}, b""), "it is empty", True),
    "a web page": ((200, {"Content-Type": "image/jpeg"}, b"<!doctype html><p>Sign in"), "a web page instead of a picture", True),
    "half": ((200, {"Content-Type": "image/jpeg"}, photograph(1600)[:30_000]), "breaks off in the middle", True),
    "too small": ((200, {"Content-Type": "image/jpeg"}, photograph(20, 20)), "20 × 20 px, too small", True),
    "a fault of the server": ((503, {}, b""), "the server says 503", False),
    "too long": ((200, {"Content-Type": "image/jpeg"}, bytes(10 * 1024 * 1024 + 1)), "more than the 10,485,760 bytes allowed", False),
    "to a private address": ((302, {"Location": "http://10.0.0.1/x.jpg"}, b""), "refused", False),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_picture_that_cannot_be_had_leaves_a_clean_card_and_a_finding(
    pictured: Newsroom, studio: Studio, outlet: Answers, name: str
) -> None:
    answer, reason, lasting = WRONG[name]
    for place in ("column", "second"):
        outlet.by_path[f"/{place}.jpg"] = answer
    record = pictured.draft()
    seen(pictured, record.id)
    work(pictured, studio)
    after = seen(pictured, record.id)
    assert len(sources_of(after.rendered.html)) == 2
    findings = [finding for finding in after.findings if finding.code == "picture_missing"]
    assert len(findings) == 2
    assert all(reason in finding.message for finding in findings), findings
    assert "The lead picture is missing" in findings[0].message
    assert {finding.severity for finding in findings} == {Severity.WARN}
    assert all(("Try it again" in finding.remedy) is lasting for finding in findings)
    assert all(finding.place for finding in findings)
    # The headline is there, in a card or lead without a hole.
    assert "Harbour watch" in after.rendered.html
    assert "A railway without a gauge" in after.rendered.html


def test_a_server_that_hangs_is_given_up_and_tried_again_later_and_later(database: Database, press: Press, studio: Studio) -> None:
    import socket  # noqa: PLC0415  this test's own server: it takes connections and says nothing

    with socket.create_server(("127.0.0.1", 0)) as silent:
        furnish(database, f"http://127.0.0.1:{silent.getsockname()[1]}", allow_private=True)
        newsroom = Newsroom(database=database, press=press)
        record = newsroom.draft()
        seen(newsroom, record.id)
        key = picturing.due_pictures(database, now=NOW)[0]
        picturing.picture(database, replace(studio, fetcher=Fetcher("tests", read=0.2, whole=0.3)), key)
    with database.reading() as session:
        wanted = pictures.wanted(session, key)
    assert wanted is not None
    assert wanted.due == NOW + timedelta(minutes=2)
    assert wanted.tries == 1
    assert "no answer in time" in str(wanted.trouble)


def test_what_fails_for_hours_is_left_until_somebody_asks(pictured: Newsroom, studio: Studio, outlet: Answers) -> None:
    outlet.by_path["/lead.jpg"] = (503, {}, b"")
    record = pictured.draft()
    seen(pictured, record.id)
    now, tried = NOW, 0
    while work(pictured, studio, now) or picturing.due_pictures(pictured.database, now=now + timedelta(hours=3)):
        now += timedelta(hours=4)
        tried += 1
        assert tried < 20
    asked = sum(path == "/lead.jpg" for path, _ in outlet.seen)
    assert 3 <= asked <= 6
    outlet.by_path["/lead.jpg"] = (200, {}, photograph(1600))
    assert picturing.try_again(pictured.database, record.id, who="Nadia", now=now) == 1
    assert work(pictured, studio, now) == 1
    assert codes(seen(pictured, record.id, now)) == []


def test_who_hands_a_draft_over_for_review_has_its_missing_pictures_tried_again(
    pictured: Newsroom, studio: Studio, outlet: Answers
) -> None:
    outlet.by_path["/lead.jpg"] = (404, {}, b"")
    record = pictured.draft()
    seen(pictured, record.id)
    work(pictured, studio)
    assert work(pictured, studio, NOW + timedelta(days=1)) == 0
    outlet.by_path["/lead.jpg"] = (200, {}, photograph(1600))
    editing.ask_for_review(pictured.database, pictured.at(record))
    assert work(pictured, studio) == 1


def test_a_private_address_is_asked_only_for_a_source_that_may_and_on_its_own_site(
    database: Database, press: Press, studio: Studio, outlet: Answers
) -> None:
    furnish(database, outlet.base, allow_private=False)
    newsroom = Newsroom(database=database, press=press)
    record = newsroom.draft()
    seen(newsroom, record.id)
    assert work(newsroom, studio) == 0
    assert outlet.seen == []
    assert codes(seen(newsroom, record.id)) == ["picture_missing"] * 4


def test_a_small_or_tall_lead_is_said(pictured: Newsroom, studio: Studio, outlet: Answers) -> None:
    outlet.by_path["/column.jpg"] = (200, {}, photograph(420, 900))
    record = pictured.draft()
    seen(pictured, record.id)
    work(pictured, studio)
    found = {finding.code: finding for finding in seen(pictured, record.id).findings}
    assert "420 px wide, for a place of 600" in found["picture_small"].message
    assert "2.1 times as tall" in found["picture_tall"].message


def test_pictures_served_elsewhere_are_named_there_and_written_out_for_it(pictured: Newsroom, studio: Studio, tmp_path: Path) -> None:
    with open_press((templates_root(),), "https://news.example.org", "https://cdn.example.org/p/") as press:
        elsewhere = replace(pictured, press=press)
        record = elsewhere.draft()
        seen(elsewhere, record.id)
        work(elsewhere, studio)
        shown = sources_of(seen(elsewhere, record.id).rendered.html)
    assert all(address.startswith("https://cdn.example.org/p/") for address in shown)
    assert picturing.export(pictured.database, tmp_path / "out") == (4, 0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(address.rpartition("/")[2] for address in shown)
    assert picturing.export(pictured.database, tmp_path / "out") == (0, 4)


def test_pictures_that_no_edition_names_go_and_those_of_a_sent_one_stay(pictured: Newsroom, studio: Studio, outlet: Answers) -> None:
    record = pictured.draft()
    seen(pictured, record.id)
    work(pictured, studio)
    sent = editing.approve(pictured.database, pictured.at(record), seen(pictured, record.id).rendered.sha256)
    with pictured.database.writing() as session:
        stray = Wish(url=f"{outlet.base}/lead.jpg", width=77, place="x")
        pictures.wish_for(session, [stray], now=NOW)
        made = Developed(media="image/jpeg", width=1, height=1, found=(1, 1), body=b"a picture that an editor took out again")
        pictures.keep(session, stray.key, made, now=NOW)
    with pictured.database.reading() as session:
        assert kept(session) == 5
        approved = {one.sha256 for one in pictures.named(session, sent.id)}
    assert len(approved) == 4
    with pictured.database.writing() as session:
        # A correction later names none of them.
        pictures.note(session, sent.id, {})
    pruning.prune(pictured.database, now=NOW + timedelta(days=10))
    with pictured.database.reading() as session:
        assert kept(session) == 5
    pruning.prune(pictured.database, now=NOW + timedelta(days=4000))
    with pictured.database.reading() as session:
        assert kept(session) == 4
        assert {one.sha256 for one in pictures.named(session)} == approved


def test_a_logo_of_the_theme_is_served_like_any_picture_and_its_name_stands_in_until_then(
    pictured: Newsroom, studio: Studio, tmp_path: Path
) -> None:
    folder = tmp_path / "own" / "email" / "harbour"
    folder.mkdir(parents=True)
    mark = Pillow.new("RGBA", (480, 120), (0, 0, 0, 0))
    mark.paste((160, 60, 40, 255), (40, 40, 440, 80))
    mark.save(folder / "mark.png")
    (folder / "theme.toml").write_text('extends = "review"\n[logo]\nurl = "mark.png"\nwidth = 240\n', "utf-8")
    pictured.keep(replace(NEWSLETTER, theme="harbour"))
    with open_press((tmp_path / "own", templates_root()), "https://news.example.org") as press:
        own = replace(pictured, press=press)
        record = own.draft()
        before = seen(own, record.id)
        assert sources_of(before.rendered.html) == []
        assert "5 pictures are not here yet." in [finding.message for finding in before.findings]
        assert work(own, replace(studio, press=press)) == 5
        shown = sources_of(seen(own, record.id).rendered.html)
        assert len(shown) == 5
        assert re.fullmatch(r"https://news\.example\.org/pictures/[0-9a-f]{64}\.png", shown[0])


def test_an_approval_waits_for_pictures_where_it_is_asked_to_and_else_says_without_how_many(pictured: Newsroom, studio: Studio) -> None:
    record = pictured.draft()
    before = seen(pictured, record.id)
    assert before.waiting == 4
    with pytest.raises(RefusedError, match="4 pictures are still being fetched; wait, or approve it without"):
        editing.approve(pictured.database, pictured.at(record), before.rendered.sha256, complete=True)
    editing.approve(pictured.database, pictured.at(record), before.rendered.sha256)
    with pictured.database.reading() as session:
        assert f"approved {before.rendered.sha256[:12]} without 4 pictures that had not come yet" in [
            one.what for one in acts.of_edition(session, record.id)
        ]
    assert [finding.code for finding in seen(pictured, record.id).findings if finding.code.startswith("picture")] == []
    work(pictured, studio)
    late = seen(pictured, record.id)
    assert late.rendered.sha256 == before.rendered.sha256
    assert [one.message for one in late.findings if one.code == "picture_late"] == [
        "4 pictures came after the mail was approved without them."
    ]


def test_an_approval_is_taken_back_and_the_pictures_that_came_are_in_the_next(pictured: Newsroom, studio: Studio) -> None:
    record = pictured.draft()
    without = seen(pictured, record.id).rendered.sha256
    editing.approve(pictured.database, pictured.at(record), without)
    work(pictured, studio)
    back = editing.reopen(pictured.database, pictured.at(record))
    assert (back.state, back.approved_sha256, back.revision, back.touched) == ("draft", None, record.revision, True)
    after = seen(pictured, record.id)
    assert len(sources_of(after.rendered.html)) == 4
    assert [one.code for one in after.findings if one.code.startswith("picture")] == []
    approved = editing.approve(pictured.database, pictured.at(back), after.rendered.sha256, complete=True)
    assert approved.approved_sha256 == after.rendered.sha256
    with pictured.database.reading() as session:
        said = [one.what for one in acts.of_edition(session, record.id)]
    assert f"took back the approval of {without[:12]}" in said
    assert f"approved {after.rendered.sha256[:12]}" in said


def test_a_picture_that_was_given_up_holds_no_approval(pictured: Newsroom, studio: Studio, outlet: Answers) -> None:
    outlet.by_path["/column.jpg"] = (404, {}, b"")
    record = pictured.draft()
    seen(pictured, record.id)
    work(pictured, studio)
    after = seen(pictured, record.id)
    assert after.waiting == 0
    assert editing.approve(pictured.database, pictured.at(record), after.rendered.sha256, complete=True).state == "approved"


def test_only_what_is_approved_has_an_approval_to_take_back(pictured: Newsroom) -> None:
    record = pictured.draft()
    with pytest.raises(RefusedError, match="is draft and cannot have its approval taken back"):
        editing.reopen(pictured.database, pictured.at(record))
