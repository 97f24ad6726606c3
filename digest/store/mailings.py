"""Mailings: one sending of one frozen mail, opened with its whole ledger in one transaction."""

from datetime import datetime

from sqlalchemy import Row, case, exists, func, select, update
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.mailing import ChunkState, DeliveryState, Mailing, MailingCounts, MailingState, Rendered
from digest.store.documents import to_rendered
from digest.store.tables import chunks, deliveries, mailings

RUNNING = (MailingState.OPEN, MailingState.SENDING)


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
