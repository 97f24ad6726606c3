"""A disk that fills up and a clock that jumps, as the stage of the drills knows them: a small tmpfs, and libfaketime."""

import errno
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from digest.store import Database
from digest.store.tables import deliveries
from tests.processes import ROOT

_LIBRARY = "/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"
_PAGE = 4096


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a tmpfs of that size (`1m`) on `folder`, which is made, until the block ends. Only root may."""
    folder.mkdir(parents=True)
    said = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(folder)], capture_output=True, check=False)
    assert said.returncode == 0, (
        f"a small disk could not be mounted ({said.stderr.decode().strip()}); run this as root: sudo ./run test tests/faults"
    )
    try:
        yield
    finally:
        # Lazily: whoever was killed a moment ago may still be on its way out.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@dataclass(slots=True)
class Ballast:
    """What fills a disk: how many bytes it took, and how often the disk said that it is full."""

    taken: int = 0
    refused: int = 0


@contextmanager
def filled(folder: Path) -> Iterator[Ballast]:
    """Fill the disk of `folder`, and take whatever becomes free there, until the block ends; then give all of it back."""
    ballast, ended, full = Ballast(), threading.Event(), threading.Event()
    path = folder / "ballast"

    def take() -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            while not ended.is_set():
                try:
                    ballast.taken += os.write(descriptor, b"\xff" * _PAGE * (1 if full.is_set() else 64))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    ballast.refused += 1
                    full.set()
                    ended.wait(0.001)
        finally:
            os.close(descriptor)
            path.unlink()

    thread = threading.Thread(target=take, name="ballast")
    thread.start()
    try:
        assert full.wait(60), "the disk did not fill up"
        yield ballast
    finally:
        ended.set()
        thread.join()


@contextmanager
def packed(database: Database) -> Iterator[None]:
    """Leave no room in PostgreSQL's pages of deliveries: settling changes rows in place, and 600 of them would never ask for the disk."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ours = dict(deliveries.dialect_options["postgresql"].items())["with"]["fillfactor"]
        connection.exec_driver_sql("ALTER TABLE deliveries SET (fillfactor = 100)")
        connection.exec_driver_sql("VACUUM FULL deliveries")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"ALTER TABLE deliveries SET (fillfactor = {ours})")


def trim_log(file: Path) -> None:
    """Bring SQLite's write-ahead log back to nothing: one that an earlier fault made long takes many answers without asking the disk."""
    with closing(sqlite3.connect(file, timeout=20)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert not busy


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that stands `set()` seconds beside the real one, for every process that was started with `env`."""

    path: Path

    @staticmethod
    def there() -> bool:
        """Whether this machine has what such a clock needs."""
        return Path(_LIBRARY.format(machine=os.uname().machine)).is_file()

    @property
    def env(self) -> dict[str, str]:
        """What a process must be started with. Time that only passes (CLOCK_MONOTONIC) goes on, as where a real clock is set."""
        library = _LIBRARY.format(machine=os.uname().machine)
        assert Path(library).is_file(), f"{library} is not here: apt-get install faketime"
        python = f"{Path(__file__).parent / 'clocked'}:{ROOT}"
        told = {"PYTHONPATH": python, "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(self.path), "FAKETIME_NO_CACHE": "1"}
        return told | {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1", "NO_FAKE_STAT": "1"}

    def set(self, seconds: int) -> None:
        """Let the clock jump to so many seconds after the real time, or before it."""
        part = self.path.with_suffix(".part")
        part.write_text(f"{seconds:+d}\n", "ascii")
        part.replace(self.path)
