"""One reader's message: the frozen pieces with the reader's own values between them, joined to bytes."""

from collections.abc import Mapping
from dataclasses import replace
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


def marked_as_test(rendered: Rendered, mark: str = "[Test]") -> Rendered:
    """Return the mail with `mark` before its subject and nothing else changed: the pieces are the same bytes around it.

    The subject may be folded or in encoded words; the mark stands on a line of its own before it (RFC 5322, 2.2.3), and
    the white space of the fold is what parts the two (RFC 2047, 6.2). Raises RefusedError where a mail has no subject.
    """
    for place, piece in enumerate(rendered.pieces):
        if "\r\nSubject: " not in piece.literal:
            continue
        before, header, after = piece.literal.partition("\r\nSubject: ")
        fold = "" if after.startswith("\r\n") else "\r\n "
        changed = replace(piece, literal=f"{before}{header}{mark}{fold}{after}")
        pieces = (*rendered.pieces[:place], changed, *rendered.pieces[place + 1 :])
        return replace(rendered, pieces=pieces, subject=f"{mark} {rendered.subject}".rstrip())
    raise RefusedError("the mail has no subject to mark as a test; give the edition one")


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
