"""Tokens in links, Message-IDs and return paths: short, keyed, without personal data; a wrong one changes nothing."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

# RFC 4086 asks for 128 bits where one guess is enough: a confirmation is what a mailing list's good name hangs on.
_CONFIRM_BYTES = 16
# 80 bits for each purpose that each mail has tokens for, cut from one keyed hash: written in hexadecimal, in base 32 at first.
_PART = 20
_OLD_BYTES, _OLD_LENGTH = 10, 16


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


_READERS = (Purpose.MESSAGE, Purpose.UNSUBSCRIBE, Purpose.PREFERENCES, Purpose.BROWSER)
_PLACES = {purpose: slice(place * _PART, (place + 1) * _PART) for place, purpose in enumerate(_READERS)}


def make_token(secret: bytes, purpose: Purpose, bearing: Bearing) -> str:
    """Return the token, the same at every try: `mailing-subscriber-mac`, lower-case, safe in URLs and local parts."""
    return make_tokens(secret, bearing, (purpose,))[0]


def make_tokens(secret: bytes, bearing: Bearing, purposes: Sequence[Purpose]) -> list[str]:
    """Return the reader's tokens for these purposes (MESSAGE, UNSUBSCRIBE, PREFERENCES, BROWSER), at the price of one."""
    plain = f"{bearing.mailing_id}-{bearing.subscriber_id}"
    macs = _macs(secret, plain)
    return [f"{plain}-{macs[_PLACES[purpose]]}" for purpose in purposes]


def read_token(secret: bytes, purpose: Purpose, token: str) -> Bearing | None:
    """Return whom the token points at, or None where it was not made by us for this purpose.

    Its length tells its form: links in mails of the first form (ADR 0022) must work for as long as somebody keeps them.
    """
    plain, _, mac = token.lower().rpartition("-")
    mailing, _, subscriber = plain.partition("-")
    if not (token.isascii() and mailing.isdigit() and subscriber.isdigit()) or len(plain) > 40:
        return None
    right = _mac(secret, purpose, plain, size=_OLD_BYTES) if len(mac) == _OLD_LENGTH else _macs(secret, plain)[_PLACES[purpose]]
    if not hmac.compare_digest(mac.encode(), right.encode()):
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


def _macs(secret: bytes, plain: str) -> str:
    keyed = _keyed(secret).copy()
    keyed.update(plain.encode())
    return keyed.hexdigest()


@lru_cache(maxsize=8)
def _keyed(secret: bytes) -> "hashlib.blake2b":
    """Return BLAKE2b (RFC 7693) with a key of its own, drawn from a secret of any length: the secret itself is a key of HMAC."""
    key = hmac.digest(secret, b"tokens of readers", "sha512")
    return hashlib.blake2b(key=key)


def _mac(secret: bytes, purpose: Purpose, plain: str, *, size: int) -> str:
    """Return HMAC-SHA256 (RFC 2104) in base 32 (RFC 4648) in small letters, unpadded."""
    mac = hmac.digest(secret, f"{purpose}\0{plain}".encode(), "sha256")
    return base64.b32encode(mac[:size]).decode().rstrip("=").lower()
