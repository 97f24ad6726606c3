"""The text twin: 72 columns, numbered links, wide letters counted as two."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from digest.render.segments import Choosing

COLUMNS: Final = 72
# Chinese and Japanese stand without spaces: a line may end after each letter, but not before what closes or after what opens.
_CJK: Final = "\u3000-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff64"
_CLOSES: Final = "\u3001\u3002\u3005\u3009\u300b\u300d\u300f\u3011\u301f\u30fc\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f)\\]”’…\u00a0"
_OPENS: Final = "\u3008\u300a\u300c\u300e\u3010\u301d\uff08(\\[“‘"
_BETWEEN: Final = re.compile(f"(?<=[{_CJK}])(?<![{_OPENS}])(?![{_CLOSES}])|(?<!^)(?<![{_OPENS}])(?=[{_CJK}])(?![{_CLOSES}])")
_SLOT: Final = re.compile("zq[0-9a-f]{24}qzname(?:0[0-9a-f]+)?zq[0-9a-f]{24}qz")


class Footnotes:
    """Links of one text, numbered as they are first met; a repeated address keeps its number.

    A section that readers may leave out numbers its own: [A1], [A2]. So the numbers run on and the list is whole, whoever
    leaves what out. With a Choosing, sections are begun and ended through `begin` and `end`.
    """

    def __init__(self, choosing: Choosing | None = None) -> None:
        self._choosing = choosing or Choosing(marker="", segments=())
        self._series: dict[str, dict[str, int]] = {"": {}}
        self._keys = {one.key for one in self._choosing.segments}
        self._letters: dict[str, str] = {}
        self._here = ""

    def given(self) -> dict[str, Callable[..., object]]:
        """Return what the templates of a text are given of it."""
        marks = {"begin": self.begin, "end": self.end}
        return {**marks, "note": self.number, "links": self.listing, "prose": self.prose, "runs": self.runs}

    def begin(self, section: Mapping[str, Any]) -> str:
        """Return the mark before a section's rows; the links after it are numbered as the section's."""
        self._here = section["key"] if section["key"] in self._keys else ""
        return self._choosing.begin(section)

    def end(self, section: Mapping[str, Any]) -> str:
        """Return the mark after a section's rows."""
        self._here = ""
        return self._choosing.end(section)

    def number(self, url: str | None) -> str:
        """Return `" [3]"` for an address, "" for none; its space is an NBSP, so that no number begins a line."""
        if not url:
            return ""
        letter = ""
        if self._here and url not in self._series[""]:
            letter = self._letters.setdefault(self._here, chr(ord("A") + len(self._letters)))
        series = self._series.setdefault(letter, {})
        return f"\u00a0[{letter}{series.setdefault(url, len(series) + 1)}]"

    def prose(self, paragraph: Mapping[str, Any]) -> str:
        """Return a paragraph of the context wrapped: a list's item after a dash, a quotation indented, a heading underlined."""
        if paragraph["kind"] == "heading":
            said = wrapped(self.runs(paragraph))
            return f"{said}\n{'-' * max(width(line) for line in said.split(chr(10)))}"
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
        """Return the addresses so far, in the order of their numbers; those of a section are marked as the section is."""
        said = [{"number": f"[{number}]", "url": url} for url, number in self._series[""].items()]
        for key, letter in self._letters.items():
            links = [{"number": f"[{letter}{number}]", "url": url} for url, number in self._series[letter].items()]
            links[0]["number"] = self._choosing.begin({"key": key}) + links[0]["number"]
            links[-1]["url"] += self._choosing.end({"key": key})
            said += links
        return said


def width(text: str) -> int:
    """Count columns as a terminal does: two for wide letters, none for marks; a reader's name counts as ten."""
    text = _SLOT.sub("x" * 10, text) if "qz" in text else text
    return sum(0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, indent: str = "", first: str | None = None, columns: int = COLUMNS) -> str:
    """Wrap `text` at spaces to `columns`, with `first` before the first line and `indent` before the others.

    A word longer than a line (an address) stands on a line of its own, unbroken. NBSP never breaks; its own line breaks stay.
    Chinese and Japanese also break between their letters.
    """
    lines: list[str] = []
    line = indent if first is None else first
    empty = True
    for part_number, part in enumerate(text.split("\n")):
        if part_number:
            lines.append(line.rstrip(" "))
            line, empty = indent, True
        for gap, word in _pieces(part):
            if not empty and width(line) + len(gap) + width(word) > columns:
                lines.append(line)
                line, empty = indent, True
            line += word if empty else gap + word
            empty = False
    lines.append(line.rstrip(" "))
    return "\n".join(lines)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what no line may break, with what stands before it where it does not begin one: a space, or nothing."""
    for word in re.split(" +", text):
        pieces = [word] if word.isascii() else [piece for piece in _BETWEEN.split(word) if piece]
        yield from ((" " if not place else "", piece) for place, piece in enumerate(pieces) if piece)
