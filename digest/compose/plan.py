"""Which entry goes into which planned section, and why: the lead first, then the plan from top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digest.compose.match import belongs, has_picture, identities, is_article, matching_category
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.page import FoundBrief, FoundKind, FoundSection
from digest.model.source import Extent, KeptEntry, Source

_FOUND = {SectionKind.BRIEFS: FoundKind.BRIEFS, SectionKind.BRIEFING: FoundKind.BRIEFING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One item to be: an entry, the brief of it (None: the entry as an article), and why it was picked."""

    kept: KeptEntry
    because: str
    brief: FoundBrief | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A planned section with its picks, and the heading that the column itself gave where all picks share one."""

    planned: PlannedSection
    picks: tuple[Pick, ...]
    heading: str | None = None


def fill_plan(newsletter: Newsletter, entries: Sequence[KeptEntry], sources: Mapping[str, Source]) -> tuple[Filled, ...]:
    """Fill the planned sections, in the plan's order, newest first, at most `maximum` each, nothing twice.

    A column that carries briefs stands as an article in one section, and its briefs in theirs.
    """
    week = distinct(entries, sources)
    articles = [kept for kept in week if is_article(kept.entry)]
    placed: set[int] = set()
    said: set[str] = set()
    filled: dict[int, Filled] = {}
    # The lead has the first choice wherever the plan sets it.
    order = sorted(enumerate(newsletter.plan), key=lambda one: (one[1].kind is not SectionKind.LEAD, one[0]))
    for place, planned in order:
        free = [kept for kept in articles if kept.id not in placed and belongs(kept, planned)]
        one = _fill(planned, free, sources) if planned.kind not in _FOUND else _fill_briefs(planned, week, said)
        if planned.thin is WhenThin.LEAVE_OUT and len(one.picks) < max(1, planned.minimum):
            continue  # and what it would have held is free for the sections after it
        for pick in one.picks:
            if pick.brief is None:
                placed.add(pick.kept.id)
            else:
                said.add(_words(pick.brief))
        filled[place] = one
    return tuple(filled[place] for place in sorted(filled))


def distinct(entries: Sequence[KeptEntry], sources: Mapping[str, Source]) -> tuple[KeptEntry, ...]:
    """Return each piece once, newest first; of two that are the same the fuller one stays, the outlet's own before others'."""

    def worth(kept: KeptEntry) -> tuple[object, ...]:
        entry = kept.entry
        return (bool(entry.sections), _own(kept, sources), has_picture(entry), bool(entry.content_html), kept.moment, -kept.id)

    seen: set[str] = set()
    stay = []
    for kept in sorted(entries, key=worth, reverse=True):
        names = identities(kept)
        if not names & seen:
            stay.append(kept)
        seen |= names
    return tuple(sorted(stay, key=lambda kept: (kept.moment, -kept.id), reverse=True))


def _fill(planned: PlannedSection, free: Sequence[KeptEntry], sources: Mapping[str, Source]) -> Filled:
    if planned.kind is SectionKind.LEAD:
        return Filled(planned=planned, picks=_lead(planned, free, sources))
    chosen = enumerate(free[: max(0, planned.maximum)])
    picks = tuple(Pick(kept=kept, because=_because(planned, kept, sources, first=number == 0)) for number, kept in chosen)
    return Filled(planned=planned, picks=picks)


def _lead(planned: PlannedSection, free: Sequence[KeptEntry], sources: Mapping[str, Source]) -> tuple[Pick, ...]:
    def rank(kept: KeptEntry) -> tuple[bool, bool, bool, bool]:
        entry = kept.entry
        own = _own(kept, sources)
        pictured = has_picture(entry)
        return own and pictured and bool(entry.kicker), bool(entry.sections), pictured, own

    # One lead, unless the plan demands more: a plan's maximum is 9 where nobody thought of it.
    count = min(max(1, planned.minimum), max(0, planned.maximum))
    best = sorted(free, key=rank, reverse=True)[:count]  # stable, so the newest stays first among equals
    return tuple(Pick(kept=kept, because=_because_lead(kept)) for kept in best)


def _fill_briefs(planned: PlannedSection, week: Sequence[KeptEntry], said: set[str]) -> Filled:
    """Take the briefs of every column that belongs here, newest column first, in the column's own order."""
    picks: dict[str, Pick] = {}
    headings: set[str | None] = set()
    for kept in week:
        for section, brief in _found(kept, planned):
            words = _words(brief)
            if len(picks) < planned.maximum and words and words not in said and words not in picks:
                because = f"from “{kept.entry.title}”" if kept.entry.title else "from the week’s column"
                picks[words] = Pick(kept=kept, because=because, brief=brief)
                headings.add(section.heading)
    return Filled(planned=planned, picks=tuple(picks.values()), heading=headings.pop() if len(headings) == 1 else None)


def _words(brief: FoundBrief) -> str:
    return " ".join(brief.text.split()).casefold()


def _found(kept: KeptEntry, planned: PlannedSection) -> list[tuple[FoundSection, FoundBrief]]:
    kind = _FOUND[planned.kind]
    if not belongs(kept, planned):
        return []
    return [(section, brief) for section in kept.entry.sections if section.kind is kind for brief in section.briefs]


def _own(kept: KeptEntry, sources: Mapping[str, Source]) -> bool:
    """The outlet's own sources are those whose text may be shown in full."""
    source = sources.get(kept.source_id)
    return source is not None and source.extent is Extent.FULL


def _because_lead(kept: KeptEntry) -> str:
    if kept.entry.sections:
        return "weekly column"
    return "newest with a picture" if has_picture(kept.entry) else "newest this week"


def _because(planned: PlannedSection, kept: KeptEntry, sources: Mapping[str, Source], *, first: bool) -> str:
    if category := matching_category(kept.entry, planned):
        return f"newest in {category}" if first else f"in {category}"
    source = sources.get(kept.source_id)
    if planned.sources and source:
        return f"newest from {source.name}" if first else f"from {source.name}"
    if planned.heading:
        return f"newest in {planned.heading}" if first else "newest first"
    return "newest this week" if first else "newest first"
