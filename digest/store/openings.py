"""Opening the mailing of an edition: to all at once, held for a while so that it can be undone, or with a first round before the rest."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from digest.model.departure import Departure, FirstRound
from digest.model.mailing import Mailing, MailingState
from digest.store import audiences, departures, mailings
from digest.store.listing import Opening, list_ids, list_readers

FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a mailing is to begin: with a first round or to all, and how long it can be undone before anything leaves."""

    first: FirstRound | None = None
    undo: timedelta = timedelta()


AT_ONCE = Start()


def open_edition(session: Session, opening: Opening, start: Start, *, now: datetime) -> Mailing | None:
    """Write the edition's mailing, or its first round and the rest, and return what leaves first; None where it was opened before.

    Both lists are drawn in this transaction, so that nobody stands in both and nobody in none. Who is in a first round is a
    keyed hash of the approved bytes and the reader: the same at every look, others in each edition.
    """
    opening = replace(opening, dense_from=audiences.dense_from(session, opening.newsletter_id))
    if start.first is not None:
        readers = audiences.everybody(opening.newsletter_id)
        total = audiences.count(session, readers)
        size = start.first.size(total)
        if size < total:
            return _in_rounds(session, opening, (start, start.first), size, now=now)
    state = MailingState.HELD if start.undo else MailingState.OPEN
    mailing_id = list_readers(session, opening, audiences.everybody(opening.newsletter_id), state=state, now=now)
    if mailing_id is None:
        return None
    if start.undo:
        departures.keep(session, Departure(mailing_id=mailing_id, lead=mailing_id, listed=now, leaves=now + start.undo))
    return mailings.get(session, mailing_id)


def _in_rounds(session: Session, opening: Opening, begin: tuple[Start, FirstRound], size: int, *, now: datetime) -> Mailing | None:
    start, first = begin
    readers = audiences.everybody(opening.newsletter_id)
    key = bytes.fromhex(opening.rendered.sha256)
    drawn = audiences.sample(session, readers, size, key=key)
    lead = list_ids(session, replace(opening, kind=FIRST), drawn, state=MailingState.HELD, now=now)
    if lead is None:
        return None
    rest = list_readers(session, opening, audiences.without(readers, lead), state=MailingState.HELD, now=now)
    if rest is None:
        return None
    departures.keep(session, Departure(mailing_id=lead, lead=lead, listed=now, leaves=now + start.undo, rule=first.rule))
    departures.keep(session, Departure(mailing_id=rest, lead=lead, listed=now, follows=lead, pause=first.then))
    if not start.undo:
        departures.let_go(session, lead, now=now)
    return mailings.get(session, lead)
