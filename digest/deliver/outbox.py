"""The outbox transport: a folder of .eml files, where no relay is named; nobody gets mail by accident."""

import hashlib
import os
from collections.abc import Generator, Iterable
from pathlib import Path

from digest.deliver.transport import Envelope, Leaves, Offer, Settled, unnoted
from digest.errors import RelayUnreachable
from digest.model.mailing import Answer, DeliveryState


class OutboxTransport:
    """A Transport that writes each message to a file named by its content and recipient."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        """Write the message, whole or not at all."""
        name = hashlib.sha256(envelope.recipient.encode() + b"\0" + message).hexdigest()[:24]
        part = self.folder / f".{name}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(message)
            os.replace(part, self.folder / f"{name}.eml")  # noqa: PTH105  Path.replace hides that this is the atomic step
        except OSError as error:
            raise RelayUnreachable(f"cannot write to the outbox {self.folder}: {error.strerror}; free or name another folder") from error
        return Answer(state=DeliveryState.SENT, code=250, reply=f"kept as {name}.eml")

    def carry(self, offers: Iterable[Offer], leaves: Leaves = unnoted) -> Generator[Settled, None, None]:
        """Write one after another; see Transport."""
        for offer in offers:
            leaves(offer)
            message = offer.message.replace(b"\r\n..", b"\r\n.").removeprefix(b"." if offer.message.startswith(b"..") else b"")
            yield Settled(offer, self.send(offer.envelope, message))

    def close(self) -> None:
        """Nothing is open."""
