"""The process that sets type and compiles: frames in on stdin, frames out on stdout, until the parent is gone.

MRML can crash, and a template can run for ever; this process may. A frame is four bytes of length (big-endian) and that many
bytes. In: `M` and MJML in UTF-8, or `T` and a template's job in JSON (theme, folders, template, context, tools). Out: one byte,
`+` or `-`, then what was made or what was wrong. Run as `python -m digest.render.mjml_child`.
"""

import contextlib
import json
import os
import resource
import select
import signal
import struct
import sys
from collections.abc import Iterator
from typing import Final

import mjml

from digest.errors import RenderError
from digest.render.setting import SECONDS, OutOfTime, Typesetter
from digest.render.tools import given

_MEMORY: Final = 1 << 30  # bytes of address space; a digest takes some tens of megabytes
_CPU: Final = 8  # seconds of processor time for one frame; a digest takes two milliseconds to compile
_LOOK_ROUND: Final = 5.0  # seconds between two looks whether the parent still lives


def main() -> None:
    """Serve until stdin ends or the parent dies (an inherited copy of our stdin may keep the pipe open past it)."""
    parent = os.getppid()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    typesetter = Typesetter()
    while True:
        ready, _, _ = select.select([0], [], [], _LOOK_ROUND)
        if os.getppid() != parent:
            return
        if ready:
            source = _read_frame()
            if source is None:
                return
            spent = resource.getrusage(resource.RUSAGE_SELF)
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + _CPU, hard))
            _write_frame(_set_type(typesetter, source[1:]) if source[:1] == b"T" else _compile(source[1:]))


def _set_type(typesetter: Typesetter, source: bytes) -> bytes:
    job = json.loads(source)
    tools = given(job["tools"]) if job["tools"] else {}
    try:
        with _limited():
            made = typesetter.set_type(job["folders"], job["theme"], job["template"], job["context"] | tools)
    except OutOfTime:
        return f"-template {job['theme']}/{job['template']} takes more than {SECONDS} seconds: look for loops in one another".encode()
    except RenderError as error:
        return b"-" + str(error).encode(errors="replace")
    return b"+" + made.encode(errors="replace")


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Raise OutOfTime in what runs here for longer than a template may; again and again, should somebody swallow it."""

    def late(*_: object) -> None:
        raise OutOfTime

    signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _compile(source: bytes) -> bytes:
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
