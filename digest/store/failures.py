"""Failures: each task that ended with an error, when, and in what words."""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from digest.model.ops import FailedTask
from digest.store.tables import failures

_MOST_WORDS: Final = 1000


def note(session: Session, task: str, error: str, *, now: datetime) -> None:
    """Write down that `task` failed; a NUL, which PostgreSQL refuses, is left out."""
    words = " ".join(error.replace("\x00", "").split())
    session.execute(insert(failures).values(task=task, at=now, error=words[:_MOST_WORDS] or "without a word"))


def since(session: Session, moment: datetime) -> tuple[FailedTask, ...]:
    """Return the tasks that failed after `moment`, with how often and the last error of each, latest first."""
    grouped = (
        select(failures.c.task, func.count().label("count"), func.max(failures.c.id).label("latest"))
        .where(failures.c.at > moment)
        .group_by(failures.c.task)
        .subquery()
    )
    statement = (
        select(failures.c.task, grouped.c.count, failures.c.at, failures.c.error)
        .join(grouped, failures.c.id == grouped.c.latest)
        .order_by(failures.c.id.desc())
    )
    return tuple(FailedTask(task=row[0], count=row[1], last=row[2], error=row[3]) for row in session.execute(statement))


def prune(session: Session, *, before: datetime) -> int:
    """Forget the failures of before that moment and return how many."""
    return len(session.execute(delete(failures).where(failures.c.at < before).returning(failures.c.id)).all())
