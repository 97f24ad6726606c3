"""Subscribers, their subscriptions, and the addresses that must not be written to."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, exists, func, literal, select, update
from sqlalchemy.orm import Session

from digest.model.mailing import choice_of
from digest.model.subscriber import Subscriber, Subscription, SubscriptionState, Suppression, SuppressionReason
from digest.store.portable import upsert
from digest.store.return_tables import returns
from digest.store.tables import consents, deliveries, subscribers, subscriptions, suppressions


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReader:
    """A reader to be kept: the address as typed, its folded form, and its keyed hash."""

    address: str
    folded: str
    address_hash: str
    name: str | None = None
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Readers of a newsletter who joined, who left, and who wait for their confirmation."""

    joined: int
    left: int
    waiting: int


def keep(session: Session, readers: Sequence[NewReader], *, now: datetime) -> dict[str, int]:
    """Keep readers that are not known yet and return folded address -> id for all of them; names that are known stay."""
    ids: dict[str, int] = {}
    for start in range(0, len(readers), 500):
        part = readers[start : start + 500]
        rows = [
            {"address": reader.address, "folded": reader.folded, "address_hash": reader.address_hash, "name": reader.name, "created": now}
            for reader in part
        ]
        # One statement run for many rows: compiled once, where a VALUES list of 500 would be compiled each time.
        session.execute(upsert(session, subscribers).on_conflict_do_nothing(index_elements=["folded"]), rows)
        known = select(subscribers.c.folded, subscribers.c.id).where(subscribers.c.folded.in_([reader.folded for reader in part]))
        ids.update({row.folded: row.id for row in session.execute(known)})
    return ids


def confirm(session: Session, subscriber_ids: Sequence[int], newsletter_id: str, *, now: datetime) -> frozenset[int]:
    """Confirm a first subscription, or one that waits for its confirmation, for each; return whose.

    Who unsubscribed or is suppressed stays as they are.
    """
    confirmed: set[int] = set()
    for start in range(0, len(subscriber_ids), 500):
        part = subscriber_ids[start : start + 500]
        barred = exists().where(suppressions.c.address_hash == subscribers.c.address_hash)
        allowed = select(
            subscribers.c.id,
            literal(newsletter_id),
            literal(SubscriptionState.CONFIRMED.value),
            literal(now, subscriptions.c.changed.type),
        ).where(subscribers.c.id.in_(part), ~barred)
        statement = upsert(session, subscriptions).from_select(["subscriber_id", "newsletter_id", "state", "changed"], allowed)
        waiting = statement.on_conflict_do_update(
            index_elements=["subscriber_id", "newsletter_id"],
            set_={"state": SubscriptionState.CONFIRMED, "changed": now},
            where=subscriptions.c.state == SubscriptionState.UNCONFIRMED,
        )
        confirmed.update(session.execute(waiting.returning(subscriptions.c.subscriber_id)).scalars())
    return frozenset(confirmed)


def subscription(session: Session, subscriber_id: int, newsletter_id: str) -> Subscription | None:
    """Return how a reader stands with a newsletter, or None where they never met."""
    where = (subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.newsletter_id == newsletter_id)
    row = session.execute(select(subscriptions).where(*where)).one_or_none()
    return None if row is None else _subscription(row)


def subscriptions_of(session: Session, subscriber_id: int) -> tuple[Subscription, ...]:
    """Return how a reader stands with each newsletter that they ever met."""
    where = subscriptions.c.subscriber_id == subscriber_id
    return tuple(_subscription(row) for row in session.execute(select(subscriptions).where(where).order_by(subscriptions.c.newsletter_id)))


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


