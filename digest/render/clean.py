"""Article text is data: control characters go, lengths are capped, addresses are web addresses or nothing."""

import unicodedata
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from digest.model.quoting import one_line

_LONGEST_ADDRESS: Final = 2_000
# RFC 3986 reserved and unreserved characters and the percent sign: what stands in an address already stays as it is.
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~-._"


def plain(text: str | None, limit: int) -> str:
    """Return one clean line of at most `limit` characters, ending in an ellipsis where it was cut; "" for None.

    Cuts at a word where one ends in the last quarter, and never between a letter and its marks.
    """
    if not text:
        return ""
    # 16 times the limit is far more than any sane run of spaces; what lies beyond it is not even looked at.
    line = one_line(text[: limit * 16 + 1_000])
    return line if len(line) <= limit else f"{_cut(line, limit - 1)}…"


def _cut(line: str, limit: int) -> str:
    end = limit
    while end and (unicodedata.combining(line[end]) or line[end] in "\u200d\ufe0f" or line[end - 1] == "\u200d"):
        end -= 1
    head = line[: end or limit]
    word_end = head.rfind(" ")
    if word_end > limit * 3 // 4:
        head = head[:word_end]
    return head.rstrip(" ,;:.–—-")


def web_address(url: str | None, *, mail: bool = False) -> str | None:
    """Return an http(s) address in ASCII, or None where it is none (or mailto, with `mail`), or over 2,000 characters."""
    address = one_line((url or "")[: _LONGEST_ADDRESS * 2])
    if not address or len(address) > _LONGEST_ADDRESS:
        return None
    try:
        parts = urlsplit(address)
        if mail and parts.scheme == "mailto" and "@" in parts.path:
            return quote(address, safe=_SAFE)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return None
        host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    return quote(urlunsplit(parts._replace(netloc=host)), safe=_SAFE)
