"""Sources: what they are, when each is due, and how it has been."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.source import Source
from digest.store.documents import from_document, to_document
from digest.store.portable import upsert
from digest.store.tables import entries, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """A source with its last good visit, its failures in a row, and what the next visit needs."""

    source: Source
    due: datetime
    etag: str | None
    last_modified: str | None
    last_good: datetime | None
    failures: int
    trouble: str | None


def keep(session: Session, source: Source, *, now: datetime) -> None:
    """Add the source, due at once, or replace the one of its id."""
    document = to_document(source)
    statement = upsert(session, sources).values(id=source.id, document=document, due=now, failures=0)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"document": document, "due": now, "etag": None}))


def get(session: Session, source_id: str) -> SourceHealth:
    """Return the source with its health; raises NotFound naming those there are."""
    row = session.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
    if row is None:
        known = ", ".join(session.execute(select(sources.c.id).order_by(sources.c.id)).scalars()) or "none yet"
        raise NotFound(f"there is no source {source_id!r} (there are: {known}); add it with `digest source add URL`")
    return _health(row)


def listed(session: Session) -> tuple[SourceHealth, ...]:
    """Return all sources by id."""
    return tuple(_health(row) for row in session.execute(select(sources).order_by(sources.c.id)))


def remove(session: Session, source_id: str) -> None:
    """Forget the source and its entries; editions keep what they took."""
    get(session, source_id)
    session.execute(delete(sources).where(sources.c.id == source_id))


def claim_due(session: Session, *, now: datetime, retry: timedelta) -> tuple[str, ...]:
    """Return the sources that are due and put each off by `retry`: should its message be lost, it is due again then."""
    statement = update(sources).where(sources.c.due <= now).values(due=now + retry).returning(sources.c.id)
    return tuple(sorted(session.execute(statement).scalars()))


def change(session: Session, source: Source) -> None:
    """Replace what a source is, but not its address: its health and its next visit stay as they are."""
    session.execute(update(sources).where(sources.c.id == source.id).values(document=to_document(source)))


def entries_of(session: Session, source_id: str) -> int:
    """Return how many entries of this source are kept."""
    return session.execute(select(func.count()).select_from(entries).where(entries.c.source_id == source_id)).scalar_one()


def make_due(session: Session, source_id: str, *, now: datetime) -> None:
    """Have the source visited at the next tick."""
    get(session, source_id)
    session.execute(update(sources).where(sources.c.id == source_id).values(due=now))


def well(session: Session, health: SourceHealth, *, due: datetime, now: datetime) -> None:
    """Note a good visit; `health` brings the etag and last_modified that it gave."""
    session.execute(
        update(sources)
        .where(sources.c.id == health.source.id)
        .values(due=due, last_good=now, failures=0, trouble=None, etag=health.etag, last_modified=health.last_modified)
    )


def failed(session: Session, source_id: str, *, due: datetime, trouble: str) -> None:
    """Note a failed visit and when to try again."""
    session.execute(update(sources).where(sources.c.id == source_id).values(due=due, failures=sources.c.failures + 1, trouble=trouble))


def _health(row: Row[tuple[object, ...]]) -> SourceHealth:
    return SourceHealth(
        source=from_document(Source, row.document),
        due=row.due,
        etag=row.etag,
        last_modified=row.last_modified,
        last_good=row.last_good,
        failures=row.failures,
        trouble=row.trouble,
    )