def confirm_own(session: Session, subscriber_id: int, newsletter_id: str, *, now: datetime) -> bool:
    """Confirm what a reader asked for themselves, whatever stood there before; False where it was confirmed already."""
    statement = upsert(session, subscriptions).values(
        subscriber_id=subscriber_id, newsletter_id=newsletter_id, state=SubscriptionState.CONFIRMED, changed=now
    )
    confirmed = statement.on_conflict_do_update(
        index_elements=["subscriber_id", "newsletter_id"],
        set_={"state": SubscriptionState.CONFIRMED, "changed": now},
        where=subscriptions.c.state != SubscriptionState.CONFIRMED,
    )
    return session.execute(confirmed.returning(subscriptions.c.subscriber_id)).scalar_one_or_none() is not None


def unconfirm(session: Session, subscriber_id: int, *, now: datetime) -> int:
    """Let every confirmed subscription of a reader wait for its confirmation anew; return how many did."""
    statement = (
        update(subscriptions)
        .where(subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.state == SubscriptionState.CONFIRMED)
        .values(state=SubscriptionState.UNCONFIRMED, changed=now)
        .returning(subscriptions.c.newsletter_id)
    )
    return len(session.execute(statement).scalars().all())


def leave_out(session: Session, newsletter_id: str, wishes: Mapping[int, AbstractSet[str]]) -> None:
    """Keep which optional sections of a newsletter readers do without, by the readers' ids; an empty set turns all on."""
    statement = (
        update(subscriptions)
        .where(subscriptions.c.newsletter_id == newsletter_id, subscriptions.c.subscriber_id == bindparam("of_subscriber"))
        .values(left_out=bindparam("keys"))
    )
    rows = [{"of_subscriber": subscriber_id, "keys": choice_of(keys) or None} for subscriber_id, keys in sorted(wishes.items())]
    if rows:
        session.connection().execute(statement, rows)


def rename(session: Session, subscriber_id: int, name: str | None) -> None:
    """Give a reader another name, or none."""
    session.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(name=name))


def settled_already(session: Session, newsletter_id: str, folded: Sequence[str]) -> set[str]:
    """Return those of the folded addresses whom `confirm` would leave as they are: they get it, or left it."""
    statement = (
        select(subscribers.c.folded)
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .where(subscriptions.c.newsletter_id == newsletter_id, subscriptions.c.state != SubscriptionState.UNCONFIRMED)
    )
    found: set[str] = set()
    for start in range(0, len(folded), 500):
        found.update(session.execute(statement.where(subscribers.c.folded.in_(folded[start : start + 500]))).scalars())
    return found


def roster(session: Session, newsletter_id: str, *, size: int = 1_000) -> Iterator[tuple[Subscriber, Subscription, bool]]:
    """Yield everybody who ever met the newsletter, by id, and whether they are barred, without holding them all."""
    statement = (
        select(*_ROSTER)
        .join(subscriptions, subscriptions.c.subscriber_id == subscribers.c.id)
        .where(subscriptions.c.newsletter_id == newsletter_id)
        .order_by(subscribers.c.id)
        .limit(size)
    )
    after = 0
    while rows := session.execute(statement.where(subscribers.c.id > after)).all():
        for row in rows:
            yield _subscriber(row), _subscription(row), bool(row.barred)
        after = rows[-1].id


def get(session: Session, subscriber_id: int) -> Subscriber | None:
    """Return the reader of that id, or None where there is none or they were erased."""
    row = session.execute(select(subscribers).where(subscribers.c.id == subscriber_id)).one_or_none()
    return None if row is None or row.address == _nobody(subscriber_id) else _subscriber(row)


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


def movement(session: Session, newsletter_id: str, *, since: datetime) -> Movement:
    """Return who came and went since then, and who waits for a confirmation now; whoever came by an import counts, too."""
    fresh = subscriptions.c.changed >= since
    statement = select(
        func.count().filter(subscriptions.c.state == SubscriptionState.CONFIRMED, fresh).label("joined"),
        func.count().filter(subscriptions.c.state == SubscriptionState.UNSUBSCRIBED, fresh).label("left"),
        func.count().filter(subscriptions.c.state == SubscriptionState.UNCONFIRMED).label("waiting"),
    )
    row = session.execute(statement.where(subscriptions.c.newsletter_id == newsletter_id)).one()
    return Movement(joined=row.joined, left=row.left, waiting=row.waiting)


