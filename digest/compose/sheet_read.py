"""An edition's file read back: exactly what was written, or an error that names the line, what is wrong there and what mends it."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from digest.compose.ids import Ids, Letter
from digest.compose.merge import CORRECTION, INTRO, letter_of, with_letter
from digest.compose.sheet import FORMAT, Origin
from digest.compose.toml_text import Path, line_at, lines_of
from digest.compose.typed import typed_lines
from digest.errors import InputError
from digest.model.edition import Article, Brief, Edition, Item, Note, Section, SourceRef
from digest.model.page import Image

LARGEST: Final = 5_000_000
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,80}")
_KINDS: Final[Mapping[str, tuple[type[Item], Letter]]] = {"article": (Article, "a"), "brief": (Brief, "b"), "note": (Note, "n")}
_WITHIN: Final[Mapping[str, type]] = {"image": Image, "sources": SourceRef}
# The tables of the notes that stand in no section, in the file's order.
_LETTERS: Final = (CORRECTION, INTRO)
# What the file calls otherwise than the model.
_INSIDE: Final = {"newsletter": "newsletter_id", "edition": "edition_id"}
_WHERE: Final = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
_Built = TypeVar("_Built")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a file holds: its edition, what it was exported from (None: written by hand), and where each thing stands in it."""

    name: str
    edition: Edition
    origin: Origin | None
    lines: Mapping[Path, int]

    def fault(self, path: Path, message: str) -> InputError:
        """Return the error that names the file and the line of `path`."""
        return _fault(self.name, self.lines, path, message)


def read_sheet(text: str, name: str) -> Sheet:
    """Return what the text of the file `name` holds; raises InputError with the line. Nothing in it is made safe yet."""
    try:
        document = tomllib.loads(text)
    # tomllib lets ValueError pass for a number without end, RecursionError for brackets without end.
    except (ValueError, RecursionError) as error:
        at = _WHERE.search(str(error))
        line = (at[1] if at else None) or str(text.count("\n") + 1)
        said = _WHERE.sub("", str(error)) if isinstance(error, ValueError) else "it nests too deep"
        raise InputError(f"{name}, line {line}: {said}; correct it there, or export the edition again") from error
    return _Reader(name, document, lines_of(text)).sheet()


def _fault(name: str, lines: Mapping[Path, int], path: Path, message: str) -> InputError:
    line = line_at(lines, path)
    return InputError(f"{name}, line {line}: {message}" if line else f"{name}: {message}")


