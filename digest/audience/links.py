"""The personal links of a reader's mail, and the keyed names that a message goes by."""

from collections.abc import Mapping

from digest.audience.token import Bearing, Purpose, make_token, make_tokens

# The local part, before a plus and the token, of the address to which a mail ends a subscription.
LEAVING = "unsubscribe"


def reader_links(secret: bytes, public_url: str, bearing: Bearing) -> dict[str, str]:
    """Return unsubscribe_url, preferences_url and browser_url, the same at every try."""
    base = public_url.rstrip("/")
    unsubscribe, preferences, browser = make_tokens(secret, bearing, (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES, Purpose.BROWSER))
    return {
        "unsubscribe_url": f"{base}/u/{unsubscribe}",
        "preferences_url": f"{base}/p/{preferences}",
        "browser_url": f"{base}/v/{browser}",
    }


def unsubscribe_mail(links: Mapping[str, str], domain: str) -> str:
    """Return what List-Unsubscribe says behind the web address of `reader_links`: a mailto of the same token, with a comma before it.

    The token is in the address, so a mail without a word in it, sent by whatever program, is enough (RFC 2369, 3.2).
    """
    token = links["unsubscribe_url"].rpartition("/")[2]
    return f", <mailto:{LEAVING}+{token}@{domain}?subject=unsubscribe>"


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
