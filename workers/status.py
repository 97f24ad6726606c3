"""What the queues hold now, asked of the broker, the workers and the database."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from celery import Celery

from digest.model.ops import QueueDepth, QueueStatus, WorkerSeen
from digest.store import Database, heartbeats
from workers.queues import NAMES, broker_client


def queue_status(app: Celery, database: Database) -> Callable[[], QueueStatus]:
    """Return the function that the web is handed: it takes about a second, which the workers are given to answer in."""

    def ask() -> QueueStatus:
        now = datetime.now(UTC)
        with broker_client(app) as client:
            queues = tuple(QueueDepth(name=name, depth=int(client.llen(name)), oldest=_oldest(client, name, now)) for name in NAMES)
        active = app.control.inspect(timeout=1.0).active() or {}
        workers = tuple(
            WorkerSeen(name=name, heard=now, active=tuple(task["name"] for task in tasks)) for name, tasks in sorted(active.items())
        )
        with database.reading() as session:
            last_tick = heartbeats.last(session, "tick")
        return QueueStatus(at=now, queues=queues, workers=workers, last_tick=last_tick)

    return ask


def _oldest(client: Any, queue: str, now: datetime) -> float | None:  # noqa: ANN401  the broker's client is redis's, seen through kombu
    raw = client.lindex(queue, -1)
    if raw is None:
        return None
    stamp = json.loads(raw).get("headers", {}).get("queued_at")
    return None if stamp is None else (now - datetime.fromisoformat(stamp)).total_seconds()
