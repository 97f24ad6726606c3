"""Delivering: a chunk is claimed, its recipients are offered to a relay, and what it answers goes to the journal, then the ledger.

Which relay, and how much now, the steering knows (`store/steering.py`); where one fails, the next takes over.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TypeVar

from digest.audience.links import message_id, message_names, reader_links, unsubscribe_mail
from digest.audience.token import Bearing
from digest.deliver.bucket import HORIZON
from digest.deliver.domains import system_of_address
from digest.deliver.journal import Journal, journal_of, read
from digest.deliver.message import Splicer, Splicers
from digest.deliver.routes import Route, in_turn
from digest.deliver.transport import Envelope, Offer, Settled
from digest.deliver.verdict import weigh
from digest.errors import DatabaseUnreachable, RelayRefused, RelayUnreachable
from digest.log import get_log
from digest.model.mailing import Answer, DeliveryState, Recipient, Settlement
from digest.model.quoting import mailbox
from digest.model.relay import Cause
from digest.store import Database, Session, halting, ledger, mailings, naming, newsletters, settling
from digest.store.ledger import Claim, Waiting
from digest.store.pace import Asked, Grant
from digest.store.steering import Steering, steer

log = get_log("delivering")

_FLUSH_ANSWERS = 500
_FLUSH_AFTER = timedelta(seconds=1)
# In multiples of `Sender.retry`, the last for good: 5, 15, 30 minutes, then hourly, where it is 5 minutes.
_RETRIES = (1, 3, 6, 12)
# What was refused for good, but not for the reader's sake, is tried again hourly.
_REFUSED = 500
_GIVE_UP = timedelta(hours=48)
_DOUBTS_IN_A_ROW = 5
# How long answers that came wait, in steps of a second, for a database that is away: nobody else can send meanwhile.
_PATIENCE = 600
# Moments closer than this are not waited for one by one: the next claim of the relay's tokens waits for them together.
_SHORTEST_GAP = timedelta(milliseconds=1)
# A wait that ends early, by the clock, is no clock that was set back.
_SLACK = timedelta(seconds=1)
_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What delivering needs: relays, journal, the key of all tokens, where readers reach the web, clock and waiting.

    `mailbox_gone` follows, in the ledger's own transaction, what a relay said of a reader's mailbox: that there is none.
    `reads_mail`: something takes in what readers and mail systems write to us, so the mail may offer to be answered.
    `splicers` are those of the mails that its process sent before.
    """

    routes: tuple[Route, ...]
    journal: Journal
    secret: bytes
    public_url: str
    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    retry: timedelta = timedelta(minutes=5)
    reads_mail: bool = False
    splicers: Splicers = field(default_factory=Splicers)
    mailbox_gone: Callable[[Session, Settlement], None] | None = None

    def close(self) -> None:
        """End all conversations with the relays; later chunks begin others."""
        for route in self.routes:
            route.transport.close()


def send_chunk(database: Database, sender: Sender, claim: Claim) -> int | None:
    """Claim a chunk and send to whoever in it waits; return how many were settled, or None where it was not to be had.

    `claim.owner` is the journal's. An answer stands in the journal before the next message leaves on its connection, and
    in the ledger within a second: what a crash can repeat is one message a connection, and no message is repeated twice.
    Where no relay takes anything now the chunk is left, or handed back.
    """
    _tell_own(database, sender)
    turn = in_turn(sender.routes, claim.mailing_id, claim.number)
    with database.writing() as session:
        now = sender.clock()
        steering = steer(session, tuple(_asked(route, sender.retry) for route in turn), now=now)
        if not steering.open_to():
            return None
        _tell_of_silent(session, claim, sender.journal.path.parent, now=now)
        if not ledger.claim(session, claim, now=now):
            return None
        ledger.leave_out(session, claim, now=now)
        run = _open_run(session, database, sender, (claim, steering))
    while run.left and not run.stopped and any(run.carry(one) for one in run.steering.open_to()):
        pass
    run.finish()
    return run.settled


