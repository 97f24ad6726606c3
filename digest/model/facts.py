"""What a flow looked up for the checks: they are pure and ask nobody."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from digest.model.edition import Override
from digest.model.picture import PictureStanding


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


class LinkState(StrEnum):
    """What asking an address told: it answers, has moved for good, leads elsewhere, is gone, does not answer, or keeps programs out."""

    OK = "ok"
    MOVED = "moved"
    ELSEWHERE = "elsewhere"
    DEAD = "dead"
    SILENT = "silent"
    WALLED = "walled"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHealth:
    """What was learnt of one address, and when; `leads_to` is where its redirects end, `why` says in words what was met."""

    url: str
    state: LinkState
    checked: datetime
    status: int | None = None
    leads_to: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """An item whose story an earlier edition of the newsletter held already: the item's id, and that edition's number."""

    item: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOverride:
    """An override as it was kept: of which finding (code, place, about), and of which content, by its hash."""

    code: str
    place: str | None
    about: str
    content: str
    word: Override


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that was looked up; empty where nothing was.

    `late` are pictures that came after the mail was approved without them. `went_out` says that readers have an earlier version of
    the edition, or wait for it: what is laid out now corrects that.
    """

    drift: tuple[Drift, ...] = ()
    silent: tuple[Silence, ...] = ()
    links: tuple[LinkHealth, ...] = ()
    ran: tuple[Ran, ...] = ()
    overrides: tuple[KeptOverride, ...] = ()
    pictures: tuple[PictureStanding, ...] = ()
    late: tuple[PictureStanding, ...] = ()
    went_out: bool = False
