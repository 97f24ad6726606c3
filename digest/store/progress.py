"""How far the mailings are that have not ended, in one pass over each one's ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from digest.model.mailing import ChunkState, DeliveryState, MailingCounts, MailingState
from digest.model.ops import MailingProgress
from digest.model.subscriber import SubscriptionState
from digest.store.tables import chunks, deliveries, editions, mailings, subscribers, subscriptions, suppressions

_NOT_ENDED = (MailingState.HELD, MailingState.OPEN, MailingState.SENDING, MailingState.PAUSED)
_GOES_ON = (MailingState.OPEN, MailingState.SENDING)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    counts: MailingCounts
    last_minute: int
    for_room: int


def in_progress(session: Session, names: dict[str, str], *, now: datetime) -> tuple[MailingProgress, ...]:
    """Return the mailings that have not ended, oldest first; `names` tells what each newsletter is called."""
    statement = (
        select(
            *(mailings.c[name] for name in ("id", "edition_id", "newsletter_id", "kind", "state", "opened", "reason")), editions.c.number
        )
        .join(editions, editions.c.id == mailings.c.edition_id)
        .where(mailings.c.state.in_(_NOT_ENDED))
        .order_by(mailings.c.id)
    )
    found = []
    for row in session.execute(statement).all():
        figures = _figures(session, row.id, now=now)
        state, waiting = MailingState(row.state), figures.counts.pending
        # A mailing younger than a minute has sent for as long as it is old.
        seconds = min(max((now - row.opened).total_seconds(), 1.0), _MINUTE.total_seconds())
        rate = figures.last_minute / seconds if state in _GOES_ON else 0.0
        found.append(
            MailingProgress(
                mailing_id=row.id,
                edition_id=row.edition_id,
                newsletter_id=row.newsletter_id,
                newsletter=names.get(row.newsletter_id, row.newsletter_id),
                number=row.number,
                kind=row.kind,
                state=state,
                opened=row.opened,
                reason=row.reason,
                counts=figures.counts,
                last_minute=figures.last_minute,
                per_second=round(rate, 2),
                done_about=now + timedelta(seconds=waiting / rate) if rate and waiting else None,
                set_aside=_set_aside(session, row.id),
                for_room=figures.for_room,
                stalled=state in _GOES_ON and waiting > 0 and not figures.last_minute and now - row.opened > _MINUTE,
            )
        )
    return tuple(found)


def unclaimed(session: Session) -> tuple[tuple[int, int], ...]:
    """Return (mailing, chunk) of the pending chunks of each mailing that should go on while no worker holds any of it.

    So it stands after a mailing was opened by hand or resumed: nobody has been told yet.
    """
    others = chunks.alias()
    held = exists().where(others.c.mailing_id == mailings.c.id, others.c.state == ChunkState.LEASED)
    statement = (
        select(chunks.c.mailing_id, chunks.c.number)
        .join(mailings, mailings.c.id == chunks.c.mailing_id)
        .where(mailings.c.state.in_(_GOES_ON), chunks.c.state == ChunkState.PENDING, ~held)
        .order_by(chunks.c.mailing_id, chunks.c.number)
    )
    return tuple((row[0], row[1]) for row in session.execute(statement))


def anybody(session: Session, newsletter_id: str) -> bool:
    """Whether a mailing of this newsletter would reach anybody; unlike a count this takes no longer with a million readers."""
    barred = exists().where(suppressions.c.address_hash == subscribers.c.address_hash)
    statement = (
        select(subscribers.c.id)
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .where(subscriptions.c.newsletter_id == newsletter_id, subscriptions.c.state == SubscriptionState.CONFIRMED, ~barred)
        .limit(1)
    )
    return session.execute(statement).first() is not None


def _figures(session: Session, mailing_id: int, *, now: datetime) -> _Figures:
    recent = func.coalesce(func.sum(case((deliveries.c.settled > now - _MINUTE, 1), else_=0)), 0)
    # Nobody answered them: they wait for a relay's room.
    held = and_(deliveries.c.state == DeliveryState.DEFERRED, deliveries.c.code.is_(None), deliveries.c.next_try.is_not(None))
    for_room = func.coalesce(func.sum(case((held, 1), else_=0)), 0)
    rows = session.execute(
        select(deliveries.c.state, func.count(), recent, for_room).where(deliveries.c.mailing_id == mailing_id).group_by(deliveries.c.state)
    ).all()
    counts = {DeliveryState(state).value: int(count) for state, count, _, _ in rows}
    return _Figures(
        counts=MailingCounts(**counts),
        last_minute=sum(int(new) for _, _, new, _ in rows),
        for_room=sum(int(held) for _, _, _, held in rows),
    )


def _set_aside(session: Session, mailing_id: int) -> int:
    statement = select(func.count()).where(chunks.c.mailing_id == mailing_id, chunks.c.state == ChunkState.QUARANTINED)
    return int(session.execute(statement).scalar_one())
