"""How a sending goes: by recipients' domains, and how fast over time; each a pass over its ledgers, so whoever asks keeps the answer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, case, cast, extract, func, select
from sqlalchemy.orm import Session

from digest.model.mailing import DeliveryState
from digest.store.tables import deliveries, subscribers


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainFigures:
    """One domain's recipients; `others` counts the domains that this row stands for (0: its own)."""

    domain: str
    total: int
    to_go: int
    sent: int
    again: int
    failed: int
    others: int = 0


def by_domain(session: Session, mailing_ids: Collection[int], *, most: int) -> tuple[DomainFigures, ...]:
    """Return the largest domains of these mailings, at most `most`, and the others in one row."""
    at = func.strpos if session.get_bind().dialect.name == "postgresql" else func.instr
    domain = func.substr(subscribers.c.folded, at(subscribers.c.folded, "@") + 1).label("domain")
    state = deliveries.c.state
    rows = session.execute(
        select(
            domain,
            func.count().label("total"),
            _sum(state == DeliveryState.PENDING).label("to_go"),
            _sum(state == DeliveryState.SENT).label("sent"),
            _sum(state == DeliveryState.DEFERRED).label("again"),
            _sum(state.in_((DeliveryState.FAILED, DeliveryState.IN_DOUBT))).label("failed"),
        )
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.mailing_id.in_(list(mailing_ids)))
        .group_by(domain)
        .order_by(func.count().desc(), domain)
    ).all()
    found = [
        DomainFigures(
            domain=row.domain, total=int(row.total), to_go=int(row.to_go), sent=int(row.sent), again=int(row.again), failed=int(row.failed)
        )
        for row in rows
    ]
    if len(found) <= most + 1:
        return tuple(found)
    rest = found[most:]
    return (
        *found[:most],
        DomainFigures(
            domain="",
            total=sum(one.total for one in rest),
            to_go=sum(one.to_go for one in rest),
            sent=sum(one.sent for one in rest),
            again=sum(one.again for one in rest),
            failed=sum(one.failed for one in rest),
            others=len(rest),
        ),
    )


def over_time(session: Session, mailing_ids: Collection[int], since: datetime, until: datetime, *, parts: int) -> tuple[float, ...]:
    """Return how many messages a second were accepted in each of `parts` equal spans from `since` to `until`."""
    width = max((until - since) / parts, timedelta(seconds=1))
    sqlite = session.get_bind().dialect.name == "sqlite"
    seconds = cast(func.strftime("%s", deliveries.c.settled), Integer) if sqlite else cast(extract("epoch", deliveries.c.settled), Integer)
    # Whole seconds on both sides of the division: SQLite's integers divide whole, PostgreSQL's `div` is asked for by a cast.
    part = cast(func.floor((seconds - int(since.timestamp())) / max(round(width.total_seconds()), 1)), Integer).label("part")
    rows = session.execute(
        select(part, func.count())
        .where(deliveries.c.mailing_id.in_(list(mailing_ids)), deliveries.c.state == DeliveryState.SENT, deliveries.c.settled >= since)
        .group_by(part)
    ).all()
    counts = [0] * parts
    for where, count in rows:
        counts[min(max(int(where), 0), parts - 1)] += int(count)
    return tuple(count / max(round(width.total_seconds()), 1) for count in counts)


def settled_since(session: Session, mailing_ids: Collection[int], since: datetime) -> int:
    """Return how many recipients of these mailings were answered for since then."""
    mine = (deliveries.c.mailing_id.in_(list(mailing_ids)), deliveries.c.settled > since)
    return int(session.execute(select(func.count()).where(*mine)).scalar_one())


def next_try(session: Session, mailing_ids: Collection[int]) -> datetime | None:
    """Return when the next recipient that was put off is tried again, or None."""
    statement = select(func.min(deliveries.c.next_try)).where(deliveries.c.mailing_id.in_(list(mailing_ids)))
    found: datetime | None = session.execute(statement).scalar_one()
    return found


def _sum(look: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((look, 1), else_=0)), 0)
