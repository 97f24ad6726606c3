"""What the people who run the service look at."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """One queue: how many messages wait, and how old the oldest is in seconds (None where that is unknown)."""

    name: str
    depth: int
    oldest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSeen:
    """One worker by its name, when it was last heard of, and the tasks it holds."""

    name: str
    heard: datetime | None
    active: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """What the queues hold now."""

    at: datetime
    queues: tuple[QueueDepth, ...]
    workers: tuple[WorkerSeen, ...]
    last_tick: datetime | None
