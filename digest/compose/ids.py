"""Stable ids: the same entry or text gives the same id at every draft, so that an editor's link to an item stays good."""

import hashlib
from typing import Final, Literal

from digest.model.source import KeptEntry

Letter = Literal["s", "a", "b", "n"]
_DIGITS: Final = 12


class Ids:
    """Gives ids that are unique within one edition; a second one of the same making gets "-2", the next "-3"."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = set(taken)

    def section(self, key: str) -> str:
        """The id of a planned section, from its key."""
        return self._free(stable_id("s", key))

    def article(self, kept: KeptEntry) -> str:
        """The id of an article, from who gave it and the publisher's name for it, whatever its text becomes."""
        return self._free(stable_id("a", kept.source_id, kept.entry.guid))

    def brief(self, kept: KeptEntry, text: str) -> str:
        """The id of a brief, from the column it stands in and its words, wherever in the column it stands."""
        return self._free(stable_id("b", kept.source_id, kept.entry.guid, " ".join(text.split())))

    def by_hand(self, letter: Letter, text: str) -> str:
        """The id of what an editor adds."""
        return self._free(stable_id(letter, "by hand", text))

    def _free(self, wanted: str) -> str:
        given, count = wanted, 1
        while given in self._taken:
            count += 1
            given = f"{wanted}-{count}"
        self._taken.add(given)
        return given


def stable_id(letter: Letter, *parts: str) -> str:
    """Return a letter and twelve hex digits of SHA-256 over `parts`, kept apart so that no two lists of parts are one."""
    joined = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
    return f"{letter}-{hashlib.sha256(joined).hexdigest()[:_DIGITS]}"
