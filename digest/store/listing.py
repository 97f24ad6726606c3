"""Writing a mailing with its whole ledger in one transaction: the mailing, a delivery for each reader, and the chunks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, literal, null, select
from sqlalchemy.orm import Session

from digest.model.mailing import ChunkState, DeliveryState, MailingState, Rendered
from digest.store.documents import to_document
from digest.store.portable import upsert
from digest.store.tables import chunks, deliveries, mailings

# Ids of subscribers, each once.
Readers = Select[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a mailing is opened with: `kind` is unique for an edition ("edition", "missed", "correction 1")."""

    edition_id: int
    newsletter_id: str
    kind: str
    rendered: Rendered
    chunk_size: int


def list_readers(session: Session, opening: Opening, readers: Readers, *, state: MailingState, now: datetime) -> int | None:
    """Write a mailing to these readers as one INSERT … SELECT, and return its id; None where one of its kind stands already."""
    mailing_id = _write(session, opening, state=state, now=now)
    if mailing_id is None:
        return None
    whom = readers.subquery()
    place = func.row_number().over(order_by=whom.c.subscriber_id) - 1
    rows = select(literal(mailing_id), whom.c.subscriber_id, place // opening.chunk_size, literal(DeliveryState.PENDING.value), literal(0))
    statement = insert(deliveries).from_select(["mailing_id", "subscriber_id", "chunk", "state", "tries"], rows)
    listed = session.connection().execute(statement, execution_options={"preserve_rowcount": True})
    _write_chunks(session, mailing_id, listed.rowcount, size=opening.chunk_size)
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
    _write_chunks(session, mailing_id, len(rows), size=opening.chunk_size)
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


def _write_chunks(session: Session, mailing_id: int, readers: int, *, size: int) -> None:
    """Write as many chunks as these readers fill: who wrote the list knows their number, so it is not read again for it."""
    same = {"mailing_id": mailing_id, "state": ChunkState.PENDING, "attempt": 0}
    rows = [{**same, "number": number} for number in range(-(-readers // size))]
    if rows:
        session.execute(insert(chunks), rows)
