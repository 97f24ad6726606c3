"""How a demo server is started by another process: it says where it listens, and ends when it is told to."""

import json
import os
import signal
import threading
from collections.abc import Mapping
from pathlib import Path
from types import FrameType


def say_ready(path: Path | None, facts: Mapping[str, object]) -> None:
    """Write `facts` as JSON to `path` in one step, so that whoever waits for the file never reads half of it."""
    if path is None:
        return
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(facts), encoding="utf-8")
    unfinished.replace(path)


def ending_signal() -> threading.Event:
    """An event that SIGTERM or SIGINT sets; to be called in the main thread."""
    told = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        told.set()

    signal.signal(signal.SIGTERM, tell)
    signal.signal(signal.SIGINT, tell)
    return told
