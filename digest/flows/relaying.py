"""Relaying: a person lets relays and domains that are left alone be tried now; single letters get their places within limits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from digest.deliver.domains import system_of_address
from digest.deliver.routes import Route
from digest.errors import NotFound, RelayUnreachable
from digest.model.account import Act
from digest.store import Database, acts, breakers, pace
from digest.store.pace import Asked, Wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Whose breakers are to be tried: all, those of a relay, or one domain's (`domain` "" is the relay itself); by whom and when."""

    relay: str | None = None
    domain: str | None = None
    who: str
    at: datetime


def retry(database: Database, wanted: Retry) -> int:
    """Let what is left alone be tried at the next chunk; return how many breakers that were. Raises NotFound where none is open."""
    where = wanted.relay or "any relay"
    if wanted.domain:
        where = f"{wanted.domain} at {where}"
    with database.writing() as session:
        freed = breakers.try_now(session, now=wanted.at, relay=wanted.relay, domain=wanted.domain)
        if not freed:
            raise NotFound(f"nothing is left alone for {where}; see `digest relay list`")
        what = f"had {where} tried again" if wanted.relay or wanted.domain else "had all relays tried again"
        acts.note(session, Act(at=wanted.at, who=wanted.who, what=what, why=None, edition_id=None, revision=None))
    return freed


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPlaces:
    """The places of single letters, see `deliver.routes.Places`; `database` is asked for where a relay has limits, and not before."""

    database: Callable[[], Database]
    clock: Callable[[], datetime]

    def take(self, route: Route, recipient: str) -> float:
        """Count a letter, and return in how many seconds it may leave; raises RelayUnreachable where there is no room for it."""
        now = self.clock()
        with self.database().writing() as session:
            place = pace.claim_letter(session, _asked(route), system_of_address(recipient), now=now)
        if isinstance(place, Wait):
            until = place.until.isoformat(timespec="minutes")
            raise RelayUnreachable(f"the relay {route.name} {place.why}; there is room again from {until} on, or raise its limit")
        return max((place - now).total_seconds(), 0.0)

    def give_back(self, route: Route, recipient: str) -> None:
        """Count a letter off again that the relay was not offered."""
        with self.database().writing() as session:
            pace.give_back(session, _asked(route), [system_of_address(recipient)], now=self.clock())


def _asked(route: Route) -> Asked:
    return Asked(relay=route.name, limits=route.limits, domains=route.domains)
