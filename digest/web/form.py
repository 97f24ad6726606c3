"""The form of one item: its fields as an editor types them, their lengths against their aims, and the move that it asks for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from html import unescape
from typing import Final, Literal

from digest.compose import edit
from digest.compose.differ import ordinal, title_of
from digest.compose.marked import from_marked, note_from_marked, note_to_marked, to_marked
from digest.compose.merge import HEAD, INTRO, items_of
from digest.errors import InputError, NotFound
from digest.model.edition import Article, Brief, Edition, Item, Note, Section, SourceRef
from digest.model.page import Image

Kind = Literal["line", "text", "sources", "address"]
_SOURCE: Final = re.compile(r"(?P<name>.*?)[\s|,:–—-]*(?P<url>https?://\S+)?\s*\Z")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemForm:
    """One item in hand: `place` is its id, "head" or "intro".

    `own` is the picture that it came with, and `words` are those by which the mail shows it.
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
    picture: str = "none"
    alt: str = ""
    credit: str = ""
    words: str = ""


def form_of(edition: Edition, place: str, own: Image | None = None, typed: Mapping[str, str] | None = None) -> ItemForm:
    """Return the form of an item; what was `typed` stands in place of what is saved. Raises NotFound."""
    values = values_of(edition, place) | dict(typed or {})
    if place in (HEAD, INTRO):
        where = "Subject and preheader" if place == HEAD else "Note from the editor"
        return ItemForm(place=place, kind=place, where=where, title=where, fields=_fields(place, values))
    section, at = _standing(edition, place)
    item = section.items[at]
    name = section.heading or section.key.capitalize()
    pinned = not isinstance(item, Note) and item.pinned
    return ItemForm(
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
        own=own,
        picture=values.get("picture", "none"),
        alt=values.get("alt") or (own.alt if own else None) or "",
        credit=values.get("credit") or (own.credit if own else None) or "",
        words=_first_words(item),
    )


def values_of(edition: Edition, place: str) -> dict[str, str]:
    """Return what stands in the fields of an item, as text; raises NotFound."""
    if place == HEAD:
        return {"subject": edition.subject, "preheader": edition.preheader}
    item: Item | None = edition.intro or Note(id="", html="") if place == INTRO else items_of(edition).get(place)
    if item is None:
        raise NotFound(f'the edition has no item "{place}" any more; look at it as it is now')
    if isinstance(item, Note):
        return {"text": note_to_marked(item.html), "signature": item.signature or ""}
    if isinstance(item, Brief):
        sources = "\n".join(f"{one.name} {one.url or ''}".strip() for one in item.sources)
        return {"lead": item.lead or "", "text": to_marked(item.html), "sources": sources}
    return {
        "headline": item.headline,
        "dek": item.dek or "",
        "kicker": item.kicker or "",
        "byline": ", ".join(item.authors),
        "url": item.url,
        "picture": "own" if item.image is not None and item.image.url else "none",
        "alt": (item.image.alt if item.image else None) or "",
        "credit": (item.image.credit if item.image else None) or "",
    }


def move_of(place: str, typed: Mapping[str, str], own: Image | None = None) -> Callable[[Edition], Edition]:
    """Return the move that a form asks for: only fields whose text differs from what stands there are set."""

    def moved(edition: Edition) -> Edition:
        before = values_of(edition, place)
        changed = {name: text for name, text in typed.items() if name in before and _plain(text) != _plain(before[name])}
        if not changed:
            return edition
        values = before | changed
        if place == HEAD:
            return _head(edition, changed)
        if place == INTRO:
            html = note_from_marked(values["text"]) if "text" in changed or edition.intro is None else edition.intro.html
            return edit.set_intro(edition, html, values["signature"])
        item = items_of(edition)[place]
        if isinstance(item, Note):
            html = note_from_marked(values["text"]) if "text" in changed else item.html
            return edit.set_note(edition, place, html, values["signature"])
        if isinstance(item, Brief):
            return edit.set_brief(edition, place, _brief(changed))
        return edit.set_article(edition, place, _article(item, changed, own))

    return moved


def both_of(place: str, move: Callable[[Edition], Edition]) -> Callable[[Edition], Edition]:
    """Return the move that keeps the brief that stands and sets the typed one behind it, as a brief of its own."""

    def moved(edition: Edition) -> Edition:
        section, at = _standing(edition, place)
        mine = items_of(move(edition))[place]
        if not isinstance(mine, Brief):
            return move(edition)
        added = edit.add_made(edition, section.id, [replace(mine, pinned=False)])
        new = next(item_id for item_id in items_of(added) if item_id not in items_of(edition))
        return edit.move_to(added, new, section.id, at + 1)

    return moved


def _head(edition: Edition, changed: Mapping[str, str]) -> Edition:
    if "subject" in changed:
        edition = edit.set_subject(edition, changed["subject"])
    return edit.set_preheader(edition, changed["preheader"]) if "preheader" in changed else edition


def _brief(changed: Mapping[str, str]) -> edit.BriefFields:
    fields: edit.BriefFields = {}
    if "lead" in changed:
        fields["lead"] = changed["lead"]
    if "text" in changed:
        fields["html"] = from_marked(changed["text"])
    if "sources" in changed:
        fields["sources"] = tuple(_source(line) for line in changed["sources"].splitlines() if line.strip())
    return fields


def _article(item: Article, changed: Mapping[str, str], own: Image | None) -> edit.ArticleFields:
    fields: edit.ArticleFields = {}
    if "headline" in changed:
        fields["headline"] = changed["headline"]
    if "dek" in changed:
        fields["dek"] = changed["dek"]
    if "kicker" in changed:
        fields["kicker"] = changed["kicker"]
    if "url" in changed:
        fields["url"] = changed["url"]
    if "byline" in changed:
        fields["authors"] = tuple(re.split(r"\s*[,;]\s*", changed["byline"]))
    if changed.get("picture") == "none":
        fields["image"] = None
    elif changed.keys() & {"picture", "alt", "credit"}:
        image = item.image or own
        if image is not None:
            alt, credit = changed.get("alt", image.alt), changed.get("credit", image.credit)
            fields["image"] = replace(image, url=image.url or (own.url if own else None), alt=alt, credit=credit)
    return fields


def _source(line: str) -> SourceRef:
    found = _SOURCE.match(line.strip()[:4000])
    if found is None or not found["name"]:
        raise InputError(f'"{line.strip()[:80]}" names no source; write its name first, then its address: Reuters https://…')
    return SourceRef(name=found["name"], url=found["url"])


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
    if kind in (INTRO, "note"):
        note = one("text", "Note", kind="text", hint=f"{marks}, lists", meter=words("text", 40, 120))
        return note, one("signature", "Signature", hint="how it is signed")
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
    )


def _standing(edition: Edition, place: str) -> tuple[Section, int]:
    for section in edition.sections:
        for at, item in enumerate(section.items):
            if item.id == place:
                return section, at
    raise NotFound(f'the edition has no item "{place}" any more; look at it as it is now')


def _first_words(item: Item) -> str:
    """Return words by which the mail shows the item: its headline, its lead, or how its text begins."""
    if isinstance(item, Article):
        return item.headline
    if isinstance(item, Brief) and item.lead:
        return item.lead
    first = re.search(r">?([^<>]+)", item.html)
    return " ".join(unescape(first[1]).split()[:6]) if first else ""


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
