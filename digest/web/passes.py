"""What takes a pass over whole ledgers to count, kept for some times as long as the counting took, for all who look."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from digest.flows.reaching import Missed
from digest.store.sending_figures import DomainFigures

# What is quickly counted is counted at each look.
_QUICK: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Passes:
    """What takes a pass over whole ledgers: domains, messages a second over time, and how many were missed."""

    domains: tuple[DomainFigures, ...]
    pace: tuple[float, ...]
    missed: Missed | None


@dataclass(slots=True)
class Kept:
    """What was counted for each edition, and until when that is good; so many who look cost one pass."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _known: dict[int, tuple[float, Passes]] = field(default_factory=dict)

    def get(self, edition_id: int, ask: Callable[[], Passes]) -> Passes:
        """Return what is known, or what `ask` counts now."""
        with self._lock:
            good_until, known = self._known.get(edition_id, (0.0, None))
            if known is not None and time.monotonic() < good_until:
                return known
            began = time.monotonic()
            counted = ask()
            took = time.monotonic() - began
            self._known = {key: kept for key, kept in self._known.items() if kept[0] > began}
            if took > _QUICK:
                self._known[edition_id] = (began + took + min(10 * took, 60.0), counted)
            return counted
