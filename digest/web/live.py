"""What many look at, asked once: the status that a second's lookers share, and the stream that keeps a page fresh."""

import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Final

import anyio
from starlette.concurrency import run_in_threadpool

from digest.errors import DigestError
from digest.log import get_log
from digest.model.ops import QueueStatus

log = get_log("web")

STREAM_SECONDS: Final = 60.0
EVERY_SECONDS: Final = 1.0
# Each stream costs a connection, and a thread while it asks; whoever comes later polls.
MOST_STREAMS: Final = 32
# A slow answer is kept longer, so that asking never takes more than a fifth of the time.
_KEPT: Final = (0.8, 10.0)


class Shared:
    """One answer for all who ask within a second or so: one thread asks, the others wait for what it hears, errors included."""

    def __init__(self, ask: Callable[[], QueueStatus]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answer: QueueStatus | DigestError | None = None
        self._good_until = 0.0

    def __call__(self) -> QueueStatus:
        """Return what holds now; raises what asking raised."""
        with self._lock:
            if self._answer is None or time.monotonic() >= self._good_until:
                began = time.monotonic()
                try:
                    self._answer = self._ask()
                except DigestError as error:
                    self._answer = error
                took = time.monotonic() - began
                self._good_until = time.monotonic() + min(max(5 * took, _KEPT[0]), _KEPT[1])
            if isinstance(self._answer, DigestError):
                raise self._answer
            return self._answer


class Streams:
    """The streams that are open in this process."""

    def __init__(self) -> None:
        self.open = 0

    def full(self) -> bool:
        """Whether one more would be too many."""
        return self.open >= MOST_STREAMS

    async def stream(self, show: Callable[[], str]) -> AsyncIterator[str]:
        """Yield what `show` shows, about once a second, as server-sent events.

        The stream ends after a minute, so that a server that stops, a session that ended and a proxy that buffers are all
        found out; the browser comes back by itself.
        """
        self.open += 1
        try:
            ends = time.monotonic() + STREAM_SECONDS
            yield f"retry: {EVERY_SECONDS * 1000:.0f}\n\n"
            while time.monotonic() < ends:
                try:
                    yield _event(await run_in_threadpool(show))
                except DigestError as error:
                    log.warning("nothing to show", why=str(error))
                    yield "event: trouble\ndata: \n\n"
                await anyio.sleep(EVERY_SECONDS)
        finally:
            self.open -= 1


def _event(text: str) -> str:
    return "".join(f"data: {line}\n" for line in text.splitlines()) + "\n"
