"""A body read in pieces and decompressed in pieces, so that neither a long one nor a bomb is ever in memory."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from digest.errors import FetchError

MAX_RATIO: Final = 100  # decompressed to compressed; honest HTML stays under 20
_PIECE: Final = 64 * 1024
_UNSUSPICIOUS: Final = 1024 * 1024  # so small a body may be as repetitive as it likes
_AUTOMATIC: Final = 47  # zlib finds out by itself whether it is gzip or zlib
_RAW: Final = -15


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """How long a body may be, decompressed, and whether a longer one is cut there instead of refused."""

    most: int
    cut: bool = False


def whole_body(chunks: Iterable[bytes], coding: str, cap: Cap, *, shown: str) -> bytes:
    """Return the body that comes in `chunks`, sent as `coding` ("", "gzip", "deflate"); raises FetchError, which names `shown`.

    It is at most as long as `cap` says, and at most 100 times as long as what came.
    """
    parts: list[bytes] = []
    size = 0
    for piece, came in _pieces(chunks, coding.strip().lower(), shown):
        size += len(piece)
        if size > cap.most and cap.cut:
            return b"".join((*parts, piece))[: cap.most]
        if size > cap.most:
            raise FetchError(f"{shown}: more than the {cap.most:,} bytes allowed", status=200)
        if size > _UNSUSPICIOUS and size > MAX_RATIO * came:
            raise FetchError(f"{shown}: compressed more than {MAX_RATIO} times, which is refused as a bomb", status=200)
        parts.append(piece)
    return b"".join(parts)


def _pieces(chunks: Iterable[bytes], coding: str, shown: str) -> Iterator[tuple[bytes, int]]:
    """Each piece with the number of bytes that had come for all so far."""
    if coding in {"", "identity"}:
        came = 0
        for chunk in chunks:
            came += len(chunk)
            yield chunk, came
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(f"{shown}: sent as '{coding[:40]}', which was not asked for; it is tried again later", status=200)
    try:
        yield from _inflated(chunks, raw_may_be=coding == "deflate")
    except zlib.error as error:
        raise FetchError(f"{shown}: broken compression ({error}); it is tried again later", status=200) from error
    except EOFError as error:
        raise FetchError(f"{shown}: broken off in the middle of its compression; it is tried again later", status=200) from error


def _inflated(chunks: Iterable[bytes], *, raw_may_be: bool) -> Iterator[tuple[bytes, int]]:
    """Pieces of 64 KiB at most: a whole network chunk inflated at once would be a thousandfold. Raises zlib.error, EOFError."""
    inflater = zlib.decompressobj(_AUTOMATIC)
    came, begun = 0, False
    for chunk in _headed(chunks):
        waiting = chunk
        while waiting and not inflater.eof:
            begun = True
            try:
                piece = inflater.decompress(waiting, _PIECE)
            except zlib.error:
                if not raw_may_be:
                    raise
                inflater = zlib.decompressobj(_RAW)  # some servers send deflate without the zlib header
                continue
            finally:
                raw_may_be = False
            left = inflater.unused_data or inflater.unconsumed_tail
            came += len(waiting) - len(left)
            yield piece, came
            waiting = left
            # One gzip member may follow another (RFC 1952, 2.2); padding and rubbish after the last are passed over.
            if inflater.eof and left.startswith(b"\x1f\x8b"):
                inflater = zlib.decompressobj(_AUTOMATIC)
    while begun and not inflater.eof:
        # The end may be held back by the limit of the last piece.
        piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
        if not piece:
            raise EOFError
        yield piece, came


def _headed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, the first of them long enough for zlib to see by its two first bytes what it is."""
    rest, head = iter(chunks), b""
    for chunk in rest:
        head += chunk
        if len(head) >= 2:
            break
    if head:
        yield head
    yield from rest
