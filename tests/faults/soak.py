"""The soak: random faults, one after another, while mailings go out; `./run soak` prints its table, the gate plays a minute of it."""

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.faults.theatre import CONNECTIONS, PROCESSES, WORKERS, Theatre, theatre
from tests.processes import free_port_of_loopback

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

    def lines(self) -> list[str]:
        """Return the report as lines of a Markdown table."""
        struck = ", ".join(f"{name} × {times}" for name, times in sorted(self.faults.items()))
        return [
            "| | |",
            "|---|---|",
            f"| database | {self.kind} |",
            f"| recipients | {self.readers} |",
            f"| seconds | {self.seconds:.0f} |",
            f"| faults | {struck} |",
            f"| lost | {self.lost} |",
            f"| sent twice | {self.twice} (at most {self.allowed} were in flight) |",
            f"| most copies of one mail | {self.most} |",
            f"| whole again after the last fault | {self.healed:.0f} s |",
        ]


def soak(stage: Theatre, report: Report, chance: random.Random, *, seconds: float) -> Report:
    """Open a mailing to everybody, strike until `seconds` have passed or it is done, and see that nobody is missing."""
    faults = _faults(stage)
    mailing_id, starts = stage.open_mailing(), stage.worker_starts
    began = time.monotonic()
    stage.wait_for(mailing_id, 1)
    while time.monotonic() - began < seconds and stage.accepted(mailing_id) < report.readers:
        name = chance.choice(sorted(faults))
        faults[name]()
        report.faults[name] = report.faults.get(name, 0) + 1
        time.sleep(chance.uniform(1.0, 4.0))
    last = time.monotonic()
    stage.wait_until_whole(mailing_id, seconds=600)
    counted = stage.copies(mailing_id)
    report.seconds, report.healed = time.monotonic() - began, time.monotonic() - last
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
    given = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    well = True
    for kind in ("sqlite", "postgresql"):
        sys.stdout.write(f"soaking {kind} for {given.minutes:g} min, seed {seed}\n")
        with theatre(kind, readers=given.readers, port=free_port_of_loopback(), delay=0.05) as stage:
            report = soak(stage, Report(kind=kind, readers=given.readers), random.Random(seed), seconds=given.minutes * 60)
        sys.stdout.write("\n".join(report.lines()) + "\n\n")
        well = well and report.lost == 0 and report.twice <= report.allowed
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
