"""What an editor brings in from outside: a passage as briefs, a page as an article."""

import re
from collections.abc import Sequence
from typing import Final, TypeVar

from digest.compose.edit import add_made
from digest.compose.items import source_refs
from digest.compose.marked import from_marked
from digest.compose.markup import after_lead, inline_html
from digest.compose.typed import LONGEST_HTML
from digest.compose.wording import dek_from, minutes_to_read
from digest.errors import InputError
from digest.model.edition import Article, Brief, Edition
from digest.model.page import FoundBrief
from digest.model.quoting import one_line
from digest.model.source import Entry

_Given = TypeVar("_Given", FoundBrief, str)
_MOST: Final = 40
_BOLD: Final = re.compile(r"\*\*(?P<lead>[^*\n]{1,200})\*\*\s*")
_MARK: Final = re.compile(r"\s*(?:[-•*]|\d{1,3}[.)])\s+(?!\*)")


def add_briefs(edition: Edition, section_id: str, found: Sequence[FoundBrief]) -> Edition:
    """Add found briefs at the end of a section. Raises InputError where there are none, or more than 40."""
    return add_made(edition, section_id, [_brief_of(one) for one in _counted(found)])


def add_passage(edition: Edition, section_id: str, text: str) -> Edition:
    """Add each paragraph of a passage as a brief; **bold words** at its start are its lead. Raises InputError as `add_briefs`."""
    if len(text) > LONGEST_HTML:
        raise InputError(f"The passage has {len(text):,} characters; at most {LONGEST_HTML:,} fit, so paste it in parts.")
    paragraphs = [part for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if one_line(part)]
    return add_made(edition, section_id, [one for one in map(_brief_from, _counted(paragraphs)) if one.lead or one.html])


def add_entry(edition: Edition, section_id: str, entry: Entry) -> Edition:
    """Add the article that a page gave at the end of a section; its text stays where it is, as an excerpt."""
    made = Article(
        id="",
        url=entry.url or "",
        headline=one_line(entry.title or ""),
        dek=(one_line(entry.dek) if entry.dek else "") or dek_from(entry.summary),
        kicker=(one_line(entry.kicker) if entry.kicker else "") or None,
        authors=tuple(author for author in map(one_line, entry.authors) if author),
        published=entry.published,
        image=entry.image,
        minutes=minutes_to_read(entry.content_html),
        because="added by its address",
    )
    return add_made(edition, section_id, [made])


def _counted(found: Sequence[_Given]) -> Sequence[_Given]:
    if not found:
        raise InputError("The passage holds no words; paste the text of the briefs, an empty line between two.")
    if len(found) > _MOST:
        raise InputError(f"The passage holds {len(found)} briefs; at most {_MOST} fit at once, so paste it in parts.")
    return found


def _brief_of(found: FoundBrief) -> Brief:
    lead = one_line(found.lead or "") or None
    rest = after_lead(found.html, lead) if lead else None
    if lead is None or rest is None:
        return Brief(id="", html=inline_html(found.html), sources=source_refs(found.sources, found.links), because="pasted")
    while rest[:1] in {":", ".", "!", "?", "…", ","}:
        lead, rest = lead + rest[0], rest[1:].lstrip()
    return Brief(id="", lead=lead, html=rest, sources=source_refs(found.sources, found.links), because="pasted")


def _brief_from(paragraph: str) -> Brief:
    text = _MARK.sub("", paragraph, count=1) if _MARK.match(paragraph) else paragraph.strip()
    bold = _BOLD.match(text)
    lead = one_line(bold["lead"]) if bold else None
    return Brief(id="", lead=lead or None, html=from_marked(" ".join(text[bold.end() if bold else 0 :].split())), because="pasted")
