"""The soak: random faults, one after another, while mailings go out; `./run soak` prints its table, the gate plays a minute of it."""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from digest.model.mailing import DeliveryState
from digest.store import ledger
from digest.store.settling import MOST_DOUBTS
from tests.faults.counted import nothing_is_left
from tests.faults.hardships import Clock, filled
from tests.faults.moody import KEEPS_AND_DROPS, moody, played
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
    "disk of the journals full for 2 s": 0,
    "disk of the database full for 2 s": 0,
    # Set right again it jumps ahead: leases look as if they had run out until each process has told of itself.
    "clock an hour behind for 3 s": LANES,
}
# Of so many readers each of the relay's moods strikes one.
EVERY = 1_000
# How large the small disks are, for so many readers at most; in a tmpfs only what is used takes memory.
_DISKS = {"sqlite": {5_000: "32m", 50_000: "160m"}, "postgresql": {5_000: "200m", 50_000: "500m"}}


@dataclass(slots=True)
class Report:
    """What a soak did and what came of it, by the relay's log; `healed` is in seconds from the last fault to the end of the sending."""

    kind: str
    readers: int
    seconds: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    moods: int = 0
    lost: int = 0
    refused: int = 0
    in_doubt: int = 0
    twice: int = 0
    most: int = 0
    allowed: int = 0
    to_go: int = 0
    healed: float = 0.0


def table(reports: Sequence[Report]) -> list[str]:
    """Return the reports as the lines of one Markdown table, a column each."""
    names = sorted({name for report in reports for name in report.faults})
    rows: list[tuple[str, list[str]]] = [
        ("recipients", [f"{one.readers:,}" for one in reports]),
        ("seconds", [f"{one.seconds:.0f}" for one in reports]),
        *((name, [str(one.faults.get(name, 0)) for one in reports]) for name in names),
        ("faults in all", [str(sum(one.faults.values())) for one in reports]),
        ("and moods of the relay", [str(one.moods) for one in reports]),
        ("**lost**", [f"**{one.lost}**" for one in reports]),
        ("refused by the relay for good, and said so", [str(one.refused) for one in reports]),
        ("in doubt after two tries, and said so", [str(one.in_doubt) for one in reports]),
        ("sent twice", [f"{one.twice}, of at most {one.allowed} in flight" for one in reports]),
        ("most copies of one mail", [str(one.most) for one in reports]),
        ("still to go at the last fault", [f"{one.to_go:,}" for one in reports]),
        ("done after the last fault", [f"{one.healed:.0f} s" for one in reports]),
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
    report.to_go = max(0, report.readers - len(stage.copies(mailing_id)))
    stage.wait_until_whole(mailing_id, seconds=600)
    report.seconds, report.healed = time.monotonic() - began, time.monotonic() - last
    nothing_is_left(stage)
    counted = stage.copies(mailing_id)
    with stage.database.reading() as session:
        without = [one for one in ledger.fates(session, mailing_id) if one.address not in counted]
    # Who has no mail is lost, unless the ledger says so: the relay said "no such user", or kept silent twice.
    report.refused = sum(one.state is DeliveryState.FAILED for one in without)
    report.in_doubt = sum(one.state is DeliveryState.IN_DOUBT for one in without)
    report.lost = report.readers - len(counted) - report.refused - report.in_doubt
    report.twice, report.most = counted.total() - len(counted), max(counted.values())
    # A worker that leaves because its broker died lets go of as much as one that was killed.
    left = max(0, stage.worker_starts - starts - report.faults.get("a worker killed", 0))
    report.allowed = sum(IN_FLIGHT[name] * times for name, times in report.faults.items()) + left * PROCESSES * CONNECTIONS
    # What it kept without a word is tried once more.
    struck = played(stage.mail)
    report.moods = len(struck)
    report.allowed += sum(one.mood == KEEPS_AND_DROPS for one in struck)
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
    if stage.server is not None:
        faults["PostgreSQL killed"] = stage.kill_postmaster
    if stage.parts["beat"].env:
        faults["clock an hour behind for 3 s"] = partial(_set_back, stage)
    for name, what in (("state", "journals"), ("database", "database")):
        if (stage.folder / name).is_mount():
            faults[f"disk of the {what} full for 2 s"] = partial(_fill, stage.folder / name)
    return faults


def _set_back(stage: Theatre) -> None:
    stage.clock.set(-3_600)
    time.sleep(3)
    stage.clock.set(0)


def _fill(folder: Path) -> None:
    with filled(folder) as ballast:
        time.sleep(2)
    assert ballast.refused


@contextmanager
def soaking(kind: str, *, readers: int, delay: float) -> Iterator[Theatre]:
    """Set a stage with all the hardships that this machine allows: a moody relay, a clock of its own, small disks where we are root."""
    port = free_port_of_loopback()
    size = next((size for most, size in _DISKS[kind].items() if readers <= most), "2g")
    small = {"state": "1m", "database": size} if os.geteuid() == 0 else {}
    relay = moody(port, every=EVERY, delay=delay)
    with theatre(kind, readers=readers, port=port, relay=relay, small=small, own_clock=Clock.there()) as stage:
        yield stage


def left_out() -> list[str]:
    """Return what cannot strike here, and why."""
    disks = [] if os.geteuid() == 0 else ["no disk fills up: only root may mount a small one; sudo ./run soak"]
    return disks + ([] if Clock.there() else ["no clock jumps: apt-get install faketime"])


def main() -> int:
    """Soak each database in turn and print the tables; ends with 1 where somebody was lost, too many came twice, or one a third time."""
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
    for line in left_out():
        sys.stdout.write(f"{line}\n")
    for kind in ("sqlite", "postgresql"):
        sys.stdout.write(f"soaking {kind} for {given.minutes:g} min, seed {seed}\n")
        sys.stdout.flush()
        with soaking(kind, readers=given.readers, delay=delay) as stage:
            reports.append(soak(stage, Report(kind=kind, readers=given.readers), random.Random(seed), seconds=given.minutes * 60))
    lines = table(reports)
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write is not None:
        write_into(given.write, lines)
    return 0 if all(one.faults and one.lost == 0 and one.twice <= one.allowed and one.most <= MOST_DOUBTS for one in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
