"""Names that one edition spells in more than one way: by their letters, their sound, and the company they keep."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import Final

from digest.compose.checks.case import Case, Text, finding, texts_of
from digest.compose.checks.mentions import Mention, lowered_in, mentions_in
from digest.compose.checks.slips import one_place, places, slipped
from digest.compose.checks.spelling import distance, folded, script, skeleton, sound
from digest.model.edition import Finding, Fix, Severity

# Nouns have capitals there, so that a capital alone makes no name.
_NOUNS: Final = frozenset({"de", "lb"})
# Names have cases there: what differs at its end alone is one spelling.
_CASES: Final = frozenset(
    [
        "uk",
        "ru",
        "be",
        "bg",
        "sr",
        "mk",
        "pl",
        "cs",
        "sk",
        "sl",
        "hr",
        "bs",
        "lt",
        "lv",
        "et",
        "fi",
        "hu",
        "tr",
        "el",
        "ro",
        "ka",
        "hy",
        "kk",
    ]
)
# What makes another word of a name: plurals, peoples, patronymics, women's names.
_ENDINGS: Final = re.compile(
    r"(?:e?s|e?n|an|ian|ien|i|ish|ese|er|ers|ic|ia|land|son|sen|sson|ov|ova|ev|eva|off|in|ina|a|aia|ska|skaia|ka|o|e|ez|es|os|el|le|man|mann"
    r"|ton|ski|vich|ovich|ovna|evna|de|te|ist|ism|ists)"
)
_NUMBERS: Final = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
# Beyond, an edition is no week of news; what lies further is not compared.
_MOST_NAMES: Final = 6_000
_MOST_IN_BUCKET: Final = 150
_MOST_FINDINGS: Final = 40


@dataclass(slots=True)
class _Name:
    """One spelling of a last name: how often it stands, where, with which first names and titles."""

    spelling: str
    count: int = 0
    sure: bool = False
    person: bool = False
    firsts: set[str] = field(default_factory=set)
    offices: set[str] = field(default_factory=set)
    places: list[str] = field(default_factory=list)


def names(case: Case) -> Iterator[Finding]:
    """One finding for each name, at the place of its rarest spelling, with a button for each spelling."""
    language = case.newsletter.language.partition("-")[0].casefold()
    for group in spelled_variously(tuple(text for text in texts_of(case.edition) if not text.quotes), language):
        spellings = [spelling for spelling, _, _ in group]
        listed = ", ".join(f"“{spelling}” {_times(count)}" for spelling, count, _ in group)
        many = _NUMBERS.get(len(group), str(len(group)))
        fixes = tuple(
            Fix(label=f"Write {one} everywhere", find=tuple(other for other in spellings if other != one), put=one, everywhere=True)
            for one in spellings[:3]
        )
        both = one_place(spellings)
        message = f"One place goes by {many} names: {listed}" if both else f"One name is spelled in {many} ways: {listed}"
        yield finding(
            "name_spellings",
            Severity.WARN,
            message,
            "Choose one; where the other is meant, leave it." if both else "Choose one spelling; if these are two names, leave them.",
            group[-1][2],
            about="|".join(sorted(spellings)),
            fixes=fixes,
        )


@lru_cache(maxsize=64)
def spelled_variously(texts: tuple[Text, ...], language: str = "en") -> tuple[tuple[tuple[str, int, str], ...], ...]:
    """Return a group for each name with several spellings: (spelling, how often, where first), the most frequent first."""
    found = list(mentions_in(texts, lowered_in(texts)))[:_MOST_NAMES]
    known = _known(found)
    whole = sorted([*_hyphens(found), *_turned(found)], key=lambda group: len(group[0][0]))
    groups = [*_last_names(known, language), *_first_names(found, known, language), *places(texts, found), *whole]
    told: list[tuple[tuple[str, int, str], ...]] = []
    for group in groups:
        if not any(_said(group, other) for other in told):
            told.append(_ranked(group))
    return tuple(told[:_MOST_FINDINGS])


def _ranked(group: Sequence[tuple[str, int, str]]) -> tuple[tuple[str, int, str], ...]:
    """The most frequent first; of those as frequent, what sounds as others do comes before the odd one."""
    sounds = Counter(sound(spelling) for spelling, _, _ in group)
    return tuple(sorted(group, key=lambda one: (-one[1], -sounds[sound(one[0])], one[0])))


def _said(group: Sequence[tuple[str, int, str]], told: Sequence[tuple[str, int, str]]) -> bool:
    """Whether a group's whole names differ only in the part that another group tells of."""
    return all(any(part in spelling for part, _, _ in told) for spelling, _, _ in group)


