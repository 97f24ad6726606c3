"""Sending: due editions open their mailing, people pause and stop it, and the sweep finds what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.compose.draft import thinness
from digest.errors import Conflict, NotFound, RefusedError
from digest.log import get_log
from digest.model.account import MACHINE, Act
from digest.model.departure import first_words
from digest.model.edition import UNAPPROVED, UNSENT, EditionRecord, EditionState
from digest.model.mailing import Mailing, MailingState
from digest.model.newsletter import WhenThin
from digest.store import Database, Session, acts, breakers, departures, editions, ledger, mailings, newsletters, openings, renderings
from digest.store.listing import Opening
from digest.store.openings import AT_ONCE, Start

log = get_log("sending")

_UNSCHEDULED = (*UNAPPROVED, EditionState.APPROVED)
_RUNNING = (MailingState.OPEN, MailingState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """An order to send an approved edition now: by whom, in chunks of which size, and how it is to begin."""

    edition_id: int
    who: str
    at: datetime
    chunk_size: int
    start: Start = AT_ONCE


def release_due(database: Database, *, now: datetime, chunk_size: int) -> tuple[int, ...]:
    """Open the mailing of each scheduled edition whose time has come; return the mailings opened.

    One without approval is held and says so. One found later than its newsletter's grace is held for a person.
    A second beat at the same moment loses the compare-and-set and opens nothing.
    """
    opened = []
    with database.reading() as session:
        due = editions.due(session, now=now, states=UNSENT)
    for record in due:
        with database.writing() as session:
            try:
                mailing = _release(session, editions.get(session, record.id), now=now, chunk_size=chunk_size)
            except Conflict as error:
                log.info("somebody was faster", edition=record.id, why=str(error))
                continue
        if mailing is not None:
            log.info("mailing opened", edition=record.id, mailing=mailing.id)
            opened.append(mailing.id)
    return tuple(opened)


def send_now(database: Database, edition_id: int, *, who: str, now: datetime, chunk_size: int) -> Mailing:
    """Open the mailing of an approved or scheduled edition at once, late or early, because a person says so."""
    return send(database, Send(edition_id=edition_id, who=who, at=now, chunk_size=chunk_size))


def send(database: Database, order: Send) -> Mailing:
    """Open the mailing of an approved or scheduled edition as ordered, and return what of it leaves first."""
    edition_id = order.edition_id
    with database.writing() as session:
        record = editions.get(session, edition_id)
        if record.state not in (EditionState.APPROVED, EditionState.SCHEDULED):
            state = record.state.replace("_", " ")
            if record.state is EditionState.RELEASED:
                raise RefusedError(f"edition {edition_id} is on its way or sent already; see `digest deliveries {edition_id}`")
            raise RefusedError(f"edition {edition_id} is {state}, not approved; approve it with `digest edition approve {edition_id}`")
        if mailings.of_edition(session, edition_id):
            raise RefusedError(
                f"edition {edition_id} went out before and was corrected since; send the correction with "
                f"`digest edition send {edition_id} --correction`"
            )
        mailing = _open(session, record, order.start, now=order.at, chunk_size=order.chunk_size)
        if mailing is None:
            raise Conflict(f"edition {edition_id} has been sent already; see `digest deliveries {edition_id}`")
        if not mailings.counts(session, mailing.id).total:
            add = f"digest subscribers import FILE --newsletter {record.newsletter_id}"
            raise RefusedError(f"{record.newsletter_id} has no confirmed reader; add some with `{add}`")
        _note(session, record, order.who, f"sent at once{_how(order.start)}", order.at)
        return mailing


def sweep(database: Database, *, now: datetime, chunk_size: int) -> tuple[tuple[int, int], ...]:
    """Return (mailing, chunk) of everything that waits for a worker, the due retries among them; close what is done.

    What a lost, doubled or wiped queue forgot is found here again.
    """
    with database.writing() as session:
        for mailing in mailings.running(session):
            while ledger.regroup(session, mailing.id, now=now, size=chunk_size):
                pass
            if mailings.finish(session, mailing.id, now=now):
                log.info("mailing done", mailing=mailing.id)
        return ledger.claimable(session, now=now)


def pause(database: Database, edition_id: int, *, who: str, now: datetime, why: str | None = None) -> None:
    """Stop all sending of the edition within a second, after the messages in flight, and the clocks of what is held."""
    with database.writing() as session:
        record = editions.get(session, edition_id)
        known = departures.of_edition(session, edition_id)
        changed = 0
        for one in mailings.of_edition(session, edition_id):
            changed += mailings.change(session, one.id, MailingState.PAUSED, of=_RUNNING)
            if one.state is MailingState.HELD and one.id in known and known[one.id].leaves is not None:
                changed += departures.set_clock(session, one.id, None, reason=f"{who} stopped its clock")
        _refuse_none(session, edition_id, "paused", changed)
        _note(session, record, who, "paused", now, why=why)


def resume(database: Database, edition_id: int, *, who: str, now: datetime, why: str | None = None) -> None:
    """Let go on what waits for a person: what is paused, with the chunks that were set aside, and what is held without a clock.

    What waits for a first round that has not ended goes on waiting for it. A rule that stopped a round binds no more: a
    person has looked.
    """
    with database.writing() as session:
        # Whoever resumes has mended what was wrong with the relay, or wants to see. It comes before the mailings, as in a
        # worker's transaction: of two in another order each would wait for the other.
        freed = breakers.try_now(session, now=now, domain="")
        record = editions.get(session, edition_id)
        known = departures.of_edition(session, edition_id)
        departures.unbind(session, [one.mailing_id for one in known.values() if one.stopped is not None])
        changed = 0
        for one in mailings.of_edition(session, edition_id):
            changed += mailings.change(session, one.id, MailingState.SENDING, of=(MailingState.PAUSED,))
            ledger.try_anew(session, one.id)
            leaves = known.get(one.id)
            if one.state is MailingState.HELD and (leaves is None or leaves.leaves is None):
                first = None if leaves is None or leaves.follows is None else known.get(leaves.follows)
                if first is None or first.ended is not None:
                    changed += departures.let_go(session, one.id, now=now)
        _refuse_none(session, edition_id, "resumed", changed)
        _note(session, record, who, "resumed, and had the relays tried again" if freed else "resumed", now, why=why)


def stop(database: Database, edition_id: int, *, who: str, now: datetime, why: str | None = None) -> None:
    """End all sending of the edition for good; who has it has it."""
    of = (*_RUNNING, MailingState.PAUSED, MailingState.HELD)
    with database.writing() as session:
        record = editions.get(session, edition_id)
        known = mailings.of_edition(session, edition_id)
        changed = sum(mailings.change(session, one.id, MailingState.CANCELLED, of=of) for one in known)
        _refuse_none(session, edition_id, "stopped", changed)
        _note(session, record, who, "stopped the sending", now, why=why)


def _release(session: Session, record: EditionRecord, *, now: datetime, chunk_size: int) -> Mailing | None:
    newsletter = newsletters.get(session, record.newsletter_id)
    # Past its time and with mailings: a correction in the making, which a person sends.
    if record.due > now or mailings.of_edition(session, record.id):
        return None
    if record.state in _UNSCHEDULED:
        edition = editions.content(session, record.id, record.revision)
        if not record.touched and thinness(edition, newsletter) is WhenThin.SKIP:
            editions.move(session, record, EditionState.SKIPPED, now=now)
            _note(session, record, MACHINE, "skipped: too little this week", now)
            return None
        state = "approved but not scheduled" if record.state is EditionState.APPROVED else "not approved"
        _hold(session, record, f"due {_when(record.due)}, but {state}", now)
        return None
    if record.state is not EditionState.SCHEDULED:
        return None
    if now - record.due > newsletter.grace:
        _hold(
            session,
            record,
            f"found {_length(now - record.due)} after its time, {_when(record.due)}: send it by hand or schedule it anew",
            now,
        )
        return None
    start = Start(first=departures.chosen(session, record.id))
    mailing = _open(session, record, start, now=now, chunk_size=chunk_size)
    if mailing is not None:
        _note(session, record, MACHINE, f"sending begun{_how(start)}", now)
    return mailing


def _open(session: Session, record: EditionRecord, start: Start, *, now: datetime, chunk_size: int) -> Mailing | None:
    if record.approved_sha256 is None:
        raise NotFound(f"edition {record.id} has no approved mail; approve it again")
    rendered = renderings.by_sha256(session, record.id, record.approved_sha256)
    editions.move(session, record, EditionState.RELEASED, now=now, held=None)
    opening = Opening(edition_id=record.id, newsletter_id=record.newsletter_id, kind="edition", rendered=rendered, chunk_size=chunk_size)
    return openings.open_edition(session, opening, start, now=now)


def _refuse_none(session: Session, edition_id: int, word: str, changed: int) -> None:
    if not changed:
        there = ", ".join(one.state.value for one in mailings.of_edition(session, edition_id)) or "none"
        raise RefusedError(f"edition {edition_id} has no mailing that can be {word} (its mailings: {there})")


def _how(start: Start) -> str:
    words = "" if start.first is None else f", {first_words(start.first)}"
    return words + (f", to be undone for {start.undo.total_seconds():.0f} s" if start.undo else "")


def _hold(session: Session, record: EditionRecord, why: str, now: datetime) -> None:
    if editions.hold(session, record, why):
        _note(session, record, MACHINE, f"held: {why}", now)
        log.warning("held", edition=record.id, why=why)


def _note(session: Session, record: EditionRecord, who: str, what: str, now: datetime, *, why: str | None = None) -> None:  # noqa: PLR0913  a line of the log
    acts.note(session, Act(at=now, who=who, what=what, why=why, edition_id=record.id, revision=record.revision))


def _when(moment: datetime) -> str:
    return moment.strftime("%d %B %Y, %H:%M UTC")


def _length(span: timedelta) -> str:
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min"
