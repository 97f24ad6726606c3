"""How a mailing leaves: at once, after a window in which it can be undone, or with a first round that decides about the rest."""

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digest.errors import InputError

# 95 %: chance alone exceeds the bound in one of forty rounds.
_Z = 1.96
_LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRule:
    """What a first round may show at most, as shares of whom it was offered to or, for what readers do, of who has it.

    A share counts once the lower end of its 95 % interval (Wilson) is above: one bounce among ten readers proves nothing.
    """

    failed: float = 0.05
    deferred: float = 0.2
    complaints: float = 0.003
    unsubscribed: float = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRound:
    """A first round: `share` of the list (0.01 is one in a hundred) or, where given, so many `readers`.

    `then`: how long after its end the rest leaves by itself; None: a person lets it go.
    """

    share: float = 0.01
    readers: int | None = None
    then: timedelta | None = None
    rule: StopRule = field(default_factory=StopRule)

    def size(self, of: int) -> int:
        """Return how many of a list of `of` are in it: one at least, all at most."""
        wanted = self.readers if self.readers is not None else math.ceil(of * self.share)
        return min(max(wanted, 1), of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a first round has shown so far. `failed` counts refusals and hard returns, each reader once; `waiting` were not offered yet."""

    total: int
    waiting: int
    sent: int
    deferred: int
    failed: int
    in_doubt: int
    complaints: int
    unsubscribed: int

    @property
    def offered(self) -> int:
        """To how many it was offered, and answered for good."""
        return self.sent + self.failed + self.in_doubt


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """How one mailing leaves. Times are aware UTC.

    `lead` is the first of those opened together; `listed` when its list was frozen; `leaves` when it goes by itself (None:
    gone, or it waits). `follows` names the first round it waits for, `pause` how long after that round's end. Of a first
    round: its `rule` while it binds, when it `ended`, and when the rule `stopped` it.
    """

    mailing_id: int
    lead: int
    listed: datetime
    leaves: datetime | None = None
    follows: int | None = None
    pause: timedelta | None = None
    rule: StopRule | None = None
    ended: datetime | None = None
    stopped: datetime | None = None


def read_size(text: str, then: timedelta | None) -> FirstRound:
    """Return the first round that somebody typed: `1%`, `0,5 %`, or a number of readers; raises InputError."""
    found = re.fullmatch(r"(\d{1,9}(?:[.,]\d{1,4})?)\s*(%?)", text.strip())
    size = float(found[1].replace(",", ".")) if found else 0.0
    share = found is not None and bool(found[2])
    if not size or (share and size >= 100) or (not share and not size.is_integer()):
        raise InputError(f"“{text}” is no first round; write a share below 100 as 1%, or a number of readers as 200")
    wait = None if then is None else min(max(then, timedelta()), _LONGEST)
    return FirstRound(share=size / 100, then=wait) if share else FirstRound(readers=int(size), then=wait)


def first_words(first: FirstRound) -> str:
    """Return a first round in words, as the log of acts keeps it."""
    whom = f"{first.readers} readers" if first.readers is not None else f"{first.share * 100:g} %"
    after = "then held" if first.then is None else f"the rest {first.then.total_seconds() / 60:g} min after"
    return f"first {whom}, {after}"


def objection(rule: StopRule, outcome: Outcome) -> str | None:
    """Return why the rest is not to go, in a sentence; None where the round is within its rule."""
    looks = (
        (outcome.failed, outcome.offered, rule.failed, "were refused or came back"),
        (outcome.deferred, outcome.offered + outcome.deferred, rule.deferred, "were put off by their mail system"),
        (outcome.complaints, outcome.sent, rule.complaints, "complained"),
        (outcome.unsubscribed, outcome.sent, rule.unsubscribed, "unsubscribed"),
    )
    for count, of, most, words in looks:
        if lower_bound(count, of) > most:
            return f"{count} of {of} {words}, and the rule allows {most * 100:g} %"
    return None


def lower_bound(count: int, of: int) -> float:
    """Return the lower end of the 95 % Wilson interval of the share `count` / `of`; 0 where nothing was counted."""
    if not count or not of:
        return 0.0
    share, square = count / of, _Z * _Z
    middle = share + square / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return (middle - spread) / (1 + square / of)
