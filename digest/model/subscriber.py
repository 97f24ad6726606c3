"""Readers: who they are, what they confirmed, and who must not be written to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubscriptionState(StrEnum):
    """Where a reader stands with one newsletter."""

    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A reader; `address` as typed, unique by its case-folded form."""

    id: int
    address: str
    name: str | None
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One reader's standing with one newsletter; `changed` is when that last changed (aware UTC).

    `left_out` are the keys of its optional sections that they do without.
    """

    subscriber_id: int
    newsletter_id: str
    state: SubscriptionState
    changed: datetime
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """That a reader asked for a newsletter, and whether they confirmed it: the proof, kept with the wording they saw.

    `sent` is when the confirmation went out, `expires` until when its link is good (all aware UTC), `usable` whether its
    link was neither used nor made void by another.
    """

    id: int
    subscriber_id: int
    newsletter_id: str
    asked: datetime
    expires: datetime
    confirmed: datetime | None
    sent: datetime | None
    usable: bool
    wording: str
    form: str
    ip: str | None = None
    user_agent: str | None = None


class SuppressionReason(StrEnum):
    """Why an address must not be written to again."""

    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCES = "soft_bounces"
    COMPLAINT = "complaint"
    ERASED = "erased"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that no mailing may reach, by a keyed hash, so that erasure keeps nothing readable."""

    address_hash: str
    reason: SuppressionReason
    since: datetime
