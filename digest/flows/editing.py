"""Editing: what is decided about an edition. It is handed over, approved by its hash, scheduled, taken back or called off."""

from dataclasses import dataclass
from datetime import datetime

from digest.compose.check import check
from digest.errors import Conflict, RefusedError
from digest.model.account import Act
from digest.model.edition import APPROVED, UNAPPROVED, UNSENT, EditionRecord, EditionState
from digest.store import (
    Database,
    Session,
    acts,
    editions,
    link_checks,
    looked_up,
    mailings,
    newsletters,
    pictures,
    renderings,
    slot_changes,
    subscribers,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides about which revision, and when; the compare-and-set of every act at the desk."""

    edition_id: int
    revision: int
    who: str
    at: datetime
    why: str | None = None


def ask_for_review(database: Database, decision: Decision) -> EditionRecord:
    """Hand a draft over for review."""
    with database.writing() as session:
        record = _at(session, decision, (EditionState.DRAFT,), "be handed over for review")
        moved = editions.move(session, record, EditionState.IN_REVIEW, now=decision.at, touched=True)
        pictures.try_again(session, record.id, now=decision.at)
        _note(session, decision, "asked for review")
        return moved


def approve(database: Database, decision: Decision, sha256: str, *, complete: bool = False) -> EditionRecord:
    """Approve the bytes that the editor saw: the rendering of this revision, by its hash. Nothing renders after this.

    `complete` refuses while pictures are still to be fetched; else the log says without how many it was approved.
    """
    with database.writing() as session:
        record = _at(session, decision, UNAPPROVED, "be approved")
        rendered = renderings.find(session, record.id, record.revision)
        if rendered is None or rendered.sha256 != sha256:
            raise Conflict(f"edition {record.id} no longer renders to {sha256[:12]}…; look at its preview again, then approve")
        newsletter = newsletters.get(session, record.newsletter_id)
        edition = editions.content(session, record.id, record.revision)
        facts = looked_up.facts_that_block(session, record, edition, rendered)
        blocks = [finding for finding in check(edition, newsletter, rendered, facts) if finding.blocks]
        if blocks:
            raise RefusedError(f"edition {record.id} cannot be approved: {blocks[0].message} {blocks[0].remedy}")
        lacks = pictures.waiting(session, record.id)
        if lacks and complete:
            raise RefusedError(
                f"edition {record.id} was not approved: {count_of_pictures(lacks)} still being fetched; wait, or approve it without"
            )
        link_checks.ask(session, record.id, now=decision.at)
        moved = editions.move(session, record, EditionState.APPROVED, now=decision.at, approved_sha256=sha256, touched=True, held=None)
        pictures.freeze(session, record.id)
        without = f" without {lacks} picture{'s' if lacks > 1 else ''} that had not come yet" if lacks else ""
        _note(session, decision, f"approved {sha256[:12]}{without}")
        return moved


def count_of_pictures(count: int) -> str:
    """Return "a picture is" or "3 pictures are"."""
    return "a picture is" if count == 1 else f"{count} pictures are"


def reopen(database: Database, decision: Decision) -> EditionRecord:
    """Take an approval back before anything leaves: the edition is a draft again, and its mail is rendered as things stand now."""
    with database.writing() as session:
        record = _at(session, decision, APPROVED, "have its approval taken back")
        moved = editions.move(session, record, EditionState.DRAFT, now=decision.at, approved_sha256=None, held=None)
        renderings.forget(session, record.id, record.revision)
        _note(session, decision, f"took back the approval of {(record.approved_sha256 or '')[:12]}")
        return moved


def schedule(database: Database, decision: Decision, due: datetime | None) -> EditionRecord:
    """Let an approved edition go out at `due` (None: its slot, or where that was moved to).

    Refused where that is past, or where nobody would get it.
    """
    with database.writing() as session:
        record = _at(session, decision, APPROVED, "be scheduled")
        when = due or slot_changes.due_of(session, record.newsletter_id, record.slot)
        if when <= decision.at:
            raise RefusedError(
                f"{when.isoformat(timespec='minutes')} is past: edition {record.id} cannot be scheduled for it; "
                f"name a time to come with --at, or send it now with `digest edition send {record.id}`"
            )
        if not subscribers.count(session, record.newsletter_id):
            raise RefusedError(
                f"{record.newsletter_id} has no confirmed reader, so edition {record.id} would reach nobody; "
                f"add readers with `digest subscribers import FILE --newsletter {record.newsletter_id}`"
            )
        moved = editions.move(session, record, EditionState.SCHEDULED, now=decision.at, due=when, held=None)
        _note(session, decision, f"scheduled for {when.isoformat(timespec='seconds')}")
        return moved


def cancel(database: Database, decision: Decision) -> EditionRecord:
    """Call an edition off before it goes out."""
    with database.writing() as session:
        record = _at(session, decision, UNSENT, "be cancelled")
        if mailings.of_edition(session, record.id):
            raise RefusedError(f"edition {record.id} went out and is being corrected; drop the correction instead, or send it")
        moved = editions.move(session, record, EditionState.CANCELLED, now=decision.at, held=None)
        _note(session, decision, "cancelled")
        return moved


def _at(session: Session, decision: Decision, states: tuple[EditionState, ...], act: str) -> EditionRecord:
    record = editions.get(session, decision.edition_id)
    if record.revision != decision.revision:
        raise Conflict(f"edition {record.id} is at revision {record.revision} now, not {decision.revision}; look at it again, then decide")
    if record.state not in states:
        raise RefusedError(
            f"edition {record.id} is {record.state.replace('_', ' ')} and cannot {act}; that takes "
            f"{' or '.join(state.replace('_', ' ') for state in states)}"
        )
    return record


def _note(session: Session, decision: Decision, what: str) -> None:
    acts.note(
        session,
        Act(at=decision.at, who=decision.who, what=what, why=decision.why, edition_id=decision.edition_id, revision=decision.revision),
    )
