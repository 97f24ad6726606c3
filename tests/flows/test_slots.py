"""Through DST, in both directions and on both hemispheres, an edition goes out once a week, at the wall-clock time."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.flows import drafting, editing, previewing, sending
from digest.model.newsletter import Slot
from digest.model.week import slot_after
from digest.store import entries, mailings
from tests.flows.newsroom import Newsroom, week

# Each begins on the Monday before the clocks change; the changes fall on the Sunday of that week.
CHANGES = [
    ("Europe/Brussels", datetime(2026, 3, 23, tzinfo=UTC), "07:00"),
    ("Europe/Brussels", datetime(2026, 10, 19, tzinfo=UTC), "07:00"),
    ("America/New_York", datetime(2026, 3, 2, tzinfo=UTC), "07:00"),
    ("America/New_York", datetime(2026, 10, 26, tzinfo=UTC), "07:00"),
    ("Australia/Sydney", datetime(2026, 3, 30, tzinfo=UTC), "07:00"),
    ("Australia/Sydney", datetime(2026, 9, 28, tzinfo=UTC), "07:00"),
    ("America/Santiago", datetime(2026, 3, 30, tzinfo=UTC), "07:00"),
    # 02:30 does not exist on the day that clocks go forward: the first valid minute after the gap; and once where it comes twice.
    ("Europe/Brussels", datetime(2026, 3, 23, tzinfo=UTC), "03:00"),
    ("Europe/Brussels", datetime(2026, 10, 19, tzinfo=UTC), "02:30"),
]


@pytest.mark.parametrize(("zone", "start", "wall"), CHANGES)
def test_two_weeks_around_a_change_of_clocks_send_twice_at_the_wall_clock_time(
    bare_newsroom: Newsroom, zone: str, start: datetime, wall: str
) -> None:
    at = time(2, 30) if wall in ("02:30", "03:00") else time(7, 0)
    slot = Slot(weekday=6, at=at, zone=zone)
    newsroom = replace(bare_newsroom, newsletter=replace(bare_newsroom.newsletter, slot=slot))
    newsroom.keep(newsroom.newsletter)
    newsroom.readers(1)
    opened: list[tuple[datetime, int]] = []
    now = start
    while now < start + timedelta(days=14):
        if now.weekday() == 3 and now.hour == 12 and now.minute == 0:
            schedule_week(newsroom, now, len(opened))
        opened += [(now, mailing_id) for mailing_id in sending.release_due(newsroom.database, now=now, chunk_size=10)]
        now += timedelta(minutes=30)
    walls = [moment.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") for moment, _ in opened]
    usual = at.strftime("Sun %H:%M")
    assert walls == [f"Sun {wall}", usual]
    with newsroom.database.reading() as session:
        assert len({mailings.get(session, one).edition_id for _, one in opened}) == 2


def schedule_week(newsroom: Newsroom, now: datetime, weeks: int) -> None:
    fresh = [replace(entry, guid=f"{entry.guid} {weeks}", url=f"{entry.url}/{weeks}") for entry in week(now)]
    with newsroom.database.writing() as session:
        entries.keep(session, "review", fresh, now=now)
    record = drafting.draft_slot(newsroom.database, newsroom.newsletter.id, None, now=now)
    assert record.slot == slot_after(newsroom.newsletter.slot, now)
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=now)
    editing.approve(newsroom.database, newsroom.at(record, now), seen.rendered.sha256)
    editing.schedule(newsroom.database, newsroom.at(record, now), None)
