"""Slots in wall-clock time: both directions of the clocks, both hemispheres, and what holds for every zone."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.model.newsletter import Slot
from digest.model.week import slot_after, slot_before, window, zone_of

ZONES = (
    "Europe/Brussels",
    "America/New_York",
    "Australia/Sydney",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "UTC",
    "America/Nuuk",
)
WEEK = timedelta(weeks=1)

slots = st.builds(
    Slot,
    weekday=st.integers(0, 6),
    at=st.times(),
    zone=st.sampled_from(ZONES),
)
moments = st.datetimes(datetime(2005, 1, 1), datetime(2040, 12, 31), timezones=st.sampled_from([UTC, *map(ZoneInfo, ZONES)]))  # noqa: DTZ001  hypothesis takes bounds without a zone


def friday(zone: str, at: time = time(7)) -> Slot:
    return Slot(weekday=4, at=at, zone=zone)


def sunday(zone: str, at: time) -> Slot:
    return Slot(weekday=6, at=at, zone=zone)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def series(slot: Slot, start: datetime, count: int) -> list[datetime]:
    found = [slot_after(slot, start)]
    while len(found) < count:
        found.append(slot_after(slot, found[-1]))
    return found


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Brussels", utc(2026, 3, 27, 6), utc(2026, 4, 3, 5)),
        ("Europe/Brussels", utc(2026, 10, 23, 5), utc(2026, 10, 30, 6)),
        ("America/New_York", utc(2026, 3, 6, 12), utc(2026, 3, 13, 11)),
        ("America/New_York", utc(2026, 10, 30, 11), utc(2026, 11, 6, 12)),
        ("Australia/Sydney", utc(2026, 10, 1, 21), utc(2026, 10, 8, 20)),
        ("Australia/Sydney", utc(2026, 4, 2, 20), utc(2026, 4, 9, 21)),
        ("America/Santiago", utc(2026, 9, 4, 11), utc(2026, 9, 11, 10)),
        ("America/Santiago", utc(2026, 4, 3, 10), utc(2026, 4, 10, 11)),
    ],
)
def test_the_wall_time_stays_when_the_clocks_change(zone: str, before: datetime, after: datetime) -> None:
    slot = friday(zone)
    assert slot_after(slot, before - timedelta(seconds=1)) == before
    assert slot_after(slot, before) == after
    assert slot_before(slot, after) == after
    assert slot_before(slot, after - timedelta(seconds=1)) == before


def test_half_an_hour_of_summer_time_moves_a_slot_by_half_an_hour() -> None:
    slot = friday("Australia/Lord_Howe")
    assert series(slot, utc(2026, 9, 30), 2) == [utc(2026, 10, 1, 20, 30), utc(2026, 10, 8, 20)]
    assert series(slot, utc(2026, 4, 1), 2) == [utc(2026, 4, 2, 20), utc(2026, 4, 9, 20, 30)]


@pytest.mark.parametrize(
    ("slot", "gap_ends"),
    [
        (sunday("Europe/Brussels", time(2, 30)), utc(2026, 3, 29, 1)),
        (sunday("America/New_York", time(2, 0)), utc(2026, 3, 8, 7)),
        (sunday("Australia/Sydney", time(2, 59, 59)), utc(2026, 10, 3, 16)),
        (sunday("America/Santiago", time(0, 0)), utc(2026, 9, 6, 4)),
        (sunday("Australia/Lord_Howe", time(2, 10, 7)), utc(2026, 10, 3, 15, 30)),
    ],
)
def test_a_slot_in_the_gap_is_sent_at_the_next_valid_minute(slot: Slot, gap_ends: datetime) -> None:
    assert slot_after(slot, gap_ends - timedelta(days=1)) == gap_ends
    assert slot_before(slot, gap_ends) == gap_ends
    assert slot_after(slot, gap_ends).astimezone(ZoneInfo(slot.zone)).time() == slot.at


def test_a_slot_on_a_day_that_a_zone_skipped_is_sent_at_the_midnight_after() -> None:
    # Samoa went from Thursday to Saturday at the end of 2011.
    slot = friday("Pacific/Apia")
    missing = slot_after(slot, utc(2011, 12, 27))
    assert missing.astimezone(ZoneInfo("Pacific/Apia")).isoformat() == "2011-12-31T00:00:00+14:00"
    assert slot_after(slot, missing).astimezone(ZoneInfo("Pacific/Apia")).isoformat() == "2012-01-06T07:00:00+14:00"


@pytest.mark.parametrize(
    ("slot", "first"),
    [
        (sunday("Europe/Brussels", time(2, 30)), utc(2026, 10, 25, 0, 30)),
        (sunday("America/New_York", time(1, 30)), utc(2026, 11, 1, 5, 30)),
        (sunday("Australia/Sydney", time(2, 30)), utc(2026, 4, 4, 15, 30)),
        (Slot(weekday=5, at=time(23, 30), zone="America/Santiago"), utc(2026, 4, 5, 2, 30)),
        (sunday("Australia/Lord_Howe", time(1, 45)), utc(2026, 4, 4, 14, 45)),
    ],
)
def test_a_wall_time_that_comes_twice_is_sent_once_at_the_first(slot: Slot, first: datetime) -> None:
    assert slot_after(slot, first - timedelta(hours=2)) == first
    after_it = slot_after(slot, first)
    assert after_it - first > timedelta(days=6)
    # Between the two occurrences the first is past and the second is none.
    assert slot_after(slot, first + timedelta(minutes=20)) == after_it
    assert slot_before(slot, first + timedelta(hours=1)) == first


def test_a_slot_that_asks_for_the_second_occurrence_still_gets_the_first() -> None:
    slot = sunday("Europe/Brussels", time(2, 30, fold=1))
    assert slot_after(slot, utc(2026, 10, 24)) == utc(2026, 10, 25, 0, 30)


def test_a_slot_may_carry_seconds() -> None:
    slot = Slot(weekday=6, at=time(15, 38, 25), zone="UTC")
    exact = datetime(2026, 11, 22, 15, 38, 25, tzinfo=UTC)
    assert slot_after(slot, exact - timedelta(microseconds=1)) == exact
    assert slot_before(slot, exact) == exact
    assert slot_after(slot, exact) == exact + WEEK


def test_a_slot_belongs_to_the_week_that_it_closes() -> None:
    slot = friday("Europe/Brussels")
    this = utc(2026, 11, 27, 6)
    assert window(slot, this) == (this - WEEK, this)
    assert window(slot, this + timedelta(microseconds=1)) == (this, this + WEEK)
    assert window(slot, utc(2026, 11, 25)) == (this - WEEK, this)


def test_the_week_of_a_change_of_clocks_is_an_hour_longer_or_shorter() -> None:
    slot = friday("Europe/Brussels")
    start, end = window(slot, utc(2026, 4, 1))
    assert end - start == WEEK - timedelta(hours=1)
    start, end = window(slot, utc(2026, 10, 28))
    assert end - start == WEEK + timedelta(hours=1)


@pytest.mark.parametrize("name", ["Europe/Brusels", "", "Europe", "../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_named_with_a_remedy(name: str) -> None:
    with pytest.raises(InputError, match="IANA name such as Europe/Brussels") as caught:
        slot_after(friday(name), utc(2026, 1, 1))
    assert f'"{name}"' in str(caught.value)


def test_a_weekday_beyond_sunday_is_refused() -> None:
    with pytest.raises(InputError, match="weekday 7 does not exist"):
        slot_before(Slot(weekday=7, at=time(7), zone="UTC"), utc(2026, 1, 1))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware datetime"):
        slot_after(friday("UTC"), datetime(2026, 1, 1))  # noqa: DTZ001  the mistake under test


@given(slots, moments)
def test_a_moment_lies_between_the_slot_before_and_the_slot_after(slot: Slot, moment: datetime) -> None:
    before, after = slot_before(slot, moment), slot_after(slot, moment)
    assert before <= moment < after
    assert before.tzinfo is after.tzinfo is UTC
    assert slot_after(slot, before) == after
    assert slot_before(slot, after - timedelta(microseconds=1)) == before


@given(slots, moments)
def test_slots_come_one_a_week_in_strict_order(slot: Slot, moment: datetime) -> None:
    found = series(slot, moment, 60)
    assert all(earlier < later for earlier, later in pairwise(found))
    zone = ZoneInfo(slot.zone)
    weeks = [monday_of(one.astimezone(zone).date()) for one in found]
    assert all(later - earlier == WEEK for earlier, later in pairwise(weeks))


@given(slots, moments)
def test_the_wall_time_is_always_kept_unless_it_does_not_exist(slot: Slot, moment: datetime) -> None:
    zone = ZoneInfo(slot.zone)
    for found in series(slot, moment, 60):
        local = found.astimezone(zone)
        if (local.weekday(), local.time()) == (slot.weekday, slot.at):
            assert local.fold == 0
            continue
        day = monday_of(local.date()) + timedelta(days=slot.weekday)
        wanted = datetime.combine(day, slot.at, tzinfo=zone)
        assert wanted.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wanted.replace(tzinfo=None), "the wall time exists"
        # The instant is the first after the gap: one moment earlier the zone kept another offset.
        assert (found - timedelta(microseconds=1)).astimezone(zone).utcoffset() != local.utcoffset()
        assert local.second == 0


@given(slots, moments)
def test_windows_tile_time_without_gap_or_overlap(slot: Slot, moment: datetime) -> None:
    start, end = window(slot, moment)
    assert start < moment <= end
    for _ in range(30):
        assert window(slot, end) == (start, end)
        next_start, next_end = window(slot, end + timedelta(microseconds=1))
        assert next_start == end
        start, end = next_start, next_end


def test_a_zone_is_found_by_its_name() -> None:
    assert zone_of("America/Santiago").key == "America/Santiago"


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
