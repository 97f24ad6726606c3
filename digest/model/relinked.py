"""An edition with other addresses behind its links: of articles, of briefs' sources, and in its texts."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape, unescape
from typing import Final

from digest.model.edition import Article, Brief, Edition, Item, Note, SourceRef

_HREF: Final = re.compile(r'(\bhref=")([^"]*)(")')


def relinked(edition: Edition, address: Callable[[str], str], place: str | None = None) -> Edition:
    """Return the edition with `address` of each of its addresses, or of those of one item; what that leaves alone stays byte for byte."""

    def anew(found: re.Match[str]) -> str:
        before = unescape(found[2])
        after = address(before)
        return found[0] if after == before else found[1] + escape(after) + found[3]

    def of(item: Item) -> Item:
        if isinstance(item, Article):
            return replace(item, url=address(item.url), body_html=_HREF.sub(anew, item.body_html) if item.body_html else item.body_html)
        if isinstance(item, Brief):
            sources = tuple(SourceRef(name=one.name, url=address(one.url) if one.url else one.url) for one in item.sources)
            return replace(item, html=_HREF.sub(anew, item.html), sources=sources)
        return replace(item, html=_HREF.sub(anew, item.html))

    def letter(note: Note | None) -> Note | None:
        return replace(note, html=_HREF.sub(anew, note.html)) if note is not None and place in (None, note.id) else note

    sections = tuple(
        replace(section, items=tuple(of(item) if place in (None, item.id) else item for item in section.items))
        for section in edition.sections
    )
    return replace(edition, intro=letter(edition.intro), correction=letter(edition.correction), sections=sections)
