"""One reader's message: the frozen pieces with the reader's own values between them, joined to bytes."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from html import escape
from typing import Final

from digest.deliver.dkim import Signer, canonical_body
from digest.errors import RefusedError
from digest.model.greeting import addressed
from digest.model.mailing import NOTHING, Piece, Rendered, choice_of
from digest.model.quoting import header_text, mailbox, one_line, personal_text, quoted

_EMPTY_LINE: Final = b"\r\n\r\n"
# What header, text and HTML all write as it is: short, on one line, nothing that any of them escapes or encodes.
_SAME_EVERYWHERE: Final = re.compile(r"(?!From )(?=.{1,75}\Z)[A-Za-z0-9][A-Za-z0-9:/@.,_+-]*+(?: [A-Za-z0-9:/@.,_+-]++)*+\Z")

# By a slot's name and what stands there for want of a value: in which encoding it stands at which places.
_Slots = dict[tuple[str, str], dict[str, list[int]]]
# A reader need not have given a name, and unsubscribing by mail is offered only where something reads that mail.
# So many mails, or choices of what to leave out of one, are kept taken apart: more would fill a process that lives for weeks.
_MOST_SPLICERS: Final = 4
_MOST_LAYOUTS: Final = 64
_MAY_LACK: Final = ("name", "unsubscribe_mail")


class Splicer:
    """A mail taken apart once, so that each reader's message is their own values and a join; threads may share it.

    With a `signer` each message bears its DKIM signatures. What a choice of segments leaves of the mail is found out once for
    all readers of that choice.
    """

    def __init__(self, rendered: Rendered, signer: Signer | None = None) -> None:
        self._pieces = [(piece, piece.literal.encode("ascii")) for piece in rendered.pieces]
        self._segments = frozenset(segment.key for segment in rendered.segments)
        self._signer = signer if signer is not None and signer.keys else None
        self._layouts: dict[frozenset[str], _Layout] = {}
        self._whole = self._layout(NOTHING)

    def splice(self, values: Mapping[str, str], left_out: frozenset[str] = NOTHING) -> bytes:
        """Return the whole message for one reader: CRLF, ASCII, body lines of at most 76 characters; ready for DATA.

        `values` by slot name: `to` (a mailbox, `Name <address>` as plain text or as `quoting.mailbox` gives it),
        `message_id`, `date`, `unsubscribe_url`, and what the theme asks for. Control characters and line breaks in them
        are neutralised. A missing name is what the theme wrote for it, or ""; anything else missing raises RefusedError that names it.
        `left_out` are the keys of the segments that the reader does without; what this mail does not let go counts for nothing.
        """
        return (self._layout(left_out & self._segments) if left_out else self._whole).message(values)

    def _layout(self, left_out: frozenset[str]) -> "_Layout":
        known = self._layouts.get(left_out)
        if known is None:
            choice = choice_of(left_out)
            known = _Layout([one for one in self._pieces if one[0].stands(left_out, choice)], self._signer)
            if len(self._layouts) >= _MOST_LAYOUTS:
                self._layouts.clear()
            self._layouts[left_out] = known
        return known


class Splicers:
    """The splicers of the last few mails of a process, so that a chunk does not begin with reading its mail again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], Splicer] = {}

    def get(self, of: tuple[object, ...], make: Callable[[], Splicer]) -> Splicer:
        """Return the splicer of the mail that `of` names, made where it is not there; the one least asked for gives way."""
        self._kept[of] = found = self._kept.pop(of, None) or make()
        if len(self._kept) > _MOST_SPLICERS:
            del self._kept[next(iter(self._kept))]
        return found


