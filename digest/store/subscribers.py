"""Subscribers, their subscriptions, and the addresses that must not be written to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, exists, func, select, update
from sqlalchemy.orm import Session

from digest.model.subscriber import Subscriber, Subscription, SubscriptionState, SuppressionReason
from digest.store.portable import upsert
from digest.store.tables import subscribers, subscriptions, suppressions


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReader:
    """A reader to be kept: the address as typed, its folded form, and its keyed hash."""

    address: str
    folded: str
    address_hash: str
    name: str | None = None


def keep(session: Session, readers: Sequence[NewReader], *, now: datetime) -> dict[str, int]:
    """Keep readers that are not known yet and return folded address -> id for all of them; names that are known stay."""
    ids: dict[str, int] = {}
    for start in range(0, len(readers), 500):
        part = readers[start : start + 500]
        rows = [
            {"address": reader.address, "folded": reader.folded, "address_hash": reader.address_hash, "name": reader.name, "created": now}
            for reader in part
        ]
        session.execute(upsert(session, subscribers).values(rows).on_conflict_do_nothing(index_elements=["folded"]))
        known = select(subscribers.c.folded, subscribers.c.id).where(subscribers.c.folded.in_([reader.folded for reader in part]))
        ids.update({row.folded: row.id for row in session.execute(known)})
    return ids


def confirm(session: Session, subscriber_ids: Sequence[int], newsletter_id: str, *, now: datetime) -> int:
    """Confirm a first subscription for each and return how many; who unsubscribed or is suppressed stays as they are."""
    confirmed = 0
    for start in range(0, len(subscriber_ids), 500):
        part = subscriber_ids[start : start + 500]
        barred = exists().where(suppressions.c.address_hash == subscribers.c.address_hash)
        allowed = session.execute(select(subscribers.c.id).where(subscribers.c.id.in_(part), ~barred)).scalars()
        rows = [
            {"subscriber_id": one, "newsletter_id": newsletter_id, "state": SubscriptionState.CONFIRMED, "changed": now} for one in allowed
        ]
        if rows:
            statement = upsert(session, subscriptions).values(rows).on_conflict_do_nothing().returning(subscriptions.c.subscriber_id)
            confirmed += len(session.execute(statement).scalars().all())
    return confirmed


def subscription(session: Session, subscriber_id: int, newsletter_id: str) -> Subscription | None:
    """Return how a reader stands with a newsletter, or None where they never met."""
    where = (subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.newsletter_id == newsletter_id)
    row = session.execute(select(subscriptions).where(*where)).one_or_none()
    if row is None:
        return None
    return Subscription(
        subscriber_id=row.subscriber_id, newsletter_id=row.newsletter_id, state=SubscriptionState(row.state), changed=row.changed
    )


def set_state(session: Session, known: Subscription, state: SubscriptionState, *, now: datetime) -> bool:
    """Move a subscription to `state`; False where it stood there already."""
    statement = (
        update(subscriptions)
        .where(subscriptions.c.subscriber_id == known.subscriber_id, subscriptions.c.newsletter_id == known.newsletter_id)
        .where(subscriptions.c.state != state)
        .values(state=state, changed=now)
        .returning(subscriptions.c.subscriber_id)
    )
    return session.execute(statement).scalar_one_or_none() is not None


def get(session: Session, subscriber_id: int) -> Subscriber | None:
    """Return the reader of that id, or None."""
    row = session.execute(select(subscribers).where(subscribers.c.id == subscriber_id)).one_or_none()
    return None if row is None else _subscriber(row)


def by_address(session: Session, folded: str) -> Subscriber | None:
    """Return the reader of that folded address, or None."""
    row = session.execute(select(subscribers).where(subscribers.c.folded == folded)).one_or_none()
    return None if row is None else _subscriber(row)


def count(session: Session, newsletter_id: str) -> int:
    """Return how many readers a mailing of this newsletter would reach now."""
    barred = exists().where(suppressions.c.address_hash == subscribers.c.address_hash)
    statement = (
        select(func.count())
        .select_from(subscriptions)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(subscriptions.c.newsletter_id == newsletter_id, subscriptions.c.state == SubscriptionState.CONFIRMED, ~barred)
    )
    return session.execute(statement).scalar_one()


def suppress(session: Session, address_hash: str, reason: SuppressionReason, *, now: datetime) -> bool:
    """Bar an address from every mailing; False where it was barred already."""
    statement = (
        upsert(session, suppressions)
        .values(address_hash=address_hash, reason=reason, since=now)
        .on_conflict_do_nothing()
        .returning(suppressions.c.address_hash)
    )
    return session.execute(statement).scalar_one_or_none() is not None


def _subscriber(row: Row[tuple[object, ...]]) -> Subscriber:
    return Subscriber(id=row.id, address=row.address, name=row.name, created=row.created)
