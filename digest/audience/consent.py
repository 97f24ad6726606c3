"""Consent: the wordings that readers were asked by, each with its version, and the bounds of asking."""

from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Final

# What stands beside the button of our own form. A change of words is a new version; old ones stay, for the records name them.
WORDINGS: Final = {
    "2026-11": (
        "We will send you one message with a button to confirm. Your address is used for this newsletter alone, "
        "and every mail has a link that ends it."
    ),
}
WORDING: Final = "2026-11"

# How long a confirmation's link is good, and how long an unconfirmed address is kept.
GOOD_FOR: Final = timedelta(days=7)
# One confirmation an address and newsletter in this time, whoever asks.
COOLDOWN: Final = timedelta(minutes=30)
# Requests in an hour from one place, and for addresses of one domain: against bombing strangers with confirmations.
WINDOW: Final = timedelta(hours=1)
MOST_FROM_ONE_PLACE: Final = 20
MOST_FOR_ONE_DOMAIN: Final = 300


class Form(StrEnum):
    """Where a reader asked: on our own page, by a form on another site, or on the page of their preferences."""

    PAGE = "page"
    EMBEDDED = "embedded"
    PREFERENCES = "preferences"


def place_of(ip: str | None) -> str:
    """Return what requests are counted by: an IPv4 address, or an IPv6 network of /64, which is one household's."""
    try:
        address = ip_address(ip or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{IPv6Address(int(address) >> 64 << 64)}/64"
    return str(getattr(address, "ipv4_mapped", None) or address)
