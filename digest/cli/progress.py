"""How far long work is, on stderr: one line that moves on a terminal, a line every few seconds elsewhere."""

import time
from contextlib import ExitStack
from typing import Any, Self

from digest.cli.door import err

_EVERY_SECONDS = 5.0


class Progress:
    """Says how far it is while it is open, and leaves nothing on a terminal afterwards."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._status: Any = None
        self._said = time.monotonic()

    def __enter__(self) -> Self:
        if err.is_terminal:
            self._status = self._stack.enter_context(err.status("reading…"))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def say(self, words: str) -> None:
        """Say how far it is, if it is time to; to be asked as often as one likes."""
        if self._status is not None:
            self._status.update(words)
        elif time.monotonic() - self._said >= _EVERY_SECONDS:
            self._said = time.monotonic()
            err.print(words, markup=False)
