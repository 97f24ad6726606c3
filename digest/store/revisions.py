"""The line of revisions of an edition: number, when, who, what for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from digest.store.tables import revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision: when it was written, by whom, and what for where that was said."""

    revision: int
    at: datetime
    who: str
    why: str | None


def listed(session: Session, edition_id: int) -> tuple[Revision, ...]:
    """Return all revisions of an edition, oldest first."""
    columns = (revisions.c.revision, revisions.c.at, revisions.c.who, revisions.c.why)
    rows = session.execute(select(*columns).where(revisions.c.edition_id == edition_id).order_by(revisions.c.revision))
    return tuple(Revision(revision=row.revision, at=row.at, who=row.who, why=row.why) for row in rows)


def say_why(session: Session, edition_id: int, revision: int, why: str) -> None:
    """Say what a revision is for, in the transaction that wrote it."""
    where = (revisions.c.edition_id == edition_id, revisions.c.revision == revision)
    session.execute(update(revisions).where(*where).values(why=why))
