"""When too much fails: the rule by which a relay, or a recipient domain at it, is left alone, and for how long."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

# 95 %, one number of the normal distribution's.
_Z: Final = 1.96
LEAST_TRIES: Final = 50
MOST_FAILURES: Final = 0.05
# What is counted halves beyond, so that a long good run does not hide that it has ended.
MEMORY: Final = 400
FORGET: Final = timedelta(hours=1)
# How many go that way to see whether it is well again.
PROBES: Final = 3
PROBES_OF_RELAY: Final = 10
# In multiples of the first retry (5 minutes): as long as that at first, twice as long each time, an hour at most.
_LONGEST: Final = 12
# A relay that does not answer is asked again after 15 s, then every 30.
_UNREACHABLE: Final = 20


def lower_bound(failures: int, tries: int) -> float:
    """Return the least share of failures that is likely behind so many of so many (Wilson's interval, 95 %); 0.0 for no tries."""
    if tries <= 0:
        return 0.0
    # What comes back later counts as a failure of a try that may be forgotten by then.
    share, squared = min(failures / tries, 1.0), _Z * _Z
    middle = share + squared / (2 * tries)
    spread = _Z * math.sqrt((share * (1 - share) + squared / (4 * tries)) / tries)
    return max(0.0, (middle - spread) / (1 + squared / tries))


def trips(failures: int, tries: int) -> bool:
    """Whether so many failures are too many to go on."""
    return tries >= LEAST_TRIES and lower_bound(failures, tries) > MOST_FAILURES


def relay_trips(domains: Iterable[tuple[int, int]]) -> bool:
    """Whether a relay's failures at its domains, `(failures, tries)` each, are its own: they are too many without the worst domain too.

    One domain that defers us must not stop the others; its own breaker does what is to be done.
    """
    known = sorted(domains)
    others = known[:-1]
    return trips(sum(failures for failures, _ in others), sum(tries for _, tries in others))


def well_again(failures: int, tries: int) -> bool:
    """Whether what was tried to see went well: more than half of it."""
    return failures * 2 < tries


def hold(opened: int, retry: timedelta) -> timedelta:
    """Return how long a breaker stays open that has opened so often in a row."""
    return min(retry * (1 << min(max(opened - 1, 0), 10)), retry * _LONGEST)


def hold_unreachable(opened: int, retry: timedelta) -> timedelta:
    """Return how long a relay that does not answer is left alone."""
    return min(retry / _UNREACHABLE * (1 << min(max(opened - 1, 0), 10)), retry / (_UNREACHABLE // 2))


def holds(until: datetime | None, retry: timedelta, *, now: datetime) -> bool:
    """Whether a breaker that is open until then still is. Further off than any hold means that a clock was set back: it is not."""
    return until is not None and timedelta(0) < until - now <= retry * (_LONGEST + 1)


def hold_probing(retry: timedelta) -> timedelta:
    """Return how long whoever tries has for it, before another may."""
    return retry / 5
