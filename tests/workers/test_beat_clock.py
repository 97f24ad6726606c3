"""Beat where the clock is set back: it ticks on from there, and does not wait for the moment at which it had ticked last."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from celery.beat import ScheduleEntry

from digest.settings import Settings
from workers.app import make_app
from workers.beat import SIGN, Scheduler


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[Scheduler]:
    # Nothing is published here: no entry becomes due within a test that lasts a moment.
    app = make_app(Settings(state=tmp_path, broker_url="redis://127.0.0.1:9", tick_seconds=60, sweep_seconds=60))
    made = Scheduler(app, schedule_filename=str(tmp_path / "schedule"), max_interval=300)
    yield made
    made.close()


def last(entry: ScheduleEntry) -> datetime:
    assert entry.last_run_at is not None
    return entry.last_run_at


def test_a_clock_that_was_set_back_costs_no_tick(scheduler: Scheduler, tmp_path: Path) -> None:
    assert scheduler.tick() <= 60
    for entry in scheduler.schedule.values():
        # As it stands where the last tick was an hour after what is now the time.
        entry.last_run_at = last(entry) + timedelta(hours=1)
    scheduler._heap = None
    assert scheduler.tick() <= 60
    assert all(last(entry) <= entry.default_now() for entry in scheduler.schedule.values())
    assert (tmp_path / SIGN).exists()


def test_what_ran_a_while_ago_keeps_its_turn(scheduler: Scheduler) -> None:
    scheduler.tick()
    entry = scheduler.schedule["tick"]
    entry.last_run_at = last(entry) - timedelta(seconds=30)
    scheduler._heap = None
    assert scheduler.tick() <= 30
