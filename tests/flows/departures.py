"""A newsroom that sends through a relay in memory: each reader's mails by version, and a worker that can be stopped midway."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from digest.deliver.journal import Journal
from digest.deliver.routes import Route
from digest.deliver.transport import Envelope, Leaves, Offer, Settled, unnoted
from digest.flows import amending, delivering, departing, editing, previewing, recovering, sending
from digest.flows.amending import Marks
from digest.flows.delivering import Sender
from digest.flows.sending import Send
from digest.model.departure import FirstRound
from digest.model.edition import EditionRecord
from digest.model.mailing import Answer, DeliveryState, Mailing, MailingCounts
from digest.store import departures, editions, mailings
from digest.store.ledger import Claim
from digest.store.openings import Start
from tests.flows.newsroom import SECRET, Newsroom

LEASE = timedelta(seconds=30)
SIZE = 7
ACCEPTED = Answer(state=DeliveryState.SENT, code=250, reply="2.0.0 ok")
REFUSED = Answer(state=DeliveryState.FAILED, code=550, reply="5.1.1 no such user")
LATER = Answer(state=DeliveryState.DEFERRED, code=451, reply="4.7.1 come back")
SILENT = Answer(state=DeliveryState.IN_DOUBT, code=None, reply="the connection ended")


@dataclass
class Relay:
    """A transport in memory: what it answered to whom, by the version in the mail's subject. `asked` may stop the worker."""

    version: Callable[[int], str]
    answer: Callable[[str], Answer] = lambda _: ACCEPTED
    asked: Callable[[int], None] = lambda _: None
    mailing: int = 0
    took: list[tuple[str, str, int]] = field(default_factory=list)
    offered: int = 0
    # The Message-IDs of an address and version.
    names: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        raise NotImplementedError((envelope, message))

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        for offer in offers:
            self.asked(self.offered)
            self.offered += 1
            leaves(offer)
            answer = self.answer(offer.envelope.recipient)
            if answer.state in (DeliveryState.SENT, DeliveryState.IN_DOUBT):
                self.took.append((offer.envelope.recipient, self.version(self.mailing), self.mailing))
                name = message_from_bytes(offer.message)["Message-ID"]
                self.names.setdefault((offer.envelope.recipient, self.version(self.mailing)), []).append(name)
            yield Settled(offer, answer)

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class House:
    """A newsroom with an approved edition, a relay, a folder for journals, and its own clock."""

    newsroom: Newsroom
    folder: Path
    now: datetime
    relay: Relay = field(init=False)
    record: EditionRecord = field(init=False)

    def __post_init__(self) -> None:
        self.relay = Relay(version=lambda mailing: self.mailing(mailing).sha256)
        self.record = self.newsroom.approved()

    @property
    def id(self) -> int:
        return self.record.id

    def later(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def send(self, first: FirstRound | None = None, undo: float = 0) -> Mailing:
        start = Start(first=first, undo=timedelta(seconds=undo))
        return sending.send(self.newsroom.database, Send(edition_id=self.id, who="Nadia", at=self.now, chunk_size=SIZE, start=start))

    def beat(self) -> tuple[int, ...]:
        return departing.advance(self.newsroom.database, now=self.now)

    def work(self, most: int | None = None) -> int:
        """Let a worker take what waits, `most` chunks at most; return how many were settled."""
        settled = 0
        worker = Sender(
            routes=(Route(name="relay", transport=self.relay),),
            journal=Journal.open(self.folder / "journal"),
            secret=SECRET,
            public_url="https://news.example.org",
            clock=lambda: self.now,
            wait=lambda _: None,
        )
        try:
            for mailing_id, number in sending.sweep(self.newsroom.database, now=self.now, chunk_size=SIZE)[:most]:
                self.relay.mailing = mailing_id
                claim = Claim(mailing_id=mailing_id, number=number, owner=worker.journal.owner, lease=LEASE)
                settled += delivering.send_chunk(self.newsroom.database, worker, claim) or 0
        finally:
            worker.journal.close()
        return settled

    def recover(self) -> int:
        """Tell the ledger what dead workers left in their journals, as the next worker does."""
        return recovering.recover(self.newsroom.database, self.folder / "journal", now=self.now)

    def correct(self, word: str = "Corrected") -> EditionRecord:
        """Begin a correction and approve it."""
        begun = amending.begin(
            self.newsroom.database,
            (self.id, "Nadia", self.now),
            Marks(subject=f"Correction: {word}", preheader=word, notice=f"{word}: the light was paid for."),
        )
        seen = previewing.preview(self.newsroom.database, self.newsroom.press, self.id, now=self.now)
        return editing.approve(self.newsroom.database, self.newsroom.at(begun, self.now), seen.rendered.sha256)

    def mailing(self, mailing_id: int) -> Mailing:
        with self.newsroom.database.reading() as session:
            return mailings.get(session, mailing_id)

    def mailings(self) -> dict[str, Mailing]:
        with self.newsroom.database.reading() as session:
            return {one.kind: one for one in mailings.of_edition(session, self.id)}

    def counts(self, kind: str) -> MailingCounts:
        with self.newsroom.database.reading() as session:
            return mailings.counts(session, self.mailings()[kind].id)

    def leaves(self, kind: str) -> datetime | None:
        with self.newsroom.database.reading() as session:
            found = departures.of_mailing(session, self.mailings()[kind].id)
            return None if found is None else found.leaves

    def stands(self) -> EditionRecord:
        with self.newsroom.database.reading() as session:
            return editions.get(session, self.id)

    def got(self) -> dict[str, list[str]]:
        """Return the versions that each address got, in order."""
        found: dict[str, list[str]] = {}
        for address, version, _ in self.relay.took:
            found.setdefault(address, []).append(version)
        return found

    def twice(self) -> list[tuple[str, str]]:
        """Return (address, version) of whoever got one version more than once."""
        return [pair for pair, times in Counter((address, version) for address, version, _ in self.relay.took).items() if times > 1]