@dataclass(slots=True, kw_only=True)
class _Run:
    """One chunk in hand: who is left, which answers the ledger does not know yet, and why it stops."""

    database: Database
    sender: Sender
    claim: Claim
    routes: dict[str, Route]
    steering: Steering
    left: list[Waiting]
    opened: datetime
    sha256: str
    domain: str
    flushed: datetime
    route: Route
    splicer: Splicer
    # Who had this version on its way before, and by which mailing: see `store/naming.py`.
    named: dict[int, int]
    settled: int = 0
    stopped: bool = False
    doubts: int = 0
    # How many are settled when the relay that is asked has answered for all of its lot.
    whole: int = 0
    done: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    asked: dict[int, Waiting] = field(default_factory=dict)
    unknown: list[Settlement] = field(default_factory=list)
    no_mailbox: list[Settlement] = field(default_factory=list)

    def carry(self, asked: Asked) -> bool:
        """Offer to one relay what it takes now of who is left; False where that is nobody."""
        readers = [one.recipient.subscriber_id for one in self.left]
        if self.steering.must_claim(asked):
            grant = self._patiently(lambda session: self.steering.ask(session, asked, readers, now=self.sender.clock()))
        else:
            grant = self.steering.ask(None, asked, readers, now=self.sender.clock())
        if not grant.places:
            return False
        lot = [self.left[place] for place in grant.places]
        self.whole = self.settled + len(lot)
        self.doubts = 0
        self.route, self.splicer = self.routes[asked.relay], self._splicer(self.routes[asked.relay])
        try:
            with closing(self.route.transport.carry(self.offers(lot, grant), self.leaves)) as answers:
                for settled in answers:
                    self.take(settled)
        except (RelayUnreachable, RelayRefused) as error:
            log.warning("relay in trouble", mailing=self.claim.mailing_id, chunk=self.claim.number, relay=asked.relay, why=str(error))
            cause = Cause.REFUSED if isinstance(error, RelayRefused) else Cause.UNREACHABLE
            self.steering.in_trouble(cause, str(error), now=self.sender.clock())
        ended = len(lot) == len(self.left) and all(one.recipient.subscriber_id in self.done for one in lot)
        self.left = [one for one in self.left if one.recipient.subscriber_id not in self.done | self.gone]
        if not ended:
            # Whoever is left goes on elsewhere, or waits: this relay's account is closed first.
            never = [one.recipient.subscriber_id for one in lot if one.recipient.subscriber_id not in self.done]
            self._tell(lambda session: self._leave(session, never), last=True)
            self.steering.ended()
        return True

    def offers(self, lot: list[Waiting], grant: Grant) -> Iterator[Offer]:
        """Give each recipient's message as it is asked for, and at its time, until the run stops."""
        date, begins = format_datetime(self.opened), grant.begins
        for place, waiting in enumerate(lot):
            recipient = waiting.recipient
            if grant.gap and (place == 0 or grant.gap >= _SHORTEST_GAP):
                now = self.sender.clock()
                moment = begins + place * grant.gap
                # Further off than it was given means that a clock was set back since: the next ones go by the clock as it is now.
                if moment - now > grant.gap + (HORIZON if place == 0 else _SLACK):
                    begins, moment = now - (place - 1) * grant.gap, now + grant.gap
                if moment > now:
                    self.sender.wait((moment - now).total_seconds())
            if self.stopped or self.steering.closed:
                return
            if recipient.subscriber_id in self.gone or not self.steering.goes_on(recipient.subscriber_id):
                continue
            self.asked[recipient.subscriber_id] = waiting
            yield self._offer(recipient, date)

    def leaves(self, offer: Offer) -> None:
        """Write into the journal that a message is about to leave."""
        try:
            self.sender.journal.leaves(self.claim.mailing_id, offer.key)
        except OSError as error:
            self._without_journal(error)

    def take(self, settled: Settled) -> None:
        """Write an answer into the journal, and with others into the ledger when it is time."""
        now = self.sender.clock()
        subscriber_id = settled.offer.key
        answer, failed = settled.answer, None
        tries = self.asked[subscriber_id].tries + 1
        if answer.state in (DeliveryState.DEFERRED, DeliveryState.FAILED):
            verdict = weigh(answer, tries)
            answer, failed = verdict.answer, f"{answer.code} {answer.reply}" if verdict.counts else None
            gone = verdict.gone
        else:
            gone = False
        if answer.state is not DeliveryState.IN_DOUBT:
            self.steering.saw(subscriber_id, failed=failed)
        if answer.state is DeliveryState.IN_DOUBT:
            next_try = now + self.sender.retry if self.asked[subscriber_id].doubts + 1 < settling.MOST_DOUBTS else None
        else:
            next_try = _next_try(answer, tries, now=now, opened=self.opened, retry=self.sender.retry)
        settlement = Settlement(
            mailing_id=self.claim.mailing_id,
            subscriber_id=subscriber_id,
            answer=answer,
            settled=now,
            next_try=next_try,
            relay=self.route.name,
        )
        self.unknown.append(settlement)
        if gone:
            self.no_mailbox.append(settlement)
        self.done.add(subscriber_id)
        self.settled += 1
        self.doubts = self.doubts + 1 if answer.state is DeliveryState.IN_DOUBT else 0
        if self.doubts == _DOUBTS_IN_A_ROW:
            words = f"{self.doubts} messages in a row got no answer from the relay {self.route.name}; see that it is well, then resume"
            self.steering.in_trouble(Cause.DOUBT, words, now=now)
        try:
            self.sender.journal.note(settlement)
        except OSError as error:
            self._without_journal(error)
            return
        # When all of the lot are settled, its end tells, with the rest that it has to say.
        # Where a clock was set back, too: who waited for it to catch up would see no pause and keep no lease for hours.
        due = len(self.unknown) >= _FLUSH_ANSWERS or not timedelta() <= now - self.flushed < _FLUSH_AFTER
        if due and self.settled < self.whole:
            self.flush()

    def _without_journal(self, error: OSError) -> None:
        """Offer nobody else; the ledger gets what is known at once."""
        log.warning("journal not written", path=str(self.sender.journal.path), why=str(error))
        self.stopped = True
        self.flush()

    def flush(self) -> None:
        """Tell the ledger the answers, renew the lease, and see who has left since."""
        self._tell(self._see_who_left)

    def finish(self) -> None:
        """Tell the ledger the rest, and in the same transaction close the chunk or hand it back."""
        self._tell(self._let_go, last=True)

    def _tell(self, and_then: Callable[[Session], None], *, last: bool = False) -> None:
        """Tell the ledger the answers and renew the lease; of the relay tell what matters now, or all at the `last`."""
        self._patiently(lambda session: self._tell_in(session, and_then, last=last))
        self.sender.journal.clear()
        self.unknown.clear()
        self.no_mailbox.clear()
        self.steering.told()
        self.flushed = self.sender.clock()

    def _tell_in(self, session: Session, and_then: Callable[[Session], None], *, last: bool) -> None:
        now = self.sender.clock()
        settling.settle(session, self.unknown)
        if self.sender.mailbox_gone is not None:
            for settlement in self.no_mailbox:
                self.sender.mailbox_gone(session, settlement)
        if not ledger.renew(session, self.claim, now=now, progress=self.settled > 0):
            self.stopped = True
        self.steering.tell(session, last=last, now=now)
        and_then(session)

    def _patiently(self, act: Callable[[Session], _Told]) -> _Told:
        """Do something in a transaction of its own. Waits for a database that is away."""
        for _ in range(_PATIENCE):
            try:
                with self.database.writing() as session:
                    return act(session)
            except DatabaseUnreachable as error:
                log.warning("answers wait for the database", answers=len(self.unknown), why=str(error))
                self.sender.wait(1.0)
        with self.database.writing() as session:
            return act(session)

    def _see_who_left(self, session: Session) -> None:
        self.gone |= ledger.leave_out(session, self.claim, now=self.sender.clock())

    def _leave(self, session: Session, never: list[int]) -> None:
        """Give back what a relay had granted to these, who were not offered to it."""
        self.steering.left(session, never, now=self.sender.clock())
        self._see_who_left(session)

    def _let_go(self, session: Session) -> None:
        now = self.sender.clock()
        reason = self.steering.standstill()
        if reason is not None:
            halting.halt(session, self.claim.mailing_id, reason, now=now)
        if self.stopped or (self.left and not self.steering.open_to()):
            # Paused, cancelled, taken over by another, or no relay takes more now: whoever may go on finds the chunk free.
            ledger.hand_back(session, self.claim)
            return
        waits = self.steering.waits(one.recipient.subscriber_id for one in self.left)
        # Who found no room in all that time is given up, as is who was deferred for so long.
        late = now - self.opened > _GIVE_UP
        settling.wait(session, self.claim.mailing_id, {reader: (None if late else one.until, one.why) for reader, one in waits.items()})
        ledger.close(session, self.claim)
        mailings.finish(session, self.claim.mailing_id, now=now)

    def _splicer(self, route: Route) -> Splicer:
        """Return what makes this mail's messages for one relay, which has its own signatures."""

        def take_apart() -> Splicer:
            with self.database.reading() as session:
                return Splicer(mailings.rendered(session, self.claim.mailing_id), route.signers.of(self.domain))

        return self.sender.splicers.get((self.claim.mailing_id, self.sha256, self.domain, route.name), take_apart)

    def _offer(self, recipient: Recipient, date: str) -> Offer:
        secret = self.sender.secret
        bearing = Bearing(mailing_id=recipient.mailing_id, subscriber_id=recipient.subscriber_id)
        links = reader_links(secret, self.sender.public_url, bearing)
        name, path = message_names(secret, self.domain, bearing)
        if (named := self.named.get(recipient.subscriber_id)) is not None:
            name = message_id(secret, self.domain, Bearing(mailing_id=named, subscriber_id=recipient.subscriber_id))
        values = links | {
            "to": mailbox(recipient.name, recipient.address, "To"),
            "address": recipient.address,
            "name": recipient.name or "",
            "message_id": name,
            "date": date,
            "unsubscribe_mail": unsubscribe_mail(links, self.domain) if self.sender.reads_mail else "",
        }
        envelope = Envelope(return_path=self.route.return_path or path, recipient=recipient.address)
        message = self.splicer.splice(values, recipient.left_out)
        return Offer(recipient.subscriber_id, envelope, self.route.headers + message if self.route.headers else message)


