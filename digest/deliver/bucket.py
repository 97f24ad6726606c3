"""Token buckets, as the moment at which the next token is there: pure, so that a row can hold one.

A relay's tokens are given with the moments at which they may be spent (evenly, ahead of time). A domain's fill up while
nobody asks, a minute's worth at most: mail to one domain goes out as it comes and keeps its rate over the minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# What one claim of a relay's tokens may take: small, so that several workers share them fairly and nobody waits long.
_SLICE: Final = 2.0
# Nobody waits longer for the first of them: the chunk goes back then.
HORIZON: Final = timedelta(seconds=30)
BURST_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many tokens, from when on, and where the bucket stands after; `free` is when it has another one for whoever got none."""

    count: int
    begins: datetime
    free: datetime


def slots(free: datetime | None, rate: float, wanted: int, *, now: datetime) -> Taken:
    """Take up to `wanted` evenly spaced moments, from `begins` on, 1/rate apart; none where they begin too late to wait for."""
    begins = _at(free, rate, HORIZON + timedelta(seconds=_SLICE), now=now)
    if begins - now > HORIZON:
        return Taken(count=0, begins=begins, free=begins)
    count = min(wanted, max(1, int(rate * _SLICE)))
    return Taken(count=count, begins=begins, free=begins + timedelta(seconds=count / rate))


def burst(free: datetime | None, rate: float, wanted: int, *, now: datetime) -> Taken:
    """Take up to `wanted` of what has filled up; `free` runs ahead of now by what was taken in advance, a minute at most."""
    base = _at(free, rate, timedelta(seconds=BURST_SECONDS), now=now)
    room = BURST_SECONDS - (base - now).total_seconds()
    # One at least may be had from a full bucket, however slow it fills.
    count = min(wanted, max(int(room * rate + 1e-6), int(base == now)))
    return Taken(count=max(count, 0), begins=now, free=base + timedelta(seconds=max(count, 0) / rate))


def due(free: datetime, rate: float, place: int, *, now: datetime) -> datetime:
    """Return when the one that stands at `place` (from 0) among those without a token should ask again: an hour on at the latest."""
    filled = free + timedelta(seconds=(place + 1) / rate - BURST_SECONDS)
    return min(max(filled, now + timedelta(seconds=1)), now + timedelta(hours=1))


def _at(free: datetime | None, rate: float, most: timedelta, *, now: datetime) -> datetime:
    """Return when the next token is there. Further ahead than was ever given means that a clock was set back: it is there now."""
    if free is None or free - now > most + timedelta(seconds=1 + 1 / rate):
        return now
    return max(free, now)
