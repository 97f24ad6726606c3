"""The order of a section, and the reasons in words: each doubling of sources or of a source's weight counts as a day newer."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from digest.compose.match import belongs, has_picture, is_article, is_own, matching_category
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind
from digest.model.source import Entry, KeptEntry, Source
from digest.model.story import Story

_DAY: Final = 86_400.0
# What a hundred copies of one agency report say more than eight is nothing.
_MOST_SOURCES: Final = 8
_FOR_ARTICLES: Final = (SectionKind.LEAD, SectionKind.ARTICLES)
_KINDS: Final = {
    SectionKind.LEAD: "Lead",
    SectionKind.ARTICLES: "Articles",
    SectionKind.BRIEFS: "Briefs",
    SectionKind.BRIEFING: "Briefing",
}


def score(story: Story, kept: KeptEntry, sources: Mapping[str, Source]) -> float:
    """Return the moment that a story counts as, in seconds: its own, a day more for each doubling of sources and weight."""
    told = min(len(story.sources), _MOST_SOURCES)
    return kept.moment.timestamp() + _DAY * (math.log2(told) + math.log2(_weight(story, sources)))


def lead_rank(kept: KeptEntry, sources: Mapping[str, Source]) -> tuple[bool, bool, bool, bool]:
    """Return what makes a lead: the outlet's own with picture and kicker, a column, a picture, the outlet's own."""
    entry = kept.entry
    own, pictured = is_own(kept, sources), has_picture(entry)
    return own and pictured and bool(entry.kicker), bool(entry.sections), pictured, own


def because_lead(story: Story, kept: KeptEntry, sources: Mapping[str, Source]) -> str:
    """Say why a story leads."""
    reason = "weekly column" if kept.entry.sections else "newest with a picture" if has_picture(kept.entry) else "newest this week"
    return _joined(story, sources, reason)


def because_article(planned: PlannedSection, story: Story, kept: KeptEntry, sources: Mapping[str, Source], *, newest: bool) -> str:
    """Say why a story stands in a section; `newest` where it is the newest there."""
    source = sources.get(kept.source_id)
    if category := matching_category(kept.entry, planned):
        reason = f"newest in {category}" if newest else f"in {category}"
    elif planned.sources and source:
        reason = f"newest from {source.name}" if newest else f"from {source.name}"
    elif newest:
        reason = f"newest in {planned.heading}" if planned.heading else "newest this week"
    else:
        reason = "newest first"
    return _joined(story, sources, reason)


def left_out_because(
    story: Story, kept: KeptEntry, newsletter: Newsletter, full: Sequence[PlannedSection], thin: Sequence[PlannedSection]
) -> str:
    """Say why a story stands nowhere; `full` are the sections that were filled, `thin` those left out."""
    choice = story.choice
    if choice is not None and choice.section is None:
        return f"left out by {choice.who}"
    if story.ran is not None:
        return f"it ran in No. {story.ran}"
    return _unfit(kept.entry) or _no_room(kept, newsletter, full, thin)


def _unfit(entry: Entry) -> str | None:
    if is_article(entry):
        return None
    if entry.sections:
        return "its briefs are in already, or no section takes them"
    return "it has no title" if entry.url else "it has no address"


def _no_room(kept: KeptEntry, newsletter: Newsletter, full: Sequence[PlannedSection], thin: Sequence[PlannedSection]) -> str:
    taken = [planned for planned in full if planned.kind in _FOR_ARTICLES and belongs(kept, planned)]
    # The lead is one, and what does not lead is no less for it.
    taken = [planned for planned in taken if planned.kind is SectionKind.ARTICLES] or taken
    if taken:
        names = " and ".join(f"{name_of(planned)} ({planned.maximum if planned.kind is SectionKind.ARTICLES else 1})" for planned in taken)
        return f"{names} {'is' if len(taken) == 1 else 'are'} full with what is newer or weighs more"
    gone = next((planned for planned in thin if belongs(kept, planned) and planned.kind is SectionKind.ARTICLES), None)
    if gone is not None:
        return f"{name_of(gone)} was left out with fewer than {gone.minimum}"
    if not any(planned.kind in _FOR_ARTICLES for planned in newsletter.plan):
        return "the plan has no section for articles"
    return "no section of the plan takes its source and categories"


def name_of(planned: PlannedSection) -> str:
    """Return what a planned section is called."""
    return planned.heading or _KINDS[planned.kind]


def _joined(story: Story, sources: Mapping[str, Source], reason: str) -> str:
    """Put an editor's word before the plan's reason, and after it what made the story rank higher."""
    parts = [reason]
    if story.choice is not None:
        parts = [f"{'pinned' if story.choice.pinned else 'chosen'} by {story.choice.who}"]
    if len(story.sources) > 1:
        parts.append(f"{len(story.sources)} sources")
    weight = _weight(story, sources)
    if weight != 1.0:
        parts.append(f"source weighs {weight:g}")
    return ", ".join(parts)


def _weight(story: Story, sources: Mapping[str, Source]) -> float:
    """Return the weight of the weightiest source that tells it."""
    return max((source.weight for one in story.tellings if (source := sources.get(one.source_id)) is not None), default=1.0)
