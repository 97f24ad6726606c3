"""Slips of the pen in first names, and places that go by two names: what letters and sounds alone do not tell. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

from digest.compose.checks.case import Text
from digest.compose.checks.mentions import Mention
from digest.compose.checks.spelling import distance, folded

# First names of two people that lie one consonant apart, folded.
_BOTH: Final = frozenset(
    frozenset(pair)
    for pair in (
        ("marina", "martina"),
        ("marine", "martine"),
        ("kirsten", "kristen"),
        ("kirstin", "kristin"),
        ("kirstine", "kristine"),
        ("adriana", "ariana"),
        ("adrianna", "arianna"),
        ("antonia", "antonina"),
        ("brandon", "branson"),
        ("estella", "estrella"),
        ("georgia", "georgina"),
        ("gerard", "gerhard"),
        ("hendrik", "henrik"),
        ("katina", "katrina"),
        ("lorena", "lorenza"),
        ("melina", "melinda"),
        ("sabina", "sabrina"),
    )
)
_SHORTEST: Final = 6
_VOWELS: Final = frozenset("aeiouy")
# The name that is in use there, and that of another time or language.
_PLACES: Final = {
    "kiev": "kyiv",
    "kharkov": "kharkiv",
    "lvov": "lviv",
    "nikolaev": "mykolaiv",
    "zaporozhye": "zaporizhzhia",
    "dnepropetrovsk": "dnipro",
    "bombay": "mumbai",
    "calcutta": "kolkata",
    "peking": "beijing",
    "rangoon": "yangon",
    "swaziland": "eswatini",
}
# Clubs and dishes keep the old name.
_KEEPING: Final = frozenset({"dynamo", "dinamo", "chicken"})
# Who says one of these means both names.
_SAID: Final = ("former", "once called", "then called", "known as", "old name", "spelled", "spelling", "renamed")


def slipped(one: str, other: str) -> bool:
    """Whether two first names lie one consonant apart, within the word, as no two people's do."""
    a, b = folded(one), folded(other)
    if min(len(a), len(b)) < _SHORTEST or a[:3] != b[:3] or distance(a, b, 1) != 1 or frozenset((a, b)) in _BOTH:
        return False
    at = next((place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        swapped = a[at : at + 2] == b[at : at + 2][::-1]
        changed = set(a[at : at + 2]) if swapped else {a[at], b[at]}
        ends = at + (2 if swapped else 1) == len(a)
        if not swapped and len(a) <= _SHORTEST:
            return False
    else:
        longer = max(a, b, key=len)
        changed, ends = {longer[at]}, at == min(len(a), len(b))
    # Another ending, or another vowel, makes another name: Leonard and Leonardo, Christian and Christina, Daniel and Danial.
    return not ends and not changed & _VOWELS


def places(texts: Sequence[Text], found: Iterable[Mention]) -> list[list[tuple[str, int, str]]]:
    """Return a group for each place that stands there by both of its names, unless a text says that it has two."""
    counted: dict[str, tuple[str, int, str]] = {}
    for one in found:
        if one.surface == one.last and not one.first:
            spelling, count, place = counted.get(one.last.casefold(), (one.last, 0, one.place))
            counted[one.last.casefold()] = (spelling, count + 1, place)
    groups = []
    for old, new in _PLACES.items():
        if old in counted and new in counted and not _both_meant(texts, old):
            groups.append([counted[new], counted[old]])
    return groups


def one_place(names: Sequence[str]) -> bool:
    """Whether two names are both of one place."""
    folds = {name.casefold() for name in names}
    return any(folds == {old, new} for old, new in _PLACES.items())


def _both_meant(texts: Sequence[Text], old: str) -> bool:
    naming = [text.words.casefold() for text in texts if old in text.words.casefold()]
    return any(any(word in words for word in _SAID) or any(f"{word} {old}" in words for word in _KEEPING) for words in naming)
