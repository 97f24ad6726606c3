"""A roster's file on its way in: its lines as a stream, and the refused ones on their way out."""

import codecs
import csv
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from digest.audience.roster import RosterLine, roster_row
from digest.cli.door import err
from digest.errors import InputError

_LONGEST_LINE = 64 * 1024
_MOST_SAID = 20
_MOST_NULS = 4
# Workbooks new and old, packed files, PDF, pictures.
_MAGIC = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"BZh",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"SQLite format 3\0",
)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as Windows-1252, which is what old spreadsheets write: a name keeps its accents."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


WINDOWS = "digest.windows"
codecs.register_error(WINDOWS, _as_windows)


@contextmanager
def opened_lines(file: str) -> Iterator[Iterator[str]]:
    """Open a file, or standard input for `-`, as lines that are read as they are asked for.

    UTF-8 with or without its mark, UTF-16 by its mark, and Windows-1252 where a byte is no UTF-8. Raises InputError.
    """
    with ExitStack() as stack:
        try:
            raw: Any = sys.stdin.buffer if file == "-" else stack.enter_context(Path(file).open("rb"))
            buffered: Any = io.BufferedReader(raw, 1 << 16)
            # Whoever opened it closes it; standard input is not ours to close.
            stack.callback(buffered.detach)
            head = buffered.peek(4096)[:4096]
        except OSError as error:
            raise InputError(f"cannot read {file}: {error.strerror}; name a file that is there, or - for standard input") from error
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        if not wide and _is_binary(head):
            raise InputError(f"{file} is no CSV but a binary file; export it as CSV in UTF-8 first")
        text = io.TextIOWrapper(buffered, "utf-16" if wide else "utf-8-sig", WINDOWS, newline="")
        stack.callback(text.detach)
        yield _lines(text)


def _is_binary(head: bytes) -> bool:
    """Whether a file begins as those do that are taken for CSV, or has more NULs than a slip leaves: these cost their lines alone."""
    nuls = head.count(b"\0")
    return head.startswith(_MAGIC) or (nuls > _MOST_NULS and nuls * 50 > len(head))


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield the lines; what goes beyond the longest line is let go, so that no file fills the memory."""
    while line := text.readline(_LONGEST_LINE):
        yield line
        while line and not line.endswith(("\n", "\r")):
            line = text.readline(_LONGEST_LINE)


class Refusals:
    """Where refused lines go: a file, or standard error for the first of them."""

    def __init__(self, path: str | None, *, not_over: str) -> None:
        if path is not None and not_over != "-" and Path(path).resolve() == Path(not_over).resolve():
            raise InputError(f"--refused {path} is the file that is read; name another")
        self.count = 0
        self._path = path
        self._file: io.TextIOWrapper | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                self._file = Path(self._path).open("w", encoding="utf-8", newline="")
            except OSError as error:
                raise InputError(f"cannot write {self._path}: {error.strerror}; name a file that can be written") from error
            self._writer = csv.writer(self._file)
            self._writer.writerow(["line", "reason", "text"])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, refused: Sequence[RosterLine]) -> None:
        """Take refused lines in."""
        for line in refused:
            self.count += 1
            if self._writer is not None:
                self._writer.writerow([line.number, *roster_row([line.refused or "", line.text])])
            elif self.count <= _MOST_SAID:
                err.print(f"line {line.number}: {line.refused}", markup=False, soft_wrap=True)

    def sum_up(self) -> None:
        """Say how many were not said."""
        if self._path is not None and self.count:
            err.print(f"the refused lines ({self.count}) are in {self._path}", markup=False, soft_wrap=True)
        elif self.count > _MOST_SAID:
            err.print(f"and {self.count - _MOST_SAID} more; `--refused FILE` writes them all down", markup=False, soft_wrap=True)
