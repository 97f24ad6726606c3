"""Relays as the ledger and ops know them: what each may take, and how each stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

_SMALL_DAY: Final = 50
_LEAST_LETTERS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a relay, or a recipient domain at it, is given at most: messages a second, a day (UTC), and on its first days with mail."""

    rate: float | None = None
    daily: int | None = None
    warm_up: tuple[int, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is any limit."""
        return self.rate is not None or self.capped

    @property
    def capped(self) -> bool:
        """Whether days are counted."""
        return self.daily is not None or bool(self.warm_up)

    def cap(self, days: int) -> int | None:
        """Return how many messages today may bring where `days` days brought mail before; None where no day is limited any more."""
        warming = self.warm_up[days] if days < len(self.warm_up) else None
        return min((one for one in (warming, self.daily) if one is not None), default=None)

    def cap_of_mailings(self, days: int) -> int | None:
        """Return how many of those mailings may have: of a day of 50 or more a hundredth, and at least five, are left to single letters."""
        cap = self.cap(days)
        return cap if cap is None or cap < _SMALL_DAY else cap - max(_LEAST_LETTERS, cap // 100)


class Cause(StrEnum):
    """Why a breaker is open: too many failures, the relay refuses us, does not answer, or takes messages without a word."""

    FAILURES = "failures"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a relay, or one recipient domain at it, stands: `domain` is "" for the whole relay.

    `cause` None: its breaker is closed. Else nothing goes before `until`, and then a few to see (half open). `tries` and
    `failures` are those of the last hour at most; `used` counts what was offered today where days are limited.
    """

    relay: str
    domain: str
    tries: int = 0
    failures: int = 0
    used: int = 0
    cause: Cause | None = None
    why: str | None = None
    until: datetime | None = None

    def shut(self, now: datetime) -> bool:
        """Whether nothing may go that way now."""
        return self.cause is not None and self.until is not None and self.until > now


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was tried at one recipient domain and what of it failed, as a worker counts it; `why` is the latest failure's words."""

    tries: int = 0
    failures: int = 0
    why: str = ""
