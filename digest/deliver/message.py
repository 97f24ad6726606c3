"""One reader's message: the frozen pieces with the reader's own values between them, joined to bytes."""

from collections.abc import Mapping
from html import escape

from digest.errors import RefusedError
from digest.model.mailing import Piece, Rendered
from digest.model.quoting import header_text, mailbox, one_line, quoted


def splice(rendered: Rendered, values: Mapping[str, str]) -> bytes:
    """Return the whole message for one reader: CRLF, ASCII, body lines of at most 76 characters; ready for DATA.

    `values` by slot name: `to` (a mailbox, `Name <address>` as plain text or as `quoting.mailbox` gives it),
    `message_id`, `date`, `unsubscribe_url`, and what the theme asks for. Control characters and line breaks in them
    are neutralised. A missing name is ""; anything else missing raises RefusedError that names it.
    """
    return "".join(piece.literal if piece.slot is None else _encoded(piece, piece.slot, values) for piece in rendered.pieces).encode(
        "ascii"
    )


def _encoded(piece: Piece, slot: str, values: Mapping[str, str]) -> str:
    if slot not in values:
        if slot == "name":
            return ""
        raise RefusedError(f"no value for the mail's slot {slot!r}: give each recipient one")
    value = values[slot]
    if piece.encoding == "header":
        return _header(slot, value)
    line = one_line(value)
    return quoted(escape(line) if piece.encoding == "html" else line, then_soft_break=True)


def _header(slot: str, value: str) -> str:
    """An ASCII value stands as it is, on one line: addresses of the web and Message-IDs must not be folded or encoded."""
    line = one_line(value)
    if not line.isascii():
        name, bracket, address = line.rpartition("<")
        line = mailbox(name.strip(' "'), address.rstrip(">"), slot) if bracket and slot == "to" else header_text(line, slot)
        line = one_line(line)
    # RFC 2047, 2: a line with an encoded word is at most 76 characters long.
    return line.replace("?= =?", "?=\r\n =?").replace("?= <", "?=\r\n <")
