"""What an edition is offered: what was gathered for it, put together into stories, with what ran before and the editors' words."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from digest.compose.match import words_key
from digest.compose.plan import Offer
from digest.gather.cluster import alike, merge
from digest.model.newsletter import Newsletter
from digest.model.source import KeptEntry
from digest.model.story import Story
from digest.model.week import window
from digest.store import candidates, slot_changes, sources, stories
from digest.store.candidates import Week


def gathered_for(session: Session, newsletter: Newsletter, slot: datetime, *, edition_id: int | None, now: datetime) -> list[KeptEntry]:
    """Return what was gathered for the edition of a slot: its week, with what came late and what no edition had."""
    start, end = window(newsletter.slot, slot)
    start = slot_changes.gathered_from(session, newsletter, start)
    # After an edition went out ahead of its slot, the week of the next one begins at once.
    current = start <= now or slot == slot_changes.next_slot(session, newsletter, now=now)
    week = Week(start=start, end=end, current=current)
    return list(candidates.free_for(session, newsletter.id, week, edition_id=edition_id))


def offer_of(session: Session, newsletter_id: str, kept: Sequence[KeptEntry], *, edition_id: int | None) -> Offer:
    """Return the stories of these entries: tellings put together, what ran in other editions marked, editors' words on them."""
    pieces = merge(kept)
    near = alike([piece[0] for piece in pieces])
    ran = stories.ran_in(session, newsletter_id, kept, edition_id=edition_id)
    choices = candidates.chosen(session, newsletter_id)
    told = [
        Story(
            tellings=piece,
            alike=near.get(piece[0].id, ()),
            choice=next((choices[one.id] for one in piece if one.id in choices), None),
            ran=next((ran[one.id] for one in piece if one.id in ran), None),
        )
        for piece in pieces
    ]
    said = stories.said_in(session, newsletter_id, _brief_words(kept), edition_id=edition_id)
    return Offer(stories=told, sources={one.source.id: one.source for one in sources.listed(session)}, said=said)


def _brief_words(kept: Sequence[KeptEntry]) -> Collection[str]:
    return {words_key(brief.text) or "" for one in kept for section in one.entry.sections for brief in section.briefs}
