"""What the people who run the service look at: queues, workers, beat, failures, sendings and the next slots."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.model.edition import EditionState
from digest.model.mailing import MailingCounts, MailingState
from digest.model.relay import Standing
from digest.model.returned import SenderHealth

# A worker beats every two seconds: one that has been silent for this long is not to be counted on.
STALE_WORKER = timedelta(seconds=30)
# Neither a slow message nor a restart takes this long.
LONGEST_SILENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """One queue: how many messages wait, and how old the oldest is in seconds (None where that is unknown)."""

    name: str
    depth: int
    oldest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskInHand:
    """A task that a worker has begun: its name, its arguments as they were published, and since when."""

    task: str
    what: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSeen:
    """One worker by its name: when it was last heard of, the tasks it holds, and the queues that it takes from."""

    name: str
    heard: datetime | None
    active: tuple[str, ...]
    doing: tuple[TaskInHand, ...] = ()
    takes: tuple[str, ...] = ()

    def stale(self, now: datetime) -> bool:
        """Whether it has been silent for too long."""
        return self.heard is None or now - self.heard > STALE_WORKER


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedTask:
    """How often a task failed in the time that was asked about, when last, and in what words."""

    task: str
    count: int
    last: datetime
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingProgress:
    """A mailing that has not ended: how far it is, how fast (recipients settled in the last minute), until about when.

    `set_aside` counts chunks that no worker takes any more, `for_room` those deferred who wait for a relay's room.
    `stalled`: it should go on, and nobody was settled for a minute.
    """

    mailing_id: int
    edition_id: int
    newsletter_id: str
    newsletter: str
    number: int
    kind: str
    state: MailingState
    opened: datetime
    reason: str | None
    counts: MailingCounts
    last_minute: int
    per_second: float
    done_about: datetime | None
    set_aside: int
    stalled: bool
    for_room: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What keeps a slot from going out by itself: a stable code, a sentence, and when it comes by itself (None: it does not)."""

    code: str
    message: str
    comes: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextSlot:
    """A slot to come, or one that waits past its time: its edition where there is one, and what it lacks."""

    newsletter_id: str
    newsletter: str
    zone: str
    due: datetime
    edition_id: int | None
    number: int | None
    state: EditionState | None
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """What ops see now. `queues` is empty where the broker does not answer, and `broker` says why.

    `last_tick` is the last sign of beat: the newest tick that waits, or else the last that a worker took.
    """

    at: datetime
    queues: tuple[QueueDepth, ...]
    workers: tuple[WorkerSeen, ...]
    last_tick: datetime | None
    broker: str | None = None
    failures: tuple[FailedTask, ...] = ()
    mailings: tuple[MailingProgress, ...] = ()
    slots: tuple[NextSlot, ...] = ()
    returned: SenderHealth = field(default_factory=SenderHealth)
    relays: tuple[Standing, ...] = ()

    def heard(self) -> tuple[WorkerSeen, ...]:
        """Return the workers that can be counted on."""
        return tuple(worker for worker in self.workers if not worker.stale(self.at))

    def left_alone(self) -> tuple[Standing, ...]:
        """Return the relays, and domains at them, whose breaker is open or is being tried."""
        return tuple(one for one in self.relays if one.cause is not None)

    def untaken(self) -> tuple[QueueDepth, ...]:
        """Return the queues in which messages wait and from which no worker that was heard takes."""
        heard = self.heard()
        taken = {name for worker in heard for name in worker.takes}
        known = all(worker.takes for worker in heard)
        return tuple(queue for queue in self.queues if queue.depth and known and queue.name not in taken)


def silence_allowed(tick_seconds: float) -> timedelta:
    """Return how long beat may be silent: three ticks, and a minute at least."""
    return max(timedelta(seconds=3 * tick_seconds), LONGEST_SILENCE)


def troubles(status: QueueStatus, *, tick_seconds: float) -> tuple[str, ...]:
    """Return what keeps the service from doing its work, a sentence each; () where nothing does."""
    found = []
    if status.broker is not None:
        found.append("broker: it does not answer")
    if status.last_tick is None:
        found.append("beat: it has not ticked yet")
    elif status.at - status.last_tick > silence_allowed(tick_seconds):
        found.append(f"beat: its last tick is {(status.at - status.last_tick).total_seconds():.0f} s old")
    last = max((worker.heard for worker in status.workers if worker.heard is not None), default=None)
    if last is None:
        found.append("workers: none has been heard of")
    elif status.at - last > LONGEST_SILENCE:
        found.append(f"workers: none has been heard of for {(status.at - last).total_seconds():.0f} s")
    else:
        # One that is started again is away for some seconds, so what waits is asked, too.
        long = [queue.name for queue in status.untaken() if (queue.oldest or 0) > LONGEST_SILENCE.total_seconds()]
        found += [f"queues: no worker takes from {name}" for name in long]
    return tuple(found)
