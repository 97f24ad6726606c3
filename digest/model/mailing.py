"""Sending: the frozen mail, one sending of it, and one recipient's fate."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

# The form of a Rendered that this program writes: 1 knew no segments, 2 no names in a header. An older form is read as it is.
FORM: Final = 3
NOTHING: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of the wire form: literal bytes (latin-1 text, so that it is a JSON value) or a slot to fill.

    A literal is already encoded for its place. A slot names what a recipient gives (`unsubscribe_url`, `name`…), the
    `encoding` that its value needs there, and what stands there for a reader who gave no name (`fallback`).

    A piece of a `segment` stands only in the mail of readers who have that section on. With `choices` (each as `choice_of`
    gives it) it stands only for readers whose choice is one of them: a count of what is inside has a piece for each.

    A `pattern` is a whole header's value that greets, as `greeting.pattern_of` gives it: encoded words depend on what stands
    beside them (RFC 2047, 5), so it is one slot.
    """

    literal: str = ""
    slot: str | None = None
    encoding: Literal["header", "text", "html"] = "text"
    fallback: str = ""
    segment: str | None = None
    choices: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ()

    def stands(self, left_out: AbstractSet[str], choice: str) -> bool:
        """Whether it is in the mail of a reader who leaves these segments out; `choice` is `choice_of` them."""
        return self.segment not in left_out and (not self.choices or choice in self.choices)


def choice_of(left_out: AbstractSet[str]) -> str:
    """Return a reader's choice as one word: the keys that they leave out, sorted, a space between; "" for nothing."""
    return " ".join(sorted(left_out))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A section of one mail that its readers may leave out: the key of its plan, and what it is called."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A mail, rendered once and frozen: what was previewed is what was approved is what is sent.

    `html` and `text` carry slot markers (`marker` before and after each slot's name); `pieces` is the whole MIME message
    in wire form, CRLF, already quoted-printable. `sha256` (hex) is taken over the pieces and the MJML.

    Where readers may leave sections out, `segments` names these, `html` and `text` are what a reader gets who leaves none
    out, and `html_parted` and `text_parted` are the same with the segments marked. `form` is the version of this value.
    """

    sha256: str
    subject: str
    preheader: str
    mjml: str
    html: str
    text: str
    marker: str
    pieces: tuple[Piece, ...]
    form: int = 1
    segments: tuple[Segment, ...] = ()
    html_parted: str = ""
    text_parted: str = ""

    @property
    def html_bytes(self) -> int:
        """Size of the HTML part in bytes, as the clients that clip a mail count it."""
        return len(self.html.encode())


class MailingState(StrEnum):
    """One sending: held (not yet let go), open, sending, paused, and its three ends."""

    HELD = "held"
    OPEN = "open"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class DeliveryState(StrEnum):
    """One recipient of one mailing."""

    PENDING = "pending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    IN_DOUBT = "in_doubt"


class ChunkState(StrEnum):
    """A chunk of recipients that one worker sends: waiting, leased, finished, or set aside after too many attempts."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """One sending of one Rendered to one audience."""

    id: int
    edition_id: int
    newsletter_id: str
    kind: str
    state: MailingState
    sha256: str
    opened: datetime
    finished: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One recipient of one mailing, as its message needs it; `left_out` are the optional sections that they do without."""

    mailing_id: int
    subscriber_id: int
    address: str
    name: str | None = None
    left_out: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the relay said about one recipient: the state it leads to, its reply code and words."""

    state: DeliveryState
    code: int | None
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """An answer as the ledger takes it: whose, by which relay, when it came, when to try again (None: no more). Times are aware UTC."""

    mailing_id: int
    subscriber_id: int
    answer: Answer
    settled: datetime
    next_try: datetime | None = None
    relay: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient's fate, as `digest deliveries` shows it; times are aware UTC.

    `returned` is what came back after it was sent: a class of bounce, or "complaint". `relay` is who gave the latest answer.
    """

    mailing_id: int
    subscriber_id: int
    address: str
    state: DeliveryState
    code: int | None
    reply: str | None
    tries: int
    settled: datetime | None
    next_try: datetime | None
    returned: str | None = None
    relay: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingCounts:
    """How many recipients of a mailing stand in each state; the parts add up to `total`."""

    pending: int = 0
    sent: int = 0
    deferred: int = 0
    failed: int = 0
    suppressed: int = 0
    in_doubt: int = 0

    @property
    def total(self) -> int:
        """Everybody in the ledger."""
        return self.pending + self.sent + self.deferred + self.failed + self.suppressed + self.in_doubt
