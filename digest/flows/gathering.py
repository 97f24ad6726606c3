"""Gathering: what is due is fetched and read, what it gave is kept, and how it went is noted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.errors import FetchError, InputError, NotYet, Unwelcome
from digest.gather.entries import entry_of_page, reread
from digest.gather.fetch import MAX_FEED, MAX_PAGE, Fetched, Fetcher, FetchRequest
from digest.gather.freshness import Pace, after_failure, after_good, ttl_of
from digest.gather.guard import allowance
from digest.gather.moved import Move, believed, new_address, sighted
from digest.gather.page import read_page
from digest.gather.read import read_bytes
from digest.log import get_log
from digest.model.account import MACHINE, Act
from digest.model.source import Entry, Source, SourceKind
from digest.model.weburl import shown_url
from digest.store import Database, Session, acts, editions, entries, entry_pages, newsletters, slot_changes, sources
from digest.store.entry_pages import PageDue
from digest.store.sources import Begun, SourceHealth, Tried

log = get_log("gathering")

_RETRY = timedelta(minutes=2)
# Longer than the workers' time limit: a visit that is in hand for longer has died with its process.
_LEASE = timedelta(minutes=5)
# Before an edition goes out, each source is read once more.
_BEFORE_SLOT = timedelta(minutes=30)
_MOST_PAGES = 40  # in one visit
_PAGE_RETRY = timedelta(minutes=15)
_UNWELCOME = timedelta(hours=24)
_MOST_TRIES = 5
# Corrections come within days; by then the edition is out.
_REREAD = timedelta(hours=4)
_CORRECTED_WITHIN = timedelta(days=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one visit gave: entries seen and entries new, or the trouble in one line; `waits` says why there was no visit yet."""

    seen: int = 0
    new: int = 0
    trouble: str | None = None
    waits: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How visits are made: the fetch, the clock, and when a source is due again.

    `patience` are the seconds that a host's turn is waited for, `budget` the time after which no further page is read in this visit:
    what is left is read in the next. `asked_only`: leave alone what nobody asked for, so that a doubled message does nothing.
    """

    fetcher: Fetcher
    clock: Callable[[], datetime]
    interval: timedelta
    patience: float = 60.0
    budget: timedelta = timedelta(minutes=4)
    asked_only: bool = False


def due_sources(database: Database, *, now: datetime, interval: timedelta = timedelta(minutes=15)) -> tuple[str, ...]:
    """Return the sources to visit now; each is due again in two minutes should its message be lost.

    A visit that never ended has taken its worker along: it counts as a failure, or the same bytes would do so for ever.
    """
    with database.writing() as session:
        for health in sources.abandoned(session, now=now, lease=_LEASE):
            due, why = after_failure(Pace(interval=interval), now=now, failures=health.failures, asked=None)
            trouble = f"{health.source.shown}: the last visit did not come to its end; it is tried again later"
            sources.failed(session, health.source.id, due=due, trouble=trouble, tried=Tried(at=now, why_due=why))
        return sources.claim_due(session, now=now, retry=_RETRY)


def gather_source(database: Database, visit: Visit, source_id: str) -> Gathered:
    """Visit one source and keep what it gave. A source in trouble is noted, and tried again later and later."""
    with _in_hand(database, visit, source_id) as begun:
        if begun is None:
            return Gathered(waits="somebody else visits it just now, or nobody asked for it")
        health = begun.health
        gathered = _visit(database, visit, health) if begun.feed else Gathered()
        if gathered.trouble is None and gathered.waits is None:
            changed = set(_read_pages(database, visit, health.source))
            _tell_approved(database, changed, now=visit.clock())
    return gathered


@contextmanager
def _in_hand(database: Database, visit: Visit, source_id: str) -> Iterator[Begun | None]:
    """Take the source in hand, so that no two workers visit it at once, and give it back whatever happens."""
    with database.writing() as session:
        begun = sources.begin(session, source_id, now=visit.clock(), lease=_LEASE, asked_only=visit.asked_only)
    if begun is None:
        yield None
        return
    try:
        yield begun
    except Exception as error:
        # A fault of ours, or a time limit: noted where people look, and passed on to where faults are counted.
        _note_trouble(database, visit, begun.health, error)
        raise
    finally:
        with database.writing() as session:
            sources.end(session, source_id, pages_due=entry_pages.next_due(session, source_id) if begun.health.source.follow else None)


def _visit(database: Database, visit: Visit, health: SourceHealth) -> Gathered:
    """Fetch and read the feed, and keep what it gave."""
    source = health.source
    try:
        fetched = _fetch(visit, health)
        given = () if fetched.not_modified else _read(source, fetched)
    except NotYet as error:
        return _put_off(database, visit, source, error)
    except InputError as error:
        return _note_trouble(database, visit, health, error)
    now = visit.clock()
    with database.writing() as session:
        kept = entries.keep(session, source.id, given, now=now)
        _note_well(session, visit, health, fetched)
    _tell_approved(database, set(kept.changed), now=now)
    log.info("gathered", source=source.id, seen=len(given), new=kept.new, changed=len(kept.changed))
    return Gathered(seen=len(given), new=kept.new)


def _fetch(visit: Visit, health: SourceHealth) -> Fetched:
    source = health.source
    request = FetchRequest(
        url=source.url,
        etag=health.etag,
        last_modified=health.last_modified,
        validated=health.validated,
        allow_private=source.allow_private,
        max_bytes=MAX_PAGE if source.kind is SourceKind.PAGE else MAX_FEED,
        pace=source.pace,
        patience=visit.patience,
        # A feed was made to be fetched, and an editor named this one; pages were made to be looked at.
        robots=source.kind is SourceKind.PAGE,
    )
    return visit.fetcher.fetch(request)


def _read(source: Source, fetched: Fetched) -> tuple[Entry, ...]:
    if source.kind is SourceKind.PAGE:
        return (entry_of_page(read_page(fetched.document, fetched.url, taught=source.taught), fetched.url),)
    feed = read_bytes(fetched.document, fetched.url, SourceKind.FEED, taught=source.taught).feed
    return feed.entries if feed is not None else ()


def _read_pages(database: Database, visit: Visit, source: Source) -> Iterator[int]:
    """Read the entries' own pages that are due, new ones first; yield the entries that this changed after they were known."""
    if not source.follow:
        return
    until = visit.clock() + visit.budget
    with database.reading() as session:
        due = entry_pages.due(session, source.id, now=visit.clock(), most=_MOST_PAGES)
    for page in due:
        if visit.clock() > until:
            return  # the others stay due
        try:
            if _read_one(database, visit, source, page) and page.read is not None:
                yield page.kept.id
        except NotYet as error:
            with database.writing() as session:
                entry_pages.put_off(session, source.id, until=visit.clock() + timedelta(seconds=error.retry_after or 1))
            return


