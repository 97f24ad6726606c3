"""Times for people: always in the newsletter's zone, spans in the two units that matter, typed times read back."""

import re
from datetime import UTC, date, datetime, time, timedelta

from digest.errors import InputError
from digest.model.week import zone_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d+)?\+00:00")
_SAID = re.compile(rf"(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}}), (\d\d):(\d\d) UTC")


def weekday_name(weekday: int) -> str:
    """Return "Saturday" for 5."""
    return _DAYS[weekday]


def when(moment: datetime, zone: str) -> str:
    """Return "Sat 28 Nov, 07:00" in `zone`; the zone's name is written beside it by whoever shows it."""
    local = moment.astimezone(zone_of(zone))
    return f"{_DAYS[local.weekday()][:3]} {local.day} {_MONTHS[local.month - 1][:3]}, {local:%H:%M}"


def day_short(moment: datetime, zone: str) -> str:
    """Return "Sat 28 Nov" in `zone`."""
    return when(moment, zone).partition(",")[0]


def when_long(moment: datetime, zone: str) -> str:
    """Return "Saturday 28 November, 07:00" in `zone`."""
    local = moment.astimezone(zone_of(zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}, {local:%H:%M}"


def day_long(moment: datetime, zone: str) -> str:
    """Return "28 November 2026" in `zone`."""
    local = moment.astimezone(zone_of(zone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def clock_time(moment: datetime, zone: str, now: datetime) -> str:
    """Return "14:10" for today in `zone`, "Fri 14:10" within the week, "21 Nov" before that."""
    local, today = moment.astimezone(zone_of(zone)), now.astimezone(zone_of(zone)).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if timedelta() < today - local.date() < timedelta(days=7):
        return f"{_DAYS[local.weekday()][:3]} {local:%H:%M}"
    return f"{local.day} {_MONTHS[local.month - 1][:3]}"


def time_of_day(moment: datetime, zone: str, *, seconds: bool = False) -> str:
    """Return "07:00", or "07:00:05", in `zone`."""
    local = moment.astimezone(zone_of(zone))
    return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"


def is_date(text: str) -> bool:
    """Whether a browser's date field can show `text`; what it cannot show, a plain field keeps."""
    return not text or re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def in_words(text: str, zone: str) -> str:
    """Return a line of the log with its UTC times as times in `zone`."""

    def told(said: re.Match[str]) -> str:
        day, month, year, hour, minute = said.groups()
        return when(datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), tzinfo=UTC), zone)

    return _SAID.sub(told, _STAMP.sub(lambda stamp: when(datetime.fromisoformat(stamp[0]), zone), text))


def parts_left(span: timedelta) -> tuple[tuple[int, str], ...]:
    """Return a span as figures with their units, at most three: ((1, "d"), (16, "h"), (28, "min")); () under a minute."""
    minutes = max(int(span.total_seconds()), 0) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return ((days, "d"), (hours, "h"), (left, "min"))
    return tuple(pair for pair in ((hours, "h"), (left, "min")) if pair[0])


def left(span: timedelta) -> str:
    """Return "in 1 d 16 h", "in 28 min", "now", or "2 h 5 min ago" for a span that is over."""
    parts = " ".join(f"{figure} {unit}" for figure, unit in parts_left(abs(span))[:2])
    if not parts:
        return "now"
    return f"in {parts}" if span > timedelta() else f"{parts} ago"


def read_wall(day: str, at: str, zone: str) -> datetime:
    """Return the aware UTC moment of a typed date and time in `zone`, at its first occurrence where there are two.

    Raises InputError that says what is wrong: unreadable, or a time that the clocks skip that day.
    """
    try:
        wall = datetime.combine(date.fromisoformat(day.strip()), time.fromisoformat(at.strip().zfill(5)).replace(tzinfo=None))
    except ValueError as error:
        raise InputError(f"“{day} {at}” is no date and time. Write the date as 2026-11-28 and the time as 07:00.") from error
    there = zone_of(zone)
    try:
        moment = wall.replace(tzinfo=there).astimezone(UTC)
        back = moment.astimezone(there).replace(tzinfo=None)
    except OverflowError as error:
        raise InputError("That date is beyond the calendar. Choose a nearer one.") from error
    if back != wall:
        raise InputError(f"{wall:%H:%M} does not exist on that day in {zone}: the clocks go forward over it. Choose {back:%H:%M}.")
    return moment
