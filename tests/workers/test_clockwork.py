"""Beat and workers as real processes: beat ticks by itself, and what the queue loses, doubles or forgets changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery

from digest.demo.sink import Sink, tally
from digest.flows import editing
from digest.flows.editing import Decision
from digest.model.mailing import MailingState
from digest.settings import Settings
from digest.store import Database, heartbeats, mailings
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import ended_after, environ, start_beat, start_worker, wait_until
from workers.app import make_app
from workers.queues import NAMES, broker_client

READERS = 60


@dataclass(frozen=True)
class Clockwork:
    """A scheduled edition, the app to publish by, and the environment of the processes."""

    database: Database
    app: Celery
    env: dict[str, str]
    edition_id: int
    mail: Path
    log: Path

    def mailing(self) -> int | None:
        with self.database.reading() as session:
            return next((one.id for one in mailings.of_edition(session, self.edition_id)), None)

    def done(self) -> bool:
        with self.database.reading() as session:
            sent = mailings.of_edition(session, self.edition_id)
            return bool(sent) and sent[0].state is MailingState.DONE

    def last_tick(self) -> datetime | None:
        with self.database.reading() as session:
            return heartbeats.last(session, "tick")


@pytest.fixture
def clockwork(database: Database, database_url: str, broker_url: str, tmp_path: Path) -> Iterator[Clockwork]:
    now = datetime.now(UTC)
    record = approved_edition(database, readers=READERS, now=now)
    decision = Decision(edition_id=record.id, revision=record.revision, who="Nadia", at=now)
    editing.schedule(database, decision, now + timedelta(seconds=1))
    with Sink(tmp_path / "mail") as sink:
        env = environ(
            database_url=database_url,
            broker_url=broker_url,
            state=tmp_path / "state",
            secret=SECRET.decode(),
            transport=f"smtp+plain://127.0.0.1:{sink.port}",
            chunk_size=10,
            lease_seconds=2,
            tick_seconds=0.5,
            sweep_seconds=1,
        )
        (tmp_path / "state").mkdir()
        app = make_app(Settings(state=tmp_path / "state", broker_url=broker_url))
        yield Clockwork(database=database, app=app, env=env, edition_id=record.id, mail=tmp_path / "mail", log=tmp_path / "log")


def test_beat_ticks_finds_the_slot_due_and_workers_send_it(clockwork: Clockwork) -> None:
    with ended_after(start_beat(clockwork.env, clockwork.log), start_worker(clockwork.env, clockwork.log)):
        wait_until(clockwork.done, seconds=60, why="the edition went out", log=clockwork.log)
        first = clockwork.last_tick()
        assert first is not None
        wait_until(lambda: (clockwork.last_tick() or first) > first, seconds=60, why="beat ticks again", log=clockwork.log)
    figures = tally(clockwork.mail)
    assert (figures.accepted, figures.distinct) == (READERS, READERS)


def test_doubled_messages_send_nothing_twice(clockwork: Clockwork) -> None:
    for _ in range(3):
        clockwork.app.send_task("digest.tick")
    with ended_after(start_beat(clockwork.env, clockwork.log), start_worker(clockwork.env, clockwork.log)):
        wait_until(clockwork.mailing, seconds=60, why="the mailing opened", log=clockwork.log)
        for _ in range(5):
            for number in range(READERS // 10):
                clockwork.app.send_task("digest.send", (clockwork.mailing(), number))
            clockwork.app.send_task("digest.sweep")
        wait_until(clockwork.done, seconds=60, why="the edition went out", log=clockwork.log)
        wait_until(lambda: waiting(clockwork) == 0, seconds=60, why="the doubles are worked off", log=clockwork.log)
    figures = tally(clockwork.mail)
    assert (figures.accepted, figures.distinct) == (READERS, READERS)


def test_a_wiped_queue_loses_nobody(clockwork: Clockwork) -> None:
    clockwork.app.send_task("digest.tick")
    with ended_after(start_beat(clockwork.env, clockwork.log)):
        # Beat alone: messages gather, the slot comes, and then the broker forgets all of it.
        wait_until(lambda: waiting(clockwork) >= 3, seconds=60, why="messages wait", log=clockwork.log)
        with broker_client(clockwork.app) as client:
            client.flushall()
        with ended_after(start_worker(clockwork.env, clockwork.log)):
            wait_until(clockwork.mailing, seconds=60, why="the mailing opened", log=clockwork.log)
            with broker_client(clockwork.app) as client:
                client.flushall()
            wait_until(clockwork.done, seconds=60, why="the edition went out", log=clockwork.log)
    figures = tally(clockwork.mail)
    assert (figures.accepted, figures.distinct) == (READERS, READERS)


def waiting(clockwork: Clockwork) -> int:
    with broker_client(clockwork.app) as client:
        return sum(int(client.llen(name)) for name in NAMES)
