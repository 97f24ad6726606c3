"""Entries, each once by source and name; a changed guid finds its article again, a reused one becomes a second."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Row, func, insert, or_, select, update
from sqlalchemy.orm import Session

from digest.gather.cluster import address_of, differ, refilled, reused, text_hash
from digest.gather.entries import carry
from digest.gather.identity import folded_title, identity_of
from digest.model.source import BY_HAND, Entry, KeptEntry, Source, SourceKind
from digest.store.documents import from_document, to_document
from digest.store.tables import entries, sources

_MOST_LOOKED_AT = 20
# What comes with a date further back than this is taken for an archive, not for news that came late.
_LATE = timedelta(days=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What keeping changed: how many entries are new, and the ids of those that changed; `ids` are of all that were given."""

    new: int = 0
    changed: tuple[int, ...] = ()
    ids: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keeping:
    """Whose entries are kept, when, whether this is the first visit, and the names given in this reading, `twins` more than once."""

    source: Source
    now: datetime
    history: bool
    names: frozenset[str]
    twins: frozenset[str]


def keep(session: Session, source_id: str, given: Sequence[Entry], *, now: datetime) -> Kept:
    """Keep what a source gave, as it gave it.

    An entry that is known keeps its row, its first sighting and what its own page told; where what the source gives of it
    changed, that replaces what it gave before, and its page is due to be read again. Known is what has its name by the
    source's policy, or, under a new name, its address or its text.
    """
    row = session.execute(select(sources.c.document, sources.c.last_good).where(sources.c.id == source_id)).one()
    source = from_document(Source, row.document)
    names = Counter(identity_of(entry, source.identity) for entry in given)
    twins = frozenset(name for name, times in names.items() if times > 1)
    earlier = select(entries.c.id).where(entries.c.source_id == source_id, entries.c.first_seen < now).limit(1)
    history = row.last_good is None and session.execute(earlier).scalar_one_or_none() is None
    keeping = _Keeping(source=source, now=now, history=history, names=frozenset(names), twins=twins)
    new, changed, ids = 0, [], []
    for entry in given:
        name, found = _find(session, keeping, entry)
        if found is None:
            ids.append(_insert(session, keeping, name, entry))
            new += 1
            continue
        ids.append(found.id)
        if _replace(session, keeping, found, entry):
            changed.append(found.id)
    return Kept(new=new, changed=tuple(changed), ids=tuple(ids))


def complete(session: Session, kept: KeptEntry, entry: Entry, *, now: datetime) -> bool:
    """Replace an entry by what it is with its own page read; False where that is what it was."""
    with_guid = replace(entry, guid=kept.entry.guid)
    if with_guid == kept.entry:
        return False
    row = session.execute(select(sources.c.document).where(sources.c.id == kept.source_id)).scalar_one()
    session.execute(update(entries).where(entries.c.id == kept.id).values(**_values(with_guid, from_document(Source, row)), changed=now))
    return True


def by_ids(session: Session, ids: Collection[int]) -> dict[int, KeptEntry]:
    """Return the entries of these rows that there still are."""
    rows = session.execute(select(entries).where(entries.c.id.in_(sorted(set(ids)))))
    return {row.id: as_kept(row) for row in rows}


def count(session: Session) -> int:
    """Return how many entries are kept."""
    return session.execute(select(func.count()).select_from(entries)).scalar_one()


def last_change(session: Session) -> datetime | None:
    """Return when an entry last came or changed."""
    return session.execute(select(entries.c.changed).order_by(entries.c.changed.desc()).limit(1)).scalar_one_or_none()


def as_kept(row: Row[tuple[object, ...]]) -> KeptEntry:
    """Return the entry of a row of the table."""
    return KeptEntry(
        id=row.id,
        source_id=row.source_id,
        first_seen=row.first_seen,
        entry=from_document(Entry, row.document),
        canonical=row.canonical,
        text_hash=row.text_hash,
    )


def _find(session: Session, keeping: _Keeping, entry: Entry) -> tuple[str, Row[tuple[object, ...]] | None]:
    """Return the name to keep an entry under, and its row where it is known."""
    source = keeping.source
    name = identity_of(entry, source.identity)
    if source.kind is SourceKind.PAGE:
        return _find_page(session, keeping, name, entry)
    found = _named(session, source.id, name)
    if found is not None and reused(from_document(Entry, found.document), entry, together=name in keeping.twins):
        name = f"{name} {address_of(entry) or folded_title(entry.title)}"
        found = _named(session, source.id, name)
    return name, found or _renamed(session, keeping, entry)


