"""Breakers: what is tried and what fails is counted, a row for each relay and domain; where too much fails it says until when to wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from digest.deliver.breaker import FORGET, MEMORY, hold, hold_unreachable, relay_trips, trips, well_again
from digest.deliver.domains import system_of_address
from digest.model.relay import Cause, Standing, Tally
from digest.store.pace_tables import pace
from digest.store.portable import upsert
from digest.store.tables import deliveries, subscribers

REST = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one relay's tries, by mail system, and which of these ("" is the relay) were probes; `retry` scales the holds."""

    relay: str
    tallies: Mapping[str, Tally]
    probing: frozenset[str]
    retry: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A breaker that opened: at which mail system ("" is the whole relay), until when, and why."""

    system: str
    until: datetime
    why: str


def tell(session: Session, told: Told, *, now: datetime) -> tuple[Opened, ...]:
    """Count what was tried and what failed; return the breakers that this opened, or opened again."""
    opened = _probed(session, told, now=now)
    counted = {system: tally for system, tally in sorted(told.tallies.items()) if tally.tries or tally.failures}
    if not counted:
        return tuple(opened)
    # Locked in one order, whoever else counts or claims.
    session.execute(
        select(pace.c.domain).where(pace.c.relay == told.relay, pace.c.domain.in_(counted)).order_by(pace.c.domain).with_for_update()
    )
    stale = or_(pace.c.since.is_(None), pace.c.since < now - FORGET)
    new = upsert(session, pace)
    more = new.on_conflict_do_update(
        index_elements=["relay", "domain"],
        set_={
            "tries": case((stale, new.excluded.tries), else_=pace.c.tries + new.excluded.tries),
            "failures": case((stale, new.excluded.failures), else_=pace.c.failures + new.excluded.failures),
            "since": case((stale, new.excluded.since), else_=pace.c.since),
        },
    )
    rows = [
        {"relay": told.relay, "domain": system, "tries": one.tries, "failures": one.failures, "since": now}
        for system, one in counted.items()
    ]
    session.execute(more, rows)
    if any(tally.failures for tally in counted.values()):
        opened += _judged(session, told, now=now)
    _halve(session, told.relay)
    return tuple(opened)


def open_relay(session: Session, told: tuple[str, Cause, str], *, retry: timedelta, now: datetime) -> Opened:
    """Leave a whole relay alone at once: `told` names it, why, and in whose words."""
    relay, cause, why = told
    row = _row(session, relay, "")
    times = row.opened + 1 if row.cause == cause else 1
    until = now + (hold_unreachable if cause is Cause.UNREACHABLE else hold)(times, retry)
    _open(session, (relay, ""), cause, Opened(system="", until=until, why=why), times=times)
    return Opened(system="", until=until, why=why)


def came_back(session: Session, delivery: tuple[int, int], why: str, *, now: datetime) -> tuple[Opened, ...]:
    """Count a returned mail that is about us against the relay and domain that it went by; its try was counted when it went.

    `delivery` is (mailing, subscriber).
    """
    found = session.execute(
        select(deliveries.c.relay, subscribers.c.address)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.mailing_id == delivery[0], deliveries.c.subscriber_id == delivery[1])
    ).one_or_none()
    if found is None or found.relay is None:
        return ()
    tallies = {system_of_address(found.address): Tally(failures=1, why=why)}
    told = Told(relay=found.relay, tallies=tallies, probing=frozenset(), retry=timedelta(minutes=5))
    return tell(session, told, now=now)


def try_now(session: Session, *, now: datetime, relay: str | None = None, domain: str | None = None) -> int:
    """Let what is left alone be tried now, all of it or of one relay or domain; return how many breakers that were."""
    freed = update(pace).where(pace.c.cause.is_not(None)).values(until=now, probing=False)
    if relay is not None:
        freed = freed.where(pace.c.relay == relay)
    if domain is not None:
        freed = freed.where(pace.c.domain == domain)
    return len(session.execute(freed.returning(pace.c.domain)).all())


def standings(session: Session, *, now: datetime) -> tuple[Standing, ...]:
    """Return how each relay stands, and each domain whose breaker is open or that is counted today, relays first."""
    today = now.date().isoformat()
    told = or_(pace.c.domain == "", pace.c.cause.is_not(None), and_(pace.c.day == today, pace.c.domain != REST))
    counts: dict[str, tuple[int, int]] = {}
    sums = select(pace.c.relay, func.sum(pace.c.tries), func.sum(pace.c.failures)).where(pace.c.since > now - FORGET).group_by(pace.c.relay)
    for relay, tries, failures in session.execute(sums):
        counts[relay] = (int(tries), int(failures))
    found = [_standing(row, today) for row in session.execute(select(pace).where(told).order_by(pace.c.relay, pace.c.domain))]
    named = {one.relay for one in found if one.domain == ""}
    found += [Standing(relay=relay, domain="") for relay in counts if relay not in named]
    whole = [
        Standing(
            relay=one.relay,
            domain="",
            tries=counts.get(one.relay, (0, 0))[0],
            failures=counts.get(one.relay, (0, 0))[1],
            used=one.used,
            cause=one.cause,
            why=one.why,
            until=one.until,
        )
        for one in found
        if one.domain == ""
    ]
    return (*sorted(whole, key=lambda one: one.relay), *(one for one in found if one.domain != ""))


_CLOSED: dict[str, object] = {
    "cause": None,
    "why": None,
    "until": None,
    "opened": 0,
    "probing": False,
    "tries": 0,
    "failures": 0,
    "since": None,
}


def _probed(session: Session, told: Told, *, now: datetime) -> list[Opened]:
    """Close or open anew what was tried to see."""
    opened = []
    for system in sorted(told.probing):
        tallies = told.tallies.values() if system == "" else [told.tallies.get(system, Tally())]
        tries, failures = sum(one.tries for one in tallies), sum(one.failures for one in tallies)
        row = _row(session, told.relay, system)
        if not tries or row.cause is None:
            continue
        if well_again(failures, tries):
            session.execute(update(pace).where(_is(told.relay, system)).values(_CLOSED))
            continue
        why = next((one.why for one in tallies if one.why), row.why or "")
        times = row.opened + 1 if row.cause == Cause.FAILURES else 1
        again = Opened(system=system, until=now + hold(times, told.retry), why=why)
        _open(session, (told.relay, system), Cause.FAILURES, again, times=times)
        opened.append(again)
    return opened


def _judged(session: Session, told: Told, *, now: datetime) -> list[Opened]:
    """Open the breaker of each domain that fails too often, and the relay's where that is not one domain's doing."""
    recent = select(pace).where(pace.c.relay == told.relay, pace.c.since > now - FORGET, pace.c.cause.is_(None), pace.c.domain != "")
    rows = session.execute(recent.order_by(pace.c.domain)).all()
    opened = []
    for row in rows:
        if row.domain != REST and trips(row.failures, row.tries):
            why = told.tallies[row.domain].why if row.domain in told.tallies else ""
            one = Opened(system=row.domain, until=now + hold(1, told.retry), why=why)
            _open(session, (told.relay, row.domain), Cause.FAILURES, one, times=1)
            opened.append(one)
    at_fault = {one.system for one in opened}
    if relay_trips((row.failures, row.tries) for row in rows if row.domain not in at_fault):
        why = next((tally.why for tally in told.tallies.values() if tally.failures), "")
        times = _row(session, told.relay, "").opened + 1
        one = Opened(system="", until=now + hold(times, told.retry), why=why)
        _open(session, (told.relay, ""), Cause.FAILURES, one, times=times)
        # Counted anew once it is closed: what led here must not open it again.
        anew = update(pace).where(pace.c.relay == told.relay, pace.c.domain != "", pace.c.cause.is_(None))
        session.execute(anew.values(tries=0, failures=0, since=None))
        opened.append(one)
    return opened


def _halve(session: Session, relay: str) -> None:
    long = update(pace).where(pace.c.relay == relay, pace.c.tries > MEMORY)
    session.execute(long.values(tries=pace.c.tries // 2, failures=pace.c.failures // 2))


def _open(session: Session, key: tuple[str, str], cause: Cause, opened: Opened, *, times: int) -> None:
    values = {"cause": cause, "why": opened.why[:500], "until": opened.until, "opened": times, "probing": False}
    session.execute(update(pace).where(_is(*key)).values(**values, tries=0, failures=0, since=None))


def _row(session: Session, relay: str, system: str) -> Row[Any]:
    new = upsert(session, pace).values(relay=relay, domain=system).on_conflict_do_nothing(index_elements=["relay", "domain"])
    session.execute(new)
    return session.execute(select(pace).where(_is(relay, system)).with_for_update()).one()


def _standing(row: Row[Any], today: str) -> Standing:
    return Standing(
        relay=row.relay,
        domain=row.domain,
        tries=row.tries,
        failures=row.failures,
        used=row.used if row.day == today else 0,
        cause=None if row.cause is None else Cause(row.cause),
        why=row.why,
        until=row.until,
    )


def _is(relay: str, system: str) -> Any:  # noqa: ANN401  SQLAlchemy's own types of a conjunction are longer than it
    return and_(pace.c.relay == relay, pace.c.domain == system)
