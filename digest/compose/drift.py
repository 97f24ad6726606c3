"""What a source changed after an edition took it: texts as they came in, held against what the source says now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from digest.compose.differ import Words, elided, words_between
from digest.compose.ids import Ids
from digest.compose.items import article_of, brief_of
from digest.compose.match import words_key
from digest.compose.plan import Pick
from digest.errors import NotFound
from digest.model.edition import Article, Brief, Edition, Item
from digest.model.facts import Drift
from digest.model.page import FoundBrief
from digest.model.source import KeptEntry, Source

NAMES: Final = {"headline": "the headline", "dek": "the dek", "body": "the text", "brief": "the brief"}
_MOST_PIECES: Final = 24
_RESEMBLES: Final = 0.5


def drifts(item_id: str, taken: Mapping[str, str], kept: KeptEntry, now: Mapping[str, str]) -> Iterator[Drift]:
    """Yield the texts of an item that changed: `taken` as they came in, `now` as its entry has them; marks and spaces do not count."""
    if "brief" in taken:
        before = taken["brief"]
        if all(words_key(found.text) != words_key(before) for found in _briefs(kept)):
            like = _likest(before, kept)
            yield Drift(item=item_id, field="brief", before=before, after=like.text if like else None)
        return
    for field, before in taken.items():
        after = now.get(field, "")
        # A text that was not there before the page was read is no correction, nor is one that a wall hides now.
        if before and after and words_key(before) != words_key(after):
            yield Drift(item=item_id, field=field, before=before, after=after)


def difference(drift: Drift) -> tuple[Words, ...]:
    """Return what changed with some words around it, for people; long changes are cut."""
    words = elided(words_between(drift.before, drift.after or ""))
    return words if len(words) <= _MOST_PIECES else (*words[:_MOST_PIECES], Words(kind="gap", text=" …"))


def renewed(edition: Edition, item_id: str, kept: KeptEntry, source: Source | None, fields: frozenset[str]) -> Edition:
    """Return the edition with these fields of an item as its source has them now; raises NotFound."""
    found = [item for section in edition.sections for item in section.items if item.id == item_id]
    if not found:
        raise NotFound(f"there is no item {item_id!r} in this edition; it was removed meanwhile")
    new = _renewed(found[0], kept, source, fields)
    sections = (
        replace(section, items=tuple(new if item.id == item_id else item for item in section.items)) for section in edition.sections
    )
    return replace(edition, sections=tuple(sections))


def _renewed(item: Item, kept: KeptEntry, source: Source | None, fields: frozenset[str]) -> Item:
    if isinstance(item, Article):
        fresh = article_of(kept, source, item.because or "", Ids())
        changed = item
        if "headline" in fields and fresh.headline:
            changed = replace(changed, headline=fresh.headline)
        if "dek" in fields:
            changed = replace(changed, dek=fresh.dek)
        if "body" in fields:
            changed = replace(changed, body_html=fresh.body_html if item.body_html else None, minutes=fresh.minutes)
        return changed
    if isinstance(item, Brief) and "brief" in fields:
        like = _likest(f"{item.lead or ''} {item.html}", kept)
        if like is None:
            raise NotFound("its source no longer has that brief; remove it, or leave it as it is")
        fresh_brief = brief_of(Pick(kept=kept, because=item.because or ""), like, Ids())
        return replace(item, lead=fresh_brief.lead, html=fresh_brief.html, sources=fresh_brief.sources)
    return item


def _briefs(kept: KeptEntry) -> list[FoundBrief]:
    return [brief for section in kept.entry.sections for brief in section.briefs]


def _likest(text: str, kept: KeptEntry) -> FoundBrief | None:
    """Return the brief that the text most likely became, or None where none resembles it."""
    scored = [(SequenceMatcher(None, text.split(), brief.text.split(), autojunk=False).ratio(), brief) for brief in _briefs(kept)]
    best = max(scored, key=lambda one: one[0], default=None)
    return best[1] if best is not None and best[0] >= _RESEMBLES else None
