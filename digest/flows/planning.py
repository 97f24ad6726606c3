"""Planning: slots are skipped, moved and brought back, with their editions; newsletters are added and changed."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from digest.errors import Conflict, RefusedError
from digest.model.account import Act
from digest.model.edition import UNSENT, EditionRecord, EditionState
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.week import slot_after, slot_before, zone_of
from digest.store import Database, Session, acts, editions, mailings, newsletters, slot_changes
from digest.store.documents import to_document
from digest.store.slot_changes import ComingSlot, SlotChange

# How far ahead a slot may be skipped or moved.
_REACH: Final = 60
# Without headings: the briefs stand under the heading that the week's column gave them.
STANDARD_PLAN: Final = (
    PlannedSection(key="lead", kind=SectionKind.LEAD, minimum=1, maximum=1, thin=WhenThin.HOLD),
    PlannedSection(key="articles", kind=SectionKind.ARTICLES, minimum=1, maximum=9),
    PlannedSection(key="briefs", kind=SectionKind.BRIEFS, minimum=1, maximum=9),
    PlannedSection(key="briefing", kind=SectionKind.BRIEFING, minimum=1, maximum=3),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotDecision:
    """Who decides about which slot; `was` is when it went out as the page showed it, None where it was skipped."""

    newsletter_id: str
    slot: datetime
    was: datetime | None
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """One slot to come with its edition, if one is laid out."""

    coming: ComingSlot
    record: EditionRecord | None

    @property
    def skipped(self) -> bool:
        """Whether it goes without an edition: by somebody's word on the slot, or because its edition was skipped."""
        return self.coming.skipped or (self.record is not None and self.record.state is EditionState.SKIPPED)

    @property
    def due(self) -> datetime | None:
        """When it goes out; None where it is skipped."""
        if self.skipped:
            return None
        return self.record.due if self.record is not None and self.record.state in UNSENT else self.coming.due


def slots(database: Database, newsletter: Newsletter, *, now: datetime, most: int) -> tuple[SlotRow, ...]:
    """Return the next slots of a newsletter with their editions."""
    with database.reading() as session:
        found = slot_changes.coming(session, newsletter, now=now, most=most)
        return tuple(SlotRow(coming=one, record=editions.for_slot(session, newsletter.id, one.slot)) for one in found)


def skip(database: Database, decision: SlotDecision) -> None:
    """Let a slot go by without an edition; one that is laid out is skipped with it, and its entries are free for the next.

    Raises Conflict where the slot is not as the page showed it, RefusedError where its edition is on its way. Twice is once.
    """
    with database.writing() as session:
        newsletter = newsletters.lock(session, decision.newsletter_id)
        row = _row(session, newsletter, decision)
        if row.skipped:
            return
        _as_shown(row, decision)
        _refuse_sent(session, row, "skipped")
        _keep(session, decision, None)
        if row.record is not None and row.record.state in UNSENT:
            editions.move(session, row.record, EditionState.SKIPPED, now=decision.at, approved_sha256=None, held=None)
            _note(session, decision, "skipped with its slot", row.record)
        _note(session, decision, f"skipped the slot of {_stamp(decision.slot)} of the newsletter {newsletter.id}")


def move(database: Database, decision: SlotDecision, due: datetime) -> None:
    """Let a slot go out at `due` instead, between the slots before and after it; an edition not sent yet goes with it.

    Raises RefusedError for a time that is past or beyond its neighbours, Conflict where the slot is not as the page showed it.
    """
    with database.writing() as session:
        newsletter = newsletters.lock(session, decision.newsletter_id)
        row = _row(session, newsletter, decision)
        if row.due == due:
            return
        _as_shown(row, decision)
        _refuse_sent(session, row, "moved")
        _refuse_beyond(session, newsletter, decision, due)
        if due == decision.slot:
            slot_changes.drop(session, newsletter.id, decision.slot)
        else:
            _keep(session, decision, due)
        _carry(session, row, due, decision)
        _note(session, decision, f"moved the slot of {_stamp(decision.slot)} of the newsletter {newsletter.id} to {_stamp(due)}")


def bring_back(database: Database, decision: SlotDecision) -> None:
    """Let a skipped or moved slot go out at its own time again; its edition, where one was laid out, is a draft once more."""
    with database.writing() as session:
        newsletter = newsletters.lock(session, decision.newsletter_id)
        row = _row(session, newsletter, decision)
        if row.due == decision.slot:
            return
        _as_shown(row, decision)
        _refuse_sent(session, row, "brought back")
        if decision.slot <= decision.at:
            raise RefusedError("that slot’s own time is past; move it to a time to come instead")
        _refuse_beyond(session, newsletter, decision, decision.slot)
        slot_changes.drop(session, newsletter.id, decision.slot)
        _carry(session, row, decision.slot, decision)
        _note(session, decision, f"brought back the slot of {_stamp(decision.slot)} of the newsletter {newsletter.id}")


def fingerprint(newsletter: Newsletter) -> str:
    """Return what stands for a newsletter as a page showed it; another one has another."""
    return hashlib.sha256(json.dumps(to_document(newsletter), sort_keys=True).encode()).hexdigest()[:32]


def add(database: Database, newsletter: Newsletter, *, who: str, now: datetime) -> None:
    """Add a newsletter; raises Conflict where its id is taken by another one. Twice is once."""
    with database.writing() as session:
        if newsletters.add(session, newsletter, now=now):
            acts.note(session, _act(who, f"added the newsletter {newsletter.id}", now))
        elif newsletters.get(session, newsletter.id) != newsletter:
            raise Conflict(f"there is a newsletter {newsletter.id} already; choose another short name")


