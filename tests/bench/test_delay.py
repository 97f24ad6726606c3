"""The proxy that stands for distance passes on every byte, late, and the end of each side."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from bench.delay import Proxy

DELAY = 0.05


def echo(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


@pytest.fixture
def far_echo() -> Iterator[int]:
    """A port behind which, a while away, somebody says what is said to him; it serves as long as the tests run."""
    with socket.create_server(("127.0.0.1", 0)) as target:
        listener = socket.create_server(("127.0.0.1", 0))
        proxy = Proxy(listener, target.getsockname()[1], DELAY)
        answering = threading.Thread(target=echo, args=(target,), daemon=True)
        for thread in (answering, threading.Thread(target=proxy.run, daemon=True)):
            thread.start()
        yield listener.getsockname()[1]
        answering.join(timeout=30)
        proxy.end()


def test_a_word_takes_a_round_trip_and_a_large_one_arrives_whole(far_echo: int) -> None:
    large = bytes(range(256)) * 8_000
    with socket.create_connection(("127.0.0.1", far_echo), timeout=30) as near:
        began = time.monotonic()
        near.sendall(b"EHLO\r\n")
        assert near.recv(100) == b"EHLO\r\n"
        assert time.monotonic() - began >= 2 * DELAY

        writing = threading.Thread(target=near.sendall, args=(large,))
        writing.start()
        heard = b""
        while len(heard) < len(large):
            heard += near.recv(65536)
        writing.join()
        assert heard == large

        near.shutdown(socket.SHUT_WR)
        assert near.recv(1) == b""
