"""By what an entry is known again: its guid, its link, or its title and day; and how guids that cannot be trusted show."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digest.gather.canonical import canonical
from digest.model.source import Entry, IdentityPolicy

_NO_WORD = re.compile(r"[\W_]+")


def identity_of(entry: Entry, policy: IdentityPolicy) -> str:
    """The name under which `entry` is one and the same within its source; never empty where the entry holds anything.

    GUID gives the publisher's own name as it stands. LINK gives the canonical address, and TITLE_DATE a hash of the folded
    title and the day (UTC) of publication; each falls back to the guid where the entry lacks what it needs.
    """
    if policy is IdentityPolicy.LINK and entry.url:
        return "link:" + canonical(entry.url)
    title = folded_title(entry.title)
    if policy is IdentityPolicy.TITLE_DATE and title and entry.published:
        words = f"{title}\n{entry.published.date().isoformat()}"
        return "title:" + hashlib.sha256(words.encode()).hexdigest()[:32]
    return entry.guid


def folded_title(title: str | None) -> str:
    """A title as it is compared: case, marks and punctuation folded away."""
    return _NO_WORD.sub(" ", unicodedata.normalize("NFKC", title or "").casefold()).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidFaults:
    """What is wrong with a source's guids: `changed` are (old, new) for one article, `reused` name two different ones."""

    changed: tuple[tuple[str, str], ...] = ()
    reused: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether nothing was found."""
        return not self.changed and not self.reused


def guid_faults(before: Iterable[Entry], given: Sequence[Entry]) -> GuidFaults:
    """Compare what a source gave earlier with what it gives now.

    A guid has changed where link and title are those of a known entry and the guid is new while the old one is gone. A guid
    is reused where it stands for another link and another title than before, or twice in one reading. A new title under the
    same link, and a new link under the same title, are corrections and no fault.
    """
    old = list(before)
    now = {entry.guid for entry in given}
    known = {entry.guid: entry for entry in old}
    places = Counter(link for entry in given if (link := _link(entry)))
    by_place = {(link, folded_title(entry.title)): entry for entry in old if (link := _link(entry))}
    changed: dict[str, str] = {}
    reused: dict[str, None] = {}
    first: dict[str, Entry] = {}
    for entry in given:
        twin = first.setdefault(entry.guid, entry)
        earlier = known.get(entry.guid)
        if are_different(twin, entry) or (earlier is not None and are_different(earlier, entry)):
            reused[entry.guid] = None
        place = _link(entry)
        # Where many entries share one link (the front page), it says nothing of any of them.
        match = by_place.get((place, folded_title(entry.title))) if place and places[place] == 1 else None
        if match is not None and match.guid != entry.guid and match.guid not in now and entry.guid not in known:
            changed[match.guid] = entry.guid
    return GuidFaults(changed=tuple(changed.items()), reused=tuple(reused))


def are_different(one: Entry, other: Entry) -> bool:
    """Whether two entries under one guid are two articles: both their links and their titles differ."""
    if one is other:
        return False
    links, titles = (_link(one), _link(other)), (folded_title(one.title), folded_title(other.title))
    if titles[0] == titles[1] or not all(titles):
        # A headline that comes every week ("News of the week") is told apart by its address and its day.
        apart = one.published and other.published and one.published.date() != other.published.date()
        return bool(all(links) and links[0] != links[1] and apart)
    return links[0] != links[1] if all(links) else _share(titles[0], titles[1]) < 0.3


def advised_policy(faults: GuidFaults, given: Sequence[Entry]) -> IdentityPolicy:
    """The policy for a source with these faults: the link where each entry has its own, else title and day."""
    if faults.trusted:
        return IdentityPolicy.GUID
    links = [_link(entry) for entry in given]
    own = len(set(links)) == len(links) and all(links)
    return IdentityPolicy.LINK if own else IdentityPolicy.TITLE_DATE


def _link(entry: Entry) -> str | None:
    return canonical(entry.url) if entry.url else None


def _share(one: str, other: str) -> float:
    """How many of their words two titles share, 0 to 1."""
    left, right = set(one.split()), set(other.split())
    return len(left & right) / max(1, len(left | right))
