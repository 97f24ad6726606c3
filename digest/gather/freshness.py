"""When an address may be asked again: what its answers say (Cache-Control, Expires, TTL, Retry-After), and what the edition needs; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_WAIT: Final = timedelta(hours=24)
# A feed that may be kept for a week is still looked at four times a day: an edition of the week needs it.
_LONGEST_FRESH: Final = timedelta(hours=6)
_TTL: Final = re.compile(rb"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_HEAD: Final = 32 * 1024
_MAX_AGE: Final = re.compile(r"max-age\s*=\s*\"?(\d{1,10})\"?", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> int | None:
    """Return the seconds that a server asks to be left alone, at most a day; given as seconds or as a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    longest = int(LONGEST_WAIT.total_seconds())
    if value.isascii() and value.isdigit():
        return min(int(value[:9]), longest)
    moment = _moment(value)
    return None if moment is None else max(0, min(int((moment - now).total_seconds()), longest))


def fresh_for(headers: Mapping[str, str], *, now: datetime) -> int | None:
    """Return for how many seconds an answer says that it stays as it is, or None where it does not (RFC 9111, 4.2)."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(?:store|cache)\b", control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "").strip()
        spent = int(age[:9]) if age.isascii() and age.isdigit() else 0
        return max(0, int(found[1]) - spent) or None
    expires = _moment(headers.get("expires", ""))
    if expires is None:
        return None
    return max(0, int((expires - (_moment(headers.get("date", "")) or now)).total_seconds())) or None


def ttl_of(feed: bytes) -> int | None:
    """Return the seconds that a feed itself names between two visits: RSS `<ttl>`, in minutes.

    `sy:updatePeriod` is no such wish: publishing software writes "hourly" into every feed whether anybody asked for it or not.
    """
    head = feed[:_HEAD]
    head = head[: found.start()] if (found := re.search(rb"<(?:item|entry)[\s>]", head)) else head
    ttl = _TTL.search(head)
    return int(ttl[1]) * 60 or None if ttl else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often sources are visited: `interval` where they say nothing, and `needed`, the next moment before which one must be read."""

    interval: timedelta
    needed: datetime | None = None


def after_good(pace: Pace, *, now: datetime, asked: int | None) -> tuple[datetime, str | None]:
    """Return when a source that was read well is due, and why where that is not our own interval.

    Never before it asks to be (`asked`, seconds), unless that is more than six hours, or an edition needs it sooner.
    """
    wait, why = pace.interval, None
    if asked is not None and timedelta(seconds=asked) > pace.interval:
        wait, why = timedelta(seconds=min(asked, _LONGEST_FRESH.total_seconds())), "as the source itself asks"
    return _in_time(pace, now, wait, why)


def after_failure(pace: Pace, *, now: datetime, failures: int, asked: int | None) -> tuple[datetime, str | None]:
    """Return when a source in trouble is tried again: later and later, or as its server asks (Retry-After), which nothing overrides.

    `failures` are those before this one.
    """
    wait = min(pace.interval * 2 ** min(failures, 10), LONGEST_WAIT)
    if asked is not None:
        named = timedelta(seconds=asked)
        if named >= wait:
            return now + min(named, LONGEST_WAIT), "its server asks for this pause (Retry-After)"
    return _in_time(pace, now, wait, "later after each failure" if failures else None)


def _in_time(pace: Pace, now: datetime, wait: timedelta, why: str | None) -> tuple[datetime, str | None]:
    due = now + wait
    if pace.needed is not None and now + pace.interval <= pace.needed < due:
        return pace.needed, "in time for the next edition"
    return due, why


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
