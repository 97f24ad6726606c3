"""A worker's visits for tests: the database, an outlet's server that answers as told, and a clock that goes on when somebody sleeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from digest.flows import gathering
from digest.flows.gathering import Gathered, Visit
from digest.gather.fetch import Fetcher
from digest.model.source import Source
from digest.store import Database, acts, sources
from digest.store.acts import About, Wanted
from digest.store.hosts import HostTurns
from digest.store.sources import SourceHealth
from tests.flows.newsroom import NOW
from tests.loopback import Answers, loopback

INTERVAL = timedelta(minutes=15)
DAY = timedelta(days=1)
FEED = b"""<rss version="2.0"><channel><title>Lantern</title><link>https://lantern.example/</link><description>.</description>%s
<item><guid>1</guid><title>The pier reopens</title><link>%s/pier</link><description>It was shut for a year.</description></item>
<item><guid>2</guid><title>The ferry is late</title><link>%s/ferry</link><description>By an hour.</description></item>
</channel></rss>"""
PAGE = b"""<html><head><title>The pier reopens</title></head><body><article><h1>The pier reopens</h1>%s</article></body></html>""" % (
    b"<p>It was shut for a year, and the town had got used to walking around it by the mole.</p>" * 8
)


class Clock:
    """A clock that goes on when somebody sleeps by it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.slept = 0.0

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)


class House:
    """The database, the outlet's server, and a worker's way of visiting."""

    def __init__(self, database: Database, server: Answers, fetcher: Fetcher, clock: Clock) -> None:
        self.database, self.server, self.clock = database, server, clock
        self.visits = Visit(fetcher=fetcher, clock=clock, interval=INTERVAL, patience=2.0, budget=timedelta(seconds=10), asked_only=True)

    def follow(self, source_id: str = "lantern", path: str = "/feed", **more: object) -> None:
        source = Source(id=source_id, name=source_id, url=self.server.base + path, allow_private=True, pace=0.0)
        with self.database.writing() as session:
            sources.keep(session, replace(source, **more), now=self.clock.now)  # type: ignore[arg-type]  # a test's short hand

    def feed(self, path: str = "/feed", headers: dict[str, str] | None = None, *, ttl: bytes = b"", status: int = 200) -> None:
        base = self.server.base.encode()
        self.server.by_path[path] = (status, headers or {}, FEED % (ttl, base, base) if status == 200 else b"")

    def due(self) -> tuple[str, ...]:
        return gathering.due_sources(self.database, now=self.clock.now, interval=INTERVAL)

    def visit(self, source_id: str = "lantern", *, due: bool = True) -> Gathered:
        """Be woken as a worker is, at the moment the source is due."""
        if due:
            self.clock.now = max(self.clock.now, self.health(source_id).due)
            assert source_id in self.due()
        return gathering.gather_source(self.database, self.visits, source_id)

    def health(self, source_id: str = "lantern") -> SourceHealth:
        with self.database.reading() as session:
            return sources.get(session, source_id)

    def wait(self, source_id: str = "lantern") -> timedelta:
        return self.health(source_id).due - self.clock.now

    def log(self) -> list[tuple[str, str, str | None]]:
        with self.database.reading() as session:
            return [(one.act.who, one.act.what, one.act.why) for one in acts.listed(session, Wanted(about=About.SOURCES), most=20)]

    def asked(self, path: str) -> list[dict[str, str]]:
        return [headers for seen, headers in self.server.seen if seen == path]


@contextmanager
def visiting(database: Database) -> Iterator[House]:
    clock = Clock(NOW)
    turns = HostTurns(database=database, clock=clock, sleep=clock.sleep)
    with loopback() as server:
        fetcher = Fetcher("digest-test/1 (+mailto:ops@lantern.example)", turns=turns, connect=30, read=30, whole=60)
        yield House(database, server, fetcher, clock)
        fetcher.close()
