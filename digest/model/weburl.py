"""A web address with a name and password in it: what of it may be shown, and the two told apart."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

# RFC 3986, 3.2: the authority ends at the first slash, question mark or hash; browsers end it at a backslash too.
_PARTS: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<authority>[^/?#\\]*)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credentials:
    """A name and a password as an address brought them; never printed."""

    user: str
    password: str


def split_url(url: str) -> tuple[str, Credentials | None]:
    """Return `url` without name and password, and these two where it had them."""
    found = _PARTS.fullmatch(url)
    if found is None or "@" not in found["authority"]:
        return url, None
    named, _, host = found["authority"].rpartition("@")
    user, _, password = named.partition(":")
    return found["scheme"] + host + found["rest"], Credentials(user=unquote(user), password=unquote(password))


def shown_url(url: str) -> str:
    """Return `url` as pages, logs and errors may show it: of a name and password in it only that they are there."""
    bare, credentials = split_url(url)
    if credentials is None:
        return url
    scheme, mark, rest = bare.partition("://")
    return f"{scheme}{mark}…@{rest}"
