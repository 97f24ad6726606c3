"""The MJML compiler's process: frames in on stdin, frames out on stdout, until the parent is gone. MRML can crash; this may.

A frame is four bytes of length (big-endian) and that many bytes. In: MJML in UTF-8. Out: one byte, `+` or `-`, then HTML or
what MRML said was wrong. Run as `python -m digest.render.mjml_child`.
"""

import os
import resource
import select
import struct
import sys
from typing import Final

import mjml

_MEMORY: Final = 1 << 30  # bytes of address space; a digest takes some tens of megabytes
_CPU: Final = 8  # seconds of processor time for one compile; a digest takes two milliseconds
_LOOK_ROUND: Final = 5.0  # seconds between two looks whether the parent still lives


def main() -> None:
    """Serve until stdin ends or the parent dies (an inherited copy of our stdin may keep the pipe open past it)."""
    parent = os.getppid()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    while True:
        ready, _, _ = select.select([0], [], [], _LOOK_ROUND)
        if os.getppid() != parent:
            return
        if ready:
            source = _read_frame()
            if source is None:
                return
            _write_frame(_compile(source))


def _compile(source: bytes) -> bytes:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + _CPU, hard))
    try:
        # No fonts: MRML would link a third party's. No comments of ours: they name blocks in the MJML, for its errors.
        return b"+" + mjml.mjml2html(source.decode(), fonts={}, disable_comments=True).encode()
    except (ValueError, MemoryError) as error:
        return b"-" + str(error).encode(errors="replace")


def _read_frame() -> bytes | None:
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = sys.stdin.buffer.read(length)
    return body if len(body) == length else None


def _write_frame(body: bytes) -> None:
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
