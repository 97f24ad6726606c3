"""An edition as one file that a person can read, compare and change: written so that it reads back as exactly that edition."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Final

from digest.compose.toml_text import quoted, quoted_line
from digest.model.edition import Edition, Item, SourceRef
from digest.model.page import Image

FORMAT: Final = 1
_HEAD: Final = """\
# An edition, as `digest edition export` wrote it. Change it, then: digest edition import FILE
# A backslash at the end of a line joins it to the next one; it parts paragraphs for the eye alone.
# An item that is new needs no id. What [exported] says tells the import which revision was changed: leave it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a file was exported from: the edition's row, its revision, and the hash of its content."""

    edition_id: int
    revision: int
    sha256: str


def content_hash(edition: Edition) -> str:
    """Return a hash (hex) of all that an edition holds: two that differ in a letter differ here."""
    told = asdict(edition)
    # Files that were exported before there were corrections still come in as what they are.
    if edition.correction is None:
        del told["correction"]
    return hashlib.sha256(json.dumps(told, default=str, sort_keys=True).encode()).hexdigest()


def write_sheet(edition: Edition, origin: Origin) -> str:
    """Return the file: TOML, in the order of the mail, one value a line and one paragraph a line; what is unset is left out."""
    return "\n".join([_HEAD, *_lines(edition, origin), ""])


def _lines(edition: Edition, origin: Origin) -> Iterator[str]:
    yield f"format = {FORMAT}"
    yield from ("", "[exported]", f"edition = {origin.edition_id}", f"revision = {origin.revision}", f"sha256 = {quoted(origin.sha256)}")
    yield from ("", "[edition]", f"newsletter = {quoted(edition.newsletter_id)}", f"number = {edition.number}")
    yield f"slot = {_value(edition.slot)}"
    yield f"subject = {quoted(edition.subject)}"
    yield f"preheader = {quoted(edition.preheader)}"
    if edition.correction is not None:
        yield from ("", "[correction]", *_item(edition.correction))
    if edition.intro is not None:
        yield from ("", "[intro]", *_item(edition.intro))
    for section in edition.sections:
        yield from ("", "[[section]]", f"id = {quoted(section.id)}", f"key = {quoted(section.key)}", f"kind = {quoted(section.kind)}")
        if section.heading is not None:
            yield f"heading = {quoted(section.heading)}"
        yield from (f"fields.{name} = {quoted(value)}" for name, value in section.fields)
        for item in section.items:
            yield from ("", "[[section.item]]", f"kind = {quoted(item.kind)}", *_item(item))


def _item(item: Item) -> Iterator[str]:
    for field in fields(item):
        value = getattr(item, field.name)
        # `kind` stands first; what is as it would be without being said is not said.
        if field.name == "kind" or value is None or value == () or value is False:
            continue
        if isinstance(value, Image):
            yield from (f"image.{one.name} = {_value(told)}" for one in fields(value) if (told := getattr(value, one.name)) is not None)
            if value == Image(url=None):
                yield "image = {}"
        else:
            yield f"{field.name} = {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        told = [_listed(one) for one in value]
        return f"[{told[0]}]" if len(told) == 1 else "\n".join(["[", *(f"  {one}," for one in told), "]"])
    return "true" if value is True else str(value)


def _listed(value: str | SourceRef) -> str:
    """One of a list: on one line, as an inline table must be."""
    if isinstance(value, str):
        return quoted_line(value)
    linked = "" if value.url is None else f", url = {quoted_line(value.url)}"
    return f"{{name = {quoted_line(value.name)}{linked}}}"
