"""Gathering: what is due is fetched and read, what it gave is kept, and how it went is noted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.errors import FetchError, InputError
from digest.gather.entries import enrich, entry_of_page
from digest.gather.fetch import Fetched, Fetcher, FetchRequest
from digest.gather.page import read_page
from digest.gather.read import read_bytes
from digest.log import get_log
from digest.model.source import Entry, Source, SourceKind
from digest.store import Database, entries, sources
from digest.store.sources import SourceHealth

log = get_log("gathering")

_RETRY = timedelta(minutes=2)
_LONGEST_PAUSE = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one visit gave: entries seen and entries new, or the trouble in one line."""

    seen: int = 0
    new: int = 0
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How visits are made: the fetch, the clock, how to wait between two pages, and when a source is due again."""

    fetcher: Fetcher
    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    interval: timedelta


def due_sources(database: Database, *, now: datetime) -> tuple[str, ...]:
    """Return the sources to visit now; each is due again in two minutes should its message be lost."""
    with database.writing() as session:
        return sources.claim_due(session, now=now, retry=_RETRY)


def gather_source(database: Database, visit: Visit, source_id: str) -> Gathered:
    """Visit one source and keep what it gave. A source in trouble is noted, and tried again later and later."""
    with database.reading() as session:
        health = sources.get(session, source_id)
    try:
        fetched = _fetch(visit, health)
        given = () if fetched.not_modified else _read(database, visit, health.source, fetched)
    except InputError as error:
        return _note_trouble(database, visit, health, error)
    now = visit.clock()
    fresh = replace(health, etag=fetched.etag or health.etag, last_modified=fetched.last_modified or health.last_modified)
    with database.writing() as session:
        new = entries.keep(session, source_id, given, now=now)
        sources.well(session, fresh, due=now + visit.interval, now=now)
    log.info("gathered", source=source_id, seen=len(given), new=new)
    return Gathered(seen=len(given), new=new)


def _fetch(visit: Visit, health: SourceHealth) -> Fetched:
    request = FetchRequest(
        url=health.source.url, etag=health.etag, last_modified=health.last_modified, allow_private=health.source.allow_private
    )
    return visit.fetcher.fetch(request)


def _read(database: Database, visit: Visit, source: Source, fetched: Fetched) -> tuple[Entry, ...]:
    if source.kind is SourceKind.PAGE:
        return (entry_of_page(read_page(fetched.body, fetched.url), fetched.url),)
    feed = read_bytes(fetched.body, fetched.url, SourceKind.FEED).feed
    given = feed.entries if feed is not None else ()
    if not source.follow:
        return given
    with database.reading() as session:
        known = entries.known(session, source.id, [entry.guid for entry in given])
    # What is known stays as it was followed; the feed alone would lose the page's picture and briefs.
    return tuple(_followed(visit, source, (entry for entry in given if entry.guid not in known)))


def _followed(visit: Visit, source: Source, fresh: Iterable[Entry]) -> Iterable[Entry]:
    for entry in fresh:
        if entry.url is None:
            yield entry
            continue
        visit.wait(source.pace)
        try:
            page = visit.fetcher.fetch(FetchRequest(url=entry.url, allow_private=source.allow_private))
            yield enrich(entry, read_page(page.body, page.url))
        except InputError as error:
            log.warning("page not read", source=source.id, url=entry.url, why=str(error))
            yield entry


def _note_trouble(database: Database, visit: Visit, health: SourceHealth, error: InputError) -> Gathered:
    pause = min(visit.interval * 2 ** min(health.failures, 10), _LONGEST_PAUSE)
    if isinstance(error, FetchError) and error.retry_after is not None:
        pause = max(pause, min(timedelta(seconds=error.retry_after), _LONGEST_PAUSE))
    with database.writing() as session:
        sources.failed(session, health.source.id, due=visit.clock() + pause, trouble=str(error))
    log.warning("source in trouble", source=health.source.id, why=str(error))
    return Gathered(trouble=str(error))
