"""The roster as CSV: rows in, readers and refusals out; readers in, rows out."""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from digest.audience.address import Address, read_address
from digest.errors import InputError
from digest.model.quoting import one_line

_NAMES = {
    "address": ("email", "e-mail", "mail", "address", "email address", "e-mail address", "emailaddress", "subscriber"),
    "name": ("name", "full name", "fullname", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "without": ("without", "left out", "sections off"),
}
# A quotation mark that is never closed must not swallow the rest of the file: no reader's cell has more lines than this.
_MOST_LINES = 20
_LONGEST_LINE = 64 * 1024
# A section's key, as plans name it.
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
_MOST_KEYS = 40
# What a spreadsheet would take for a formula at the start of a cell, a tab or a return before it included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One line of a roster: its number in the file, and either a reader or the reason why not, with the line as it stood.

    `left_out` are the keys of the sections that the reader does without.
    """

    number: int
    address: Address | None
    name: str | None = None
    left_out: frozenset[str] = frozenset()
    refused: str | None = None
    text: str = ""


def read_roster(lines: Iterable[str]) -> Iterator[RosterLine]:
    """Read CSV with any order of columns; a first line without an address names the columns. Bad lines say why.

    Cells are parted by comma, semicolon or tab, whichever the first line has most of. Nothing is read ahead of what is asked
    for but a few lines, so a file may be larger than memory.
    """
    columns: dict[str, int] | None = None
    source = _Lines(lines)
    for number, row, wrong in _records(source):
        if wrong is not None:
            yield RosterLine(number=number, address=None, refused=wrong, text=source.text)
            continue
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _columns(row)
            if columns is not None and not any("@" in cell for cell in row):
                continue
            columns = columns or {"address": next((place for place, cell in enumerate(row) if "@" in cell), 0)}
        line = _line(number, row, columns, source.text) if not source.has_nul else _with_nul(number, source.text)
        if line.refused is not None and any("@" in below for below in source.record[1:]):
            # Two stray quotation marks made one record of good lines: they are read again, each on its own.
            source.keep_first()
        yield line


def clean_name(name: str) -> str:
    """Return a reader's name on one line, without control and bidi characters, of at most 200 characters."""
    return one_line(name)[:200].rstrip()


def roster_row(cells: Sequence[str]) -> list[str]:
    """Return cells that no spreadsheet takes for formulas: one that begins like a formula is led in by an apostrophe."""
    return [f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells]


class _Lines:
    """The file's lines with their numbers; lines can be put back, and one record takes _MOST_LINES at most."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._source = iter(lines)
        self._back: deque[str] = deque()
        self._read = 0
        self.record: list[str] = []

    @property
    def number(self) -> int:
        """The number of the line that the record began with."""
        return self._read - len(self.record) + 1

    @property
    def text(self) -> str:
        """The record's first line, as far as it helps to find it."""
        return one_line(self.record[0][:1_000])[:300] if self.record else ""

    @property
    def has_nul(self) -> bool:
        """Whether a byte 0 stands in the record: what is around it is no longer what somebody wrote."""
        return any("\0" in line[:_LONGEST_LINE] for line in self.record)

    def begin(self) -> None:
        """Begin a record."""
        self.record.clear()

    def keep_first(self) -> None:
        """Let the record have been its first line alone; the others come again."""
        again = self.record[1:]
        self._back.extendleft(reversed(again))
        self._read -= len(again)
        del self.record[1:]

    def peek(self) -> str | None:
        """Return the first line without taking it."""
        if not self._back:
            line = next(self._source, None)
            if line is None:
                return None
            self._back.append(line)
        return self._back[0]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.record) >= _MOST_LINES:
            raise StopIteration
        line = self._back.popleft() if self._back else next(self._source)
        self._read += 1
        self.record.append(line)
        return _sane(line)


def _records(lines: _Lines) -> Iterator[tuple[int, list[str], str | None]]:
    """Yield (number of the first line, cells, None), or what is wrong with that line; every other line is read on its own."""
    first = lines.peek() or ""
    delimiter = max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
    while True:
        lines.begin()
        try:
            # Strict: a quotation mark that one line opens and another one closes by chance has swallowed what lies between.
            # A reader of its own for each record: one that met an unclosed quotation mark is at its end.
            row = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
        except csv.Error:
            number = lines.number
            lines.keep_first()
            yield number, *_alone(lines.record[0], delimiter)
            continue
        if not lines.record:
            return
        yield lines.number, row or [], None


def _alone(line: str, delimiter: str) -> tuple[list[str], str | None]:
    """Read what is no good record as one line by itself, as kindly as may be; else say what is wrong with it."""
    line = _sane(line)
    if line.count('"') % 2:
        return [], "a quotation mark is opened here and not closed"
    try:
        return next(csv.reader([line], delimiter=delimiter), []), None
    except csv.Error as error:
        return [], f"no readable CSV: {error}"


def _sane(line: str) -> str:
    return line[:_LONGEST_LINE].replace("\0", "")


def _line(number: int, row: list[str], columns: dict[str, int], text: str) -> RosterLine:
    cells = {key: row[place].strip() if place < len(row) else "" for key, place in columns.items()}
    typed = cells.get("address", "")
    try:
        # A file that came out of a spreadsheet may lead cells in by the apostrophe that keeps formulas from running.
        address = read_address(typed.removeprefix("'") if typed[:2] in {f"'{mark}" for mark in _FORMULA} else typed)
    except InputError as error:
        return RosterLine(number=number, address=None, refused=one_line(str(error))[:300], text=text)
    name = cells.get("name") or " ".join(part for part in (cells.get("first"), cells.get("last")) if part)
    left_out = frozenset(one for one in cells.get("without", "").split()[:_MOST_KEYS] if _KEY.fullmatch(one))
    return RosterLine(number=number, address=address, name=clean_name(name) or None, left_out=left_out)


def _with_nul(number: int, text: str) -> RosterLine:
    return RosterLine(
        number=number, address=None, refused="a NUL (a byte 0) stands in this line; write the line anew without it", text=text
    )


def _columns(row: list[str]) -> dict[str, int] | None:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        plain = cell.strip().lstrip("\ufeff").casefold().replace("_", " ")
        for key, names in _NAMES.items():
            if plain in names:
                found.setdefault(key, place)
    return found if "address" in found else None
