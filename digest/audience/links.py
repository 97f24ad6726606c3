"""The personal links of a reader's mail, and the keyed names that a message goes by."""

from digest.audience.token import Bearing, Purpose, make_token


def reader_links(secret: bytes, public_url: str, bearing: Bearing) -> dict[str, str]:
    """Return unsubscribe_url, preferences_url and browser_url, the same at every try."""
    base = public_url.rstrip("/")
    return {
        "unsubscribe_url": f"{base}/u/{make_token(secret, Purpose.UNSUBSCRIBE, bearing)}",
        "preferences_url": f"{base}/p/{make_token(secret, Purpose.PREFERENCES, bearing)}",
        "browser_url": f"{base}/v/{make_token(secret, Purpose.BROWSER, bearing)}",
    }


def message_names(secret: bytes, domain: str, bearing: Bearing) -> tuple[str, str]:
    """Return the Message-ID and the return path together, for whoever writes a message: one token stands in both."""
    token = make_token(secret, Purpose.MESSAGE, bearing)
    return f"<{token}@{domain}>", f"bounce+{token}@{domain}"


def message_id(secret: bytes, domain: str, bearing: Bearing) -> str:
    """Return the Message-ID (RFC 5322, brackets included), keyed and the same at every try."""
    return f"<{make_token(secret, Purpose.MESSAGE, bearing)}@{domain}>"


def return_path(secret: bytes, domain: str, bearing: Bearing) -> str:
    """Return the variable envelope sender (VERP) that a bounce comes back to."""
    return f"bounce+{make_token(secret, Purpose.MESSAGE, bearing)}@{domain}"
