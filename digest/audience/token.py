"""Tokens in links, Message-IDs and return paths: short, keyed, without personal data; a wrong one changes nothing."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

_MAC_BYTES = 10


class Purpose(StrEnum):
    """What a token is good for; one of another purpose never verifies."""

    UNSUBSCRIBE = "unsubscribe"
    BROWSER = "browser"
    PREFERENCES = "preferences"
    MESSAGE = "message"


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


def _mac(secret: bytes, purpose: Purpose, plain: str) -> str:
    digest = hmac.new(secret, f"{purpose}\0{plain}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:_MAC_BYTES]).decode().lower()
