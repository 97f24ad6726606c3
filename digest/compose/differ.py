"""What changed between two revisions, for people: words struck and added, items in and out, and moves as sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Final, Literal

from digest.compose.marked import body_to_marked, note_to_marked, to_marked
from digest.compose.merge import HEAD, LETTERS, items_of, letter_of
from digest.model.edition import Article, Brief, Edition, Item, Note, SourceRef
from digest.model.page import Image

_WORD: Final = re.compile(r"\s*\S+|\s+")
_AROUND: Final = 8
_MOST_WORDS: Final = 4_000
NAMES: Final = {
    "subject": "Subject",
    "preheader": "Preheader",
    "headline": "Headline",
    "url": "Link",
    "dek": "Dek",
    "kicker": "Kicker",
    "authors": "Byline",
    "image": "Picture",
    "body_html": "Body",
    "outlet": "Outlet",
    "lead": "Lead in bold",
    "html": "Text",
    "sources": "Sources",
    "signature": "Signature",
    "pinned": "Pinned",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A stretch of text: the same in both, out, in, or "gap" where what is the same was left out."""

    kind: Literal["same", "out", "in", "gap"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One place that changed: where, which field ("" for a sentence about the whole), and its words."""

    place: str
    where: str
    field: str
    words: tuple[Words, ...] = ()
    said: str = ""


def words_between(before: str, after: str) -> tuple[Words, ...]:
    """Return the words of both texts in reading order; beyond 4,000 words a side, all of one for all of the other."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        return tuple(words for words in (Words(kind="out", text=before), Words(kind="in", text=after)) if words.text)
    found: list[Words] = []
    for kind, a, b, c, d in SequenceMatcher(None, [one.strip() for one in old], [one.strip() for one in new], autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Words(kind="same", text="".join(new[c:d])))
            continue
        found += [Words(kind="out", text="".join(old[a:b]))] if b > a else []
        found += [Words(kind="in", text="".join(new[c:d]))] if d > c else []
    return tuple(found)


def elided(words: Sequence[Words]) -> tuple[Words, ...]:
    """Return `words` with long stretches that stayed the same cut down to what stands beside a change."""
    out: list[Words] = []
    for place, one in enumerate(words):
        parts = _WORD.findall(one.text)
        if one.kind != "same" or len(parts) <= 2 * _AROUND:
            out.append(one)
            continue
        head = "".join(parts[:_AROUND]) if place else ""
        tail = "".join(parts[-_AROUND:]) if place < len(words) - 1 else ""
        pieces = (Words(kind="same", text=head), Words(kind="gap", text="… "), Words(kind="same", text=tail))
        out += [piece for piece in pieces if piece.text]
    return tuple(out)


def changes(before: Edition, after: Edition) -> tuple[Change, ...]:
    """Return what changed, in the order of `after`; what was removed stands at the end."""
    found = [*_values(before, after, HEAD, "Subject and preheader", ("subject", "preheader"))]
    blank = Note(id="", html="")
    for place, name in LETTERS.items():
        found += _values(letter_of(before, place) or blank, letter_of(after, place) or blank, place, name, ("html", "signature"))
    old = items_of(before)
    places = dict(_places(before))
    moved = _moved(before, after)
    for item_id, where in _places(after):
        item = items_of(after)[item_id]
        if item_id not in old:
            found.append(Change(place=item_id, where=where, field="", words=(Words(kind="in", text=title_of(item)),), said="Added."))
            continue
        if item_id in moved:
            title = (Words(kind="same", text=title_of(item)),)
            found.append(Change(place=item_id, where=where, field="", words=title, said=f"Moved here from {places[item_id]}."))
        names = tuple(one.name for one in fields(item) if one.name in NAMES) if type(item) is type(old[item_id]) else ()
        found += _values(old[item_id], item, item_id, where, names)
    gone = (item_id for item_id, _where in _places(before) if item_id not in items_of(after))
    found += [
        Change(place=one, where=places[one], field="", words=(Words(kind="out", text=title_of(old[one])),), said="Removed.") for one in gone
    ]
    headings = {section.id: section.heading or "" for section in before.sections}
    found += [
        Change(place=one.id, where="Section", field="Heading", words=words_between(headings[one.id], one.heading or ""))
        for one in after.sections
        if one.id in headings and headings[one.id] != (one.heading or "")
    ]
    own = {section.id: dict(section.fields) for section in before.sections}
    found += [
        Change(place=one.id, where="Section", field=name.replace("_", " ").capitalize(), words=words_between(was, now))
        for one in after.sections
        if one.id in own
        for name in own[one.id] | dict(one.fields)
        if (was := own[one.id].get(name, "")) != (now := dict(one.fields).get(name, ""))
    ]
    return tuple(found)


def title_of(item: Item) -> str:
    """Return what an item is called: its headline, its lead, or its first words."""
    if isinstance(item, Article):
        return item.headline
    if isinstance(item, Brief) and item.lead:
        return item.lead
    text = to_marked(item.html) if isinstance(item, Brief) else note_to_marked(item.html)
    return " ".join(text.split()[:10]) or "without words"


def shown(name: str, value: object, *, note: bool = False) -> str:
    """Return a field's value as an editor types it."""
    if isinstance(value, Image):
        return " · ".join(filter(None, (value.url, value.alt, value.credit)))
    if isinstance(value, tuple):
        return "\n".join(f"{one.name} {one.url or ''}".strip() if isinstance(one, SourceRef) else str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str):
        return "" if value is None else str(value)
    written = {"html": note_to_marked if note else to_marked, "body_html": body_to_marked}.get(name)
    return written(value) if written else value


def _values(before: object, after: object, place: str, where: str, names: Sequence[str]) -> Iterator[Change]:
    note = isinstance(after, Note)
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Change(place=place, where=where, field=NAMES[name], words=elided(_between(name, old, new, note=note)))


def _between(name: str, old: object, new: object, *, note: bool) -> tuple[Words, ...]:
    return words_between(shown(name, old, note=note), shown(name, new, note=note))


def _places(edition: Edition) -> Iterator[tuple[str, str]]:
    for section in edition.sections:
        name = section.heading or section.key.capitalize()
        for place, item in enumerate(section.items, 1):
            yield item.id, f"{name}, {ordinal(place)}"


def ordinal(place: int) -> str:
    """Return 1st, 2nd, 3rd, 4th, 11th."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def _moved(before: Edition, after: Edition) -> set[str]:
    """Items of another section, and those out of the longest run that kept its order within one."""
    old = {item.id: section.id for section in before.sections for item in section.items}
    order = {item.id: place for section in before.sections for place, item in enumerate(section.items)}
    moved: set[str] = set()
    for section in after.sections:
        here = [item.id for item in section.items if old.get(item.id) == section.id]
        moved |= {item.id for item in section.items if item.id in old and old[item.id] != section.id}
        stayed = sorted(here, key=order.__getitem__)
        kept: set[str] = set()
        for block in SequenceMatcher(None, stayed, here, autojunk=False).get_matching_blocks():
            kept |= set(here[block.b : block.b + block.size])
        moved |= set(here) - kept
    return moved
