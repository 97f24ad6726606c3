"""The line of revisions of an edition: number, when, who, what for; what saved itself while one typed is one step of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from digest.store.tables import acts, renderings, revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One revision: when it was written, by whom, and what for where that was said."""

    revision: int
    at: datetime
    who: str
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """A saving by itself: which field was typed in, and since when it counts as one step."""

    field: str
    begun: datetime


def listed(session: Session, edition_id: int, *, folded: bool = False) -> tuple[Revision, ...]:
    """Return the revisions of an edition, oldest first; `folded` names also those that a later saving of the same typing took in."""
    columns = (revisions.c.revision, revisions.c.at, revisions.c.who, revisions.c.why)
    statement = select(*columns).where(revisions.c.edition_id == edition_id).order_by(revisions.c.revision)
    rows = session.execute(statement if folded else statement.where(revisions.c.folded.is_(False)))
    return tuple(Revision(revision=row.revision, at=row.at, who=row.who, why=row.why) for row in rows)


def say_why(session: Session, edition_id: int, revision: int, why: str, typing: Typing | None = None) -> None:
    """Say what a revision is for, in the transaction that wrote it; `typing` says that it saved itself."""
    where = (revisions.c.edition_id == edition_id, revisions.c.revision == revision)
    said = {"why": why} if typing is None else {"why": why, "typing": typing.field, "begun": typing.begun}
    session.execute(update(revisions).where(*where).values(**said))


def fold(session: Session, edition_id: int, revision: int, who: str, typing: Typing) -> tuple[datetime, str | None] | None:
    """Take a revision into the one that follows it, and return when its typing began and what it was for.

    None where it stays a step of its own: it is another's, of another field, began before `typing.begun`, or somebody acted
    on it (approved it, asked for review, sent a test).
    """
    where = (revisions.c.edition_id == edition_id, revisions.c.revision == revision)
    same = (revisions.c.who == who, revisions.c.typing == typing.field, revisions.c.begun >= typing.begun)
    acted_on = exists().where(acts.c.edition_id == edition_id, acts.c.revision == revision)
    statement = update(revisions).where(*where, *same, ~acted_on).values(folded=True).returning(revisions.c.begun, revisions.c.why)
    row = session.execute(statement).one_or_none()
    return (row.begun, row.why) if row else None


def prune(session: Session, *, before: datetime) -> int:
    """Forget what was folded before that moment, with what it rendered to: nobody's page shows it any more. Return how many."""
    stale = (revisions.c.folded.is_(True), revisions.c.at < before)
    of_one = (revisions.c.edition_id == renderings.c.edition_id, revisions.c.revision == renderings.c.revision)
    session.execute(delete(renderings).where(exists().where(*of_one, *stale)))
    return len(session.execute(delete(revisions).where(*stale).returning(revisions.c.revision)).all())
