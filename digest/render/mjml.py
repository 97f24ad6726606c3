"""The handle of the warm process that sets type and compiles MJML: started at first use, anew after a crash, timeout or fork."""

import contextlib
import os
import re
import select
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from digest.errors import RenderError

_PATH_TO_DIGEST: Final = str(Path(__file__).resolve().parent.parent.parent)
_LARGEST: Final = 4 << 20  # bytes of MJML; a heavy edition has 80,000
_PIPE = 1 << 16  # bytes that a pipe holds on Linux
_SOON: Final = 0.001  # seconds in which most answers come
_LARGEST_ANSWER: Final = 32 << 20  # bytes of HTML


class _Gone(Exception):  # noqa: N818  not an error by itself: the process is started anew
    """The process ended in the middle of a frame."""


class MjmlCompiler:
    """Compiles MJML in a child process. Safe to share between threads; each process that forks gets a child of its own."""

    def __init__(self, *, timeout: float = 30.0) -> None:
        """`timeout` is in seconds, for one compile, from the first byte written to the last byte read."""
        self._timeout = timeout
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id while it is warm, for who watches it."""
        return self._process.pid if self._process else None

    def compile(self, mjml: str) -> str:
        """Return the HTML of `mjml`; raises RenderError with line and excerpt where MRML names a place, and after two crashes."""
        body = mjml.encode()
        if len(body) > _LARGEST:
            raise RenderError(f"the edition's MJML is {len(body):,} bytes, more than {_LARGEST:,}: take articles out")
        made, said = self._answer(b"M", body, "the MJML compiler")
        if made:
            return said
        raise RenderError(_explain(said, mjml))

    def set_type(self, what: str, job: bytes) -> str:
        """Return what a template makes; `what` names it for the errors, `job` is JSON as the child reads it. Raises RenderError."""
        made, said = self._answer(b"T", job, what)
        if made:
            return said
        raise RenderError(said)

    def _answer(self, kind: bytes, body: bytes, what: str) -> tuple[bool, str]:
        """Send one frame; return what was made, or what was wrong, from a fresh process where the one at hand is gone or goes."""
        frame = struct.pack(">I", 1 + len(body)) + kind + body
        if self._owner != os.getpid():
            self._forget_after_fork()
        with self._lock:
            for _ in range(2):
                try:
                    answer = self._exchange(frame, what)
                except _Gone:
                    self._stop()
                else:
                    return answer[4] == ord("+"), str(answer[5:], "utf-8")
        raise RenderError(f"{what} crashed twice on this edition: take out what was changed last, and report the edition's file")

    def close(self) -> None:
        """End the child, if there is one."""
        if self._owner == os.getpid():
            with self._lock:
                self._stop()

    def _forget_after_fork(self) -> None:
        """Let go of the parent's child: its pipes are closed here, and the process is the parent's to end."""
        process, self._process = self._process, None
        self._lock = threading.Lock()
        self._owner = os.getpid()
        if process:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            process.returncode = 0  # not ours to wait for

    def _start(self) -> subprocess.Popen[bytes]:
        # A bare environment: neither our secrets nor a PYTHON* switch reaches the process that reads strangers' text.
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": _PATH_TO_DIGEST, "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"}
        # glibc gives the memory of each mail back and asks for it again, and keeps few of the many small pieces that MRML lets go of at
        # hand: a quarter of the whole time. Some megabytes, and two thousand pieces of each size, are kept instead.
        environment |= {"MALLOC_TRIM_THRESHOLD_": str(64 << 20), "MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TOP_PAD_": str(16 << 20)}
        environment |= {"GLIBC_TUNABLES": "glibc.malloc.tcache_count=2000"}
        process = subprocess.Popen(
            [sys.executable, "-m", "digest.render.mjml_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        if process.stdin and process.stdout:
            os.set_blocking(process.stdin.fileno(), False)
            os.set_blocking(process.stdout.fileno(), False)
        return process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    with contextlib.suppress(OSError):
                        pipe.close()
            process.wait()

    def _exchange(self, frame: bytes, what: str) -> memoryview:
        """Write one frame and return one, length and all; each step is waited for no longer than the deadline."""
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = self._start()
        process = self._process
        if process.stdin is None or process.stdout is None:  # Popen's types say so; PIPE was asked for
            raise _Gone
        until = time.monotonic() + self._timeout
        to_send = memoryview(frame)
        writable, readable = process.stdin.fileno(), process.stdout.fileno()
        while to_send:
            self._wait(writable, select.POLLOUT, until, what)
            try:
                to_send = to_send[os.write(writable, to_send) :]
            except BrokenPipeError as error:
                raise _Gone from error
        received: bytes | bytearray = b""
        wanted = 4
        while len(received) < wanted:
            self._wait(readable, select.POLLIN, until, what)
            piece = os.read(readable, _PIPE)
            if not piece:
                raise _Gone
            # A mail comes in one piece as a rule, which is copied no more then.
            if not received:
                received = piece
            else:
                received = received if isinstance(received, bytearray) else bytearray(received)
                received += piece
            if len(received) >= 4:
                wanted = 4 + int.from_bytes(received[:4], "big")
            if wanted > _LARGEST_ANSWER:
                self._stop()
                raise RenderError(f"{what} made {wanted:,} bytes, more than {_LARGEST_ANSWER:,}: take articles out")
        return memoryview(received)

    def _wait(self, descriptor: int, event: int, until: float, what: str) -> None:
        # A poll of one descriptor is one call of the system; a selector made for each frame is six.
        poll = select.poll()
        poll.register(descriptor, event)
        # A digest takes half a millisecond: to fall asleep and be woken on another core is a tenth of that. Whoever wants the core has it.
        soon = time.monotonic() + _SOON
        while time.monotonic() < soon:
            if poll.poll(0):
                return
            os.sched_yield()
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            self._stop()
            raise RenderError(f"{what} took more than {self._timeout:g} seconds: take out what was changed last")


def _explain(said: str, mjml: str) -> str:
    """MRML's words, with block, line and excerpt where it gave a byte offset."""
    offsets = re.findall(r"\b(?:position|offset|at)\D{0,4}(\d+)", said)
    if not offsets:
        return f"the MJML does not compile: {said}; a tag is not closed or not known to MJML"
    before = mjml.encode()[: int(offsets[0])].decode(errors="ignore")
    line = before.count("\n") + 1
    blocks = re.findall(r"<!-- (\S+) -->", before)
    block = f" in {blocks[-1]}" if blocks else ""
    return f"the MJML does not compile{block}, line {line}: {said}: {mjml.splitlines()[line - 1].strip()[:120]}"
