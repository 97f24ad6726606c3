"""Relays for the tests of routes: real SMTP servers on loopback, a clock that the test turns, and a worker that asks them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from digest.deliver.journal import Journal
from digest.deliver.relay import read_relay
from digest.deliver.routes import Route
from digest.deliver.smtp import SmtpTransport
from digest.flows import delivering, returning, sending, subscribing
from digest.flows.delivering import Sender
from digest.model.mailing import Delivery, DeliveryState, MailingState
from digest.model.relay import Limits
from digest.store import ledger, mailings
from digest.store.ledger import Claim
from tests.deliver.faulty import Faulty, faulty
from tests.flows.newsroom import SECRET, Newsroom

LEASE = timedelta(seconds=90)


@dataclass
class Clock:
    """A clock that stands until it is turned; waiting turns it, and is written down."""

    now: datetime
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)


@dataclass
class Desk:
    """A mailing that is under way, and the worker that sends it."""

    newsroom: Newsroom
    clock: Clock
    worker: Sender
    mailing_id: int

    def sweep(self, *, size: int = 10, most: int | None = None) -> int:
        """Do what a sweep wakes workers for, or the first chunks of it; return how many were settled."""
        settled = 0
        for mailing_id, number in sending.sweep(self.newsroom.database, now=self.clock(), chunk_size=size)[:most]:
            claim = Claim(mailing_id=mailing_id, number=number, owner=self.worker.journal.owner, lease=LEASE)
            settled += delivering.send_chunk(self.newsroom.database, self.worker, claim) or 0
        return settled

    def until_done(self, *, step: timedelta = timedelta(seconds=15), most: int = 500, after: Callable[[], None] = lambda: None) -> None:
        """Sweep as beat does until nobody waits."""
        for _ in range(most):
            self.sweep()
            after()
            if self.state() is MailingState.DONE:
                return
            self.clock.now += step
        raise AssertionError(f"still {self.state()}: {self.states()}")

    def state(self) -> MailingState:
        with self.newsroom.database.reading() as session:
            return mailings.get(session, self.mailing_id).state

    def states(self) -> dict[DeliveryState, int]:
        with self.newsroom.database.reading() as session:
            counts = mailings.counts(session, self.mailing_id)
        return {state: getattr(counts, state.value) for state in DeliveryState if getattr(counts, state.value)}

    def fates(self) -> tuple[Delivery, ...]:
        with self.newsroom.database.reading() as session:
            return ledger.fates(session, self.mailing_id)


def route(name: str, port: int, *, weight: int = 1, limits: Limits | None = None, domains: dict[str, Limits] | None = None) -> Route:
    url = f"smtp+plain://127.0.0.1:{port}?connections=2"
    return Route(
        name=name,
        transport=SmtpTransport(read_relay(url), timeout=30),
        weight=weight,
        limits=limits or Limits(),
        domains=domains or {},
    )


@contextmanager
def sent_by(newsroom: Newsroom, folder: Path, readers: list[str], *routes: Route, chunk: int = 10) -> Iterator[Desk]:
    """Open a mailing to these readers, in chunks of 10, with a worker that knows these relays."""
    lines = ["email\n", *(f"{one}\n" for one in readers)]
    assert list(subscribing.import_roster(newsroom.database, SECRET, "weekly", lines, now=newsroom.now))
    record = newsroom.approved()
    mailing = sending.send_now(newsroom.database, record.id, who="Nadia", now=newsroom.now, chunk_size=chunk)
    clock = Clock(newsroom.now)
    worker = Sender(
        routes=routes,
        journal=Journal.open(folder / "journal"),
        secret=SECRET,
        public_url="https://news.example.org",
        clock=clock,
        wait=clock.wait,
        mailbox_gone=returning.no_mailbox,
    )
    try:
        yield Desk(newsroom=newsroom, clock=clock, worker=worker, mailing_id=mailing.id)
    finally:
        worker.close()
        worker.journal.close()


@contextmanager
def two() -> Iterator[tuple[Faulty, Faulty]]:
    with faulty(pipelining=True) as one, faulty(pipelining=True) as other:
        yield one, other
