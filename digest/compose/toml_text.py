"""TOML for people: a paragraph a line, nothing that cannot be seen, and the line on which each value stands."""

import re
from collections.abc import Mapping
from typing import Final

Path = tuple[str | int, ...]

# Joiners are part of words and of emoji; anything else that a reader cannot see is written as its number.
_JOINERS: Final = "\u200c\u200d"
_SHORT: Final = {"\\": "\\\\", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_TRAILING: Final = re.compile(r" (?=\n|\Z)")
# Where HTML ends a paragraph. White space after the break would be lost to TOML (it trims after a backslash), so none is broken there.
_ENDS: Final = re.compile(r"(<br>|</(?:p|li|ul|ol|blockquote|h[1-6]|div|tr|table|figure|section|pre)>)(?![ \t\n]|</|<br>|\Z)")
_HEADER: Final = re.compile(r"\s*\[(\[?)\s*([\w.-]+)\s*\]")
_KEY: Final = re.compile(r"\s*([\w.-]+)\s*=")


def quoted(text: str) -> str:
    """Return `text` as a TOML string that reads back as exactly that: on one line, or each paragraph on its own."""
    long = _ENDS.sub(r"\1\\" + "\n", _TRAILING.sub(r"\\u0020", _visible(text)).replace('""', '"\\"'))
    if "\n" not in long:
        return quoted_line(text)
    # A quotation mark at the end would stand before three more.
    end = "\\\n" if long.endswith('"') else ""
    return f'"""\n{long}{end}"""'


def quoted_line(text: str) -> str:
    """The same on one line, whatever it holds."""
    return '"' + _visible(text).replace('"', '\\"').replace("\n", "\\n") + '"'


def lines_of(text: str) -> Mapping[Path, int]:
    """Return where each table and key of a TOML text stands: ("section", 0, "item", 2, "headline") -> line, from 1."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    closing: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        bare = re.sub(r"\\.", "", line)
        if closing is not None:
            closing = None if closing in bare else closing
            continue
        if header := _HEADER.match(line):
            table = _entered(header[2].split("."), counts, many=bool(header[1]))
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *key[1].split(".")), number)
            closing = next((mark for mark in ('"""', "'''") if bare.count(mark) % 2), None)
    return found


def line_at(lines: Mapping[Path, int], path: Path) -> int | None:
    """Return the line of `path`, or of the nearest thing around it that has one."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path)


def _visible(text: str) -> str:
    return "".join(_sign(sign) for sign in text)


def _sign(sign: str) -> str:
    if sign in _SHORT:
        return _SHORT[sign]
    if sign.isprintable() or sign == "\n" or sign in _JOINERS:
        return sign
    return f"\\u{ord(sign):04X}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08X}"


def _entered(names: list[str], counts: dict[Path, int], *, many: bool) -> Path:
    """Return the path of a table header; `[[a.b]]` is one more b of the a that was opened last."""
    path: Path = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if many and place == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
