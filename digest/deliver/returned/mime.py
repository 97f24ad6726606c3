"""A mail taken apart, however broken: headers, parts and their text, in bounded time and the same for CR, LF and CRLF.

The email package is strict where bounces are not (a missing boundary, headers grown together, a report inside a
report), recurses without bound, and keeps CR as part of a line. Here a part is a slice of one Latin-1 string.
"""

import re
from dataclasses import dataclass, field

# What tells about a return stands before the copy of the mail; the rest of a huge one is that copy.
MAX_BYTES = 3_000_000
_MAX_DEPTH = 8
_MAX_PARTS = 100
_MAX_HEADERS = 65_536

_HEADER = re.compile(r"([!-9;-~]{1,80})[ \t]?:[ \t]*(.*)")
_PLAIN_HEADER = re.compile(r"[A-Z][A-Za-z0-9-]{1,60}: ")
# How many lines that lost their indent are looked for, and how far ahead of each for the next header.
_MAX_UNFOLDED = 60
_AHEAD = 20
_PARAM = re.compile(r";\s*([\w*-]{1,40})\s*=\s*(?:\"([^\"\n]{0,300})\"|([^\s;\"]{1,300}))")
_GUESSED_BOUNDARY = re.compile(r"^--(\S[^\n]{0,80})\n[Cc]ontent-", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One MIME part. `body` is what stands under its headers, undecoded, Latin-1, lines ended by LF."""

    headers: tuple[tuple[str, str], ...]
    body: str
    kind: str
    params: dict[str, str] = field(default_factory=dict)
    parts: tuple["Part", ...] = ()

    def get(self, name: str) -> str:
        """Return the first header of that name (any case), unfolded, or ""."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every header of that name (any case), unfolded."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)

    def walk(self) -> tuple["Part", ...]:
        """Return this part and all under it, in the order of the mail; what an enclosed message holds is not among them."""
        found = [self]
        for part in self.parts:
            found.extend(part.walk())
        return tuple(found)


def take_apart(raw: bytes) -> Part:
    """Return the mail as a tree of parts; never raises. A leading "From " line (mbox) is left out."""
    text = raw[:MAX_BYTES].decode("latin-1").replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = text.removeprefix("ï»¿").lstrip(" \t\n")
    while text.startswith(("From ", ">From ")):
        text = text.partition("\n")[2]
    return _part(text, 0, [_MAX_PARTS])


def read_headers(text: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the headers (names in lower case, values unfolded) and what stands after the empty line."""
    headers: list[tuple[str, str]] = []
    lines: list[str] = []
    place = 0
    unfolded = 0
    while place < len(text) and place < _MAX_HEADERS:
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        line = text[place:end]
        if not line.strip():
            place = end + 1
            break
        if line[0] in " \t" and headers:
            lines.append(line.strip())
            name, _ = headers[-1]
            headers[-1] = (name, " ".join(lines))
        elif matched := _HEADER.match(line):
            lines = [matched[2].strip()]
            headers.append((matched[1].lower(), lines[0]))
        elif headers and unfolded < _MAX_UNFOLDED and _is_unfolded(text, place, lines[-1]):
            unfolded += 1
            lines.append(line.strip())
            headers[-1] = (headers[-1][0], " ".join(lines))
        else:
            break
        place = end + 1
    return tuple(headers), text[place:]


def _is_unfolded(text: str, place: int, before: str) -> bool:
    """Tell whether the line at `place` goes on with the header before it, though whoever passed the mail on took its indent away."""
    if before.endswith((";", ",")):
        return True
    following = text[place : place + 4000].partition("\n\n")[0].split("\n")[1:_AHEAD]
    return any(_PLAIN_HEADER.match(line) for line in following)


def _part(text: str, depth: int, left: list[int]) -> Part:
    left[0] -= 1
    headers, body = read_headers(text)
    given = next((value for name, value in headers if name == "content-type"), "")
    kind = given.partition(";")[0].strip().strip('"').lower() or "text/plain"
    params = {name.lower(): quoted or plain for name, quoted, plain in _PARAM.findall(given[:2000])}
    parts: tuple[Part, ...] = ()
    if kind.startswith("multipart/") and depth < _MAX_DEPTH:
        parts = tuple(_part(piece, depth + 1, left) for piece in _pieces(body, params.get("boundary", "")) if left[0] > 0)
    return Part(headers=headers, body=body, kind=kind, params=params, parts=parts)


def _pieces(body: str, boundary: str) -> list[str]:
    """The parts between boundary lines; a boundary that is not there is guessed from the first line that looks like one."""
    if not boundary or f"--{boundary}" not in body:
        guess = _GUESSED_BOUNDARY.search(body)
        if guess is None:
            return []
        boundary = guess[1]
    pieces: list[str] = []
    start: int | None = None
    mark = f"--{boundary}"
    place = 0 if body.startswith(mark) else body.find(f"\n{mark}") + 1
    while place >= 0 and body.startswith(mark, place) and len(pieces) <= _MAX_PARTS:
        if start is not None:
            pieces.append(body[start : max(start, place - 1)])
        end = body.find("\n", place)
        if end < 0 or body.startswith("--", place + len(mark)):
            return pieces
        start = end + 1
        # The next boundary may stand on the very next line.
        following = body.find(f"\n{mark}", end)
        place = following + 1 if following >= 0 else -1
    if start is not None:
        pieces.append(body[start:])
    return pieces
