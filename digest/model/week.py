"""The editorial week: slots in wall-clock time, and the stretch of time that an edition gathers.

A slot is a weekday and a wall-clock time in a zone, so that readers get their mail "on Fridays at seven" all year. Where the
clocks are changed, two rules decide:

- A wall time that does not exist (the gap in spring) goes out at the first valid minute after the gap: 02:30 in Brussels
  on the last Sunday of March goes out at 03:00. Where a zone skips a whole day, that is the following midnight.
- A wall time that exists twice (the fold in autumn) goes out once, at its first occurrence (`fold=0`).

Every function takes any aware datetime and gives aware UTC. Only here and in templates does a zone appear.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from digest.errors import InputError
from digest.model.newsletter import Slot

_WEEK = timedelta(weeks=1)


def slot_after(slot: Slot, moment: datetime) -> datetime:
    """The first slot strictly after `moment`. Raises InputError for a zone or weekday that does not exist."""
    return next(found for found in _slots_around(slot, moment) if found > moment)


def slot_before(slot: Slot, moment: datetime) -> datetime:
    """The last slot at or before `moment`. Raises InputError for a zone or weekday that does not exist."""
    return next(found for found in reversed(_slots_around(slot, moment)) if found <= moment)


def window(slot: Slot, at: datetime) -> tuple[datetime, datetime]:
    """The editorial week that `at` lies in: (previous slot, this slot), with previous < at <= this.

    For `at` on a slot that is the week which the slot's edition gathers. Windows tile time: each ends where the next starts.
    """
    # A slot belongs to the week it closes, so the search starts one tick earlier.
    just_before = at - datetime.resolution
    return slot_before(slot, just_before), slot_after(slot, just_before)


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises InputError that names it where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # "Europe" is a folder, "../x" a refused path
        raise InputError(f'The time zone "{name}" is unknown; give an IANA name such as Europe/Brussels.') from error


def _slots_around(slot: Slot, moment: datetime) -> tuple[datetime, ...]:
    """Five slots, in order, so many that at least one lies on each side of `moment` whatever a zone did to its calendar."""
    if moment.tzinfo is None:
        raise ValueError("a slot is looked for around an aware datetime; this one has no zone")
    if not 0 <= slot.weekday <= 6:
        raise InputError(f"The weekday {slot.weekday} does not exist; give 0 for Monday to 6 for Sunday.")
    zone = zone_of(slot.zone)
    today = moment.astimezone(zone).date()
    this_week = today + timedelta(days=slot.weekday - today.weekday())
    return tuple(_instant(slot, this_week + step * _WEEK, zone) for step in (-2, -1, 0, 1, 2))


def _instant(slot: Slot, day: date, zone: ZoneInfo) -> datetime:
    """When a slot's wall time comes on that day, by the two rules above."""
    wall = datetime.combine(day, slot.at.replace(tzinfo=None, fold=0))
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    # In a gap, fold=1 reads the wall time by the offset after it, which is an instant before the change (PEP 495).
    return _change_between(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found, zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the zone takes on the offset that it has at `after`."""
    new = after.astimezone(zone).utcoffset()
    low, high = 0, -(-(after - before) // timedelta(seconds=1))
    before = before.replace(microsecond=0)
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == new:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)
