"""Barring: an address is never written to again, is let go of, or is forgotten; the log knows it by its keyed hash alone."""

from dataclasses import dataclass
from datetime import datetime

from digest.audience.address import hash_address, read_address
from digest.errors import NotFound, RefusedError
from digest.model.account import Act
from digest.model.subscriber import SuppressionReason
from digest.store import Database, Session, acts, subscribers

# What the service found out or was told by hand. A complaint and an erasure are the reader's own word, and only theirs ends them.
_ENDS_BY_HAND = (SuppressionReason.BY_HAND, SuppressionReason.HARD_BOUNCE, SuppressionReason.SOFT_BOUNCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Barring:
    """Whose address it is about, who says so, and when."""

    address: str
    who: str
    at: datetime


def bar(database: Database, secret: bytes, barring: Barring, why: str | None = None) -> bool:
    """Bar an address from every mailing; False where it was barred already. Raises InputError for what is no address."""
    address_hash = _hash(secret, barring)
    with database.writing() as session:
        fresh = subscribers.suppress(session, address_hash, SuppressionReason.BY_HAND, now=barring.at)
        if fresh:
            _note(session, barring, f"barred the reader {address_hash[:12]} from every mailing", why)
    return fresh


def lift(database: Database, secret: bytes, barring: Barring, why: str) -> int:
    """Let an address be written to again, and return how many of its subscriptions wait for a confirmation now.

    Nobody is put back on a list by this: what was confirmed before the bar has to be confirmed anew. Raises NotFound where
    it is not barred, RefusedError where its reader complained or was erased.
    """
    address_hash = _hash(secret, barring)
    with database.writing() as session:
        barred = subscribers.suppression(session, address_hash)
        if barred is None:
            raise NotFound(f"{barring.address} is not barred; see `digest subscribers show {barring.address}`")
        if not subscribers.lift(session, address_hash, _ENDS_BY_HAND):
            raise RefusedError(
                f"{barring.address} is barred because of {_A[barred.reason]}: "
                "only the reader can end that, by subscribing anew and confirming it"
            )
        reader = subscribers.by_address(session, read_address(barring.address).folded)
        waiting = 0 if reader is None else subscribers.unconfirm(session, reader.id, now=barring.at)
        _note(session, barring, f"lifted the bar ({barred.reason.replace('_', ' ')}) from the reader {address_hash[:12]}", why)
    return waiting


def erase(database: Database, secret: bytes, barring: Barring) -> bool:
    """Forget a reader, and bar the address by its keyed hash alone; False where nobody was known by it.

    Their name, address, consents and subscriptions go; what was delivered keeps its count, and no import brings them back.
    """
    address_hash = _hash(secret, barring)
    with database.writing() as session:
        subscribers.suppress(session, address_hash, SuppressionReason.ERASED, now=barring.at)
        reader = subscribers.by_address(session, read_address(barring.address).folded)
        if reader is not None:
            subscribers.erase(session, reader.id)
            _note(session, barring, f"erased the reader {address_hash[:12]}", None)
    return reader is not None


_A = {
    SuppressionReason.COMPLAINT: "a complaint",
    SuppressionReason.ERASED: "an erasure",
    SuppressionReason.BY_HAND: "a word by hand",
    SuppressionReason.HARD_BOUNCE: "a mailbox that there is not",
    SuppressionReason.SOFT_BOUNCES: "a mailbox that took nothing for weeks",
}


def _hash(secret: bytes, barring: Barring) -> str:
    return hash_address(secret, read_address(barring.address).folded)


def _note(session: Session, barring: Barring, what: str, why: str | None) -> None:
    acts.note(session, Act(at=barring.at, who=barring.who, what=what, why=why, edition_id=None, revision=None))
