"""The form of one item or section: its fields, their lengths against their aims, and what the page says around them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Final, Literal

from digest.compose import edit
from digest.compose.differ import ordinal, title_of
from digest.compose.merge import CORRECTION, HEAD, INTRO, LETTERS
from digest.compose.typed import LONGEST_LINE
from digest.model.edition import Article, Brief, Edition, Item, Note, Section
from digest.model.page import Image
from digest.web.values import LONGEST, OTHER, section_of, standing, values_of

Kind = Literal["line", "text", "sources", "address", "body"]
# Characters of an item that are ringed in the frame at most.
_RINGED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A length against its aim: `count` of `unit`, aimed at `low` to `high`; the bar ends at `full`."""

    count: int
    unit: str
    low: int
    high: int

    @property
    def full(self) -> int:
        """Where the bar ends."""
        return self.high * 3 // 2

    @property
    def share(self) -> float:
        """How much of the bar is filled, of 120."""
        return round(min(self.count / self.full, 1) * 120, 1)

    @property
    def off(self) -> bool:
        """Whether it is longer than the aim."""
        return self.count > self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its name in the form, its label, what stands in it, and what to know about it."""

    name: str
    label: str
    value: str
    kind: Kind = "line"
    hint: str = ""
    big: bool = False
    meter: Meter | None = None

    @property
    def most(self) -> int:
        """How many characters fit."""
        return LONGEST.get(self.name, LONGEST_LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForm:
    """One item in hand: `place` is its id, a section's, "head", "intro" or "correction"; `later` items begin with the same words.

    `own` is the picture that it came with, `picture` the address of the one chosen, and `words` are those by which the
    mail shows it. `entry` is the kept entry that an article came from.
    """

    place: str
    kind: str
    where: str
    title: str
    fields: tuple[Field, ...]
    because: str | None = None
    section: Section | None = None
    first: bool = True
    last: bool = True
    pinned: bool = False
    own: Image | None = None
    picture: str = ""
    address: str = ""
    alt: str = ""
    credit: str = ""
    words: str = ""
    later: int = 0
    entry: int | None = None


def form_of(
    edition: Edition, place: str, own: Image | None = None, typed: Mapping[str, str] | None = None, own_fields: Sequence[Field] = ()
) -> ItemForm:
    """Return the form of an item; what was `typed` stands in place of what is saved. Raises NotFound.

    `own_fields` are those that a section's block asks for.
    """
    values = values_of(edition, place) | dict(typed or {})
    if place == HEAD or place in LETTERS:
        where = LETTERS.get(place, "Subject and preheader")
        return ItemForm(place=place, kind=place, where=where, title=where, fields=_fields(place, values))
    headed = section_of(edition, place)
    if headed is not None:
        name = headed.heading or headed.key.capitalize()
        fields = (*_fields("section", values), *(replace(one, value=values.get(one.name, "")) for one in own_fields))
        return ItemForm(place=place, kind="section", where=f"Section {name}", title=name, fields=fields, words=_begin(headed.heading or ""))
    section, at = standing(edition, place)
    item = section.items[at]
    name = section.heading or section.key.capitalize()
    pinned = not isinstance(item, Note) and item.pinned
    form = ItemForm(
        place=place,
        kind=item.kind,
        where=f"{name}, {ordinal(at + 1)} of {len(section.items)}",
        title=title_of(item),
        fields=_fields(item.kind, values),
        because=None if isinstance(item, Note) else item.because,
        section=section,
        first=at == 0 or edit.move(edition, place, "up") == edition,
        last=edit.move(edition, place, "down") == edition,
        pinned=pinned,
        words=_first_words(item),
        later=sum(_first_words(one) == _first_words(item) for one in _behind(edition, place)),
        entry=item.entry if isinstance(item, Article) else None,
    )
    return _with_picture(form, values, own) if isinstance(item, Article) else form


def _with_picture(form: ItemForm, values: Mapping[str, str], own: Image | None) -> ItemForm:
    chosen = values.get("picture", "")
    if chosen and chosen != OTHER and (own is None or chosen != own.url):
        chosen, values = OTHER, {**values, "address": chosen}
    alt = values.get("alt") or (own.alt if own else None) or ""
    credit = values.get("credit") or (own.credit if own else None) or ""
    return replace(form, own=own, picture=chosen, address=values.get("address", ""), alt=alt, credit=credit)


def _fields(kind: str, values: Mapping[str, str]) -> tuple[Field, ...]:
    def one(name: str, label: str, **more: object) -> Field:
        return replace(Field(name=name, label=label, value=values.get(name, "")), **more)  # type: ignore[arg-type]  # fields of Field

    def signs(name: str, low: int, high: int) -> Meter:
        return Meter(count=len(values.get(name, "")), unit="characters", low=low, high=high)

    def words(name: str, low: int, high: int) -> Meter:
        return Meter(count=len(values.get(name, "").split()), unit="words", low=low, high=high)

    marks = "Markdown: links, bold, italic"
    if kind == HEAD:
        return (
            one("subject", "Subject", big=True, meter=signs("subject", 25, 60)),
            one("preheader", "Preheader", kind="text", hint="shown beside the subject", meter=signs("preheader", 40, 100)),
        )
    if kind == CORRECTION:
        said = one("text", "What was wrong", kind="text", hint="first in the mail", meter=words("text", 15, 60))
        return said, one("signature", "Signature", hint="optional")
    if kind in (INTRO, "note"):
        note = one("text", "Note", kind="text", hint=f"{marks}, lists", meter=words("text", 40, 120))
        return note, one("signature", "Signature", hint="how it is signed")
    if kind == "section":
        return (one("heading", "Heading", big=True, hint="empty: the mail shows none", meter=signs("heading", 4, 40)),)
    if kind == "brief":
        return (
            one("lead", "Lead in bold", big=True, meter=signs("lead", 15, 60)),
            one("text", "Text", kind="text", hint=marks, meter=words("text", 40, 70)),
            one("sources", "Sources, as readers see them", kind="sources", hint="one a line, then its address if linked"),
        )
    return (
        one("headline", "Headline", big=True, meter=signs("headline", 25, 80)),
        one("dek", "Dek", kind="text", meter=signs("dek", 40, 160)),
        one("kicker", "Kicker"),
        one("byline", "Byline", hint="names, with commas between"),
        one("url", "Link", kind="address"),
        one("body", "Body", kind="body", hint=f"{marks}, lists, ## headings"),
    )


def _behind(edition: Edition, place: str) -> list[Item]:
    """Return the items that follow one in the whole edition."""
    items = [item for section in edition.sections for item in section.items]
    return items[[item.id for item in items].index(place) + 1 :]


def _begin(text: str) -> str:
    """Return how a text begins, in words: they travel in the frame's address, which takes no more."""
    told = " ".join(text.split())
    return told if len(told) <= _RINGED else told[:_RINGED].rpartition(" ")[0] or told[:_RINGED]


def _first_words(item: Item) -> str:
    """Return words by which the mail shows the item: its headline, its lead, or how its text begins."""
    if isinstance(item, Article):
        return _begin(item.headline)
    if isinstance(item, Brief) and item.lead:
        return _begin(item.lead)
    first = re.search(r">?([^<>]+)", item.html)
    return " ".join(unescape(first[1]).split()[:6]) if first else ""
