"""Processes under the supervisor: what dies comes back with its group cleared, what will not start says why, stopping leaves nothing."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from digest.errors import ProcessError
from digest.settings import Settings
from digest.supervise.broker import embedded_broker
from digest.supervise.processes import PATIENCE, PATIENCE_WITH_THE_FIRST, Program, Supervisor
from digest.supervise.service import open_listener, running
from tests.processes import ROOT, wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
PARENT = [
    sys.executable,
    "-c",
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)",
]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]

# Goes once it is asked to and may: the file that it is given is there.
SLOW_TO_GO = """
import signal, sys, time
from pathlib import Path
def go(*_):
    print("asked to go", flush=True)
    while not Path(sys.argv[1]).exists():
        time.sleep(0.01)
    sys.exit(0)
signal.signal(signal.SIGTERM, go)
print("up", flush=True)
time.sleep(600)
"""

# What a machine that does much else may take for what is a moment elsewhere.
SOON = 60.0


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path / "log")
    yield made
    made.stop()


def test_a_killed_process_is_back_at_once_and_again_after_a_pause(supervisor: Supervisor) -> None:
    supervisor.start([Program(name="sleeper", command=SLEEPER)])
    for times in (1, 2, 3):
        before = supervisor.pids()["sleeper"]
        os.kill(before, signal.SIGKILL)
        wait_until(lambda before=before: supervisor.pids()["sleeper"] != before, seconds=SOON, why="the sleeper is back")  # type: ignore[misc]  # a default binds the loop's value
        assert supervisor.restarts()["sleeper"] == times


def test_what_a_dead_process_leaves_behind_is_ended_before_it_comes_back(supervisor: Supervisor) -> None:
    supervisor.start([Program(name="parent", command=PARENT)])
    first = psutil.Process(supervisor.pids()["parent"])
    wait_until(first.children, seconds=SOON, why="it has a child")
    (orphan,) = first.children()
    first.send_signal(signal.SIGKILL)
    wait_until(lambda: supervisor.restarts()["parent"] == 1, seconds=SOON, why="the parent is back")
    wait_until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE, seconds=SOON, why="the orphan is ended")


def test_one_that_ends_at_once_is_not_started_in_a_frenzy(supervisor: Supervisor) -> None:
    began = time.monotonic()
    supervisor.start([Program(name="brief", command=[sys.executable, "-c", "pass"])])
    wait_until(lambda: supervisor.restarts()["brief"] >= 4, seconds=SOON, why="it came back four times")
    # At once, then after pauses of a quarter, a half and a whole second.
    assert time.monotonic() - began >= 1.75


def test_what_ignores_its_end_is_waited_for_no_longer_than_the_ten_seconds_that_are_promised() -> None:
    said = re.search(r"Ends on Ctrl-C or SIGTERM within (\w+) seconds", (ROOT / "docs/reference/cli.md").read_text("utf-8"))
    assert said is not None
    assert said[1] == "ten"
    assert PATIENCE + PATIENCE_WITH_THE_FIRST <= 8, "two of the ten seconds are for whoever asks and whoever is killed"


def test_stopping_ends_even_what_ignores_it(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start([Program(name="stubborn", command=STUBBORN), Program(name="sleeper", command=SLEEPER)])
    wait_until(lambda: "up" in (tmp_path / "log" / "stubborn.log").read_text(), seconds=SOON, why="it is up")
    processes = [psutil.Process(pid) for pid in supervisor.pids().values()]
    began = time.monotonic()
    supervisor.stop(patience=1)
    assert 1 <= time.monotonic() - began < SOON, "it was left its second, and did not take its ten minutes"
    assert not any(process.is_running() for process in processes)


KEEPER = """
import sys, time
from pathlib import Path
from digest.supervise.processes import PATIENCE, PATIENCE_WITH_THE_FIRST, Program, Supervisor
supervisor = Supervisor(Path(sys.argv[1]))
supervisor.start([Program(name="sleeper", command=[sys.executable, "-c", "import time; time.sleep(600)"])])
print(*supervisor.pids().values(), flush=True)
time.sleep(600)
"""


def test_a_supervisor_that_is_killed_takes_its_programs_with_it(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", KEEPER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        sleeper = psutil.Process(int(keeper.stdout.readline()))
        assert sleeper.is_running()
        keeper.kill()
    wait_until(lambda: not sleeper.is_running() or sleeper.status() == psutil.STATUS_ZOMBIE, seconds=SOON, why="the sleeper is ended")


def test_what_came_back_runs_until_it_is_stopped(supervisor: Supervisor, tmp_path: Path) -> None:
    slow, may_go = tmp_path / "log" / "slow.log", tmp_path / "may-go"
    command = [sys.executable, "-c", SLOW_TO_GO, str(may_go)]
    supervisor.start([Program(name="first", command=SLEEPER, first=True), Program(name="slow", command=command)])
    wait_until(lambda: "up" in slow.read_text(), seconds=SOON, why="it is up")
    killed = supervisor.pids()["first"]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: supervisor.pids()["first"] != killed, seconds=SOON, why="the first is back")
    first = psutil.Process(supervisor.pids()["first"])
    stopping = threading.Thread(target=supervisor.stop, kwargs={"patience": SOON})
    stopping.start()
    wait_until(lambda: "asked to go" in slow.read_text(), seconds=SOON, why="it is asked to go")
    assert first.is_running(), "what came first goes last, also when it had come back"
    may_go.touch()
    stopping.join()
    assert not first.is_running()


def test_a_first_program_that_does_not_come_up_says_its_last_words(supervisor: Supervisor) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('the disk is full')"]
    with pytest.raises(ProcessError, match=r"broker did not start: the disk is full; its log is .*broker\.log"):
        supervisor.start([Program(name="broker", command=command, ready=lambda: False, first=True)])


def test_a_command_that_there_is_not_is_named(supervisor: Supervisor) -> None:
    with pytest.raises(ProcessError, match="cannot start ghost"):
        supervisor.start([Program(name="ghost", command=["/nowhere/ghost"])])


def test_the_brokers_socket_is_private_short_and_without_a_port(supervisor: Supervisor, tmp_path: Path) -> None:
    broker = embedded_broker(tmp_path)
    supervisor.start([broker.program])
    path = broker.folder / "broker.sock"
    assert len(str(path)) < 107
    assert broker.folder.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o700
    connections = psutil.Process(supervisor.pids()["broker"]).net_connections(kind="inet")
    assert connections == []
    wait_until(lambda: list((tmp_path / "broker").rglob("*.aof")), seconds=SOON, why="it keeps an append-only file")


def test_two_services_on_one_state_folder_are_refused(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path / "state")
    with (
        open_listener("127.0.0.1", 0) as one,
        open_listener("127.0.0.1", 0) as other,
        running(settings, one, {}),
        pytest.raises(ProcessError, match="another digest runs on"),
        running(settings, other, {}),
    ):
        pass
    assert not (tmp_path / "state" / "broker.url").exists()
