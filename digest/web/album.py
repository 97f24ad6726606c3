"""The pictures that readers asked for last, held in memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from digest.model.picture import KeptPicture

Found = tuple[KeptPicture, bytes]
_HELD: Final = 32 << 20  # bytes; the pictures of a month


class Album:
    """The pictures asked for last, so that a mailing's readers do not each ask the database. Threads may share it."""

    def __init__(self, most: int = _HELD) -> None:
        self._most = most
        self._size = 0
        self._held: OrderedDict[str, Found] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, sha256: str, load: Callable[[str], Found | None]) -> Found | None:
        """Return a picture and its bytes, by `load` where it is not held; None where it is nowhere."""
        with self._lock:
            if sha256 in self._held:
                self._held.move_to_end(sha256)
                return self._held[sha256]
        found = load(sha256)
        if found is not None:
            with self._lock:
                if sha256 not in self._held:
                    self._held[sha256] = found
                    self._size += found[0].size
                while self._size > self._most:
                    _, (dropped, _) = self._held.popitem(last=False)
                    self._size -= dropped.size
        return found
