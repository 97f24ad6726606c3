"""Zones as feeds write them behind a time: numbers, abbreviations, names of places."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Hours east of Greenwich. Where two zones share a name, the one whose feeds use it more.
_HOURS = {
    name: hours
    for hours, names in (
        (0, ("Z", "UT", "UTC", "GMT", "WET")),
        (1, ("WEST", "BST", "CET", "MEZ", "WAT")),
        (2, ("CEST", "MESZ", "EET", "SAST", "CAT")),
        (3, ("EEST", "MSK", "EAT", "TRT", "IDT")),
        (4, ("MSD",)),
        (5, ("PKT",)),
        (5.5, ("IST",)),
        (5.75, ("NPT",)),
        (7, ("WIB", "ICT")),
        (8, ("HKT", "SGT", "PHT", "AWST")),
        (9, ("JST", "KST")),
        (9.5, ("ACST",)),
        (10, ("AEST",)),
        (10.5, ("ACDT",)),
        (11, ("AEDT",)),
        (12, ("NZST",)),
        (13, ("NZDT",)),
        (-2, ("BRST",)),
        (-2.5, ("NDT",)),
        (-3, ("BRT", "ART", "CLST", "ADT")),
        (-3.5, ("NST",)),
        (-4, ("AST", "CLT", "EDT")),
        (-5, ("EST", "CDT", "COT", "PET")),
        (-6, ("CST", "MDT")),
        (-7, ("MST", "PDT")),
        (-8, ("PST", "AKDT")),
        (-9, ("AKST",)),
        (-10, ("HST",)),
    )
    for name in names
}
# What news rooms write without saying whether it is summer.
_PLACES = {"ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles"}
ZONE = (
    r"(?:\s*(?:(?:GMT|UTC|UT|Z)?\s*(?P<offset>[+\-−–]\d{1,2}(?::?\d{2})?)(?!\d)|(?P<zone>[A-Za-z]{1,5}(?:/[A-Za-z]+)?|[A-Z][a-z]+/[A-Za-z_/]+)\b\.?)?"
    r"\s*(?:UTC|GMT|[A-Z]{3,4}|\([^()]*\)|\[(?P<place>[^\[\]]*)\])?)"
)


class Untrue(ValueError):  # noqa: N818  what a date may be, not an error of the program
    """A date that was read and cannot be true: a 32nd, 25 o'clock, a zone a day away."""


def in_utc(moment: datetime, match: re.Match[str]) -> datetime:
    """`moment`, naive and as the clock showed it, in UTC by the zone that `match` of a pattern with ZONE found; without one it is UTC."""
    offset, zone, place = match["offset"], match["zone"], match["place"]
    if offset:
        sign = 1 if offset[0] == "+" else -1
        digits = offset[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours > 15 or minutes > 59:
            raise Untrue
        return moment.replace(tzinfo=UTC) - sign * timedelta(hours=hours, minutes=minutes)
    name = _PLACES.get((zone or "").upper(), zone or place or "")
    if name.upper() in _HOURS:
        return moment.replace(tzinfo=UTC) - timedelta(hours=_HOURS[name.upper()])
    known = _place(name) if "/" in name else None
    return moment.replace(tzinfo=known or UTC).astimezone(UTC)


@lru_cache(maxsize=64)
def _place(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None
