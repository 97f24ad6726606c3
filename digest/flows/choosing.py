"""Choosing: the stories gathered for the next edition with the reasons of the draft, and the editors' word on each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.compose.choose import Acceptance, accept, section_for, turn_down
from digest.compose.match import best_telling, is_article
from digest.compose.plan import Offer, fill_plan
from digest.errors import NotFound, RefusedError
from digest.model.account import Act
from digest.model.edition import UNSENT, Article, Brief, Edition, EditionRecord, EditionState
from digest.model.newsletter import Newsletter
from digest.model.source import BY_HAND, KeptEntry, Source
from digest.model.story import Choice, Story, Weighed
from digest.store import Database, Session, acts, candidates, editions, newsletters, offers, slot_changes, sources

Move = Callable[[Edition], Edition]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One story as it stands: its shown telling, the key of its section (None: not in), why, and whether it came after the draft."""

    story: Story
    kept: KeptEntry
    section: str | None
    because: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What was gathered for the next slot: its edition if one is laid out, the stories, and the sources by id."""

    newsletter: Newsletter
    slot: datetime
    record: EditionRecord | None
    rows: tuple[Row, ...]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Who says what of a story: the key of its section (None: left out), first there or not."""

    newsletter_id: str
    entry_id: int
    section: str | None
    pinned: bool
    who: str
    at: datetime


def intake(database: Database, newsletter_id: str, *, now: datetime) -> Intake:
    """Return the stories for the next edition of a newsletter, those that are in first, the rest by what they weigh; raises NotFound."""
    with database.reading() as session:
        newsletter = newsletters.get(session, newsletter_id)
        slot, record = _next(session, newsletter, now=now)
        offer = _offer(session, newsletter, slot, record, now=now)
        weighed = {one.entry_id: one for one in fill_plan(newsletter, offer).weighed}
        standing = _standing(session, record) if record else {}
        laid = candidates.weighed_by(session, record.id) if record else {}
    frozen = record is not None and (record.touched or record.state is not EditionState.DRAFT)
    rows = [_row(story, offer, weighed, standing=standing, laid=laid if frozen else None) for story in offer.stories]
    order = {one.entry_id: place for place, one in enumerate(weighed.values())}
    # What stands in the edition comes in its order, the rest by what it weighs.
    places = {entry_id: place for place, entry_id in enumerate(standing)}
    rows.sort(key=lambda row: (row.section is None, places.get(row.kept.id, len(places)), order.get(row.kept.id, 0)))
    return Intake(newsletter=newsletter, slot=slot, record=record, rows=tuple(rows), sources=offer.sources)


def choose(database: Database, verdict: Verdict) -> tuple[EditionRecord | None, Move | None]:
    """Keep an editor's word on a story, with all its tellings.

    Returns the next edition, if there is one, and the move that says the same of it; None for a draft that the machine lays
    out anew. Raises NotFound where the story is gone, RefusedError where it cannot stand as an article or the plan changed.
    """
    with database.writing() as session:
        newsletter, record, story, by_id = _looked_up(session, verdict)
        kept = best_telling(story, by_id)
        if verdict.section is not None:
            planned = section_for(newsletter.plan, verdict.section)
            if not is_article(kept.entry):
                raise RefusedError(
                    "it has no title and address of its own, so it cannot stand as an article; paste its text as a passage instead"
                )
        choice = Choice(section=verdict.section, pinned=verdict.pinned, who=verdict.who, at=verdict.at)
        ids = [one.id for one in story.tellings]
        candidates.choose(session, newsletter.id, ids, choice)
        title = kept.entry.title or kept.entry.url or "a story"
        said = "left out" if verdict.section is None else "pinned" if verdict.pinned else "chose"
        _note(session, verdict, record, f"{said} “{title}”")
        if verdict.section is None:
            return record, lambda edition: turn_down(edition, ids)
        acceptance = Acceptance(kept=kept, source=by_id.get(kept.source_id), planned=planned, who=verdict.who, pinned=verdict.pinned)
        return record, lambda edition: accept(edition, acceptance)


