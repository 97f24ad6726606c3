"""The page of a sending: the window for undoing, first rounds, those missed, corrections; by forms alone, as without scripts."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update

from digest.flows import departing
from digest.model.account import Role
from digest.store import acts, departures, mailings, newsletters
from digest.store.tables import deliveries
from digest.store.tables import mailings as mailings_table
from tests.web.newsroom import Desk

APPROVED = {"revision": "1", "state": "approved"}


@pytest.fixture
def editor(desk: Desk) -> httpx.Client:
    desk.approve()
    return desk.client()


def states(desk: Desk) -> dict[str, str]:
    with desk.database.reading() as session:
        return {one.kind: one.state.value for one in mailings.of_edition(session, 1)}


def accept(desk: Desk, *, but: int = 0) -> None:
    """Have a relay accept what is open, but for the reader `but`, whom it refuses."""
    with desk.database.writing() as session:
        ids = [one.id for one in mailings.of_edition(session, 1) if one.state.value in ("open", "sending")]
        mine = (deliveries.c.mailing_id.in_(ids), deliveries.c.state == "pending")
        session.execute(update(deliveries).where(*mine, deliveries.c.subscriber_id == but).values(state="failed", settled=desk.now))
        session.execute(update(deliveries).where(*mine).values(state="sent", settled=desk.now))
        session.execute(update(mailings_table).where(mailings_table.c.id.in_(ids)).values(state="done", finished=desk.now))


def test_what_is_sent_from_the_desk_is_held_with_a_countdown_and_can_be_undone(desk: Desk, editor: httpx.Client) -> None:
    assert editor.post("/editions/1/send", data=APPROVED).status_code == 303
    desk.now += timedelta(seconds=18)
    page = editor.get("/editions/1").text
    assert states(desk) == {"edition": "held"}
    assert ('<p class="countdown" role="timer">00:42</p>' in page, ">Undo</button>" in page, ">Send now</button>" in page) == (True,) * 3
    assert editor.post("/editions/1/sending/undo").status_code == 303
    assert (desk.state(), states(desk)) == ("approved", {})
    assert "Schedule No. 214" in editor.get("/editions/1").text


def test_after_its_window_a_sending_cannot_be_undone_and_the_page_says_so(desk: Desk, editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED)
    desk.now += timedelta(seconds=61)
    departing.advance(desk.database, now=desk.now)
    answer = editor.post("/editions/1/sending/undo")
    assert (answer.status_code, "Nothing was changed: edition 1 has left already" in answer.text) == (409, True)
    assert states(desk) == {"edition": "open"}


def test_send_now_in_the_window_lets_it_leave_at_once(desk: Desk, editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED)
    assert editor.post("/editions/1/sending/go").status_code == 303
    assert states(desk) == {"edition": "open"}


def test_a_newsletter_may_have_its_own_window(desk: Desk, editor: httpx.Client) -> None:
    page = editor.get("/newsletters/weekly").text
    assert 'name="undo"' in page
    with desk.database.writing() as session:
        newsletters.keep(session, replace(newsletters.get(session, "weekly"), undo=timedelta()), now=desk.now)
    editor.post("/editions/1/send", data=APPROVED)
    assert states(desk) == {"edition": "open"}


def test_a_first_round_shows_what_it_brought_and_waits_for_go_on_or_stop(desk: Desk, editor: httpx.Client) -> None:
    begin = APPROVED | {"begin": "first", "size": "1", "after": "hold", "minutes": "10"}
    assert editor.post("/editions/1/send", data=begin).status_code == 303
    editor.post("/editions/1/sending/go")
    assert states(desk) == {"first": "open", "edition": "held"}
    assert "It waits for the first round: 1 of 1 to go" in editor.get("/editions/1").text
    accept(desk)
    departing.advance(desk.database, now=desk.now)
    page = editor.get("/editions/1").text
    assert "First round: 1 of 1 accepted, clean" in page
    assert '<button class="strong">Go on</button>' in page
    assert editor.post("/editions/1/sending/go").status_code == 303
    assert states(desk) == {"first": "done", "edition": "open"}


def test_stop_here_ends_it_after_the_first_round(desk: Desk, editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED | {"begin": "first", "size": "1"})
    editor.post("/editions/1/sending/go")
    accept(desk)
    assert editor.post("/editions/1/stop").status_code == 303
    assert states(desk) == {"first": "done", "edition": "cancelled"}


@pytest.mark.parametrize("wrong", [{"size": "none"}, {"size": "100 %"}, {"size": "1", "after": "go", "minutes": "soon"}])
def test_a_first_round_that_is_none_is_said_where_it_was_typed_and_nothing_is_sent(
    desk: Desk, editor: httpx.Client, wrong: dict[str, str]
) -> None:
    answer = editor.post("/editions/1/send", data=APPROVED | {"begin": "first"} | wrong)
    assert answer.status_code == 422
    assert f'value="{wrong["size"]}"' in answer.text
    assert states(desk) == {}


def test_scheduling_keeps_how_it_begins(desk: Desk, editor: httpx.Client) -> None:
    begin = APPROVED | {"when": "slot", "begin": "first", "size": "0.5 %", "after": "go", "minutes": "5"}
    assert editor.post("/editions/1/schedule", data=begin).status_code == 303
    with desk.database.reading() as session:
        chosen = departures.chosen(session, 1)
    assert chosen is not None
    assert (chosen.share, chosen.then) == (0.005, timedelta(minutes=5))
    assert 'value="0.5 %"' in editor.get("/editions/1").text


def test_those_missed_are_offered_once_it_is_done_and_sent_to_alone(desk: Desk, editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED)
    editor.post("/editions/1/sending/go")
    accept(desk, but=1)
    assert "Send only to those missed" in editor.get("/editions/1").text
    assert editor.post("/editions/1/sending/missed").status_code == 303
    assert states(desk) == {"edition": "done", "missed 1": "held"}
    assert editor.post("/editions/1/sending/undo").status_code == 303
    assert (states(desk), desk.state()) == ({"edition": "done"}, "released")
    editor.post("/editions/1/sending/missed")
    editor.post("/editions/1/sending/go")
    accept(desk)
    assert editor.post("/editions/1/sending/missed").status_code == 409


def corrected(editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED)
    editor.post("/editions/1/sending/go")
    marks = {"subject": "Correction: whose light", "preheader": "It was paid for", "notice": "The light was paid for."}
    assert editor.post("/editions/1/sending/correct", data=marks).status_code == 303


def test_a_correction_is_edited_approved_and_sent_from_the_page_of_the_edition(desk: Desk, editor: httpx.Client) -> None:
    corrected(editor)
    assert states(desk) == {"edition": "paused"}
    page = editor.get("/editions/1").text
    assert ("Approve revision 2" in page, "Drop the correction" in page, "Cancel this edition" in page) == (True, True, False)
    assert "when you send it, after this" in page
    assert "Being corrected." in editor.get("/editions/1?view=sending").text
    approval = {"revision": "2", "state": "draft", "sha256": desk.sha256()}
    assert editor.post("/editions/1/approve", data=approval).status_code == 303
    assert "Wait, and get this instead" in editor.get("/editions/1").text
    assert editor.post("/editions/1/sending/correction", data={"revision": "1"}).status_code == 409
    assert editor.post("/editions/1/sending/correction", data={"revision": "2"}).status_code == 303
    assert states(desk) == {"edition": "cancelled", "instead 1": "held"}
    assert desk.state() == "released"
    page = editor.get("/editions/1").text
    assert ("who get the correction" in page, "nobody has it" in page) == (True, False)
    editor.post("/editions/1/sending/go")
    accept(desk)
    # At home each reader counts once, by whatever version reached them.
    assert re.search(r'>([1-9]\d*) <span class="dim">of \1<', editor.get("/").text)


def test_a_correction_is_dropped_and_the_sending_goes_on(desk: Desk, editor: httpx.Client) -> None:
    corrected(editor)
    assert editor.post("/editions/1/sending/drop").status_code == 303
    assert desk.state() == "released"
    assert editor.post("/editions/1/resume").status_code == 303
    assert states(desk) == {"edition": "sending"}


def test_a_viewer_sees_it_all_and_moves_nothing(desk: Desk, editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED)
    viewer = desk.client(Role.VIEWER)
    page = viewer.get("/editions/1").text
    assert ("countdown" in page, ">Undo</button>" in page) == (True, False)
    for act in ("undo", "go", "drop", "missed", "correct", "correction"):
        assert viewer.post(f"/editions/1/sending/{act}", data={"subject": "s", "revision": "1"}).status_code == 403
    assert states(desk) == {"edition": "held"}


def test_the_stream_brings_the_body_of_the_page_and_nothing_for_an_edition_not_sent(editor: httpx.Client) -> None:
    assert editor.get("/editions/1/sending/live").status_code == 404
    editor.post("/editions/1/send", data=APPROVED)
    with editor.stream("GET", "/editions/1/sending/live") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines: list[str] = []
        for line in answer.iter_lines():
            lines.append(line)
            if "data-stands" in line:
                break
    assert any('data-stands="1held"' in line for line in lines)


def test_every_act_stands_in_the_log_with_its_name(desk: Desk, editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED)
    editor.post("/editions/1/sending/undo")
    with desk.database.reading() as session:
        said = [(one.who, one.what) for one in acts.of_edition(session, 1)][:2]
    assert said == [
        ("Nadia Brandt", "undid the sending (edition): nothing had left"),
        ("Nadia Brandt", "sent at once, to be undone for 60 s"),
    ]


def test_the_archive_and_a_readers_own_mail_show_the_corrected_version_and_say_so(desk: Desk, editor: httpx.Client) -> None:
    editor.post("/editions/1/send", data=APPROVED)
    editor.post("/editions/1/sending/go")
    accept(desk)
    with desk.database.reading() as session:
        (first,) = mailings.of_edition(session, 1)
    own = desk.links(first.id)["browser_url"]
    before = editor.get("/archive/weekly/214").text
    marks = {"subject": "Correction: whose light", "preheader": "It was paid for", "notice": "The light was paid for."}
    editor.post("/editions/1/sending/correct", data=marks)
    assert editor.get("/archive/weekly/214").text == before
    assert "whose light" not in editor.get("/archive/weekly").text
    editor.post("/editions/1/approve", data={"revision": "2", "state": "draft", "sha256": desk.sha256()})
    editor.post("/editions/1/sending/correction", data={"revision": "2"})
    assert editor.get("/archive/weekly/214").text == before
    editor.post("/editions/1/sending/go")
    for page in (editor.get("/archive/weekly/214").text, editor.get(own).text):
        assert ("You see the corrected version of" in page, "The light was paid for." in page) == (True, True)
    assert "Correction: whose light" in editor.get("/archive/weekly").text
