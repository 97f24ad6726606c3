"""Gathering: what is due is fetched and read, what it gave is kept, and how it went is noted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.errors import FetchError, InputError
from digest.gather.entries import entry_of_page, reread
from digest.gather.fetch import Fetched, Fetcher, FetchRequest
from digest.gather.page import read_page
from digest.gather.read import read_bytes
from digest.log import get_log
from digest.model.account import MACHINE, Act
from digest.model.source import Entry, Source, SourceKind
from digest.store import Database, Session, acts, editions, entries, entry_pages, sources
from digest.store.entry_pages import PageDue
from digest.store.sources import SourceHealth

log = get_log("gathering")

_RETRY = timedelta(minutes=2)
_LONGEST_PAUSE = timedelta(hours=24)
_MOST_PAGES = 40  # in one visit
_PAGE_RETRY = timedelta(minutes=15)
_MOST_TRIES = 5
# Corrections come within days; by then the edition is out.
_REREAD = timedelta(hours=4)
_CORRECTED_WITHIN = timedelta(days=8)


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
        given = () if fetched.not_modified else _read(health.source, fetched)
    except InputError as error:
        return _note_trouble(database, visit, health, error)
    fresh = replace(health, etag=fetched.etag or health.etag, last_modified=fetched.last_modified or health.last_modified)
    with database.writing() as session:
        kept = entries.keep(session, source_id, given, now=visit.clock())
    changed = {*kept.changed, *_read_pages(database, visit, health.source)}
    now = visit.clock()
    with database.writing() as session:
        _tell_approved(session, changed, now=now)
        sources.well(session, fresh, due=now + visit.interval, now=now)
    log.info("gathered", source=source_id, seen=len(given), new=kept.new, changed=len(changed))
    return Gathered(seen=len(given), new=kept.new)


def _fetch(visit: Visit, health: SourceHealth) -> Fetched:
    request = FetchRequest(
        url=health.source.url, etag=health.etag, last_modified=health.last_modified, allow_private=health.source.allow_private
    )
    return visit.fetcher.fetch(request)


def _read(source: Source, fetched: Fetched) -> tuple[Entry, ...]:
    if source.kind is SourceKind.PAGE:
        return (entry_of_page(read_page(fetched.body, fetched.url), fetched.url),)
    feed = read_bytes(fetched.body, fetched.url, SourceKind.FEED).feed
    return feed.entries if feed is not None else ()


def _read_pages(database: Database, visit: Visit, source: Source) -> Iterator[int]:
    """Read the entries' own pages that are due, new ones first; yield the entries that this changed after they were known."""
    if not source.follow:
        return
    with database.reading() as session:
        due = entry_pages.due(session, source.id, now=visit.clock(), most=_MOST_PAGES)
    for page in due:
        visit.wait(source.pace)
        if _read_one(database, visit, source, page) and page.read is not None:
            yield page.kept.id


def _read_one(database: Database, visit: Visit, source: Source, page: PageDue) -> bool:
    """Read one page, conditionally where it was read before; True where that changed its entry."""
    url = page.kept.entry.url or ""
    try:
        request = FetchRequest(url=url, etag=page.etag, last_modified=page.last_modified, allow_private=source.allow_private)
        fetched = visit.fetcher.fetch(request)
        # Read again though unchanged where the feed's own part is what changed: then what the page gave stands already.
        entry = page.kept.entry if fetched.not_modified else reread(page.given, page.kept.entry, read_page(fetched.body, fetched.url))
    except InputError as error:
        log.warning("page not read", source=source.id, url=url, why=str(error))
        again = visit.clock() + _PAGE_RETRY * 2**page.tries if page.tries < _MOST_TRIES else None
        with database.writing() as session:
            entry_pages.unread(session, page, again=again)
        return False
    now = visit.clock()
    since = max(page.kept.first_seen, min(page.kept.moment, now))
    again = now + _REREAD if now - since < _CORRECTED_WITHIN else None
    answer = replace(page, etag=fetched.etag or page.etag, last_modified=fetched.last_modified or page.last_modified)
    with database.writing() as session:
        return entry_pages.read(session, answer, entry, now=now, again=again)


def _tell_approved(session: Session, changed: Iterable[int], *, now: datetime) -> None:
    """Write it into the log of an approved edition where the source changed what it took: nobody may look at its page again."""
    for record, titles in editions.approved_with(session, changed):
        what = f"the source changed {' and '.join(f'“{title}”' for title in titles)} after approval"
        acts.note(session, Act(at=now, who=MACHINE, what=what, why=None, edition_id=record.id, revision=record.revision))


def _note_trouble(database: Database, visit: Visit, health: SourceHealth, error: InputError) -> Gathered:
    pause = min(visit.interval * 2 ** min(health.failures, 10), _LONGEST_PAUSE)
    if isinstance(error, FetchError) and error.retry_after is not None:
        pause = max(pause, min(timedelta(seconds=error.retry_after), _LONGEST_PAUSE))
    with database.writing() as session:
        sources.failed(session, health.source.id, due=visit.clock() + pause, trouble=str(error))
    log.warning("source in trouble", source=health.source.id, why=str(error))
    return Gathered(trouble=str(error))
