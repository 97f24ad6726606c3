"""An article's body without the briefs that stand in sections of their own: a full feed carries them in its text."""

from collections.abc import Iterator, Sequence

from lxml import etree, html

from digest.compose.markup import inline_html, letters, plain_text
from digest.model.page import FoundSection

_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "div", "blockquote"})
_SHELLS = frozenset({"ul", "ol", "blockquote", "div", "section"})


def without_sections(body: str | None, sections: Sequence[FoundSection]) -> str | None:
    """Return sanitised `body` without the blocks whose words are exactly a heading or a paragraph of `sections`.

    None where nothing is left. What only resembles a brief stays: a paragraph twice beats one that is gone.
    """
    if not body or not sections:
        return body or None
    said = set(_said(sections))
    try:
        root = html.fragment_fromstring(body, create_parent="div")
    except (etree.ParserError, ValueError):
        return body
    gone = [block for block in root.iter(*_BLOCKS) if block is not root and letters(_text(block)) in said]
    if not gone:
        return body
    for block in gone:
        _drop(block)
    left = (root.text or "") + "".join(html.tostring(child, encoding="unicode") for child in root)
    return left.strip() or None


def _said(sections: Sequence[FoundSection]) -> Iterator[str]:
    for section in sections:
        paragraphs = [section.heading or ""]
        for brief in section.briefs:
            paragraphs += [brief.text, *(plain_text(part) for part in inline_html(brief.html).split("<br><br>"))]
        yield from filter(None, map(letters, paragraphs))


def _text(block: html.HtmlElement) -> str:
    return "".join(block.itertext())


def _drop(block: html.HtmlElement) -> None:
    """Take a block out, and the lists and boxes that it leaves empty."""
    parent = block.getparent()
    if parent is None:
        return
    block.drop_tree()
    if parent.tag in _SHELLS and parent.getparent() is not None and not _text(parent).strip():
        _drop(parent)
