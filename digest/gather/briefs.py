"""Sections of news briefs, found in the blocks of an article, a feed entry or a plain text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest.gather.blocks import Block, BlockKind, tidy
from digest.gather.brief_items import Item, items_of
from digest.gather.brief_shape import ENOUGH_BARE, Surroundings, fits, looks_brief, shape
from digest.gather.headings import ends_section, is_furniture, section_kind
from digest.gather.sources import sources_of
from digest.model.page import FoundBrief, FoundKind, FoundSection
from digest.model.source import UNTAUGHT, Taught

_MOST_HEADS = 400  # lines that are looked at for the shape of what follows; those whose words head briefs are looked at everywhere
_MOST_SECTIONS = 400  # no text has as many; what is sent to keep us busy has thousands
_LONGEST = 200  # blocks of one section, and of what is looked at around it; a page of ten thousand headings is no column
_SENTENCE_END = re.compile(r"[.!?…。][”\"’'»)\]]*\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found: the sections, and the places of the blocks that they and their headings take."""

    sections: tuple[FoundSection, ...] = ()
    taken: frozenset[int] = frozenset()
    suggestions: tuple[FoundSection, ...] = ()


def find_briefs(blocks: Sequence[Block], own_host: str = "", *, column: bool = False, taught: Taught = UNTAUGHT, topic: str = "") -> Found:
    """The sections of news briefs in `blocks`, in order.

    A heading opens a section by its words or, failing that, by the shape of what follows. `own_host` is the publisher's:
    links to it name no source. `column` says that the whole text is a column of briefs (its headline says so): then what
    follows its introduction is a section without heading.
    """
    aliases = dict(taught.aliases)
    sections: list[FoundSection] = []
    taken: set[int] = set()
    index = 0
    heads = 0
    while index < len(blocks) and len(sections) < _MOST_SECTIONS:
        looked = heads < _MOST_HEADS or _heads_by_words(blocks[index], taught)
        heads += _may_head(blocks[index])
        section = _section(blocks, index, Surroundings(before=(), after=(), own_host=own_host, topic=topic), taught) if looked else None
        if section is None:
            index += 1
            continue
        kind, items, stop = section
        briefs = tuple(_brief(item, own_host, aliases) for item in items)
        sections.append(FoundSection(heading=tidy(blocks[index].text), kind=kind, briefs=briefs))
        taken.update(range(index, stop))
        index = stop
    if column and not sections:
        return _column(blocks, own_host, aliases)
    runs = _suggestions(blocks, taken, own_host, aliases)
    if taught.runs and runs:
        taken.update(place for _, where in runs for place in where)
        ordered = tuple(section for section, _ in runs)
        return Found(sections=(*sections, *ordered), taken=frozenset(taken))
    return Found(sections=tuple(sections), taken=frozenset(taken), suggestions=tuple(section for section, _ in runs))


def chosen_briefs(blocks: Sequence[Block], own_host: str, taught: Taught) -> tuple[FoundSection, ...]:
    """The sections in the blocks of an element that an editor chose: all of it is briefs, whatever its shape."""
    found = find_briefs(blocks, own_host, taught=taught).sections
    if found or not blocks:
        return found
    headed = blocks[0].kind in {BlockKind.HEADING, BlockKind.LINE} and len(blocks) > 1
    items, _ = items_of(list(blocks[1:] if headed else blocks))
    briefs = tuple(_brief(item, own_host, dict(taught.aliases)) for item in items)
    return (FoundSection(heading=tidy(blocks[0].text) if headed else None, kind=FoundKind.BRIEFS, briefs=briefs),) if briefs else ()


