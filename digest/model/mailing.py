"""Sending: the frozen mail, one sending of it, and one recipient's fate."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of the wire form: literal bytes (latin-1 text, so that it is a JSON value) or a slot to fill.

    A literal is already encoded for its place. A slot names what a recipient gives (`unsubscribe_url`, `name`…), the
    `encoding` that its value needs there, and what stands there for a reader who gave no name (`fallback`).
    """

    literal: str = ""
    slot: str | None = None
    encoding: Literal["header", "text", "html"] = "text"
    fallback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A mail, rendered once and frozen: what was previewed is what was approved is what is sent.

    `html` and `text` carry slot markers (`marker` before and after each slot's name); `pieces` is the whole MIME message
    in wire form, CRLF, already quoted-printable. `sha256` (hex) is taken over the pieces and the MJML.
    """

    sha256: str
    subject: str
    preheader: str
    mjml: str
    html: str
    text: str
    marker: str
    pieces: tuple[Piece, ...]

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
    """One recipient of one mailing, as its message needs it."""

    mailing_id: int
    subscriber_id: int
    address: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the relay said about one recipient: the state it leads to, its reply code and words."""

    state: DeliveryState
    code: int | None
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """An answer as the ledger takes it: whose, when it came, and when to try again (None: no more). Times are aware UTC."""

    mailing_id: int
    subscriber_id: int
    answer: Answer
    settled: datetime
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One recipient's fate, as `digest deliveries` shows it; times are aware UTC.

    `returned` is what came back after it was sent: a class of bounce, or "complaint".
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
