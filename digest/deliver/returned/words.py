"""The words of a part: transfer encoding, character set and HTML undone, in bounded time."""

import binascii
import re
from email.errors import HeaderParseError
from email.header import decode_header
from html import unescape

from digest.deliver.returned.mime import Part, take_apart

# A notice is a page or two; what is longer is the copy of the mail.
MAX_TEXT = 100_000

_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_UNSEEN = re.compile(r"<(script|style|title)\b", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|/?pre|/?blockquote)\b[^<>]{0,1000}>", re.IGNORECASE)
_TAG = re.compile(r"<(?![^\s<>]{1,200}@)[!/?a-zA-Z][^<>]{0,2000}>")
_SPACE = re.compile(r"[ \t\xa0\u200b]+")


def text_of(part: Part) -> str:
    """Return the part as text, lines ended by LF; HTML is told apart by its type and loses its tags."""
    text = decoded(part)
    return _without_tags(text) if part.kind == "text/html" else text


def decoded(part: Part) -> str:
    """Return the part's body, transfer encoding and character set undone, cut to MAX_TEXT characters; never raises."""
    encoding = part.get("content-transfer-encoding").lower()
    body = part.body[: MAX_TEXT * 2]
    if encoding.startswith("base64"):
        data = _base64(body)
    elif encoding.startswith("quoted-printable"):
        data = binascii.a2b_qp(body.encode("latin-1"))
    else:
        data = body.encode("latin-1")
    return _characters(data[:MAX_TEXT], part.params.get("charset", ""))


def enclosed(part: Part) -> Part:
    """Return the message that a message/rfc822 part holds, encoded or not; some systems leave out the empty line before it."""
    if part.get("received") or part.get("message-id"):
        return part
    encoding = part.get("content-transfer-encoding").lower()
    if encoding.startswith(("base64", "quoted-printable")):
        return take_apart(decoded(part).encode("latin-1", "replace"))
    return take_apart(part.body.encode("latin-1"))


def header_words(value: str) -> str:
    """Return a header's value with its encoded words (RFC 2047) read, raw UTF-8 too; never raises."""
    value = value[:2000]
    try:
        pieces = decode_header(value)
    except (ValueError, HeaderParseError):
        return value
    words = [
        _characters(piece.encode("latin-1", "replace") if isinstance(piece, str) else piece, charset or "") for piece, charset in pieces
    ]
    return " ".join("".join(words).split())


def _base64(body: str) -> bytes:
    letters = _NOT_BASE64.sub("", body.partition("=")[0] if body.rstrip().endswith("=") else body)
    # One letter too many would make the whole unreadable.
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + "=" * (-len(letters) % 4))


def _characters(data: bytes, charset: str) -> str:
    wanted = [charset] if charset and charset.lower() not in {"us-ascii", "ascii", "unknown", "unknown-8bit"} else []
    # Japanese systems send ISO-2022-JP without saying so; everything else unsaid is UTF-8 or Western.
    guesses = ["iso-2022-jp", "utf-8"] if b"\x1b$" in data else ["utf-8"]
    for name in (*wanted, *guesses):
        try:
            text = data.decode(name, "strict" if name == "utf-8" and not wanted else "replace")
        except (LookupError, UnicodeError, ValueError):
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return data.decode("cp1252", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _without_tags(text: str) -> str:
    text = _BREAK.sub("\n", _without_unseen(text))
    lines = (_SPACE.sub(" ", line).strip() for line in unescape(_TAG.sub("", text)).split("\n"))
    return "\n".join(lines)


def _without_unseen(text: str) -> str:
    """What no reader sees goes; a style that never ends takes nothing with it."""
    kept: list[str] = []
    place = 0
    lower = text.lower()
    while (opening := _UNSEEN.search(text, place)) is not None:
        end = lower.find(f"</{opening[1].lower()}", opening.end())
        if end < 0:
            break
        kept.append(text[place : opening.start()])
        place = end
    return "".join(kept) + text[place:]
