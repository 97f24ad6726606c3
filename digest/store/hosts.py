"""Whose turn it is to ask a host, across all workers and machines, and what hosts said in their robots.txt: rows, changed conditionally."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from digest.errors import NotYet
from digest.gather.robots import Access, Robots
from digest.gather.turns import Outcome, Turn
from digest.store.engine import Database
from digest.store.portable import upsert
from digest.store.tables import hosts, robots

# Longer than a request may take: whoever has not given a turn back by then is gone.
_LEASE: Final = timedelta(seconds=75)
AT_ONCE: Final = 16
# The row that every taking locks first, so that sixteen at once are never seventeen.
_ALL: Final = "*"
_BUSY: Final = timedelta(seconds=0.2)
# A host that asks for less without saying how long, from its second word on.
_QUIET: Final = timedelta(minutes=10)
_LONGEST_QUIET: Final = timedelta(hours=24)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTurns:
    """Turns kept in rows: a host is asked by one of all processes at a time. `clock` gives aware UTC, `sleep` waits seconds."""

    database: Database
    clock: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep

    def take(self, host: str, *, patience: float) -> Turn:
        """Wait for the host's turn, `patience` seconds at most; raises NotYet with the seconds until it may come."""
        turn = Turn(host=host, owner=uuid.uuid4().hex)
        until = self.clock() + timedelta(seconds=patience)
        while True:
            now = self.clock()
            with self.database.writing() as session:
                free, why = _try(session, turn, now=now)
            if free is None:
                return turn
            if free > until:
                seconds = max(1, round((free - now).total_seconds() + 0.5))
                raise NotYet(f"{host} {why}; it is asked in {seconds} s", retry_after=seconds)
            self.sleep(max(0.01, (free - now).total_seconds()))

    def give_back(self, turn: Turn, outcome: Outcome) -> None:
        """End the turn: the next may begin after the pace, or after the pause that the host asked for at least twice."""
        now = self.clock()
        values: dict[str, object] = {"owner": None, "until": None, "free": now + timedelta(seconds=outcome.pace)}
        if outcome.answered:
            values |= {"refusals": 0, "quiet_until": None}
        with self.database.writing() as session:
            mine = (hosts.c.name == turn.host, hosts.c.owner == turn.owner)
            if outcome.refused:
                before = session.execute(select(hosts.c.refusals).where(*mine)).scalar_one_or_none() or 0
                values["refusals"] = before + 1
                if before:
                    asked = timedelta(seconds=outcome.retry_after) if outcome.retry_after is not None else _QUIET
                    values["quiet_until"] = now + min(asked, _LONGEST_QUIET)
            session.execute(update(hosts).where(*mine).values(values))

    def robots(self, origin: str) -> Robots | None:
        """Return what the site at `origin` said in its robots.txt; None where that is unknown or too old to go by."""
        with self.database.reading() as session:
            row = session.execute(select(robots).where(robots.c.origin == origin, robots.c.expires > self.clock())).one_or_none()
        return None if row is None else Robots(access=Access(row.access), rules=row.rules)

    def keep_robots(self, origin: str, said: Robots, *, seconds: float) -> None:
        """Remember what a site said, for `seconds`. What was read before stays where it cannot be read now (RFC 9309, 2.3.1.4)."""
        now = self.clock()
        values = {"access": said.access.value, "rules": said.rules, "fetched": now, "expires": now + timedelta(seconds=seconds)}
        with self.database.writing() as session:
            if said.access is Access.NONE:
                known = (robots.c.origin == origin, robots.c.access != Access.NONE.value, robots.c.fetched > now - timedelta(days=30))
                kept = session.execute(update(robots).where(*known).values(expires=values["expires"]).returning(robots.c.origin))
                if kept.first() is not None:
                    return
            statement = upsert(session, robots).values(origin=origin, **values)
            session.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=values))


def forget_old(session: Session, *, before: datetime) -> None:
    """Forget the hosts that nobody asked since `before`, and the robots.txt that were read before then."""
    session.execute(delete(hosts).where(hosts.c.free < before, hosts.c.until.is_(None)))
    session.execute(delete(robots).where(robots.c.fetched < before, robots.c.expires < before))


def _try(session: Session, turn: Turn, *, now: datetime) -> tuple[datetime | None, str]:
    """Take the turn, or return when it may be free, and why it is not."""
    for name in (_ALL, turn.host):
        session.execute(upsert(session, hosts).values(name=name, refusals=0).on_conflict_do_nothing(index_elements=["name"]))
    session.execute(select(hosts.c.name).where(hosts.c.name == _ALL).with_for_update())
    under_way = session.execute(select(func.count()).select_from(hosts).where(hosts.c.until > now)).scalar_one()
    if under_way >= AT_ONCE:
        return now + _BUSY, f"waits: {AT_ONCE} requests are under way"
    free = (
        or_(hosts.c.until.is_(None), hosts.c.until <= now),
        or_(hosts.c.free.is_(None), hosts.c.free <= now),
        or_(hosts.c.quiet_until.is_(None), hosts.c.quiet_until <= now),
    )
    mine = update(hosts).where(hosts.c.name == turn.host, *free).values(owner=turn.owner, until=now + _LEASE).returning(hosts.c.name)
    if session.execute(mine).first() is not None:
        return None, ""
    row = session.execute(select(hosts).where(hosts.c.name == turn.host)).one()
    if row.quiet_until is not None and row.quiet_until > now:
        return row.quiet_until, "asked to be left alone"
    if row.until is not None and row.until > now:
        # Whoever asks it now is seldom at it for long: look again soon, but do not say so to who cannot wait.
        return now + _BUSY, "is being asked by somebody else"
    return row.free, "is asked no more often than its pace allows"
