"""The rail of an edition: its sections against the plan, one line an item, words or a finding's mark at the right."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Final

from digest.compose.merge import CORRECTION, HEAD, INTRO, LETTERS, letter_of
from digest.model.edition import Article, Brief, Edition, Finding, Item, Section, Severity
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind

_TAG: Final = re.compile(r"<[^>]*>")
_KINDS: Final = {
    SectionKind.LEAD: "Lead",
    SectionKind.ARTICLES: "Articles",
    SectionKind.BRIEFS: "Briefs",
    SectionKind.BRIEFING: "Briefing",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item: its text, words (None where they say nothing), why it is in, and the severity of its worst finding."""

    text: str
    words: int | None
    because: str | None
    mark: Severity | None
    place: str = ""
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section: its name, how many items of which plan ("" where the plan does not name it), and its lines."""

    name: str
    count: int
    plan: str
    lines: tuple[Line, ...]
    mark: Severity | None = None
    section_id: str = ""


def rail_of(edition: Edition, newsletter: Newsletter, findings: Sequence[Finding]) -> tuple[Part, ...]:
    """Return the sections in the edition's order; planned ones that it lacks stand at the end, empty."""
    marks: dict[str, Severity] = {}
    for finding in findings:  # worst first, so the first one of a place stays
        if finding.place is not None and finding.override is None:
            marks.setdefault(finding.place, finding.severity)
    planned = {section.key: section for section in newsletter.plan}
    parts = []
    for place, name in ((CORRECTION, "Correction"), (INTRO, "From the editor")):
        note = letter_of(edition, place)
        if note is not None:
            parts.append(Part(name=name, count=1, plan="", lines=(replace(_line(note, marks), place=place),)))
    parts += [_part(section, planned.get(section.key), marks) for section in edition.sections]
    there = {section.key for section in edition.sections}
    parts += [
        Part(name=one.heading or _KINDS[one.kind], count=0, plan=_plan(one), lines=()) for one in newsletter.plan if one.key not in there
    ]
    return tuple(parts)


def place_names(edition: Edition) -> dict[str, str]:
    """Return what a finding's place is called: section or item id -> its words."""
    names = {HEAD: "Subject and preheader", CORRECTION: LETTERS[CORRECTION]} | {
        section.id: section.heading or _KINDS[section.kind] for section in edition.sections
    }
    names |= {note.id: name for place, name in LETTERS.items() if (note := letter_of(edition, place))}
    names |= {item.id: _text(item) for section in edition.sections for item in section.items}
    return names


def _part(section: Section, planned: PlannedSection | None, marks: Mapping[str, Severity]) -> Part:
    return Part(
        name=section.heading or _KINDS[section.kind],
        count=len(section.items),
        plan=_plan(planned) if planned else "",
        lines=tuple(_line(item, marks) for item in section.items),
        mark=marks.get(section.id),
        section_id=section.id,
    )


def _plan(planned: PlannedSection) -> str:
    return str(planned.maximum) if planned.minimum == planned.maximum else f"{planned.minimum} to {planned.maximum}"


def _line(item: Item, marks: Mapping[str, Severity]) -> Line:
    if isinstance(item, Article):
        words = len(f"{item.headline} {item.dek or ''}".split())
        return Line(text=item.headline, words=words, because=item.because, mark=marks.get(item.id), place=item.id, pinned=item.pinned)
    words = len(_plain(item.html).split()) + (len((item.lead or "").split()) if isinstance(item, Brief) else 0)
    brief = item if isinstance(item, Brief) else None
    return Line(
        text=_text(item),
        words=words,
        because=brief.because if brief else None,
        mark=marks.get(item.id),
        place=item.id,
        pinned=brief.pinned if brief else False,
    )


def _text(item: Item) -> str:
    if isinstance(item, Article):
        return item.headline
    return (item.lead if isinstance(item, Brief) and item.lead else _plain(item.html))[:120].strip() or "without words"


def _plain(html: str) -> str:
    return unescape(_TAG.sub(" ", html))
