"""Kept entries by the names that their sources gave them, as tests know them."""

from collections.abc import Collection

from sqlalchemy import select

from digest.model.source import KeptEntry
from digest.store import Session
from digest.store.entries import as_kept
from digest.store.tables import entries


def by_guid(session: Session, source_id: str, guids: Collection[str]) -> tuple[KeptEntry, ...]:
    """Return the entries of one source by the names that they are kept under, newest first."""
    where = (entries.c.source_id == source_id, entries.c.guid.in_(list(guids)))
    rows = session.execute(select(entries).where(*where).order_by(entries.c.moment.desc(), entries.c.id))
    return tuple(as_kept(row) for row in rows)
