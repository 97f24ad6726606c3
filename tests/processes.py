"""Real processes of the service for the tests: settings by environment, a worker and a beat in groups of their own."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]


def environ(**settings: object) -> dict[str, str]:
    """This process's environment with these settings and no other DIGEST_*."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DIGEST_", "COV_"))}
    return {**clean, "PYTHONPATH": str(ROOT), **{f"DIGEST_{name.upper()}": str(value) for name, value in settings.items()}}


def start(command: list[str], *, env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, its words going to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command, env=dict(env), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def start_worker(env: Mapping[str, str], log: Path, *, processes: int = 2) -> subprocess.Popen[bytes]:
    """Start `celery -A workers worker`, as an operator would."""
    name = f"w{time.monotonic_ns()}@%h"
    command = [sys.executable, "-m", "celery", "-A", "workers", "worker", "-c", str(processes), "-n", name, "-l", "WARNING"]
    return start(command, env=env, log=log)


def start_beat(env: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start `celery -A workers beat`, as an operator would."""
    return start([sys.executable, "-m", "celery", "-A", "workers", "beat", "--pidfile", "", "-l", "WARNING"], env=env, log=log)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL the whole group of a process that we started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL a process that we started and all below it, in whichever groups they are."""
    below = []
    with contextlib.suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
    kill_group(process)
    for child in below:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def wait_until(true: Callable[[], object], *, seconds: float, why: str, log: Path | None = None) -> None:
    """Wait until `true()` holds; fails with what the log said last."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            said = log.read_text("utf-8", "replace")[-3000:] if log and log.is_file() else ""
            raise AssertionError(f"waited {seconds} s, but not: {why}\n{said}")
        time.sleep(0.02)


def free_port_of_loopback() -> int:
    """A port of loopback that nobody listens on, and that nobody gets by chance before it is used.

    The kernel hands ports of its own range to whoever connects or asks for any, so this one lies outside of it. Linux: other runs of
    the tests do not choose it either while this process lives, since it holds an abstract socket of that number's name.
    """
    low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split())
    ports = [port for port in range(10_000, 65_536) if not low <= port <= high] or list(range(10_000, 65_536))
    # Not `random`: pytest-randomly seeds it alike in all runs.
    first = secrets.randbelow(len(ports))
    for port in ports[first:] + ports[:first]:
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0digest tests port {port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
        else:
            # The descriptor stays open as long as this process lives.
            mark.detach()
            return port
    raise AssertionError("no port of loopback is free")


@contextmanager
def ended_after(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """End these at the end of the block, whatever happens in it."""
    try:
        yield
    finally:
        for process in processes:
            kill_group(process)
