"""A server that says what a test tells it to, byte by byte: slow, endless, broken and oversized answers."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

Script = Callable[[socket.socket], None]


@contextmanager
def hostile(*scripts: Script) -> Iterator[str]:
    """Serve one connection by each script in turn, the last one for all that follow, and give the server's address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for number in range(1000):
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_play, args=(connection, scripts[min(number, len(scripts) - 1)]), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/feed"
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def says(data: bytes) -> Script:
    """Answer with these bytes, then hang up."""

    def play(connection: socket.socket) -> None:
        connection.sendall(data)

    return play


def keeps_saying(head: bytes, piece: bytes, *, pause: float = 0.0) -> Script:
    """Answer with `head`, then with `piece` for ever, `pause` seconds apart."""

    def play(connection: socket.socket) -> None:
        connection.sendall(head)
        never = threading.Event()
        while True:
            connection.sendall(piece)
            never.wait(pause)

    return play


def _play(connection: socket.socket, script: Script) -> None:
    with closing(connection), suppress(OSError):
        connection.settimeout(20)
        connection.recv(65536)
        script(connection)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)
