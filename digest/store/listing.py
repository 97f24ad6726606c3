"""Writing a mailing with its whole ledger in one transaction: the mailing, a delivery for each reader, and the chunks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, Select, func, insert, literal, null, select
from sqlalchemy.orm import Session

from digest.model.mailing import ChunkState, DeliveryState, MailingState, Rendered
from digest.store.documents import to_document
from digest.store.portable import upsert
from digest.store.tables import chunks, deliveries, mailings

# Ids of subscribers, each once.
Readers = Select[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a mailing is opened with: `kind` is unique for an edition ("edition", "missed", "correction 1").

    Where the ids of its readers are dense, they need not be counted to be put into chunks: `dense_from` is the first of all ids then.
    """

    edition_id: int
    newsletter_id: str
    kind: str
    rendered: Rendered
    chunk_size: int
    dense_from: int | None = None


def list_readers(session: Session, opening: Opening, readers: Readers, *, state: MailingState, now: datetime) -> int | None:
    """Write a mailing to these readers as one INSERT … SELECT, and return its id; None where one of its kind stands already.

    A chunk has as many readers as it may have, in the order of their ids; where these are dense, it is a range of as many ids.
    """
    mailing_id = _write(session, opening, state=state, now=now)
    if mailing_id is None:
        return None
    whom = readers.subquery()
    # Were the row number's type not said, SQLAlchemy would divide it as a float, which takes longer than the numbering.
    counted = func.row_number(type_=Integer).over(order_by=whom.c.subscriber_id) - 1
    place = counted if opening.dense_from is None else whom.c.subscriber_id - opening.dense_from
    rows = select(literal(mailing_id), whom.c.subscriber_id, place // opening.chunk_size, literal(DeliveryState.PENDING.value), literal(0))
    session.execute(insert(deliveries).from_select(["mailing_id", "subscriber_id", "chunk", "state", "tries"], rows))
    numbers = select(deliveries.c.chunk).distinct().where(deliveries.c.mailing_id == mailing_id)
    _write_chunks(session, mailing_id, session.execute(numbers).scalars())
    return mailing_id


def list_ids(session: Session, opening: Opening, ids: list[int], *, state: MailingState, now: datetime) -> int | None:
    """Write a mailing to the readers with these ids, of whom there are few; else as `list_readers`."""
    mailing_id = _write(session, opening, state=state, now=now)
    if mailing_id is None:
        return None
    same = {"mailing_id": mailing_id, "state": DeliveryState.PENDING, "tries": 0}
    rows = [{**same, "subscriber_id": one, "chunk": place // opening.chunk_size} for place, one in enumerate(sorted(ids))]
    if rows:
        session.execute(insert(deliveries), rows)
    _write_chunks(session, mailing_id, range(-(-len(rows) // opening.chunk_size)))
    return mailing_id


def _write(session: Session, opening: Opening, *, state: MailingState, now: datetime) -> int | None:
    statement = (
        upsert(session, mailings)
        .values(
            edition_id=opening.edition_id,
            newsletter_id=opening.newsletter_id,
            kind=opening.kind,
            state=state,
            sha256=opening.rendered.sha256,
            document=to_document(opening.rendered),
            opened=now,
            reason=null(),
        )
        .on_conflict_do_nothing(index_elements=["edition_id", "kind"])
        .returning(mailings.c.id)
    )
    return session.execute(statement).scalar_one_or_none()


def _write_chunks(session: Session, mailing_id: int, numbers: Iterable[int]) -> None:
    same = {"mailing_id": mailing_id, "state": ChunkState.PENDING, "attempt": 0}
    if rows := [{**same, "number": number} for number in numbers]:
        session.execute(insert(chunks), rows)
