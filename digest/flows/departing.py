"""Departing: what is held leaves when its time has come, a first round decides about the rest, and a window lets all be undone."""

from datetime import datetime

from digest.errors import RefusedError
from digest.log import get_log
from digest.model.account import MACHINE, Act
from digest.model.departure import Departure, FirstRound, first_words, objection
from digest.model.edition import UNSENT, EditionRecord, EditionState
from digest.model.mailing import MailingState
from digest.store import Database, Session, acts, departures, editions, mailings

log = get_log("departing")

_RUNNING = (MailingState.OPEN, MailingState.SENDING)
# What the log calls that which leaves by itself, by the kind of its mailing.
_LEAVES = {
    "edition": "the mailing",
    "first": "the first round",
    "missed": "the mail to those missed",
    "correction": "the correction",
    "instead": "the corrected mail to the rest",
}
_WAITS = "held after the first round; let it go on, or stop here"


def choose(database: Database, edition_id: int, first: FirstRound | None, *, who: str, now: datetime) -> None:
    """Keep how an edition that has not gone out is to begin (None: to all at once)."""
    with database.writing() as session:
        record = editions.get(session, edition_id)
        if record.state not in UNSENT:
            state = record.state.replace("_", " ")
            raise RefusedError(f"edition {edition_id} is {state}: its time and how it begins cannot be chosen any more")
        if departures.chosen(session, edition_id) != first:
            departures.choose(session, edition_id, first)
            _note(session, record, who, f"begins with: {first_words(first)}" if first else "begins with all readers at once", now)


def advance(database: Database, *, now: datetime) -> tuple[int, ...]:
    """Let go what is due, and judge the first rounds; return the mailings that left.

    Every step is a conditional UPDATE in a transaction of its own: a second beat, or one that was killed between two
    steps, finds what is left to do and does it once.
    """
    with database.reading() as session:
        judged, due = departures.rounds(session), departures.due(session, now=now)
    for first, rest in judged:
        with database.writing() as session:
            _judge(session, first, rest, now=now)
    left = []
    for mailing_id in due:
        with database.writing() as session:
            if _leave(session, mailing_id, now=now):
                left.append(mailing_id)
    return tuple(left)


def let_go(database: Database, edition_id: int, *, who: str, now: datetime) -> None:
    """Let everything that is held leave at once, and a round that its rule had stopped go on, because a person says so."""
    with database.writing() as session:
        record = editions.get(session, edition_id)
        known = departures.of_edition(session, edition_id)
        stopped = [one.mailing_id for one in known.values() if one.stopped is not None]
        there = mailings.of_edition(session, edition_id)
        held = {one.id for one in there if one.state is MailingState.HELD}
        # The rest of a round that is itself held goes on waiting for it.
        waits = {one for one in held if one in known and known[one].follows in held}
        changed = sum(departures.let_go(session, one, now=now) for one in sorted(held - waits))
        for mailing_id in stopped:
            changed += mailings.change(session, mailing_id, MailingState.SENDING, of=(MailingState.PAUSED,))
        if not changed:
            raise RefusedError(f"edition {edition_id} has nothing that is held; see `digest edition show {edition_id}`")
        departures.unbind(session, stopped)
        _note(session, record, who, "let go on what was held", now)


def undo(database: Database, edition_id: int, *, who: str, now: datetime) -> EditionRecord:
    """Take back the last sending while all of it is held: nothing of it has left, and its lists are forgotten.

    The edition, or its correction, is approved again, as before; what only some missed leaves the edition as it was.
    Raises RefusedError where it has left.
    """
    with database.writing() as session:
        record = editions.get(session, edition_id)
        known = departures.of_edition(session, edition_id)
        there = mailings.of_edition(session, edition_id)
        held = [known[one.id].lead for one in there if one.state is MailingState.HELD and one.id in known]
        lead = max(held, default=None)
        kinds = [one.kind for one in there if one.id == lead]
        if lead is None or not departures.undo(session, lead):
            raise RefusedError(f"edition {edition_id} has left already, or nothing of it is held: pause it, and stop it or go on")
        if not kinds[0].startswith("missed"):
            record = editions.move(session, record, EditionState.APPROVED, now=now)
        _note(session, record, who, f"undid the sending ({kinds[0]}): nothing had left", now)
        log.info("sending undone", edition=edition_id, mailing=lead)
        return record


def _leave(session: Session, mailing_id: int, *, now: datetime) -> bool:
    mailing = mailings.get(session, mailing_id)
    departure = departures.of_mailing(session, mailing_id)
    # Asked again under this transaction: a person may have stopped the clock meanwhile.
    if departure is None or departure.leaves is None or departure.leaves > now or not departures.let_go(session, mailing_id, now=now):
        return False
    log.info("mailing left", mailing=mailing_id)
    record = editions.get(session, mailing.edition_id)
    what = _LEAVES.get(mailing.kind.partition(" ")[0], mailing.kind)
    what = "let the rest leave after the first round" if departure.follows is not None else f"let {what} leave"
    _note(session, record, MACHINE, what, now)
    return True


def _judge(session: Session, first: Departure, rest: Departure, *, now: datetime) -> None:
    """Look at a first round: stop it where its rule objects, note its end, and start the clock of the rest or hold it."""
    mailing = mailings.get(session, first.mailing_id)
    record = editions.get(session, mailing.edition_id)
    outcome = departures.outcome(session, first.mailing_id)
    why = objection(first.rule, outcome) if first.rule is not None else None
    if why is not None:
        if departures.stop_round(session, first, now=now):
            mailings.change(session, first.mailing_id, MailingState.PAUSED, of=_RUNNING, reason=f"the first round was stopped: {why}")
            departures.set_clock(session, rest.mailing_id, None, reason=f"held: in the first round {why}")
            _note(session, record, MACHINE, f"stopped the first round: {why}", now)
            log.warning("first round stopped", edition=record.id, why=why)
        return
    if departures.end(session, first, now=now):
        clock = None if rest.pause is None else now + rest.pause
        departures.set_clock(session, rest.mailing_id, clock, reason=_WAITS if clock is None else None)
        shown = f"{outcome.sent} of {outcome.total} accepted, {outcome.failed} refused or back, {outcome.complaints} complaints"
        _note(session, record, MACHINE, f"saw the first round end: {shown}", now)


def _note(session: Session, record: EditionRecord, who: str, what: str, now: datetime) -> None:
    acts.note(session, Act(at=now, who=who, what=what, why=None, edition_id=record.id, revision=record.revision))
