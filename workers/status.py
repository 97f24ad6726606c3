"""What ops see now, asked of the database, the broker and, where it may take a second, the workers themselves."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from celery import Celery
from kombu import Connection

from digest.errors import BrokerUnreachable
from digest.flows.watching import watch
from digest.model.ops import QueueDepth, QueueStatus, WorkerSeen
from digest.store import Database
from workers.queues import NAMES, TICK, broker_connection


def queue_status(app: Celery, database: Database, *, inspect: float | None = None) -> Callable[[], QueueStatus]:
    """Return the function that the web is handed. Its answer comes within a few seconds even from a broker that hangs.

    `inspect`: for how many seconds to wait for workers that answer Celery and could not write to the database.
    Raises DatabaseUnreachable; a broker that does not answer is part of the status.
    """

    def ask() -> QueueStatus:
        now = datetime.now(UTC)
        status = watch(database, now=now)
        try:
            with broker_connection(app) as connection:
                return _ask_broker(app, connection, status, inspect=inspect)
        except BrokerUnreachable as error:
            return replace(status, broker=str(error))

    return ask


def _ask_broker(app: Celery, connection: Connection, status: QueueStatus, *, inspect: float | None) -> QueueStatus:
    channel: Any = connection.default_channel
    client = channel.client
    queues = tuple(
        QueueDepth(name=name, depth=int(client.llen(name)), oldest=_age(_queued_at(client.lindex(name, -1)), status.at)) for name in NAMES
    )
    # While every worker is busy nobody takes a tick; the newest one that waits still tells of beat.
    ticks = [moment for moment in (_queued_at(client.lindex(TICK, 0)), status.last_tick) if moment is not None]
    workers = status.workers
    if inspect is not None:
        active = app.control.inspect(timeout=inspect, connection=connection).active() or {}
        workers = _with_those_that_answer(workers, active, status.at)
    return replace(status, queues=queues, last_tick=max(ticks, default=None), workers=workers)


def _with_those_that_answer(workers: Iterable[WorkerSeen], active: Mapping[str, Any], now: datetime) -> tuple[WorkerSeen, ...]:
    known = {worker.name: worker for worker in workers}
    for name, tasks in active.items():
        if name not in known or known[name].stale(now):
            known[name] = WorkerSeen(name=name, heard=now, active=tuple(task["name"] for task in tasks))
    return tuple(known[name] for name in sorted(known))


def _queued_at(raw: bytes | None) -> datetime | None:
    """Return when a message was published; None where there is none, or it is not one of ours."""
    try:
        return None if raw is None else datetime.fromisoformat(json.loads(raw)["headers"]["queued_at"])
    except (ValueError, KeyError, TypeError):
        return None


def _age(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max((now - moment).total_seconds(), 0.0)
