"""The ledger: chunks are claimed, answers are written down; nothing is marked sent before the relay said so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from digest.model.mailing import NOTHING, ChunkState, Delivery, DeliveryState, MailingState, Recipient
from digest.model.subscriber import SubscriptionState
from digest.store import halting
from digest.store.tables import chunks, deliveries, mailings, subscribers, subscriptions, suppressions

MOST_ATTEMPTS = 5
_LET_GO = (MailingState.OPEN, MailingState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A chunk of a mailing that `owner` may send until its lease ends."""

    mailing_id: int
    number: int
    owner: str
    lease: timedelta


def claim(session: Session, wanted: Claim, *, now: datetime) -> bool:
    """Take the chunk where it waits, or where its owner has been silent past the lease; False where it is not to be had.

    One conditional UPDATE: of two workers with the same message one gets a row. A chunk claimed more than MOST_ATTEMPTS
    times without settling anybody is set aside, and its mailing paused for a person to look.
    """
    free = or_(chunks.c.state == ChunkState.PENDING, and_(chunks.c.state == ChunkState.LEASED, chunks.c.until < now))
    running = exists().where(mailings.c.id == chunks.c.mailing_id, mailings.c.state.in_(_LET_GO))
    worn = update(chunks).where(_is(wanted), free, chunks.c.attempt >= MOST_ATTEMPTS).values(state=ChunkState.QUARANTINED, owner=None)
    if session.execute(worn.returning(chunks.c.number)).scalar_one_or_none() is not None:
        why = f"chunk {wanted.number} was set aside: it ended its worker {MOST_ATTEMPTS} times; see the workers' log, then resume"
        halting.halt(session, wanted.mailing_id, why, now=now)
        return False
    statement = (
        update(chunks)
        .where(_is(wanted), free, running)
        .values(state=ChunkState.LEASED, owner=wanted.owner, until=now + wanted.lease, attempt=chunks.c.attempt + 1)
    )
    if session.execute(statement.returning(chunks.c.number)).scalar_one_or_none() is None:
        return False
    session.execute(
        update(mailings).where(mailings.c.id == wanted.mailing_id, mailings.c.state == MailingState.OPEN).values(state=MailingState.SENDING)
    )
    return True


def silent_owner(session: Session, wanted: Claim, *, now: datetime) -> str | None:
    """Return who holds the chunk and has been silent past the lease, where anybody does."""
    held = select(chunks.c.owner).where(_is(wanted), chunks.c.state == ChunkState.LEASED, chunks.c.until < now)
    return session.execute(held).scalar_one_or_none()


def renew(session: Session, held: Claim, *, now: datetime, progress: bool) -> bool:
    """Lengthen the lease; False where the chunk is no longer ours or its mailing was paused or cancelled: stop then."""
    running = exists().where(mailings.c.id == chunks.c.mailing_id, mailings.c.state.in_(_LET_GO))
    values: dict[str, object] = {"until": now + held.lease}
    if progress:
        values["attempt"] = 0
    statement = update(chunks).where(_is(held), chunks.c.owner == held.owner, chunks.c.state == ChunkState.LEASED, running)
    return session.execute(statement.values(values).returning(chunks.c.number)).scalar_one_or_none() is not None


def leave_out(session: Session, held: Claim, *, now: datetime) -> frozenset[int]:
    """Settle as suppressed whoever of the chunk has unsubscribed or been suppressed since the mailing opened; return who."""
    newsletter = select(mailings.c.newsletter_id).where(mailings.c.id == held.mailing_id).scalar_subquery()
    consents = exists().where(
        subscriptions.c.subscriber_id == deliveries.c.subscriber_id,
        subscriptions.c.newsletter_id == newsletter,
        subscriptions.c.state == SubscriptionState.CONFIRMED,
    )
    barred = exists().where(subscribers.c.id == deliveries.c.subscriber_id, suppressions.c.address_hash == subscribers.c.address_hash)
    left = update(deliveries).where(_waits_in(held), or_(~consents, barred))
    values = left.values(state=DeliveryState.SUPPRESSED, settled=now, next_try=None)
    return frozenset(session.execute(values.returning(deliveries.c.subscriber_id)).scalars())


class Waiting(NamedTuple):
    """Who waits in a chunk, with what they leave out; how often they were tried, and how often that ended in doubt."""

    recipient: Recipient
    tries: int
    doubts: int


def waiting(session: Session, held: Claim) -> tuple[Waiting, ...]:
    """Return the recipients of the chunk that still wait."""
    newsletter = select(mailings.c.newsletter_id).where(mailings.c.id == held.mailing_id).scalar_subquery()
    # By its primary key: one look more for each recipient.
    own = and_(subscriptions.c.subscriber_id == deliveries.c.subscriber_id, subscriptions.c.newsletter_id == newsletter)
    statement = (
        select(
            deliveries.c.subscriber_id,
            deliveries.c.tries,
            deliveries.c.doubts,
            subscribers.c.address,
            subscribers.c.name,
            subscriptions.c.left_out,
        )
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .outerjoin(subscriptions, own)
        .where(_waits_in(held))
        .order_by(deliveries.c.subscriber_id)
    )
    # A row is taken apart at once: to ask it for columns by their names takes half as long as the query.
    return tuple(
        Waiting(
            Recipient(
                mailing_id=held.mailing_id,
                subscriber_id=subscriber_id,
                address=address,
                name=name,
                left_out=frozenset(left_out.split(" ")) if left_out else NOTHING,
            ),
            tries,
            doubts,
        )
        for subscriber_id, tries, doubts, address, name, left_out in session.execute(statement)
    )


