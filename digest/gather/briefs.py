"""Sections of news briefs, found in the blocks of an article, a feed entry or a plain text."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from digest.gather.blocks import Block, BlockKind, tidy
from digest.gather.headings import ends_section, is_furniture, section_kind
from digest.gather.sources import sources_of
from digest.model.page import FoundBrief, FoundKind, FoundSection, Link
from digest.model.source import Taught

_ANAPHORA = re.compile(
    r"^[“\"«„']|^(?:he|she|it|they|his|her|its|their|this|that|these|those|such|but|and|so|yet|however|moreover|still"
    r"|then|thus|indeed|instead|nor|or|because|as a result|for (?:example|instance)|in (?:addition|fact|other words)"
    r"|er|sie|es|dies\w*|aber|doch|und|il|elle|ils|elles|mais|et|cette?|él|ella|ellos|pero|y|esto|ele|ela|mas|isso"
    r"|він|вона|вони|але|це)\b",
    re.IGNORECASE,
)
_NAMES_NEWS = re.compile(
    r"news|headline|brief|stor(?:y|ies)|hits|round-?up|notes|digest|developments|reading|items|meldung|nachricht|kürze|kurz|nouvelles|actu"
    r"|brève|\bbref|infos"
    r"|noticia|notícia|breve|resumo|новин|коротко|стисло|дайджест|in case you missed|icymi|week in",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…。][”\"’'»)\]]*\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found: the sections, and the places of the blocks that they and their headings take."""

    sections: tuple[FoundSection, ...] = ()
    taken: frozenset[int] = frozenset()
    suggestions: tuple[FoundSection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    blocks: tuple[Block, ...]
    lead: str | None = None


def find_briefs(blocks: Sequence[Block], own_host: str = "", *, column: bool = False, taught: Taught | None = None) -> Found:
    """The sections of news briefs in `blocks`, in order.

    A heading opens a section by its words or, failing that, by the shape of what follows. `own_host` is the publisher's:
    links to it name no source. `column` says that the whole text is a column of briefs (its headline says so): then what
    follows its introduction is a section without heading.
    """
    sections: list[FoundSection] = []
    taken: set[int] = set()
    taught = taught or Taught()
    aliases = dict(taught.aliases)
    index = 0
    while index < len(blocks):
        block = blocks[index]
        learnt = _is_taught(block.text, taught)
        kind = FoundKind.BRIEFS if learnt else section_kind(block.text) if _may_head(block) else None
        if kind is None and not (block.kind in {BlockKind.HEADING, BlockKind.LINE} and not is_furniture(block.text)):
            index += 1
            continue
        stop = _end_of(blocks, index)
        body = list(blocks[index + 1 : stop])
        items = _items(body)
        good = bool(items) and (learnt or (_belongs(items, kind, block.text) if kind else _has_brief_shape(items, own_host)))
        if not good:
            index += 1
            continue
        briefs = tuple(_brief(item, own_host, aliases) for item in items)
        sections.append(FoundSection(heading=tidy(block.text), kind=kind or FoundKind.BRIEFS, briefs=briefs))
        taken.update(range(index, stop))
        index = stop
    if column and not sections:
        return _column(blocks, own_host, aliases)
    return Found(sections=tuple(sections), taken=frozenset(taken))


def _column(blocks: Sequence[Block], own_host: str, aliases: Mapping[str, str]) -> Found:
    """A column that is briefs from its introduction on, without a heading of its own."""
    start = next((place for place, block in enumerate(blocks) if block.kind is BlockKind.ITEM or block.lead), None)
    if start is None:
        return Found()
    stop = _end_of(blocks, start - 1)
    items = _items(list(blocks[start:stop]))
    if len(items) < 2 or not _fits(items):
        return Found()
    return Found(
        sections=(FoundSection(heading=None, kind=FoundKind.BRIEFS, briefs=tuple(_brief(item, own_host, aliases) for item in items)),),
        taken=frozenset(range(start, stop)),
    )


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
    while place < len(blocks):
        block = blocks[place]
        if ends_section(block.text) and block.kind is not BlockKind.ITEM:
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


def _goes_on(blocks: Sequence[Block], place: int, head: int) -> bool:
    """Whether rules part the briefs themselves: one stood between the first two items already, or every item is followed by one."""
    rules = [at for at in range(head + 1, len(blocks)) if blocks[at].kind is BlockKind.RULE]
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
    first = next((at for at in range(head + 1, len(blocks)) if blocks[at].kind is not BlockKind.RULE), None)
    if first is None or blocks[first].kind is not block.kind or blocks[first].level != block.level:
        return False
    follows = blocks[place + 1] if place + 1 < len(blocks) else None
    return follows is not None and follows.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE} and not ends_section(follows.text)


