"""The soak: random faults, one after another, while mailings go out; `./run soak` prints its table, the gate plays a minute of it."""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.faults.counted import nothing_is_left
from tests.faults.theatre import CONNECTIONS, PROCESSES, WORKERS, Theatre, theatre
from tests.processes import free_port_of_loopback

_BEGINS, _ENDS = "<!-- the soak's table begins -->", "<!-- the soak's table ends -->"
LANES = WORKERS * PROCESSES * CONNECTIONS
# How many messages each fault may leave in the dark.
IN_FLIGHT = {
    "a worker's process killed": CONNECTIONS,
    "a worker killed": PROCESSES * CONNECTIONS,
    "beat killed": 0,
    "broker killed": 0,
    "broker wiped": 0,
    "broker stopped for 3 s": 0,
    "relay killed": LANES,
    "PostgreSQL killed": 0,
}


@dataclass(slots=True)
class Report:
    """What a soak did and what came of it, by the relay's log; `healed` is in seconds from the last fault to the end of the sending."""

    kind: str
    readers: int
    seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    twice: int = 0
    most: int = 0
    allowed: int = 0
    healed: float = 0.0


def table(reports: Sequence[Report]) -> list[str]:
    """Return the reports as the lines of one Markdown table, a column each."""
    names = sorted({name for report in reports for name in report.faults})
    rows: list[tuple[str, list[str]]] = [
        ("recipients", [f"{one.readers:,}" for one in reports]),
        ("seconds", [f"{one.seconds:.0f}" for one in reports]),
        *((name, [str(one.faults.get(name, 0)) for one in reports]) for name in names),
        ("faults in all", [str(sum(one.faults.values())) for one in reports]),
        ("**lost**", [f"**{one.lost}**" for one in reports]),
        ("sent twice", [f"{one.twice}, of at most {one.allowed} in flight" for one in reports]),
        ("most copies of one mail", [str(one.most) for one in reports]),
        ("whole after the last fault", [f"{one.healed:.0f} s" for one in reports]),
    ]
    head = ["", *(one.kind for one in reports)]
    return [_row(head), _row(["---"] * len(head)), *(_row([name, *cells]) for name, cells in rows)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write_into(page: Path, lines: Sequence[str]) -> None:
    """Put the table into a page, between the comments that mark its place."""
    before, begins, rest = page.read_text("utf-8").partition(_BEGINS)
    _, ends, after = rest.partition(_ENDS)
    if not begins or not ends:
        raise SystemExit(f"{page} has no {_BEGINS} … {_ENDS} to put the table between")
    page.write_text("\n".join([f"{before}{begins}", *lines, f"{ends}{after}"]), "utf-8")


def soak(stage: Theatre, report: Report, chance: random.Random, *, seconds: float) -> Report:
    """Open a mailing to everybody, strike until `seconds` have passed or it is done, and see that nobody is missing."""
    faults = _faults(stage)
    mailing_id, starts = stage.open_mailing(), stage.worker_starts
    stage.wait_for(mailing_id, 1)
    began = time.monotonic()
    while time.monotonic() - began < seconds and stage.accepted(mailing_id) < report.readers:
        name = chance.choice(sorted(faults))
        faults[name]()
        report.faults[name] = report.faults.get(name, 0) + 1
        time.sleep(chance.uniform(1.0, 4.0))
    last = time.monotonic()
    stage.wait_until_whole(mailing_id, seconds=600)
    report.seconds, report.healed = time.monotonic() - began, time.monotonic() - last
    nothing_is_left(stage)
    counted = stage.copies(mailing_id)
    report.lost, report.twice, report.most = report.readers - len(counted), counted.total() - len(counted), max(counted.values())
    # A worker that leaves because its broker died lets go of as much as one that was killed.
    left = max(0, stage.worker_starts - starts - report.faults.get("a worker killed", 0))
    report.allowed = sum(IN_FLIGHT[name] * times for name, times in report.faults.items()) + left * PROCESSES * CONNECTIONS
    return report


def _faults(stage: Theatre) -> dict[str, Callable[[], object]]:
    def stop_broker() -> None:
        with stage.stopped("broker"):
            time.sleep(3)

    faults: dict[str, Callable[[], object]] = {
        "a worker's process killed": partial(stage.kill_child, "worker0"),
        "a worker killed": partial(stage.kill, "worker1"),
        "beat killed": partial(stage.kill, "beat"),
        "broker killed": partial(stage.kill, "broker"),
        "broker wiped": stage.wipe_broker,
        "broker stopped for 3 s": stop_broker,
        "relay killed": partial(stage.kill, "relay"),
    }
    return faults | ({"PostgreSQL killed": stage.kill_postmaster} if stage.server is not None else {})


def main() -> int:
    """Soak each database in turn and print the tables; ends with 1 where somebody was lost or too many came twice."""
    parser = argparse.ArgumentParser(prog="./run soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long faults strike, on each database")
    parser.add_argument("--readers", type=int, default=25_000, help="recipients on each database")
    parser.add_argument("--seed", type=int, default=None, help="the same faults in the same order again")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into this page, as into docs/reliability.md")
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    # So slow a relay that the mail lasts for about as long as the faults.
    delay = min(0.2, 0.7 * given.minutes * 60 * LANES / given.readers)
    reports = []
    for kind in ("sqlite", "postgresql"):
        sys.stdout.write(f"soaking {kind} for {given.minutes:g} min, seed {seed}\n")
        sys.stdout.flush()
        with theatre(kind, readers=given.readers, port=free_port_of_loopback(), delay=delay) as stage:
            reports.append(soak(stage, Report(kind=kind, readers=given.readers), random.Random(seed), seconds=given.minutes * 60))
    lines = table(reports)
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write is not None:
        write_into(given.write, lines)
    return 0 if all(one.faults and one.lost == 0 and one.twice <= one.allowed for one in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
