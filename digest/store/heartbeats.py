"""Signs of life: when beat last ticked, when each worker was last heard of and what it had in hand."""

import json
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from digest.model.ops import WorkerSeen
from digest.store.documents import from_document, to_document
from digest.store.portable import upsert
from digest.store.tables import heartbeats

_WORKER = "worker "


def beat(session: Session, name: str, *, now: datetime, doing: str | None = None) -> None:
    """Note that `name` is alive."""
    statement = upsert(session, heartbeats).values(name=name, at=now, doing=doing)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now, "doing": doing}))


def last(session: Session, name: str) -> datetime | None:
    """Return when `name` was last alive, or None."""
    return session.execute(select(heartbeats.c.at).where(heartbeats.c.name == name)).scalar_one_or_none()


def said(session: Session, name: str) -> tuple[datetime, str] | None:
    """Return when `name` was last alive and what it said of itself then, or None."""
    row = session.execute(select(heartbeats.c.at, heartbeats.c.doing).where(heartbeats.c.name == name)).one_or_none()
    return None if row is None else (row.at, row.doing or "")


def keep_worker(session: Session, worker: WorkerSeen, *, now: datetime) -> None:
    """Note that a worker is alive, and what it has in hand."""
    beat(session, _WORKER + worker.name, now=now, doing=json.dumps(to_document(worker)))


def workers(session: Session) -> tuple[WorkerSeen, ...]:
    """Return every worker that did not say goodbye, by name, the silent ones among them."""
    rows = session.execute(select(heartbeats).where(heartbeats.c.name.startswith(_WORKER)).order_by(heartbeats.c.name))
    return tuple(_worker(row.doing, row.at) for row in rows)


def forget_worker(session: Session, name: str) -> None:
    """Forget a worker that ended as it should."""
    session.execute(delete(heartbeats).where(heartbeats.c.name == _WORKER + name))


def prune(session: Session, *, before: datetime) -> int:
    """Forget the workers that nobody has heard of since `before`, and return how many."""
    statement = delete(heartbeats).where(heartbeats.c.name.startswith(_WORKER), heartbeats.c.at < before)
    return len(session.execute(statement.returning(heartbeats.c.name)).all())


def _worker(doing: str, at: datetime) -> WorkerSeen:
    return from_document(WorkerSeen, json.loads(doing) | {"heard": at})
