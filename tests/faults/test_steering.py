"""Pause, resume and stop under fire: a real worker, a slow sink, and what the sink's own log says."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.demo.sink import Sink, tally
from digest.flows import sending
from digest.flows.watching import watch
from digest.model.mailing import MailingState
from digest.store import Database, mailings
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import ended_after, environ, start_beat, start_worker, wait_until

READERS = 1_000


@dataclass(frozen=True)
class Fire:
    """A sending of a thousand, at work."""

    database: Database
    edition_id: int
    mail: Path
    log: Path

    def accepted(self) -> int:
        path = self.mail / "log.jsonl"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def state(self) -> MailingState:
        with self.database.reading() as session:
            return mailings.of_edition(session, self.edition_id)[-1].state

    def reaches(self, count: int) -> None:
        wait_until(lambda: self.accepted() >= count, seconds=90, why=f"{count} mails accepted", log=self.log)

    def stands_still(self) -> int:
        """Two seconds after the word the sink's log grows no more."""
        time.sleep(2)
        count = self.accepted()
        time.sleep(1)
        assert self.accepted() == count
        return count


@pytest.fixture
def fire(database: Database, database_url: str, broker_url: str, tmp_path: Path) -> Iterator[Fire]:
    now = datetime.now(UTC)
    record = approved_edition(database, readers=READERS, now=now)
    log = tmp_path / "log"
    (tmp_path / "state").mkdir()
    with Sink(tmp_path / "mail", delay=0.01, keep_files=False) as sink:
        env = environ(
            database_url=database_url,
            broker_url=broker_url,
            state=tmp_path / "state",
            secret=SECRET.decode(),
            transport=f"smtp+plain://127.0.0.1:{sink.port}",
            chunk_size=250,
            tick_seconds=0.5,
            # Never within this test: what is resumed is found by the tick.
            sweep_seconds=3_600,
        )
        with ended_after(start_beat(env, log), start_worker(env, log)):
            wait_until(lambda: watch(database, now=datetime.now(UTC)).workers, seconds=60, why="the worker is there", log=log)
            sending.send_now(database, record.id, who="Nadia", now=datetime.now(UTC), chunk_size=250)
            yield Fire(database=database, edition_id=record.id, mail=tmp_path / "mail", log=log)


def test_a_pause_acts_within_two_seconds_and_after_it_everybody_gets_exactly_one(fire: Fire) -> None:
    fire.reaches(100)
    sending.pause(fire.database, fire.edition_id, who="Nadia", now=datetime.now(UTC))
    paused = fire.stands_still()
    assert paused < READERS
    assert fire.state() is MailingState.PAUSED
    (progress,) = watch(fire.database, now=datetime.now(UTC)).mailings
    assert progress.counts.sent == paused
    assert progress.counts.pending == READERS - paused
    resumed = time.monotonic()
    sending.resume(fire.database, fire.edition_id, who="Nadia", now=datetime.now(UTC))
    fire.reaches(paused + 1)
    assert time.monotonic() - resumed < 5
    wait_until(lambda: fire.state() is MailingState.DONE, seconds=90, why="the mailing is done", log=fire.log)
    figures = tally(fire.mail)
    assert (figures.accepted, figures.distinct) == (READERS, READERS)


def test_a_stop_acts_within_two_seconds_and_for_good(fire: Fire) -> None:
    fire.reaches(100)
    sending.stop(fire.database, fire.edition_id, who="Nadia", now=datetime.now(UTC))
    stopped = fire.stands_still()
    assert stopped < READERS
    assert fire.state() is MailingState.CANCELLED
    figures = tally(fire.mail)
    assert figures.accepted == figures.distinct == stopped
    with fire.database.reading() as session:
        counts = mailings.counts(session, mailings.of_edition(session, fire.edition_id)[-1].id)
    assert (counts.sent, counts.pending) == (stopped, READERS - stopped)
