"""By what an entry is known again: its guid, its link, or its title and day; and when one guid stands for two articles."""

import hashlib
import re
import unicodedata

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


def _link(entry: Entry) -> str | None:
    return canonical(entry.url) if entry.url else None


def _share(one: str, other: str) -> float:
    """How many of their words two titles share, 0 to 1."""
    left, right = set(one.split()), set(other.split())
    return len(left & right) / max(1, len(left | right))
