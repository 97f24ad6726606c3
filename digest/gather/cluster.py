"""The same story: what merges because it is the same piece, and what only looks alike and is suggested.

The same address, as `canonical` folds it, or the same text makes two entries one piece. Where links cannot be trusted (one link for
all entries of a feed, a page that is filled anew each week) it takes title, date or text to agree as well. Titles alone merge nothing:
measured on headlines of one week, the best likeness of titles (Jaccard over stems, weighted by rarity) is wrong about three times in ten.
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from digest.gather.canonical import absolute, canonical
from digest.gather.identity import are_different, folded_title
from digest.gather.stems import fold, stems
from digest.model.source import Entry, KeptEntry, Source, SourceKind
from digest.model.source import IdentityPolicy as Policy
from digest.model.story import Alike

ALIKE: Final = 0.4
_TAG: Final = re.compile(r"<[^>]*>")
_NO_WORD: Final = re.compile(r"[\W_]+")
_FEWEST_LETTERS: Final = 300  # shorter texts are the same by accident: "Listen to this week's episode"
_LONGEST_COMPARED: Final = 4000
_APART: Final = timedelta(hours=20)
_SYNDICATED: Final = timedelta(days=3)
_NEWS: Final = timedelta(days=4)


def address_of(entry: Entry, source: Source | None = None) -> str | None:
    """The name of the entry's page; with its day and title where one address is filled anew (pages, and title-and-date sources).

    None where the address is none or says nothing of the entry (a site's front page, unless the source is that page).
    """
    address = absolute(entry.canonical, None) or absolute(entry.url, None)
    if address is None:
        return None
    name = canonical(address)
    if source is not None and (source.identity is Policy.TITLE_DATE or source.kind is SourceKind.PAGE):
        day = entry.published.date().isoformat() if entry.published else ""
        return f"{name} {day} {folded_title(entry.title)}"
    parts = urlsplit(name)
    return None if parts.path in {"", "/"} and not parts.query and not parts.fragment else name


def text_hash(entry: Entry) -> str | None:
    """What identical texts share: a hash of the letters and digits alone; None for texts too short to tell anything."""
    letters = _letters(plain(entry.content_html or ""))
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:32] if len(letters) >= _FEWEST_LETTERS else None


def plain(html: str) -> str:
    """The words of sanitised HTML in one line."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def merge(entries: Iterable[KeptEntry]) -> tuple[tuple[KeptEntry, ...], ...]:
    """The entries in groups of one piece each; groups and their entries in the order given."""
    listed = list(entries)
    parent = list(range(len(listed)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    buckets: dict[str, list[int]] = defaultdict(list)
    for place, kept in enumerate(listed):
        for name in _names(kept):
            buckets[name].append(place)
    for places in buckets.values():
        shared = _shared([listed[place] for place in places])
        leaders: list[int] = []
        for place in places:
            for leader in leaders:
                if same_piece(listed[leader], listed[place], trusted=not shared):
                    parent[max(root(leader), root(place))] = min(root(leader), root(place))
                    break
            else:
                leaders.append(place)
    groups: dict[int, list[KeptEntry]] = defaultdict(list)
    for place, kept in enumerate(listed):
        groups[root(place)].append(kept)
    return tuple(tuple(group) for _, group in sorted(groups.items()))


def same_piece(one: KeptEntry, other: KeptEntry, *, trusted: bool = True) -> bool:
    """Whether two entries are one piece; `trusted` false where their common link is known to stand for several."""
    if one.text_hash is not None and one.text_hash == other.text_hash:
        # A show's standing description is the same text each week, but not under the same title.
        near = one.source_id != other.source_id and abs(one.moment - other.moment) <= _SYNDICATED
        if near or _title_share(one.entry, other.entry) >= 0.5:
            return True
    if not any(not name.startswith("text ") for name in _names(one) & _names(other)):
        return False
    return not differ(one.entry, other.entry) if one.source_id == other.source_id or not trusted else True


def differ(one: Entry, other: Entry) -> bool:
    """Whether nothing but a link says that two entries are one: their titles, dates and texts all differ."""
    if _title_share(one, other) >= 0.3:
        return False
    if one.published and other.published and abs(one.published - other.published) < _APART:
        return False
    return not _texts_alike(one, other)


def reused(before: Entry, after: Entry, *, together: bool = False) -> bool:
    """Whether one guid came to stand for a second piece: link and title are others, and neither date nor text is the same.

    `together`: one reading gave the guid more than once. Then the same date, to the second, is no sign of an edited piece.
    """
    if not together and before.published is not None and before.published == after.published:
        return False
    return are_different(before, after) and not _texts_alike(before, after)


def refilled(before: Entry, after: Entry) -> bool:
    """Whether a page under one address was filled anew, rather than corrected: another text under another title or day."""
    if _texts_alike(before, after) or not (_words(before) and _words(after)):
        return False
    if before.published and after.published:
        return abs(before.published - after.published) >= _APART
    return True


def alike(pieces: Sequence[KeptEntry]) -> dict[int, tuple[Alike, ...]]:
    """For each entry id the others whose titles look alike, likest first: suggestions for people.

    Likeness is the Jaccard of stems weighted by rarity among these titles, of pieces within four days of each other.
    """
    titles = {kept.id: stems(kept.entry.title or "") for kept in pieces}
    by_id = {kept.id: kept for kept in pieces}
    often = Counter(stem for found in titles.values() for stem in found)
    weight = {stem: math.log(1 + len(titles) / count) for stem, count in often.items()}
    holders: dict[str, list[int]] = defaultdict(list)
    for entry_id, found in titles.items():
        for one in found:
            holders[one].append(entry_id)
    found_alike: dict[int, list[Alike]] = defaultdict(list)
    for left, right in _pairs(holders, most=max(20, len(titles) // 10)):
        if abs(by_id[left].moment - by_id[right].moment) > _NEWS:
            continue
        both, either = titles[left] & titles[right], titles[left] | titles[right]
        likeness = sum(weight[stem] for stem in both) / sum(weight[stem] for stem in either)
        if likeness >= ALIKE and len(both) > 1:
            found_alike[left].append(Alike(kept=by_id[right], likeness=likeness))
            found_alike[right].append(Alike(kept=by_id[left], likeness=likeness))
    return {entry_id: tuple(sorted(others, key=lambda one: (-one.likeness, one.kept.id))) for entry_id, others in found_alike.items()}


def _pairs(holders: dict[str, list[int]], *, most: int) -> Iterator[tuple[int, int]]:
    """Each pair of entries that share a stem which not everybody has, once."""
    seen: set[tuple[int, int]] = set()
    for ids in holders.values():
        if len(ids) > most:
            continue
        for place, left in enumerate(ids):
            for right in ids[place + 1 :]:
                pair = (min(left, right), max(left, right))
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _names(kept: KeptEntry) -> frozenset[str]:
    """All that an entry may be found by: its address, its guid where that is meant for the whole world, its text."""
    names = {f"text {kept.text_hash}"} if kept.text_hash else set()
    name = kept.canonical or address_of(kept.entry)
    if name is not None:
        names.add(f"address {name}")
    if name is None or " " not in name:
        guid = kept.entry.guid
        if guid.startswith(("http://", "https://")):
            named = address_of(Entry(guid=guid, url=guid, title=None))
            names |= {f"address {named}"} if named else set()
        elif ":" in guid:
            names.add(f"guid {guid}")
    return frozenset(names)


def _shared(bucket: Sequence[KeptEntry]) -> bool:
    """Whether one source uses the name of this bucket for different pieces."""
    by_source: dict[str, list[Entry]] = defaultdict(list)
    for kept in bucket:
        by_source[kept.source_id].append(kept.entry)
    return any(differ(one, other) for entries in by_source.values() for one, other in pairwise(entries))


def _title_share(one: Entry, other: Entry) -> float:
    left, right = set(folded_title(one.title).split()), set(folded_title(other.title).split())
    return len(left & right) / max(1, len(left | right))


def _texts_alike(one: Entry, other: Entry) -> bool:
    left, right = _words(one), _words(other)
    return len(left & right) >= 0.5 * max(1, min(len(left), len(right)))


def _words(entry: Entry) -> frozenset[str]:
    return stems(plain((entry.content_html or entry.summary or "")[:_LONGEST_COMPARED]))


def _letters(text: str) -> str:
    return _NO_WORD.sub("", fold(text))
