"""The wire form: headers and both parts as pieces, quoted-printable already, each slot alone between soft line breaks.

A slot's value starts on a line of its own and is followed by a soft break (`=` CRLF), so any value may be put in, in
quoted-printable with soft breaks of its own, and nothing around it moves. So does each stretch of a segment: with it or
without it, the lines around it are the same. A dot or "From " at a line's start is encoded,
so that neither dot-stuffing nor an mbox writer ever changes the body.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Self, TypedDict
from urllib.parse import quote

from digest.model.edition import Edition
from digest.model.mailing import Piece
from digest.model.newsletter import Newsletter
from digest.model.quoting import SOFT_BREAK, header_text, mailbox, one_line, phrase, quoted
from digest.render.clean import plain
from digest.render.context import archive_url
from digest.render.segments import Part
from digest.render.slots import split


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the headers say; every value is one clean line. `pattern` is the subject, where that greets its reader by name."""

    sender: str
    reply_to: str | None
    subject: str
    list_id: str
    archive: str
    feedback_id: str
    help_address: str
    pattern: tuple[str, ...] = ()

    @classmethod
    def of(cls, edition: Edition, newsletter: Newsletter, public_url: str) -> Self:
        """Read the headers' values off an edition and its newsletter."""
        domain = newsletter.from_address.rpartition("@")[2]
        reply_to = one_line(newsletter.reply_to) if newsletter.reply_to else None
        return cls(
            sender=mailbox(newsletter.from_name, newsletter.from_address, "From"),
            reply_to=reply_to,
            subject=plain(edition.subject, 240),
            list_id=list_id(newsletter),
            archive=one_line(archive_url(public_url, newsletter)),
            feedback_id=one_line(f"edition{edition.number}:{newsletter.id}:edition:{domain}"),
            # Who answers readers: where their replies go.
            help_address=quote((reply_to or newsletter.from_address).rpartition("<")[2].rstrip(">"), safe="@!$'*+=~"),
        )


def list_id(newsletter: Newsletter) -> str:
    """Return List-ID's value, nothing in it encoded: filters compare the line as it stands, and its name may be left out (RFC 2919, 2)."""
    name, bare = one_line(newsletter.name), f"<{one_line(newsletter.list_id)}>"
    return f"{phrase(name)} {bare}" if name.strip() and name.isascii() and "=?" not in name else bare


class _Standing(TypedDict):
    """For whom a piece stands."""

    segment: str | None
    choices: tuple[str, ...]


def wire_form(html: Sequence[Part], text: Sequence[Part], marker: str, envelope: Envelope) -> tuple[Piece, ...]:
    """Return the whole message as pieces; literals are ASCII, CRLF, body lines at most 76, header lines at most 998.

    The boundary holds `=_`, which quoted-printable never does, and is a hash of the parts: same input, same bytes.
    """
    whole = "".join(part.text for part in (*text, *html))
    boundary = f"=_{hashlib.sha256(whole.encode()).hexdigest()[:32]}"
    pieces = [*_headers(envelope, boundary)]
    pieces.append(Piece(literal=_part_head(boundary, "plain")))
    pieces += _body(text, marker, "text")
    pieces.append(Piece(literal=f"\r\n{_part_head(boundary, 'html')}"))
    pieces += _body(html, marker, "html")
    pieces.append(Piece(literal=f"\r\n--{boundary}--\r\n"))
    return tuple(_joined(pieces))


def _body(parts: Sequence[Part], marker: str, encoding: Literal["text", "html"]) -> Iterator[Piece]:
    last = len(parts) - 1
    for place, part in enumerate(parts):
        for literal, slot, fallback in split(part.text, marker):
            stands = _Standing(segment=part.segment, choices=part.choices)
            alone = slot is None and place == last
            wire = quoted(literal, then_soft_break=not alone)
            # Whatever comes next, a slot's value or another part, begins a line; so does what comes after it.
            at_line_start = not wire or wire.endswith("\r\n") or alone
            yield Piece(literal=wire if at_line_start else f"{wire}{SOFT_BREAK}", **stands)
            if slot is not None:
                yield Piece(slot=slot, encoding=encoding, fallback=fallback, **stands)
                yield Piece(literal=SOFT_BREAK, **stands)


def _headers(envelope: Envelope, boundary: str) -> Iterator[Piece]:
    reply = f"Reply-To: {envelope.reply_to}\r\n" if envelope.reply_to else ""
    yield Piece(literal=f"From: {envelope.sender}\r\n{reply}To: ")
    yield Piece(slot="to", encoding="header")
    if envelope.pattern:
        yield Piece(literal="\r\nSubject: ")
        yield Piece(slot="name", encoding="header", pattern=envelope.pattern)
        yield Piece(literal="\r\nDate: ")
    else:
        yield Piece(literal=f"\r\nSubject: {header_text(envelope.subject, 'Subject')}\r\nDate: ")
    yield Piece(slot="date", encoding="header")
    yield Piece(literal="\r\nMessage-ID: ")
    yield Piece(slot="message_id", encoding="header")
    # RFC 8058: the address stands raw, on one line; folded or encoded it dies in silence.
    yield Piece(literal=f"\r\nMIME-Version: 1.0\r\nList-ID: {envelope.list_id}\r\nList-Unsubscribe: <")
    yield Piece(slot="unsubscribe_url", encoding="header")
    yield Piece(literal=">")
    # Where something reads what is sent to us, a mailto of the same token, from its comma on (RFC 2369, 3.2).
    yield Piece(slot="unsubscribe_mail", encoding="header")
    yield Piece(
        literal="\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        f"List-Archive: <{envelope.archive}>\r\n"
        f"List-Help: <mailto:{envelope.help_address}>\r\n"
        f"Feedback-ID: {envelope.feedback_id}\r\nPrecedence: bulk\r\n"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    )


def _part_head(boundary: str, kind: str) -> str:
    return f'--{boundary}\r\nContent-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Join neighbouring literals that stand for the same readers, and leave out empty ones."""
    for (slotted, segment, choices), run in groupby(pieces, lambda piece: (piece.slot is not None, piece.segment, piece.choices)):
        if slotted:
            yield from run
        elif literal := "".join(piece.literal for piece in run):
            yield Piece(literal=literal, segment=segment, choices=choices)
