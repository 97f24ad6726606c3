"""The roster as CSV: rows in, readers and refusals out."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from digest.audience.address import Address, read_address
from digest.errors import InputError
from digest.model.quoting import one_line

_NAMES = {
    "address": ("email", "e-mail", "mail", "address", "email address", "e-mail address", "emailaddress", "subscriber"),
    "name": ("name", "full name", "fullname", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One line of a roster: its number in the file, and either a reader or the reason why not."""

    number: int
    address: Address | None
    name: str | None = None
    refused: str | None = None


def read_roster(lines: Iterable[str]) -> Iterator[RosterLine]:
    """Read CSV with any order of columns; a first line without an address names the columns. Bad lines say why."""
    reader = csv.reader(_without_nul(lines))
    columns: dict[str, int] | None = None
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RosterLine(number=reader.line_num, address=None, refused=f"no readable CSV: {error}")
            continue
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _columns(row)
            if columns is not None and not any("@" in cell for cell in row):
                continue
            columns = columns or {"address": next((place for place, cell in enumerate(row) if "@" in cell), 0)}
        yield _line(reader.line_num, row, columns)


def _line(number: int, row: list[str], columns: dict[str, int]) -> RosterLine:
    cells = {key: row[place].strip() if place < len(row) else "" for key, place in columns.items()}
    try:
        address = read_address(cells.get("address", ""))
    except InputError as error:
        return RosterLine(number=number, address=None, refused=str(error))
    name = cells.get("name") or " ".join(part for part in (cells.get("first"), cells.get("last")) if part)
    return RosterLine(number=number, address=address, name=clean_name(name) or None)


def _columns(row: list[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        plain = cell.strip().lstrip("\ufeff").casefold().replace("_", " ")
        for key, names in _NAMES.items():
            if plain in names:
                found.setdefault(key, place)
    return found if "address" in found else None


def clean_name(name: str) -> str:
    """Return a reader's name on one line, without control and bidi characters, of at most 200 characters."""
    return one_line(name)[:200].rstrip()


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)