class _Reader:
    """Reads one parsed document part by part, so that each fault knows its place."""

    def __init__(self, name: str, document: dict[str, Any], lines: Mapping[Path, int]) -> None:
        self._name = name
        self._document = document
        self._lines = lines
        self._taken: dict[str, int | None] = {}

    def sheet(self) -> Sheet:
        """Read all of it."""
        document = self._document
        self._known((), document, ("format", "exported", "edition", "correction", "intro", "section"))
        if document.get("format") != FORMAT:
            raise self._fault(("format",), f"this is no edition file of format {FORMAT}; give one that `digest edition export` wrote")
        head = self._table(("edition",), document.get("edition"))
        self._known(("edition",), head, ("newsletter", "number", "slot", "subject", "preheader"))
        edition = self._build(("edition",), Edition, {_INSIDE.get(name, name): value for name, value in head.items()})
        self._aware(("edition", "slot"), edition.slot)
        for name in _LETTERS:
            if name in document:
                note = self._part((name,), Note, {"kind": "note", **self._table((name,), document[name])})
                edition = with_letter(edition, name, note)
        sections = [
            self._section(("section", place), one) for place, one in enumerate(self._tables(("section",), document.get("section", [])))
        ]
        return Sheet(
            name=self._name,
            edition=self._named(replace(edition, sections=tuple(sections))),
            origin=self._origin(),
            lines=self._lines,
        )

    def _origin(self) -> Origin | None:
        if "exported" not in self._document:
            return None
        table = self._table(("exported",), self._document["exported"])
        self._known(("exported",), table, ("edition", "revision", "sha256"))
        return self._build(("exported",), Origin, {_INSIDE.get(name, name): value for name, value in table.items()})

    def _section(self, path: Path, table: dict[str, Any]) -> Section:
        self._known(path, table, ("id", "key", "kind", "heading", "fields", "item"))
        items = []
        for place, one in enumerate(self._tables((*path, "item"), table.get("item", []))):
            here = (*path, "item", place)
            kind = str(one.get("kind"))
            if kind not in _KINDS:
                raise self._fault((*here, "kind"), f"an item’s kind is {', '.join(_KINDS)}; this one says {kind[:40]!r}")
            items.append(self._part(here, _KINDS[kind][0], one))
        plain = {name: value for name, value in table.items() if name != "item"}
        if "fields" in table:
            plain["fields"] = self._own_fields((*path, "fields"), table["fields"])
        return replace(self._build(path, Section, {"id": "", "heading": None, **plain}), items=tuple(items))

    def _own_fields(self, path: Path, value: object) -> tuple[tuple[str, str], ...]:
        given = self._table(path, value)
        for name, said in given.items():
            if not isinstance(said, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
                raise self._fault((*path, name), f"the field {name[:40]!r} is a name of small letters and a text; correct it")
        return tuple((name, clean) for name, said in given.items() if (clean := typed_lines(said, f"The field {name}")))

    def _part(self, path: Path, kind: type[_Built], table: dict[str, Any]) -> _Built:
        self._known(path, table, tuple(field.name for field in fields(kind)))  # type: ignore[arg-type]  # each kind is a dataclass
        for name, within in _WITHIN.items():
            inner = table.get(name)
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    self._known((*path, name), one, tuple(field.name for field in fields(within)))
        if isinstance(table.get("image"), dict):
            table = {**table, "image": {"url": None, **table["image"]}}
        built = self._build(path, kind, {"id": "", **table})
        self._aware((*path, "published"), getattr(built, "published", None))
        return built

    def _named(self, edition: Edition) -> Edition:
        """Give what came without an id one of its own; an id that stands twice is a fault."""
        for path, one in self._placed(edition):
            if one.id and not _ID.fullmatch(one.id):
                raise self._fault((*path, "id"), f"{one.id[:80]!r} is no id: letters, digits and hyphens; leave the line out for a new one")
            if one.id in self._taken:
                raise self._fault(
                    (*path, "id"), f"the id {one.id} stands in line {self._taken[one.id]} already; leave this one out for a new id"
                )
            if one.id:
                self._taken[one.id] = line_at(self._lines, (*path, "id"))
        ids = Ids(frozenset(self._taken))
        sections = tuple(
            replace(
                section,
                id=section.id or ids.section(section.key),
                items=tuple(
                    item if item.id else replace(item, id=ids.by_hand(_KINDS[item.kind][1], _words(item))) for item in section.items
                ),
            )
            for section in edition.sections
        )
        for name in _LETTERS:
            note = letter_of(edition, name)
            if note is not None and not note.id:
                edition = with_letter(edition, name, replace(note, id=ids.by_hand("n", name)))
        return replace(edition, sections=sections)

    def _placed(self, edition: Edition) -> list[tuple[Path, Section | Item]]:
        found: list[tuple[Path, Section | Item]] = [((name,), note) for name in _LETTERS if (note := letter_of(edition, name))]
        for place, section in enumerate(edition.sections):
            found.append((("section", place), section))
            found += [(("section", place, "item", at), item) for at, item in enumerate(section.items)]
        return found

    def _build(self, path: Path, kind: type[_Built], table: dict[str, Any]) -> _Built:
        try:
            built: _Built = _ADAPTERS[kind].validate_python(table)
        except ValidationError as error:
            first = error.errors()[0]
            outside = {inside: name for name, inside in _INSIDE.items()}
            where = tuple(outside.get(str(step), step) for step in first["loc"])
            what = ".".join(str(step) for step in where)
            raise self._fault((*path, *where), f"{what}: {first['msg'].lower()}; correct it, or export the edition again") from error
        return built

    def _known(self, path: Path, table: dict[str, Any], names: Sequence[str]) -> None:
        for name in table:
            if name not in names:
                near = get_close_matches(name, names, n=1)
                raise self._fault((*path, name), f"{name!r} means nothing here; write {near[0] if near else ' or '.join(names)}")

    def _table(self, path: Path, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self._fault(path, f"the file has no table [{path[-1]}]; export the edition again")
        return value

    def _tables(self, path: Path, value: object) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            header = ".".join(step for step in path if isinstance(step, str))
            raise self._fault(path, f"{path[-1]!r} must be tables of its own, each headed [[{header}]]")
        return value

    def _aware(self, path: Path, moment: datetime | None) -> None:
        if moment is not None and moment.tzinfo is None:
            raise self._fault(path, "this time does not say its zone; write Z behind it for UTC, or +01:00")

    def _fault(self, path: Path, message: str) -> InputError:
        return _fault(self._name, self._lines, path, message)


def _words(item: Item) -> str:
    return item.headline if isinstance(item, Article) else item.html


_ADAPTERS: Final[Mapping[type, TypeAdapter[Any]]] = {
    kind: TypeAdapter[Any](kind) for kind in (Edition, Section, Article, Brief, Note, Origin)
}
