"""Entries, each once by (source, guid)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from digest.model.edition import EditionState
from digest.model.source import Entry, KeptEntry
from digest.store.documents import from_document, to_document
from digest.store.portable import upsert
from digest.store.tables import edition_entries, editions, entries

LATE = timedelta(days=7)


def known(session: Session, source_id: str, guids: Collection[str]) -> frozenset[str]:
    """Return which of `guids` this source has given before."""
    rows = session.execute(select(entries.c.guid).where(entries.c.source_id == source_id, entries.c.guid.in_(list(guids))))
    return frozenset(rows.scalars())


def keep(session: Session, source_id: str, given: Sequence[Entry], *, now: datetime) -> int:
    """Keep what a source gave and return how many are new.

    An entry that is known keeps its first sighting; its content is replaced where it changed.
    """
    new = 0
    for entry in given:
        document = to_document(entry)
        moment = entry.published or now
        row = {
            "source_id": source_id,
            "guid": entry.guid,
            "moment": moment,
            "first_seen": now,
            "changed": now,
            "document": document,
        }
        inserted = session.execute(
            upsert(session, entries).values(row).on_conflict_do_nothing(index_elements=["source_id", "guid"]).returning(entries.c.id)
        ).scalar_one_or_none()
        if inserted is not None:
            new += 1
            continue
        where = (entries.c.source_id == source_id, entries.c.guid == entry.guid)
        before = session.execute(select(entries.c.document).where(*where)).scalar_one()
        if before != document:
            values = {"document": document, "changed": now}
            if entry.published:
                values["moment"] = moment
            session.execute(update(entries).where(*where).values(values))
    return new


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What an edition gathers: what is dated in [start, end), and late comers first seen after `seen_after`."""

    start: datetime
    end: datetime
    seen_after: datetime


def free_for(session: Session, newsletter_id: str, week: Week, *, edition_id: int | None) -> tuple[KeptEntry, ...]:
    """Return the entries of the week that no other edition of this newsletter holds, newest first.

    What is dated up to `LATE` before the week, but was first seen after the edition before took its entries in, counts
    too: nothing is lost between two weeks.
    """
    elsewhere = (
        exists()
        .where(edition_entries.c.entry_id == entries.c.id)
        .where(editions.c.id == edition_entries.c.edition_id)
        .where(editions.c.newsletter_id == newsletter_id)
        .where(editions.c.state.not_in([EditionState.CANCELLED, EditionState.SKIPPED]))
    )
    if edition_id is not None:
        elsewhere = elsewhere.where(editions.c.id != edition_id)
    statement = (
        select(entries)
        .where(entries.c.moment < week.end, ~elsewhere)
        .where(or_(entries.c.moment >= week.start, and_(entries.c.moment >= week.start - LATE, entries.c.first_seen > week.seen_after)))
        .order_by(entries.c.moment.desc(), entries.c.id)
    )
    return tuple(_kept(row) for row in session.execute(statement))


def by_guid(session: Session, source_id: str, guids: Collection[str]) -> tuple[KeptEntry, ...]:
    """Return the entries of one source by the publisher's names for them, newest first."""
    where = (entries.c.source_id == source_id, entries.c.guid.in_(list(guids)))
    rows = session.execute(select(entries).where(*where).order_by(entries.c.moment.desc(), entries.c.id))
    return tuple(_kept(row) for row in rows)


def count(session: Session) -> int:
    """Return how many entries are kept."""
    return session.execute(select(func.count()).select_from(entries)).scalar_one()


def last_change(session: Session) -> datetime | None:
    """Return when an entry last came or changed."""
    return session.execute(select(entries.c.changed).order_by(entries.c.changed.desc()).limit(1)).scalar_one_or_none()


def _kept(row: Row[tuple[object, ...]]) -> KeptEntry:
    return KeptEntry(id=row.id, source_id=row.source_id, first_seen=row.first_seen, entry=from_document(Entry, row.document))
