"""What a returned mail means for the reader: suppressed, counted, held for a person, or nothing at all. Pure rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from digest.model.returned import BounceClass, ReturnKind

SOFT_IN_A_ROW = 4
SOFT_OVER = timedelta(days=21)
# Mail systems try for up to five days before they give up: until then silence is no success.
SETTLED_AFTER = timedelta(days=5)
GUARD_SHARE = 0.05
GUARD_LEAST = 20


class Follows(StrEnum):
    """What follows from one return for one reader.

    `suppress`: no such mailbox, or returned too often; `complained`: suppressed everywhere until they opt in anew; `counted`:
    a soft return that is remembered; `our_health`: says something about us and nothing about the reader; `held`: too many of
    one domain at once, a person decides; `voided`: a letter of confirmation that reached nobody, its link is no longer good;
    `left`: a mail to the address of List-Unsubscribe ended the subscription; `asks`: somebody asks to leave without a token of
    ours, so nothing was changed and a person looks.
    """

    NOTHING = "nothing"
    COUNTED = "counted"
    SUPPRESS = "suppress"
    COMPLAINED = "complained"
    OUR_HEALTH = "our_health"
    HELD = "held"
    VOIDED = "voided"
    LEFT = "left"
    ASKS = "asks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One edition that went out to a reader, and whether it came back for a reason that passes (`soft` or `full`); aware UTC."""

    edition_id: int
    at: datetime
    came_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainFigures:
    """One domain in one edition: how many readers it was sent to, and how many of them turned hard."""

    domain: str
    sent: int
    hard: int


def what_follows(kind: ReturnKind, bounce_class: BounceClass, past: Sequence[Sent], *, now: datetime) -> Follows:
    """Return what a return of this kind and class means for a reader who was sent `past` (this edition among them, any order).

    The same return twice means the same: an edition counts once, however many notices speak of it. A hard one suppresses
    unless its domain is held (`held_domains`).
    """
    if kind is ReturnKind.COMPLAINT:
        return Follows.COMPLAINED
    if kind is not ReturnKind.BOUNCE:
        return Follows.NOTHING
    if bounce_class is BounceClass.OURS:
        return Follows.OUR_HEALTH
    if bounce_class is BounceClass.HARD:
        return Follows.SUPPRESS
    run = soft_run(past, now=now)
    worn_out = len(run) >= SOFT_IN_A_ROW and run[-1].at - run[0].at >= SOFT_OVER
    return Follows.SUPPRESS if worn_out else Follows.COUNTED


def soft_run(past: Sequence[Sent], *, now: datetime) -> tuple[Sent, ...]:
    """Return the latest editions in a row that came back, the oldest first; one that arrived ends the row.

    An edition without a return is a success only after five days; until then it neither counts nor ends anything.
    """
    editions: dict[int, Sent] = {}
    for one in past:
        known = editions.get(one.edition_id)
        # The first part and a correction are one edition: it came back if any of its mails did.
        if known is None or (one.came_back and not known.came_back):
            editions[one.edition_id] = one
    run: list[Sent] = []
    for one in sorted(editions.values(), key=lambda sent: (sent.at, sent.edition_id), reverse=True):
        if one.came_back:
            run.append(one)
        elif now - one.at >= SETTLED_AFTER:
            break
    return tuple(reversed(run))


def held_domains(figures: Iterable[DomainFigures]) -> frozenset[str]:
    """Return the domains whose hard returns wait for a person: 5 % of its readers in one edition, and 20 or more of them.

    So many mailboxes do not end in one week; a provider's mistake does that (a directory that was down, a domain moved).
    """
    return frozenset(one.domain for one in figures if one.hard >= GUARD_LEAST and one.hard >= GUARD_SHARE * one.sent)
