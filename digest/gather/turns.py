"""Taking turns: one request at a time to each host, at its pace, whoever asks; what remembers that is handed in."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from digest.gather.robots import Robots


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A host that is ours to ask until the turn is given back; `owner` tells it from everybody else's."""

    host: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a request went, as far as the next one to its host must know.

    `pace` is the seconds until then. `refused`: the server asked for less (429, 503), with `retry_after` seconds where it named them.
    """

    pace: float
    answered: bool = False
    refused: bool = False
    retry_after: int | None = None


class Turns(Protocol):
    """Who may ask which host next, and what hosts said in their robots.txt; shared by all who fetch."""

    def take(self, host: str, *, patience: float) -> Turn:
        """Wait for the host's turn, `patience` seconds at most; raises NotYet with the seconds until it may come."""
        ...

    def give_back(self, turn: Turn, outcome: Outcome) -> None:
        """End the turn."""
        ...

    def robots(self, origin: str) -> Robots | None:
        """Return what the site at `origin` said in its robots.txt; None where that is unknown or too old to go by."""
        ...

    def keep_robots(self, origin: str, robots: Robots, *, seconds: float) -> None:
        """Remember what a site said, for `seconds`. What was read before stays where it cannot be read now."""
        ...


def host_key(url: str) -> str:
    """Return what takes turns for `url`: its host, and its port where that is no usual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return host if parts.port in {None, 80, 443} else f"{host}:{parts.port}"


def origin_of(url: str) -> str:
    """Return scheme and authority of `url`, where its robots.txt stands (RFC 9309, 2.3)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


class FreeTurns:
    """No turns at all: whoever asks may, at once. For one visit by hand, and for what measures the fetch alone."""

    def __init__(self) -> None:
        self._robots: dict[str, Robots] = {}

    def take(self, host: str, *, patience: float) -> Turn:
        """Return the turn."""
        del patience
        return Turn(host=host, owner="")

    def give_back(self, turn: Turn, outcome: Outcome) -> None:
        """End the turn."""

    def robots(self, origin: str) -> Robots | None:
        """Return what this process has read."""
        return self._robots.get(origin)

    def keep_robots(self, origin: str, robots: Robots, *, seconds: float) -> None:
        """Remember it as long as the process lives."""
        del seconds
        self._robots[origin] = robots
