"""Front pages and indexes told from articles: many linked headlines, little text that runs on."""

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from digest.gather.blocks import Block, BlockKind, extent
from digest.gather.metadata import Metadata

_FRINGE = frozenset({"nav", "footer", "aside"})
_FRONT = re.compile(r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:(?:index|home|default|main)(?:\.\w{2,5})?/?)?", re.IGNORECASE)
_INDEX = re.compile(
    r"/(?:(?:categor(?:y|ies)|tags?|topics?|sections?|author|authors|search|rubrik|rubrique|seccion|secao|thema|themen|tema|label)/[^/]+"
    r"|page/\d+)/?(?:index\.\w+)?",
    re.IGNORECASE,
)


def is_front(root: HtmlElement, blocks: list[Block], meta: Metadata, url: str) -> bool:
    """Whether a page is a front page or an index: its address says so, or it is made of linked headlines, and no text runs on."""
    run = _longest_run(blocks)
    address = meta.stated_url or url
    path = urlsplit(address).path
    linked = _linked_headlines(root)
    if _FRONT.fullmatch(path) or _INDEX.fullmatch(path):
        return not meta.says_article and (linked >= 5 or run < 2 or _pointers(blocks) >= 5)
    if meta.says_article or meta.published:
        return False
    return run < 3 and (linked >= 8 or _pointers(blocks) >= 8)


def _longest_run(blocks: list[Block]) -> int:
    """How many paragraphs of some length follow each other without a heading or a list between them."""
    longest = run = 0
    for block in blocks:
        prose = block.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE} and extent(block.text) >= 60
        if prose and sum(len(link.text) for link in block.links) * 2 < len(block.text):
            run += 1
            longest = max(longest, run)
        elif block.kind in {BlockKind.HEADING, BlockKind.ITEM} or block.links:
            run = 0
    return longest


def _pointers(blocks: list[Block]) -> int:
    """How many blocks begin with a link of headline length."""
    return sum(1 for block in blocks if block.links and len(block.links[0].text) >= 15 and block.text.startswith(block.links[0].text))


def _linked_headlines(root: HtmlElement) -> int:
    found = 0
    for heading in root.iter("h1", "h2", "h3", "h4"):
        around = list(heading.iterancestors())
        if any(up.tag in _FRINGE for up in around):
            continue
        if (heading.find(".//a") is not None or any(up.tag == "a" for up in around[:3])) and extent(heading.text_content().strip()) >= 15:
            found += 1
    return found
