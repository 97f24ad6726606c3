"""Dates as feeds and pages write them, turned into aware UTC; what cannot be true is None."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import dateparser  # type: ignore[import-untyped]  # carries no types
import feedparser

_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=48)
# Zone names that email.utils does not know; without them it takes the time for UTC.
_ZONES = dict(
    pair.split(":")
    for pair in [
        "CET:+0100",
        "CEST:+0200",
        "MEZ:+0100",
        "MESZ:+0200",
        "BST:+0100",
        "IST:+0530",
        "EET:+0200",
        "EEST:+0300",
        "MSK:+0300",
        "WET:+0000",
        "WEST:+0100",
        "JST:+0900",
        "KST:+0900",
        "AEST:+1000",
        "AEDT:+1100",
        "NZST:+1200",
        "NZDT:+1300",
        "HKT:+0800",
        "SGT:+0800",
        "AKST:-0900",
        "AKDT:-0800",
        "HST:-1000",
        "BRT:-0300",
        "ART:-0300",
    ]
)
_ZONE = re.compile(r"\b(" + "|".join(_ZONES) + r")$")
_RFC822 = re.compile(
    r"^(?:\w{2,9}\.?,?\s+)?\d{1,2}[ -][A-Za-z]{3,9}\.?[ -](?:[12]\d{3}"
    r"|\d{2})\s+\d{1,2}:\d{2}(?::\d{2})?(?:\s*[A-Za-z]{1,5}|\s*[+-]\d{2}:?\d{2})?(?:\s*\(.*\))?$"
)
_EITHER = re.compile(r"^(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2])/\d{2,4}\b")
_EPOCH = re.compile(r"^\d{9,10}(?:\.\d+)?$|^\d{12,13}$")
_ISO = re.compile(
    r"^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]\s*(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?$",
    re.IGNORECASE,
)

_POINTS = re.compile(
    r"^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})(?:(?:\s*(?:,|-|–|\||um|at|à)\s*|\s+)(\d{1,2})[:.h](\d{2})(?:[:.]\d{2})?(?:\s*uhr)?)?$",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"^(\d{4})\s?[年./ ]\s?(\d{1,2})\s?[月./]\s?(\d{1,2})\s?日?(?:\s*(\d{1,2})\s?[:时時]\s?(\d{2}))?")


def parse_date(value: str | None, now: datetime | None = None) -> datetime | None:
    """The moment that `value` names, as aware UTC, or None.

    Read as RFC 822, ISO 8601, epoch seconds or milliseconds, by feedparser's formats and by dateparser, in this order. A time
    without zone counts as UTC. A moment before 1995 or more than 48 hours after `now` (aware; the clock where None) is None.
    """
    text = " ".join((value or "").split())
    if not text or len(text) > 100 or not any(letter.isdigit() for letter in text):
        return None
    limit = (now or datetime.now(UTC)) + _AHEAD
    for read in _CHAIN:
        moment = _tried(read, text)
        if moment is not None:
            return moment if _OLDEST <= moment <= limit else None
    return None


def _tried(read: Callable[[str], datetime | None], text: str) -> datetime | None:
    try:
        moment = read(text)
        if moment is None:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError, AttributeError, RecursionError):
        return None


def _rfc822(text: str) -> datetime | None:
    if not _RFC822.match(text):
        return None
    return parsedate_to_datetime(_ZONE.sub(lambda match: _ZONES[match[1]], text))


def _iso(text: str) -> datetime | None:
    match = _ISO.match(text)
    if match is None or re.fullmatch(r"\d{9,}", text):
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    seconds = min(int(second or 0), 59)  # a leap second exists in ISO 8601 and not in datetime
    days, hours = divmod(int(hour or 0), 24)  # 24:00 is the next midnight
    moment = datetime(
        int(year), int(month), int(day), hours, int(minute or 0), seconds, int((fraction or "0").ljust(6, "0")[:6]), tzinfo=UTC
    )
    if zone and zone[0] in "+-":
        sign = -1 if zone[0] == "-" else 1
        digits = zone[1:].replace(":", "")
        moment -= sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return moment + timedelta(days=days)


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.match(text):
        return None
    number = float(text)
    return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)


def _dotted(text: str) -> datetime | None:
    """Day, month, year with points, and year, month, day with their signs: parsers take the one for American, the other for a month."""
    match = _POINTS.match(text)
    if match:
        day, month, year = int(match[1]), int(match[2]), int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return datetime(year, month, day, int(match[4] or 0), int(match[5] or 0), tzinfo=UTC)
    match = _SIGNS.match(text)
    if match:
        return datetime(int(match[1]), int(match[2]), int(match[3]), int(match[4] or 0), int(match[5] or 0), tzinfo=UTC)
    return None


def _feedparser(text: str) -> datetime | None:
    # 1795000000 became the year 1794, and 3/4/2026 is two days: nobody can say which.
    if re.fullmatch(r"[\d.]+", text) or _EITHER.match(text):
        return None
    parsed = feedparser.datetimes._parse_date(text)  # noqa: SLF001  its public form needs a whole feed around the date
    if not parsed:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    if "/" in text and not re.search(rf"(?<!\d)0?{day}(?!\d)", text):
        return None  # "2023 11/ 17" is not the first of November
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)


def _dateparser(text: str) -> datetime | None:
    # Absolute dates only: "2 days ago" in a feed is no date that stays true.
    if not re.search(r"\b(?:19|20)\d{2}\b", text) or _EITHER.match(text):
        return None
    moment: datetime | None = dateparser.parse(
        text,
        languages=["en", "de", "fr", "es", "pt", "uk", "it", "nl", "ru", "pl"],
        settings={
            "PARSERS": ["absolute-time"],
            "TO_TIMEZONE": "UTC",
            "RETURN_AS_TIMEZONE_AWARE": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
        },
    )
    return moment


_CHAIN: tuple[Callable[[str], datetime | None], ...] = (_rfc822, _iso, _epoch, _dotted, _feedparser, _dateparser)
