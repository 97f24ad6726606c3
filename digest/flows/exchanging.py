"""Exchanging: an edition goes out as one file that a person can compare and change, and comes in again as a revision or a draft."""

from dataclasses import dataclass, replace
from datetime import datetime

from digest.compose.adopt import adopted
from digest.compose.sheet import Origin, content_hash, write_sheet
from digest.compose.sheet_read import Sheet
from digest.errors import Conflict, NotFound, RefusedError
from digest.gather.sanitize import clean_html
from digest.model.account import Act
from digest.model.edition import APPROVED, UNSENT, Edition, EditionRecord
from digest.store import Database, Session, acts, editions, newsletters, revisions, slot_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Who brings a file in and when; `newsletter_id` and `slot` where it is to become a draft other than the file says."""

    who: str
    at: datetime
    newsletter_id: str | None = None
    slot: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """Where a file came to stand: `fresh` as a new draft, `changed` where it said anything new, `voided` where an approval fell."""

    record: EditionRecord
    fresh: bool = False
    changed: bool = True
    voided: bool = False


def export(database: Database, edition_id: int, revision: int | None = None) -> str:
    """Return an edition as a file, at its present revision or an earlier one; raises NotFound."""
    with database.reading() as session:
        record = editions.get(session, edition_id)
        revision = revision or record.revision
        edition = editions.content(session, edition_id, revision)
    return write_sheet(edition, Origin(edition_id=edition_id, revision=revision, sha256=content_hash(edition)))


def bring_in(database: Database, sheet: Sheet, landing: Landing) -> Landed:
    """Save the file as the next revision of the edition that it was exported from, or as a new draft where that is not here.

    Raises InputError with the file's line, Conflict where the edition has another revision by now or the slot is taken,
    RefusedError where the edition has gone out or the slot is past or skipped, NotFound without its newsletter.
    """
    with database.writing() as session:
        base = None if landing.slot or landing.newsletter_id else _base(session, sheet)
        if base is None:
            return _new_draft(session, sheet, landing)
        record, before = base
        return _next_revision(session, sheet, landing, record, before)


def _base(session: Session, sheet: Sheet) -> tuple[EditionRecord, Edition] | None:
    """Return the edition that the file was exported from, at that revision, or None where it is not this installation's."""
    if sheet.origin is None:
        return None
    try:
        record = editions.get(session, sheet.origin.edition_id)
        before = editions.content(session, record.id, sheet.origin.revision)
    except NotFound:
        return None
    return (record, before) if content_hash(before) == sheet.origin.sha256 else None


def _next_revision(session: Session, sheet: Sheet, landing: Landing, record: EditionRecord, before: Edition) -> Landed:
    for name, told, was in (
        ("newsletter", sheet.edition.newsletter_id, before.newsletter_id),
        ("number", sheet.edition.number, before.number),
        ("slot", sheet.edition.slot, before.slot),
    ):
        if told != was:
            raise sheet.fault(
                ("edition", name), f"the {name} of an edition does not change; put {was} back, or name a --slot for a new draft"
            )
    edition = adopted(sheet, before, clean_html)
    seen = sheet.origin.revision if sheet.origin else record.revision
    if record.revision != seen:
        raise Conflict(
            f"edition {record.id} is at revision {record.revision} now, and {sheet.name} was exported at {seen}; "
            f"export it again and carry your changes over, nothing of either is lost"
        )
    if edition == before:
        return Landed(record=record, changed=False)
    if record.state not in UNSENT:
        raise RefusedError(
            f"edition {record.id} is {record.state.replace('_', ' ')} and does not change any more; "
            "name a --slot to lay the file down as a new draft"
        )
    saved = editions.save(session, record, edition, now=landing.at, who=landing.who)
    revisions.say_why(session, saved.id, saved.revision, f"imported {sheet.name}")
    voided = record.state in APPROVED
    what = f"imported {sheet.name}" + (f": the approval of revision {record.revision} is void" if voided else "")
    _note(session, landing, what, saved)
    return Landed(record=saved, voided=voided)


def _new_draft(session: Session, sheet: Sheet, landing: Landing) -> Landed:
    newsletter = newsletters.get(session, landing.newsletter_id or sheet.edition.newsletter_id)
    if landing.slot is not None and landing.slot <= landing.at:
        raise RefusedError(f"the slot {landing.slot.isoformat()} is past; name one to come, or leave --slot out for the next")
    own = sheet.edition.slot if landing.newsletter_id is None and sheet.edition.slot > landing.at else None
    slot = landing.slot or own or slot_changes.next_slot(session, newsletter, now=landing.at)
    change = slot_changes.find(session, newsletter.id, slot)
    if change is not None and change.due is None:
        raise RefusedError(
            f"{change.who} skipped the slot of {slot.isoformat()} of {newsletter.id}; bring it back first, or name another --slot"
        )
    there = editions.for_slot(session, newsletter.id, slot)
    if there is not None:
        raise Conflict(
            f"{newsletter.id} has edition {there.id} for {slot.isoformat()}, and {sheet.name} was not exported from it; name another --slot"
        )
    number = editions.next_number(session, newsletter.id)
    edition = replace(adopted(sheet, None, clean_html), newsletter_id=newsletter.id, number=number, slot=slot)
    due = slot_changes.due_of(session, newsletter.id, slot)
    record = editions.open_for_slot(session, edition, due=due, now=landing.at, who=landing.who)
    revisions.say_why(session, record.id, 1, f"imported {sheet.name}")
    _note(session, landing, f"laid out the draft from {sheet.name}", record)
    return Landed(record=record, fresh=True)


def _note(session: Session, landing: Landing, what: str, record: EditionRecord) -> None:
    act = Act(at=landing.at, who=landing.who, what=what, why=None, edition_id=record.id, revision=record.revision)
    acts.note(session, act)
