"""Sources: what they are, when each is due, and how it has been."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Row, and_, delete, func, not_, or_, select, update
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.source import BY_HAND, Source
from digest.store.documents import from_document, to_document
from digest.store.portable import upsert
from digest.store.tables import entries, sources

# Where entries of files and passages stand (digest.flows.editing); nobody follows it.
_FORGOTTEN: Final = {"etag": None, "last_modified": None, "validated": None}
_STAYS: Final = {"moved_to": None, "moved_since": None, "moved_seen": None}
_RUNS: Final = {"paused": None, "paused_by": None, "paused_why": None}


class SourceState(StrEnum):
    """How a source is, in a word."""

    NEW = "new"
    WELL = "well"
    TROUBLED = "troubled"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """A source with its last good visit, its failures in a row, and what the next visit needs.

    `due` is the next visit, `why_due` why it is then where that is not our own interval. `validated` is the address that gave `etag` and
    `last_modified`. `status` is the last HTTP status, `tried` the last visit of any kind. `moved_to`: its publisher says that it has
    moved for good, since when and how often that was seen. `paused`: since when it is not visited, by whom and why.
    """

    source: Source
    due: datetime
    etag: str | None
    last_modified: str | None
    last_good: datetime | None
    failures: int
    trouble: str | None
    validated: str | None = None
    why_due: str | None = None
    tried: datetime | None = None
    status: int | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_seen: int = 0
    paused: datetime | None = None
    paused_by: str | None = None
    paused_why: str | None = None

    @property
    def state(self) -> SourceState:
        """How it is."""
        if self.paused is not None:
            return SourceState.PAUSED
        if self.trouble is not None:
            return SourceState.TROUBLED
        return SourceState.WELL if self.last_good is not None else SourceState.NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A visit that is ours: the source as it is, and whether its feed is to be fetched, or pages of its entries alone."""

    health: SourceHealth
    feed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A visit that failed: when, with which HTTP status where there was one, and why the next is when it is."""

    at: datetime
    status: int | None = None
    why_due: str | None = None


def keep(session: Session, source: Source, *, now: datetime) -> None:
    """Add the source, due at once, or replace the one of its id."""
    document = to_document(source)
    statement = upsert(session, sources).values(id=source.id, document=document, due=now, failures=0)
    anew = {"document": document, "due": now, "why_due": None} | _FORGOTTEN | _STAYS | _RUNS
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=anew))


def get(session: Session, source_id: str) -> SourceHealth:
    """Return the source with its health; raises NotFound naming those there are."""
    row = session.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
    if row is None:
        there = select(sources.c.id).where(sources.c.id != BY_HAND.id).order_by(sources.c.id)
        known = ", ".join(session.execute(there).scalars()) or "none yet"
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
    """Return the sources whose feed or pages are due and put each off by `retry`: should its message be lost, it is due again then.

    A paused source is never due. Of those that gave no answer at all last time one alone is, while none of them is being tried: a worker
    has few processes, and however many servers hang, they hold no more than one of them.
    """
    runs = sources.c.paused.is_(None)
    mute = and_(sources.c.failures > 0, sources.c.status.is_(None))
    asked = {"due": now + retry, "asked": now}
    feeds = update(sources).where(sources.c.due <= now, runs, not_(mute)).values(asked).returning(sources.c.id)
    pages = update(sources).where(sources.c.pages_due <= now, runs).values(pages_due=now + retry).returning(sources.c.id)
    claimed = {*session.execute(feeds).scalars(), *session.execute(pages).scalars()}
    tried = select(sources.c.id).where(mute, or_(sources.c.begun.is_not(None), sources.c.asked > now - retry)).limit(1)
    if session.execute(tried).first() is None:
        first = select(sources.c.id).where(mute, sources.c.due <= now, runs).order_by(sources.c.due, sources.c.id).limit(1)
        one = update(sources).where(sources.c.id.in_(first.scalar_subquery())).values(asked).returning(sources.c.id)
        claimed.update(session.execute(one).scalars())
    return tuple(sorted(claimed))


def begin(session: Session, source_id: str, *, now: datetime, lease: timedelta, asked_only: bool) -> Begun | None:
    """Take a visit in hand; None where somebody else has it, or, with `asked_only`, where neither its feed nor a page is waiting.

    A visit that has been in hand for longer than `lease` has died with its worker. Raises NotFound.
    """
    health = get(session, source_id)
    where = (sources.c.id == source_id, sources.c.begun.is_(None) | (sources.c.begun <= now - lease))
    row = session.execute(select(sources.c.asked, sources.c.pages_due).where(*where).with_for_update()).one_or_none()
    if row is None or (asked_only and (health.paused is not None or (row.asked is None and row.pages_due is None))):
        return None
    session.execute(update(sources).where(*where).values(begun=now, asked=None))
    return Begun(health=health, feed=not asked_only or row.asked is not None)


def end(session: Session, source_id: str, *, pages_due: datetime | None) -> None:
    """Give a visit out of hand; `pages_due` is when pages of its entries are to be read next (None: none are)."""
    session.execute(update(sources).where(sources.c.id == source_id).values(begun=None, pages_due=pages_due))


def abandoned(session: Session, *, now: datetime, lease: timedelta) -> tuple[SourceHealth, ...]:
    """Return the sources whose visit has not ended within `lease`, and take it out of the dead hands."""
    dead = update(sources).where(sources.c.begun <= now - lease).values(begun=None).returning(sources.c.id)
    ids = session.execute(dead).scalars().all()
    return tuple(_health(row) for row in session.execute(select(sources).where(sources.c.id.in_(ids)))) if ids else ()


def change(session: Session, source: Source) -> None:
    """Replace what a source is: its health and its next visit stay as they are. A changed address forgets what the old one gave."""
    before = get(session, source.id).source
    anew = _FORGOTTEN | _STAYS if before.url != source.url else {}
    session.execute(update(sources).where(sources.c.id == source.id).values(document=to_document(source), **anew))


def relearn(session: Session, source: Source, *, now: datetime) -> None:
    """Replace what a source is and have it read whole at the next tick, whatever its server says of no change."""
    values = {"document": to_document(source), "due": now, "why_due": None} | _FORGOTTEN
    session.execute(update(sources).where(sources.c.id == source.id).values(**values))


def entries_of(session: Session, source_id: str) -> int:
    """Return how many entries of this source are kept."""
    return session.execute(select(func.count()).select_from(entries).where(entries.c.source_id == source_id)).scalar_one()


def latest_moments(session: Session, source_id: str, *, most: int, now: datetime) -> tuple[datetime, ...]:
    """Return when the latest entries of a source count as published, newest first; those dated ahead do not count."""
    where = (entries.c.source_id == source_id, entries.c.moment <= now)
    return tuple(session.execute(select(entries.c.moment).where(*where).order_by(entries.c.moment.desc()).limit(most)).scalars())


def make_due(session: Session, source_id: str, *, now: datetime) -> None:
    """Have the source visited at the next tick."""
    get(session, source_id)
    session.execute(update(sources).where(sources.c.id == source_id).values(due=now, why_due=None))


def well(session: Session, health: SourceHealth, *, due: datetime, now: datetime) -> None:
    """Note a good visit; `health` brings what it gave: etag, last_modified, who gave these, status, moves, and why it is due then."""
    session.execute(
        update(sources)
        .where(sources.c.id == health.source.id)
        .values(
            due=due,
            why_due=health.why_due,
            last_good=now,
            tried=now,
            status=health.status,
            failures=0,
            trouble=None,
            etag=health.etag,
            last_modified=health.last_modified,
            validated=health.validated,
            moved_to=health.moved_to,
            moved_since=health.moved_since,
            moved_seen=health.moved_seen,
        )
    )


def failed(session: Session, source_id: str, *, due: datetime, trouble: str, tried: Tried | None = None) -> None:
    """Note a failed visit and when to try again."""
    values = {"tried": tried.at, "status": tried.status, "why_due": tried.why_due} if tried is not None else {}
    session.execute(
        update(sources).where(sources.c.id == source_id).values(due=due, failures=sources.c.failures + 1, trouble=trouble, **values)
    )


def put_off(session: Session, source_id: str, *, due: datetime, why: str) -> None:
    """Visit the source later without anything being wrong with it: its host is not to be asked yet."""
    session.execute(update(sources).where(sources.c.id == source_id).values(due=due, why_due=why))


def pause(session: Session, source_id: str, *, now: datetime, who: str, why: str | None) -> bool:
    """Visit the source no more until it is resumed; False where it was paused already. Raises NotFound."""
    get(session, source_id)
    statement = update(sources).where(sources.c.id == source_id, sources.c.paused.is_(None))
    changed = session.execute(statement.values(paused=now, paused_by=who, paused_why=why, asked=None).returning(sources.c.id))
    return changed.first() is not None


def resume(session: Session, source_id: str, *, now: datetime) -> bool:
    """Visit the source again from now on; False where it was not paused. Raises NotFound."""
    get(session, source_id)
    statement = update(sources).where(sources.c.id == source_id, sources.c.paused.is_not(None))
    anew = {"due": now, "why_due": None, "failures": 0, "trouble": None} | _RUNS
    return session.execute(statement.values(**anew).returning(sources.c.id)).first() is not None


def _health(row: Row[tuple[object, ...]]) -> SourceHealth:
    return SourceHealth(
        source=from_document(Source, row.document),
        due=row.due,
        etag=row.etag,
        last_modified=row.last_modified,
        last_good=row.last_good,
        failures=row.failures,
        trouble=row.trouble,
        validated=row.validated,
        why_due=row.why_due,
        tried=row.tried,
        status=row.status,
        moved_to=row.moved_to,
        moved_since=row.moved_since,
        moved_seen=row.moved_seen or 0,
        paused=row.paused,
        paused_by=row.paused_by,
        paused_why=row.paused_why,
    )
