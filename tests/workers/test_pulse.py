"""What a real worker tells of itself: that it lives, what it has in hand, what failed; and what is told of a broker that hangs."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from celery import Celery

from digest.demo.sink import Sink
from digest.flows import sending
from digest.flows.watching import watch
from digest.model.ops import QueueStatus, WorkerSeen
from digest.settings import Settings
from digest.store import Database
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import ended_after, environ, kill_group, start_worker, wait_until
from workers.app import make_app
from workers.queues import NAMES
from workers.status import queue_status


@dataclass(frozen=True)
class Works:
    """A database, an app to publish by, and the environment of a worker."""

    database: Database
    app: Celery
    env: dict[str, str]
    log: Path

    def seen(self) -> tuple[WorkerSeen, ...]:
        return watch(self.database, now=datetime.now(UTC)).workers

    def active(self) -> tuple[str, ...]:
        return tuple(task for worker in self.seen() for task in worker.active)


@pytest.fixture
def works(database: Database, database_url: str, broker_url: str, tmp_path: Path) -> Iterator[Works]:
    with Sink(tmp_path / "mail", delay=0.2) as sink:
        env = environ(
            database_url=database_url,
            broker_url=broker_url,
            state=tmp_path / "state",
            secret=SECRET.decode(),
            transport=f"smtp+plain://127.0.0.1:{sink.port}",
        )
        (tmp_path / "state").mkdir()
        app = make_app(Settings(state=tmp_path / "state", broker_url=broker_url))
        yield Works(database=database, app=app, env=env, log=tmp_path / "log")


def test_a_worker_tells_what_it_does_and_a_killed_one_falls_silent(works: Works) -> None:
    record = approved_edition(works.database, readers=200, now=datetime.now(UTC))
    mailing = sending.send_now(works.database, record.id, who="Nadia", now=datetime.now(UTC), chunk_size=200)
    worker = start_worker(works.env, works.log)
    with ended_after(worker):
        wait_until(works.seen, seconds=60, why="the worker is heard", log=works.log)
        (idle,) = works.seen()
        assert (idle.active, idle.takes) == ((), tuple(NAMES))
        works.app.send_task("digest.send", (mailing.id, 0))
        wait_until(works.active, seconds=60, why="the worker has the chunk in hand", log=works.log)
        (busy,) = works.seen()
        (task,) = busy.doing
        assert (task.task, task.what) == ("digest.send", f"({mailing.id}, 0)")
        assert task.since is not None
        assert timedelta() <= datetime.now(UTC) - task.since < timedelta(seconds=60)
        kill_group(worker)
        killed = datetime.now(UTC)
    (silent,) = works.seen()
    assert silent.heard is not None
    assert silent.heard <= killed
    assert not silent.stale(killed)
    assert watch(works.database, now=killed + timedelta(seconds=30, microseconds=1)).heard() == ()


def test_a_failure_is_written_down_by_whoever_saw_it_and_a_worker_that_ends_says_goodbye(works: Works) -> None:
    record = approved_edition(works.database, readers=200, now=datetime.now(UTC))
    mailing = sending.send_now(works.database, record.id, who="Nadia", now=datetime.now(UTC), chunk_size=200)
    worker = start_worker(works.env, works.log)
    with ended_after(worker):
        works.app.send_task("digest.render", (4711,))
        wait_until(lambda: failed(works) == {"digest.render"}, seconds=60, why="the failure is known", log=works.log)
        works.app.send_task("digest.send", (mailing.id, 0))
        wait_until(works.active, seconds=60, why="the chunk is in hand", log=works.log)
        wait_until(lambda: senders(works, worker.pid), seconds=60, why="the chunk is being sent", log=works.log)
        (sender,) = senders(works, worker.pid)
        sender.kill()
        wait_until(lambda: failed(works) == {"digest.render", "digest.send"}, seconds=60, why="the loss is known", log=works.log)
        lost, missing = watch(works.database, now=datetime.now(UTC)).failures
        assert lost.error.startswith("WorkerLostError: ")
        assert missing.error.startswith("NotFound: there is no edition 4711")
        # A process was forked anew beside the pulse: it goes on.
        forked = datetime.now(UTC)
        wait_until(lambda: all(one.heard and one.heard > forked for one in works.seen()), seconds=60, why="the pulse goes on")
        sending.stop(works.database, record.id, who="Nadia", now=datetime.now(UTC))
        os.kill(worker.pid, signal.SIGTERM)
        worker.wait(timeout=60)
        assert works.seen() == ()


def senders(works: Works, worker: int) -> list[psutil.Process]:
    """The processes of a worker with an open connection to the sink: those that send."""
    return [
        child
        for child in psutil.Process(worker).children(recursive=True)
        if any(one.status == "ESTABLISHED" and one.raddr.port == port_of(works) for one in child.net_connections("tcp"))
    ]


def test_a_newest_tick_that_waits_is_a_sign_of_beat_even_where_nobody_takes_it(works: Works) -> None:
    ask = queue_status(works.app, works.database, inspect=0.2)
    assert ask().last_tick is None
    works.app.send_task("digest.tick")
    time.sleep(0.01)
    works.app.send_task("digest.tick")
    status = ask()
    ticks = next(queue for queue in status.queues if queue.name == "tick")
    assert ticks.depth == 2
    assert ticks.oldest is not None
    assert status.last_tick is not None
    assert timedelta() < status.at - status.last_tick < timedelta(seconds=ticks.oldest)
    assert status.broker is None


def test_a_broker_that_hangs_is_said_within_seconds_and_found_again(works: Works, broker_pid: int) -> None:
    ask = queue_status(works.app, works.database, inspect=0.2)
    assert ask().broker is None
    with stopped(broker_pid):
        began = time.monotonic()
        hung = ask()
        assert time.monotonic() - began < 9
        assert hung.broker is not None
        assert "does not answer" in hung.broker
        assert hung.queues == ()
    assert isinstance(ask(), QueueStatus)
    assert ask().broker is None


@pytest.fixture
def broker_pid(broker_url: str) -> int:
    """The process that listens on the broker's socket: a child of ours."""
    path = broker_url.partition("://")[2].partition("?")[0]
    return next(child.pid for child in psutil.Process().children() if path in " ".join(child.cmdline()))


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def failed(works: Works) -> set[str]:
    return {one.task for one in watch(works.database, now=datetime.now(UTC)).failures}


def port_of(works: Works) -> int:
    return int(works.env["DIGEST_TRANSPORT"].rpartition(":")[2])
