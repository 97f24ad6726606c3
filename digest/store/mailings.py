"""Mailings: one sending of one frozen mail, opened with its whole ledger in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, case, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.mailing import ChunkState, DeliveryState, Mailing, MailingCounts, MailingState, Rendered
from digest.model.subscriber import SubscriptionState
from digest.store.documents import to_document, to_rendered
from digest.store.portable import upsert
from digest.store.tables import chunks, deliveries, mailings, subscribers, subscriptions, suppressions

RUNNING = (MailingState.OPEN, MailingState.SENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a mailing is opened with: `kind` is unique for an edition ("edition", "missed", "correction 1")."""

    edition_id: int
    newsletter_id: str
    kind: str
    rendered: Rendered
    chunk_size: int


def open_mailing(session: Session, opening: Opening, *, now: datetime) -> Mailing | None:
    """Write the mailing, a delivery for each confirmed and unsuppressed reader, and the chunks; None where it exists already."""
    statement = (
        upsert(session, mailings)
        .values(
            edition_id=opening.edition_id,
            newsletter_id=opening.newsletter_id,
            kind=opening.kind,
            state=MailingState.OPEN,
            sha256=opening.rendered.sha256,
            document=to_document(opening.rendered),
            opened=now,
        )
        .on_conflict_do_nothing(index_elements=["edition_id", "kind"])
        .returning(mailings.c.id)
    )
    mailing_id = session.execute(statement).scalar_one_or_none()
    if mailing_id is None:
        return None
    place = func.row_number().over(order_by=subscriptions.c.subscriber_id) - 1
    audience = (
        select(
            literal(mailing_id).label("mailing_id"),
            subscriptions.c.subscriber_id,
            (place // opening.chunk_size).label("chunk"),
            literal(DeliveryState.PENDING.value).label("state"),
            literal(0).label("tries"),
        )
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(subscriptions.c.newsletter_id == opening.newsletter_id, subscriptions.c.state == SubscriptionState.CONFIRMED)
        .where(~exists().where(suppressions.c.address_hash == subscribers.c.address_hash))
    )
    session.execute(insert(deliveries).from_select(["mailing_id", "subscriber_id", "chunk", "state", "tries"], audience))
    numbers = (
        select(literal(mailing_id).label("mailing_id"), deliveries.c.chunk, literal(ChunkState.PENDING.value).label("state"), literal(0))
        .where(deliveries.c.mailing_id == mailing_id)
        .distinct()
    )
    session.execute(insert(chunks).from_select(["mailing_id", "number", "state", "attempt"], numbers))
    return get(session, mailing_id)


def get(session: Session, mailing_id: int) -> Mailing:
    """Return the mailing; raises NotFound."""
    row = session.execute(select(*_COLUMNS).where(mailings.c.id == mailing_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no mailing {mailing_id}; see `digest edition list`")
    return _mailing(row)


def rendered(session: Session, mailing_id: int) -> Rendered:
    """Return the frozen mail that this mailing sends."""
    return to_rendered(session.execute(select(mailings.c.document).where(mailings.c.id == mailing_id)).scalar_one())


def of_edition(session: Session, edition_id: int) -> tuple[Mailing, ...]:
    """Return the mailings of an edition, oldest first."""
    rows = session.execute(select(*_COLUMNS).where(mailings.c.edition_id == edition_id).order_by(mailings.c.id))
    return tuple(_mailing(row) for row in rows)


def running(session: Session) -> tuple[Mailing, ...]:
    """Return the mailings that are open or sending, oldest first."""
    rows = session.execute(select(*_COLUMNS).where(mailings.c.state.in_(RUNNING)).order_by(mailings.c.id))
    return tuple(_mailing(row) for row in rows)


def counts(session: Session, mailing_id: int) -> MailingCounts:
    """Return how many recipients stand in each state."""
    one = [func.coalesce(func.sum(case((deliveries.c.state == state, 1), else_=0)), 0).label(state.value) for state in DeliveryState]
    row = session.execute(select(*one).where(deliveries.c.mailing_id == mailing_id)).one()
    return MailingCounts(**{state.value: int(count) for state, count in zip(DeliveryState, row, strict=True)})


def change(session: Session, mailing_id: int, state: MailingState, *, of: tuple[MailingState, ...], reason: str | None = None) -> bool:
    """Move the mailing to `state` where it stands in one of `of`; False where it does not."""
    statement = update(mailings).where(mailings.c.id == mailing_id, mailings.c.state.in_(of)).values(state=state, reason=reason)
    return session.execute(statement.returning(mailings.c.id)).scalar_one_or_none() is not None


def finish(session: Session, mailing_id: int, *, now: datetime) -> bool:
    """Close the mailing if nobody in it waits any more; False where somebody does or it is closed already."""
    # Asked at the end of each chunk: only the last looks through the recipients, or a million of them would be looked through 2,000 times.
    going_on = exists().where(chunks.c.mailing_id == mailing_id, chunks.c.state != ChunkState.DONE)
    if session.execute(select(going_on)).scalar_one():
        return False
    waiting = exists().where(
        deliveries.c.mailing_id == mailing_id,
        (deliveries.c.state == DeliveryState.PENDING) | deliveries.c.next_try.is_not(None),
    )
    statement = update(mailings).where(mailings.c.id == mailing_id, mailings.c.state.in_(RUNNING), ~waiting)
    done = statement.values(state=MailingState.DONE, finished=now).returning(mailings.c.id)
    return session.execute(done).scalar_one_or_none() is not None


_COLUMNS = [column for column in mailings.c if column.name != "document"]


def _mailing(row: Row[tuple[object, ...]]) -> Mailing:
    return Mailing(
        id=row.id,
        edition_id=row.edition_id,
        newsletter_id=row.newsletter_id,
        kind=row.kind,
        state=MailingState(row.state),
        sha256=row.sha256,
        opened=row.opened,
        finished=row.finished,
        reason=row.reason,
    )
