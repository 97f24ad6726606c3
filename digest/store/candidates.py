"""What an edition may take: entries of its week, those that came late, and what editions before it weighed already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, not_, or_, select
from sqlalchemy.orm import Session

from digest.model.edition import EditionState
from digest.model.source import KeptEntry
from digest.model.story import Choice, Weighed
from digest.store.entries import as_kept
from digest.store.portable import upsert
from digest.store.tables import choices, edition_entries, editions, entries, weighed

# An edition after a long silence gathers what no edition had, but no more than this.
LONGEST = timedelta(days=35)
GONE = (EditionState.CANCELLED, EditionState.SKIPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What an edition gathers: what is dated in [start, end) and, where `current`, what came late or no edition had."""

    start: datetime
    end: datetime
    current: bool = True


def free_for(session: Session, newsletter_id: str, week: Week, *, edition_id: int | None) -> tuple[KeptEntry, ...]:
    """Return the entries that an edition may take, newest first: none that another live edition of the newsletter holds or weighed.

    The week begins where the last live edition before it ended: a week whose edition was skipped or cancelled is not lost. What
    was first seen since the newsletter's first week counts too, whatever its date; but history, what stood in a source before it
    was followed and what came out of an archive, counts by its date alone.
    """
    others = _live_others(newsletter_id, edition_id)
    taken = exists().where(edition_entries.c.entry_id == entries.c.id, editions.c.id == edition_entries.c.edition_id, *others)
    seen = exists().where(weighed.c.entry_id == entries.c.id, editions.c.id == weighed.c.edition_id, *others)
    start = week.start
    if week.current:
        last = session.execute(select(func.max(editions.c.slot)).where(*others, editions.c.slot < week.end)).scalar_one()
        start = max(min(week.start, last or week.start), week.end - LONGEST)
    in_time: ColumnElement[bool] = entries.c.moment >= start
    if week.current:
        since = max(_first_week(session, newsletter_id, week), week.end - LONGEST)
        late = and_(not_(entries.c.history), entries.c.first_seen >= since)
        in_time = or_(in_time, late)
    statement = select(entries).where(entries.c.moment < week.end, in_time, ~taken, ~seen)
    return tuple(as_kept(row) for row in session.execute(statement.order_by(entries.c.moment.desc(), entries.c.id)))


def weigh(session: Session, edition_id: int, found: Iterable[Weighed]) -> None:
    """Keep what became of each entry that was offered to an edition, in place of what was kept before."""
    session.execute(delete(weighed).where(weighed.c.edition_id == edition_id))
    rows = [{"edition_id": edition_id, "entry_id": one.entry_id, "section": one.section, "because": one.because} for one in found]
    if rows:
        session.execute(insert(weighed), rows)


def weighed_by(session: Session, edition_id: int) -> dict[int, Weighed]:
    """Return what became of each entry that was offered to an edition, by entry id."""
    rows = session.execute(select(weighed).where(weighed.c.edition_id == edition_id))
    return {row.entry_id: Weighed(entry_id=row.entry_id, section=row.section, because=row.because) for row in rows}


def choose(session: Session, newsletter_id: str, entry_ids: Sequence[int], choice: Choice) -> None:
    """Keep an editor's word on entries, in place of an earlier one."""
    for entry_id in entry_ids:
        values: Mapping[str, Any] = {"section": choice.section, "pinned": choice.pinned, "who": choice.who, "at": choice.at}
        statement = upsert(session, choices).values(newsletter_id=newsletter_id, entry_id=entry_id, **values)
        session.execute(statement.on_conflict_do_update(index_elements=["newsletter_id", "entry_id"], set_=dict(values)))


def unchoose(session: Session, newsletter_id: str, entry_ids: Sequence[int]) -> None:
    """Take an editor's word on entries back."""
    session.execute(delete(choices).where(choices.c.newsletter_id == newsletter_id, choices.c.entry_id.in_(list(entry_ids))))


def chosen(session: Session, newsletter_id: str) -> dict[int, Choice]:
    """Return the editors' words on entries, by entry id."""
    rows = session.execute(select(choices).where(choices.c.newsletter_id == newsletter_id))
    return {row.entry_id: Choice(section=row.section, pinned=row.pinned, who=row.who, at=row.at) for row in rows}


def _live_others(newsletter_id: str, edition_id: int | None) -> list[ColumnElement[bool]]:
    others = [editions.c.newsletter_id == newsletter_id, editions.c.state.not_in(GONE)]
    return others if edition_id is None else [*others, editions.c.id != edition_id]


def _first_week(session: Session, newsletter_id: str, week: Week) -> datetime:
    """Return since when the newsletter's editions have weighed all that came: a week before its first slot."""
    first = session.execute(select(func.min(editions.c.slot)).where(editions.c.newsletter_id == newsletter_id)).scalar_one()
    return min(week.start, first - timedelta(days=7)) if first is not None else week.start
