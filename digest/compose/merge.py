"""Two editors at once: what both changed is put together field by field; where both changed one field, both texts are named."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final, TypeVar

from digest.errors import Conflict
from digest.model.edition import Article, Brief, Edition, Item, Note, Section

HEAD: Final = "head"
INTRO: Final = "intro"
CORRECTION: Final = "correction"
# Notes that stand in no section, by their places, and what people call them.
LETTERS: Final[Mapping[str, str]] = {CORRECTION: "Correction", INTRO: "Note from the editor"}
_Value = TypeVar("_Value", Article, Brief, Note, Edition, Section)
_Structure = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One field that two people changed, as the model holds it: `place` is an item's or section's id, HEAD or one of LETTERS."""

    place: str
    name: str
    mine: object
    theirs: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of two changes: `edition` holds mine where a field clashed, so that nothing typed is lost."""

    edition: Edition
    clashes: tuple[Clash, ...] = ()


def merge(base: Edition, mine: Edition, theirs: Edition) -> Merged:
    """Put two changes of `base` together. Raises Conflict where both changed the order, or one removed what the other changed."""
    clashes: list[Clash] = []
    head = _field_by_field((base, mine, theirs), HEAD, ("subject", "preheader"), clashes)
    letters = {place: _letter((base, mine, theirs), place, clashes) for place in LETTERS}
    ours, others, before = (_structure(one) for one in (mine, theirs, base))
    if ours not in (before, others) and others != before:
        raise Conflict("the order of the items was changed meanwhile; look at it as it is now, then move it again")
    shape = mine if ours != before else theirs
    items = _items(base, mine, theirs, clashes)
    headed = _sections(base, mine, theirs, clashes)
    sections = tuple(replace(headed[one.id], items=tuple(items[item.id] for item in one.items)) for one in shape.sections)
    merged = replace(head, intro=letters[INTRO], correction=letters[CORRECTION], sections=sections)
    return Merged(edition=merged, clashes=tuple(clashes))


def letter_of(edition: Edition, place: str) -> Note | None:
    """Return the note that stands in no section, by its place; None where there is none."""
    return edition.correction if place == CORRECTION else edition.intro


def with_letter(edition: Edition, place: str, note: Note | None) -> Edition:
    """Return the edition with another note at that place."""
    return replace(edition, correction=note) if place == CORRECTION else replace(edition, intro=note)


def items_of(edition: Edition) -> dict[str, Item]:
    """Return the items of all sections by id."""
    return {item.id: item for section in edition.sections for item in section.items}


def _items(base: Edition, mine: Edition, theirs: Edition, clashes: list[Clash]) -> Mapping[str, Item]:
    before, ours, others = items_of(base), items_of(mine), items_of(theirs)
    merged: dict[str, Item] = {}
    for item_id in ours.keys() | others.keys():
        here, there, old = ours.get(item_id), others.get(item_id), before.get(item_id)
        if here is None or there is None:
            left = here or there
            if left is not None and old is not None and left != old:
                raise Conflict("somebody changed an item that somebody else removed meanwhile; look at the edition as it is now")
            if left is not None:
                merged[item_id] = left
        elif old is not None and type(here) is type(there) is type(old):
            merged[item_id] = _item(old, here, there, clashes)
        else:
            merged[item_id] = here
    return merged


def _sections(base: Edition, mine: Edition, theirs: Edition, clashes: list[Clash]) -> Mapping[str, Section]:
    """Return the sections of both by id, without care for their items; a heading merges as any field does."""
    before, ours, others = ({one.id: one for one in edition.sections} for edition in (base, mine, theirs))
    merged = others | ours
    for section_id in ours.keys() & others.keys() & before.keys():
        three = (before[section_id], ours[section_id], others[section_id])
        merged[section_id] = replace(_field_by_field(three, section_id, ("heading",), clashes), fields=_own_fields(three, clashes))
    return merged


def _own_fields(three: tuple[Section, Section, Section], clashes: list[Clash]) -> tuple[tuple[str, str], ...]:
    """Each of a section's own fields merges as a field of its own."""
    base, mine, theirs = (dict(one.fields) for one in three)
    merged = dict(theirs)
    for name in base | mine | theirs:
        here, there, old = mine.get(name, ""), theirs.get(name, ""), base.get(name, "")
        if here not in (old, there):
            merged[name] = here
            if there != old:
                clashes.append(Clash(place=three[0].id, name=name, mine=here, theirs=there))
    return tuple((name, value) for name, value in merged.items() if value)


def _item(base: Item, mine: Item, theirs: Item, clashes: list[Clash]) -> Item:
    names = tuple(one.name for one in fields(base))
    if isinstance(base, Article) and isinstance(mine, Article) and isinstance(theirs, Article):
        return _field_by_field((base, mine, theirs), base.id, names, clashes)
    if isinstance(base, Brief) and isinstance(mine, Brief) and isinstance(theirs, Brief):
        return _field_by_field((base, mine, theirs), base.id, names, clashes)
    if isinstance(base, Note) and isinstance(mine, Note) and isinstance(theirs, Note):
        return _field_by_field((base, mine, theirs), base.id, names, clashes)
    return mine


def _letter(three: tuple[Edition, Edition, Edition], place: str, clashes: list[Clash]) -> Note | None:
    base, mine, theirs = (letter_of(one, place) for one in three)
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    blank = Note(id="", html="")
    merged = _field_by_field((base or blank, mine or blank, theirs or blank), place, ("html", "signature"), clashes)
    return replace(merged, id=(theirs or mine or blank).id) if merged.html else None


def _field_by_field(three: tuple[_Value, _Value, _Value], place: str, names: tuple[str, ...], clashes: list[Clash]) -> _Value:
    base, mine, theirs = three
    taken: dict[str, object] = {}
    for name in names:
        here, there = getattr(mine, name), getattr(theirs, name)
        if here in (getattr(base, name), there):
            continue
        if there != getattr(base, name):
            clashes.append(Clash(place=place, name=name, mine=here, theirs=there))
        taken[name] = here
    return replace(theirs, **taken)  # type: ignore[arg-type]  # the names are its own fields, the values of the same field


def _structure(edition: Edition) -> _Structure:
    return tuple((section.id, tuple(item.id for item in section.items)) for section in edition.sections)
