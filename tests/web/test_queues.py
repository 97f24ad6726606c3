"""The page of the queues, its stream, and the signs of life: what is shown, to whom, and what is said where something fails."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from digest.errors import DatabaseUnreachable
from digest.model.account import Role
from digest.model.edition import EditionState
from digest.model.mailing import MailingCounts, MailingState
from digest.model.ops import FailedTask, Lack, MailingProgress, NextSlot, QueueDepth, QueueStatus, TaskInHand, WorkerSeen
from digest.web import live
from digest.web.app import create_app
from digest.web.live import Shared
from digest.web.metrics import exposition
from digest.web.ops import age
from tests.web.newsroom import NOW, SLOT, Desk, Served

TOKEN = "a token of the metrics"
SENDING = MailingProgress(
    mailing_id=7,
    edition_id=1,
    newsletter_id="weekly",
    newsletter="The Meridian Weekly",
    number=214,
    kind="edition",
    state=MailingState.SENDING,
    opened=NOW - timedelta(minutes=4),
    reason=None,
    counts=MailingCounts(sent=11_406, pending=7_076, deferred=21, failed=38),
    last_minute=2_592,
    per_second=43.2,
    done_about=NOW + timedelta(minutes=3),
    set_aside=0,
    stalled=False,
)
STATUS = QueueStatus(
    at=NOW,
    queues=(QueueDepth(name="gather", depth=0, oldest=None), QueueDepth(name="deliver", depth=1_204, oldest=372.5)),
    workers=(
        WorkerSeen(
            name="worker@desk",
            heard=NOW - timedelta(seconds=2),
            active=("digest.send",),
            doing=(TaskInHand(task="digest.send", what="(7, 113)", since=NOW - timedelta(seconds=3)),),
            takes=("gather",),
        ),
        WorkerSeen(name="gone@desk", heard=NOW - timedelta(minutes=12), active=()),
    ),
    last_tick=NOW - timedelta(seconds=4),
    failures=(FailedTask(task="digest.gather", count=18, last=NOW, error="ProcessError: <script>alert(1)</script>"),),
    mailings=(SENDING,),
    slots=(
        NextSlot(
            newsletter_id="weekly",
            newsletter="The Meridian Weekly",
            zone="Europe/Brussels",
            due=SLOT,
            edition_id=1,
            number=214,
            state=EditionState.DRAFT,
            lacks=(Lack(code="blocked", message="2 findings block it"), Lack(code="not_approved", message="not approved")),
        ),
    ),
)
WELL = replace(STATUS, workers=(replace(STATUS.workers[0], takes=("gather", "deliver")),))


def show(desk: Desk, served: Served, status: QueueStatus | Callable[[], QueueStatus], **settings: str) -> None:
    ask = status if callable(status) else lambda: status
    desk.runtime.settings = desk.runtime.settings.model_copy(update=settings)
    served.app = create_app(desk.runtime, ask, clock=lambda: desk.now)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_queues_are_shown_to_whoever_is_signed_in(desk: Desk, served: Served) -> None:
    show(desk, served, STATUS)
    assert desk.client(None).get("/queues").status_code == 303
    for role in Role:
        page = desk.client(role).get("/queues")
        assert page.status_code == 200
        said = words(page.text)
        for part in (
            "4 s since its last tick",
            "1 of 2 heard",
            "1,204 messages wait",
            "deliver 1,204 6 min 12 s 0",
            "No worker takes from deliver, where 1,204 wait",
            "worker@desk takes gather send (7, 113), 3 s 2 s",
            "silent; it had nothing in hand 12 min 0 s",
            "Sending The Meridian Weekly, No. 214",
            "11,406 of 18,541 accepted 43.2 a second done about 14:35 21 to try again 38 refused",
            "gather ProcessError: &lt;script&gt;alert(1)&lt;/script&gt; 18 14:32",
            "Sat 28 Nov, 07:00 The Meridian Weekly, No. 214 2 findings block it not approved",
        ):
            assert part in said, (role, part)
        assert ("Pause" in said) is (role is not Role.VIEWER)
    assert 'href="/queues"' in desk.client().get("/").text


def test_the_page_says_which_part_is_silent_and_what_starts_it(desk: Desk, served: Served) -> None:
    show(desk, served, replace(STATUS, broker="the broker redis://secret-host does not answer", queues=(), workers=(), last_tick=None))
    page = desk.client().get("/queues")
    assert page.status_code == 200
    assert "The broker does not answer." in page.text
    assert "Nobody works." in page.text
    assert "secret-host" not in page.text
    show(desk, served, replace(STATUS, last_tick=NOW - timedelta(minutes=2)))
    assert "Beat is silent." in desk.client().get("/queues").text
    assert desk.client().get("/").status_code == 200


def test_without_scripts_the_page_moves_only_for_who_asked(desk: Desk, served: Served) -> None:
    show(desk, served, STATUS)
    browser = desk.client()
    assert "http-equiv" not in browser.get("/queues").text
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in browser.get("/queues?every=10").text
    assert browser.get("/queues?every=0").status_code == 404


def test_the_stream_sends_the_body_of_the_page_and_needs_a_session(desk: Desk, served: Served) -> None:
    show(desk, served, STATUS)
    assert desk.client(None).get("/queues/live").status_code == 303
    with desk.client().stream("GET", "/queues/live") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        lines = answer.iter_lines()
        assert next(lines).startswith("retry: ")
        said = [line for _, line in zip(range(60), lines, strict=False)]
    assert all(line.startswith("data: ") or not line for line in said)
    assert any("1,204" in line for line in said)


def test_a_stream_ends_by_itself_and_one_too_many_is_sent_away(desk: Desk, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    show(desk, served, STATUS)
    monkeypatch.setattr(live, "STREAM_SECONDS", 0.5)
    began = time.monotonic()
    assert desk.client().get("/queues/live").text.count("data: ") > 10
    assert time.monotonic() - began < live.EVERY_SECONDS * 30, "half of what a stream lasts by itself"
    monkeypatch.setattr(live, "MOST_STREAMS", 0)
    refused = desk.client().get("/queues/live")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
    assert isinstance(served.app, FastAPI)
    assert served.app.state.house.streams.open == 0


def test_a_sending_is_paused_resumed_and_stopped_from_the_page(desk: Desk, served: Served) -> None:
    show(desk, served, STATUS)
    desk.release()
    browser = desk.client()
    for act, state in (("pause", "paused"), ("resume", "sending"), ("stop", "cancelled")):
        assert desk.client(Role.VIEWER).post(f"/queues/1/{act}").status_code == 403
        answer = browser.post(f"/queues/1/{act}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/queues")
        assert desk.mailing_state() == state
    again = browser.post("/queues/1/resume")
    assert again.status_code == 409
    assert "there is no sending to resume any more" in again.text
    assert browser.post("/queues/99/pause").status_code == 404
    assert desk.client(Role.EDITOR, **{"sec-fetch-site": "cross-site"}).post("/queues/1/pause").status_code == 403


def test_many_lookers_are_one_asking_and_an_error_is_shared_too() -> None:
    asked: list[float] = []

    def ask() -> QueueStatus:
        asked.append(time.monotonic())
        if len(asked) > 1:
            raise DatabaseUnreachable("gone")
        return STATUS

    shared = Shared(ask)
    assert [shared() for _ in range(50)] == [STATUS] * 50
    assert len(asked) == 1
    time.sleep(1)
    for _ in range(3):
        with pytest.raises(DatabaseUnreachable):
            shared()
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "ok\n"),
        ({"broker": "redis://hidden refuses"}, "broker: it does not answer\n"),
        ({"last_tick": NOW - timedelta(seconds=74)}, "beat: its last tick is 74 s old\n"),
        ({"workers": STATUS.workers[1:]}, "workers: none has been heard of for 720 s\n"),
        ({"workers": STATUS.workers[:1]}, "queues: no worker takes from deliver\n"),
        ({"workers": (), "last_tick": None}, "beat: it has not ticked yet\nworkers: none has been heard of\n"),
    ],
)
def test_readiness_says_in_plain_text_which_part_is_missing(desk: Desk, served: Served, changed: dict[str, object], said: str) -> None:
    show(desk, served, replace(WELL, **changed))  # type: ignore[arg-type]  # the table holds a value of each field
    answer = desk.client(None).get("/readyz")
    assert (answer.text, answer.status_code) == (said, 200 if said == "ok\n" else 503)
    assert answer.headers["content-type"].startswith("text/plain")
    assert desk.client(None).get("/healthz").text == "ok\n"


def test_readiness_says_that_the_database_is_gone(desk: Desk, served: Served) -> None:
    def gone() -> QueueStatus:
        raise DatabaseUnreachable("the database postgresql://hidden does not answer")

    show(desk, served, gone)
    answer = desk.client(None).get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database: it does not answer\n")


def metrics(desk: Desk, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {"authorization": authorization}
    return desk.client(None, **headers).get("/metrics")


def test_the_metrics_are_not_there_without_a_token_and_closed_to_a_wrong_one(desk: Desk, served: Served) -> None:
    show(desk, served, STATUS)
    assert metrics(desk, f"Bearer {TOKEN}").status_code == 404
    show(desk, served, STATUS, metrics_token=TOKEN)
    for wrong in (None, "", TOKEN, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"):
        refused = metrics(desk, wrong)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer"), wrong
        assert "digest_" not in refused.text
    given = metrics(desk, f"bearer {TOKEN}")
    assert given.status_code == 200
    assert given.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"


def test_the_metrics_are_prometheus_text_with_every_figure(desk: Desk, served: Served) -> None:
    show(desk, served, STATUS, metrics_token=TOKEN)
    text = metrics(desk, f"Bearer {TOKEN}").text
    name = r"[a-z_]+[a-z0-9_]*"
    sample = re.compile(rf'{name}(\{{{name}="[^"\n]*"(,{name}="[^"\n]*")*\}})? -?\d+(\.\d+)?(e[+-]\d+)?')
    for line in text.splitlines():
        assert re.match(rf"# (HELP {name} \S.*|TYPE {name} gauge)\Z", line) or sample.fullmatch(line), line
    for line in (
        "digest_database_up 1",
        "digest_broker_up 1",
        'digest_queue_messages{queue="deliver"} 1204',
        'digest_queue_oldest_age_seconds{queue="deliver"} 372.5',
        "digest_workers_up 1",
        'digest_worker_silence_seconds{worker="gone@desk"} 720',
        "digest_beat_silence_seconds 4",
        'digest_task_failures_24h{task="digest.gather"} 18',
        'digest_mailing_recipients{newsletter="weekly",mailing="7",mailing_state="sending",state="sent"} 11406',
        'digest_mailing_rate{newsletter="weekly",mailing="7",mailing_state="sending"} 43.2',
        'digest_slot_lacks{newsletter="weekly",edition="1"} 2',
    ):
        assert f"{line}\n" in text, line


def test_the_metrics_go_on_where_parts_are_down_and_escape_what_labels_hold(desk: Desk, served: Served) -> None:
    def gone() -> QueueStatus:
        raise DatabaseUnreachable("gone")

    show(desk, served, gone, metrics_token=TOKEN)
    assert "digest_database_up 0\n" in metrics(desk, f"Bearer {TOKEN}").text
    odd = replace(STATUS, broker="away", workers=(WorkerSeen(name='a"b\\c\nd', heard=NOW, active=()),))
    text = exposition(odd, database=True)
    assert "digest_broker_up 0\n" in text
    assert 'digest_worker_tasks{worker="a\\"b\\\\c\\nd"} 0\n' in text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0.0 s"), (0.42, "0.4 s"), (0.96, "1 s"), (59.9, "59 s"), (230, "3 min 50 s"), (7_500, "2 h 5 min"), (277_200, "3 d 5 h")],
)
def test_an_age_is_told_in_the_two_units_that_matter(seconds: float, said: str) -> None:
    assert age(seconds) == said


def test_a_moment_of_the_page_is_in_the_zone_that_stands_beside_it(desk: Desk, served: Served) -> None:
    show(desk, served, replace(STATUS, at=datetime(2020, 11, 26, 13, 32, 5, tzinfo=UTC)))
    assert "26 November 2020, 14:32:05 Europe/Brussels" in words(desk.client().get("/queues").text)
