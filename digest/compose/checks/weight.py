"""How heavy the mail is, with its tracked links: as a whole against what clients show, and block by block."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Final

from digest.compose.checks.case import Case, finding, items, name_of
from digest.compose.markup import letters, plain_text
from digest.model.edition import Article, Brief, Edition, Finding, Item, Severity
from digest.model.mailing import Rendered

# Gmail clips a mail near 102 KB of HTML, and then hides the unsubscribe link; 1 KB is 1,000 bytes here.
WARN_BYTES: Final = 85_000
BLOCK_BYTES: Final = 100_000
HEAVY_BYTES: Final = BLOCK_BYTES // 4
# MRML opens each mj-section so; what lies between two of them is one block of the mail.
_SECTION: Final = re.compile(r'<div[^<>]*style="[^"]*margin:0px auto;max-width:')
_TAG: Final = re.compile(r"<[^>]*>")
FRAME: Final = "Frame: head, styles, masthead and footer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of the mail: what it holds, the ids of the items in it (none: the frame), and its bytes of HTML."""

    name: str
    places: tuple[str, ...]
    size: int


def weigh(edition: Edition, rendered: Rendered) -> tuple[Block, ...]:
    """Return the blocks of the mail in its order, the frame first; the sizes add up to all of its HTML."""
    html = rendered.html
    cuts = [0, *(found.start() for found in _SECTION.finditer(html)), len(html)]
    blocks: list[Block] = []
    frame = 0
    left = list(items(edition))
    for start, end in pairwise(cuts):
        chunk = html[start:end]
        size = len(chunk.encode())
        held = _held(chunk, left) if start else []
        left = [item for item in left if item not in held]
        if held:
            blocks.append(Block(name=_names(held), places=tuple(item.id for item in held), size=size))
        elif blocks and left and start:
            # A heading, a second column, a rule: it belongs to what stands around it.
            blocks[-1] = Block(name=blocks[-1].name, places=blocks[-1].places, size=blocks[-1].size + size)
        else:
            frame += size
    return (Block(name=FRAME, places=(), size=frame), *blocks)


def weight(case: Case) -> Iterator[Finding]:
    """Warn at 85 KB, block at 100 KB and say what weighs most; note a block that takes a quarter of it."""
    if case.rendered is None:
        return
    size = case.rendered.html_bytes
    if size < HEAVY_BYTES:
        return
    blocks = sorted(weigh(case.edition, case.rendered)[1:], key=lambda block: -block.size)
    if size >= WARN_BYTES:
        blocks_it = size >= BLOCK_BYTES
        message = f"The mail has {size / 1000:.0f} KB of HTML; Gmail cuts it off near 102 KB, and the unsubscribe link with it"
        heaviest = f" Heaviest: {', '.join(f'{block.name} {block.size / 1000:.1f} KB' for block in blocks[:3])}." if blocks else ""
        remedy = "Take items out, or shorten the longest text." + (
            "" if blocks_it else f" At {BLOCK_BYTES // 1000} KB it cannot be approved."
        )
        yield finding("size", Severity.BLOCK if blocks_it else Severity.WARN, message, remedy + heaviest)
    for block in blocks:
        if block.size >= HEAVY_BYTES:
            message = f"{block.name} weighs {block.size / 1000:.0f} KB of the {BLOCK_BYTES // 1000} that a mail may weigh"
            yield finding(
                "heavy_block", Severity.NOTE, message, "Shorten it, or let the rest of it stand behind its link.", block.places[0]
            )


def _held(chunk: str, left: Sequence[Item]) -> list[Item]:
    """The items, in their order, whose first words stand in this piece of HTML."""
    words = letters(unescape(_TAG.sub("", chunk)))
    return [item for item in left if (first := _first(item)) and first in words]


def _first(item: Item) -> str:
    if isinstance(item, Article):
        return letters(item.headline)[:60]
    return letters((item.lead or "") if isinstance(item, Brief) else "")[:60] or letters(plain_text(item.html))[:60]


def _names(held: Sequence[Item]) -> str:
    return name_of(held[0]) if len(held) == 1 else f"{name_of(held[0])} and {len(held) - 1} beside it"
