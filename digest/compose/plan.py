"""Which story goes into which planned section, and why the others are left out: the lead first, then the plan from top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from digest.compose.match import belongs, best_telling, is_article, words_key
from digest.compose.rank import because_article, because_lead, lead_rank, left_out_because, score
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, WhenThin
from digest.model.page import FoundBrief, FoundKind, FoundSection
from digest.model.source import KeptEntry, Source
from digest.model.story import Story, Weighed

_FOUND = {SectionKind.BRIEFS: FoundKind.BRIEFS, SectionKind.BRIEFING: FoundKind.BRIEFING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an edition is laid out from: the week's stories, the sources by id, and the briefs said before.

    `said` has the words of a brief (`words_key`) and the number of the newsletter's edition that held it.
    """

    stories: Sequence[Story]
    sources: Mapping[str, Source]
    said: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One item to be: an entry, the brief of it (None: the entry as an article), and why it was picked."""

    kept: KeptEntry
    because: str
    brief: FoundBrief | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A planned section with its picks, and the heading that the column itself gave where all picks share one."""

    planned: PlannedSection
    picks: tuple[Pick, ...]
    heading: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledPlan:
    """The filled sections in the plan's order, and for each entry offered what became of it."""

    sections: tuple[Filled, ...]
    weighed: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    story: Story
    kept: KeptEntry
    score: float


def fill_plan(newsletter: Newsletter, offer: Offer) -> FilledPlan:
    """Fill the planned sections, in the plan's order, the best story first, at most `maximum` each, nothing twice.

    What an editor chose for a section stands there before what was ranked, beyond the maximum too; what was left out by hand,
    or ran before, stands nowhere. A column that carries briefs stands as an article in one section, and its briefs in theirs.
    """
    ranked = sorted((_candidate(story, offer.sources) for story in offer.stories), key=lambda one: (-one.score, one.kept.id))
    open_ones = [one for one in ranked if not _shut(one.story)]
    articles = [one for one in open_ones if is_article(one.kept.entry) and one.story.ran is None]
    placed: set[int] = set()
    said = set(offer.said)
    filled: dict[int, Filled] = {}
    thin: list[PlannedSection] = []
    # The lead has the first choice wherever the plan sets it.
    order = sorted(enumerate(newsletter.plan), key=lambda one: (one[1].kind is not SectionKind.LEAD, one[0]))
    for place, planned in order:
        free = [one for one in articles if one.kept.id not in placed and _fits(one, planned, newsletter)]
        one = _fill(planned, free, offer.sources) if planned.kind not in _FOUND else _fill_briefs(planned, open_ones, said)
        if planned.thin is WhenThin.LEAVE_OUT and len(one.picks) < max(1, planned.minimum):
            thin.append(planned)
            continue  # and what it would have held is free for the sections after it
        for pick in one.picks:
            if pick.brief is None:
                placed.add(pick.kept.id)
            else:
                said.add(words_key(pick.brief.text) or "")
        filled[place] = one
    sections = tuple(filled[place] for place in sorted(filled))
    return FilledPlan(sections=sections, weighed=_weighed(ranked, sections, newsletter, thin))


def _candidate(story: Story, sources: Mapping[str, Source]) -> _Candidate:
    kept = best_telling(story, sources)
    return _Candidate(story=story, kept=kept, score=score(story, kept, sources))


def _shut(story: Story) -> bool:
    return story.choice is not None and story.choice.section is None


def _fits(one: _Candidate, planned: PlannedSection, newsletter: Newsletter) -> bool:
    """Whether a story may stand in a section: where an editor chose one that the plan still has, only there."""
    choice = one.story.choice
    if choice is not None and any(planned.key == choice.section for planned in newsletter.plan):
        return choice.section == planned.key
    return belongs(one.kept, planned)


def _fill(planned: PlannedSection, free: Sequence[_Candidate], sources: Mapping[str, Source]) -> Filled:
    chosen = sorted((one for one in free if _chosen(one, planned)), key=lambda one: not _pinned(one))
    others = [one for one in free if not _chosen(one, planned)]
    most = max(0, planned.maximum)
    if planned.kind is SectionKind.LEAD:
        # One lead, unless the plan demands more: a plan's maximum is 9 where nobody thought of it.
        most = min(max(1, planned.minimum), most)
        others.sort(key=lambda one: lead_rank(one.kept, sources), reverse=True)  # stable: the best stays first among equals
    picked = [*chosen, *others[: max(0, most - len(chosen))]]
    newest = max((one.kept.moment for one in picked), default=None)
    picks = tuple(
        Pick(
            kept=one.kept,
            because=because_lead(one.story, one.kept, sources)
            if planned.kind is SectionKind.LEAD
            else because_article(planned, one.story, one.kept, sources, newest=place == 0 and one.kept.moment == newest),
            pinned=_pinned(one),
        )
        for place, one in enumerate(picked)
    )
    return Filled(planned=planned, picks=picks)


def _chosen(one: _Candidate, planned: PlannedSection) -> bool:
    return one.story.choice is not None and one.story.choice.section == planned.key


def _pinned(one: _Candidate) -> bool:
    return one.story.choice is not None and one.story.choice.pinned


def _fill_briefs(planned: PlannedSection, ranked: Sequence[_Candidate], said: set[str]) -> Filled:
    """Take the briefs of every column that belongs here, newest column first, in the column's own order."""
    picks: dict[str, Pick] = {}
    headings: set[str | None] = set()
    # A column that ran may have been filled anew since: its new briefs are news, those said before are not.
    for one in sorted(ranked, key=lambda one: (one.kept.moment, -one.kept.id), reverse=True):
        kept = one.kept
        for section, brief in _found(kept, planned):
            words = words_key(brief.text)
            if len(picks) < planned.maximum and words and words not in said and words not in picks:
                because = f"from “{kept.entry.title}”" if kept.entry.title else "from the week’s column"
                picks[words] = Pick(kept=kept, because=because, brief=brief)
                headings.add(section.heading)
    return Filled(planned=planned, picks=tuple(picks.values()), heading=headings.pop() if len(headings) == 1 else None)


def _found(kept: KeptEntry, planned: PlannedSection) -> list[tuple[FoundSection, FoundBrief]]:
    kind = _FOUND[planned.kind]
    if not belongs(kept, planned):
        return []
    return [(section, brief) for section in kept.entry.sections if section.kind is kind for brief in section.briefs]


def _weighed(
    ranked: Sequence[_Candidate], sections: Sequence[Filled], newsletter: Newsletter, thin: Sequence[PlannedSection]
) -> tuple[Weighed, ...]:
    """Return what became of every entry that was offered: where it stands and why, or why it does not."""
    stands: dict[int, tuple[str, str]] = {}
    for filled in sections:
        for pick in filled.picks:
            # An article before its briefs: a column is in where it stands itself.
            if pick.brief is None or pick.kept.id not in stands:
                because = pick.because if pick.brief is None else "its briefs are in"
                stands[pick.kept.id] = (filled.planned.key, because)
    full = [filled.planned for filled in sections]
    found: list[Weighed] = []
    for one in ranked:
        key, because = stands.get(one.kept.id) or (None, left_out_because(one.story, one.kept, newsletter, full, thin))
        found.append(Weighed(entry_id=one.kept.id, section=key, because=because))
        also = f"told by “{one.kept.entry.title or one.kept.entry.url}” already"
        found += [Weighed(entry_id=other.id, section=None, because=also) for other in one.story.tellings if other.id != one.kept.id]
    return tuple(found)
