"""What an editor typed, made safe: one clean line, a web address, or sanitised HTML; never endless."""

from typing import Final
from urllib.parse import urlsplit

from digest.compose.markup import body_html, inline_html, note_html, plain_text
from digest.errors import InputError
from digest.model.quoting import one_line

LONGEST_LINE: Final = 1_000
LONGEST_LINES: Final = 4_000
LONGEST_HTML: Final = 100_000
LONGEST_ADDRESS: Final = 2_000


def typed_line(text: str | None, what: str) -> str | None:
    """Return `text` as one clean line, None where it says nothing. Raises InputError beyond 1,000 characters."""
    _measured(text, what, LONGEST_LINE)
    return one_line(text or "") or None


def typed_lines(text: str, what: str) -> str:
    """Return `text` as clean lines, empty ones kept between paragraphs. Raises InputError beyond 4,000 characters."""
    _measured(text, what, LONGEST_LINES)
    return "\n".join(one_line(line) for line in text.replace("\r\n", "\n").split("\n")).strip("\n")


def typed_inline(html: str) -> str:
    """Return a brief's text as sanitised inline HTML, paragraphs parted by `<br><br>`; InputError beyond 100,000 characters."""
    _measured(html, "The text", LONGEST_HTML)
    return inline_html(html)


def typed_note(html: str | None) -> str:
    """Return a note as sanitised block HTML, "" where it says nothing; InputError beyond 100,000 characters."""
    _measured(html, "The note", LONGEST_HTML)
    return note_html(html) if plain_text(html) and html else ""


def typed_body(html: str | None) -> str:
    """Return an article's body as sanitised block HTML, "" where it says nothing; InputError beyond 100,000 characters."""
    _measured(html, "The body", LONGEST_HTML)
    return body_html(html) if plain_text(html) and html else ""


def checked_address(url: str) -> str:
    """Return a web address, trimmed. Raises InputError where it is none."""
    address = one_line(url[: LONGEST_ADDRESS * 2])
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and " " not in address and len(address) <= LONGEST_ADDRESS
    except ValueError:
        good = False
    if not good:
        raise InputError(f'"{address[:80]}" is no web address; give one that starts with https:// or http://.')
    return address


def _measured(text: str | None, what: str, limit: int) -> None:
    if text and len(text) > limit:
        raise InputError(f"{what} has {len(text):,} characters; at most {limit:,} fit, so shorten it.")
