"""A minute of the soak that `./run soak` plays for longer: random faults, one after another, on each database."""

import random

import pytest

from tests.faults.soak import Report, soak
from tests.faults.theatre import theatre
from tests.processes import free_port_of_loopback

READERS = 3_000


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_random_faults_lose_nobody_and_repeat_only_what_was_in_flight(kind: str) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    with theatre(kind, readers=READERS, port=free_port_of_loopback(), delay=0.05) as stage:
        report = soak(stage, Report(kind=kind, readers=READERS), random.Random(seed), seconds=30)
    assert sum(report.faults.values()) >= 4, report.faults
    assert report.lost == 0, f"seed {seed}: {report}"
    assert report.twice <= report.allowed, f"seed {seed}: {report}"
