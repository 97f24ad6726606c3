"""The entries' own pages: which are due to be read, and what the next conditional request for each needs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from digest.model.source import Entry, KeptEntry
from digest.store.documents import from_document
from digest.store.entries import as_kept, complete
from digest.store.tables import entries, sources


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDue:
    """An entry whose page is due: as it is kept, as its feed gave it, and how earlier readings of the page went."""

    kept: KeptEntry
    given: Entry
    etag: str | None
    last_modified: str | None
    read: datetime | None
    tries: int


def due(session: Session, source_id: str, *, now: datetime, most: int) -> tuple[PageDue, ...]:
    """Return the pages of a source that are due, those never read first, then the longest due."""
    statement = (
        select(entries)
        .where(entries.c.source_id == source_id, entries.c.page_due <= now)
        .order_by(entries.c.page_read.is_not(None), entries.c.page_due, entries.c.id)
        .limit(most)
    )
    return tuple(
        PageDue(
            kept=as_kept(row),
            given=from_document(Entry, row.given or row.document),
            etag=row.page_etag,
            last_modified=row.page_modified,
            read=row.page_read,
            tries=row.page_tries,
        )
        for row in session.execute(statement)
    )


def read(session: Session, page: PageDue, entry: Entry, *, now: datetime, again: datetime | None) -> bool:
    """Keep what the page of an entry gave and when it is due again (None: never); True where that changed the entry.

    `page` brings the etag and last_modified of this answer. What the feed gave meanwhile is not overwritten: then the page
    stays due and is read again.
    """
    there = session.execute(select(entries.c.given, entries.c.document).where(entries.c.id == page.kept.id)).one_or_none()
    if there is None or from_document(Entry, there.given or there.document) != page.given:
        return False
    values = {"page_etag": page.etag, "page_modified": page.last_modified, "page_read": now, "page_due": again, "page_tries": 0}
    session.execute(update(entries).where(entries.c.id == page.kept.id).values(**values))
    return complete(session, page.kept, entry, now=now)


def unread(session: Session, page: PageDue, *, again: datetime | None) -> None:
    """Note that a page could not be read, and when to try again (None: never)."""
    values = {"page_due": again, "page_tries": page.tries + 1}
    session.execute(update(entries).where(entries.c.id == page.kept.id).values(**values))


def put_off(session: Session, source_id: str, *, until: datetime) -> None:
    """Have no page of this source read before `until`: the host's turn has not come."""
    where = (entries.c.source_id == source_id, entries.c.page_due < until)
    session.execute(update(entries).where(*where).values(page_due=until))


def since(session: Session, source_id: str, *, when: datetime) -> tuple[KeptEntry, ...]:
    """Return the entries of a source that are of `when` or later, newest first."""
    statement = select(entries).where(entries.c.source_id == source_id, entries.c.moment >= when)
    return tuple(as_kept(row) for row in session.execute(statement.order_by(entries.c.moment.desc(), entries.c.id)))


def again(session: Session, source_id: str, *, when: datetime, now: datetime) -> None:
    """Have the pages of a source's entries from `when` on read at the next tick, as if they had never been: what is looked for changed."""
    where = (entries.c.source_id == source_id, entries.c.moment >= when, entries.c.page_read.is_not(None))
    session.execute(update(entries).where(*where).values(page_due=now, page_etag=None, page_modified=None, page_tries=0))
    session.execute(update(sources).where(sources.c.id == source_id).values(pages_due=now))


def next_due(session: Session, source_id: str) -> datetime | None:
    """Return when a page of this source is due next; None: none is."""
    found: datetime | None = session.execute(select(func.min(entries.c.page_due)).where(entries.c.source_id == source_id)).scalar_one()
    return found


def reading(session: Session, source_ids: Collection[str], *, since: datetime) -> bool:
    """Whether a page of an entry that came after `since` has not even been tried yet: a feed is kept at once, its pages follow."""
    fresh = (entries.c.first_seen > since, entries.c.page_due.is_not(None), entries.c.page_read.is_(None), entries.c.page_tries == 0)
    found = select(entries.c.id).where(entries.c.source_id.in_(list(source_ids)), *fresh).limit(1)
    return session.execute(found).first() is not None
