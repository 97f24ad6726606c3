"""Returned mail: what came back for a mailing, and for whom."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ReturnKind(StrEnum):
    """What a returned mail is: only a bounce and a complaint change where a reader stands."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    DELAYED = "delayed"
    AUTO_REPLY = "auto_reply"
    NONE = "none"


class BounceClass(StrEnum):
    """Why a mail came back: no such mailbox or domain, something that passes, a full mailbox, or something about us.

    `ours` (SPF, DKIM, DMARC, block lists, content, policy, rate) never counts against the reader.
    """

    HARD = "hard"
    SOFT = "soft"
    FULL = "full"
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedRecipient:
    """One recipient that a returned mail speaks of: the address we wrote to, None where it does not say.

    `status` is the enhanced status code (RFC 3463, "5.1.1"), `code` the SMTP reply code (550), `diagnostic` the words on
    one line, cut to 500 characters. A delayed mail's recipient is never `hard`; a complaint's always is.
    """

    address: str | None
    bounce_class: BounceClass
    status: str | None = None
    code: int | None = None
    diagnostic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One returned mail: its kind, the Message-ID of the mail it is about (brackets included), our token where it verified."""

    kind: ReturnKind
    message_id: str | None = None
    delivery: str | None = None
    recipients: tuple[ReturnedRecipient, ...] = ()


class Guarded(StrEnum):
    """One domain in one edition: counted; held for a person; and what that person said: nothing held against them, or all true."""

    COUNTED = "counted"
    HELD = "held"
    RELEASED = "released"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDomain:
    """A domain of which too many readers turned hard in one edition at once: `hard` of `sent`, since when (aware UTC)."""

    edition_id: int
    newsletter_id: str
    domain: str
    hard: int
    sent: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderHealth:
    """What came back in the last seven days: notices by class, of which `ours` are about us; complaints; domains that wait.

    `why` is what the latest of ours says, `held` how many domains wait for a person.
    """

    classes: dict[str, int] = field(default_factory=dict)
    complaints: int = 0
    held: int = 0
    why: str | None = None

    @property
    def ours(self) -> int:
        """Notices that say something about us, and nothing about a reader."""
        return self.classes.get(BounceClass.OURS.value, 0)
