"""Slots that people skip or move, and the slots to come with these changes applied."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from digest.model.edition import EditionRecord, EditionState
from digest.model.newsletter import Newsletter
from digest.model.week import slot_after, slot_before
from digest.store import editions, mailings
from digest.store.portable import upsert
from digest.store.tables import slot_changes

_MOST_SKIPPED_IN_A_ROW = 53
_DONE_WITH = (EditionState.RELEASED, EditionState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotChange:
    """Somebody's word on one slot: it goes out at `due` instead, or, where that is None, not at all."""

    newsletter_id: str
    slot: datetime
    due: datetime | None
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingSlot:
    """One slot to come: when its edition goes out, and the change to it, if any."""

    slot: datetime
    due: datetime
    change: SlotChange | None = None

    @property
    def skipped(self) -> bool:
        """Whether that week has no edition."""
        return self.change is not None and self.change.due is None

    @property
    def moved(self) -> bool:
        """Whether it goes out at another time than its own."""
        return self.due != self.slot


def find(session: Session, newsletter_id: str, slot: datetime) -> SlotChange | None:
    """Return what was said about this slot, or None."""
    where = (slot_changes.c.newsletter_id == newsletter_id, slot_changes.c.slot == slot)
    row = session.execute(select(slot_changes).where(*where)).one_or_none()
    return None if row is None else SlotChange(newsletter_id=row.newsletter_id, slot=row.slot, due=row.due, who=row.who, at=row.at)


def keep(session: Session, change: SlotChange) -> None:
    """Note a change, or replace the one of its slot."""
    values = {"due": change.due, "who": change.who, "at": change.at}
    statement = upsert(session, slot_changes).values(newsletter_id=change.newsletter_id, slot=change.slot, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["newsletter_id", "slot"], set_=values))


def drop(session: Session, newsletter_id: str, slot: datetime) -> None:
    """Let a slot go out at its own time again."""
    session.execute(delete(slot_changes).where(slot_changes.c.newsletter_id == newsletter_id, slot_changes.c.slot == slot))


def due_of(session: Session, newsletter_id: str, slot: datetime) -> datetime:
    """Return when the edition of this slot goes out: its own time, or the one it was moved to."""
    change = find(session, newsletter_id, slot)
    return change.due if change is not None and change.due is not None else slot


def coming(session: Session, newsletter: Newsletter, *, now: datetime, most: int) -> tuple[ComingSlot, ...]:
    """Return the next slots, skipped ones too, in the order of the calendar; one moved past its own time until that has come."""
    found: list[ComingSlot] = []
    # Two back: a slot moved past its own time stays before the one after it, which may be moved, too.
    slot = slot_before(newsletter.slot, slot_before(newsletter.slot, now) - datetime.resolution)
    while len(found) < most:
        change = find(session, newsletter.id, slot)
        due = change.due if change is not None and change.due is not None else slot
        # A skipped slot counts by its own time, any other by when it goes out.
        if due > now:
            found.append(ComingSlot(slot=slot, due=due, change=change))
        slot = slot_after(newsletter.slot, slot)
    return tuple(found)


def next_slot(session: Session, newsletter: Newsletter, *, now: datetime) -> datetime:
    """Return the first slot to come that is not skipped, and whose edition was not sent ahead of its time or called off."""
    for one in coming(session, newsletter, now=now, most=_MOST_SKIPPED_IN_A_ROW):
        there = None if one.skipped else editions.for_slot(session, newsletter.id, one.slot)
        if not one.skipped and (there is None or not _done_with(session, there)):
            return one.slot
    return slot_after(newsletter.slot, now + timedelta(weeks=_MOST_SKIPPED_IN_A_ROW))


def _done_with(session: Session, record: EditionRecord) -> bool:
    """Whether a slot needs no edition any more: its own was called off, is on its way, or went out and is being corrected."""
    return record.state in _DONE_WITH or bool(mailings.of_edition(session, record.id))


def gathered_from(session: Session, newsletter: Newsletter, start: datetime) -> datetime:
    """Return where the week that begins at slot `start` really begins: what a skipped week brought goes into the next edition."""
    for _ in range(_MOST_SKIPPED_IN_A_ROW):
        change = find(session, newsletter.id, start)
        if change is None or change.due is not None:
            break
        start = slot_before(newsletter.slot, start - datetime.resolution)
    return start
