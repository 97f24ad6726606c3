"""Following: a site's feeds are found, what one would give is seen before it is kept, and sources come and go."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.errors import Conflict, FetchError, InputError, NotFound, NotReadable
from digest.gather.discover import FeedLink, common_addresses, linked_feeds
from digest.gather.entries import entry_of_page
from digest.gather.fetch import Fetched, Fetcher, FetchRequest
from digest.gather.read import Reading, read_bytes
from digest.model.account import Act
from digest.model.source import Entry, Source, SourceKind
from digest.store import Database, Session, acts, sources

_MOST_SHOWN: Final = 10
_MOST_BYTES: Final = 4 * 1024 * 1024
# Somebody sits there and waits, and it is a handful of requests.
_PACE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands at an address: its feeds to choose from, and whether it can be followed as a page itself."""

    url: str
    feeds: tuple[FeedLink, ...]
    page: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a source would give: its title, its newest entries, how many there are, and how many briefs were found in them."""

    url: str
    kind: SourceKind
    title: str | None
    entries: tuple[Entry, ...]
    total: int
    briefs: int


def find_feeds(fetcher: Fetcher, url: str, *, allow_private: bool = False) -> Found:
    """Return the feeds of the site at `url`; raises FetchError, NotReadable where the address itself gives nothing."""
    fetched = _fetch(fetcher, url, allow_private=allow_private)
    reading = read_bytes(fetched.document, fetched.url)
    if reading.feed is not None:
        return Found(url=fetched.url, feeds=(FeedLink(url=fetched.url, title=reading.feed.title),), page=False)
    feeds = linked_feeds(fetched.document, fetched.url)
    if not feeds:
        feeds = _common(fetcher, fetched, allow_private=allow_private)
    return Found(url=fetched.url, feeds=feeds, page=reading.kind == "page")


def look(fetcher: Fetcher, source: Source, *, now: datetime) -> Look:
    """Return what `source` would give now; nothing is kept. Raises FetchError, NotReadable."""
    fetched = _fetch(fetcher, source.url, allow_private=source.allow_private)
    reading = read_bytes(fetched.document, fetched.url, source.kind, now)
    entries = _entries(reading, fetched.url)
    entries = tuple(sorted(entries, key=lambda entry: entry.published.timestamp() if entry.published else 0, reverse=True))
    title = reading.feed.title if reading.feed is not None else next((entry.title for entry in entries), None)
    briefs = sum(len(section.briefs) for entry in entries for section in entry.sections)
    return Look(url=fetched.url, kind=source.kind, title=title, entries=entries[:_MOST_SHOWN], total=len(entries), briefs=briefs)


def follow(database: Database, source: Source, *, who: str, now: datetime) -> bool:
    """Keep a new source, due at once; False where it is followed already. Raises Conflict where its id stands for another address."""
    with database.writing() as session:
        for health in sources.listed(session):
            if health.source.url == source.url:
                return False
        try:
            taken = sources.get(session, source.id)
        except NotFound:
            sources.keep(session, source, now=now)
            _note(session, who, f"followed the source {source.id}, {source.shown}", now)
            return True
    raise Conflict(f"the short name {source.id} stands for {taken.source.shown}; choose another one")


def check_now(database: Database, source_id: str, *, who: str, now: datetime) -> None:
    """Have the source visited at the next tick; raises NotFound."""
    with database.writing() as session:
        sources.make_due(session, source_id, now=now)
        _note(session, who, f"asked for a visit of the source {source_id}", now)


def change(database: Database, source: Source, *, who: str, now: datetime) -> None:
    """Keep a source's name, address and manner as changed; a new address is visited at the next tick.

    Raises NotFound, and Conflict where another source has that address.
    """
    with database.writing() as session:
        before = sources.get(session, source.id).source
        if before == source:
            return
        if before.url == source.url:
            sources.change(session, source)
            _note(session, who, f"changed the source {source.id}", now)
            return
        for other in sources.listed(session):
            if other.source.url == source.url:
                raise Conflict(f"the source {other.source.id} has that address already; remove one of the two")
        sources.change(session, source)
        sources.make_due(session, source.id, now=now)
        _note(session, who, f"changed the address of the source {source.id} from {before.shown} to {source.shown}", now)


def pause(database: Database, source_id: str, *, who: str, now: datetime, why: str | None = None) -> bool:
    """Have the source visited no more until it is resumed; False where it was paused already. Raises NotFound."""
    with database.writing() as session:
        changed = sources.pause(session, source_id, now=now, who=who, why=why)
        if changed:
            acts.note(session, Act(at=now, who=who, what=f"paused the source {source_id}", why=why, edition_id=None, revision=None))
    return changed


def resume(database: Database, source_id: str, *, who: str, now: datetime) -> bool:
    """Have the source visited again, from the next tick on; False where it was not paused. Raises NotFound."""
    with database.writing() as session:
        changed = sources.resume(session, source_id, now=now)
        if changed:
            _note(session, who, f"resumed the source {source_id}", now)
    return changed


def unfollow(database: Database, source_id: str, *, who: str, now: datetime) -> bool:
    """Forget a source and its entries; False where it was gone already."""
    with database.writing() as session:
        try:
            sources.remove(session, source_id)
        except NotFound:
            return False
        _note(session, who, f"removed the source {source_id}", now)
    return True


def _fetch(fetcher: Fetcher, url: str, *, allow_private: bool) -> Fetched:
    return fetcher.fetch(FetchRequest(url=url, allow_private=allow_private, max_bytes=_MOST_BYTES, pace=_PACE))


def _common(fetcher: Fetcher, page: Fetched, *, allow_private: bool) -> tuple[FeedLink, ...]:
    """Look where the page's links and its program's marks say, then where feeds commonly stand, until one does.

    A site that does not answer is left alone at once.
    """
    for address in common_addresses(page.url, page.document):
        try:
            fetched = _fetch(fetcher, address, allow_private=allow_private)
            feed = read_bytes(fetched.document, fetched.url, SourceKind.FEED).feed
        except FetchError as error:
            if error.status is None:
                return ()
        except NotReadable:
            continue
        else:
            return (FeedLink(url=fetched.url, title=feed.title if feed else None),)
    return ()


def _entries(reading: Reading, url: str) -> tuple[Entry, ...]:
    if reading.feed is not None:
        return reading.feed.entries
    if reading.page is None:
        raise InputError(f"{url}: nothing to read; correct the address")
    return (entry_of_page(reading.page, url),)


def _note(session: Session, who: str, what: str, at: datetime) -> None:
    acts.note(session, Act(at=at, who=who, what=what, why=None, edition_id=None, revision=None))
