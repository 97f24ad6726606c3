"""Delivering: a chunk is claimed, its recipients are offered to the relay, and what it answers goes to the journal, then the ledger."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from digest.audience.links import message_names, reader_links, unsubscribe_mail
from digest.audience.token import Bearing
from digest.deliver.dkim import Signers
from digest.deliver.journal import Journal, left_behind
from digest.deliver.message import Splicer, Splicers
from digest.deliver.transport import Envelope, Offer, Settled, Transport
from digest.errors import DatabaseUnreachable, RelayRefused, RelayUnreachable
from digest.log import get_log
from digest.model.mailing import Answer, DeliveryState, MailingState, Recipient, Settlement
from digest.model.quoting import mailbox
from digest.store import Database, Session, ledger, mailings, newsletters, settling
from digest.store.ledger import Claim

log = get_log("delivering")

_FLUSH_ANSWERS = 500
_FLUSH_AFTER = timedelta(seconds=1)
# In multiples of `Sender.retry`, the last for good: 5, 15, 30 minutes, then hourly, where it is 5 minutes.
_RETRIES = (1, 3, 6, 12)
_GIVE_UP = timedelta(hours=48)
_MOST_IN_DOUBT = 2
_DOUBTS_IN_A_ROW = 5
# How long answers that came wait, in steps of a second, for a database that is away: nobody else can send meanwhile.
_PATIENCE = 600
_RUNNING = (MailingState.OPEN, MailingState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What delivering needs: transport, signers, journal, the key of all tokens, where readers reach the web, clock and waiting.

    `reads_mail`: something takes in what readers and mail systems write to us, so the mail may offer to be answered.
    `splicers` are those of the mails that its process sent before.
    """

    transport: Transport
    signers: Signers
    journal: Journal
    secret: bytes
    public_url: str
    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    retry: timedelta = timedelta(minutes=5)
    reads_mail: bool = False
    splicers: Splicers = field(default_factory=Splicers)


def send_chunk(database: Database, sender: Sender, claim: Claim) -> int | None:
    """Claim a chunk and send to whoever in it waits; return how many were settled, or None where it was not to be had.

    `claim.owner` is the journal's. An answer stands in the journal before the next message leaves on its connection, and
    in the ledger within a second: what a crash can repeat is one message a connection. A relay that cannot be reached
    hands the chunk back.
    """
    _tell_left(database, sender.journal)
    with database.writing() as session:
        if not ledger.claim(session, claim, now=sender.clock()):
            return None
        ledger.leave_out(session, claim, now=sender.clock())
        batch = ledger.waiting(session, claim)
        run = _open_run(session, database, sender, claim)
    trouble: RelayUnreachable | RelayRefused | None = None
    try:
        with closing(sender.transport.carry(run.offers(batch))) as answers:
            for settled in answers:
                run.take(settled)
    except (RelayUnreachable, RelayRefused) as error:
        log.warning("relay in trouble", mailing=claim.mailing_id, chunk=claim.number, why=str(error))
        trouble = error
    run.finish(trouble)
    return run.settled


def recover(database: Database, folder: Path) -> int:
    """Tell the ledger what dead processes had in their journals, and free their chunks; return how many answers there were."""
    told = 0
    for journal in left_behind(folder):
        try:
            entries = tuple(journal.entries())
            with database.writing() as session:
                settling.settle(session, entries)
                freed = ledger.free(session, journal.owner)
            journal.clear()
        finally:
            # Where the database was away, its entries stay for the next sweep.
            journal.close()
        told += len(entries)
        log.info("journal replayed", owner=journal.owner, answers=len(entries), chunks=freed)
    return told


