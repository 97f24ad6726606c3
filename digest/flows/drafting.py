"""Drafting: the edition of a slot lays itself out from what was gathered, or from what an editor hands in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.compose.draft import lay_out
from digest.errors import Conflict, RefusedError
from digest.model.account import FROM_FILES, MACHINE, Act
from digest.model.edition import EditionRecord, EditionState
from digest.model.newsletter import Newsletter
from digest.model.source import BY_HAND, Entry, KeptEntry
from digest.model.story import Weighed
from digest.store import Database, Session, acts, candidates, editions, entries, entry_pages, newsletters, offers, slot_changes, sources

# However slow a host's pace is, a first draft waits no longer for its pages.
_PAGES_FOR = timedelta(minutes=10)
_NEVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


def due_drafts(database: Database, *, now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return (newsletter, slot) of the drafts to lay out now, or anew where entries came and nobody touched them.

    A first draft waits until each source has been visited once and the pages of what just came are read, so that it is not laid out
    from half a week.
    """
    found = []
    with database.reading() as session:
        followed = [one for one in sources.listed(session) if one.source.id != BY_HAND.id and one.paused is None]
        visited = all(one.last_good or one.failures for one in followed)
        with_pages = [one.source.id for one in followed if one.source.follow]
        visited = visited and not entry_pages.reading(session, with_pages, since=now - _PAGES_FOR)
        changed = entries.last_change(session)
        for newsletter in newsletters.listed(session):
            if not newsletter.plan or changed is None:
                continue
            for slot in _drafted_now(session, newsletter, now=now):
                record = editions.for_slot(session, newsletter.id, slot)
                stale = record is not None and record.state is EditionState.DRAFT and not record.touched and changed > record.changed
                if stale or (record is None and visited):
                    found.append((newsletter.id, slot))
    return tuple(found)


def draft_slot(database: Database, newsletter_id: str, slot: datetime | None, *, now: datetime) -> EditionRecord:
    """Lay out the edition of a slot (None: the next one) from what was gathered; an untouched draft is laid out anew."""
    with database.writing() as session:
        newsletter = _planned(session, newsletter_id)
        slot = slot or slot_changes.next_slot(session, newsletter, now=now)
        _refuse_skipped(session, newsletter, slot)
        record = editions.for_slot(session, newsletter_id, slot)
        gathered = _free(session, newsletter, slot, record, now=now)
        _refuse_worked_on(session, record, but=(MACHINE,))
        return _lay_out(session, _Layout(newsletter=newsletter, slot=slot, kept=gathered, record=record, who=MACHINE), now=now)


def draft_from(database: Database, newsletter_id: str, slot: datetime | None, given: Sequence[Entry], *, now: datetime) -> EditionRecord:
    """Lay out the edition of a slot from these entries alone, which an editor handed in."""
    with database.writing() as session:
        newsletter = _planned(session, newsletter_id)
        slot = slot or slot_changes.next_slot(session, newsletter, now=now)
        _refuse_skipped(session, newsletter, slot)
        sources.keep(session, BY_HAND, now=_NEVER)
        handed_in = entries.keep(session, BY_HAND.id, given, now=now)
        there = entries.by_ids(session, handed_in.ids)
        kept = tuple(there[one] for one in dict.fromkeys(handed_in.ids))
        record = editions.for_slot(session, newsletter_id, slot)
        _refuse_worked_on(session, record, but=(MACHINE, FROM_FILES))
        # What was gathered meanwhile is left out by whoever handed the files in, and is no news for the next edition.
        also = _free(session, newsletter, slot, record, now=now)
        laid = _lay_out(session, _Layout(newsletter=newsletter, slot=slot, kept=kept, record=record, who=FROM_FILES), now=now)
        why = "the edition was laid out from files"
        candidates.weigh(session, laid.id, [Weighed(entry_id=one.id, section=None, because=why) for one in also])
        return laid


def _planned(session: Session, newsletter_id: str) -> Newsletter:
    newsletter = newsletters.get(session, newsletter_id)
    if not newsletter.plan:
        raise RefusedError(f"newsletter {newsletter_id} has no plan; give it one with `digest newsletter plan {newsletter_id} --file PLAN`")
    return newsletter


def _drafted_now(session: Session, newsletter: Newsletter, *, now: datetime) -> tuple[datetime, ...]:
    """Return the slots whose draft is to lie on the desk by now: the next one to go out, and any that was moved."""
    open_ones = [one for one in slot_changes.coming(session, newsletter, now=now, most=3) if not one.skipped]
    usual = next((one for one in open_ones if not one.moved), None)
    return tuple(one.slot for one in open_ones if (one.moved or one is usual) and now >= one.due - newsletter.lead_time)


def _refuse_skipped(session: Session, newsletter: Newsletter, slot: datetime) -> None:
    change = slot_changes.find(session, newsletter.id, slot)
    if change is not None and change.due is None:
        when = slot.isoformat(timespec="minutes")
        raise RefusedError(f"{change.who} skipped the slot of {when} of {newsletter.id}; bring it back on the page of its slots first")


def _refuse_worked_on(session: Session, record: EditionRecord | None, *, but: tuple[str, ...]) -> None:
    """Refuse to lay out anew what a person has changed, approved or called off; `but` names whose drafts may be replaced."""
    if record is None or (record.state is EditionState.DRAFT and editions.written_by(session, record) in but):
        return
    state = record.state.replace("_", " ")
    raise Conflict(f"edition {record.id} of that slot has been worked on ({state}); edit it, or name another slot")


def _free(session: Session, newsletter: Newsletter, slot: datetime, record: EditionRecord | None, *, now: datetime) -> list[KeptEntry]:
    free = offers.gathered_for(session, newsletter, slot, edition_id=record.id if record else None, now=now)
    return [kept for kept in free if kept.source_id != BY_HAND.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What a draft is laid out from, for which slot, over which edition of it if any, and by whom."""

    newsletter: Newsletter
    slot: datetime
    kept: Sequence[KeptEntry]
    record: EditionRecord | None
    who: str


def _lay_out(session: Session, layout: _Layout, *, now: datetime) -> EditionRecord:
    record = layout.record
    number = record.number if record else editions.next_number(session, layout.newsletter.id)
    offer = offers.offer_of(session, layout.newsletter.id, layout.kept, edition_id=record.id if record else None)
    laid = lay_out(layout.newsletter, number, layout.slot, offer)
    if record is None:
        due = slot_changes.due_of(session, layout.newsletter.id, layout.slot)
        record = editions.open_for_slot(session, laid.edition, due=due, now=now, who=layout.who)
        acts.note(session, Act(at=now, who=layout.who, what="laid out the draft", why=None, edition_id=record.id, revision=1))
    elif editions.content(session, record.id, record.revision) == laid.edition:
        record = editions.seen(session, record, now=now)
    else:
        record = editions.save(session, record, laid.edition, now=now, who=layout.who)
    candidates.weigh(session, record.id, laid.weighed)
    return record
