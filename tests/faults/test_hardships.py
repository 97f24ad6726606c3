"""Disks that are full in the middle of a sending, and clocks that jump by an hour: nobody lost, nobody twice, whole within a minute."""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from digest.errors import DatabaseUnreachable
from digest.flows import sending
from digest.store import heartbeats
from tests.faults.counted import no_table_grows, stands_still, under_way, whole
from tests.faults.hardships import filled, packed, trim_log
from tests.faults.theatre import CONNECTIONS, PROCESSES, Theatre, theatre
from tests.processes import free_port_of_loopback, wait_until

READERS = 600
SLOW = 0.05
STRIKE = 60
HOUR = timedelta(hours=1)
SIZES = {"sqlite": "16m", "postgresql": "200m"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Theatre]:
    small = {"state": "1m", "database": SIZES[request.param]}
    with (
        theatre(request.param, readers=READERS, port=free_port_of_loopback(), delay=SLOW, small=small, own_clock=True) as running,
        no_table_grows(running),
    ):
        yield running


def said_since(stage: Theatre, start: int, words: str) -> bool:
    """Whether some part of the stage has said this since its log was so long."""
    with stage.log.open("rb") as log:
        log.seek(start)
        return words.encode() in log.read()


def test_the_disk_of_the_journals_is_full(stage: Theatre) -> None:
    mailing_id, start = under_way(stage, STRIKE), stage.log.stat().st_size
    with filled(stage.folder / "state") as ballast:
        wait_until(lambda: said_since(stage, start, "journal not written"), seconds=30, why="a journal was refused", log=stage.log)
        assert stage.accepted(mailing_id) < READERS, "the disk was full too late to prove anything"
        time.sleep(2)
    assert ballast.refused
    assert said_since(stage, start, "No space left on device")
    # What was on its way when a journal was refused is told to the ledger at once, or it would be in the dark.
    whole(stage, mailing_id, twice=0)


def test_the_disk_of_the_database_is_full(stage: Theatre) -> None:
    with ExitStack() as unroomy:
        if stage.server is not None:
            unroomy.enter_context(packed(stage.database))
        mailing_id, start = under_way(stage, STRIKE), stage.log.stat().st_size
        if stage.server is None:
            trim_log(stage.folder / "database" / "digest.db")
        its_disk_fills_up(stage, mailing_id, start)


def its_disk_fills_up(stage: Theatre, mailing_id: int, start: int) -> None:
    with filled(stage.folder / "database") as ballast:
        assert stage.accepted(mailing_id) < READERS, "the disk was full too late to prove anything"
        # Whoever writes more than a page that was free within gets a sentence, and nothing is kept of it.
        with pytest.raises(DatabaseUnreachable), stage.database.writing() as session:
            heartbeats.beat(session, "a big one", now=datetime.now(UTC), doing=random.randbytes(10_000_000).hex())
        wait_until(lambda: said_since(stage, start, "answers wait for the database"), seconds=30, why="answers wait", log=stage.log)
        time.sleep(2)
    assert ballast.refused
    whole(stage, mailing_id, twice=0)


def ticked(stage: Theatre) -> timedelta:
    """How far from the real time the last tick believed to be."""
    with stage.database.reading() as session:
        last = heartbeats.last(session, "tick")
    assert last is not None
    return last - datetime.now(UTC)


def test_the_clock_jumps_an_hour_ahead_and_then_to_an_hour_behind(stage: Theatre) -> None:
    mailing_id = under_way(stage, STRIKE)
    stage.clock.set(3_600)
    wait_until(lambda: ticked(stage) > HOUR / 2, seconds=30, why="beat and worker live an hour ahead", log=stage.log)
    stage.kill_child("worker0")
    stage.clock.set(-3_600)
    assert stage.accepted(mailing_id) < READERS, "the jump came too late to prove anything"
    wait_until(lambda: ticked(stage) < -HOUR / 2, seconds=30, why="beat and worker live an hour behind", log=stage.log)
    stage.kill("worker1")
    whole(stage, mailing_id, twice=CONNECTIONS + PROCESSES * CONNECTIONS, doubtful=CONNECTIONS)
    # And a mailing that is opened after all that goes out as well.
    another = under_way(stage, 1)
    stage.clock.set(0)
    whole(stage, another, twice=0)


def test_a_pause_is_obeyed_while_the_clock_stands_behind(stage: Theatre) -> None:
    mailing_id = stage.open_mailing(chunk=READERS)
    stage.wait_for(mailing_id, STRIKE)
    stage.clock.set(-3_600)
    time.sleep(1)
    sending.pause(stage.database, stage.edition.id, who="Nadia", now=datetime.now(UTC))
    still = stands_still(stage, mailing_id)
    assert still < READERS, "the pause came too late to prove anything"
    stage.clock.set(0)
    sending.resume(stage.database, stage.edition.id, who="Nadia", now=datetime.now(UTC))
    whole(stage, mailing_id, twice=0)
