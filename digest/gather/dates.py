"""Dates as feeds and pages write them, turned into aware UTC; what cannot be true is None."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import dateparser  # type: ignore[import-untyped]  # carries no types
import feedparser

from digest.gather.date_forms import epoch, in_numbers, in_words, iso
from digest.gather.date_zones import Untrue

_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=48)
_EITHER = re.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|1[0-2])[/-]\d{2,4}\b")


def parse_date(value: str | None, now: datetime | None = None) -> datetime | None:
    """The moment that `value` names, as aware UTC, or None.

    Read as RFC 822, ISO 8601, epoch seconds or milliseconds, numbers, by feedparser's formats and by dateparser, in this order.
    A time without zone counts as UTC. A moment before 1995 or more than 48 hours after `now` (aware; the clock where None) is
    None, and so is a day or time that does not exist.
    """
    text = " ".join((value or "").split())
    if not text or len(text) > 100 or not any(letter.isdigit() for letter in text):
        return None
    limit = (now or datetime.now(UTC)) + _AHEAD
    for read in _CHAIN:
        try:
            moment = read(text)
        except Untrue:
            return None
        except (ValueError, OverflowError, OSError, TypeError, IndexError, AttributeError, RecursionError):
            continue
        if moment is not None:
            return moment if _OLDEST <= moment <= limit else None
    return None


def _feedparser(text: str) -> datetime | None:
    # What is year first in numbers was for `iso` to read: feedparser moves the 30th of February into March.
    if (
        re.match(r"[\d.]+$|\d{4}-\d{2}-\d{2}|\d{1,2}[:.-]\d", text)
        or _EITHER.search(text)
        or not re.search(r"\d{4}|\b\d{2}\b.*\b\d{2}\b", text)
    ):
        return None
    parsed = feedparser.datetimes._parse_date(text)  # noqa: SLF001  its public form needs a whole feed around the date
    if not parsed:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    if str(year) not in text and str(year)[2:] not in text:
        return None  # "10:00" is not today
    if "/" in text and not re.search(rf"(?<!\d)0?{day}(?!\d)", text):
        return None  # "2023 11/ 17" is not the first of November
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)


def _dateparser(text: str) -> datetime | None:
    # Absolute dates only: "2 days ago" in a feed is no date that stays true.
    if not re.search(r"\b(?:19|20)\d{2}\b", text) or _EITHER.search(text):
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
    return moment.astimezone(UTC) if moment else None


_CHAIN: tuple[Callable[[str], datetime | None], ...] = (in_words, iso, epoch, in_numbers, _feedparser, _dateparser)
