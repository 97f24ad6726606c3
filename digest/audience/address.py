"""Email addresses: what is accepted, what counts as the same, and the keyed hash that outlives them."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from digest.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as typed, and the folded form that tells whether two are the same (dots and tags are never stripped)."""

    typed: str
    folded: str


def read_address(text: str) -> Address:
    """Return the address that `text` holds; raises InputError with the reason, no DNS is asked.

    Addresses whose local part is not ASCII are refused: they need SMTPUTF8 on every hop (RFC 6531), which no one can promise.
    """
    typed = text.strip()
    if unicodedata.normalize("NFKC", typed) != typed:
        raise InputError(f"the address {typed!r} holds characters that look like others; type it anew")
    try:
        checked = validate_email(typed, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise InputError(f"{typed!r} is no email address: {error}") from error
    return Address(typed=checked.ascii_email or checked.normalized, folded=checked.normalized.casefold())


def hash_address(secret: bytes, folded: str) -> str:
    """Return the keyed hash (hex, 32 digits) under which a suppression remembers an address."""
    return hmac.new(secret, b"address\0" + folded.encode(), hashlib.sha256).hexdigest()[:32]
