"""Attempts: how often something was asked for from one place or about one domain; rows that soon expire."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from digest.store.tables import attempts


def count(session: Session, subject: str, *, since: datetime) -> int:
    """Return how often `subject` ("subscribe ip 192.0.2.7") was noted from `since` on."""
    statement = select(func.count()).select_from(attempts).where(attempts.c.subject == subject, attempts.c.at >= since)
    return session.execute(statement).scalar_one()


def nth_last(session: Session, subject: str, nth: int, *, since: datetime) -> datetime | None:
    """Return when the `nth` attempt from the latest back was noted, if that was after `since`: a limit of `nth` is reached then."""
    statement = select(attempts.c.at).where(attempts.c.subject == subject, attempts.c.at > since)
    return session.execute(statement.order_by(attempts.c.at.desc()).offset(nth - 1).limit(1)).scalar_one_or_none()


def note(session: Session, subjects: Sequence[str], *, now: datetime) -> None:
    """Note one attempt for each subject. Only below a limit: else a stranger could fill the table."""
    session.execute(insert(attempts), [{"subject": subject, "at": now} for subject in subjects])


def forget(session: Session, subject: str, *, since: datetime | None = None) -> None:
    """Forget the attempts of `subject`, or those from `since` on: what went well does not count."""
    statement = delete(attempts).where(attempts.c.subject == subject)
    session.execute(statement if since is None else statement.where(attempts.c.at >= since))


def prune(session: Session, *, before: datetime) -> int:
    """Forget what is older and return how many."""
    return len(session.execute(delete(attempts).where(attempts.c.at < before).returning(attempts.c.id)).scalars().all())
