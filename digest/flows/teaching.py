"""Teaching: an editor says what a source's briefs look like; what is kept of this week is read again, and so are its pages."""

from dataclasses import replace
from datetime import datetime, timedelta

from digest.errors import Conflict, NotFound
from digest.gather.teaching import Offer, checked, is_likely, learnt, offers, relearnt
from digest.model.account import Act
from digest.model.source import KeptEntry, Taught
from digest.store import Database, Session, acts, entries, entry_pages, sources

# An edition takes in a week; a day more covers its edges.
_WEEK = timedelta(days=8)


def taught_by(database: Database, source_id: str) -> Taught:
    """Return what a source was taught; raises NotFound."""
    with database.reading() as session:
        return sources.get(session, source_id).source.taught


def teach(database: Database, source_id: str, lesson: Taught, *, who: str, now: datetime) -> int:
    """Add a lesson to what a source knows; return in how many kept entries of this week that found briefs. Raises NotFound, InputError."""
    with database.writing() as session:
        return _set(session, source_id, learnt(sources.get(session, source_id).source.taught, lesson), who=who, now=now)


def set_taught(database: Database, source_id: str, taught: Taught, *, who: str, now: datetime) -> int:
    """Replace what a source was taught, for the screen that shows all of it; otherwise as `teach`."""
    with database.writing() as session:
        return _set(session, source_id, checked(taught), who=who, now=now)


def entry_with_offers(database: Database, entry_id: int) -> tuple[KeptEntry, tuple[Offer, ...]]:
    """Return a kept entry and what in it may be called briefs; raises NotFound."""
    with database.reading() as session:
        kept = entries.by_ids(session, [entry_id]).get(entry_id)
    if kept is None:
        raise NotFound(f"there is no entry {entry_id} any more; its source may have been removed")
    return kept, offers(kept.entry)


def recent_with_offers(database: Database, source_id: str, *, now: datetime) -> tuple[tuple[KeptEntry, tuple[Offer, ...]], ...]:
    """Return this week's entries of a source that hold what may be called briefs, newest first; raises NotFound."""
    with database.reading() as session:
        sources.get(session, source_id)
        kept = entry_pages.since(session, source_id, when=now - _WEEK)
    return tuple((one, found) for one in kept if (found := tuple(offer for offer in offers(one.entry) if is_likely(offer))))


def these_are_briefs(database: Database, entry_id: int, heading: str | None, *, who: str, now: datetime) -> int:
    """Teach an entry's source that what stands under `heading` in it is briefs, or its runs where that is None.

    Return in how many kept entries of this week that found briefs. Raises NotFound, and Conflict where the entry offers that no more.
    """
    kept, offered = entry_with_offers(database, entry_id)
    if heading not in {offer.heading for offer in offered}:
        raise Conflict("the entry has changed since it was shown; look at it again")
    lesson = Taught(headings=(heading,)) if heading else Taught(runs=True)
    return teach(database, kept.source_id, lesson, who=who, now=now)


def _set(session: Session, source_id: str, taught: Taught, *, who: str, now: datetime) -> int:
    source = sources.get(session, source_id).source
    if source.taught == taught:
        return 0
    sources.relearn(session, replace(source, taught=taught), now=now)
    found = 0
    for kept in entry_pages.since(session, source_id, when=now - _WEEK):
        entry = relearnt(kept.entry, taught)
        found += entry.sections != kept.entry.sections
        entries.complete(session, kept, entry, now=now)
    if source.follow:
        entry_pages.again(session, source_id, when=now - _WEEK, now=now)
    acts.note(session, Act(at=now, who=who, what=_what(source_id, source.taught, taught), why=None, edition_id=None, revision=None))
    return found


def _what(source_id: str, before: Taught, after: Taught) -> str:
    """A line for the log: what is new, or that something was taken back."""
    new = [f"the heading {heading!r}" for heading in after.headings if heading not in before.headings]
    new += [f"the name {left!r} for {right}" for left, right in after.aliases if (left, right) not in before.aliases]
    if after.selector and after.selector != before.selector:
        new.append(f"the selector {after.selector!r}")
    if after.runs and not before.runs:
        new.append("that its runs without a heading are briefs")
    told = ", ".join(new) if new else "to forget some of what it knew"
    return f"taught the source {source_id} {told}"
