"""What came in by a file made safe: each field that differs from the edition it was exported from goes the way of typed text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeVar

from digest.compose.merge import LETTERS, letter_of, with_letter
from digest.compose.sheet_read import Sheet
from digest.compose.toml_text import Path
from digest.compose.typed import LONGEST_HTML, checked_address, typed_inline, typed_line, typed_note
from digest.errors import InputError
from digest.model.edition import Article, Brief, Edition, Item, Note, Section, SourceRef
from digest.model.page import Image

# Takes HTML and the address it is seen from, and returns it safe.
Clean = Callable[[str, str], str]
_LINES: Final[Mapping[str, str]] = {
    "subject": "the subject",
    "preheader": "the preheader",
    "heading": "the heading",
    "key": "the key",
    "headline": "the headline",
    "dek": "the dek",
    "kicker": "the kicker",
    "outlet": "the outlet",
    "because": "the reason",
    "lead": "the lead",
    "signature": "the signature",
}
_NEVER_NONE: Final = {"subject", "preheader", "key", "headline"}
_Part = TypeVar("_Part", bound=Edition | Section | Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What stood in the edition before: trusted as it is. `entries` are the kept entries that its items came from."""

    parts: Mapping[str, object]
    entries: frozenset[int]


def adopted(sheet: Sheet, before: Edition | None, clean: Clean) -> Edition:
    """Return the sheet's edition, safe to keep; raises InputError with the line where a text is endless or an address is none.

    `before` is the revision that was exported, None where this is another installation: then nothing is trusted, and no
    item names a kept entry, because their numbers are others there.
    """
    known = _known(before)
    edition = sheet.edition
    edition = _lines(sheet, ("edition",), edition, known.parts.get(""))
    for name in LETTERS:
        letter = letter_of(edition, name)
        safe = _item(sheet, (name,), letter, (known, clean)) if letter is not None else None
        edition = with_letter(edition, name, safe if isinstance(safe, Note) else None)
    sections = []
    for place, section in enumerate(edition.sections):
        path: Path = ("section", place)
        headed = _lines(sheet, path, section, known.parts.get(section.id))
        items = tuple(_item(sheet, (*path, "item", at), item, (known, clean)) for at, item in enumerate(section.items))
        sections.append(replace(headed, items=items))
    return replace(edition, sections=tuple(sections))


def _known(before: Edition | None) -> _Known:
    if before is None:
        return _Known(parts={}, entries=frozenset())
    parts: dict[str, object] = {"": before}
    items = [item for section in before.sections for item in section.items]
    for part in (*before.sections, *items, *filter(None, [before.intro, before.correction])):
        parts[part.id] = part
    return _Known(
        parts=parts, entries=frozenset(item.entry for item in items if isinstance(item, Article | Brief) and item.entry is not None)
    )


def _item(sheet: Sheet, path: Path, item: Item, known: tuple[_Known, Clean]) -> Item:
    before, clean = known
    was = before.parts.get(item.id)
    was = was if type(was) is type(item) else None
    safe = _lines(sheet, path, item, was)
    base = item.url if isinstance(item, Article) else ""
    changed: dict[str, Any] = {}
    for field in fields(item):
        value = getattr(safe, field.name)
        if field.name in _LINES or (was is not None and value == getattr(was, field.name)):
            continue
        try:
            changed[field.name] = _safe(field.name, value, base, (type(item), clean))
        except InputError as error:
            raise sheet.fault((*path, field.name), str(error)) from error
    if isinstance(item, Article | Brief) and item.entry not in before.entries:
        changed["entry"] = None
    return replace(safe, **changed)


def _safe(name: str, value: Any, base: str, by: tuple[type, Clean]) -> object:  # noqa: ANN401  a field of any kind
    kind, clean = by
    if name == "html":
        return typed_inline(value) if kind is Brief else typed_note(value)
    if value is None or name not in _SAFE:
        return value
    return _body(value, base, clean) if name == "body_html" else _SAFE[name](value)


def _body(html: str, base: str, clean: Clean) -> str | None:
    if len(html) > LONGEST_HTML:
        raise InputError(f"the body has {len(html):,} characters; at most {LONGEST_HTML:,} fit, so shorten it.")
    return clean(html, base) or None


def _authors(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, (typed_line(one, "an author’s name") for one in names)))


def _sources(sources: tuple[SourceRef, ...]) -> tuple[SourceRef, ...]:
    return tuple(
        SourceRef(name=typed_line(one.name, "the source’s name") or "", url=checked_address(one.url) if one.url else None)
        for one in sources
    )


def _image(image: Image) -> Image:
    alt, caption, credit = (typed_line(text, "the picture’s text") for text in (image.alt, image.caption, image.credit))
    return Image(url=checked_address(image.url) if image.url else None, alt=alt, caption=caption, credit=credit)


def _minutes(minutes: int) -> int:
    if not 0 <= minutes <= 10_000:
        raise InputError(f"{minutes} minutes is no reading time; give 0 to 10,000, or leave the line out.")
    return minutes


_SAFE: Final[Mapping[str, Callable[[Any], object]]] = {
    "url": checked_address,
    "authors": _authors,
    "sources": _sources,
    "image": _image,
    "minutes": _minutes,
    "body_html": str,
}


def _lines(sheet: Sheet, path: Path, part: _Part, was: object) -> _Part:
    """Make the texts of one line safe that differ from before."""
    changed: dict[str, Any] = {}
    for field in fields(part):
        if field.name not in _LINES or (was is not None and getattr(part, field.name) == getattr(was, field.name, None)):
            continue
        try:
            line = typed_line(getattr(part, field.name), _LINES[field.name])
        except InputError as error:
            raise sheet.fault((*path, field.name), str(error)) from error
        changed[field.name] = line or "" if field.name in _NEVER_NONE else line
    return replace(part, **changed)
