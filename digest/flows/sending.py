"""Sending: due editions open their mailing, people pause and stop it, and the sweep finds what waits."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from digest.compose.draft import thinness
from digest.errors import Conflict, NotFound, RefusedError
from digest.log import get_log
from digest.model.account import MACHINE, Act
from digest.model.edition import EditionRecord, EditionState
from digest.model.mailing import Mailing, MailingState
from digest.model.newsletter import WhenThin
from digest.store import Database, Session, acts, editions, ledger, mailings, newsletters, renderings
from digest.store.mailings import Opening

log = get_log("sending")

_BATCH = 50
_UNAPPROVED = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED)
# 5, 15, 30 minutes, then hourly up to 48 hours (delivery rules, docs/how-to/operate.md).
_RETRIES = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
_GIVE_UP = timedelta(hours=48)
_MOST_IN_DOUBT = 2


def release_due(database: Database, *, now: datetime, chunk_size: int) -> tuple[int, ...]:
    """Open the mailing of each scheduled edition whose time has come; return the mailings opened.

    One without approval is held and says so. One found later than its newsletter's grace is held for a person.
    A second beat at the same moment loses the compare-and-set and opens nothing.
    """
    opened = []
    with database.reading() as session:
        due = editions.due(session, now=now, states=(*_UNAPPROVED, EditionState.SCHEDULED))
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
    with database.writing() as session:
        record = editions.get(session, edition_id)
        if record.state not in (EditionState.APPROVED, EditionState.SCHEDULED):
            state = record.state.replace("_", " ")
            if record.state is EditionState.RELEASED:
                raise RefusedError(f"edition {edition_id} is on its way or sent already; see `digest deliveries {edition_id}`")
            raise RefusedError(f"edition {edition_id} is {state}, not approved; approve it with `digest edition approve {edition_id}`")
        mailing = _open(session, record, now=now, chunk_size=chunk_size)
        if mailing is None:
            raise Conflict(f"edition {edition_id} has been sent already; see `digest deliveries {edition_id}`")
        if not mailings.counts(session, mailing.id).total:
            add = f"digest subscribers import FILE --newsletter {record.newsletter_id}"
            raise RefusedError(f"{record.newsletter_id} has no confirmed reader; add some with `{add}`")
        _note(session, record, who, "sent at once", now)
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


def pause(database: Database, edition_id: int, *, who: str, now: datetime) -> None:
    """Stop the edition's mailing within a second, after the messages in flight."""
    _change(database, edition_id, MailingState.PAUSED, of=(MailingState.OPEN, MailingState.SENDING), by=(who, "paused", now))


def resume(database: Database, edition_id: int, *, who: str, now: datetime) -> None:
    """Let a paused mailing go on, with the chunks that were set aside."""
    _change(database, edition_id, MailingState.SENDING, of=(MailingState.PAUSED,), by=(who, "resumed", now))
    with database.writing() as session:
        for mailing in mailings.of_edition(session, edition_id):
            ledger.try_anew(session, mailing.id)


def stop(database: Database, edition_id: int, *, who: str, now: datetime) -> None:
    """End the edition's mailing for good; who has it has it."""
    running = (MailingState.OPEN, MailingState.SENDING, MailingState.PAUSED, MailingState.HELD)
    _change(database, edition_id, MailingState.CANCELLED, of=running, by=(who, "stopped the sending", now))


def _release(session: Session, record: EditionRecord, *, now: datetime, chunk_size: int) -> Mailing | None:
    newsletter = newsletters.get(session, record.newsletter_id)
    if record.due > now:
        return None
    if record.state in _UNAPPROVED:
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
    mailing = _open(session, record, now=now, chunk_size=chunk_size)
    if mailing is not None:
        _note(session, record, MACHINE, "sending begun", now)
    return mailing


def _open(session: Session, record: EditionRecord, *, now: datetime, chunk_size: int) -> Mailing | None:
    if record.approved_sha256 is None:
        raise NotFound(f"edition {record.id} has no approved mail; approve it again")
    rendered = renderings.by_sha256(session, record.id, record.approved_sha256)
    editions.move(session, record, EditionState.RELEASED, now=now, held=None)
    opening = Opening(edition_id=record.id, newsletter_id=record.newsletter_id, kind="edition", rendered=rendered, chunk_size=chunk_size)
    return mailings.open_mailing(session, opening, now=now)


def _change(database: Database, edition_id: int, state: MailingState, *, of: Iterable[MailingState], by: tuple[str, str, datetime]) -> None:
    who, what, now = by
    with database.writing() as session:
        record = editions.get(session, edition_id)
        sent = mailings.of_edition(session, edition_id)
        if not any(mailings.change(session, one.id, state, of=tuple(of)) for one in sent):
            there = ", ".join(one.state.value for one in sent) or "none"
            raise RefusedError(f"edition {edition_id} has no mailing that can be {what.split()[0]} (its mailings: {there})")
        _note(session, record, who, what, now)


def _hold(session: Session, record: EditionRecord, why: str, now: datetime) -> None:
    if editions.hold(session, record, why):
        _note(session, record, MACHINE, f"held: {why}", now)
        log.warning("held", edition=record.id, why=why)


def _note(session: Session, record: EditionRecord, who: str, what: str, now: datetime) -> None:
    acts.note(session, Act(at=now, who=who, what=what, why=None, edition_id=record.id, revision=record.revision))


def _when(moment: datetime) -> str:
    return moment.strftime("%d %B %Y, %H:%M UTC")


def _length(span: timedelta) -> str:
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min"