def change(database: Database, newsletter: Newsletter, seen: str, *, who: str, now: datetime) -> tuple[EditionRecord, ...]:
    """Replace a newsletter that is still as `seen` (its fingerprint), and return the editions that keep a time of the old slot.

    Where the slot changes, drafts that nobody touched are skipped: the new slot gets its own. Raises Conflict.
    """
    with database.writing() as session:
        before = newsletters.lock(session, newsletter.id)
        if before == newsletter:
            return ()
        if fingerprint(before) != seen:
            raise Conflict(f"somebody else changed {before.name} meanwhile; look at it again, then save")
        newsletters.keep(session, newsletter, now=now)
        what = "the plan of the newsletter" if before.plan != newsletter.plan else "the newsletter"
        acts.note(session, _act(who, f"changed {what} {newsletter.id}", now))
        return _off_slot(session, newsletter, who=who, now=now) if before.slot != newsletter.slot else ()


def odd_slots(newsletter: Newsletter, *, now: datetime) -> tuple[datetime, ...]:
    """Return the slots of the next year whose wall-clock time does not exist, because the clocks go forward over it."""
    zone, found, slot = zone_of(newsletter.slot.zone), [], now
    for _ in range(54):
        slot = slot_after(newsletter.slot, slot)
        if slot.astimezone(zone).time() != newsletter.slot.at:
            found.append(slot)
    return tuple(found)


def _off_slot(session: Session, newsletter: Newsletter, *, who: str, now: datetime) -> tuple[EditionRecord, ...]:
    kept = []
    for record in editions.listed(session, newsletter.id):
        if record.state not in UNSENT or record.slot <= now or slot_before(newsletter.slot, record.slot) == record.slot:
            continue
        # What went out early and is being corrected keeps the slot it went out for.
        if mailings.of_edition(session, record.id):
            continue
        if record.state is EditionState.DRAFT and not record.touched:
            editions.move(session, record, EditionState.SKIPPED, now=now, held=None)
            acts.note(session, _act(who, "set aside the draft: its slot is no longer one", now, record))
        else:
            kept.append(record)
    return tuple(kept)


def _row(session: Session, newsletter: Newsletter, decision: SlotDecision) -> SlotRow:
    for one in slot_changes.coming(session, newsletter, now=decision.at, most=_REACH):
        if one.slot == decision.slot:
            return SlotRow(coming=one, record=editions.for_slot(session, newsletter.id, one.slot))
    raise Conflict("that is no slot to come of this newsletter any more; look at its slots again")


def _as_shown(row: SlotRow, decision: SlotDecision) -> None:
    if row.due != decision.was:
        change = row.coming.change
        by = f"{change.who} changed it" if change is not None else "it was changed"
        raise Conflict(f"that slot is not as the page showed it: {by} meanwhile; look again, then decide")


def _refuse_sent(session: Session, row: SlotRow, word: str) -> None:
    record = row.record
    if record is None:
        return
    if record.state in (EditionState.RELEASED, EditionState.CANCELLED):
        state = "on its way" if record.state is EditionState.RELEASED else "cancelled"
        raise RefusedError(f"No. {record.number} of that slot is {state} already, so the slot cannot be {word}")
    if mailings.of_edition(session, record.id):
        raise RefusedError(
            f"No. {record.number} of that slot went out already and is being corrected, so the slot cannot be {word}; "
            "send the correction, or drop it"
        )


def _refuse_beyond(session: Session, newsletter: Newsletter, decision: SlotDecision, due: datetime) -> None:
    if due <= decision.at:
        raise RefusedError("that time is past; choose one to come")
    before = slot_before(newsletter.slot, decision.slot - datetime.resolution)
    after = slot_after(newsletter.slot, decision.slot)
    first = slot_changes.due_of(session, newsletter.id, before)
    last = slot_changes.due_of(session, newsletter.id, after)
    if not first < due < last:
        raise RefusedError("that is beyond the slot before or after it; choose a time between the two, or skip this one")


def _carry(session: Session, row: SlotRow, due: datetime, decision: SlotDecision) -> None:
    """Take the slot's edition along: a skipped one is a draft again, one that waits gets the new time."""
    record = row.record
    if record is None or record.state not in (*UNSENT, EditionState.SKIPPED):
        return
    state = EditionState.DRAFT if record.state is EditionState.SKIPPED else record.state
    editions.move(session, record, state, now=decision.at, due=due, held=None)
    _note(session, decision, f"{'brought back' if state != record.state else 'moved'} with its slot, for {_stamp(due)}", record)


def _keep(session: Session, decision: SlotDecision, due: datetime | None) -> None:
    change = SlotChange(newsletter_id=decision.newsletter_id, slot=decision.slot, due=due, who=decision.who, at=decision.at)
    slot_changes.keep(session, change)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _note(session: Session, decision: SlotDecision, what: str, record: EditionRecord | None = None) -> None:
    acts.note(session, _act(decision.who, what, decision.at, record))


def _act(who: str, what: str, at: datetime, record: EditionRecord | None = None) -> Act:
    revision = record.revision if record else None
    return Act(at=at, who=who, what=what, why=None, edition_id=record.id if record else None, revision=revision)
