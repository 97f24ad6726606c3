"""Kill -9 of the whole worker group at three random points: nobody is lost, repeats are what was in flight, by the sink's log."""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from digest.demo.sink import read_log, tally
from digest.flows import sending
from digest.model.mailing import MailingState
from digest.settings import Settings
from digest.store import Database, mailings
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import ended_after, environ, kill_group, start, start_beat, start_worker, wait_until
from workers.app import make_app

READERS = 2_000
CHUNK = 100
PROCESSES = 2
CONNECTIONS = 2
KILLS = 3


@dataclass(frozen=True)
class Ready:
    """An edition for 2,000 readers, approved; the environment of its workers; the sink's folder."""

    database: Database
    edition_id: int
    env: dict[str, str]
    mail: Path
    log: Path

    def accepted(self) -> int:
        path = self.mail / "log.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def has_accepted(self, count: int) -> bool:
        return self.accepted() >= count

    def state(self, mailing_id: int) -> MailingState:
        with self.database.reading() as session:
            return mailings.get(session, mailing_id).state


@pytest.fixture
def ready(database: Database, database_url: str, broker_url: str, free_port: int, tmp_path: Path) -> Iterator[Ready]:
    record = approved_edition(database, readers=READERS, now=datetime.now(UTC))
    mail, log, up = tmp_path / "mail", tmp_path / "log", tmp_path / "sink.json"
    env = environ(
        database_url=database_url,
        broker_url=broker_url,
        state=tmp_path / "state",
        secret=SECRET.decode(),
        transport=f"smtp+plain://127.0.0.1:{free_port}?connections={CONNECTIONS}",
        chunk_size=CHUNK,
        lease_seconds=2,
        tick_seconds=0.5,
        sweep_seconds=1,
    )
    command = [sys.executable, "-m", "digest.demo.sink", "--port", str(free_port), "--dir", str(mail), "--ready", str(up), "--no-files"]
    with ended_after(start(command, env=env, log=log)):
        wait_until(up.is_file, seconds=20, why="the sink listens", log=log)
        yield Ready(database=database, edition_id=record.id, env=env, mail=mail, log=log)


def open_mailing(ready: Ready) -> int:
    return sending.send_now(ready.database, ready.edition_id, who="Nadia", now=datetime.now(UTC), chunk_size=CHUNK).id


def test_three_kills_of_the_worker_group_lose_nobody_and_repeat_only_what_was_in_flight(ready: Ready) -> None:
    chance = random.Random()
    points = [chance.randrange(low, low + 400) for low in (100, 700, 1_300)]
    mailing_id = open_mailing(ready)
    beat = start_beat(ready.env, ready.log)
    worker = start_worker(ready.env, ready.log, processes=PROCESSES)
    killed: list[int] = []
    with ended_after(beat):
        try:
            for point in points:
                wait_until(partial(ready.has_accepted, point), seconds=120, why=f"{point} mails accepted", log=ready.log)
                kill_group(worker)
                killed.append(worker.returncode)
                worker = start_worker(ready.env, ready.log, processes=PROCESSES)
            wait_until(lambda: ready.state(mailing_id) is MailingState.DONE, seconds=120, why="the mailing is done", log=ready.log)
        finally:
            kill_group(worker)
    assert killed == [-9] * KILLS, f"the fault did not happen at {points}"
    figures = tally(ready.mail)
    assert figures.distinct == READERS, f"lost {READERS - figures.distinct} with kills at {points}"
    assert figures.duplicates <= KILLS * PROCESSES * CONNECTIONS, f"{figures.duplicates} twice with kills at {points}"
    copies = Counter(one.rcpt for one in read_log(ready.mail))
    assert max(copies.values()) <= 2, f"a third copy with kills at {points}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_the_sweeper_the_same_kill_loses_readers(ready: Ready) -> None:
    """The control: what the test above promises is the sweeper's doing, not chance."""
    env = {**ready.env, "DIGEST_SWEEP_SECONDS": "100000"}
    mailing_id = open_mailing(ready)
    app = make_app(Settings(state=ready.log.parent, broker_url=env["DIGEST_BROKER_URL"]))
    for number in range(READERS // CHUNK):
        app.send_task("digest.send", (mailing_id, number))
    with ended_after(start_beat(env, ready.log)):
        worker = start_worker(env, ready.log, processes=PROCESSES)
        try:
            wait_until(lambda: ready.accepted() >= 150, seconds=120, why="150 mails accepted", log=ready.log)
            kill_group(worker)
            # Another machine: it does not find the journals of the one that died.
            env["DIGEST_STATE"] = str(ready.log.parent / "elsewhere")
            worker = start_worker(env, ready.log, processes=PROCESSES)
            wait_until(lambda: ready.accepted() >= READERS - 3 * CHUNK, seconds=120, why="the other chunks went out", log=ready.log)
            # Long past the lease of the chunks in hand at the kill: nobody comes for them.
            time.sleep(8)
        finally:
            kill_group(worker)
    assert tally(ready.mail).distinct < READERS
    assert ready.state(mailing_id) is MailingState.SENDING
