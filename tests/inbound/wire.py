"""Between the reader and the mailbox's server: passes every byte on, notes the commands, and stops before the one that it is told to."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Wire:
    """A proxy of loopback for one connection at a time: the client's lines that went through, and the one that it holds back."""

    target: int
    stop_at: re.Pattern[bytes]
    port: int = 0
    passed: list[bytes] = field(default_factory=list)
    held: bytes | None = None
    answered: bytes = b""
    reached: threading.Event = field(default_factory=threading.Event)

    def carry(self, client: socket.socket) -> None:
        """Carry one conversation until either side ends it; what `stop_at` matches never reaches the server, nor what follows it."""
        with client, socket.create_connection(("127.0.0.1", self.target), 30) as server:
            back = threading.Thread(target=self._back, args=(server, client))
            back.start()
            with client.makefile("rb") as lines, suppress(OSError):
                for line in lines:
                    if self.stop_at.search(line):
                        self.held = line
                        self.reached.set()
                    if self.held is None:
                        self.passed.append(line)
                        server.sendall(line)
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            back.join(timeout=30)

    def given_whole(self, what: bytes) -> bool:
        """Whether the client was given an answer that holds `what`, and the server's last word on it."""
        return re.search(rb"\r\n[A-Z]+\d+ OK ", self.answered.partition(what)[2]) is not None

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while heard := server.recv(65536):
                client.sendall(heard)
                self.answered += heard


@contextmanager
def wire(target: int, stop_at: bytes) -> Iterator[Wire]:
    """Listen on a port of its own until the block ends and lead one connection to `target`, up to the line that `stop_at` matches."""
    carried = Wire(target=target, stop_at=re.compile(stop_at))

    def serve(listening: socket.socket) -> None:
        with suppress(OSError):
            client, _ = listening.accept()
            carried.carry(client)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        carried.port = int(listening.getsockname()[1])
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield carried
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=60)
