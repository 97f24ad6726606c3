"""The log of acts: who, when, what, why."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from digest.model.account import Act
from digest.store.tables import acts


def note(session: Session, act: Act) -> None:
    """Write one line of the log, in the transaction of what it tells of."""
    session.execute(
        insert(acts).values(at=act.at, who=act.who, what=act.what, why=act.why, edition_id=act.edition_id, revision=act.revision)
    )


def of_edition(session: Session, edition_id: int) -> tuple[Act, ...]:
    """Return what was done to an edition, latest first."""
    rows = session.execute(select(acts).where(acts.c.edition_id == edition_id).order_by(acts.c.id.desc()))
    return tuple(Act(at=row.at, who=row.who, what=row.what, why=row.why, edition_id=row.edition_id, revision=row.revision) for row in rows)
