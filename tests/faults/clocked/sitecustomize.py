"""Read by every Python that lives by a drill's clock: sleeping takes as long as it should.

libfaketime 0.9.10 takes the end of a sleep for a moment of the clock that it fakes, and Python (3.11) sleeps until a moment of
the one that only passes: with the clock ahead it does not sleep at all, with the clock behind it raises EINVAL.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
