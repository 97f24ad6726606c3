"""What carries a message: the Protocol that every transport fits, and the envelope it takes."""

from dataclasses import dataclass
from typing import Protocol

from digest.model.mailing import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who the message is from and to on the wire (RFC 5321): the return path and one recipient."""

    return_path: str
    recipient: str


class Transport(Protocol):
    """Carries one message at a time. Not for two threads at once."""

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        """Offer the message and return what became of it.

        Raises RelayUnreachable where nothing was offered, RelayRefused where the relay refuses us and not this recipient.
        """
        ...

    def close(self) -> None:
        """End the conversation; a later `send` opens another."""
        ...
