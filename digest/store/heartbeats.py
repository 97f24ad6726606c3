"""Signs of life: when beat last ticked, when a worker last worked."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digest.store.portable import upsert
from digest.store.tables import heartbeats


def beat(session: Session, name: str, *, now: datetime) -> None:
    """Note that `name` is alive."""
    statement = upsert(session, heartbeats).values(name=name, at=now)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def last(session: Session, name: str) -> datetime | None:
    """Return when `name` was last alive, or None."""
    return session.execute(select(heartbeats.c.at).where(heartbeats.c.name == name)).scalar_one_or_none()
