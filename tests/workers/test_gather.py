"""Gathering by a real worker: a feed that hangs, a bomb and a dead visit hurt nobody else."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery

from digest.model.source import Source
from digest.settings import Settings
from digest.store import Database, sources
from digest.store.sources import SourceHealth, SourceState
from tests.gather.hostile import hostile, keeps_saying, says
from tests.loopback import loopback
from tests.processes import ended_after, environ, start_beat, start_worker, wait_until
from workers.app import make_app

FEED = b"""<rss version="2.0"><channel><title>Lantern</title><link>https://lantern.example/</link><description>.</description>
<item><guid>1</guid><title>The pier reopens</title><link>https://lantern.example/pier</link></item></channel></rss>"""
BOMB = gzip.compress(b"\0" * 50_000_000)


@dataclass(frozen=True)
class Outlets:
    """The followed sources, the app to publish by, and the environment of the processes."""

    database: Database
    app: Celery
    env: dict[str, str]
    log: Path
    asked: list[tuple[str, dict[str, str]]]

    def health(self, source_id: str) -> SourceHealth:
        with self.database.reading() as session:
            return sources.get(session, source_id)

    def well(self, source_id: str) -> bool:
        return self.health(source_id).state is SourceState.WELL


@pytest.fixture
def outlets(database: Database, database_url: str, broker_url: str, tmp_path: Path) -> Iterator[Outlets]:
    state = tmp_path / "state"
    state.mkdir()
    hang = keeps_saying(b"HTTP/1.1 200 OK\r\n", b"X-Wait: 1\r\n", pause=1.0)
    bomb = says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB)
    with ExitStack() as opened, database.writing() as session:
        hanging, exploding = opened.enter_context(hostile(hang)), opened.enter_context(hostile(bomb))
        good = opened.enter_context(loopback())
        good.by_path["/feed"] = (200, {}, FEED)
        # By name the worst come first.
        for name, url in (("a-hangs", hanging), ("b-explodes", exploding), ("c-good", f"{good.base}/feed")):
            source = Source(id=name, name=name, url=url, allow_private=True, follow=False, pace=0.0)
            sources.keep(session, source, now=datetime.now(UTC))
        session.commit()
        env = environ(database_url=database_url, broker_url=broker_url, state=state, tick_seconds=0.5, sweep_seconds=60)
        app = make_app(Settings(state=state, broker_url=broker_url))
        yield Outlets(database=database, app=app, env=env, log=tmp_path / "log", asked=good.seen)


def test_a_feed_that_hangs_and_one_that_explodes_hurt_nobody_else(outlets: Outlets) -> None:
    with ended_after(start_beat(outlets.env, outlets.log), start_worker(outlets.env, outlets.log)):
        wait_until(lambda: outlets.health("a-hangs").due > datetime.now(UTC), seconds=60, why="the first tick", log=outlets.log)
        wait_until(lambda: outlets.well("c-good"), seconds=60, why="the good one is read within seconds", log=outlets.log)
        wait_until(lambda: outlets.health("b-explodes").failures, seconds=60, why="the bomb is refused", log=outlets.log)
        assert "bomb" in (outlets.health("b-explodes").trouble or "")
        # It hangs still: nobody waited for it.
        assert outlets.health("a-hangs").tried is None


def test_doubled_messages_ask_no_server_twice_and_a_dead_visit_is_counted(outlets: Outlets) -> None:
    with outlets.database.writing() as session:
        for name in ("a-hangs", "b-explodes"):
            sources.remove(session, name)
    for _ in range(4):
        outlets.app.send_task("digest.tick")
    with ended_after(start_worker(outlets.env, outlets.log)):
        wait_until(lambda: outlets.well("c-good"), seconds=60, why="the good one is read", log=outlets.log)
        for _ in range(6):
            outlets.app.send_task("digest.gather", ("c-good",))
        with outlets.database.writing() as session:
            # As a worker leaves it that was killed in the middle.
            assert sources.begin(session, "c-good", now=datetime.now(UTC) - timedelta(minutes=6), lease=timedelta(0), asked_only=False)
        outlets.app.send_task("digest.tick")
        wait_until(lambda: outlets.health("c-good").failures, seconds=60, why="the dead visit is found", log=outlets.log)
    assert len(outlets.asked) == 1
    assert "did not come to its end" in (outlets.health("c-good").trouble or "")
