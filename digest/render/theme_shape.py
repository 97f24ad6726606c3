"""What a theme.toml may say: the kinds of values that the themes that ship have there, and the words that may stand in braces."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Final

Where = tuple[str, ...]

_NAMES: Final[dict[type, str]] = {bool: "yes or no", int: "whole number", str: "text", list: "list", dict: "table"}
# What is filled in where these words are said.
_FIELDS: Final[dict[Where, frozenset[str]]] = {
    ("words", "date"): frozenset({"weekday", "day", "month", "year"}),
    ("words", "confirm"): frozenset({"name", "outlet", "day"}),
}
_RANGES: Final[dict[Where, tuple[int, int]]] = {("width",): (320, 1_000), ("type", "name"): (10, 200), ("logo", "width"): (10, 600)}
# "{weekday:.3}" cuts a name, "{day:02}" fills a number; nothing wider.
_WIDTH: Final = re.compile(r"(?:0?\d)?(?:\.\d\d?)?")
# Lists that are looked up by number: a weekday, a month.
_WHOLE: Final = {("words", "weekdays"), ("words", "months")}


def shape_faults(settings: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[tuple[Where, str, str]]:
    """Yield (where, what is wrong, remedy) for each setting that is of another kind than in `known`, or cannot be used as it stands."""
    yield from _faults((), settings, known)
    hosts = settings.get("hosts", [])
    if not isinstance(hosts, list) or not all(isinstance(host, str) for host in hosts):
        yield ("hosts",), f"hosts = {hosts!r} at the top of theme.toml is no list of texts", 'Write it as hosts = ["pictures.example.org"].'
    blocks = settings.get("blocks", {})
    if not isinstance(blocks, Mapping):
        yield ("blocks",), f"blocks = {blocks!r} at the top of theme.toml is no table", "Write [blocks.NAME] for each block."
    for name, table in blocks.items() if isinstance(blocks, Mapping) else ():
        if not isinstance(table, Mapping):
            yield ("blocks", name), f"theme.toml: [blocks.{name}] is a table of texts, not {table!r}", f"Write [blocks.{name}]."


def line_in(path: Path, where: Where) -> int | None:
    """Return the line of a theme.toml that gives the setting; None where the file does not, or says it in a way that is not seen here."""
    table: Where = ()
    for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").split("\n"), 1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = tuple(part.strip(" \"'") for part in header[1].split("."))
            if table == where:
                return number
        elif (key := re.match(r"\s*([\w.\"'-]+)\s*=", line)) and (*table, *(part.strip("\"'") for part in key[1].split("."))) == where:
            return number
    return None


def _faults(where: Where, mine: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[tuple[Where, str, str]]:
    for key, meant in known.items():
        if key in mine:
            yield from _fault((*where, key), mine[key], meant)


def _fault(where: Where, value: object, meant: object) -> Iterator[tuple[Where, str, str]]:
    table = f"[{'.'.join(where[:-1])}]" if where[:-1] else "the top of theme.toml"
    said = f"{where[-1]} = {value!r} at {table}"
    if type(value) is not type(meant):
        if isinstance(meant, dict):
            yield where, f"{said} is no table", f"Write [{'.'.join(where)}] and its settings below it."
        else:
            yield where, f"{said} is no {_NAMES.get(type(meant), 'such value')}", f"Write it as {_example(meant)}."
    elif isinstance(value, dict) and isinstance(meant, dict):
        yield from _faults(where, value, meant)
    elif isinstance(value, list) and isinstance(meant, list):
        if meant and not all(type(one) is type(meant[0]) for one in value):
            yield where, f"{said} holds what is no {_NAMES[type(meant[0])]}", f"Write it as {_example(meant)}."
        elif where in _WHOLE and len(value) != len(meant):
            yield where, f"{said} has {len(value)} entries", f"It needs {len(meant)}, as {_example(meant)}."
    elif isinstance(value, int) and where in _RANGES and not _RANGES[where][0] <= value <= _RANGES[where][1]:
        yield where, f"{said} is out of all measure", f"Write px from {_RANGES[where][0]} to {_RANGES[where][1]}."
    elif isinstance(value, str):
        allowed = _FIELDS.get(where) or _FIELDS.get(where[:-1])
        if allowed is not None and (wrong := _braces(value, allowed)):
            fields = ", ".join(f"{{{one}}}" for one in sorted(allowed))
            yield where, f"{said} {wrong}", f"Only {fields} may stand in braces; write {{{{ and }}}} for braces themselves."


def _braces(value: str, allowed: frozenset[str]) -> str | None:
    try:
        for _, field, width, conversion in Formatter().parse(value):
            if field is not None and (field not in allowed or conversion or not _WIDTH.fullmatch(width or "")):
                return f"holds {{{field}}}, which nothing fills"
    except ValueError as error:
        return f"cannot be read: {error}"
    return None


def _example(meant: object) -> str:
    """A value as TOML writes it."""
    return json.dumps(meant, ensure_ascii=False)
