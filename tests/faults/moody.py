"""A relay of many moods: by the reader's number it refuses for now or for good, hangs, or drops the connection; then it takes the mail.

What it takes it writes down as the sink does, before it answers; each mood it notes with its moment, and remembers after a kill. Runs
as a process of the stage, see `moody`.
"""

import argparse
import os
import re
import socketserver
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.demo.sinklog import Keeper

# A reader's number modulo `every`, and what becomes of that reader's first try.
BUSY_AT_RCPT, BUSY_AFTER_BODY, GONE, KEEPS_AND_DROPS, DROPS, CLOSES, HANGS = MOODS = (7, 17, 27, 37, 47, 57, 67)
# Longer than any answer is waited for, with the drills' lease.
_LONG = 8.0
_NUMBER = re.compile(rb"reader(\d+)@")
_NOTES = "moods"


@dataclass(frozen=True, slots=True)
class Played:
    """A mood that struck a reader, and when (Unix time)."""

    mood: int
    reader: str
    at: float


def moody(port: int, *, every: int = 100, delay: float = 0.02) -> Sequence[str]:
    """Return the command of such a relay: of `every` readers each mood strikes one; what it takes, it takes in `delay` seconds."""
    return [sys.executable, "-m", "tests.faults.moody", str(port), "--every", str(every), "--delay", str(delay)]


def played(folder: Path) -> list[Played]:
    """Return the moods that struck so far, in their order; `folder` is where the mail is kept."""
    path = folder / _NOTES
    lines = path.read_text("ascii").splitlines() if path.exists() else []
    return [Played(int(mood), reader, float(at)) for mood, reader, at in map(str.split, lines)]


class Relay(socketserver.ThreadingTCPServer):
    """The server, with its memory of who was tried before."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, folder: Path, *, every: int, delay: float) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.keeper = Keeper(folder, keep_files=False)
        self.keeper.open()
        self.delay = delay
        self._every = every
        self._notes = folder / _NOTES
        self._struck = {one.reader.encode() for one in played(folder)}
        self._lock = threading.Lock()

    def mood(self, recipient: bytes) -> int | None:
        """Return the mood that this reader meets now; each but GONE lasts for one try."""
        found = _NUMBER.match(recipient)
        mood = int(found[1]) % self._every if found else -1
        return mood if mood in MOODS and (mood == GONE or recipient not in self._struck) else None

    def strikes(self, mood: int, recipient: bytes) -> None:
        """Remember that a mood strikes this reader now."""
        with self._lock, self._notes.open("a", encoding="ascii") as notes:
            self._struck.add(recipient)
            notes.write(f"{mood} {recipient.decode()} {time.time():.3f}\n")

    def keep(self, sender: bytes, recipient: bytes, mail: bytes) -> None:
        """Write a mail down."""
        with self._lock:
            self.keeper.keep(sender.decode(), [recipient.decode()], mail)


class _Talk(socketserver.StreamRequestHandler):
    """One conversation; a command of it returns False where the connection is to end."""

    server: Relay
    disable_nagle_algorithm = True
    _sender = _recipient = b""

    def handle(self) -> None:
        verbs = {b"EHLO": self._ehlo, b"MAIL": self._mail, b"RCPT": self._rcpt, b"DATA": self._data, b"QUIT": self._quit}
        self._says("220 moody")
        while (line := self.rfile.readline()) and verbs.get(line[:4].upper(), self._other)(line):
            pass

    def _ehlo(self, _: bytes) -> bool:
        return self._says("250-moody\r\n250 PIPELINING")

    def _mail(self, line: bytes) -> bool:
        self._sender, self._recipient = _address(line), b""
        return self._says("250 ok")

    def _rcpt(self, line: bytes) -> bool:
        recipient = _address(line)
        mood = self.server.mood(recipient)
        refusals = {BUSY_AT_RCPT: "451 4.3.0 busy", GONE: "550 5.1.1 no such user here", CLOSES: "421 4.3.2 closing"}
        if mood in refusals:
            self.server.strikes(mood, recipient)
            return self._says(refusals[mood]) and mood != CLOSES
        self._recipient = recipient
        return self._says("250 ok")

    def _data(self, _: bytes) -> bool:
        if not self._recipient:
            return self._says("554 5.5.1 nobody to take it")
        self._says("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line)
        mood = self.server.mood(self._recipient)
        if mood is not None:
            self.server.strikes(mood, self._recipient)
        if mood == HANGS:
            time.sleep(_LONG)
        if mood not in {BUSY_AFTER_BODY, DROPS, HANGS}:
            self.server.keep(self._sender, self._recipient, b"".join(lines))
        if mood in {DROPS, KEEPS_AND_DROPS, HANGS}:
            return False
        time.sleep(self.server.delay)
        return self._says("452 4.3.1 no room now" if mood == BUSY_AFTER_BODY else "250 kept")

    def _quit(self, _: bytes) -> bool:
        self._says("221 bye")
        return False

    def _other(self, _: bytes) -> bool:
        return self._says("250 ok")

    def _says(self, words: str) -> bool:
        try:
            self.wfile.write(words.encode() + b"\r\n")
        except OSError:
            return False
        return True


def _address(line: bytes) -> bytes:
    return line.partition(b"<")[2].partition(b">")[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--delay", type=float, default=0.02)
    given = parser.parse_args()
    with Relay(given.port, Path(os.environ["DIGEST_STATE"]).parent / "mail", every=given.every, delay=given.delay) as server:
        server.serve_forever(poll_interval=0.1)