def _items(body: list[Block]) -> list[_Item]:  # noqa: C901  one branch a shape
    """The briefs that a section's blocks make: by list, dash, lead-in, rule or paragraph, whichever the section uses."""
    body = [block for block in body if block.text or block.kind is BlockKind.RULE]
    while body and body[0].kind is BlockKind.RULE:
        body.pop(0)
    content = [block for block in body if block.kind is not BlockKind.RULE]
    if not content:
        return []
    listed = sum(block.kind is BlockKind.ITEM for block in content)
    if (
        listed
        and content[0].kind is BlockKind.PARAGRAPH
        and len(content) > 1
        and content[1].kind is BlockKind.ITEM
        and (content[0].words < 30 or content[0].text.endswith(":"))
    ):
        content = content[1:]  # "Here is what else happened:"
        body = body[body.index(content[0]) :]
    if content[0].kind in {BlockKind.LINE, BlockKind.HEADING}:
        return _grouped(content, lambda block: block.kind is content[0].kind)
    if content[0].kind is BlockKind.ITEM:
        return _grouped(content, lambda block: block.kind is BlockKind.ITEM)
    leads = [block for block in content if block.lead]
    if content[0].lead and (len(leads) >= 2 or len(content) == 1):
        return _grouped(content, _opens_among_leads(content))
    if any(block.kind is BlockKind.RULE for block in body):
        items: list[_Item] = []
        run: list[Block] = []
        for block in [*body, None]:
            if block is None or block.kind is BlockKind.RULE:
                if run:
                    items.append(_Item(blocks=tuple(run), lead=run[0].lead))
                run = []
            else:
                run.append(block)
        if len(items) > 1:
            return items
    return _grouped(content, lambda block: block.kind is not BlockKind.QUOTE or content[0].kind is BlockKind.QUOTE)


def _opens_among_leads(content: list[Block]) -> Callable[[Block], bool]:
    """Where briefs begin with bold leads: a paragraph without one goes on with its brief, unless it names a source of its own.

    What goes on names the source that is named already, or none: a second source is a second story.
    """
    opens: set[int] = set()
    named: set[str] = set()
    for block in content:
        sources = set(sources_of(block.text, block.links))
        if block.lead or block.kind is BlockKind.ITEM or (named and sources and not sources & named):
            opens.add(id(block))
            named = set()
        named |= sources
    return lambda block: id(block) in opens


def _grouped(content: list[Block], opens: Callable[[Block], bool]) -> list[_Item]:
    runs: list[list[Block]] = []
    for block in content:
        if opens(block) or not runs:
            runs.append([block])
        else:
            runs[-1].append(block)
    return [_Item(blocks=tuple(run), lead=_lead_of(run)) for run in runs]


def _lead_of(run: list[Block]) -> str | None:
    first = run[0]
    if first.kind in {BlockKind.LINE, BlockKind.HEADING} and len(run) > 1:
        return tidy(first.text)
    return first.lead


def _fits(items: list[_Item]) -> bool:
    """Whether what stands under a briefs heading can be briefs: prose of some length, not menu entries or whole chapters."""
    lengths = [sum(len(block.text) for block in item.blocks) for item in items]
    if len(items) > 60 or max(lengths) > 6000:
        return False
    prose = [
        length
        for item, length in zip(items, lengths, strict=True)
        if (length >= 40 and (_SENTENCE_END.search(item.blocks[-1].text) or length >= 70 or item.blocks[0].links))
        or sources_of(item.blocks[0].text, _links(item))
    ]
    return len(prose) * 3 >= len(items) * 2


def _belongs(items: list[_Item], kind: FoundKind, heading: str) -> bool:
    """Whether items stand under a heading that promises briefs as briefs do: a word such as "elsewhere" also opens chapters."""
    if not _fits(items):
        return False
    if kind is FoundKind.BRIEFING:
        return True
    marked = [item for item in items if item.lead or item.blocks[0].kind is BlockKind.ITEM or sources_of(item.blocks[0].text, _links(item))]
    if _NAMES_NEWS.search(heading):
        # A chapter on briefs runs on from paragraph to paragraph; briefs stand each for itself.
        return bool(marked) or not any(_ANAPHORA.match(item.blocks[0].text) for item in items[1:])
    return len(marked) * 2 >= len(items)


def _has_brief_shape(items: list[_Item], own_host: str) -> bool:
    """Whether items under a heading that says nothing are briefs: several, short, each of its own matter, most with a source."""
    if len(items) < 3 or not _fits(items):
        return False
    texts = [" ".join(block.text for block in item.blocks) for item in items]
    if any(len(text) > 1200 for text in texts) or any(len(item.blocks) > 3 for item in items):
        return False
    marked = items[0].blocks[0].kind is BlockKind.ITEM or all(item.lead for item in items)
    sourced = sum(bool(sources_of(text, _links(item), own_host)) for text, item in zip(texts, items, strict=True))
    own_matter = sum(not _ANAPHORA.match(text) for text in texts)
    if any(block.ordered for item in items for block in item.blocks):
        return False
    if marked:
        return sourced * 3 >= len(items) * 2
    return sourced * 4 >= len(items) * 3 and own_matter == len(items) and len(items) >= 3


def _links(item: _Item) -> tuple[Link, ...]:
    return tuple(link for block in item.blocks for link in block.links)


def _brief(item: _Item, own_host: str, aliases: Mapping[str, str]) -> FoundBrief:
    links = _links(item)
    text = "\n\n".join(block.text for block in item.blocks)
    paragraphs = [f"<strong>{block.html}</strong>" if block.kind is BlockKind.HEADING else block.html for block in item.blocks]
    return FoundBrief(
        text=text,
        html="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        lead=item.lead,
        sources=sources_of(text, links, own_host, aliases),
        links=links,
    )