def _section(blocks: Sequence[Block], head: int, within: Surroundings, taught: Taught) -> tuple[FoundKind, list[Item], int] | None:
    """The section that `blocks[head]` opens: its kind, its items and the place behind it; None where it opens none."""
    block = blocks[head]
    learnt = _is_taught(block.text, taught)
    kind = FoundKind.BRIEFS if learnt else section_kind(block.text) if _may_head(block) else None
    if kind is None and (is_furniture(block.text) or ends_section(block.text) or not (_may_head(block) and block.words <= 12)):
        return None
    end = _end_of(blocks, head)
    items, used = items_of(list(blocks[head + 1 : end]), closed=end < len(blocks) and section_kind(blocks[end].text) is not None)
    stop = head + 1 + used
    if not items:
        return None
    around = replace(within, before=blocks[max(0, head - _LONGEST) : head], after=blocks[stop : stop + _LONGEST])
    bare = kind is None and block.kind is BlockKind.PARAGRAPH
    if learnt or (looks_brief(items, kind, block.text, around) and (not bare or shape(items, around) >= ENOUGH_BARE)):
        return kind or FoundKind.BRIEFS, items, stop
    return None


def _column(blocks: Sequence[Block], own_host: str, aliases: Mapping[str, str]) -> Found:
    """A column that is briefs from its introduction on, without a heading of its own."""
    for start in _column_starts(blocks):
        items, used = items_of(list(blocks[start : _end_of(blocks, start - 1)]))
        around = Surroundings(before=blocks[:start], after=blocks[start + used :], own_host=own_host)
        if len(items) < 2 or not fits(items) or shape(items, around) < 1.0:
            continue
        section = FoundSection(heading=None, kind=FoundKind.BRIEFS, briefs=tuple(_brief(item, own_host, aliases) for item in items))
        return Found(sections=(section,), taken=frozenset(range(start, start + used)))
    return Found()


def _column_starts(blocks: Sequence[Block]) -> list[int]:
    """Where a column's items may begin: at its first list, dash, lead-in or small heading; failing that, at a paragraph."""
    marked = next((place for place, block in enumerate(blocks) if block.kind is BlockKind.ITEM or block.lead), None)
    ruled = next((place for place, block in enumerate(blocks) if block.kind in {BlockKind.HEADING, BlockKind.LINE}), None)
    if marked is None and ruled is not None:
        return [ruled]
    return [marked] if marked is not None else [place for place in (0, 1) if place < len(blocks)]


def _suggestions(
    blocks: Sequence[Block], taken: set[int], own_host: str, aliases: Mapping[str, str]
) -> tuple[tuple[FoundSection, range], ...]:
    """Runs of dashes, bullets or bold lead-ins that nothing heads and that look like briefs, with their places: an editor decides."""
    found: list[tuple[FoundSection, range]] = []
    place = runs = 0
    while place < len(blocks) and runs < _MOST_SECTIONS:
        stop = place
        while (
            stop < len(blocks)
            and stop not in taken
            and (blocks[stop].kind is BlockKind.ITEM or blocks[stop].lead)
            and not blocks[stop].ordered
        ):
            stop += 1
        if stop - place >= 3:
            runs += 1
            items, _ = items_of(list(blocks[place:stop]))
            before, after = blocks[max(0, place - _LONGEST) : place], blocks[stop : stop + _LONGEST]
            around = Surroundings(before=before, after=after, own_host=own_host, headed=False)
            named = any(sources_of(item.text, item.links, own_host) for item in items)
            if len(items) >= 3 and named and fits(items) and shape(items, around) >= ENOUGH_BARE:
                heading = tidy(blocks[place - 1].text) if place and _may_head(blocks[place - 1]) else None
                briefs = tuple(_brief(item, own_host, aliases) for item in items)
                begin = place - 1 if heading is not None else place
                found.append((FoundSection(heading=heading, kind=FoundKind.BRIEFS, briefs=briefs), range(begin, stop)))
        place = max(stop, place + 1)
    return tuple(found)


def _heads_by_words(block: Block, taught: Taught) -> bool:
    return (_may_head(block) and section_kind(block.text) is not None) or _is_taught(block.text, taught)


