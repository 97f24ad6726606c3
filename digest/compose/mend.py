"""One button's remedy, made on the edition: spellings, house style and addresses replaced in its texts. Pure."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape, unescape
from typing import Final

from digest.compose.checks.case import HEAD
from digest.compose.checks.style import ADDRESS, hits_of
from digest.model.edition import Brief, Edition, Fix, Item, Note, Section
from digest.model.newsletter import StyleRule
from digest.model.relinked import relinked

_PARTS: Final = re.compile(r"(<[^>]*>)")
Write = Callable[[str], str]


def mend(edition: Edition, fix: Fix, place: str | None) -> Edition:
    """Return the edition with `fix` made at `place`, or everywhere where the fix says so. What it does not find stays as it is."""
    if fix.kind == "address":
        return relinked(edition, lambda url: fix.put if url in fix.find else url, None if fix.everywhere else place)
    return _texts(edition, _writer(fix), None if fix.everywhere else place)


def _writer(fix: Fix) -> Write:
    if fix.kind == "style":
        rule = StyleRule(wrong=fix.find[0], right=fix.put, outside_quotes=fix.outside_quotes)

        def styled(text: str) -> str:
            for hit in reversed(hits_of(text, rule)):
                text = text[: hit.start] + hit.put + text[hit.end :]
            return text

        return styled
    # The longest first, so that no spelling is taken for the beginning of another.
    wrong = "|".join(re.escape(one) for one in sorted(fix.find, key=len, reverse=True) if one)
    pattern = re.compile(rf"(?<!\w)(?:{wrong})(?!\w)") if wrong else None

    def spelled(text: str) -> str:
        if pattern is None:
            return text
        shut = [(one.start(), one.end()) for one in ADDRESS.finditer(text)]
        return pattern.sub(lambda one: one[0] if any(start <= one.start() < end for start, end in shut) else fix.put, text)

    return spelled


def _texts(edition: Edition, write: Write, place: str | None) -> Edition:
    if place in (None, HEAD):
        # What a correction says was wrong stays as it was, in its notice and in the preheader, which begins as that does.
        preheader = edition.preheader if edition.correction and place is None else write(edition.preheader)
        edition = replace(edition, subject=write(edition.subject), preheader=preheader)
    if edition.intro is not None and place in (None, edition.intro.id):
        edition = replace(edition, intro=_note(edition.intro, write))
    return replace(edition, sections=tuple(_section(section, write, place) for section in edition.sections))


def _section(section: Section, write: Write, place: str | None) -> Section:
    if section.heading and place in (None, section.id):
        section = replace(section, heading=write(section.heading))
    return replace(section, items=tuple(_item(item, write) if place in (None, item.id) else item for item in section.items))


def _item(item: Item, write: Write) -> Item:
    if isinstance(item, Brief):
        return replace(item, lead=_line(item.lead, write), html=_html(item.html, write))
    if isinstance(item, Note):
        return _note(item, write)
    image = item.image
    if image is not None:
        image = replace(image, alt=_line(image.alt, write), caption=_line(image.caption, write))
    return replace(
        item,
        headline=write(item.headline),
        dek=_line(item.dek, write),
        kicker=_line(item.kicker, write),
        image=image,
        body_html=_html(item.body_html, write) if item.body_html else item.body_html,
    )


def _note(note: Note, write: Write) -> Note:
    return replace(note, html=_html(note.html, write), signature=_line(note.signature, write))


def _line(text: str | None, write: Write) -> str | None:
    return write(text) if text else text


def _html(html: str, write: Write) -> str:
    """Write the text between tags anew; what it does not change stays as it is, byte for byte."""
    parts = _PARTS.split(html)
    for at in range(0, len(parts), 2):
        text = unescape(parts[at])
        written = write(text)
        if written != text:
            parts[at] = escape(written, quote=False)
    return "".join(parts)
