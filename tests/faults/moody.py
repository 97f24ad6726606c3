"""A relay of many moods: by the reader's number it refuses for now or for good, hangs, or drops the connection; then it takes the mail.

What it takes it writes down as the sink does, before it answers. Runs as a process of the stage: `python -m tests.faults.moody PORT`.
"""

import os
import re
import socketserver
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from digest.demo.sinklog import Keeper

# The last two digits of a reader's number, and what becomes of that reader's first try.
BUSY_AT_RCPT, BUSY_AFTER_BODY, GONE, KEEPS_AND_DROPS, DROPS, CLOSES, HANGS = MOODS = (7, 17, 27, 37, 47, 57, 67)
# Longer than any answer is waited for, with the drills' lease.
_LONG = 8.0
_NUMBER = re.compile(rb"reader(\d+)@")


class Relay(socketserver.ThreadingTCPServer):
    """The server, with its memory of who was tried before."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.keeper = Keeper(folder, keep_files=False)
        self.keeper.open()
        self._tries: Counter[bytes] = Counter()
        self._lock = threading.Lock()

    def mood(self, recipient: bytes) -> int | None:
        """Return the mood that this reader meets now; each but GONE lasts for one try."""
        found = _NUMBER.match(recipient)
        mood = int(found[1]) % 100 if found else -1
        return mood if mood in MOODS and (mood == GONE or not self._tries[recipient]) else None

    def tried(self, recipient: bytes) -> None:
        """Remember a try."""
        with self._lock:
            self._tries[recipient] += 1

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
            self.server.tried(recipient)
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
        self.server.tried(self._recipient)
        if mood == HANGS:
            time.sleep(_LONG)
        if mood not in {BUSY_AFTER_BODY, DROPS, HANGS}:
            self.server.keep(self._sender, self._recipient, b"".join(lines))
        if mood in {DROPS, KEEPS_AND_DROPS, HANGS}:
            return False
        time.sleep(0.02)
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
    with Relay(int(sys.argv[1]), Path(os.environ["DIGEST_STATE"]).parent / "mail") as server:
        server.serve_forever(poll_interval=0.1)
