"""The blocks that an article's body consists of: what HTML and plain text have in common when briefs are looked for."""

import html
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from digest.model.page import Link

_INVISIBLE = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
DASH = re.compile(r"^(?:[-–—―−•·‣◦●○■□▪▫►▶▸➤➢➡→✔✓✦★*+»]|--|\+{3})\s+(?=\S)|^[•●■▪►▶➤]\s*(?=\w)")
# What may stand before a bold lead-in without being text: an emoji, a bullet, a number.
MARK = re.compile(r"[\W_]{1,8}|\s*\d{1,2}[.)]\s*")
# "* * *", "⁂": what parts pieces of a text as a rule does.
STARS = re.compile(r"(?:[*•·#~⁂✻❖◆—–-]\s*){3,}|[⁂✻❖]")


class BlockKind(StrEnum):
    """What a block is by its shape."""

    HEADING = "heading"  # an element h1 to h6
    LINE = "line"  # a paragraph that is bold from end to end, or a short line of plain text: may be a heading
    PARAGRAPH = "paragraph"
    ITEM = "item"  # a list's item or a paragraph after a dash or bullet
    QUOTE = "quote"
    PRE = "pre"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block; `text` is plain and without its bullet, `html` its inline HTML.

    `lead` is the bold text at its start. `level` is 1 to 6 for headings, 7 for lines, 0 else. `group` tells one list from the
    next (0: no list). `italic` says that all of it is in italics. `ordered` lists are numbered.
    """

    kind: BlockKind
    text: str
    html: str
    lead: str | None = None
    level: int = 0
    links: tuple[Link, ...] = ()
    group: int = 0
    italic: bool = False
    ordered: bool = False

    @property
    def words(self) -> int:
        """How many words it has; two signs of a script that sets no spaces count as one."""
        return _words(self.text)


@lru_cache(maxsize=2048)
def _words(text: str) -> int:
    # Looked at again and again by those who seek a section's end.
    return len(text.split()) + (0 if text.isascii() else len(_WIDE.findall(text)) // 2)


def extent(text: str) -> int:
    """How much `text` says, in Latin letters: a Chinese, Japanese or Korean sign stands for three."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def tidy(text: str) -> str:
    """`text` on one line: white space folded, invisible characters gone."""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def plain_block(text: str, kind: BlockKind, lead: str | None = None, level: int = 0) -> Block:
    """A block of plain text."""
    escaped = html.escape(text, quote=False)
    if lead and text.startswith(lead):
        escaped = f"<strong>{html.escape(lead, quote=False)}</strong>{html.escape(text[len(lead) :], quote=False)}"
    return Block(kind=kind, text=text, html=escaped, lead=lead, level=level)


def blocks_html(blocks: list[Block]) -> str:
    """The blocks as block HTML: paragraphs, headings from h2 on, lists, quotes."""
    parts: list[str] = []
    group = 0
    closing = ""
    for block in blocks:
        if block.kind is not BlockKind.ITEM or block.group != group:
            if closing:
                parts.append(closing)
                closing = ""
            group = 0
        if block.kind is BlockKind.ITEM:
            if not closing:
                tag = "ol" if block.ordered else "ul"
                parts.append(f"<{tag}>")
                closing, group = f"</{tag}>", block.group
            parts.append(f"<li>{block.html}</li>")
        elif block.kind is BlockKind.HEADING:
            rank = min(max(block.level, 2), 6)
            parts.append(f"<h{rank}>{block.html}</h{rank}>")
        elif block.kind is BlockKind.QUOTE:
            parts.append(f"<blockquote><p>{block.html}</p></blockquote>")
        elif block.kind is BlockKind.PRE:
            parts.append(f"<pre>{block.html}</pre>")
        elif block.kind is BlockKind.RULE:
            parts.append("<hr>")
        else:
            parts.append(f"<p>{block.html}</p>")
    return "".join(parts) + closing


def blocks_text(blocks: list[Block]) -> str:
    """The blocks' paragraphs as plain text, parted by blank lines."""
    return "\n\n".join(block.text for block in blocks if block.text)
