"""Every fault that we claim to survive, once on each database: lost nobody, repeats bounded, whole again within a minute.

Each drill opens a mailing of its own on a stage that goes on running, sees that its fault has happened, and counts by the
relay's log.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from digest.flows import sending
from digest.model.mailing import MailingState
from digest.settings import Settings
from tests.faults.counted import WHOLE, no_table_grows, stands_still, under_way, whole, whole_after_the_broker
from tests.faults.theatre import CONNECTIONS, PROCESSES, WORKERS, Part, Theatre, theatre
from tests.processes import free_port_of_loopback, wait_until
from workers.app import make_app

READERS = 600
SLOW = 0.05  # seconds a message takes the relay: a mailing lasts long enough to be disturbed
STRIKE = 60


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest) -> Iterator[Theatre]:
    with theatre(request.param, readers=READERS, port=free_port_of_loopback(), delay=SLOW) as running, no_table_grows(running):
        yield running


def test_a_workers_process_is_killed_three_times(stage: Theatre) -> None:
    mailing_id = under_way(stage, STRIKE)
    gone = []
    for number in range(3):
        gone.append(stage.kill_child(f"worker{number % WORKERS}"))
        stage.wait_for(mailing_id, min(READERS, stage.accepted(mailing_id) + 60))
    assert len(set(gone)) == 3
    whole(stage, mailing_id, twice=3 * CONNECTIONS)


def test_whole_workers_are_killed(stage: Theatre) -> None:
    mailing_id = under_way(stage, STRIKE)
    for number in range(WORKERS):
        stage.kill(f"worker{number}")
    whole(stage, mailing_id, twice=WORKERS * PROCESSES * CONNECTIONS)


def test_beat_is_killed_twice(stage: Theatre) -> None:
    mailing_id = under_way(stage, 1)
    before = stage.parts["beat"].started
    stage.kill("beat")
    wait_until(lambda: stage.parts["beat"].started > before, seconds=10, why="beat is back")
    stage.kill("beat")
    whole(stage, mailing_id, twice=0)


def test_two_beats_tick_at_once(stage: Theatre) -> None:
    command = [*stage.parts["beat"].command, "-s", str(stage.folder / "another-schedule")]
    with stage.joined_by("another beat", Part(command)):
        mailing_id = under_way(stage, 1)
        whole(stage, mailing_id, twice=0)
        assert stage.running("beat").pid != stage.running("another beat").pid


def test_the_broker_is_killed(stage: Theatre) -> None:
    mailing_id, starts = under_way(stage, STRIKE), stage.worker_starts
    stage.kill("broker")
    whole_after_the_broker(stage, mailing_id, starts)


def test_the_broker_is_wiped(stage: Theatre) -> None:
    mailing_id, starts = under_way(stage, STRIKE), stage.worker_starts
    stage.wipe_broker()
    whole_after_the_broker(stage, mailing_id, starts)


def test_the_broker_hangs_so_that_workers_go_deaf(stage: Theatre) -> None:
    mailing_id, starts = under_way(stage, STRIKE), stage.worker_starts
    with stage.stopped("broker"):
        time.sleep(12)
    whole_after_the_broker(stage, mailing_id, starts)


def test_the_relay_is_killed(stage: Theatre) -> None:
    mailing_id = under_way(stage, STRIKE)
    stage.kill("relay")
    # What was in flight is in doubt, and tried once more.
    whole(stage, mailing_id, twice=WORKERS * PROCESSES * CONNECTIONS)


def test_the_relay_hangs_for_longer_than_it_is_waited_for(stage: Theatre) -> None:
    mailing_id = under_way(stage, STRIKE)
    with stage.stopped("relay"):
        time.sleep(8)
    whole(stage, mailing_id, twice=WORKERS * PROCESSES * CONNECTIONS)


def test_poison_messages_harm_nobody(stage: Theatre) -> None:
    app = make_app(Settings(state=stage.folder, broker_url=stage.env["DIGEST_BROKER_URL"]))
    mailing_id = under_way(stage, 1)
    for arguments in ((mailing_id, 999_999), (-1, 0), ("x", "y"), (), (mailing_id, None)):
        app.send_task("digest.send", arguments, queue="deliver")
    app.send_task("digest.unheard_of", (1,), queue="deliver")
    for number in range(READERS // 50):
        app.send_task("digest.send", (mailing_id, number), queue="deliver")
    whole(stage, mailing_id, twice=0)


def test_a_sending_is_paused_and_resumed_under_fire(stage: Theatre) -> None:
    mailing_id = under_way(stage, STRIKE)
    edition = stage.edition.id
    for _ in range(3):
        sending.pause(stage.database, edition, who="Nadia", now=datetime.now(UTC))
        assert stage.state(mailing_id) is MailingState.PAUSED
        still = stands_still(stage, mailing_id)
        stage.kill_child("worker0")
        sending.resume(stage.database, edition, who="Nadia", now=datetime.now(UTC))
        stage.wait_for(mailing_id, min(READERS, still + 60))
    whole(stage, mailing_id, twice=3 * CONNECTIONS)


def test_the_database_goes_away(stage: Theatre) -> None:
    mailing_id = under_way(stage, STRIKE)
    if stage.server is not None:
        assert stage.kill_postmaster() > 0
    else:
        # SQLite has no server to kill: somebody else holds its lock.
        with stage.database.writing():
            time.sleep(6)
    whole(stage, mailing_id, twice=0)


def test_everything_at_once(stage: Theatre) -> None:
    chance = random.Random()
    mailing_id, starts = stage.open_mailing(), stage.worker_starts
    stage.wait_for(mailing_id, 20)
    faults: list[Callable[[], object]] = [
        partial(stage.kill_child, "worker0"),
        partial(stage.kill, "worker1"),
        partial(stage.kill, "beat"),
        partial(stage.kill, "broker"),
        stage.wipe_broker,
        partial(stage.kill, "relay"),
        *([stage.kill_postmaster] if stage.server is not None else []),
    ]
    chance.shuffle(faults)
    for fault in faults:
        fault()
        time.sleep(chance.uniform(0.2, 1.5))
    # A child, a worker, and the relay with every lane there is.
    lanes = WORKERS * PROCESSES * CONNECTIONS
    stage.wait_until_whole(mailing_id, seconds=WHOLE)
    workers = max(1, stage.worker_starts - starts)
    whole(stage, mailing_id, twice=CONNECTIONS + workers * PROCESSES * CONNECTIONS + lanes, doubtful=lanes)
