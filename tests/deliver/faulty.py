"""A relay on loopback that treats each recipient as the address says: `n12.rcpt550@example.net` is refused at RCPT with 550."""

import contextlib
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from digest.model.mailing import DeliveryState

# What an address asks for, and what must be said of its recipient in the end.
FATES = {
    "ok": DeliveryState.SENT,
    "slow": DeliveryState.SENT,
    "many": DeliveryState.SENT,
    "mail451": DeliveryState.DEFERRED,
    "rcpt550": DeliveryState.FAILED,
    "rcpt452": DeliveryState.DEFERRED,
    "data451": DeliveryState.DEFERRED,
    "data554": DeliveryState.FAILED,
    "body452": DeliveryState.DEFERRED,
    "body554": DeliveryState.FAILED,
    "body421": DeliveryState.DEFERRED,
    "rcpt421": DeliveryState.DEFERRED,
    "dropbody": DeliveryState.IN_DOUBT,
    "cutbody": DeliveryState.IN_DOUBT,
    "garblebody": DeliveryState.IN_DOUBT,
}
_FATE = re.compile(r"<[^.>]+\.([a-z]+)(\d*)@")


class Faulty:
    """The relay; `accepted` and `seen` count messages by recipient: taken with 250, and received whole.

    `said` may be set: the reply to a recipient, or to MAIL where it is asked about "", in place of 250.
    """

    def __init__(self, *, pipelining: bool, extensions: tuple[str, ...] = (), port: int = 0) -> None:
        self.said: Callable[[str], str | None] = lambda _: None
        self.asked: Counter[str] = Counter()
        self._talks: list[socket.socket] = []
        self._extensions = [*(["PIPELINING"] if pipelining else []), *extensions]
        self.accepted: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.connections = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def die(self) -> None:
        """Be gone at once, in the middle of whatever is said."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._talks:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(timeout=5)
            assert not thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._talks.append(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def took(self, recipient: str, *, kept: bool) -> None:
        """Count a message that came whole."""
        with self._lock:
            self.seen[recipient] += 1
            if kept:
                self.accepted[recipient] += 1

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            try:
                _say(connection, "220 ready")
                lines.readline()
                _say(connection, "\r\n".join([f"250-{extension}" for extension in ("faulty", *self._extensions)] + ["250 HELP"]))
                session = _Session(self, connection, lines)
                while session.answers(lines.readline()):
                    pass
            except OSError:
                return


class _Session:
    """One conversation after its greeting."""

    def __init__(self, server: Faulty, connection: socket.socket, lines: BinaryIO) -> None:
        self._server = server
        self._connection = connection
        self._lines = lines
        self._mailed = False
        self._recipient = ""
        self._verbs: dict[bytes, Callable[[str, str, bytes], bool]] = {
            b"RSET": self._rset,
            b"MAIL": self._mail,
            b"RCPT": self._rcpt,
            b"DATA": self._data,
            b"QUIT": self._quit,
        }

    def answers(self, line: bytes) -> bool:
        """Answer one command; False where the conversation is over."""
        return bool(line) and self._verbs[line.split()[0].upper()](*_read(line), line)

    def _says(self, words: str) -> bool:
        _say(self._connection, words)
        return not words.startswith(("421", "221"))

    def _rset(self, *_: object) -> bool:
        self._mailed, self._recipient = False, ""
        return self._says("250 reset")

    def _quit(self, *_: object) -> bool:
        return self._says("221 bye")

    def _mail(self, fate: str, code: str, _: bytes) -> bool:
        if self._mailed:
            return self._says("503 nested MAIL")
        if (said := self._server.said("")) is not None:
            return self._says(said)
        if fate == "mail":
            return self._says(f"{code} no")
        self._mailed = True
        return self._says("250-sender\r\n250 ok" if fate == "many" else "250 ok")

    def _rcpt(self, fate: str, code: str, line: bytes) -> bool:
        if not self._mailed:
            return self._says("503 MAIL first")
        if fate == "rcpt":
            return self._says(f"{code} no")
        if fate == "droprcpt":
            return False
        recipient = line.partition(b"<")[2].partition(b">")[0].decode()
        self._server.asked[recipient] += 1
        if (said := self._server.said(recipient)) is not None:
            return self._says(said)
        self._recipient = recipient
        return self._says("250 ok")

    def _data(self, *_: object) -> bool:
        fate, code = _read(f"<{self._recipient}".encode())
        if not self._mailed:
            return self._says("503 MAIL first")
        if fate == "data":
            return self._says(f"{code} no")
        self._says("354 go on")
        recipient = self._recipient
        self._mailed, self._recipient = False, ""
        if not recipient:
            # As some do: it asks for a message although there is nobody to take it.
            assert self._lines.readline() == b".\r\n"
            return self._says("554 no valid recipients")
        return self._body(recipient, fate, code)

    def _body(self, recipient: str, fate: str, code: str) -> bool:
        size = 0
        while (line := self._lines.readline()) != b".\r\n":
            if not line or fate == "cutbody":
                return False
            size += len(line)
        assert size, "an empty message went through"
        self._server.took(recipient, kept=fate in ("ok", "slow", "many"))
        if fate == "slow":
            time.sleep(0.01)
        if fate == "garblebody":
            self._connection.sendall(b"hello?\r\n")
        if fate in ("dropbody", "garblebody"):
            return False
        return self._says(f"{code} no" if fate == "body" else "250-kept\r\n250 2.0.0 queued")


def _read(line: bytes) -> tuple[str, str]:
    found = _FATE.search(line.decode())
    return (found[1], found[2]) if found else ("ok", "")


def _say(connection: socket.socket, words: str) -> None:
    connection.sendall(words.encode() + b"\r\n")


@contextmanager
def faulty(*, pipelining: bool, extensions: tuple[str, ...] = (), port: int = 0) -> Iterator[Faulty]:
    server = Faulty(pipelining=pipelining, extensions=extensions, port=port)
    try:
        yield server
    finally:
        server.close()
