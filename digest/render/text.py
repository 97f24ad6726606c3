"""The text twin: 72 columns, numbered links, wide letters counted as two."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

COLUMNS: Final = 72


class Footnotes:
    """Links of one text, numbered as they are first met; a repeated address keeps its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, url: str | None) -> str:
        """Return `" [3]"` for an address, "" for none."""
        if not url:
            return ""
        return f" [{self._numbers.setdefault(url, len(self._numbers) + 1)}]"

    def prose(self, paragraph: Mapping[str, Any]) -> str:
        """Return a paragraph of the context wrapped: a list's item after a dash, a quotation indented."""
        first, indent = {"item": ("- ", "  "), "quote": ("    ", "    ")}.get(paragraph["kind"], ("", ""))
        return wrapped(self.runs(paragraph), indent, first)

    def runs(self, paragraph: Mapping[str, Any]) -> str:
        """Return a paragraph of the context as plain words in one line, each link followed by its number."""
        runs = paragraph["runs"]
        followed = [run["href"] for run in runs[1:]] + [None]
        return "".join(
            run["text"] + (self.number(run["href"]) if run["href"] != after else "") for run, after in zip(runs, followed, strict=True)
        )

    def listing(self) -> list[dict[str, str]]:
        """Return the addresses so far, in the order of their numbers."""
        return [{"number": f"[{number}]", "url": url} for url, number in self._numbers.items()]


def width(text: str) -> int:
    """Count columns as a terminal does: two for wide letters, none for marks."""
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, indent: str = "", first: str | None = None, columns: int = COLUMNS) -> str:
    """Wrap `text` at spaces to `columns`, with `first` before the first line and `indent` before the others.

    A word longer than a line (an address) stands on a line of its own, unbroken. NBSP never breaks; its own line breaks stay.
    """
    lines: list[str] = []
    line = indent if first is None else first
    empty = True
    for part_number, part in enumerate(text.split("\n")):
        if part_number:
            lines.append(line.rstrip(" "))
            line, empty = indent, True
        for word in re.split(" +", part):
            if not word:
                continue
            if not empty and width(line) + 1 + width(word) > columns:
                lines.append(line)
                line, empty = indent, True
            line += word if empty else f" {word}"
            empty = False
    lines.append(line.rstrip(" "))
    return "\n".join(lines)
