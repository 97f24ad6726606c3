"""Which sources have gone quiet, against their own habit."""

from datetime import UTC, datetime, timedelta

import pytest

from digest.compose.silence import gone_quiet

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def every(days: float, count: int, last: float) -> list[datetime]:
    return [NOW - timedelta(days=last + days * number) for number in range(count)]


@pytest.mark.parametrize(
    ("moments", "quiet"),
    [
        (every(0.25, 20, 5), 5),
        (every(0.25, 20, 2), None),  # a weekend
        (every(7, 10, 13), None),  # a weekly that is late
        (every(7, 10, 15), 15),
        (every(0.25, 4, 60), None),  # too few to know its habit
        ([], None),
        ([NOW - timedelta(days=day) for day in (4, 5, 6, 7, 8, 9, 30)], None),  # it was on holiday before
    ],
)
def test_quiet_is_what_is_far_longer_than_a_source_s_longest_pause(moments: list[datetime], quiet: int | None) -> None:
    found = gone_quiet(moments, now=NOW)
    assert (found.days if found else None) == quiet
