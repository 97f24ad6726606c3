"""A story of the week: all its tellings, what only looks alike, what an editor said of it, and where it ran before."""

from dataclasses import dataclass
from datetime import datetime

from digest.model.source import KeptEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An editor's word on a story before or beside the draft: the key of its section (None: left out), first there if pinned."""

    section: str | None
    pinned: bool
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """An entry whose title looks alike, and how much of 1.0: a suggestion, never a merging."""

    kept: KeptEntry
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One piece under all the names that it came by: same address or same text. `tellings` holds at least one.

    `alike` are other stories that may be about the same. `ran` is the number of the newsletter's edition that held it.
    """

    tellings: tuple[KeptEntry, ...]
    alike: tuple[Alike, ...] = ()
    choice: Choice | None = None
    ran: int | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of all sources that tell it, those that look alike too, each once."""
        return tuple(dict.fromkeys([*(one.source_id for one in self.tellings), *(one.kept.source_id for one in self.alike)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a draft decided about an entry: the key of its section, or None where it was left out, and why."""

    entry_id: int
    section: str | None
    because: str
