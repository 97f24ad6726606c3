"""Reaching those missed: a further mailing of the same frozen mail to whoever should have it and has not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.errors import Conflict, NotFound, RefusedError
from digest.model.account import Act
from digest.model.departure import Departure
from digest.model.edition import EditionRecord, EditionState
from digest.model.mailing import Mailing, MailingState
from digest.store import Database, Session, acts, audiences, departures, editions, mailings
from digest.store.listing import Opening, list_readers

MISSED = "missed"
_ENDED = (MailingState.DONE, MailingState.CANCELLED, MailingState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """How many readers have no mail of an edition and wait for none, each counted once.

    `listed` stood in one of its lists; `joined` came since; of `in_doubt` nobody knows whether they have it.
    """

    listed: int
    joined: int
    in_doubt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """An order to send an edition to those missed: by whom, to whom besides those of its lists, held for how long."""

    edition_id: int
    who: str
    at: datetime
    chunk_size: int
    joined: bool = False
    in_doubt: bool = False
    undo: timedelta = timedelta()


def missed(database: Database, edition_id: int) -> Missed:
    """Return how many an edition has missed."""
    with database.reading() as session:
        record = editions.get(session, edition_id)
        listed, joined, doubt = audiences.count_missed(session, edition_id, record.newsletter_id)
        return Missed(listed=listed, joined=joined, in_doubt=doubt)


def send_missed(database: Database, order: Reach) -> Mailing:
    """Open a mailing to those missed, with the bytes that the edition's latest version froze.

    Nobody is in it who has any version, or waits for one in a mailing that has not ended. Raises RefusedError where nobody
    was missed, where a correction is in the making, or while a worker may still be sending to one who looks missed.
    """
    with database.writing() as session:
        record = editions.get(session, order.edition_id)
        there = mailings.of_edition(session, record.id)
        _refuse(session, record, there, now=order.at)
        source = next((one for one in reversed(there) if one.sha256 == record.approved_sha256), there[-1])
        number = 1 + sum(one.kind.startswith(MISSED) for one in there)
        opening = Opening(
            edition_id=record.id,
            newsletter_id=record.newsletter_id,
            kind=f"{MISSED} {number}",
            rendered=mailings.rendered(session, source.id),
            chunk_size=order.chunk_size,
        )
        readers = audiences.missed(record.id, record.newsletter_id, joined=order.joined, in_doubt=order.in_doubt)
        mailing_id = list_readers(session, opening, readers, state=MailingState.HELD, now=order.at)
        if mailing_id is None:
            raise Conflict(f"edition {record.id} was sent to those missed at this moment; see `digest edition show {record.id}`")
        total = mailings.counts(session, mailing_id).total
        if not total:
            raise RefusedError(f"nobody was missed: whoever should have edition {record.id} has it, or waits for it")
        departures.keep(session, Departure(mailing_id=mailing_id, lead=mailing_id, listed=order.at, leaves=order.at + order.undo))
        if not order.undo:
            departures.let_go(session, mailing_id, now=order.at)
        also = (", those who joined since" if order.joined else "") + (", those in doubt" if order.in_doubt else "")
        what = f"sent to {total} who were missed{also}"
        acts.note(session, Act(at=order.at, who=order.who, what=what, why=None, edition_id=record.id, revision=record.revision))
        return mailings.get(session, mailing_id)


def _refuse(session: Session, record: EditionRecord, there: tuple[Mailing, ...], *, now: datetime) -> None:
    if not there:
        raise NotFound(f"edition {record.id} has not been sent, so nobody was missed; send it with `digest edition send {record.id}`")
    if record.state is not EditionState.RELEASED:
        raise RefusedError(f"a correction of edition {record.id} is in the making: send it or drop it, then send to those missed")
    ended = [one.id for one in there if one.state in _ENDED]
    if departures.in_hand(session, ended, now=now):
        raise RefusedError(f"a worker has not yet said what became of its last readers of edition {record.id}; try again in a moment")
