"""What stands under a heading cut into items: by list, dash, lead-in, rule or paragraph, whichever the section uses."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digest.gather.blocks import Block, BlockKind, tidy
from digest.gather.headings import ends_section
from digest.gather.numbered import without_numbers
from digest.gather.sources import sources_of
from digest.model.page import Link

# "Ohrid. Divers have …", "Georgia – Winegrowers …", "Roads: Gravel …": a lead-in that is not bold.
_PLAIN_LEAD = re.compile(r"^(?=[^\W\d_])(?P<lead>[^\s.:–—-][^\s.:–—]*(?:[ -][^\s.:–—]+){0,3})(?:\s[–—-]\s+|\s?:\s+|\.\s+(?=[^\W\d_]))")
_ANAPHORA = re.compile(
    r"^[“\"«„']|^(?:he|she|it|they|his|her|its|their|this|that|these|those|such|but|and|so|yet|however|moreover|still"
    r"|then|thus|indeed|instead|nor|or|because|as a result|for (?:example|instance)|in (?:addition|fact|other words|turn|response)|what"
    r"|when|while|after all"
    r"|nobody|none|both|neither|not|er|sie|es|dies\w*|aber|doch|und|denn|dabei|damit|il|elle|ils|elles|mais|et|cette?|or|pourtant|él|ella"
    r"|ellos|pero|y|esto"
    r"|sin embargo|ele|ela|eles|mas|isso|porém|він|вона|вони|але|це|та|однак|проте)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One brief's blocks; `lead` is what stands bold before its text, or None."""

    blocks: tuple[Block, ...]
    lead: str | None = None

    @property
    def text(self) -> str:
        """The whole item on one line."""
        return " ".join(block.text for block in self.blocks)

    @property
    def links(self) -> tuple[Link, ...]:
        """All its links."""
        return tuple(link for block in self.blocks for link in block.links)


def items_of(body: Sequence[Block], *, closed: bool = False) -> tuple[list[Item], int]:  # noqa: PLR0911  one return a shape
    """The items that a section's blocks make, and how many of the blocks they use: what follows the last item is not the section's.

    Where it is `closed`, by the heading of another section of briefs, what follows the last bold lead-in is a brief too.
    """
    body = without_numbers(body)
    start = 0
    while start < len(body) and (body[start].kind is BlockKind.RULE or not body[start].text):
        start += 1
    content = [(place, block) for place, block in enumerate(body) if place >= start and block.kind is not BlockKind.RULE and block.text]
    if not content:
        return [], 0
    if _is_preface(content):
        content = content[1:]  # "Here is what else happened:"
    first = content[0][1]
    blocks = [block for _, block in content]
    if first.kind in {BlockKind.LINE, BlockKind.HEADING}:
        return _cut(content, [block.kind is first.kind for block in blocks])
    if first.kind is BlockKind.ITEM:
        return _cut(_without_tail(content, lambda block: block.kind is BlockKind.ITEM), [block.kind is BlockKind.ITEM for block in blocks])
    if first.lead and (sum(1 for block in blocks if block.lead) >= 2 or len(blocks) == 1):
        kept = content if closed else _without_tail(content, lambda block: bool(block.lead))
        return _cut(kept, _opens_among_leads(blocks, closed=closed))
    plain = [plain_lead(block.text) is not None for block in blocks]
    if plain[0] and sum(plain) >= 3 and sum(plain) * 2 > len(plain):
        return _cut(_without_tail(content, lambda block: plain_lead(block.text) is not None), plain)
    parted = _by_rules(list(body), content)
    if parted is not None:
        return parted
    quoted = first.kind is BlockKind.QUOTE
    return _cut(content, [block.kind is not BlockKind.QUOTE or quoted for block in blocks])


def plain_lead(text: str) -> str | None:
    """The lead-in that opens a paragraph without being bold: a name or a label before a full stop, colon or dash."""
    # Its hyphens may part words or belong to them: on long chains of them the pattern would try every way.
    match = _PLAIN_LEAD.match(text[:60])
    if match is None or len(match["lead"]) > 40 or not match["lead"][0].isupper() or len(text) < len(match["lead"]) + 15:
        return None
    return match["lead"]


def goes_on(text: str) -> bool:
    """Whether a paragraph begins as one does that goes on from the one before."""
    return bool(_ANAPHORA.match(text))


def _is_preface(content: list[tuple[int, Block]]) -> bool:
    """Whether the first paragraph only announces the items after it."""
    if len(content) < 3 or content[0][1].kind is not BlockKind.PARAGRAPH or content[0][1].lead:
        return False
    text, following = content[0][1], content[1][1]
    short = text.words < 30 or text.text.endswith((":", "…"))
    return short and (following.kind is BlockKind.ITEM or (bool(following.lead) and text.text.endswith((":", "…"))))


def _cut(content: list[tuple[int, Block]], opens: list[bool]) -> tuple[list[Item], int]:
    runs: list[list[Block]] = []
    for (_, block), fresh in zip(content, opens, strict=False):
        if fresh or not runs:
            runs.append([block])
        else:
            runs[-1].append(block)
    return [Item(blocks=tuple(run), lead=_lead_of(run)) for run in runs], content[-1][0] + 1


def _without_tail(content: list[tuple[int, Block]], opens: Callable[[Block], bool]) -> list[tuple[int, Block]]:
    """Without the paragraphs that follow the last item, unless they go on with it as those of other items do."""
    places = [at for at, (_, block) in enumerate(content) if opens(block)]
    most = max((after - before - 1 for before, after in pairwise(places)), default=0)
    last = places[-1]
    kept = last + 1
    while kept < len(content) and kept - last <= max(most, 1):
        block = content[kept][1]
        if ends_section(block.text) or block.italic or block.words <= 4:
            break
        if not most and (content[last][1].kind is BlockKind.ITEM or not goes_on(block.text)):
            break
        kept += 1
    return content[:kept]


def _by_rules(body: list[Block], content: list[tuple[int, Block]]) -> tuple[list[Item], int] | None:
    if not any(block.kind is BlockKind.RULE for block in body[content[0][0] : content[-1][0]]):
        return None
    items: list[Item] = []
    run: list[Block] = []
    for block in [*body[content[0][0] :], None]:
        if block is None or block.kind is BlockKind.RULE:
            if run:
                items.append(Item(blocks=tuple(run), lead=_lead_of(run)))
            run = []
        elif block.text:
            run.append(block)
    return (items, content[-1][0] + 1) if len(items) > 1 else None


def _opens_among_leads(content: list[Block], *, closed: bool) -> list[bool]:
    """Where briefs begin with bold leads: a paragraph without one goes on with its brief, unless it names a source of its own.

    What goes on names the source that is named already, or none: a second source is a second story. Behind the last lead of a
    section that is `closed` a paragraph is a story of its own, unless its words go on or other briefs have several paragraphs too.
    """
    last = max(place for place, block in enumerate(content) if block.lead)
    alone = closed and all(block.lead for block in content[:last])
    opens: list[bool] = []
    named: set[str] = set()
    for place, block in enumerate(content):
        sources = set(sources_of(block.text, block.links))
        fresh = (
            bool(block.lead)
            or block.kind is BlockKind.ITEM
            or (alone and place > last and not goes_on(block.text))
            or bool(named and sources and not sources & named and not goes_on(block.text))
        )
        if fresh:
            named = set()
        opens.append(fresh)
        named |= sources
    return opens


def _lead_of(run: list[Block]) -> str | None:
    first = run[0]
    if first.kind in {BlockKind.LINE, BlockKind.HEADING} and len(run) > 1:
        return tidy(first.text)
    return first.lead
