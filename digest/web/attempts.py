"""How often somebody may try a password: a window per address and caller, in this process's memory.

Several web processes count apart, so the bound is (processes x limit); a table for it would let a stranger write rows.
"""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
_MOST_PAIR = 5
_MOST_CALLER = 30
_MOST_KEYS = 10_000


class Attempts:
    """Failed sign-ins of the last 15 minutes: 5 for one address from one caller, 30 from one caller in all."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, email: str, caller: str, now: datetime) -> timedelta | None:
        """Return how long to wait before the next try, or None where one is free."""
        with self._lock:
            waits = [self._wait(key, most, now) for key, most in _keys(email, caller)]
        return max((wait for wait in waits if wait is not None), default=None)

    def failed(self, email: str, caller: str, now: datetime) -> None:
        """Count a failure."""
        with self._lock:
            for key, most in _keys(email, caller):
                times = self._failures.setdefault(key, deque(maxlen=most))
                times.append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > _MOST_KEYS:
                self._failures.popitem(last=False)

    def forget(self, email: str, caller: str) -> None:
        """A right password clears the address's failures from that caller."""
        with self._lock:
            self._failures.pop(_keys(email, caller)[0][0], None)

    def _wait(self, key: tuple[str, str], most: int, now: datetime) -> timedelta | None:
        times = self._failures.get(key)
        if times is None or len(times) < most or now - times[0] >= WINDOW:
            return None
        return times[0] + WINDOW - now


def _keys(email: str, caller: str) -> tuple[tuple[tuple[str, str], int], ...]:
    return ((email.strip().casefold()[:320], caller), _MOST_PAIR), (("", caller), _MOST_CALLER)
