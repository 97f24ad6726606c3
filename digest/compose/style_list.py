"""A house style as people write it: one rule a line, or TOML tables; read with the line that is at fault, and written back."""

import re
import tomllib
from collections.abc import Sequence
from typing import Any, Final

from digest.errors import InputError
from digest.model.newsletter import StyleRule
from digest.model.quoting import one_line

MOST_RULES: Final = 500
MOST_SIGNS: Final = 60_000
_LONGEST: Final = {"wrong": 80, "right": 80, "note": 200}
_ARROW: Final = re.compile(r"\s*(?:→|->|=>)\s*")
_QUOTES: Final = "not in quotes"


def read_lines(text: str) -> tuple[StyleRule, ...]:
    """Read `wrong → right | note | not in quotes` a line, the last two if wanted; empty lines and those that begin with # say nothing.

    Raises InputError that names the line.
    """
    if len(text) > MOST_SIGNS:
        raise InputError(f"The house style has {len(text):,} characters; at most {MOST_SIGNS:,} fit.")
    rules = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words, *more = (part.strip() for part in line.split("|"))
        pair = _ARROW.split(words, maxsplit=1)
        if len(pair) != 2:
            raise InputError(f"Line {number} of the house style has no arrow; write it as: wrong → right")
        outside = any(part.casefold() == _QUOTES for part in more)
        note = " ".join(part for part in more if part.casefold() != _QUOTES)
        rules.append(_rule({"wrong": pair[0], "right": pair[1], "note": note, "outside_quotes": outside}, f"Line {number}"))
    return _checked(rules)


def read_toml(text: str) -> tuple[StyleRule, ...]:
    """Read [[style]] tables of `wrong`, `right`, and if wanted `note` and `outside_quotes`. Raises InputError that names the table."""
    try:
        tables: Any = tomllib.loads(text).get("style", [])
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the file is no TOML: {error}; write [[style]] tables with wrong and right") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError("the file has no [[style]] tables; write each rule as one, with wrong and right")
    return _checked([_rule(table, f"[[style]] {number}") for number, table in enumerate(tables, 1)])


def written(rules: Sequence[StyleRule]) -> str:
    """Return rules a line each, as `read_lines` reads them."""
    lines = []
    for rule in rules:
        more = [part for part in (rule.note, _QUOTES if rule.outside_quotes else "") if part]
        lines.append(" | ".join([f"{rule.wrong} → {rule.right}", *more]))
    return "\n".join(lines)


def _rule(table: dict[str, Any], where: str) -> StyleRule:
    unknown = set(table) - {"wrong", "right", "note", "outside_quotes"}
    if unknown:
        raise InputError(f"{where} says {', '.join(sorted(unknown))}, which no rule has; it has wrong, right, note and outside_quotes")
    texts = {name: one_line(str(table.get(name, ""))).replace("|", " ") for name in _LONGEST}
    for name, most in _LONGEST.items():
        if len(texts[name]) > most:
            raise InputError(f"{where}: {name} has {len(texts[name])} characters; at most {most} fit")
    if not texts["wrong"] or not texts["right"]:
        raise InputError(f"{where} lacks a word on one side; write what is wrong and what is right")
    if texts["wrong"] == texts["right"]:
        raise InputError(f"{where} has {texts['wrong']} on both sides")
    return StyleRule(**texts, outside_quotes=bool(table.get("outside_quotes", False)))


def _checked(rules: list[StyleRule]) -> tuple[StyleRule, ...]:
    if len(rules) > MOST_RULES:
        raise InputError(f"The house style has {len(rules)} rules; at most {MOST_RULES} fit.")
    twice = {rule.wrong for rule in rules if sum(other.wrong == rule.wrong for other in rules) > 1}
    if twice:
        raise InputError(f"The house style says {min(twice)} twice; keep one of the two lines.")
    return tuple(rules)
