"""A minute of the soak that `./run soak` plays for longer: random faults, one after another, on each database."""

import random

import pytest

from tests.faults.moody import GONE
from tests.faults.soak import EVERY, Report, left_out, soak, soaking

READERS = 3_000


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_random_faults_lose_nobody_and_repeat_only_what_was_in_flight(kind: str) -> None:
    assert left_out() == []
    seed = random.SystemRandom().randrange(1_000_000)
    with soaking(kind, readers=READERS, delay=0.05) as stage:
        report = soak(stage, Report(kind=kind, readers=READERS), random.Random(seed), seconds=30)
    assert sum(report.faults.values()) >= 4, report.faults
    assert report.moods, "the relay had no moods"
    assert report.lost == 0, f"seed {seed}: {report}"
    assert report.refused == sum(number % EVERY == GONE for number in range(READERS)), f"seed {seed}: {report}"
    assert report.twice <= report.allowed, f"seed {seed}: {report}"
    assert report.most <= 2, f"seed {seed}: {report}"