def _open_run(session: Session, database: Database, sender: Sender, of: tuple[Claim, Steering]) -> _Run:
    claim, steering = of
    mailing = mailings.get(session, claim.mailing_id)
    domain = newsletters.get(session, mailing.newsletter_id).from_address.rpartition("@")[2]
    batch = ledger.waiting(session, claim)
    steering.systems = {one.recipient.subscriber_id: system_of_address(one.recipient.address) for one in batch}
    routes = {route.name: route for route in sender.routes}
    first = routes[steering.open_to()[0].relay]

    def take_apart() -> Splicer:
        return Splicer(mailings.rendered(session, claim.mailing_id), first.signers.of(domain))

    return _Run(
        database=database,
        sender=sender,
        claim=claim,
        routes=routes,
        steering=steering,
        left=list(batch),
        named=naming.named_by(session, mailing.id, list(steering.systems)),
        opened=mailing.opened,
        sha256=mailing.sha256,
        domain=domain,
        flushed=sender.clock(),
        route=first,
        splicer=sender.splicers.get((mailing.id, mailing.sha256, domain, first.name), take_apart),
    )


def _asked(route: Route, retry: timedelta) -> Asked:
    return Asked(relay=route.name, limits=route.limits, domains=route.domains, retry=retry)


def _tell_own(database: Database, sender: Sender) -> None:
    """Tell the ledger what a chunk before this one could not, because the database stayed away."""
    kept = sender.journal.read()
    if kept.answers or kept.dark:
        with database.writing() as session:
            settling.settle(session, kept.answers)
            settling.darken(session, kept.dark, sender.journal.owner, now=sender.clock())
        sender.journal.forget()


def _tell_of_silent(session: Session, wanted: Claim, journals: Path, *, now: datetime) -> None:
    """Before a chunk is taken from an owner who hangs, or whose clock jumped: tell what its journal says, as if it had died."""
    if (silent := ledger.silent_owner(session, wanted, now=now)) is not None:
        kept = read(journal_of(journals, silent))
        settling.settle(session, kept.answers)
        settling.darken(session, kept.dark, silent, now=now)


def _next_try(answer: Answer, tries: int, *, now: datetime, opened: datetime, retry: timedelta) -> datetime | None:
    if answer.state is not DeliveryState.DEFERRED or now - opened > _GIVE_UP:
        return None
    if answer.code is not None and answer.code >= _REFUSED:
        return now + retry * _RETRIES[-1]
    return now + retry * _RETRIES[min(tries, len(_RETRIES)) - 1]
