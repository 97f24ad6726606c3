"""Every recipient's fate in an edition, read in one snapshot and row by row: a million take no more memory than a thousand."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.model.mailing import Delivery, DeliveryState
from digest.store.engine import Database
from digest.store.naming import name_column
from digest.store.tables import deliveries, mailings, subscribers

_ROWS = 2_000


@contextmanager
def snapshot(database: Database) -> Iterator[Session]:
    """Open a session in which every read sees the same moment, however long it takes."""
    with database.reading() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


def of_edition(session: Session, edition_id: int, *, state: DeliveryState | None = None) -> Iterator[Delivery]:
    """Yield every recipient's fate in all mailings of an edition, or of those in one state, mailing by mailing."""
    yield from (one for one, _ in named(session, edition_id, state=state))


def named(session: Session, edition_id: int, *, state: DeliveryState | None = None) -> Iterator[tuple[Delivery, int]]:
    """Yield the same, each with the mailing that its Message-ID names."""
    ids = list(session.execute(select(mailings.c.id).where(mailings.c.edition_id == edition_id)).scalars())
    statement = (
        select(deliveries, subscribers.c.address, name_column(session, ids).label("named"))
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(mailings.c.edition_id == edition_id)
        .order_by(deliveries.c.mailing_id, deliveries.c.subscriber_id)
        .execution_options(yield_per=_ROWS)
    )
    if state is not None:
        statement = statement.where(deliveries.c.state == state)
    for row in session.execute(statement):
        one = Delivery(
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
        yield one, row.named
