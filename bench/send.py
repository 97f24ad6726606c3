"""Sending against Postfix's C load generator `smtp-source`, into its `smtp-sink`, in the same run; `./run bench send`.

Rounds of ours and theirs in turn, the median of each; a table for docs/performance.md goes to stderr. Needs Debian's package
postfix for the two programs; nothing of it runs as a service. `--tiny` sends a few mails, to see that all of it runs.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from celery import Celery

from bench.letter import DOMAIN, mail, offer
from digest.deliver.dkim import Key, Signer, keep_key, make_key
from digest.deliver.message import Splicer
from digest.deliver.relay import read_relay
from digest.deliver.smtp import SmtpTransport
from digest.model.mailing import MailingState, Rendered
from tests.faults.theatre import Theatre, theatre
from tests.processes import free_port_of_loopback
from workers.queues import QUEUES, ROUTES, TICK

PROCESSES = 2
LANES = 4
SIZES = (53_000, 12_000)
# What a round trip to a relay in another country takes, and how many connections such a relay lets us have.
FAR_SECONDS = 0.020
FAR_CONNECTIONS = 10
KEYS = {"Ed25519": make_key(DOMAIN, "e1", ed25519_key=True), "RSA-2048": make_key(DOMAIN, "r1")}
Case = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How much is sent: rounds of each case, mails of the transport alone and of smtp-source, readers of a mailing, near and far."""

    rounds: int = 3
    messages: int = 6_000
    readers: int = 12_000
    far_messages: int = 800
    far_readers: int = 4_000


TINY = Scale(rounds=1, messages=40, readers=40, far_messages=20, far_readers=20)


def source(port: int, size: int, messages: int) -> float:
    """Return the messages a second of smtp-source, over ten connections."""
    command = ["smtp-source", "-d", "-s", "10", "-m", str(messages), "-l", str(size), "-f", "a@b.example", "-t", "c@d.example"]
    began = time.perf_counter()
    subprocess.run([*command, f"127.0.0.1:{port}"], check=True)
    return messages / (time.perf_counter() - began)


