"""Which sources an edition should not count on: paused, in trouble for long, or quiet for far longer than they ever are; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

_ENOUGH: Final = 5  # entries from which a habit can be told
_LEAST: Final = timedelta(days=3)  # a long weekend is no silence
_TIMES: Final = 2


def gone_quiet(moments: Sequence[datetime], *, now: datetime) -> timedelta | None:
    """Return how long a source has given nothing, where that is far longer than usual, else None.

    `moments` are those of its latest entries. Far longer is more than twice the longest pause among them, and three days at least.
    """
    latest = sorted(moments, reverse=True)
    if len(latest) < _ENOUGH:
        return None
    longest = max(after - before for after, before in pairwise(latest))
    quiet = now - latest[0]
    return quiet if quiet > max(_TIMES * longest, _LEAST) else None
