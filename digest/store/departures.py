"""How mailings leave: what each that waits, waits for; each change one conditional UPDATE, so that two beats make it once."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session, aliased

from digest.model.departure import Departure, FirstRound, Outcome, StopRule
from digest.model.mailing import ChunkState, DeliveryState, MailingState
from digest.model.returned import BounceClass, ReturnKind
from digest.model.subscriber import SubscriptionState
from digest.store.departure_tables import departures, first_rounds
from digest.store.documents import from_document, to_document
from digest.store.portable import upsert
from digest.store.tables import chunks, deliveries, mailings, subscriptions

# A full mailbox says nothing about the edition; everything else that comes back does.
_CAME_BACK = (BounceClass.HARD.value, BounceClass.SOFT.value, BounceClass.OURS.value)


def choose(session: Session, edition_id: int, first: FirstRound | None) -> None:
    """Keep how an edition is to begin, or that it goes to all at once."""
    session.execute(delete(first_rounds).where(first_rounds.c.edition_id == edition_id))
    if first is not None:
        session.execute(insert(first_rounds).values(edition_id=edition_id, document=to_document(first)))


def chosen(session: Session, edition_id: int) -> FirstRound | None:
    """Return how an edition is to begin; None: to all at once."""
    document = session.execute(select(first_rounds.c.document).where(first_rounds.c.edition_id == edition_id)).scalar_one_or_none()
    return None if document is None else from_document(FirstRound, document)


def keep(session: Session, departure: Departure) -> None:
    """Keep how a mailing leaves."""
    values: dict[str, Any] = {
        "lead": departure.lead,
        "listed": departure.listed,
        "leaves": departure.leaves,
        "follows": departure.follows,
        "pause": None if departure.pause is None else int(departure.pause.total_seconds()),
        "rule": None if departure.rule is None else to_document(departure.rule),
        "ended": departure.ended,
        "stopped": departure.stopped,
    }
    statement = upsert(session, departures).values(mailing_id=departure.mailing_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["mailing_id"], set_=values))


def of_mailing(session: Session, mailing_id: int) -> Departure | None:
    """Return how a mailing leaves; None where it was opened before this was kept."""
    row = session.execute(select(departures).where(departures.c.mailing_id == mailing_id)).one_or_none()
    return None if row is None else _departure(row)


def of_edition(session: Session, edition_id: int) -> dict[int, Departure]:
    """Return how the mailings of an edition leave, by their ids."""
    join = select(departures).join(mailings, mailings.c.id == departures.c.mailing_id).where(mailings.c.edition_id == edition_id)
    return {row.mailing_id: _departure(row) for row in session.execute(join)}


def due(session: Session, *, now: datetime) -> tuple[int, ...]:
    """Return the held mailings whose time to leave has come."""
    statement = select(departures.c.mailing_id).join(mailings, mailings.c.id == departures.c.mailing_id)
    held = statement.where(mailings.c.state == MailingState.HELD, departures.c.leaves <= now)
    return tuple(session.execute(held.order_by(departures.c.mailing_id)).scalars())


def rounds(session: Session) -> tuple[tuple[Departure, Departure], ...]:
    """Return (first round, rest) of each rest that is held and whose first round has left, oldest first."""
    rest, lead, held, gone = departures, aliased(departures), mailings, aliased(mailings)
    statement = (
        select(rest.c.mailing_id, rest.c.follows)
        .join(held, held.c.id == rest.c.mailing_id)
        .join(lead, lead.c.mailing_id == rest.c.follows)
        .join(gone, gone.c.id == rest.c.follows)
        .where(held.c.state == MailingState.HELD, gone.c.state != MailingState.HELD)
        .order_by(rest.c.mailing_id)
    )
    found = []
    for row in session.execute(statement).all():
        first, after = of_mailing(session, row.follows), of_mailing(session, row.mailing_id)
        if first is not None and after is not None:
            found.append((first, after))
    return tuple(found)


def let_go(session: Session, mailing_id: int, *, now: datetime) -> bool:
    """Let a held mailing leave; False where it is not held any more. Its Date, and how long it is tried, count from here."""
    held = update(mailings).where(mailings.c.id == mailing_id, mailings.c.state == MailingState.HELD)
    if session.execute(held.values(state=MailingState.OPEN, opened=now, reason=None).returning(mailings.c.id)).scalar_one_or_none() is None:
        return False
    session.execute(update(departures).where(departures.c.mailing_id == mailing_id).values(leaves=None))
    return True


def end(session: Session, first: Departure, *, now: datetime) -> bool:
    """Note that a first round has offered itself to all its readers; False where somebody still waits or it is noted already."""
    waits = exists().where(deliveries.c.mailing_id == first.mailing_id, deliveries.c.state == DeliveryState.PENDING)
    gone = exists().where(mailings.c.id == first.mailing_id, mailings.c.state.in_((MailingState.SENDING, MailingState.DONE)))
    mine = update(departures).where(departures.c.mailing_id == first.mailing_id, departures.c.ended.is_(None), gone, ~waits)
    return session.execute(mine.values(ended=now).returning(departures.c.mailing_id)).scalar_one_or_none() is not None


def set_clock(session: Session, mailing_id: int, leaves: datetime | None, *, reason: str | None = None) -> bool:
    """Start or stop the clock of a held mailing and say why it waits; False where nothing changed."""
    held = exists().where(mailings.c.id == departures.c.mailing_id, mailings.c.state == MailingState.HELD)
    mine = update(departures).where(departures.c.mailing_id == mailing_id, held, departures.c.leaves.is_distinct_from(leaves))
    changed = session.execute(mine.values(leaves=leaves).returning(departures.c.mailing_id)).scalar_one_or_none() is not None
    anew = and_(mailings.c.id == mailing_id, mailings.c.state == MailingState.HELD, mailings.c.reason.is_distinct_from(reason))
    said = update(mailings).where(anew).values(reason=reason).returning(mailings.c.id)
    said_anew = session.execute(said).scalar_one_or_none() is not None
    return changed or said_anew


def stop_round(session: Session, first: Departure, *, now: datetime) -> bool:
    """Note that the rule stopped this round; False where it is noted, or does not bind any more."""
    bound = and_(departures.c.mailing_id == first.mailing_id, departures.c.stopped.is_(None))
    mine = update(departures).where(bound).values(stopped=now).returning(departures.c.mailing_id)
    return session.execute(mine).scalar_one_or_none() is not None


def unbind(session: Session, mailing_ids: Collection[int]) -> None:
    """Let the rule of first rounds not bind any more, because a person looked and decided."""
    session.execute(update(departures).where(departures.c.mailing_id.in_(list(mailing_ids))).values(rule=None))


def outcome(session: Session, mailing_id: int) -> Outcome:
    """Return what a first round has shown so far: answers, returns, complaints, and who has unsubscribed since."""
    newsletter = select(mailings.c.newsletter_id).where(mailings.c.id == mailing_id).scalar_subquery()
    gone = and_(
        deliveries.c.state == DeliveryState.SENT,
        exists().where(
            subscriptions.c.subscriber_id == deliveries.c.subscriber_id,
            subscriptions.c.newsletter_id == newsletter,
            subscriptions.c.state == SubscriptionState.UNSUBSCRIBED,
            subscriptions.c.changed >= deliveries.c.settled,
        ),
    )
    again = deliveries.c.next_try.is_not(None)
    sent, doubt = deliveries.c.state == DeliveryState.SENT, deliveries.c.state == DeliveryState.IN_DOUBT
    back = and_(sent, deliveries.c.returned.in_(_CAME_BACK))
    given_up = and_(deliveries.c.state == DeliveryState.DEFERRED, ~again)
    looks = {
        "waiting": deliveries.c.state == DeliveryState.PENDING,
        # What came back was accepted first: it counts as failed, once.
        "sent": and_(sent, or_(deliveries.c.returned.is_(None), deliveries.c.returned.not_in(_CAME_BACK))),
        "deferred": and_(deliveries.c.state == DeliveryState.DEFERRED, again),
        "failed": or_(deliveries.c.state == DeliveryState.FAILED, given_up, back),
        "in_doubt": doubt,
        "complaints": and_(sent, deliveries.c.returned == ReturnKind.COMPLAINT.value),
        "unsubscribed": gone,
    }
    sums = [func.coalesce(func.sum(case((look, 1), else_=0)), 0).label(name) for name, look in looks.items()]
    row = session.execute(select(func.count().label("total"), *sums).where(deliveries.c.mailing_id == mailing_id)).one()
    return Outcome(**{name: int(value) for name, value in row._mapping.items()})  # noqa: SLF001  SQLAlchemy's way to a row by names


def in_hand(session: Session, mailing_ids: Collection[int], *, now: datetime) -> bool:
    """Whether a worker may still be sending to somebody of these mailings."""
    statement = select(chunks.c.number).where(chunks.c.mailing_id.in_(list(mailing_ids)), chunks.c.state == ChunkState.LEASED)
    return session.execute(statement.where(chunks.c.until >= now).limit(1)).first() is not None


def undo(session: Session, lead: int) -> bool:
    """Take back what was opened together with `lead`, with its lists, where all of it is still held; False where any has left."""
    together = list(session.execute(select(departures.c.mailing_id).where(departures.c.lead == lead)).scalars())
    # One UPDATE decides against a beat that lets it go at this moment.
    held = update(mailings).where(mailings.c.id.in_(together), mailings.c.state == MailingState.HELD).values(state=MailingState.HELD)
    if not together or len(session.execute(held.returning(mailings.c.id)).all()) != len(together):
        return False
    _give_back(session, together)
    session.execute(delete(mailings).where(mailings.c.id.in_(together)))
    return True


def replace(session: Session, mailing_id: int, by: int, *, reason: str, now: datetime) -> None:
    """End a mailing that waits, because the correction `by` took its remaining readers over; remember where it stood."""
    state = session.execute(select(mailings.c.state).where(mailings.c.id == mailing_id)).scalar_one()
    ended = update(mailings).where(mailings.c.id == mailing_id).values(state=MailingState.CANCELLED, reason=reason, finished=now)
    session.execute(ended)
    statement = upsert(session, departures).values(mailing_id=mailing_id, lead=mailing_id, listed=now, replaced_by=by, replaced_state=state)
    again = {"replaced_by": by, "replaced_state": state, "leaves": None}
    session.execute(statement.on_conflict_do_update(index_elements=["mailing_id"], set_=again))


def _give_back(session: Session, corrections: Collection[int]) -> None:
    """Put what these corrections had ended back where it stood, with its clock stopped: a person decides how it goes on."""
    rows = session.execute(select(departures).where(departures.c.replaced_by.in_(list(corrections)))).all()
    for row in rows:
        back = update(mailings).where(mailings.c.id == row.mailing_id, mailings.c.state == MailingState.CANCELLED)
        session.execute(back.values(state=row.replaced_state, finished=None, reason="its correction was undone; go on, or correct it anew"))
        session.execute(update(departures).where(departures.c.mailing_id == row.mailing_id).values(replaced_by=None, replaced_state=None))


def _departure(row: Row[tuple[object, ...]]) -> Departure:
    return Departure(
        mailing_id=row.mailing_id,
        lead=row.lead,
        listed=row.listed,
        leaves=row.leaves,
        follows=row.follows,
        pause=None if row.pause is None else timedelta(seconds=row.pause),
        rule=None if row.rule is None else from_document(StopRule, row.rule),
        ended=row.ended,
        stopped=row.stopped,
    )