def _is_taught(text: str, taught: Taught) -> bool:
    """Whether a block's words are a heading that the source was taught, whatever case and marks they stand in."""
    words = _folded(text)
    return bool(words) and any(words == _folded(heading) for heading in taught.headings)


def _folded(heading: str) -> str:
    return re.sub(r"[\W_]+", " ", heading.casefold()).strip()


def _may_head(block: Block) -> bool:
    """Whether a block may be a section's heading: one by its element, a bold or short line, or a short paragraph."""
    if block.kind in {BlockKind.HEADING, BlockKind.LINE}:
        return True
    return (
        block.kind is BlockKind.PARAGRAPH
        and block.words <= 12
        and (block.text.endswith((":", "…", "...")) or not _SENTENCE_END.search(block.text))
    )


def _end_of(blocks: Sequence[Block], head: int) -> int:
    """Where the section that `blocks[head]` opens ends: the place of the first block that is not its own."""
    level = blocks[head].level if head >= 0 else 0
    seen = 0
    place = head + 1
    while place < min(len(blocks), head + _LONGEST):
        block = blocks[place]
        leaves = seen and _is_way_back(block) and not any(_is_way_back(other) for other in blocks[head + 1 : place])
        if leaves or (ends_section(block.text) and block.kind is not BlockKind.ITEM):
            return place
        if block.kind is BlockKind.RULE and seen and not _goes_on(blocks, place, head):
            return place
        if block.kind is BlockKind.PARAGRAPH and block.italic and seen and not any(other.italic for other in blocks[head + 1 : place]):
            return place  # a note or a biography closes the text
        if block.kind in {BlockKind.HEADING, BlockKind.LINE} or (_may_head(block) and section_kind(block.text)):
            if section_kind(block.text) and (seen or block.level):
                return place
            if not _is_lead_line(blocks, place, head, level):
                return place
        if block.kind not in {BlockKind.RULE, BlockKind.HEADING, BlockKind.LINE}:
            seen += 1
        place += 1
    return place


def _is_way_back(block: Block) -> bool:
    """Whether a block is a few words and nothing but a link."""
    return (
        block.kind is BlockKind.PARAGRAPH
        and block.words <= 4
        and len(block.links) == 1
        and block.links[0].text == block.text
        and not _SENTENCE_END.search(block.text)
    )


def _goes_on(blocks: Sequence[Block], place: int, head: int) -> bool:
    """Whether rules part the briefs themselves: one stood between the first two items already, or every item is followed by one."""
    rules = [at for at in range(head + 1, min(len(blocks), head + _LONGEST)) if blocks[at].kind is BlockKind.RULE]
    return (
        len(rules) > 1
        and rules[0] - head <= 3
        and place + 1 < len(blocks)
        and place - max([head, *[at for at in rules if at < place]]) <= 3
    )


def _is_lead_line(blocks: Sequence[Block], place: int, head: int, level: int) -> bool:
    """Whether a heading inside a section leads one of its briefs: lower in rank, followed by text, and so from the first."""
    block = blocks[place]
    if level == 0 or block.level <= level or is_furniture(block.text):
        return False
    first = next((at for at in range(head + 1, min(len(blocks), head + _LONGEST)) if blocks[at].kind is not BlockKind.RULE), None)
    if first is None or blocks[first].kind is not block.kind or blocks[first].level != block.level:
        return False
    follows = blocks[place + 1] if place + 1 < len(blocks) else None
    return follows is not None and follows.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE} and not ends_section(follows.text)


def _brief(item: Item, own_host: str, aliases: Mapping[str, str]) -> FoundBrief:
    links = item.links
    text = "\n\n".join(block.text for block in item.blocks)
    paragraphs = [f"<strong>{block.html}</strong>" if block.kind is BlockKind.HEADING else block.html for block in item.blocks]
    return FoundBrief(
        text=text,
        html="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        lead=item.lead,
        sources=sources_of(text, links, own_host, aliases),
        links=links,
    )