def _read_one(database: Database, visit: Visit, source: Source, page: PageDue) -> bool:
    """Read one page, conditionally where it was read before; True where that changed its entry. Raises NotYet."""
    url = page.kept.entry.url or ""
    request = FetchRequest(
        url=url,
        etag=page.etag,
        last_modified=page.last_modified,
        allow_private=allowance(source.url, url, allow_private=source.allow_private),
        max_bytes=MAX_PAGE,
        pace=source.pace,
        patience=visit.patience,
        robots=True,
    )
    try:
        fetched = visit.fetcher.fetch(request)
        # Read again though unchanged where the feed's own part is what changed: then what the page gave stands already.
        entry = (
            page.kept.entry
            if fetched.not_modified
            else reread(page.given, page.kept.entry, read_page(fetched.document, fetched.url, taught=source.taught))
        )
    except NotYet:
        raise
    except InputError as error:
        log.warning("page not read", source=source.id, url=shown_url(url), why=str(error))
        again = _UNWELCOME if isinstance(error, Unwelcome) else _PAGE_RETRY * 2**page.tries
        if isinstance(error, FetchError) and error.retry_after is not None:
            again = max(again, timedelta(seconds=error.retry_after))
        with database.writing() as session:
            entry_pages.unread(session, page, again=visit.clock() + again if page.tries < _MOST_TRIES else None)
        return False
    now = visit.clock()
    since = max(page.kept.first_seen, min(page.kept.moment, now))
    next_time = now + _REREAD if now - since < _CORRECTED_WITHIN else None
    answer = page
    if not fetched.not_modified:
        # What another address than the one that is asked gave, is that one's: a redirect forgets it.
        own = fetched.url == url
        answer = replace(page, etag=fetched.etag if own else None, last_modified=fetched.last_modified if own else None)
    with database.writing() as session:
        return entry_pages.read(session, answer, entry, now=now, again=next_time)


