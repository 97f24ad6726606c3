"""How a value is written on the wire: quoted-printable for bodies (RFC 2045), encoded words for headers (RFC 2047).

Pure and of the standard library, because both rooms that write mail share it: render encodes what is the same for all,
deliver what is one reader's own.
"""

import re
from binascii import b2a_base64
from email.header import Header
from typing import Final

SOFT_BREAK: Final = "=\r\n"
_LINE: Final = 75  # characters before the `=` of a soft break
_QP: Final = tuple(chr(byte) if 32 <= byte <= 126 and byte != 61 else f"={byte:02X}" for byte in range(256))
# Most lines and most values: short, ASCII, no space at the end, no dot or "From " at the start.
_ASCII: Final = re.compile(r"(?:[!-\-/-EG-~](?:[ -~]*[!-~])?)?\Z")
# Printable ASCII without `=`: nothing in it is encoded but what stands at a line's start or end.
_BARE: Final = re.compile(r"[ -<>-~]*[!-<>-~]\Z")
_CLEAN: Final = re.compile(r"[!-~]+(?: [!-~]+)*\Z")
_SPACE: Final = re.compile("[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
# C0 and C1, the bidi overrides, embeddings and isolates (they reach past their own text), the byte order mark, surrogates
# and noncharacters. LRM, RLM and ZWJ stay: Arabic, Hebrew, Hindi and emoji need them.
_DROPPED: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff]"
    "|[\U0001fffe\U0001ffff\U000e0001]"
)
_ATOMS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_LONGEST_NAME: Final = 120
_LONGEST_WORD: Final = 900  # a header line may have 998 characters (RFC 5322, 2.1.1)


def one_line(value: str) -> str:
    """Return `value` as one line without control characters, of any length, its runs of white space as one space."""
    return value if _CLEAN.match(value) else _SPACE.sub(" ", _DROPPED.sub("", value)).strip(" ")


def quoted(text: str, *, then_soft_break: bool = False) -> str:
    """Return `text` (its newlines bare) in quoted-printable, CRLF, as it stands on a fresh line; no line over 76.

    A space at a line's end is encoded, and so are a dot and "From " at a line's start: neither dot-stuffing nor an mbox
    writer ever changes a body. `then_soft_break` leaves room on the last line for the `=` that follows it.
    """
    lines = text.split("\n")
    last = len(lines) - 1
    return "\r\n".join(_quoted_line(line, roomy=not (then_soft_break and place == last)) for place, line in enumerate(lines))


def _quoted_line(line: str, *, roomy: bool) -> str:
    short = line.replace("=", "=3D")
    if len(short) <= _LINE and _ASCII.match(line):
        return short
    if _BARE.match(line):
        return _cut(line, roomy=roomy)
    signs = [_QP[byte] for byte in line.encode()]
    if signs and signs[-1] == " ":
        signs[-1] = "=20"
    out: list[str] = []
    column = 0
    last = len(signs) - 1
    for place, sign in enumerate(signs):
        shown = sign
        # The last character of a line may take the column that a soft break's `=` needs otherwise.
        if column + len(sign) > (_LINE + 1 if roomy and place == last else _LINE):
            out.append(SOFT_BREAK)
            column = 0
        if column == 0 and (sign == "." or (sign == "F" and signs[place : place + 5] == [*"From "])):
            shown = f"={ord(sign):02X}"
        out.append(shown)
        column += len(shown)
    return "".join(out)


def _cut(line: str, *, roomy: bool) -> str:
    """Break a long line in which nothing but a line's start may need encoding."""
    out = []
    start = 0
    while True:
        guard = ""
        if line.startswith((".", "From "), start):
            guard = f"={ord(line[start]):02X}"
            start += 1
        room = _LINE - len(guard)
        if len(line) - start <= room + roomy:
            out.append(f"{guard}{line[start:]}")
            return SOFT_BREAK.join(out)
        out.append(f"{guard}{line[start : start + room]}")
        start += room


def header_text(value: str, header: str = "") -> str:
    """Return a header's text that survives: folded at spaces where it is ASCII, in encoded words where it is not.

    `header` is the header's name, for the first line's length. Encoded by email.header.Header, because policy.SMTP
    garbles one mixed-script subject in eight; folded here, because Header folds before a long first word.
    """
    value = one_line(value)
    words = value.split(" ")
    if not value.isascii() or "=?" in value or max(map(len, words)) > _LONGEST_WORD:
        return Header(value, "utf-8", maxlinelen=74, header_name=header).encode(linesep="\r\n")
    lines = [words[0]]
    room = 76 - len(header) - 2
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) > room:
            lines.append(word)
            room = 75
        else:
            lines[-1] += f" {word}"
    return "\r\n ".join(lines)


def personal_text(value: str, header: str = "") -> str:
    """Return what `header_text` does for a value that is another for each reader: 20 times as fast where it is not ASCII."""
    value = one_line(value)
    if value.isascii() and "=?" not in value and max(map(len, value.split(" "))) <= _LONGEST_WORD:
        return header_text(value, header)
    words: list[str] = []
    word = bytearray()
    room = _room(len(header) + 2)
    for letter in value:
        signs = letter.encode()
        if len(word) + len(signs) > room:
            words.append(b2a_base64(word, newline=False).decode("ascii"))
            word.clear()
            room = _room(1)
        word += signs
    words.append(b2a_base64(word, newline=False).decode("ascii"))
    return "\r\n ".join(f"=?utf-8?b?{said}?=" for said in words)


def _room(used: int) -> int:
    """How many bytes an encoded word holds on a line of 76 characters of which some are used: 12 are its own, four hold three."""
    return (76 - used - 12) // 4 * 3


def phrase(name: str, header: str = "") -> str:
    """Return a display name of at most 120 characters: bare where it is plain words, quoted, or in encoded words."""
    name = one_line(name)[:_LONGEST_NAME].rstrip(" ")
    if not name.isascii() or "=?" in name:
        return header_text(name, header)
    if _ATOMS.match(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def mailbox(name: str | None, address: str, header: str = "") -> str:
    """Return `name <address>` as it stands in From or To, or the address alone where there is no name."""
    address = re.sub(r"[\s<>]", "", one_line(address))
    shown = phrase(name, header) if name else ""
    return f"{shown} <{address}>" if shown else address
