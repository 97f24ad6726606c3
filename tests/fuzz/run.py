"""`./run fuzz [SECONDS] [--seed N] [--most N]`, `./run fuzz FILE…`: feeds and pages that nobody would publish.

None may crash or hang what reads it, or flood its memory.
"""

import argparse
import hashlib
import json
import os
import selectors
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.mutate import Input, mutated
from tests.material import unpacked

LONGEST = 5.0  # seconds for one input
MOST = 200.0  # MB that the process which reads may hold, itself included
KEPT = Path(".cache/fuzz")
_KINDS = (None, "feed", "page", "text")


@dataclass
class Report:
    """What happened: how often each outcome, the slowest input, the most memory, and what failed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    most: tuple[float, str] = (0.0, "")
    failed: list[str] = field(default_factory=list)


class Reader:
    """The child that reads; it comes back after a crash or a hang."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, one: Input) -> dict[str, object]:
        """Return what the child says of this input; "hung" and "died" are said for it."""
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(struct.pack(">II", _KINDS.index(one.kind), len(one.body)) + one.body)
            child.stdin.flush()
        except BrokenPipeError:
            return self._ended("died")
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            # The child counts its own processor time; the machine may be busy with others.
            if not selector.select(LONGEST * 4):
                return self._ended("hung")
        line = child.stdout.readline()
        if not line:
            return self._ended("died")
        said: dict[str, object] = json.loads(line)
        return said

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._stop(self._child)

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONHASHSEED": "0"},
        )
        return self._child

    def _stop(self, child: subprocess.Popen[bytes]) -> int:
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # half an input may lie in it
                    pipe.close()
        self._child = None
        return child.wait()

    def _ended(self, outcome: str) -> dict[str, object]:
        assert self._child is not None
        code = self._stop(self._child)
        return {"outcome": outcome, "trouble": f"exit {code}", "seconds": LONGEST * 4 if outcome == "hung" else 0.0, "mb": 0.0}


def seeds() -> list[tuple[str, bytes]]:
    """Return real feeds and pages of other projects (./run material), pages up to 150 KB, with the kind of each."""
    found: list[tuple[str, bytes]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, pattern, kind in (
            ("feedparser", "tests/**/*.xml", "feed"),
            ("podcastparser", "tests/data/*.rss", "feed"),
            ("reader", "tests/data/*.*", "feed"),
            ("trafilatura", "tests/resources/*.*", "page"),
            ("newspaper4k", "tests/data/**/*.html", "page"),
            ("htmldate", "tests/cache/*.html", "page"),
        ):
            files = sorted(unpacked(name, Path(folder)).glob(pattern))
            bodies = [path.read_bytes() for path in files if path.is_file() and path.stat().st_size < 150_000]
            found += [(kind, body) for body in bodies[:: max(1, len(bodies) // 150)]]
    return found


def check(report: Report, reader: Reader, one: Input, name: str) -> None:
    """Read one input and note how it went; what failed is kept in .cache/fuzz for `./run fuzz FILE`."""
    before = report.most[0]
    said = reader.read(one)
    if float(str(said["mb"])) > MOST:
        # Memory is a process's peak, and what earlier inputs left lies about in it: a fresh one says what this input takes.
        reader.close()
        said = reader.read(one)
    outcome, seconds, mb = str(said["outcome"]), float(str(said["seconds"])), float(str(said["mb"]))
    if outcome not in {"crashed", "wrong", "hung", "died"}:
        outcome = "slow" if seconds > LONGEST else "fat" if mb > MOST else outcome
    report.outcomes[outcome] += 1
    report.slowest = max(report.slowest, (seconds, name))
    if mb > before:
        report.most = (mb, name)
    if outcome in {"crashed", "wrong", "hung", "died", "slow", "fat"}:
        KEPT.mkdir(parents=True, exist_ok=True)
        file = KEPT / f"{outcome}-{one.kind or 'any'}-{hashlib.sha256(one.body).hexdigest()[:12]}"
        file.write_bytes(one.body)
        last = str(said["trouble"] or "").strip().splitlines()[-1:]
        report.failed.append(f"{outcome}: {file} ({name}, {len(one.body):,} bytes, {seconds:.1f} s, {mb:.0f} MB) {' '.join(last)[:300]}")
        sys.stderr.write(report.failed[-1] + "\n")
    if mb > MOST:
        reader.close()


def main() -> int:
    """Fuzz for some seconds, or read the named files; 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="./run fuzz", description=__doc__)
    parser.add_argument("what", nargs="*", help="seconds (60), or files that an earlier run kept")
    parser.add_argument("--seed", type=int, default=None, help="the number of the first input; by default from the clock")
    parser.add_argument("--most", type=int, default=None, help="end after so many inputs, so that a fast machine looks at no others")
    asked = parser.parse_args()
    report, reader = Report(), Reader()
    files = [Path(one) for one in asked.what if not one.replace(".", "").isdigit()]
    started = time.monotonic()
    try:
        if files:
            for file in files:
                kind = next((kind for kind in _KINDS[1:] if f"-{kind}-" in file.name), None)
                check(report, reader, Input(kind=kind, body=file.read_bytes()), str(file))
        else:
            seconds = float(asked.what[0]) if asked.what else 60.0
            number = asked.seed if asked.seed is not None else int(time.time()) * 1000
            sys.stderr.write(f"fuzz: {seconds:.0f} s from seed {number}\n")
            given = seeds()
            end = None if asked.most is None else number + asked.most
            while time.monotonic() - started < seconds and number != end:
                check(report, reader, mutated(given, number), f"seed {number}")
                number += 1
    finally:
        reader.close()
    spent = time.monotonic() - started
    total = report.outcomes.total()
    lines = [f"{total:,} inputs in {spent:.0f} s: " + ", ".join(f"{name} {count:,}" for name, count in report.outcomes.most_common())]
    lines.append(f"slowest {report.slowest[0]:.2f} s ({report.slowest[1]}); most memory {report.most[0]:.0f} MB ({report.most[1]})")
    lines.append(f"{len(report.failed)} failed" if report.failed else "none failed")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
