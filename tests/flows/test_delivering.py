"""Delivering when things go wrong between the relay's word and the ledger: counts are the relay's own, on both databases."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.audience.token import Bearing, Purpose, make_token
from digest.deliver.journal import Journal
from digest.deliver.relay import read_relay
from digest.deliver.routes import Route
from digest.deliver.smtp import SmtpTransport
from digest.deliver.transport import Envelope, Leaves, Offer, Settled, unnoted
from digest.errors import DatabaseUnreachable
from digest.flows import delivering, recovering, sending, subscribing
from digest.flows.delivering import Sender
from digest.model.mailing import Answer, DeliveryState, MailingState, Settlement
from digest.store import Database, Session, ledger, mailings, subscribers
from digest.store.ledger import Claim
from tests.deliver.faulty import Faulty, faulty
from tests.flows.newsroom import SECRET, Newsroom

READERS = 60
LEASE = timedelta(seconds=90)


@dataclass
class Watching:
    """The real transport, and what is done before each answer is handed on."""

    transport: SmtpTransport
    before: Callable[[int], None]
    handed: int = 0

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        return self.transport.send(envelope, message)

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        for settled in self.transport.carry(offers, leaves):
            self.before(self.handed)
            self.handed += 1
            yield settled

    def close(self) -> None:
        self.transport.close()


class Away(Database):
    """A database that is away while `gone` is positive; each try to write counts it down."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self.gone = 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if self.gone > 0:
            self.gone -= 1
            raise DatabaseUnreachable("it does not answer")
        with super().writing() as session:
            yield session


class PowerError(Exception):
    """The worker ends here, without another line of its own."""


class FullDisk(Journal):
    """A journal on a disk that has no room left."""

    def note(self, settlement: Settlement) -> None:
        Path("/dev/full").write_text(str(settlement))


def opened(newsroom: Newsroom, fate: str = "") -> int:
    if fate:
        lines = ["email\n", *(f"n{number}.{fate}@example.net\n" for number in range(READERS))]
        assert list(subscribing.import_roster(newsroom.database, SECRET, "weekly", lines, now=newsroom.now))
    else:
        newsroom.readers(READERS)
    record = newsroom.approved()
    return sending.send_now(newsroom.database, record.id, who="Nadia", now=newsroom.now, chunk_size=500).id


def sender(
    newsroom: Newsroom, server: Faulty, folder: Path, before: Callable[[int], None] = lambda _: None, *, connections: int = 2
) -> Sender:
    """A worker whose clock moves a tenth of a second with each look, so that it flushes every few answers."""
    url = f"smtp+plain://127.0.0.1:{server.port}?connections={connections}"
    ticks = iter(range(1_000_000))

    def clock() -> datetime:
        return newsroom.now + timedelta(seconds=next(ticks) / 10)

    return Sender(
        routes=(Route(name="relay", transport=Watching(SmtpTransport(read_relay(url), timeout=5), before)),),
        journal=Journal.open(folder / "journal"),
        secret=SECRET,
        public_url="https://news.example.org",
        clock=clock,
        wait=lambda _: None,
    )


def claim(worker: Sender, mailing_id: int) -> Claim:
    return Claim(mailing_id=mailing_id, number=0, owner=worker.journal.owner, lease=LEASE)


def states(newsroom: Newsroom, mailing_id: int) -> dict[DeliveryState, int]:
    with newsroom.database.reading() as session:
        counts = mailings.counts(session, mailing_id)
    return {state: getattr(counts, state.value) for state in DeliveryState if getattr(counts, state.value)}


def test_a_database_that_goes_away_in_the_middle_is_waited_for_and_nobody_gets_it_twice(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom)
    away = Away(newsroom.database)
    lost: list[int] = []

    def before(handed: int) -> None:
        if handed == 20:
            away.gone = 7
            lost.append(handed)

    with faulty(pipelining=True) as server:
        worker = sender(newsroom, server, tmp_path, before)
        assert delivering.send_chunk(away, worker, claim(worker, mailing_id)) == READERS
        worker.close()
    assert lost == [20]
    assert away.gone == 0
    assert (server.accepted.total(), len(server.accepted)) == (READERS, READERS)
    assert states(newsroom, mailing_id) == {DeliveryState.SENT: READERS}
    worker.journal.close()
    assert list((tmp_path / "journal").iterdir()) == []


