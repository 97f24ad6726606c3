"""Tokens in links, Message-IDs and return paths: short, keyed, without personal data; a wrong one changes nothing."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

_MAC_BYTES = 10
# RFC 4086 asks for 128 bits where one guess is enough: a confirmation is what a mailing list's good name hangs on.
_CONFIRM_BYTES = 16
_BLOCK = 64
# Base 32 (RFC 4648, in small letters, unpadded), two signs at a time: base64.b32encode is written in Python and takes as long as the HMAC.
_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _SIGNS for second in _SIGNS]


class Purpose(StrEnum):
    """What a token is good for; one of another purpose never verifies."""

    UNSUBSCRIBE = "unsubscribe"
    BROWSER = "browser"
    PREFERENCES = "preferences"
    MESSAGE = "message"
    CONFIRM = "confirm"
    CONFIRM_MESSAGE = "confirm-message"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """Whom a token points at: one reader of one mailing."""

    mailing_id: int
    subscriber_id: int


def make_token(secret: bytes, purpose: Purpose, bearing: Bearing) -> str:
    """Return the token, the same at every try: `mailing-subscriber-mac`, lower-case, safe in URLs and local parts."""
    plain = f"{bearing.mailing_id}-{bearing.subscriber_id}"
    return f"{plain}-{_mac(secret, purpose, plain)}"


def read_token(secret: bytes, purpose: Purpose, token: str) -> Bearing | None:
    """Return whom the token points at, or None where it was not made by us for this purpose."""
    plain, _, mac = token.lower().rpartition("-")
    mailing, _, subscriber = plain.partition("-")
    if not (mailing.isascii() and mailing.isdigit() and subscriber.isascii() and subscriber.isdigit()):
        return None
    if len(plain) > 40 or not hmac.compare_digest(mac.encode(), _mac(secret, purpose, plain).encode()):
        return None
    return Bearing(mailing_id=int(mailing), subscriber_id=int(subscriber))


def make_consent_token(secret: bytes, purpose: Purpose, consent_id: int, asked: datetime) -> str:
    """Return `consent-mac`: keyed by the consent and the moment it was asked, so a row's id that comes again opens nothing."""
    bound = f"{consent_id}-{asked.astimezone(UTC).isoformat(timespec='microseconds')}"
    return f"{consent_id}-{_mac(secret, purpose, bound, size=_CONFIRM_BYTES)}"


def read_consent_id(token: str) -> int | None:
    """Return the consent that a token claims to be of; only `make_consent_token` on what is stored tells whether it is."""
    number = token.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else None


def hash_token(token: str) -> str:
    """Return the hash (hex) by which a token is known where nothing that opens a door may be stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _mac(secret: bytes, purpose: Purpose, plain: str, *, size: int = _MAC_BYTES) -> str:
    begun, outer = _begun(secret, purpose)
    inner, outer = begun.copy(), outer.copy()
    inner.update(plain.encode())
    outer.update(inner.digest())
    return _base32(outer.digest()[:size])


@lru_cache(maxsize=32)
def _begun(secret: bytes, purpose: Purpose) -> "tuple[_Hash, _Hash]":
    """Return HMAC-SHA256's two hashes (RFC 2104) after what all tokens of a purpose share; four of them go into each mail."""
    key = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + f"{purpose}\0".encode())
    return inner, hashlib.sha256(bytes(byte ^ 0x5C for byte in key))


def _base32(value: bytes) -> str:
    length = -(-len(value) * 8 // 5)
    pairs = -(-length // 2)
    number = int.from_bytes(value) << (pairs * 10 - len(value) * 8)
    signs = "".join([_PAIRS[number >> at & 1023] for at in range(pairs * 10 - 10, -1, -10)])
    return signs[:length]