def _find_page(session: Session, keeping: _Keeping, name: str, entry: Entry) -> tuple[str, Row[tuple[object, ...]] | None]:
    """Find a page's latest entry; where the page was filled anew since, what it held stays and this is another one."""
    latest = select(entries).where(entries.c.source_id == keeping.source.id).order_by(entries.c.id.desc()).limit(1)
    if keeping.source.id == BY_HAND.id:
        # Editors hand in many pages, each under its own name.
        latest = latest.where(or_(entries.c.guid == name, entries.c.guid.startswith(f"{name} ", autoescape=True)))
    found = session.execute(latest).one_or_none()
    if found is None or not refilled(from_document(Entry, found.document), entry):
        return name, found
    return f"{name} {keeping.now.isoformat(timespec='seconds')}", None


def _named(session: Session, source_id: str, name: str) -> Row[tuple[object, ...]] | None:
    return session.execute(select(entries).where(entries.c.source_id == source_id, entries.c.guid == name)).one_or_none()


def _renamed(session: Session, keeping: _Keeping, entry: Entry) -> Row[tuple[object, ...]] | None:
    """Find an entry whose guid was changed: same address, or same text and title, and its old name is given no more."""
    address, text = address_of(entry, keeping.source), text_hash(entry)
    of_source = select(entries).where(entries.c.source_id == keeping.source.id).order_by(entries.c.id.desc()).limit(_MOST_LOOKED_AT)
    if address is not None:
        # Where the policy was changed since, it was kept without its day and title, or with them.
        for row in session.execute(of_source.where(entries.c.canonical.in_([address, address.partition(" ")[0]]))):
            if row.guid not in keeping.names and not differ(from_document(Entry, row.document), entry):
                return row
    if text is not None:
        for row in session.execute(of_source.where(entries.c.text_hash == text)):
            old = from_document(Entry, row.document)
            if row.guid not in keeping.names and folded_title(old.title) == folded_title(entry.title):
                return row
    return None


def _insert(session: Session, keeping: _Keeping, name: str, entry: Entry) -> int:
    # The document carries the name where that is not the publisher's own: an item's id is made from it.
    policy_name = identity_of(entry, keeping.source.identity)
    document = entry if name == policy_name else replace(entry, guid=name)
    values = {
        "source_id": keeping.source.id,
        "guid": name,
        "first_seen": keeping.now,
        "changed": keeping.now,
        "history": keeping.history or (entry.published is not None and entry.published < keeping.now - _LATE),
        "moment": entry.published or keeping.now,
        "given": to_document(entry) if _follows(keeping.source, entry) else None,
        "page_due": keeping.now if _follows(keeping.source, entry) else None,
    }
    statement = insert(entries).values(**{**values, **_values(document, keeping.source)}).returning(entries.c.id)
    return int(session.execute(statement).scalar_one())


def _replace(session: Session, keeping: _Keeping, row: Row[tuple[object, ...]], entry: Entry) -> bool:
    """Write what changed of a known entry; False where nothing did."""
    old = from_document(Entry, row.document)
    given = to_document(entry)
    if row.given == given:
        return False
    follows = _follows(keeping.source, entry)
    before = from_document(Entry, row.given) if row.given else old if follows else None
    after = replace(carry(entry, old, before), guid=old.guid)
    values = _values(after, keeping.source)
    if follows:
        values |= {"given": given, "page_due": keeping.now}
    if after == old and row.canonical == values["canonical"] and row.text_hash == values["text_hash"]:
        if follows:
            session.execute(update(entries).where(entries.c.id == row.id).values(given=given))
        return False
    session.execute(update(entries).where(entries.c.id == row.id).values(**values, changed=keeping.now))
    return after != old


def _values(entry: Entry, source: Source) -> dict[str, object]:
    """Return the columns that follow from what an entry says."""
    values: dict[str, object] = {
        "document": to_document(entry),
        "canonical": address_of(entry, source),
        "text_hash": text_hash(entry),
    }
    return values | ({"moment": entry.published} if entry.published else {})


def _follows(source: Source, entry: Entry) -> bool:
    return source.kind is SourceKind.FEED and source.follow and bool(entry.url)