def test_what_a_dead_worker_had_in_its_journal_is_not_sent_again(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom)

    def before(handed: int) -> None:
        if handed == 30:
            raise PowerError

    with faulty(pipelining=True) as server:
        # A clock that stands: nothing is flushed before the end.
        worker = replace(sender(newsroom, server, tmp_path, before), clock=lambda: newsroom.now)
        with pytest.raises(PowerError):
            delivering.send_chunk(newsroom.database, worker, claim(worker, mailing_id))
        assert states(newsroom, mailing_id) == {DeliveryState.PENDING: READERS}
        assert recovering.recover(newsroom.database, tmp_path / "journal", now=newsroom.now) == 0, "its owner lives"
        worker.journal.close()
        assert recovering.recover(newsroom.database, tmp_path / "journal", now=newsroom.now) == 30
        assert states(newsroom, mailing_id) == {DeliveryState.SENT: 30, DeliveryState.PENDING: READERS - 30}
        other = sender(newsroom, server, tmp_path)
        # No lease has run out: the journal said that the chunk is free.
        assert delivering.send_chunk(newsroom.database, other, claim(other, mailing_id)) == READERS - 30
        other.close()
    assert len(server.accepted) == READERS
    assert server.accepted.total() <= READERS + 2, "more than one message a connection went out twice"
    other.journal.close()


def test_who_was_on_the_way_at_two_kills_gets_no_third_copy_and_is_in_doubt(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom)

    def at_once(_handed: int) -> None:
        raise PowerError

    with faulty(pipelining=True) as server:
        for kill in (1, 2):
            # It ends when the relay has accepted the first, and before it could write that down.
            worker = sender(newsroom, server, tmp_path, at_once)
            with pytest.raises(PowerError):
                delivering.send_chunk(newsroom.database, worker, claim(worker, mailing_id))
            worker.close()
            worker.journal.close()
            assert server.accepted.most_common(1)[0][1] == kill
            assert recovering.recover(newsroom.database, tmp_path / "journal", now=newsroom.now) == 0
        other = sender(newsroom, server, tmp_path)
        settled = delivering.send_chunk(newsroom.database, other, claim(other, mailing_id))
        other.close()
    found = states(newsroom, mailing_id)
    assert settled == found[DeliveryState.SENT]
    assert found[DeliveryState.IN_DOUBT] == READERS - settled
    assert 1 <= found[DeliveryState.IN_DOUBT] <= 2
    assert max(server.accepted.values()) == 2
    with newsroom.database.reading() as session:
        (doubted, *_) = ledger.fates(session, mailing_id, state=DeliveryState.IN_DOUBT)
        assert mailings.get(session, mailing_id).state is MailingState.DONE
    assert (doubted.tries, doubted.next_try, server.accepted[doubted.address]) == (2, None, 2)
    assert "ended before the relay answered" in (doubted.reply or "")
    other.journal.close()


def test_what_a_hanging_worker_knows_is_not_sent_again_by_who_takes_over(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom)

    def before(handed: int) -> None:
        if handed == 30:
            raise PowerError

    with faulty(pipelining=True) as server:
        # A clock that stands: nothing is flushed, and its lease runs out while it hangs and keeps its journal.
        hanging = replace(sender(newsroom, server, tmp_path, before), clock=lambda: newsroom.now)
        with pytest.raises(PowerError):
            delivering.send_chunk(newsroom.database, hanging, claim(hanging, mailing_id))
        later = newsroom.now + LEASE + timedelta(seconds=1)
        other = replace(sender(newsroom, server, tmp_path), clock=lambda: later)
        assert delivering.send_chunk(newsroom.database, other, claim(other, mailing_id)) == READERS - 30
        other.close()
        # It wakes up, and what it tells changes nothing.
        hanging.close()
        hanging.journal.close()
        assert recovering.recover(newsroom.database, tmp_path / "journal", now=later) == 30
    assert states(newsroom, mailing_id) == {DeliveryState.SENT: READERS}
    assert server.accepted.total() <= READERS + 2, "more than one message a connection went out twice"
    other.journal.close()