def take_back(database: Database, verdict: Verdict) -> tuple[EditionRecord | None, Move | None]:
    """Forget an editor's word on a story; the move undoes what it did to an edition that somebody works on."""
    with database.writing() as session:
        newsletter, record, story, _ = _looked_up(session, verdict)
        ids = [one.id for one in story.tellings]
        candidates.unchoose(session, newsletter.id, ids)
        if story.choice is None:
            return record, None
        _note(session, verdict, record, f"took back the word on “{story.tellings[0].entry.title or 'a story'}”")
        return record, (lambda edition: turn_down(edition, ids, briefs=False)) if story.choice.section is not None else None


def _next(session: Session, newsletter: Newsletter, *, now: datetime) -> tuple[datetime, EditionRecord | None]:
    """Return the slot whose edition is being made, and that edition."""
    slot = slot_changes.next_slot(session, newsletter, now=now)
    record = editions.for_slot(session, newsletter.id, slot)
    return slot, record if record is not None and record.state not in candidates.GONE else None


def _offer(session: Session, newsletter: Newsletter, slot: datetime, record: EditionRecord | None, *, now: datetime) -> Offer:
    edition_id = record.id if record else None
    kept = [one for one in offers.gathered_for(session, newsletter, slot, edition_id=edition_id, now=now) if one.source_id != BY_HAND.id]
    return offers.offer_of(session, newsletter.id, kept, edition_id=edition_id)


def _standing(session: Session, record: EditionRecord) -> dict[int, tuple[str, str]]:
    """Return, by entry id, the section and reason of what stands in the edition; articles before briefs."""
    edition = editions.content(session, record.id, record.revision)
    found: dict[int, tuple[str, str]] = {}
    for kind in (Article, Brief):
        for section in edition.sections:
            for item in section.items:
                if isinstance(item, kind) and item.entry is not None:
                    found.setdefault(item.entry, (section.key, item.because or "added by hand"))
    return found


def _row(
    story: Story,
    offer: Offer,
    weighed: Mapping[int, Weighed],
    *,
    standing: Mapping[int, tuple[str, str]],
    laid: Mapping[int, Weighed] | None,
) -> Row:
    """Say where a story stands: in the edition as it is, or, where the machine lays it out, as it would be laid out now."""
    kept = best_telling(story, offer.sources)
    shown = next((one for one in story.tellings if one.id in standing), None)
    if shown is not None:
        key, because = standing[shown.id]
        return Row(story=story, kept=shown, section=key, because=because)
    if laid is None:
        one = weighed[kept.id]
        return Row(story=story, kept=kept, section=one.section, because=one.because)
    before = next((laid[one.id] for one in story.tellings if one.id in laid), None)
    if story.choice is not None and story.choice.section is None:
        return Row(story=story, kept=kept, section=None, because=f"left out by {story.choice.who}")
    if before is None:
        return Row(story=story, kept=kept, section=None, because="it came after somebody had begun to work on the edition", late=True)
    because = "it was taken out of the edition" if before.section is not None else before.because
    return Row(story=story, kept=kept, section=None, because=because)


def _looked_up(session: Session, verdict: Verdict) -> tuple[Newsletter, EditionRecord | None, Story, Mapping[str, Source]]:
    newsletter = newsletters.get(session, verdict.newsletter_id)
    slot, record = _next(session, newsletter, now=verdict.at)
    if record is not None and record.state not in UNSENT:
        raise RefusedError(f"No. {record.number} has left the desk; what comes now is for the edition after it")
    offer = _offer(session, newsletter, slot, record, now=verdict.at)
    story = _story(offer.stories, verdict.entry_id)
    return newsletter, record, story, {one.source.id: one.source for one in sources.listed(session)}


def _story(stories: Sequence[Story], entry_id: int) -> Story:
    for story in stories:
        if any(one.id == entry_id for one in story.tellings):
            return story
    raise NotFound("that story is no longer among this week’s; another edition took it, or its source was removed")


def _note(session: Session, verdict: Verdict, record: EditionRecord | None, what: str) -> None:
    edition_id, revision = (record.id, record.revision) if record else (None, None)
    acts.note(session, Act(at=verdict.at, who=verdict.who, what=what, why=None, edition_id=edition_id, revision=revision))