def free(session: Session, owner: str) -> int:
    """Let others have the chunks of an owner who is dead, and return how many; the attempt stays counted."""
    held = update(chunks).where(chunks.c.owner == owner, chunks.c.state == ChunkState.LEASED)
    freed = held.values(state=ChunkState.PENDING, owner=None, until=None).returning(chunks.c.number)
    return len(session.execute(freed).all())


def close(session: Session, held: Claim) -> None:
    """Close the chunk: nobody in it waits."""
    session.execute(update(chunks).where(_is(held), chunks.c.owner == held.owner).values(state=ChunkState.DONE, owner=None, until=None))


def hand_back(session: Session, held: Claim) -> None:
    """Let another worker have the chunk at once; a claim that could not even begin is not counted against it."""
    session.execute(
        update(chunks)
        .where(_is(held), chunks.c.owner == held.owner, chunks.c.state == ChunkState.LEASED)
        .values(state=ChunkState.PENDING, owner=None, until=None, attempt=case((chunks.c.attempt > 0, chunks.c.attempt - 1), else_=0))
    )


def try_anew(session: Session, mailing_id: int) -> None:
    """Let chunks that were set aside be claimed again, because a person resumed their mailing."""
    session.execute(
        update(chunks)
        .where(chunks.c.mailing_id == mailing_id, chunks.c.state == ChunkState.QUARANTINED)
        .values(state=ChunkState.PENDING, owner=None, until=None, attempt=0)
    )


def claimable(session: Session, *, now: datetime) -> tuple[tuple[int, int], ...]:
    """Return (mailing, chunk number) of all chunks that wait or whose owner has been silent past its lease."""
    statement = (
        select(chunks.c.mailing_id, chunks.c.number)
        .join(mailings, mailings.c.id == chunks.c.mailing_id)
        .where(mailings.c.state.in_(_LET_GO))
        .where(or_(chunks.c.state == ChunkState.PENDING, and_(chunks.c.state == ChunkState.LEASED, chunks.c.until < now)))
        .order_by(chunks.c.mailing_id, chunks.c.number)
    )
    return tuple((row.mailing_id, row.number) for row in session.execute(statement))


def regroup(session: Session, mailing_id: int, *, now: datetime, size: int) -> int:
    """Put up to `size` recipients whose next try has come into a new chunk and return how many there were."""
    ready = (
        select(deliveries.c.subscriber_id)
        .where(deliveries.c.mailing_id == mailing_id, deliveries.c.next_try <= now)
        .where(deliveries.c.state.in_([DeliveryState.DEFERRED, DeliveryState.IN_DOUBT]))
        .order_by(deliveries.c.subscriber_id)
        .limit(size)
    )
    chosen = list(session.execute(ready).scalars())
    if not chosen:
        return 0
    number = session.execute(select(func.max(chunks.c.number)).where(chunks.c.mailing_id == mailing_id)).scalar_one() + 1
    session.execute(insert(chunks).values(mailing_id=mailing_id, number=number, state=ChunkState.PENDING, attempt=0))
    session.execute(
        update(deliveries)
        .where(deliveries.c.mailing_id == mailing_id, deliveries.c.subscriber_id.in_(chosen))
        .values(state=DeliveryState.PENDING, chunk=number, next_try=None)
    )
    return len(chosen)


def fates(session: Session, mailing_id: int, *, state: DeliveryState | None = None) -> tuple[Delivery, ...]:
    """Return every recipient's fate, or of those in one state."""
    statement = (
        select(deliveries, subscribers.c.address)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.mailing_id == mailing_id)
        .order_by(deliveries.c.subscriber_id)
    )
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    return tuple(
        Delivery(
            mailing_id=row.mailing_id,
            subscriber_id=row.subscriber_id,
            address=row.address,
            state=DeliveryState(row.state),
            code=row.code,
            reply=row.reply,
            tries=row.tries,
            settled=row.settled,
            next_try=row.next_try,
            returned=row.returned,
            relay=row.relay,
        )
        for row in session.execute(statement)
    )


def _is(wanted: Claim) -> ColumnElement[bool]:
    return and_(chunks.c.mailing_id == wanted.mailing_id, chunks.c.number == wanted.number)


def _waits_in(held: Claim) -> ColumnElement[bool]:
    return and_(deliveries.c.mailing_id == held.mailing_id, deliveries.c.chunk == held.number, deliveries.c.state == DeliveryState.PENDING)
