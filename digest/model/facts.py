"""What a flow looked up for the checks: they are pure and ask nobody."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A text of an item that its source changed after the edition took it: which item and field, before and after, as plain text.

    `after` is None where the source took it out.
    """

    item: str
    field: str
    before: str
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A source that the edition depends on and that does not answer: its name, since when (None: ever), and why."""

    name: str
    since: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that was looked up; empty where nothing was."""

    drift: tuple[Drift, ...] = ()
    silent: tuple[Silence, ...] = ()
