"""A proxy that makes a relay on this machine far away: what goes in comes out later, in either direction; `python -m bench.delay`."""

import contextlib
import heapq
import itertools
import selectors
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass, field

_READ = 1 << 18
# A side that cannot be written to stops the other from being read: a buffer without end would be no network.
_FULL = 1 << 24


@dataclass(slots=True, eq=False)
class Side:
    """One end of a connection: its socket, the side across, and what waits to be written to it."""

    sock: socket.socket
    across: "Side | None" = None
    ready: deque[memoryview] = field(default_factory=deque)
    held: int = 0
    ends: bool = False
    read_all: bool = False


class Proxy:
    """Passes what comes to a port on to another, `delay` seconds later. One thread: its share of a core bounds nothing here."""

    def __init__(self, listener: socket.socket, target: int, delay: float) -> None:
        self._listener, self._target, self._delay = listener, target, delay
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)
        self._due: list[tuple[float, int, Side, bytes]] = []
        self._count = itertools.count()
        self._ended = False

    def run(self) -> None:
        """Serve until the end; then listen no more."""
        with self._listener, self._selector:
            while not self._ended:
                self._serve()

    def _serve(self) -> None:
        """Do what is to be done next, or wait for it."""
        wait = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
        for key, events in self._selector.select(wait):
            if key.data is None:
                self._accept()
            elif events & selectors.EVENT_READ:
                self._read(key.data)
            else:
                self._write(key.data)
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, _, side, data = heapq.heappop(self._due)
            if data:
                side.ready.append(memoryview(data))
            else:
                side.ends = True
            self._write(side)

    def end(self) -> None:
        """Let `run`, in another thread, return."""
        where = self._listener.getsockname()
        self._ended = True
        # It may have seen that already, and listen no more.
        with contextlib.suppress(OSError):
            socket.create_connection(where).close()

    def _accept(self) -> None:
        accepted, _ = self._listener.accept()
        if self._ended:
            accepted.close()
            return
        near = Side(accepted)
        far = Side(socket.create_connection(("127.0.0.1", self._target)), near)
        near.across = far
        for side in (near, far):
            side.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            side.sock.setblocking(False)
            self._watch(side)

    def _read(self, side: Side) -> None:
        assert side.across is not None
        try:
            data = side.sock.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        side.read_all = not data
        side.across.held += len(data)
        heapq.heappush(self._due, (time.monotonic() + self._delay, next(self._count), side.across, data))
        self._watch(side)

    def _write(self, side: Side) -> None:
        try:
            while side.ready:
                sent = side.sock.send(side.ready[0])
                side.held -= sent
                first = side.ready.popleft()
                if sent < len(first):
                    side.ready.appendleft(first[sent:])
            if side.ends:
                side.sock.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError:
            side.ready.clear()
            side.held = 0
        self._watch(side)
        if side.across is not None:
            self._watch(side.across)

    def _watch(self, side: Side) -> None:
        """Wait for what this side can do now; close a connection that has said all in both directions."""
        across = side.across
        if across is None or side.sock.fileno() < 0:
            return
        if side.ends and across.ends and not side.ready and not across.ready:
            for one in (side, across):
                if one.sock.fileno() >= 0:
                    self._register(one, 0)
                    one.sock.close()
            return
        reads = selectors.EVENT_READ if not side.read_all and across.held < _FULL else 0
        self._register(side, reads | (selectors.EVENT_WRITE if side.ready else 0))

    def _register(self, side: Side, events: int) -> None:
        known = side.sock in self._selector.get_map()
        if events and known:
            self._selector.modify(side.sock, events, side)
        elif events:
            self._selector.register(side.sock, events, side)
        elif known:
            self._selector.unregister(side.sock)


def main() -> None:
    """Listen on a port of loopback, until ended."""
    port, target, delay = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    with socket.create_server(("127.0.0.1", port), backlog=100) as listener:
        Proxy(listener, target, delay).run()


if __name__ == "__main__":
    main()
