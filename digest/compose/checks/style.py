"""The outlet's house style: words that it writes otherwise, found whole, with their case, and never inside an address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from digest.compose.checks.case import Case, finding, texts_of
from digest.model.edition import Finding, Fix, Severity
from digest.model.newsletter import StyleRule

ADDRESS: Final = re.compile(
    r"https?://\S+|www\.\S+|\S+@\S+\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|eu|io|info|gov|edu|int|de|fr|uk|ua|es|it|example)\b(?:/\S*)?"
)
_QUOTED: Final = re.compile(r"“[^”]*(?:”|$)|„[^“”]*(?:[“”]|$)|«[^»]*(?:»|$)|(?<!\w)\"[^\"]*(?:\"|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Where a text holds what the house writes otherwise: from `start` to `end`, and what stands there in its place."""

    start: int
    end: int
    put: str


def style(case: Case) -> Iterator[Finding]:
    """One finding for each rule and item, with a button that mends it there."""
    rules = case.newsletter.style
    if not rules:
        return
    for rule in rules:
        told: set[str] = set()
        for text in texts_of(case.edition):
            if text.place in told or text.quotes:
                continue
            hits = hits_of(text.words, rule)
            if hits:
                told.add(text.place)
                stands, note = text.words[hits[0].start : hits[0].end], f" {_sentence(rule.note)}" if rule.note else ""
                message = f"{text.name} says “{stands}”, which the house writes “{hits[0].put}”"
                label = f"Write {rule.right}" if len(rule.right) <= 40 else "Mend it"
                fix = Fix(label=label, find=(rule.wrong,), put=rule.right, kind="style", outside_quotes=rule.outside_quotes)
                remedy = f"Write it so, or leave it where it is meant.{note}"
                yield finding("house_style", Severity.WARN, message, remedy, text.place, about=rule.wrong, fixes=(fix,))


def hits_of(text: str, rule: StyleRule) -> tuple[Hit, ...]:
    """Return where `text` breaks `rule`: whole words, outside addresses, and outside quotations where the rule says so."""
    pattern = _pattern(rule.wrong)
    if pattern is None:
        return ()
    found = [one for one in pattern.finditer(text) if _meant(one[0], rule)]
    if not found:
        return ()
    shut = [(one.start(), one.end()) for one in ADDRESS.finditer(text)]
    if rule.outside_quotes:
        shut += [(one.start(), one.end()) for one in _QUOTED.finditer(text)]
    return tuple(
        Hit(start=one.start(), end=one.end(), put=_in_case(one[0], rule))
        for one in found
        if not any(start <= one.start() < end for start, end in shut)
    )


@lru_cache(maxsize=2_000)
def _pattern(wrong: str) -> re.Pattern[str] | None:
    parts = [re.escape(part) for part in wrong.split()]
    if not parts:
        return None
    # A hyphen makes another word: "Web-Site-Bau" is not "web".
    return re.compile(r"(?<![\w-])(?<!\w[’'])" + r"\s+".join(parts) + r"(?![\w-])(?![’']\w{2,})", re.IGNORECASE)


def _meant(found: str, rule: StyleRule) -> bool:
    """A rule in small letters is broken in any case of it; one with capitals as it stands, or in capitals alone."""
    stands = " ".join(found.split())
    if stands == rule.right:
        return False
    wrong = " ".join(rule.wrong.split())
    if wrong.islower():
        return stands in (wrong, wrong.upper(), wrong[:1].upper() + wrong[1:], wrong.title())
    return stands in (wrong, wrong.upper())


def _in_case(found: str, rule: StyleRule) -> str:
    """Write `right` as what stood there was written: with its capital, or in capitals."""
    letters = [letter for letter in found if letter.isalpha()]
    if len(letters) > 1 and found.isupper() and not rule.wrong.isupper():
        return rule.right.upper()
    if found[:1].isupper() and rule.wrong[:1].islower():
        return rule.right[:1].upper() + rule.right[1:]
    return rule.right


def _sentence(note: str) -> str:
    said = note[:1].upper() + note[1:]
    return said if said.endswith((".", "!", "?")) else f"{said}."