def _tell_approved(database: Database, changed: set[int], *, now: datetime) -> None:
    """Write it into the log of an approved edition where the source changed what it took: nobody may look at its page again."""
    if not changed:
        return
    with database.writing() as session:
        for record, titles in editions.approved_with(session, changed):
            what = f"the source changed {' and '.join(f'“{title}”' for title in titles)} after approval"
            acts.note(session, Act(at=now, who=MACHINE, what=what, why=None, edition_id=record.id, revision=record.revision))


def _note_well(session: Session, visit: Visit, health: SourceHealth, fetched: Fetched) -> None:
    """Note a good visit: what the next one needs, when it is, and whether the source has moved."""
    now, source = visit.clock(), health.source
    asked = max(filter(None, (fetched.fresh_for, ttl_of(fetched.document))), default=None)
    due, why = after_good(Pace(interval=visit.interval, needed=_needed(session, now)), now=now, asked=asked)
    before = Move(to=health.moved_to, since=health.moved_since, seen=health.moved_seen) if health.moved_to and health.moved_since else None
    move = sighted(before, fetched.moved_to, now=now)
    if move is not None and believed(move, now=now) and _follow_move(session, source, move, now=now):
        move = None
    kept = fetched.not_modified
    after = replace(
        health,
        etag=fetched.etag or (health.etag if kept else None),
        last_modified=fetched.last_modified or (health.last_modified if kept else None),
        validated=fetched.url,
        status=fetched.status,
        why_due=why,
        moved_to=move.to if move else None,
        moved_since=move.since if move else None,
        moved_seen=move.seen if move else 0,
    )
    sources.well(session, after, due=due, now=now)


def _follow_move(session: Session, source: Source, move: Move, *, now: datetime) -> bool:
    """Change the source's address to where it has moved; False where another source is there already, or it must stay."""
    address = new_address(source.url, move.to)
    if address is None or any(one.source.url == address for one in sources.listed(session)):
        return False
    sources.change(session, replace(source, url=address))
    why = f"its publisher gave that as permanent {move.seen} times since {move.since.isoformat(timespec='minutes')}"
    what = f"changed the address of the source {source.id} from {source.shown} to {shown_url(address)}"
    acts.note(session, Act(at=now, who=MACHINE, what=what, why=why, edition_id=None, revision=None))
    log.info("source moved", source=source.id, to=shown_url(address))
    return True


def _needed(session: Session, now: datetime) -> datetime | None:
    """The moment before the next edition at which every source should be read; None where none is near."""
    slots = (slot_changes.next_slot(session, one, now=now) for one in newsletters.listed(session))
    return min((slot - _BEFORE_SLOT for slot in slots), default=None)


def _put_off(database: Database, visit: Visit, source: Source, error: NotYet) -> Gathered:
    """Nothing is wrong with the source: its host's turn has not come."""
    due = visit.clock() + timedelta(seconds=error.retry_after or 1)
    why = str(error).partition(";")[0]
    with database.writing() as session:
        sources.put_off(session, source.id, due=due, why=why)
    return Gathered(waits=str(error))


def _note_trouble(database: Database, visit: Visit, health: SourceHealth, error: Exception) -> Gathered:
    source, now = health.source, visit.clock()
    trouble = str(error) if isinstance(error, InputError) else f"{source.shown}: {type(error).__name__} while it was read; see the log"
    status, asked = (error.status, error.retry_after) if isinstance(error, FetchError) else (None, None)
    with database.writing() as session:
        pace = Pace(interval=visit.interval, needed=_needed(session, now))
        due, why = after_failure(pace, now=now, failures=health.failures, asked=asked)
        sources.failed(session, source.id, due=due, trouble=trouble, tried=Tried(at=now, status=status, why_due=why))
        if status == 410 and sources.pause(session, source.id, now=now, who=MACHINE, why="its server says that it is gone for good (410)"):
            what = f"paused the source {source.id}: its server says that it is gone for good (410)"
            acts.note(session, Act(at=now, who=MACHINE, what=what, why=source.shown, edition_id=None, revision=None))
    log.warning("source in trouble", source=source.id, why=trouble)
    return Gathered(trouble=trouble)
