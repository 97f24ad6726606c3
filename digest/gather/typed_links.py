"""Links typed into plain text as Markdown has them, `[words](https://…)`: the words alone, and where they lead."""

import re
from dataclasses import dataclass, replace
from html import escape

from digest.gather.blocks import Block, tidy
from digest.gather.canonical import absolute
from digest.model.page import Link

# No picture (`![…]`), nothing escaped, no brackets in brackets. An address may hold one pair of parentheses after another, as those
# of Wikipedia do. Possessive: what does not close is looked at once.
_TYPED = re.compile(
    r"(?<![!\\])\[(?P<words>[^\[\]]*[^\s\[\]][^\[\]]*)\]"
    r"\(<?(?P<url>https?://[^\s()<>\"]++(?:\([^\s()<>\"]*+\)[^\s()<>\"]*+)*+)>?(?:\s+\"[^\"]*+\")?\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One link in a text: its words are `text[start:end]`."""

    start: int
    end: int
    url: str


def without_links(line: str) -> tuple[str, tuple[Typed, ...]]:
    """The line with the words of its links in their places, and the links; only such to http(s) addresses, the rest stays as typed."""
    if "](" not in line:
        return line, ()
    parts: list[str] = []
    links: list[Typed] = []
    place = length = 0
    for match in _TYPED.finditer(line):
        url = absolute(match["url"], None)
        if url is None:
            continue
        before, words = line[place : match.start()], match["words"]
        start = length + len(before)
        length = start + len(words)
        parts += [before, words]
        links.append(Typed(start=start, end=length, url=url))
        place = match.end()
    parts.append(line[place:])
    return "".join(parts), tuple(links)


def with_links(block: Block, line: str, links: tuple[Typed, ...]) -> Block:
    """The block that was made of `line`, with the line's links in its HTML and among its links."""
    text = block.text
    places = _places(line, text)
    moved = [(places[link.start], places[link.end], link.url) for link in links]
    moved = [(start, end, url) for start, end, url in moved if text[start:end].strip()]
    lead = len(block.lead) if block.lead and text.startswith(block.lead) else 0
    markup = _html(text[lead:], [(max(start - lead, 0), end - lead, url) for start, end, url in moved if end > lead])
    if lead:
        strong = _html(text[:lead], [(start, min(end, lead), url) for start, end, url in moved if start < lead])
        markup = f"<strong>{strong}</strong>{markup}"
    return replace(block, html=markup, links=tuple(Link(url=url, text=tidy(text[start:end])) for start, end, url in moved))


def _html(text: str, links: list[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    place = 0
    for start, end, url in links:
        parts.append(escape(text[place:start], quote=False))
        parts.append(f'<a href="{escape(url)}">{escape(text[start:end], quote=False)}</a>')
        place = end
    return "".join(parts) + escape(text[place:], quote=False)


def _places(line: str, text: str) -> list[int]:
    """For each place of the line the same place in `text`, which is the line without its bullet and its marks of bold."""
    places: list[int] = []
    at = 0
    for letter in line:
        # A lead-in that touches what follows it was parted from it.
        at += at < len(text) and text[at] == " " and not letter.isspace() and letter not in "*_"
        places.append(at)
        at += at < len(text) and text[at] == letter
    places.append(at)
    return places
