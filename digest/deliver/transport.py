"""What carries messages: the Protocol that every transport fits, and what it takes and gives."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from digest.model.mailing import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who the message is from and to on the wire (RFC 5321): the return path and one recipient."""

    return_path: str
    recipient: str


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """A message on its way to one recipient: CRLF, dot-stuffed, without the final dot. `key` is the caller's own name for it."""

    key: int
    envelope: Envelope
    message: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an offer."""

    offer: Offer
    answer: Answer


Leaves = Callable[[Offer], None]


def unnoted(_offer: Offer) -> None:
    """Let a message leave without a note of it."""


class Mailer(Protocol):
    """Carries single messages. Not for two threads at once."""

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        """Offer one message, which is not dot-stuffed, and return what became of it.

        Raises RelayUnreachable where nothing was offered, RelayRefused where the relay refuses us and not this recipient.
        """
        ...

    def close(self) -> None:
        """End the conversations; later offers open others."""
        ...


class Transport(Mailer, Protocol):
    """Carries mailings as well."""

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        """Offer all that `offers` gives, pulled one by one; yield each answer when it is there, in any order.

        `leaves` is called before a body leaves. The next body on a connection leaves after the caller has come back for more.
        Whoever wants to stop lets `offers` end and takes the answers that are still to come. Raises as `send` does, after those.
        """
        ...