class _Layout:
    """What one choice of segments leaves of a mail."""

    def __init__(self, pieces: Sequence[tuple[Piece, bytes]], signer: Signer | None) -> None:
        self._parts = [literal for _, literal in pieces]
        # A value stands in both parts and the headers: it is encoded once for each kind of place.
        self._slots: _Slots = {}
        self._greeting = [(place, piece.pattern) for place, (piece, _) in enumerate(pieces) if piece.pattern]
        for place, (piece, _) in enumerate(pieces):
            if piece.slot is not None and not piece.pattern:
                self._slots.setdefault((piece.slot, piece.fallback), {}).setdefault(piece.encoding, []).append(place)
        self._signing = _Signing(self._parts, self._slots, signer) if signer is not None else None

    def message(self, values: Mapping[str, str]) -> bytes:
        parts = self._parts.copy()
        for (slot, fallback), encodings in self._slots.items():
            value = _value(slot, values)
            if fallback and not one_line(value):
                value = fallback
            plain = value.encode("ascii") if _SAME_EVERYWHERE.match(value) else None
            for encoding, places in encodings.items():
                shown = _encoded(encoding, slot, value) if plain is None else plain
                for place in places:
                    parts[place] = shown
        for place, pattern in self._greeting:
            parts[place] = personal_text(addressed(pattern, values.get("name", "")), "Subject").encode("ascii")
        if self._signing is not None:
            parts.insert(0, self._signing.signature(parts))
        return b"".join(parts)


class _Signing:
    """The canonical form of what all readers share, made once: a slot's value stands on a line of its own, so parts are independent."""

    def __init__(self, parts: Sequence[bytes], slots: _Slots, signer: Signer) -> None:
        self._signer = signer
        self._head_ends = next(place for place, part in enumerate(parts) if _EMPTY_LINE in part)
        head, _, body = parts[self._head_ends].partition(_EMPTY_LINE)
        self._last_of_head = head + b"\r\n"
        self._canonical = [canonical_body(part) for part in (body, *parts[self._head_ends + 1 :])]
        # What stands before the first reader's own value in the body is hashed once for all.
        own = [place - self._head_ends for encodings in slots.values() for places in encodings.values() for place in places]
        self._own = sorted(place for place in own if place > 0)
        self._shared = min(self._own, default=len(self._canonical))
        self._begun = hashlib.sha256(b"".join(self._canonical[: self._shared]))

    def signature(self, parts: Sequence[bytes]) -> bytes:
        canonical = self._canonical.copy()
        for place in self._own:
            canonical[place] = canonical_body(parts[self._head_ends + place])
        head = b"".join(parts[: self._head_ends]) + self._last_of_head
        return self._signer.signature(head, canonical[self._shared :], self._begun)


def splice(rendered: Rendered, values: Mapping[str, str], signer: Signer | None = None, left_out: frozenset[str] = NOTHING) -> bytes:
    """Return one message; see Splicer.splice, which many messages share."""
    return Splicer(rendered, signer).splice(values, left_out)


def signed(message: bytes, signer: Signer) -> bytes:
    """Return a whole message with its DKIM signatures before it; as it is, where its domain has no keys."""
    head, empty_line, body = message.partition(_EMPTY_LINE)
    if not signer.keys or not empty_line:
        return message
    canonical = canonical_body(body).rstrip(b"\r\n")
    return signer.signature(head + b"\r\n", [canonical + b"\r\n" if canonical else b""]) + message


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


def _value(slot: str, values: Mapping[str, str]) -> str:
    value = values.get(slot)
    if value is None:
        if slot in _MAY_LACK:
            return ""
        raise RefusedError(f"no value for the mail's slot {slot!r}: give each recipient one")
    return value


def _encoded(encoding: str, slot: str, value: str) -> bytes:
    line = one_line(value)
    if encoding == "header":
        return _header(slot, line).encode()
    return quoted(escape(line) if encoding == "html" else line, then_soft_break=True).encode("ascii")


def _header(slot: str, line: str) -> str:
    """An ASCII value stands as it is, on one line: addresses of the web and Message-IDs must not be folded or encoded.

    An encoded word is no address (RFC 2047, 5): a domain is written in ASCII, and a local part beyond it as it is, which a relay
    takes with SMTPUTF8 or not at all (RFC 6532).
    """
    if not line.isascii():
        name, bracket, address = line.rpartition("<")
        if slot == "to" and (bracket or "@" in line):
            line = mailbox(name.strip(' "'), _in_ascii(address.rstrip(">")), slot)
        else:
            line = header_text(line, slot)
        line = one_line(line)
    # RFC 2047, 2: a line with an encoded word is at most 76 characters long.
    return line.replace("?= =?", "?=\r\n =?").replace("?= <", "?=\r\n <")


def _in_ascii(address: str) -> str:
    """The address with its domain in ASCII, where it has such a form."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
