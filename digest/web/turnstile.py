"""Places that the hooks do not hear now, as this process knows them: what costs nothing is asked before anything that does."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

# A place that is shut is heard this often all the same: a provider's own posts may come from there, too, and the first opens it again.
TRY_EVERY: Final = timedelta(seconds=2)
_MOST_PLACES: Final = 10_000


@dataclass(slots=True)
class _Shut:
    until: datetime
    next_try: datetime


@dataclass(slots=True)
class Turnstile:
    """The places that are shut, a bounded number of them; which those are is decided in rows (digest/flows/knocking.py)."""

    _shut: "OrderedDict[str, _Shut]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, place: str, *, now: datetime) -> timedelta | None:
        """Return how long a place must wait, or None where this post is to be heard."""
        with self._lock:
            known = self._shut.get(place)
            if known is None:
                return None
            if now >= known.until:
                del self._shut[place]
                return None
            if now >= known.next_try:
                known.next_try = now + TRY_EVERY
                return None
            return known.until - now

    def shut(self, place: str, until: datetime, *, now: datetime) -> bool:
        """Hear a place no more until then, but for a try now and then; return whether it was open."""
        with self._lock:
            known = self._shut.get(place)
            if known is not None:
                known.until = until
                return False
            self._shut[place] = _Shut(until=until, next_try=now + TRY_EVERY)
            while len(self._shut) > _MOST_PLACES:
                self._shut.popitem(last=False)
            return True

    def open(self, place: str) -> bool:
        """Hear a place again; return whether it was shut."""
        with self._lock:
            return self._shut.pop(place, None) is not None
