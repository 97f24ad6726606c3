"""A newsletter: who it is from, when it goes out, and the plan its editions are laid out by."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

# A mail has its own count of what is inside for each choice of its readers, and six sections make 64 choices.
MOST_OPTIONAL: Final = 6


class SectionKind(StrEnum):
    """What a section of a plan or an edition holds."""

    LEAD = "lead"
    ARTICLES = "articles"
    BRIEFS = "briefs"
    BRIEFING = "briefing"


class WhenThin(StrEnum):
    """What happens where a section stays under its minimum: the edition waits, is skipped, or goes without it."""

    HOLD = "hold"
    SKIP = "skip"
    LEAVE_OUT = "leave_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSection:
    """One section of the plan, filled from the named sources and categories (none named: from all).

    Readers may leave an `optional` one out of their mail.
    """

    key: str
    kind: SectionKind
    heading: str | None = None
    sources: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    minimum: int = 1
    maximum: int = 9
    thin: WhenThin = WhenThin.LEAVE_OUT
    optional: bool = False

    @property
    def name(self) -> str:
        """What it is called where it has no heading of its own."""
        return self.heading or self.key.replace("-", " ").replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """The weekly wall-clock time at which editions go out; `weekday` 0 is Monday, `zone` an IANA name."""

    weekday: int
    at: time
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleRule:
    """One line of the outlet's house style: `wrong` is written `right`; `note` says why.

    A `wrong` in small letters is found with a capital and in capitals too, another one as it stands. With `outside_quotes` it is
    let stand where somebody is quoted.
    """

    wrong: str
    right: str
    note: str = ""
    outside_quotes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsletter:
    """One newsletter; `id` is its slug.

    `list_domain` stands after the slug in List-ID (RFC 2919). `subject` and `preheader` are patterns with {headline},
    {dek}, {number}, {name}, {date}. `grace` is how late a slot may be found and still be sent. `lead_time` is how long
    before its slot the draft is laid out. `undo` is how long what is sent from the desk can be undone (None: as the
    settings say). `public_name` is the outlet's name as readers know it. `style` is its house style.
    `tracking` is a query that links to the outlet's own site carry, with {number}, {newsletter}, {date}; "" for none.
    """

    id: str
    name: str
    public_name: str
    from_name: str
    from_address: str
    postal_address: str
    slot: Slot
    plan: tuple[PlannedSection, ...]
    reply_to: str | None = None
    list_domain: str = ""
    subject: str = "{headline}"
    preheader: str = "{dek}"
    language: str = "en"
    theme: str = "review"
    why: str = "You get this because you confirmed your subscription."
    grace: timedelta = timedelta(hours=6)
    lead_time: timedelta = timedelta(hours=48)
    undo: timedelta | None = None
    style: tuple[StyleRule, ...] = ()
    tracking: str = ""

    @property
    def optional(self) -> tuple[PlannedSection, ...]:
        """The sections that readers may leave out, in the plan's order."""
        return tuple(section for section in self.plan if section.optional)

    @property
    def list_id(self) -> str:
        """The List-ID without its brackets: slug, dot, domain (RFC 2919)."""
        return f"{self.id}.{self.list_domain or self.from_address.rpartition('@')[2]}"
