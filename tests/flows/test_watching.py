"""What ops see of the database: workers, failures, how far a sending is, and what the next slots lack; on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digest.flows import editing, previewing, sending
from digest.flows.pruning import prune
from digest.flows.watching import watch
from digest.model.mailing import Answer, DeliveryState, MailingState, Settlement
from digest.model.ops import NextSlot, QueueStatus, TaskInHand, WorkerSeen, silence_allowed, troubles
from digest.store import Session, editions, failures, heartbeats, ledger, progress, settling, slot_changes
from digest.store.ledger import Claim
from digest.store.slot_changes import SlotChange
from tests.flows.newsroom import NOW, Newsroom


def lacks(newsroom: Newsroom) -> list[tuple[int | None, list[str]]]:
    return [(slot.number, [lack.code for lack in slot.lacks]) for slot in slots(newsroom)]


def slots(newsroom: Newsroom) -> tuple[NextSlot, ...]:
    return watch(newsroom.database, now=newsroom.now).slots


def test_each_slot_says_what_it_lacks_until_nothing_does(newsroom: Newsroom) -> None:
    assert lacks(newsroom) == [(None, ["no_draft", "no_readers"])]
    (undrafted,) = slots(newsroom)
    assert undrafted.lacks[0].comes == undrafted.due - newsroom.newsletter.lead_time
    record = newsroom.draft()
    newsroom.readers(1)
    assert lacks(newsroom) == [(1, ["not_approved"]), (None, ["no_draft"])]
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    record = editing.approve(newsroom.database, newsroom.at(record), seen.rendered.sha256)
    assert lacks(newsroom)[0] == (1, ["not_scheduled"])
    editing.schedule(newsroom.database, newsroom.at(record), None)
    assert lacks(newsroom)[0] == (1, [])


def test_a_finding_that_blocks_and_a_hold_are_named(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    with newsroom.database.writing() as session:
        edition = editions.content(session, record.id, record.revision)
        record = editions.save(session, record, replace(edition, subject=""), now=newsroom.now, who="Nadia")
        editions.hold(session, record, "due, but not approved")
    first = slots(newsroom)[0]
    assert [lack.code for lack in first.lacks] == ["held", "blocked", "not_approved", "no_readers"]
    assert first.lacks[0].message == "held: due, but not approved"
    assert first.lacks[1].message == "a finding blocks it"


def test_a_newsletter_without_a_plan_says_so(newsroom: Newsroom) -> None:
    newsroom.keep(replace(newsroom.newsletter, plan=()))
    assert lacks(newsroom) == [(None, ["no_plan", "no_readers"])]


def test_a_skipped_slot_says_who_skipped_it_and_a_moved_one_stands_at_its_new_time(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    (first,) = slots(newsroom)
    moved = first.due + timedelta(weeks=1, hours=2)
    for slot, due in ((first.due, None), (first.due + timedelta(weeks=1), moved)):
        change = SlotChange(newsletter_id="weekly", slot=slot, due=due, who="Nadia", at=newsroom.now)
        with newsroom.database.writing() as session:
            slot_changes.keep(session, change)
    skipped, undrafted = slots(newsroom)
    assert [(lack.code, lack.message) for lack in skipped.lacks] == [("skipped", "skipped by Nadia")]
    assert skipped.due == first.due
    assert (undrafted.due, [lack.code for lack in undrafted.lacks]) == (moved, ["no_draft"])


def settle(session: Session, subscriber_id: int, state: DeliveryState, at: datetime) -> None:
    answer = Answer(state=state, code=None, reply="")
    settling.settle(session, [Settlement(mailing_id=1, subscriber_id=subscriber_id, answer=answer, settled=at)])


def test_a_sending_tells_its_pace_its_answers_and_when_it_will_be_done(newsroom: Newsroom) -> None:
    newsroom.readers(100)
    record = newsroom.approved()
    mailing = sending.send_now(newsroom.database, record.id, who="Nadia", now=newsroom.now, chunk_size=50)
    later = newsroom.now + timedelta(minutes=10)
    states = [DeliveryState.SENT] * 30 + [DeliveryState.DEFERRED, DeliveryState.FAILED]
    with newsroom.database.writing() as session:
        assert len(progress.unclaimed(session)) == 2
        claim = Claim(mailing_id=mailing.id, number=0, owner="me", lease=timedelta(seconds=30))
        assert ledger.claim(session, claim, now=later)
        assert progress.unclaimed(session) == ()
        for place, waiting in enumerate(ledger.waiting(session, claim)[: len(states)]):
            # The first two were settled long before the last minute.
            at = newsroom.now if place < 2 else later - timedelta(seconds=place)
            settle(session, waiting.recipient.subscriber_id, states[place], at)
    (seen,) = watch(newsroom.database, now=later).mailings
    assert (seen.counts.sent, seen.counts.deferred, seen.counts.failed, seen.counts.pending) == (30, 1, 1, 68)
    assert (seen.last_minute, seen.per_second, seen.state, seen.stalled) == (30, 0.5, MailingState.SENDING, False)
    assert seen.done_about == later + timedelta(seconds=68 / 0.5)
    (silent,) = watch(newsroom.database, now=later + timedelta(minutes=5)).mailings
    assert (silent.per_second, silent.done_about, silent.stalled) == (0.0, None, True)
    sending.pause(newsroom.database, record.id, who="Nadia", now=later)
    (paused,) = watch(newsroom.database, now=later + timedelta(minutes=5)).mailings
    assert (paused.state, paused.stalled) == (MailingState.PAUSED, False)
    sending.stop(newsroom.database, record.id, who="Nadia", now=later)
    assert watch(newsroom.database, now=later).mailings == ()


def test_a_sending_that_has_just_begun_counts_its_own_age_not_a_minute(newsroom: Newsroom) -> None:
    newsroom.readers(10)
    record = newsroom.approved()
    sending.send_now(newsroom.database, record.id, who="Nadia", now=newsroom.now, chunk_size=50)
    later = newsroom.now + timedelta(seconds=4)
    with newsroom.database.writing() as session:
        for subscriber in range(1, 9):
            settle(session, subscriber, DeliveryState.SENT, later)
    assert watch(newsroom.database, now=later).mailings[0].per_second == 2.0


def test_failures_are_counted_by_task_for_a_day_with_their_last_words_and_kept_for_a_month(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        failures.note(session, "digest.gather", "OldError: long ago", now=NOW - timedelta(hours=25))
        failures.note(session, "digest.gather", "FirstError: one", now=NOW - timedelta(hours=2))
        failures.note(session, "digest.gather", "LastError: two\nlines\x00", now=NOW - timedelta(hours=1))
        failures.note(session, "digest.render", "x" * 5_000, now=NOW)
    render, gather = watch(newsroom.database, now=NOW).failures
    assert (gather.task, gather.count, gather.error, gather.last) == (
        "digest.gather",
        2,
        "LastError: two lines",
        NOW - timedelta(hours=1),
    )
    assert (render.count, len(render.error)) == (1, 1_000)
    assert prune(newsroom.database, now=NOW + timedelta(days=29)) == 1
    assert prune(newsroom.database, now=NOW + timedelta(days=31)) == 3


def test_a_worker_is_known_by_what_it_wrote_last_until_it_says_goodbye_or_a_day_passed(newsroom: Newsroom) -> None:
    doing = (TaskInHand(task="digest.send", what="(7, 3)", since=NOW),)
    busy = WorkerSeen(name="one@host", heard=NOW, active=("digest.send",), doing=doing, takes=("deliver",))
    with newsroom.database.writing() as session:
        heartbeats.beat(session, "tick", now=NOW)
        heartbeats.keep_worker(session, WorkerSeen(name="two@host", heard=NOW, active=()), now=NOW - timedelta(seconds=31))
        heartbeats.keep_worker(session, WorkerSeen(name="one@host", heard=NOW, active=()), now=NOW - timedelta(seconds=2))
        heartbeats.keep_worker(session, busy, now=NOW)
    status = watch(newsroom.database, now=NOW)
    assert status.workers == (busy, WorkerSeen(name="two@host", heard=NOW - timedelta(seconds=31), active=()))
    assert [worker.name for worker in status.heard()] == ["one@host"]
    assert prune(newsroom.database, now=NOW + timedelta(hours=24) - timedelta(seconds=1)) == 1
    with newsroom.database.writing() as session:
        heartbeats.forget_worker(session, "one@host")
    assert watch(newsroom.database, now=NOW).workers == ()
    assert watch(newsroom.database, now=NOW).last_tick == NOW


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, ()),
        ({"broker": "refused"}, ("broker: it does not answer",)),
        ({"last_tick": None}, ("beat: it has not ticked yet",)),
        ({"last_tick": NOW - timedelta(seconds=60)}, ()),
        ({"last_tick": NOW - timedelta(seconds=61)}, ("beat: its last tick is 61 s old",)),
        ({"workers": ()}, ("workers: none has been heard of",)),
        ({"workers": (WorkerSeen(name="w", heard=NOW - timedelta(seconds=60), active=()),)}, ()),
        (
            {"workers": (WorkerSeen(name="w", heard=NOW - timedelta(seconds=75), active=()),)},
            ("workers: none has been heard of for 75 s",),
        ),
    ],
)
def test_what_keeps_the_service_from_its_work_is_said_in_a_sentence(changed: dict[str, object], said: tuple[str, ...]) -> None:
    well = QueueStatus(at=NOW, queues=(), workers=(WorkerSeen(name="w", heard=NOW, active=()),), last_tick=NOW)
    assert troubles(replace(well, **changed), tick_seconds=5) == said  # type: ignore[arg-type]  # the table holds a value of each field
    assert silence_allowed(30) == timedelta(seconds=90)
