"""Steering: what one chunk knows of the relays: which it may ask now, what it may offer there, and what it has to tell of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from digest.log import get_log
from digest.model.relay import Cause, Tally
from digest.store import breakers, pace
from digest.store.breakers import REST, Told
from digest.store.pace import Asked, Grant, Wait

log = get_log("steering")

# A domain that has so large a share of what was tried is counted by itself; so is one that fails, or that did lately.
_LARGE = 0.02


@dataclass(slots=True, kw_only=True)
class Steering:
    """The relays of one chunk, in the order in which it asks them; `systems` is the mail system of each of its readers."""

    turn: tuple[Asked, ...]
    look: pace.Look
    systems: Mapping[int, str] = field(default_factory=dict)
    shut: dict[str, Wait] = field(default_factory=dict)
    _waits: dict[str, dict[int, Wait]] = field(default_factory=dict)
    _troubled: set[str] = field(default_factory=set)
    # Of the relay that is asked at present.
    _asked: Asked | None = None
    _counts: dict[str, Tally] = field(default_factory=dict)
    _failing: bool = False
    _probing: frozenset[str] = frozenset()
    _blocked: set[str] = field(default_factory=set)
    _closed: bool = False
    _trouble: tuple[Cause, str] | None = None

    def open_to(self) -> tuple[Asked, ...]:
        """Return the relays that this chunk may still ask."""
        return tuple(one for one in self.turn if one.relay not in self.shut)

    def must_claim(self, asked: Asked) -> bool:
        """Whether what is offered there must be claimed first: it has limits, or a breaker to heed."""
        limited = asked.limits.any or any(limits.any for limits in asked.domains.values())
        return limited or asked.relay in self._troubled or asked.relay in self.look.troubled

    def ask(self, session: Session | None, asked: Asked, readers: Sequence[int], *, now: datetime) -> Grant:
        """Begin with a relay: return what may be offered there of these readers. `session` None where nothing must be claimed."""
        self._asked, self._blocked, self._closed = asked, set(), False
        if session is None:
            return Grant(begins=now, places=tuple(range(len(readers))))
        grant = pace.claim(session, asked, [self.systems[reader] for reader in readers], now=now)
        if grant.shut is not None:
            self.shut[asked.relay] = grant.shut
        self._waits[asked.relay] = {readers[place]: wait for place, wait in grant.waits.items()}
        self._probing = grant.probing
        return grant

    def goes_on(self, reader: int) -> bool:
        """Whether this reader's mail may still leave by the relay that is asked."""
        return not self._closed and self.systems[reader] not in self._blocked

    @property
    def closed(self) -> bool:
        """Whether nothing more may leave by the relay that is asked."""
        return self._closed

    def saw(self, reader: int, *, failed: str | None) -> None:
        """Count a reader's answer; `failed` has its words where it speaks against relay or domain."""
        tally = self._counts.get(self.systems[reader])
        if tally is None:
            tally = self._counts[self.systems[reader]] = Tally()
        tally.tries += 1
        if failed is not None:
            tally.failures += 1
            tally.why = failed
            self._failing = True

    def in_trouble(self, cause: Cause, why: str, *, now: datetime) -> None:
        """Leave the relay that is asked: it does not answer, refuses us, or leaves us in doubt, which says more than that it went away."""
        asked = self._asked
        if asked is not None and not ((known := self.shut.get(asked.relay)) and known.cause is Cause.DOUBT):
            self.shut[asked.relay] = Wait(until=now, why=why, cause=cause)
            self._trouble, self._closed = (cause, why), True

    def tell(self, session: Session, *, last: bool, now: datetime) -> None:
        """Tell what was seen where it matters now: failures and probes at once, the rest at the `last` of a relay."""
        asked = self._asked
        if asked is None:
            return
        if self._counts and (last or self._failing or self._probing):
            told = Told(relay=asked.relay, tallies=self._tallies(asked), probing=self._probing, retry=asked.retry)
            for one in breakers.tell(session, told, now=now):
                log.warning("breaker open", relay=asked.relay, domain=one.system or None, until=one.until.isoformat(), why=one.why)
                self._troubled.add(asked.relay)
                self._closed |= one.system == ""
                self._blocked.add(one.system)
        # A relay that is alone and does not answer is asked again at each sweep.
        if self._trouble is not None and (self._trouble[0] is not Cause.UNREACHABLE or len(self.turn) > 1):
            breakers.open_relay(session, (asked.relay, *self._trouble), retry=asked.retry, now=now)

    def told(self) -> None:
        """Forget what `tell` told, because it is committed."""
        if self._failing or self._probing:
            self._counts, self._failing, self._probing = {}, False, frozenset()
        self._trouble = None

    def left(self, session: Session, readers: Iterable[int], *, now: datetime) -> None:
        """Give back what was claimed for these and never offered, and end with this relay."""
        if self._asked is not None and self.must_claim(self._asked):
            pace.give_back(session, self._asked, [self.systems[reader] for reader in readers], now=now)

    def ended(self) -> None:
        """End with the relay that was asked."""
        self._asked, self._counts, self._failing, self._probing, self._trouble = None, {}, False, frozenset(), None

    def waits(self, readers: Iterable[int]) -> dict[int, Wait]:
        """Return until when each of these waits, because no relay that is open takes their domain now."""
        found = {}
        for reader in readers:
            waits = [self._waits[one.relay][reader] for one in self.open_to() if reader in self._waits.get(one.relay, {})]
            if waits:
                first = min(waits, key=lambda wait: wait.until)
                found[reader] = Wait(until=first.until, why=f"waits: {self.systems[reader]} {first.why}")
        return found

    def standstill(self) -> str | None:
        """Return why a person must look before anything goes on; None while a relay may do better by itself.

        They must where all relays refuse us, and where all are left alone and one of them because it left us in doubt: each
        further message may then be one more that somebody gets twice.
        """
        waits = [wait for one in self.turn if (wait := self.shut.get(one.relay)) is not None and wait.cause is not None]
        causes = {wait.cause for wait in waits}
        if len(waits) < len(self.turn) or (Cause.DOUBT not in causes and causes != {Cause.REFUSED}):
            return None
        return "; ".join(dict.fromkeys(wait.why for wait in waits))

    def _tallies(self, asked: Asked) -> dict[str, Tally]:
        """Return the counts, the domains of which little is to be known taken together."""
        tries = sum(tally.tries for tally in self._counts.values())
        known = self.look.known.get(asked.relay, frozenset())
        kept: dict[str, Tally] = {}
        for system, tally in self._counts.items():
            alone = tally.failures or system in known or system in self._probing or tally.tries >= max(2, tries * _LARGE)
            whole = kept.setdefault(system if alone else REST, Tally())
            whole.tries, whole.failures, whole.why = whole.tries + tally.tries, whole.failures + tally.failures, tally.why or whole.why
        return kept


def steer(session: Session, turn: tuple[Asked, ...], *, now: datetime) -> Steering:
    """Return the steering of a chunk that may ask these relays; its readers' `systems` are still to be said."""
    look = pace.look(session, turn, now=now)
    return Steering(turn=turn, look=look, shut=dict(look.shut))
