"""The log of acts: who, when, what, why."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Row, insert, or_, select
from sqlalchemy.orm import Session

from digest.model.account import Act
from digest.store.tables import acts


class About(StrEnum):
    """What an act was done to."""

    EDITIONS = "editions"
    NEWSLETTERS = "newsletters"
    SOURCES = "sources"
    PEOPLE = "people"
    READERS = "readers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which acts to list: all that is None is not asked for; `before` is the last id of the page before."""

    who: str | None = None
    about: About | None = None
    words: str | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """One line of the log with its place in it."""

    id: int
    act: Act


# Acts that are not about an edition name in their first words what they are about.
_NAMED: Final = {
    About.NEWSLETTERS: ("newsletter ", "slot "),
    About.SOURCES: ("source ",),
    About.PEOPLE: ("signed ", "password", "account ", "session"),
    About.READERS: ("reader ", "readers "),
}


def note(session: Session, act: Act) -> None:
    """Write one line of the log, in the transaction of what it tells of."""
    session.execute(
        insert(acts).values(at=act.at, who=act.who, what=act.what, why=act.why, edition_id=act.edition_id, revision=act.revision)
    )


def of_edition(session: Session, edition_id: int) -> tuple[Act, ...]:
    """Return what was done to an edition, latest first."""
    rows = session.execute(select(acts).where(acts.c.edition_id == edition_id).order_by(acts.c.id.desc()))
    return tuple(_act(row) for row in rows)


def listed(session: Session, wanted: Wanted, *, most: int) -> tuple[Logged, ...]:
    """Return at most `most` acts as `wanted`, latest first."""
    statement = select(acts).order_by(acts.c.id.desc()).limit(most)
    if wanted.who is not None:
        statement = statement.where(acts.c.who == wanted.who)
    if wanted.about is not None:
        statement = statement.where(*_about(wanted.about))
    if wanted.words:
        statement = statement.where(
            or_(acts.c.what.icontains(wanted.words, autoescape=True), acts.c.why.icontains(wanted.words, autoescape=True))
        )
    if wanted.before is not None:
        statement = statement.where(acts.c.id < wanted.before)
    return tuple(Logged(id=row.id, act=_act(row)) for row in session.execute(statement))


def everybody(session: Session) -> tuple[str, ...]:
    """Return who ever acted, by name."""
    return tuple(session.execute(select(acts.c.who).distinct().order_by(acts.c.who)).scalars())


def _about(about: About) -> tuple[ColumnElement[bool], ...]:
    if about is About.EDITIONS:
        return (acts.c.edition_id.is_not(None),)
    return (acts.c.edition_id.is_(None), or_(*(acts.c.what.contains(word) for word in _NAMED[about])))


def _act(row: Row[tuple[object, ...]]) -> Act:
    return Act(at=row.at, who=row.who, what=row.what, why=row.why, edition_id=row.edition_id, revision=row.revision)