@dataclass(slots=True, kw_only=True)
class _Run:
    """One chunk in hand: what is offered, which answers the ledger does not know yet, and why it stops."""

    database: Database
    sender: Sender
    claim: Claim
    splicer: Splicer
    opened: datetime
    domain: str
    flushed: datetime
    settled: int = 0
    stopped: bool = False
    doubts: int = 0
    offered: int = 0
    gone: set[int] = field(default_factory=set)
    tries: dict[int, int] = field(default_factory=dict)
    unknown: list[Settlement] = field(default_factory=list)

    def offers(self, batch: tuple[tuple[Recipient, int], ...]) -> Iterator[Offer]:
        """Give each recipient's message as it is asked for, until the run stops."""
        date = format_datetime(self.opened)
        for recipient, tries in batch:
            if self.stopped:
                return
            if recipient.subscriber_id in self.gone:
                continue
            self.tries[recipient.subscriber_id] = tries + 1
            self.offered += 1
            yield self._offer(recipient, date)

    def take(self, settled: Settled) -> None:
        """Write an answer into the journal, and with others into the ledger when it is time."""
        now = self.sender.clock()
        subscriber_id, answer = settled.offer.key, settled.answer
        next_try = _next_try(answer, self.tries[subscriber_id], now=now, opened=self.opened, retry=self.sender.retry)
        settlement = Settlement(
            mailing_id=self.claim.mailing_id, subscriber_id=subscriber_id, answer=answer, settled=now, next_try=next_try
        )
        self.unknown.append(settlement)
        self.settled += 1
        self.doubts = self.doubts + 1 if answer.state is DeliveryState.IN_DOUBT else 0
        if self.doubts >= _DOUBTS_IN_A_ROW:
            self.stopped = True
        try:
            self.sender.journal.note(settlement)
        except OSError as error:
            # Without a journal nothing more may leave; the ledger gets what is known at once.
            log.warning("journal not written", path=str(self.sender.journal.path), why=str(error))
            self.stopped = True
            self.flush()
            return
        # Where nothing is on its way any more, the end of the chunk tells, with the rest that it has to say.
        due = len(self.unknown) >= _FLUSH_ANSWERS or now - self.flushed >= _FLUSH_AFTER
        if due and self.settled < self.offered:
            self.flush()

    def flush(self) -> None:
        """Tell the ledger the answers, renew the lease, and see who has left since."""
        self._tell(self._see_who_left)

    def finish(self, trouble: RelayUnreachable | RelayRefused | None) -> None:
        """Tell the ledger the rest, and in the same transaction close the chunk or hand it back."""
        self._tell(lambda session: self._let_go(session, trouble))

    def _tell(self, and_then: Callable[[Session], None]) -> None:
        """Tell the ledger the answers and renew the lease. Waits for a database that is away."""
        for second in range(_PATIENCE + 1):
            try:
                with self.database.writing() as session:
                    settling.settle(session, self.unknown)
                    if not ledger.renew(session, self.claim, now=self.sender.clock(), progress=self.settled > 0):
                        self.stopped = True
                    and_then(session)
            except DatabaseUnreachable as error:
                log.warning("answers wait for the database", answers=len(self.unknown), why=str(error))
                if second == _PATIENCE:
                    raise
                self.sender.wait(1.0)
            else:
                break
        self.sender.journal.clear()
        self.unknown.clear()
        self.flushed = self.sender.clock()

    def _see_who_left(self, session: Session) -> None:
        self.gone |= ledger.leave_out(session, self.claim, now=self.sender.clock())

    def _let_go(self, session: Session, trouble: RelayUnreachable | RelayRefused | None) -> None:
        reason = str(trouble) if isinstance(trouble, RelayRefused) else None
        if self.doubts >= _DOUBTS_IN_A_ROW:
            reason = f"{self.doubts} messages in a row got no answer from the relay; see that it is well, then resume"
        if reason is not None:
            mailings.change(session, self.claim.mailing_id, MailingState.PAUSED, of=_RUNNING, reason=reason)
        if self.stopped or trouble is not None:
            # Paused, cancelled, or another took it over: whoever may go on finds the chunk free.
            ledger.hand_back(session, self.claim)
        else:
            ledger.close(session, self.claim)
            mailings.finish(session, self.claim.mailing_id, now=self.sender.clock())

    def _offer(self, recipient: Recipient, date: str) -> Offer:
        secret = self.sender.secret
        bearing = Bearing(mailing_id=recipient.mailing_id, subscriber_id=recipient.subscriber_id)
        links = reader_links(secret, self.sender.public_url, bearing)
        name, path = message_names(secret, self.domain, bearing)
        values = links | {
            "to": mailbox(recipient.name, recipient.address, "To"),
            "address": recipient.address,
            "name": recipient.name or "",
            "message_id": name,
            "date": date,
            "unsubscribe_mail": unsubscribe_mail(links, self.domain) if self.sender.reads_mail else "",
        }
        envelope = Envelope(return_path=path, recipient=recipient.address)
        return Offer(recipient.subscriber_id, envelope, self.splicer.splice(values))


def _open_run(session: Session, database: Database, sender: Sender, claim: Claim) -> _Run:
    mailing = mailings.get(session, claim.mailing_id)
    domain = newsletters.get(session, mailing.newsletter_id).from_address.rpartition("@")[2]

    def take_apart() -> Splicer:
        return Splicer(mailings.rendered(session, claim.mailing_id), sender.signers.of(domain))

    return _Run(
        database=database,
        sender=sender,
        claim=claim,
        splicer=sender.splicers.get((mailing.id, mailing.sha256, domain), take_apart),
        opened=mailing.opened,
        domain=domain,
        flushed=sender.clock(),
    )


def _tell_left(database: Database, journal: Journal) -> None:
    """Tell the ledger what a chunk before this one could not, because the database stayed away."""
    entries = tuple(journal.entries())
    if entries:
        with database.writing() as session:
            settling.settle(session, entries)
        journal.clear()


def _next_try(answer: Answer, tries: int, *, now: datetime, opened: datetime, retry: timedelta) -> datetime | None:
    if answer.state is DeliveryState.IN_DOUBT:
        return now + retry if tries < _MOST_IN_DOUBT else None
    if answer.state is not DeliveryState.DEFERRED or now - opened > _GIVE_UP:
        return None
    return now + retry * _RETRIES[min(tries, len(_RETRIES)) - 1]
