"""Figures of what came back: week by week, edition by edition, domain by domain; and the mails that a person may look at."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from digest.model.returned import BounceClass, ReturnKind
from digest.store.portable import utc_day
from digest.store.return_tables import returns
from digest.store.tables import editions, mailings, subscribers

# What a row of figures counts: the classes of bounces, complaints, and those who left by mail (digest.audience.returns.Follows).
LEFT, ASKS = "left", "asks"
_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionReturns:
    """What came back of one edition: how many by class, `complaint` among them."""

    edition_id: int
    newsletter_id: str
    number: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Returns of one domain that are about us: how many, and what the latest says."""

    domain: str
    count: int
    last: datetime
    diagnostic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One mail that came back, without its bytes; `address` is its reader's, where a token named one who is known."""

    id: int
    at: datetime
    kind: str
    bounce_class: str | None
    follows: str
    status: str | None
    code: int | None
    diagnostic: str | None
    edition_id: int | None
    address: str | None
    here: bool


def daily(session: Session, *, since: datetime) -> dict[date, dict[str, int]]:
    """Return how many came back on each day (UTC) since then, by class; what was about no delivery counts for nothing."""
    day = utc_day(session, returns.c.at)
    statement = (
        select(day.label("day"), returns.c.kind, returns.c.bounce_class, returns.c.follows, func.count().label("n"))
        .where(returns.c.at >= since, returns.c.mailing_id.is_not(None))
        .group_by(day, returns.c.kind, returns.c.bounce_class, returns.c.follows)
    )
    found: dict[date, dict[str, int]] = {}
    for row in session.execute(statement):
        name = _name(row.kind, row.bounce_class, row.follows)
        if name is not None:
            # SQLite gives a text, PostgreSQL a date.
            counts = found.setdefault(date.fromisoformat(str(row.day)), {})
            counts[name] = counts.get(name, 0) + row.n
    return found


def by_edition(session: Session, *, since: datetime) -> tuple[EditionReturns, ...]:
    """Return what came back of the latest editions of which anything did since then, the latest first; at most twelve."""
    statement = (
        select(
            mailings.c.edition_id, editions.c.newsletter_id, editions.c.number, returns.c.kind, returns.c.bounce_class, returns.c.follows
        )
        .add_columns(func.count().label("n"))
        .join(mailings, mailings.c.id == returns.c.mailing_id)
        .join(editions, editions.c.id == mailings.c.edition_id)
        .where(returns.c.at >= since)
        .group_by(
            mailings.c.edition_id, editions.c.newsletter_id, editions.c.number, returns.c.kind, returns.c.bounce_class, returns.c.follows
        )
    )
    found: dict[int, EditionReturns] = {}
    for row in session.execute(statement):
        name = _name(row.kind, row.bounce_class, row.follows)
        if name is not None:
            fresh = EditionReturns(edition_id=row.edition_id, newsletter_id=row.newsletter_id, number=row.number, counts={})
            counts = found.setdefault(row.edition_id, fresh).counts
            counts[name] = counts.get(name, 0) + row.n
    return tuple(found[key] for key in sorted(found, reverse=True)[:_MOST])


def ours(session: Session, *, since: datetime) -> tuple[Ours, ...]:
    """Return the domains whose returns were about us since then, those with the most first; at most twelve."""
    about_us = (returns.c.at >= since, returns.c.kind == ReturnKind.BOUNCE, returns.c.bounce_class == BounceClass.OURS)
    counted = (
        select(returns.c.domain, func.count().label("n"), func.max(returns.c.id).label("last"))
        .where(*about_us, returns.c.mailing_id.is_not(None))
        .group_by(returns.c.domain)
        .order_by(func.count().desc(), returns.c.domain)
        .limit(_MOST)
        .subquery()
    )
    statement = select(counted.c.domain, counted.c.n, returns.c.at, returns.c.diagnostic).join(returns, returns.c.id == counted.c.last)
    rows = session.execute(statement.order_by(counted.c.n.desc(), counted.c.domain))
    return tuple(Ours(domain=row.domain or "", count=row.n, last=row.at, diagnostic=row.diagnostic or "") for row in rows)


def asking(session: Session, *, most: int) -> tuple[Kept, ...]:
    """Return the mails that ask to leave without a token of ours, the latest first."""
    return _kept(session, returns.c.follows == ASKS, most)


def unclear(session: Session, *, most: int) -> tuple[Kept, ...]:
    """Return what nobody could act on, the latest first: bounces and complaints about no delivery of ours, and letters."""
    nobody = and_(returns.c.mailing_id.is_(None), returns.c.follows == "nothing")
    return _kept(session, and_(nobody, or_(returns.c.kind != ReturnKind.AUTO_REPLY)), most)


def one(session: Session, return_id: int) -> Kept | None:
    """Return one mail that came back, or None."""
    return next(iter(_kept(session, returns.c.id == return_id, 1)), None)


def _kept(session: Session, where: ColumnElement[bool], most: int) -> tuple[Kept, ...]:
    unshown = {"mail", "sha256", "domain", "message_id", "mailing_id", "subscriber_id"}
    columns = [column for column in returns.c if column.name not in unshown]
    statement = (
        select(*columns, returns.c.mail.is_not(None).label("here"), mailings.c.edition_id, subscribers.c.address)
        .outerjoin(mailings, mailings.c.id == returns.c.mailing_id)
        .outerjoin(subscribers, subscribers.c.id == returns.c.subscriber_id)
        .where(where)
        .order_by(returns.c.id.desc())
        .limit(most)
    )
    rows = session.execute(statement).mappings().all()
    return tuple(Kept(**row) for row in rows)


def _name(kind: str, bounce_class: str | None, follows: str) -> str | None:
    if kind == ReturnKind.BOUNCE:
        return bounce_class
    if kind == ReturnKind.COMPLAINT:
        return kind
    return follows if follows in (LEFT, ASKS) else None