def test_a_journal_that_cannot_be_written_stops_the_sending_and_the_ledger_knows_all(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom)
    with faulty(pipelining=True) as server:
        worker = sender(newsroom, server, tmp_path)
        full = FullDisk(worker.journal.owner, worker.journal.path, worker.journal._descriptor)
        settled = delivering.send_chunk(newsroom.database, replace(worker, journal=full), claim(worker, mailing_id))
        assert settled is not None
        assert 1 <= settled <= 4
        assert states(newsroom, mailing_id)[DeliveryState.SENT] == settled == server.accepted.total()
        assert delivering.send_chunk(newsroom.database, worker, claim(worker, mailing_id)) == READERS - settled
        worker.close()
    assert (server.accepted.total(), len(server.accepted)) == (READERS, READERS)
    worker.journal.close()


def test_five_in_doubt_in_a_row_pause_the_mailing_with_a_reason(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom, "dropbody")
    with faulty(pipelining=True) as server:
        worker = sender(newsroom, server, tmp_path)
        settled = delivering.send_chunk(newsroom.database, worker, claim(worker, mailing_id))
        worker.close()
    assert settled is not None
    assert 5 <= settled <= 9
    assert server.seen.total() == settled
    with newsroom.database.reading() as session:
        paused = mailings.get(session, mailing_id)
    assert paused.state is MailingState.PAUSED
    assert "5 messages in a row got no answer from the relay" in (paused.reason or "")
    worker.journal.close()


def test_a_relay_that_takes_one_message_at_a_time_is_told_of_all_the_while(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom)
    known: list[int] = []

    def before(_handed: int) -> None:
        known.append(states(newsroom, mailing_id).get(DeliveryState.SENT, 0))

    with faulty(pipelining=False) as server:
        worker = sender(newsroom, server, tmp_path, before, connections=1)
        assert delivering.send_chunk(newsroom.database, worker, claim(worker, mailing_id)) == READERS
        worker.close()
    # The lease is renewed, and a pause heard of, as often.
    assert len(set(known)) > 4
    assert states(newsroom, mailing_id) == {DeliveryState.SENT: READERS}


def test_who_leaves_while_the_chunk_is_sent_gets_nothing_and_a_pause_stops_it_within_a_flush(newsroom: Newsroom, tmp_path: Path) -> None:
    mailing_id = opened(newsroom)
    with newsroom.database.reading() as session:
        leaving = subscribers.by_address(session, "reader50@example.net")
        edition_id = mailings.get(session, mailing_id).edition_id
    assert leaving is not None

    def before(handed: int) -> None:
        if handed == 10:
            token = make_token(SECRET, Purpose.UNSUBSCRIBE, Bearing(mailing_id=mailing_id, subscriber_id=leaving.id))
            known = subscribing.standing(newsroom.database, SECRET, Purpose.UNSUBSCRIBE, token)
            assert subscribing.unsubscribe(newsroom.database, known, now=newsroom.now)
        if handed == 20:
            sending.pause(newsroom.database, edition_id, who="Nadia", now=newsroom.now)

    with faulty(pipelining=True) as server:
        worker = sender(newsroom, server, tmp_path, before)
        first = delivering.send_chunk(newsroom.database, worker, claim(worker, mailing_id))
        assert first is not None
        # A flush comes with every second of its clock, which is every ten looks at it.
        assert 20 < first <= 40
        assert server.accepted.total() == first
        sending.resume(newsroom.database, edition_id, who="Nadia", now=newsroom.now)
        rest = delivering.send_chunk(newsroom.database, worker, claim(worker, mailing_id))
        worker.close()
    assert first + (rest or 0) == READERS - 1
    assert "reader50@example.net" not in server.accepted
    assert states(newsroom, mailing_id) == {DeliveryState.SENT: READERS - 1, DeliveryState.SUPPRESSED: 1}
    worker.journal.close()