def transport(port: int, rendered: Rendered, signer: Signer | None, messages: int) -> float:
    """Return the messages a second of two processes with four lanes each, without Celery and ledger."""
    began = time.perf_counter()
    children = []
    for _ in range(PROCESSES):
        child = os.fork()
        if child == 0:
            _carry(port, Splicer(rendered, signer), messages // PROCESSES)
            os._exit(0)
        children.append(child)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    if any(statuses):
        raise SystemExit("a sending process failed")
    return messages / (time.perf_counter() - began)


def _carry(port: int, splicer: Splicer, messages: int) -> None:
    relay = SmtpTransport(read_relay(f"smtp+plain://127.0.0.1:{port}?connections={LANES}&messages=100000"))
    offers = (offer(splicer, b"a secret of the bench", number) for number in range(messages))
    sent = sum(1 for _ in relay.carry(offers))
    relay.close()
    if sent != messages:
        os._exit(1)


def whole(stage: Theatre, broker: Celery, size: int, readers: int) -> float:
    """Return the messages a second from opening a mailing to its end: Celery, ledger, journal, pace, tokens and return paths.

    The sweep is asked for at once, as by the tick that releases an edition.
    """
    rendered, began = mail(size), time.perf_counter()
    mailing_id = stage.open_mailing(rendered, chunk=500)
    broker.send_task("digest.sweep")
    # Asked rarely: each look takes from those who are measured.
    while stage.state(mailing_id) is not MailingState.DONE:
        time.sleep(0.05)
        if time.perf_counter() - began > 300:
            sys.exit(f"bench send: the mailing does not end: {stage.counts(mailing_id)}\n{stage.log.read_text('utf-8', 'replace')[-3000:]}")
    rate = readers / (time.perf_counter() - began)
    if stage.counts(mailing_id).sent != readers:
        sys.exit(f"bench send: not everybody was sent to: {stage.counts(mailing_id)}")
    return rate


def compared(name: str, rounds: int, theirs: Callable[[], float], ours: Callable[[], float]) -> Case:
    """Measure the reference and ours in turn and return the medians as a case."""
    pairs = [(theirs(), ours()) for _ in range(rounds)]
    reference, figure = (statistics.median(rate) for rate in zip(*pairs, strict=True))
    ratio = statistics.median(mine / other for other, mine in pairs)
    return {
        "case": name,
        "figure": round(figure),
        "unit": "messages/s",
        "reference": round(reference),
        "reference_name": "smtp-source -d -s 10",
        "ratio": round(ratio, 2),
    }


def sink_command(port: int) -> list[str]:
    """Return how smtp-sink is started; as root it wants to be somebody else."""
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    return ["smtp-sink", *user, f"127.0.0.1:{port}", "1000"]


@contextmanager
def running(command: list[str]) -> Iterator[None]:
    """Run a server of loopback for the length of the block."""
    process = subprocess.Popen(command)
    time.sleep(0.5)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def transports(scale: Scale) -> list[Case]:
    """Measure the transport alone."""
    port, cases = free_port_of_loopback(), []
    with running(sink_command(port)):
        for size in SIZES:
            theirs, ours = partial(source, port, size, scale.messages), partial(transport, port, mail(size), None, scale.messages)
            cases.append(compared(f"transport alone, {size // 1000} KB", scale.rounds, theirs, ours))
    return cases


@contextmanager
def stage_on(kind: str, readers: int, relay: list[str], settings: Mapping[str, object]) -> Iterator[tuple[Theatre, Celery]]:
    """Set a stage with one worker of two processes at the pace and the rhythm that an installation has, and warm it up."""
    usual: dict[str, object] = {"tick_seconds": 5, "sweep_seconds": 15, "lease_seconds": 90}
    with theatre(kind, readers=readers, port=0, relay=relay, workers=1, settings=usual | dict(settings)) as stage:
        broker = Celery(broker=stage.env["DIGEST_BROKER_URL"].replace("unix://", "redis+socket://", 1))
        broker.conf.update(task_queues=QUEUES, task_routes=ROUTES, task_default_queue=TICK, task_ignore_result=True)
        whole(stage, broker, 12_000, readers)
        yield stage, broker


def near(kind: str, scale: Scale, keys: Mapping[str, Key]) -> list[Case]:
    """Measure everything on a database of that kind, with a relay on this machine; with each of the keys as well."""
    port, cases = free_port_of_loopback(), []
    # Pacing is on, at a pace that nobody reaches.
    settings = {"transport": f"smtp+plain://127.0.0.1:{port}?connections={LANES}&messages=100000&rate=1000000"}
    with stage_on(kind, scale.readers, sink_command(port), settings) as (stage, broker):
        for size in SIZES:
            theirs, ours = partial(source, port, size, scale.messages), partial(whole, stage, broker, size, scale.readers)
            cases.append(compared(f"whole, {kind}, {size // 1000} KB", scale.rounds, theirs, ours))
        for name, key in keys.items():
            kept = keep_key(Path(stage.env["DIGEST_STATE"]) / "dkim", key)
            # Keys are read when a process begins.
            stage.kill("worker0")
            whole(stage, broker, 12_000, scale.readers)
            theirs, ours = partial(source, port, 53_000, scale.messages), partial(whole, stage, broker, 53_000, scale.readers)
            cases.append(compared(f"whole, {kind}, 53 KB, {name}", scale.rounds, theirs, ours))
            kept.unlink()
    return cases


def far(scale: Scale) -> Case:
    """Measure everything with a relay that is 20 ms away, over ten connections on either side."""
    port, behind = free_port_of_loopback(), free_port_of_loopback()
    lanes = FAR_CONNECTIONS // PROCESSES
    settings = {"transport": f"smtp+plain://127.0.0.1:{port}?connections={lanes}&messages=100000&rate=1000000"}
    proxy = [sys.executable, "-m", "bench.delay", str(port), str(behind), str(FAR_SECONDS / 2)]
    with running(proxy), stage_on("postgresql", scale.far_readers, sink_command(behind), settings) as (stage, broker):
        theirs = partial(source, port, 12_000, scale.far_messages)
        ours = partial(whole, stage, broker, 12_000, scale.far_readers)
        return compared("whole, postgresql, 12 KB, 20 ms away, 10 connections", scale.rounds, theirs, ours)


def beside(cases: list[Case], size: int) -> Case:
    """Return how SQLite does beside PostgreSQL, each by its share of the reference in its own minute."""
    shares = {str(case["case"]): case for case in cases}
    sqlite, postgresql = (shares[f"whole, {kind}, {size // 1000} KB"] for kind in ("sqlite", "postgresql"))
    return {
        "case": f"SQLite beside PostgreSQL, {size // 1000} KB",
        "figure": sqlite["ratio"],
        "unit": "of smtp-source",
        "reference": postgresql["ratio"],
        "reference_name": "PostgreSQL",
        "ratio": round(float(str(sqlite["ratio"])) / float(str(postgresql["ratio"])), 2),
    }


def table(cases: list[Case]) -> str:
    """Return the cases as a table in Markdown."""
    rows = [
        f"| {one['case']} | {one['figure']} {one['unit']} | {one['reference']} ({one['reference_name']}) | {one['ratio']} |"
        for one in cases
    ]
    return "\n".join(["| case | ours | reference | ratio |", "|---|---|---|---|", *rows])


def main() -> None:
    """Measure and print one JSON object."""
    if shutil.which("smtp-sink") is None or shutil.which("smtp-source") is None:
        sys.exit("bench send: needs smtp-sink and smtp-source; install Debian's package postfix")
    if "--tiny" in sys.argv:
        cases = [*transports(TINY), *near("sqlite", TINY, {"Ed25519": KEYS["Ed25519"]}), far(TINY)]
    else:
        scale = Scale()
        cases = [*transports(scale), *near("postgresql", scale, KEYS), *near("sqlite", scale, {}), far(scale)]
        cases += [beside(cases, size) for size in SIZES]
    print(table(cases), file=sys.stderr)
    print(json.dumps({"name": "send", "cases": cases}))


if __name__ == "__main__":
    main()