def _known(found: Iterable[Mention]) -> dict[str, _Name]:
    known: dict[str, _Name] = {}
    for one in found:
        name = known.setdefault(one.last, _Name(one.last))
        name.count += 1
        name.sure |= one.sure
        name.person |= bool(one.first or one.title)
        if one.first:
            name.firsts.add(one.first)
        if one.office:
            name.offices.add(one.title)
        name.places.append(one.place)
    return known


def _last_names(known: dict[str, _Name], language: str) -> list[list[tuple[str, int, str]]]:
    """Join spellings of one sound, and those a slip apart that the same first name, office or item holds together."""
    joined: dict[str, str] = {spelling: spelling for spelling in known}

    def root(spelling: str) -> str:
        while joined[spelling] != spelling:
            spelling = joined[spelling]
        return spelling

    for one, other in _near(known):
        if _one_name(known[one], known[other], language):
            joined[root(other)] = root(one)
    groups: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    for spelling, name in known.items():
        groups[root(spelling)].append((spelling, name.count, name.places[0]))
    return [group for group in groups.values() if len(group) > 1]


def _near(known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs worth comparing: of one sound, or with the same beginning."""
    buckets: dict[str, list[str]] = defaultdict(list)
    for spelling in known:
        if len(spelling) >= 4:
            buckets[f"={sound(spelling)}"].append(spelling)
            buckets[sound(spelling)[:2]].append(spelling)
    for bucket in buckets.values():
        yield from combinations(bucket[:_MOST_IN_BUCKET], 2)


def _one_name(one: _Name, other: _Name, language: str) -> bool:
    """Whether two spellings are of one name. First names that differ part them; only a sound alike joins them without company."""
    a, b = one.spelling, other.spelling
    if a.casefold() == b.casefold() or script(a) != script(b) or not (one.sure or other.sure) or _apart(one, other):
        return False
    if language in _NOUNS and not (one.person or other.person):
        return False
    if sound(a) == sound(b) or folded(a) == folded(b):
        return True
    return _a_slip(a, b, language) and _in_company(one, other)


def _apart(one: _Name, other: _Name) -> bool:
    """Whether both have first names, and none of the one's may be one of the other's."""
    return bool(one.firsts and other.firsts) and not any(_alike_first(a, b) for a in one.firsts for b in other.firsts)


def _a_slip(a: str, b: str, language: str) -> bool:
    """Whether a slip of the pen, or another transliteration, may part two last names; other words made of one are none."""
    one, other = sound(a), sound(b)
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < 5 or one[0] != other[0]:
        return False
    if longer.startswith(shorter) and _ENDINGS.fullmatch(longer[len(shorter) :]):
        return False
    stem = next((at for at, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), len(shorter))
    if stem >= 3 and _ENDINGS.fullmatch(one[stem:] or "s") and _ENDINGS.fullmatch(other[stem:] or "s"):
        return False
    if {one[-3:], other[-3:]} == {"son", "sen"} and one[:-3] == other[:-3]:
        return False
    if language in _CASES and stem >= max(3, len(shorter) - 3):
        return False
    most = 2 if len(shorter) >= 9 or skeleton(a) == skeleton(b) else 1
    return distance(one, other, most) <= most


def _in_company(one: _Name, other: _Name) -> bool:
    """Whether something else says that two spellings are of one person: a first name, an office, or one item that names both."""
    if one.firsts & other.firsts or any(_alike_first(a, b) for a in one.firsts for b in other.firsts):
        return True
    if one.offices & other.offices:
        return True
    if (one.firsts and other.firsts) or not (one.person or other.person):
        return False
    shorter = min(len(sound(one.spelling)), len(sound(other.spelling)))
    if set(one.places) & set(other.places):
        return shorter >= 7 and (one.count == 1 or other.count == 1 or skeleton(one.spelling) == skeleton(other.spelling))
    return shorter >= 8 and skeleton(one.spelling) == skeleton(other.spelling)


def _first_names(found: Sequence[Mention], known: dict[str, _Name], language: str) -> list[list[tuple[str, int, str]]]:
    """Full names whose last names agree and whose first names are two spellings of one."""
    by_last: dict[str, list[Mention]] = defaultdict(list)
    for one in found:
        if one.first and len(one.first) > 2:
            by_last[folded(one.last)].append(one)
    groups = []
    for mentions in by_last.values():
        firsts: dict[str, tuple[int, Mention]] = {}
        where: dict[str, set[str]] = defaultdict(set)
        for one in mentions:
            count, sample = firsts.get(one.first, (0, one))
            firsts[one.first] = (count + 1, sample)
            where[one.first].add(one.place)
        joined = [
            {a, b}
            for a, b in combinations(list(firsts)[:_MOST_IN_BUCKET], 2)
            # Whoever are named side by side are two: brothers, couples.
            if a.casefold() != b.casefold()
            and (_one_first(a, b, language) or (language not in _CASES and not where[a] & where[b] and slipped(a, b)))
        ]
        for group in _united(joined):
            last = known[mentions[0].last].spelling
            groups.append(
                [(f"{first} {_tail(firsts[first][1], last)}", firsts[first][0], firsts[first][1].place) for first in sorted(group)]
            )
    return groups


def _tail(mention: Mention, last: str) -> str:
    return mention.surface.partition(" ")[2] or last


def _one_first(a: str, b: str, language: str) -> bool:
    if script(a) != script(b) or (language in _CASES and sound(a)[:3] == sound(b)[:3] and sound(a) != sound(b)):
        return False
    if sound(a) == sound(b):
        return len(sound(a)) >= 3
    # Mario and Maria, Paul and Paula: two people.
    if sound(a)[-1] != sound(b)[-1] and (sound(a)[-1] in "aeiou" or sound(b)[-1] in "aeiou"):
        return False
    return len(a) >= 5 and len(b) >= 5 and skeleton(a) == skeleton(b) and len(skeleton(a)) >= 3 and distance(sound(a), sound(b), 2) <= 2


def _alike_first(a: str, b: str) -> bool:
    return sound(a) == sound(b) or _one_first(a, b, "") or (min(len(a), len(b)) == 1 and a[0] == b[0])


def _hyphens(found: Iterable[Mention]) -> list[list[tuple[str, int, str]]]:
    """Whole names with the same letters that differ in hyphens, spaces or accents: "Kim Jong-un" and "Kim Jong Un"."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[str, str] = {}
    for one in found:
        # The family's part alone too: "Bashar al-Assad" and "al Assad".
        for surface in {one.surface, _with_particle(one)} if one.particle else {one.surface}:
            if " " in surface or "-" in surface:
                forms[folded(surface)][surface] += 1
                places.setdefault(surface, one.place)
    groups = []
    for counted in forms.values():
        distinct: dict[str, str] = {}
        for surface, _ in counted.most_common():
            distinct.setdefault(surface.casefold(), surface)
        if len(distinct) > 1:
            groups.append([(surface, counted[surface], places[surface]) for surface in distinct.values()])
    return groups


def _with_particle(one: Mention) -> str:
    """The particle and the last name as they stand at the end of the surface, with their hyphen or space."""
    return one.surface[-len(one.particle) - 1 - len(one.last) :]


def _turned(found: Iterable[Mention]) -> list[list[tuple[str, int, str]]]:
    """Two-word names in both orders, "Viktor Orbán" and "Orbán Viktor"; not two people who are named side by side."""
    counted: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], str] = {}
    alone: set[str] = set()
    for one in found:
        if one.first and one.surface.count(" ") == 1:
            counted[one.first, one.last] += 1
            places.setdefault((one.first, one.last), one.place)
        elif not one.first:
            alone.add(folded(one.last))
    groups = []
    for (first, last), count in counted.items():
        other = (last, first)
        if first < last and other in counted and not {folded(first), folded(last)} <= alone:
            groups.append([(f"{first} {last}", count, places[first, last]), (f"{last} {first}", counted[other], places[other])])
    return groups


def _united(pairs: Sequence[set[str]]) -> list[set[str]]:
    groups: list[set[str]] = []
    for pair in pairs:
        touching = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair]
        groups.append(pair.union(*touching))
    return groups


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