def suppress(session: Session, address_hash: str, reason: SuppressionReason, *, now: datetime) -> bool:
    """Bar an address from every mailing; False where it was barred already."""
    statement = (
        upsert(session, suppressions)
        .values(address_hash=address_hash, reason=reason, since=now)
        .on_conflict_do_nothing()
        .returning(suppressions.c.address_hash)
    )
    return session.execute(statement).scalar_one_or_none() is not None


def suppress_over(
    session: Session, address_hash: str, reason: SuppressionReason, over: Sequence[SuppressionReason], *, now: datetime
) -> bool:
    """Bar an address as `suppress` does, and where it is barred for one of `over`, for this reason from now on; False where it stays."""
    statement = upsert(session, suppressions).values(address_hash=address_hash, reason=reason, since=now)
    stronger = statement.on_conflict_do_update(
        index_elements=["address_hash"], set_={"reason": reason, "since": now}, where=suppressions.c.reason.in_(over)
    )
    return session.execute(stronger.returning(suppressions.c.address_hash)).scalar_one_or_none() is not None


def suppression(session: Session, address_hash: str) -> Suppression | None:
    """Return why and since when an address is barred, or None where it is not."""
    row = session.execute(select(suppressions).where(suppressions.c.address_hash == address_hash)).one_or_none()
    return None if row is None else Suppression(address_hash=row.address_hash, reason=SuppressionReason(row.reason), since=row.since)


def suppressed(session: Session, address_hashes: Sequence[str]) -> set[str]:
    """Return those of the hashes that are barred."""
    found: set[str] = set()
    for start in range(0, len(address_hashes), 500):
        part = address_hashes[start : start + 500]
        found.update(session.execute(select(suppressions.c.address_hash).where(suppressions.c.address_hash.in_(part))).scalars())
    return found


def lift(session: Session, address_hash: str, reasons: Sequence[SuppressionReason]) -> bool:
    """Let an address be written to again where it was barred for one of `reasons`; False where it was not."""
    where = (suppressions.c.address_hash == address_hash, suppressions.c.reason.in_(reasons))
    return session.execute(delete(suppressions).where(*where).returning(suppressions.c.reason)).scalar_one_or_none() is not None


def erase(session: Session, subscriber_id: int) -> None:
    """Forget who a reader was. Their row stays without a name, so that deliveries keep their counts and no id comes twice."""
    session.execute(delete(consents).where(consents.c.subscriber_id == subscriber_id))
    session.execute(delete(subscriptions).where(subscriptions.c.subscriber_id == subscriber_id))
    # A relay's words often repeat the address, and a returned mail holds it.
    session.execute(update(returns).where(returns.c.subscriber_id == subscriber_id).values(mail=None, diagnostic=None))
    session.execute(update(deliveries).where(deliveries.c.subscriber_id == subscriber_id).values(reply=None))
    nobody = _nobody(subscriber_id)
    session.execute(
        update(subscribers).where(subscribers.c.id == subscriber_id).values(address=nobody, folded=nobody, address_hash=nobody, name=None)
    )


_ROSTER: list[ColumnElement[Any]] = [
    *(subscribers.c.id, subscribers.c.address, subscribers.c.name, subscribers.c.created, *subscriptions.c),
    exists().where(suppressions.c.address_hash == subscribers.c.address_hash).label("barred"),
]


def _nobody(subscriber_id: int) -> str:
    """What stands for the address of an erased reader: no address, and nobody else's."""
    return f"erased-{subscriber_id}"


def _subscription(row: Row[tuple[object, ...]]) -> Subscription:
    return Subscription(
        subscriber_id=row.subscriber_id,
        newsletter_id=row.newsletter_id,
        state=SubscriptionState(row.state),
        changed=row.changed,
        left_out=frozenset((row.left_out or "").split()),
    )


def _subscriber(row: Row[tuple[object, ...]]) -> Subscriber:
    return Subscriber(id=row.id, address=row.address, name=row.name, created=row.created)
