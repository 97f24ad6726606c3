"""Editing: a draft is laid out, seen as it will be sent, approved by its hash, and scheduled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.compose.check import check
from digest.compose.draft import lay_out
from digest.errors import Conflict, RefusedError, RenderError
from digest.model.account import FROM_FILES, MACHINE, Act
from digest.model.edition import Edition, EditionRecord, EditionState, Finding
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter
from digest.model.picture import PictureStanding, Shelf
from digest.model.source import BY_HAND, Entry, KeptEntry
from digest.model.story import Weighed
from digest.render.email import render_edition
from digest.render.pictures import wishes_of
from digest.render.press import Press
from digest.store import (
    Database,
    Session,
    acts,
    candidates,
    editions,
    entries,
    entry_pages,
    link_checks,
    looked_up,
    mailings,
    newsletters,
    offers,
    pictures,
    renderings,
    slot_changes,
    sources,
    subscribers,
)

_UNAPPROVED = (EditionState.DRAFT, EditionState.IN_REVIEW)
_APPROVED = (EditionState.APPROVED, EditionState.SCHEDULED)
# However slow a host's pace is, a first draft waits no longer for its pages.
_PAGES_FOR = timedelta(minutes=10)
_NEVER = datetime.fromisoformat("9999-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An edition as an editor sees it before sending."""

    record: EditionRecord
    edition: Edition
    newsletter: Newsletter
    rendered: Rendered
    findings: tuple[Finding, ...]
    pictures: tuple[PictureStanding, ...] = ()

    @property
    def waiting(self) -> int:
        """How many of its pictures were neither fetched nor given up yet."""
        return sum(one.picture is None and one.trouble is None for one in self.pictures)

    @property
    def blocked(self) -> tuple[Finding, ...]:
        """The findings that stop approval."""
        return tuple(finding for finding in self.findings if finding.blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides about which revision, and when; the compare-and-set of every act at the desk."""

    edition_id: int
    revision: int
    who: str
    at: datetime
    why: str | None = None


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


def preview(database: Database, press: Press, edition_id: int, *, now: datetime) -> Preview:
    """Return the edition as it would be sent.

    What is not approved yet is rendered anew, so that a changed template or newsletter shows; what is approved never is.
    """
    with database.reading() as session:
        record = editions.get(session, edition_id)
        edition = editions.content(session, edition_id, record.revision)
        newsletter = newsletters.get(session, record.newsletter_id)
        rendered = renderings.find(session, edition_id, record.revision)
        facts = looked_up.facts_of(session, record, edition, newsletter, now=now)
    if rendered is None or record.state in _UNAPPROVED:
        wishes = wishes_of(edition, press.theme(newsletter.theme))
        with database.reading() as session:
            there, noted = pictures.standing(session, wishes), pictures.noted(session, edition_id)
        shelf = Shelf(base=press.pictures_url, kept={key: one.picture for key, one in there.items() if one.picture is not None})
        fresh = render_edition(press, edition, newsletter, shelf)
        if rendered is None or fresh.sha256 != rendered.sha256 or shelf.named(wishes) != noted:
            with database.writing() as session:
                if editions.get(session, edition_id).state in _UNAPPROVED:
                    renderings.keep(session, edition_id, record.revision, fresh, now=now)
                    pictures.wish_for(session, wishes, now=now)
                    pictures.note(session, edition_id, shelf.named(wishes))
        rendered = fresh
        facts = replace(facts, pictures=tuple(there.get(wish.key, PictureStanding(wish=wish)) for wish in wishes))
    elif record.state in _APPROVED:
        facts = replace(facts, late=_late(database, press, record, edition, newsletter))
    findings = check(edition, newsletter, rendered, facts)
    return Preview(record=record, edition=edition, newsletter=newsletter, rendered=rendered, findings=findings, pictures=facts.pictures)


def unrendered(database: Database) -> tuple[int, ...]:
    """Return the drafts whose present revision nobody has rendered yet, but for those held because they would not render."""
    with database.reading() as session:
        return tuple(
            record.id
            for record in editions.listed(session)
            if record.state in _UNAPPROVED and record.held is None and renderings.find(session, record.id, record.revision) is None
        )


def render_ahead(database: Database, press: Press, edition_id: int, *, now: datetime) -> None:
    """Render a draft before anybody asks; where its template or MJML is at fault, the edition is held and says so."""
    try:
        preview(database, press, edition_id, now=now)
    except RenderError as error:
        with database.writing() as session:
            editions.hold(session, editions.get(session, edition_id), f"not rendered: {error}")


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
        record = _at(session, decision, _UNAPPROVED, "be approved")
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
        record = _at(session, decision, _APPROVED, "have its approval taken back")
        moved = editions.move(session, record, EditionState.DRAFT, now=decision.at, approved_sha256=None, held=None)
        renderings.forget(session, record.id, record.revision)
        _note(session, decision, f"took back the approval of {(record.approved_sha256 or '')[:12]}")
        return moved


def schedule(database: Database, decision: Decision, due: datetime | None) -> EditionRecord:
    """Let an approved edition go out at `due` (None: its slot, or where that was moved to).

    Refused where that is past, or where nobody would get it.
    """
    with database.writing() as session:
        record = _at(session, decision, _APPROVED, "be scheduled")
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
    before = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED, EditionState.SCHEDULED)
    with database.writing() as session:
        record = _at(session, decision, before, "be cancelled")
        if mailings.of_edition(session, record.id):
            raise RefusedError(f"edition {record.id} went out and is being corrected; drop the correction instead, or send it")
        moved = editions.move(session, record, EditionState.CANCELLED, now=decision.at, held=None)
        _note(session, decision, "cancelled")
        return moved


def _late(database: Database, press: Press, record: EditionRecord, edition: Edition, newsletter: Newsletter) -> tuple[PictureStanding, ...]:
    """Return the pictures that came since the mail was approved without them."""
    wishes = wishes_of(edition, press.theme(newsletter.theme))
    with database.reading() as session:
        named = pictures.noted(session, record.id)
        lacking = [wish for wish in wishes if named.get(wish.place) == (wish.key, None)]
        there = pictures.standing(session, lacking)
    return tuple(one for one in there.values() if one.picture is not None)


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


def _planned(session: Session, newsletter_id: str) -> Newsletter:
    newsletter = newsletters.get(session, newsletter_id)
    if not newsletter.plan:
        raise RefusedError(f"newsletter {newsletter_id} has no plan; give it one with `digest newsletter plan {newsletter_id} --file PLAN`")
    return newsletter


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What a draft is laid out from, for which slot, over which edition of it if any, and by whom."""

    newsletter: Newsletter
    slot: datetime
    kept: Sequence[KeptEntry]
    record: EditionRecord | None
    who: str


def _free(session: Session, newsletter: Newsletter, slot: datetime, record: EditionRecord | None, *, now: datetime) -> list[KeptEntry]:
    free = offers.gathered_for(session, newsletter, slot, edition_id=record.id if record else None, now=now)
    return [kept for kept in free if kept.source_id != BY_HAND.id]


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


def _refuse_worked_on(session: Session, record: EditionRecord | None, *, but: tuple[str, ...]) -> None:
    """Refuse to lay out anew what a person has changed, approved or called off; `but` names whose drafts may be replaced."""
    if record is None or (record.state is EditionState.DRAFT and editions.written_by(session, record) in but):
        return
    state = record.state.replace("_", " ")
    raise Conflict(f"edition {record.id} of that slot has been worked on ({state}); edit it, or name another slot")


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
