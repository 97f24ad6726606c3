"""The relays that mail may go by: each with its transport, its share, and what its messages need; and whose turn it is."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from digest.deliver.dkim import NO_KEYS, Signers
from digest.deliver.transport import Envelope, Transport
from digest.errors import DigestError, RelayRefused, RelayUnreachable
from digest.log import get_log
from digest.model.mailing import Answer
from digest.model.relay import Limits

log = get_log("routes")

_NO_LIMITS: Final = Limits()
# The golden ratio: however few chunks there are, they fall evenly.
_STEP: Final = 0.6180339887498949
_LAST_FOR: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """A relay by its name. Of ten messages it gets as many as its `weight` is of all weights; with 0 it stands in for others.

    `signers` sign what goes there. `return_path` stands for every reader's own (VERP) where the relay takes but one.
    `headers` are its own, CRLF after each, before every mail of an edition. `domains` are limits by mail system.
    """

    name: str
    transport: Transport
    signers: Signers = NO_KEYS
    weight: int = 1
    limits: Limits = _NO_LIMITS
    domains: Mapping[str, Limits] = field(default_factory=dict)
    return_path: str | None = None
    headers: bytes = b""

    @property
    def limited(self) -> bool:
        """Whether what goes there is counted: the relay, or a recipient domain at it, has limits."""
        return self.limits.any or any(limits.any for limits in self.domains.values())


def in_turn(routes: Sequence[Route], mailing_id: int, chunk: int) -> tuple[Route, ...]:
    """Return the relays in the order in which this chunk asks them: over many chunks the first are as their weights say."""
    left, turn = list(routes), []
    point = (chunk * _STEP + mailing_id * _STEP * _STEP) % 1.0
    while left:
        turn.append(left.pop(_at(point, [route.weight for route in left])))
    return tuple(turn)


def _at(point: float, weights: Sequence[int]) -> int:
    """Return which of the weights a point from 0 to 1 falls on; those of 0 come last."""
    reached, whole = 0.0, sum(weights)
    for place, weight in enumerate(weights):
        reached += weight / whole if whole else 1.0
        if weight >= (whole > 0) and point < reached:
            return place
    return max(range(len(weights)), key=lambda place: weights[place])


class Places(Protocol):
    """Where single letters get their places within a relay's limits, which mailings share."""

    def take(self, route: Route, recipient: str) -> float:
        """Return in how many seconds a letter may leave by this relay; raises RelayUnreachable where it has no room for it."""
        ...

    def give_back(self, route: Route, recipient: str) -> None:
        """Give back a place by which nothing left."""
        ...


class Standby:
    """A Mailer for single letters over several relays: the heaviest takes them, and the next where it cannot, or has no room.

    A relay in trouble is asked last for half a minute: one that hangs must not hold up each letter. `clock` gives seconds.
    Without `places` limits count for nothing.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        places: Places | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._routes = sorted(routes, key=lambda route: -route.weight)
        self._places = places
        self._clock = clock
        self._wait = wait
        self._last_until: dict[str, float] = {}

    def send(self, envelope: Envelope, message: bytes) -> Answer:
        """Offer one message; see Mailer. Raises what the last relay said where none is left."""
        trouble: DigestError | None = None
        now = self._clock()
        for route in sorted(self._routes, key=lambda route: self._last_until.get(route.name, now) > now):
            sent_by = envelope if route.return_path is None else Envelope(return_path=route.return_path, recipient=envelope.recipient)
            if trouble is not None:
                # Where nobody is left, what is raised says it.
                log.warning("another relay takes a letter", relay=route.name, because=str(trouble))
            places = self._places if route.limited else None
            try:
                if places is not None:
                    self._wait(places.take(route, envelope.recipient))
            except RelayUnreachable as error:
                trouble = error
                continue
            try:
                return route.transport.send(sent_by, message)
            except (RelayUnreachable, RelayRefused) as error:
                if places is not None:
                    places.give_back(route, envelope.recipient)
                self._last_until[route.name] = self._clock() + _LAST_FOR
                trouble = error
        raise trouble or RelayUnreachable("no relay is named; set DIGEST_TRANSPORT or DIGEST_RELAYS")

    def close(self) -> None:
        """End all conversations."""
        for route in self._routes:
            route.transport.close()
