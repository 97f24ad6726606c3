"""What the handlers share: the runtime, the pages, the clock, and what the door told us about the queues."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from digest.model.ops import QueueStatus
from digest.render.press import Press
from digest.runtime import Runtime
from digest.store import Database
from digest.web.album import Album
from digest.web.live import Streams
from digest.web.pages import Pages
from digest.web.passes import Kept
from digest.web.turnstile import Turnstile


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One web process. The runtime's parts open at their first use, one thread at a time."""

    runtime: Runtime
    pages: Pages
    clock: Callable[[], datetime]
    queue_status: Callable[[], QueueStatus] | None = None
    streams: Streams = field(default_factory=Streams)
    album: Album = field(default_factory=Album)
    figures: Kept = field(default_factory=Kept)
    turnstile: Turnstile = field(default_factory=Turnstile)
    _opening: threading.Lock = field(default_factory=threading.Lock)

    @property
    def database(self) -> Database:
        """The database; raises DatabaseUnreachable, WrongRevision, and tries again at the next request."""
        with self._opening:
            return self.runtime.database

    @property
    def press(self) -> Press:
        """The press, for a draft that no worker has rendered yet."""
        with self._opening:
            return self.runtime.press

    @property
    def secret(self) -> bytes:
        """The key of the tokens."""
        with self._opening:
            return self.runtime.secret

    @property
    def secure(self) -> bool:
        """Whether readers and editors come by https."""
        return self.runtime.public_url.startswith("https:")


def house_of(request: Request) -> House:
    """Return the house that this app was made for."""
    house: House = request.app.state.house
    return house


InHouse = Annotated[House, Depends(house_of)]
