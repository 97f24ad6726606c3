"""Due editions open one mailing each; everybody in it is sent to once, by a real SMTP conversation; counts are the sink's."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from digest.audience.address import hash_address, read_address
from digest.audience.token import Bearing, Purpose, make_token, read_token
from digest.deliver.journal import Journal
from digest.deliver.relay import read_relay
from digest.deliver.routes import Route
from digest.deliver.smtp import SmtpTransport
from digest.demo.sink import Refusal, Sink, read_log, tally
from digest.errors import Conflict, RefusedError
from digest.flows import delivering, drafting, sending, subscribing
from digest.flows.delivering import Sender
from digest.model.edition import Article, EditionRecord, EditionState
from digest.model.mailing import DeliveryState, MailingCounts, MailingState
from digest.model.newsletter import WhenThin
from digest.model.subscriber import SuppressionReason
from digest.model.week import slot_after
from digest.store import acts, editions, entries, ledger, mailings, subscribers
from digest.store.ledger import Claim
from tests.deliver.scripted import relay
from tests.flows.newsroom import Newsroom, week

SECRET = b"a secret of the tests, long enough"
LEASE = timedelta(seconds=30)


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with Sink(tmp_path / "mail") as running:
        yield running


SenderTo = Callable[[int, datetime], Sender]


@pytest.fixture
def sender_to(tmp_path: Path) -> SenderTo:
    """Return how a worker sends: to the relay on that port, at that moment, with a journal of its own."""

    def make(port: int, now: datetime) -> Sender:
        return Sender(
            routes=(Route(name="relay", transport=SmtpTransport(read_relay(f"smtp+plain://127.0.0.1:{port}"), timeout=10)),),
            journal=Journal.open(tmp_path / "journal"),
            secret=SECRET,
            public_url="https://news.example.org",
            clock=lambda: now,
            wait=time.sleep,
        )

    return make


def send_all(newsroom: Newsroom, sender: Sender, *, now: datetime, size: int = 10) -> int:
    settled = 0
    for mailing_id, number in sending.sweep(newsroom.database, now=now, chunk_size=size):
        claim = Claim(mailing_id=mailing_id, number=number, owner=sender.journal.owner, lease=LEASE)
        settled += delivering.send_chunk(newsroom.database, sender, claim) or 0
    sender.close()
    sender.journal.close()
    return settled


def release(newsroom: Newsroom, record: EditionRecord, *, late: timedelta = timedelta(), size: int = 10) -> tuple[int, ...]:
    return sending.release_due(newsroom.database, now=record.due + late, chunk_size=size)


def counts(newsroom: Newsroom, mailing_id: int) -> MailingCounts:
    with newsroom.database.reading() as session:
        return mailings.counts(session, mailing_id)


def state_of(newsroom: Newsroom, mailing_id: int) -> MailingState:
    with newsroom.database.reading() as session:
        return mailings.get(session, mailing_id).state


def test_a_due_edition_reaches_each_reader_once_and_the_mailing_is_done(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    addresses = newsroom.readers(25)
    record = newsroom.scheduled()
    assert sending.release_due(newsroom.database, now=record.due - timedelta(seconds=1), chunk_size=10) == ()
    (mailing_id,) = release(newsroom, record)
    assert send_all(newsroom, sender_to(sink.port, record.due), now=record.due) == 25
    assert state_of(newsroom, mailing_id) is MailingState.DONE
    figures = counts(newsroom, mailing_id)
    assert (figures.sent, figures.total) == (25, 25)
    accepted = read_log(sink.directory)
    assert sorted(one.rcpt for one in accepted) == sorted(addresses)
    assert send_all(newsroom, sender_to(sink.port, record.due), now=record.due) == 0
    assert tally(sink.directory).accepted == 25


def test_the_mail_carries_what_a_list_mail_must(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(1)
    record = newsroom.scheduled()
    release(newsroom, record)
    send_all(newsroom, sender_to(sink.port, record.due), now=record.due)
    (one,) = read_log(sink.directory)
    assert one.file is not None
    raw = (sink.directory / one.file).read_bytes()
    message = BytesParser(policy=policy.default).parsebytes(raw)
    assert message["From"] == "The Review <desk@review.example.org>"
    assert message["To"] == "reader0@example.net" or "reader0@example.net" in message["To"]
    assert message["Subject"] == "Harbour watch"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = message["List-Unsubscribe"].strip("<>")
    assert url.startswith("https://news.example.org/u/")
    bearing = read_token(SECRET, Purpose.UNSUBSCRIBE, url.rpartition("/")[2])
    assert bearing is not None
    assert message["List-ID"].endswith("<weekly.review.example.org>")
    token = message["Message-ID"].strip("<>").partition("@")[0]
    assert read_token(SECRET, Purpose.MESSAGE, token) == bearing
    assert one.mail_from == f"bounce+{token}@review.example.org"
    plain, html = (part.get_content() for part in message.iter_parts())
    for words in ("1 Quay Street", url, "A buoy is missing."):
        assert words in plain
    assert url in html
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_the_header_offers_a_mailto_only_where_something_reads_it(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(2)
    record = newsroom.scheduled()
    release(newsroom, record)
    sender = replace(sender_to(sink.port, record.due), reads_mail=True)
    send_all(newsroom, sender, now=record.due)
    for one in read_log(sink.directory):
        raw = (sink.directory / (one.file or "")).read_bytes()
        header = BytesParser().parsebytes(raw)["List-Unsubscribe"]
        web, mailto = (part.strip("<>") for part in header.split(", "))
        token = web.rpartition("/")[2]
        assert mailto == f"mailto:unsubscribe+{token}@review.example.org?subject=unsubscribe"
        assert read_token(SECRET, Purpose.UNSUBSCRIBE, token) is not None
        # One line, raw: folded or encoded it dies in silence (RFC 8058).
        assert f"\r\nList-Unsubscribe: {header}\r\n".encode() in raw


def test_the_same_slot_found_by_two_beats_opens_one_mailing(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(3)
    record = newsroom.scheduled()
    opened: list[int] = []
    barrier = threading.Barrier(2)

    def beat() -> None:
        barrier.wait()
        opened.extend(release(newsroom, record))

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()
    assert len(opened) == 1
    with newsroom.database.reading() as session:
        assert [one.id for one in mailings.of_edition(session, record.id)] == opened
    send_all(newsroom, sender_to(sink.port, record.due), now=record.due)
    assert tally(sink.directory).accepted == 3


def test_a_chunk_is_sent_by_one_of_two_workers_with_the_same_message(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(20)
    record = newsroom.scheduled()
    (mailing_id,) = release(newsroom, record, size=20)
    results: list[int | None] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        sender = sender_to(sink.port, record.due)
        barrier.wait()
        claim = Claim(mailing_id=mailing_id, number=0, owner=sender.journal.owner, lease=LEASE)
        results.append(delivering.send_chunk(newsroom.database, sender, claim))
        sender.close()
        sender.journal.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(results, key=str) == [20, None]
    assert tally(sink.directory).accepted == 20


def test_a_due_edition_without_approval_is_held_and_says_so_once(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    record = newsroom.draft()
    for _ in range(3):
        assert release(newsroom, record) == ()
    with newsroom.database.reading() as session:
        there = editions.get(session, record.id)
        said = [act.what for act in acts.of_edition(session, record.id) if act.what.startswith("held")]
    assert there.state is EditionState.DRAFT
    assert there.held is not None
    assert "not approved" in there.held
    assert len(said) == 1


def test_an_approved_edition_that_nobody_scheduled_is_held_too(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    record = newsroom.approved()
    assert release(newsroom, record) == ()
    with newsroom.database.reading() as session:
        assert "approved but not scheduled" in (editions.get(session, record.id).held or "")


def test_a_slot_found_late_is_sent_within_the_grace_and_held_after_it(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    record = newsroom.scheduled()
    assert release(newsroom, record, late=newsroom.newsletter.grace + timedelta(minutes=1)) == ()
    with newsroom.database.reading() as session:
        held = editions.get(session, record.id)
    assert held.state is EditionState.SCHEDULED
    assert "found 6 h 1 min after its time" in (held.held or "")
    assert len(release(newsroom, record, late=newsroom.newsletter.grace)) == 1


def test_a_held_late_edition_goes_out_when_a_person_says_so(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(2)
    record = newsroom.scheduled()
    late = record.due + timedelta(days=1)
    sending.release_due(newsroom.database, now=late, chunk_size=10)
    sending.send_now(newsroom.database, record.id, who="Nadia", now=late, chunk_size=10)
    send_all(newsroom, sender_to(sink.port, late), now=late)
    assert tally(sink.directory).accepted == 2
    with pytest.raises((Conflict, RefusedError)):
        sending.send_now(newsroom.database, record.id, who="Nadia", now=late, chunk_size=10)


def test_after_an_edition_went_out_ahead_of_its_slot_the_next_draft_is_for_the_slot_after_it(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    ahead = newsroom.approved()
    sending.send_now(newsroom.database, ahead.id, who="Nadia", now=newsroom.now, chunk_size=10)
    following = drafting.draft_slot(newsroom.database, newsroom.newsletter.id, None, now=newsroom.now)
    assert following.id != ahead.id
    assert following.slot == slot_after(newsroom.newsletter.slot, ahead.slot)
    tomorrow = newsroom.now + timedelta(days=1)
    with newsroom.database.writing() as session:
        fresh = replace(week(tomorrow)[0], guid="fresh", url="https://review.example.org/fresh", title="A light on the mole")
        entries.keep(session, "review", [fresh], now=tomorrow)
    drafting.draft_slot(newsroom.database, newsroom.newsletter.id, None, now=tomorrow)
    with newsroom.database.reading() as session:
        laid = editions.content(session, following.id, 2)
    assert [item.headline for section in laid.sections for item in section.items if isinstance(item, Article)] == [fresh.title]


def test_a_thin_week_is_skipped_where_the_plan_says_so(bare_newsroom: Newsroom) -> None:
    plan = tuple(replace(section, minimum=3, thin=WhenThin.SKIP) for section in bare_newsroom.newsletter.plan)
    bare_newsroom.keep(replace(bare_newsroom.newsletter, plan=plan))
    record = bare_newsroom.draft()
    assert release(bare_newsroom, record) == ()
    with bare_newsroom.database.reading() as session:
        assert editions.get(session, record.id).state is EditionState.SKIPPED


def test_who_unsubscribes_or_is_suppressed_after_the_opening_is_not_sent_to(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    addresses = newsroom.readers(6)
    record = newsroom.scheduled()
    (mailing_id,) = release(newsroom, record)
    with newsroom.database.reading() as session:
        leaving = subscribers.by_address(session, addresses[1])
    assert leaving is not None
    token = make_token(SECRET, Purpose.UNSUBSCRIBE, Bearing(mailing_id=mailing_id, subscriber_id=leaving.id))
    known = subscribing.standing(newsroom.database, SECRET, Purpose.UNSUBSCRIBE, token)
    assert subscribing.unsubscribe(newsroom.database, known, now=record.due)
    with newsroom.database.writing() as session:
        hashed = hash_address(SECRET, read_address(addresses[4]).folded)
        subscribers.suppress(session, hashed, SuppressionReason.COMPLAINT, now=record.due)
    send_all(newsroom, sender_to(sink.port, record.due), now=record.due)
    assert {one.rcpt for one in read_log(sink.directory)} == set(addresses) - {addresses[1], addresses[4]}
    figures = counts(newsroom, mailing_id)
    assert (figures.sent, figures.suppressed, figures.pending) == (4, 2, 0)
    assert state_of(newsroom, mailing_id) is MailingState.DONE


def test_a_refused_recipient_fails_alone_and_a_deferred_one_is_tried_again(newsroom: Newsroom, tmp_path: Path, sender_to: SenderTo) -> None:
    newsroom.readers(8)
    record = newsroom.scheduled()
    (mailing_id,) = release(newsroom, record)
    refusals = [Refusal(pattern="reader3@*", answer="550 5.1.1 no such mailbox"), Refusal(pattern="reader5@*", answer="451 4.7.1 later")]
    with Sink(tmp_path / "mail", refusals=refusals) as grumpy:
        send_all(newsroom, sender_to(grumpy.port, record.due), now=record.due)
        directory = grumpy.directory
    figures = counts(newsroom, mailing_id)
    assert (figures.sent, figures.failed, figures.deferred) == (6, 1, 1)
    assert state_of(newsroom, mailing_id) is MailingState.SENDING
    with newsroom.database.reading() as session:
        (failed,) = ledger.fates(session, mailing_id, state=DeliveryState.FAILED)
        (deferred,) = ledger.fates(session, mailing_id, state=DeliveryState.DEFERRED)
    assert (failed.address, failed.code) == ("reader3@example.net", 550)
    assert deferred.next_try == record.due + timedelta(minutes=5)
    with Sink(tmp_path / "mail") as kind:
        assert send_all(newsroom, sender_to(kind.port, record.due), now=record.due + timedelta(minutes=4)) == 0
        later = record.due + timedelta(minutes=5)
        assert send_all(newsroom, sender_to(kind.port, later), now=later) == 1
    assert tally(directory).accepted == tally(directory).distinct == 7
    assert state_of(newsroom, mailing_id) is MailingState.DONE


def test_a_relay_that_is_down_loses_nobody_and_the_chunk_waits_for_it(
    newsroom: Newsroom, sink: Sink, free_port: int, sender_to: SenderTo
) -> None:
    newsroom.readers(5)
    record = newsroom.scheduled()
    (mailing_id,) = release(newsroom, record)
    for _ in range(ledger.MOST_ATTEMPTS + 2):
        assert send_all(newsroom, sender_to(free_port, record.due), now=record.due) == 0
    assert counts(newsroom, mailing_id).pending == 5
    assert send_all(newsroom, sender_to(sink.port, record.due), now=record.due) == 5
    assert tally(sink.directory).accepted == 5


def test_a_paused_mailing_sends_nothing_until_resumed_and_a_stopped_one_never(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(5)
    record = newsroom.scheduled()
    release(newsroom, record)
    sending.pause(newsroom.database, record.id, who="Nadia", now=record.due)
    assert send_all(newsroom, sender_to(sink.port, record.due), now=record.due) == 0
    sending.resume(newsroom.database, record.id, who="Nadia", now=record.due)
    sending.stop(newsroom.database, record.id, who="Nadia", now=record.due)
    assert send_all(newsroom, sender_to(sink.port, record.due), now=record.due) == 0
    assert tally(sink.directory).accepted == 0
    with pytest.raises(RefusedError, match=r"no mailing that can be resumed \(its mailings: cancelled\)"):
        sending.resume(newsroom.database, record.id, who="Nadia", now=record.due)


def test_a_chunk_whose_owner_fell_silent_is_taken_over_after_its_lease(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(5)
    record = newsroom.scheduled()
    (mailing_id,) = release(newsroom, record)
    dead = Claim(mailing_id=mailing_id, number=0, owner="dead", lease=LEASE)
    with newsroom.database.writing() as session:
        assert ledger.claim(session, dead, now=record.due)
    assert sending.sweep(newsroom.database, now=record.due + LEASE, chunk_size=10) == ()
    late = record.due + LEASE + timedelta(seconds=1)
    assert send_all(newsroom, sender_to(sink.port, late), now=late) == 5
    with newsroom.database.writing() as session:
        assert not ledger.renew(session, dead, now=late, progress=False)


def test_a_chunk_that_only_kills_its_workers_is_set_aside_for_a_person(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(2)
    record = newsroom.scheduled()
    (mailing_id,) = release(newsroom, record)
    now = record.due
    for attempt in range(ledger.MOST_ATTEMPTS):
        with newsroom.database.writing() as session:
            assert ledger.claim(session, Claim(mailing_id=mailing_id, number=0, owner=f"victim {attempt}", lease=LEASE), now=now)
        now += LEASE + timedelta(seconds=1)
    with newsroom.database.writing() as session:
        assert not ledger.claim(session, Claim(mailing_id=mailing_id, number=0, owner="one more", lease=LEASE), now=now)
    assert sending.sweep(newsroom.database, now=now, chunk_size=10) == ()
    assert counts(newsroom, mailing_id).pending == 2
    with newsroom.database.reading() as session:
        paused = mailings.get(session, mailing_id)
    assert paused.state is MailingState.PAUSED
    assert "chunk 0 was set aside" in (paused.reason or "")
    sending.resume(newsroom.database, record.id, who="Nadia", now=now)
    assert send_all(newsroom, sender_to(sink.port, now), now=now) == 2


def test_a_relay_that_refuses_us_pauses_the_mailing_and_fails_nobody(newsroom: Newsroom, sink: Sink, sender_to: SenderTo) -> None:
    newsroom.readers(5)
    record = newsroom.scheduled()
    (mailing_id,) = release(newsroom, record)
    with relay(MAIL="550 5.7.1 not your domain") as (script, _):
        assert send_all(newsroom, sender_to(script.port, record.due), now=record.due) == 0
    with newsroom.database.reading() as session:
        paused = mailings.get(session, mailing_id)
    assert paused.state is MailingState.PAUSED
    assert "not your domain" in (paused.reason or "")
    assert counts(newsroom, mailing_id).pending == 5
    sending.resume(newsroom.database, record.id, who="Nadia", now=record.due)
    assert send_all(newsroom, sender_to(sink.port, record.due), now=record.due) == 5
