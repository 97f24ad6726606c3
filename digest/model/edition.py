"""An edition: the document that editors correct, with a stable id on each section and item."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from digest.model.newsletter import SectionKind
from digest.model.page import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """An outlet that a brief names, with the address of what it said where that is linked."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article in an edition; texts are plain, `body_html` is sanitised and None where only an excerpt may be shown.

    `minutes` is the reading time of the whole piece where it is known. `entry` is the kept entry it came from. A pinned item
    stands before the others of its section. `byline_unsure` says that nobody confirmed its authors and they may be wrong.
    """

    id: str
    url: str
    headline: str
    dek: str | None = None
    kicker: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    image: Image | None = None
    body_html: str | None = None
    minutes: int | None = None
    outlet: str | None = None
    entry: int | None = None
    because: str | None = None
    pinned: bool = False
    byline_unsure: bool = False
    kind: Literal["article"] = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A brief: bold `lead` or None, and `html`, the sanitised inline text after it (paragraphs parted by `<br><br>`)."""

    id: str
    html: str
    lead: str | None = None
    sources: tuple[SourceRef, ...] = ()
    entry: int | None = None
    because: str | None = None
    pinned: bool = False
    kind: Literal["brief"] = "brief"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The editor's own words: sanitised block `html` and how they are signed."""

    id: str
    html: str
    signature: str | None = None
    kind: Literal["note"] = "note"


Item = Article | Brief | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of an edition; `id` is stable through every edit, `key` names its place in the plan.

    `fields` are (name, value) of what its theme's block asks of it beyond its items.
    """

    id: str
    key: str
    kind: SectionKind
    heading: str | None
    items: tuple[Item, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The content of one edition at one revision. What is counted, claimed or searched stands in rows, not here.

    `slot` is the wall-clock slot it belongs to, as aware UTC. `subject` and `preheader` are the final texts. `correction` says
    what was wrong in what went out before, and stands first in the mail; None where nothing is put right.
    """

    newsletter_id: str
    number: int
    slot: datetime
    subject: str
    preheader: str
    intro: Note | None = None
    sections: tuple[Section, ...] = ()
    correction: Note | None = None


class EditionState(StrEnum):
    """The stored state; what its sending does is read off its mailings."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RELEASED = "released"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


# Which acts are open to an edition goes by these: nobody answered for its present text, somebody did, and nothing of it has left.
UNAPPROVED: Final = (EditionState.DRAFT, EditionState.IN_REVIEW)
APPROVED: Final = (EditionState.APPROVED, EditionState.SCHEDULED)
UNSENT: Final = (*UNAPPROVED, *APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRecord:
    """An edition's row: where it stands. `due` is when it goes out (its slot unless moved); `held` says why it does not.

    `touched` is true once a person has changed it: from then on no machine redrafts it. `approved_sha256` names the
    Rendered that was approved.
    """

    id: int
    newsletter_id: str
    number: int
    slot: datetime
    due: datetime
    state: EditionState
    revision: int
    touched: bool
    changed: datetime
    approved_sha256: str | None = None
    held: str | None = None


class Severity(StrEnum):
    """What a finding does: blocks approval, asks for a look, or only says."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What one button does about a finding: every spelling in `find` becomes `put`, in texts or in addresses (`kind`).

    `label` stands on the button. It reaches the finding's place, or with `everywhere` the whole edition; with `outside_quotes`
    quotations stay as they were said.
    """

    label: str
    find: tuple[str, ...]
    put: str
    kind: Literal["words", "style", "address"] = "words"
    everywhere: bool = False
    outside_quotes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An editor's word that a blocking finding shall not stop approval: who, when, and the reason."""

    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check says before sending: `code` is stable, `place` an item's or section's id, "head", or None for the whole.

    `about` tells findings of one code and place apart: the word, the address, the part. `difference` are the stretches of a text
    that changed, each with what became of it: "same", "out", "in" or "gap". `fixes` are what a button can do about it, and
    `override` an editor's word that it shall not block.
    """

    code: str
    severity: Severity
    message: str
    remedy: str
    place: str | None = None
    difference: tuple[tuple[str, str], ...] = ()
    about: str = ""
    fixes: tuple[Fix, ...] = ()
    override: Override | None = None

    @property
    def blocks(self) -> bool:
        """Whether it stops approval: it is of that severity, and nobody answered for it."""
        return self.severity is Severity.BLOCK and self.override is None
