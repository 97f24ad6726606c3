"""Pace: what a chunk may offer to a relay now, claimed from rows that all workers share; what does not fit waits for its turn.

The rows of one claim are locked in one order, so of two workers one reads what the other left. A relay without limits, whose
breakers are closed, costs a look and no lock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, case, delete, or_, select, update
from sqlalchemy.orm import Session

from digest.deliver.breaker import FORGET, PROBES, PROBES_OF_RELAY, hold_probing, holds
from digest.deliver.bucket import Taken, burst, due, slots
from digest.model.relay import Cause, Limits
from digest.store.pace_tables import pace
from digest.store.portable import upsert

_NO_LIMITS = Limits()
_MANY = 1_000_000_000
# The row of a relay's letters, where they have a bucket of their own; no mail system is called so.
LETTERS = "@"
# No letter is kept in hand for longer, and none pushes a bucket further ahead of now than mailings may.
_LETTERS_WAIT = timedelta(seconds=5)
_AHEAD = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A relay by its name, with its limits and those of recipient domains at it; `retry` is the first retry, which holds go by."""

    relay: str
    limits: Limits = _NO_LIMITS
    domains: Mapping[str, Limits] = field(default_factory=dict)
    retry: timedelta = timedelta(minutes=5)

    def of(self, system: str) -> Limits:
        """Return the limits of a mail system; "" is the whole relay."""
        return self.limits if system == "" else self.domains.get(system, _NO_LIMITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Until when somebody waits, and for what; `cause` where a breaker is open, None where there is no room."""

    until: datetime
    why: str
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the relays stand: those that take nothing now, those with a breaker to heed, and whom each counts one by one."""

    shut: Mapping[str, Wait]
    troubled: frozenset[str]
    known: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What may be offered: the `places` in what was asked for, the first at `begins` and each `gap` after the one before.

    `waits` has the places whose domain takes no more now. `shut` says why the whole relay takes nothing now. `probing`
    names the domains ("" for the relay) whose breaker goes by how these fare.
    """

    begins: datetime
    places: tuple[int, ...] = ()
    gap: timedelta = timedelta(0)
    waits: Mapping[int, Wait] = field(default_factory=dict)
    shut: Wait | None = None
    probing: frozenset[str] = frozenset()


def claim(session: Session, asked: Asked, systems: Sequence[str], *, now: datetime) -> Grant:
    """Claim what may be offered now of recipients at these mail systems, in their order; call it in a transaction of its own.

    What a relay takes in a day is counted here, before it is offered: `give_back` what was not.
    """
    rows = _locked(session, asked, systems)
    whole = _Room.of("", rows.get(""), asked, now=now)
    if whole.shut is not None:
        return Grant(begins=now, shut=whole.shut)
    rooms: dict[str, _Room] = {}
    places: list[int] = []
    waits: dict[int, Wait] = {}
    for place, system in enumerate(systems):
        if len(places) >= whole.left:
            break
        room = rooms.get(system)
        if room is None:
            room = rooms[system] = _Room.of(system, rows.get(system), asked, now=now)
        if room.count < room.left:
            room.count += 1
            places.append(place)
        else:
            waits[place] = room.wait(asked.retry, now=now)
    whole.count = len(places)
    touched = [room for room in (whole, *rooms.values()) if room.count and (room.limits.any or room.half_open)]
    for room in sorted(touched, key=lambda one: one.system):
        session.execute(update(pace).where(_is(asked.relay, room.system)).values(room.taken(asked.retry, now=now)))
    rate = asked.limits.rate
    return Grant(
        places=tuple(places),
        begins=whole.slots(whole.count, now=now).begins if rate else now,
        gap=timedelta(seconds=1 / rate) if rate else timedelta(0),
        waits=waits,
        probing=frozenset(room.system for room in touched if room.half_open),
    )


def claim_letter(session: Session, asked: Asked, system: str, *, now: datetime) -> datetime | Wait:
    """Claim the place of one letter to this mail system, ahead of mailings, and return when it may leave; `give_back` if it never did.

    It counts in the day's messages and goes by a bucket of the letters' own, so that they keep to the rate among themselves; what
    it took, mailings lack. Returns a Wait where the day has no room, or where other letters stand before it for too long.
    """
    rows = _locked(session, asked, {system}, letters=True)
    rooms = [_Room.of(one, rows.get(one), asked, now=now) for one in ("", system) if asked.of(one).any]
    for room in rooms:
        whole = room.limits.cap(room.days)
        if whole is not None and room.used >= whole:
            return Wait(until=_tomorrow(now), why=f"had the {whole} messages of today")
    leaves, rate = now, asked.limits.rate
    if rate is not None:
        own = rows.get(LETTERS)
        taken = slots(own.free if own is not None else None, rate, 1, now=now)
        if taken.begins - now > _LETTERS_WAIT:
            return Wait(until=taken.begins, why=f"takes {rate:g} a second, and other letters wait")
        leaves = taken.begins
        session.execute(update(pace).where(_is(asked.relay, LETTERS)).values(free=taken.free))
    for room in rooms:
        session.execute(update(pace).where(_is(asked.relay, room.system)).values(room.letter(now=now)))
    return leaves


def give_back(session: Session, asked: Asked, systems: Sequence[str], *, now: datetime) -> None:
    """Take back what was claimed for these recipients and never offered, where days are counted."""
    counts = Counter(system for system in systems if asked.of(system).capped)
    if asked.limits.capped and systems:
        counts[""] = len(systems)
    for system, count in sorted(counts.items()):
        left = case((pace.c.used > count, pace.c.used - count), else_=0)
        session.execute(update(pace).where(_is(asked.relay, system), pace.c.day == _day(now)).values(used=left))


def look(session: Session, asked: Iterable[Asked], *, now: datetime) -> Look:
    """Return how the relays stand, without claiming anything."""
    by_name = {one.relay: one for one in asked}
    rows = session.execute(select(pace).where(pace.c.relay.in_(by_name))).all()
    rooms = {row.relay: _Room.of("", row, by_name[row.relay], now=now) for row in rows if row.domain == ""}
    known: dict[str, set[str]] = {}
    for row in rows:
        if row.since is not None and row.since > now - FORGET:
            known.setdefault(row.relay, set()).add(row.domain)
    return Look(
        shut={relay: room.shut for relay, room in rooms.items() if room.shut is not None},
        troubled=frozenset(row.relay for row in rows if row.cause is not None),
        known={relay: frozenset(systems) for relay, systems in known.items()},
    )


def forget(session: Session, *, before: datetime) -> None:
    """Forget the domains that nothing was counted for since, and breakers that nobody tried since: of relays that are gone.

    What is warmed up stays: its days count.
    """
    gone = update(pace).where(pace.c.cause.is_not(None), pace.c.until < before)
    session.execute(gone.values(cause=None, why=None, until=None, opened=0, probing=False))
    idle = (or_(pace.c.since.is_(None), pace.c.since < before), or_(pace.c.free.is_(None), pace.c.free < before))
    session.execute(delete(pace).where(pace.c.cause.is_(None), *idle, pace.c.day.is_(None)))


@dataclass(slots=True, kw_only=True)
class _Room:
    """What a row has left for one claim; `count` of it is taken."""

    system: str
    limits: Limits
    left: int
    free: datetime | None = None
    used: int = 0
    days: int = 0
    cap: int | None = None
    half_open: bool = False
    shut: Wait | None = None
    count: int = 0
    place: int = 0

    @classmethod
    def of(cls, system: str, row: Row[Any] | None, asked: Asked, *, now: datetime) -> "_Room":
        """Read a row; a domain without one has room for all."""
        limits = asked.of(system)
        room = cls(system=system, limits=limits, left=_MANY)
        if row is not None:
            room.free = row.free
            room.used, room.days = (row.used, row.days) if row.day == _day(now) else (0, row.days + (row.used > 0))
            room._see_breaker(row, asked.retry, now=now)
        room.cap = limits.cap_of_mailings(room.days)
        if room.cap is not None and room.shut is None:
            room._bound(room.cap - room.used, room._full(now=now))
        if limits.rate is not None and room.shut is None:
            taken = room.slots(_MANY, now=now) if system == "" else burst(room.free, limits.rate, _MANY, now=now)
            room._bound(taken.count, Wait(until=max(taken.free, now + timedelta(seconds=1)), why=f"takes {limits.rate:g} a second"))
        return room

    def slots(self, wanted: int, *, now: datetime) -> Taken:
        """Return what the bucket of the whole relay gives of so many."""
        return slots(self.free, self.limits.rate or 1.0, wanted, now=now)

    def wait(self, retry: timedelta, *, now: datetime) -> Wait:
        """Return how long the next one waits that finds no room."""
        self.place += 1
        if self.shut is not None and self.shut.until > now + timedelta(seconds=1):
            return self.shut
        if self.half_open:
            return Wait(until=now + hold_probing(retry), why="is being tried after failures")
        if self.cap is not None and self.used + self.count >= self.cap:
            return self._full(now=now)
        rate = self.limits.rate or 1.0
        free = burst(self.free, rate, self.count, now=now).free
        return Wait(until=due(free, rate, self.place - 1, now=now), why=f"takes {rate:g} a second")

    def taken(self, retry: timedelta, *, now: datetime) -> dict[str, object]:
        """Return what the row holds after `count` were taken."""
        values: dict[str, object] = {}
        if self.limits.capped:
            values |= {"day": _day(now), "used": self.used + self.count, "days": self.days}
        if self.limits.rate is not None:
            after = self.slots(self.count, now=now) if self.system == "" else burst(self.free, self.limits.rate, self.count, now=now)
            values["free"] = after.free
        if self.half_open:
            # Whoever comes meanwhile finds it shut; should the one who tries die, another may after that.
            values |= {"probing": True, "until": now + hold_probing(retry)}
        return values

    def _see_breaker(self, row: Row[Any], retry: timedelta, *, now: datetime) -> None:
        if row.cause is None:
            return
        if holds(row.until, retry, now=now):
            self.left, self.shut = 0, Wait(until=row.until, why=row.why or "", cause=Cause(row.cause))
            return
        self.half_open = True
        if row.cause in (Cause.FAILURES, Cause.DOUBT):
            self.left = PROBES_OF_RELAY if self.system == "" else PROBES

    def letter(self, *, now: datetime) -> dict[str, object]:
        """Return what the row holds after a letter, that went ahead: whoever comes next finds the bucket a token emptier."""
        values: dict[str, object] = {}
        if self.limits.capped:
            values |= {"day": _day(now), "used": self.used + 1, "days": self.days}
        if self.limits.rate is not None:
            least, most = (now, now + _AHEAD)
            known = self.free if self.free is not None and self.free <= most else least
            values["free"] = min(max(known, least) + timedelta(seconds=1 / self.limits.rate), most)
        return values

    def _full(self, *, now: datetime) -> Wait:
        whole = self.limits.cap(self.days)
        rest = "" if whole == self.cap else f" that mailings may have, of {whole}"
        return Wait(until=_tomorrow(now), why=f"had the {self.cap} messages of today{rest}")

    def _bound(self, most: int, else_wait: Wait) -> None:
        self.left = min(self.left, max(most, 0))
        if self.left == 0 and self.system == "":
            self.shut = else_wait


def _locked(session: Session, asked: Asked, systems: Iterable[str], *, letters: bool = False) -> dict[str, Row[Any]]:
    """Return the rows that a claim goes by, locked where it may change them."""
    there = set(systems)
    limited = [system for system in ("", *asked.domains) if asked.of(system).any and (system == "" or system in there)]
    limited = sorted([*limited, LETTERS] if letters and asked.limits.rate is not None else limited)
    wanted = select(pace).where(pace.c.relay == asked.relay, or_(pace.c.domain.in_(limited), pace.c.cause.is_not(None)))
    wanted = wanted.order_by(pace.c.domain)
    rows = session.execute(wanted).all()
    if not limited and not rows:
        return {}
    if missing := set(limited) - {row.domain for row in rows}:
        new = upsert(session, pace).on_conflict_do_nothing(index_elements=["relay", "domain"])
        session.execute(new, [{"relay": asked.relay, "domain": system} for system in sorted(missing)])
    return {row.domain: row for row in session.execute(wanted.with_for_update())}


def _is(relay: str, system: str) -> Any:  # noqa: ANN401  SQLAlchemy's own types of a conjunction are longer than it
    return (pace.c.relay == relay) & (pace.c.domain == system)


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()


def _tomorrow(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(0), UTC)
