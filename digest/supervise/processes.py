"""Processes: what dies comes back, what is stopped leaves nothing behind, and where we are killed they end as well."""

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from digest.errors import ProcessError
from digest.log import get_log

log = get_log("supervise")

_CALM = 10.0
_LONGEST_PAUSE = 4.0
# Seconds that programs have to end, and then those that came first: together less than the ten that `digest up` promises.
PATIENCE = 6.0
PATIENCE_WITH_THE_FIRST = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A process to keep alive: its name, command, what is added to the environment, and inherited sockets.

    `first` programs start before the others, each once the one before it is `ready`, and stop after them.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    sockets: Sequence[int] = ()
    ready: Callable[[], bool] = lambda: True
    first: bool = False


class _Child:
    """One program's present process, in a process group of its own."""

    def __init__(self, program: Program, log_folder: Path) -> None:
        self.program = program
        self.restarts = -1
        self._log = log_folder / f"{program.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = 0.0

    def start(self) -> None:
        self.restarts += 1
        self._started = time.monotonic()
        if shutil.which(self.program.command[0]) is None:
            raise ProcessError(f"cannot start {self.program.name}: there is no program {self.program.command[0]}")
        with self._log.open("ab") as output:
            try:
                self._process = subprocess.Popen(  # noqa: S603  the command is ours
                    [*_leash(), *self.program.command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **self.program.environ},
                    pass_fds=tuple(self.program.sockets),
                    # A group of its own: Ctrl-C reaches us alone, and what a dead worker leaves can be ended by its group.
                    start_new_session=True,
                )
            except OSError as error:
                raise ProcessError(f"cannot start {self.program.name} ({self.program.command[0]}): {error.strerror}") from error

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def keep(self) -> None:
        """Start the process again where it has ended: at once if it had run a while, else after a growing pause."""
        if self._process is None or self._process.poll() is None:
            return
        ran = time.monotonic() - self._started
        if ran > _CALM:
            self._pause = 0.0
        if ran < self._pause:
            return
        self._pause = min(max(0.25, self._pause * 2), _LONGEST_PAUSE)
        log.warning("came back", program=self.program.name, ended=self._process.returncode)
        self.kill()
        self.start()

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End what is left of the group, the process itself included."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Supervisor:
    """Keeps programs running until it is stopped; their output goes to a log file each."""

    def __init__(self, log_folder: Path) -> None:
        log_folder.mkdir(parents=True, exist_ok=True)
        self._log_folder = log_folder
        self._children: list[_Child] = []
        self._ended, self._left = threading.Event(), threading.Event()
        self._keeping = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def start(self, programs: Sequence[Program], *, patience: float = 20.0) -> None:
        """Start all programs, those that come `first` one by one; raises ProcessError where one of them is not ready in time."""
        for program in sorted(programs, key=lambda one: not one.first):
            child = _Child(program, self._log_folder)
            child.start()
            self._children.append(child)
            if program.first:
                self._await(child, patience)
        self._thread.start()

    def pids(self) -> dict[str, int]:
        """Return the process id of each program."""
        return {child.program.name: child.pid for child in self._children if child.pid is not None}

    def restarts(self) -> dict[str, int]:
        """Return how often each program came back."""
        return {child.program.name: child.restarts for child in self._children}

    def stop(self, *, patience: float = PATIENCE) -> None:
        """End everything: the programs, then those that came first; whoever does not go within `patience` is killed."""
        self._ended.set()
        # What is being started just now is waited for; after it nothing more is.
        with self._keeping:
            pass
        for first in (False, True):
            group = [child for child in self._children if child.program.first is first]
            for child in group:
                child.ask_to_end()
            deadline = time.monotonic() + (patience if not first else PATIENCE_WITH_THE_FIRST)
            while time.monotonic() < deadline and not all(child.has_ended() for child in group):
                time.sleep(0.05)
            for child in group:
                child.kill()
        self._children.clear()
        self._left.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            with self._keeping:
                self._keep()
        # What this thread started ends with it (see `_leash`): it stays until all have been stopped in their order.
        self._left.wait()

    def _keep(self) -> None:
        for child in self._children:
            if self._ended.is_set():
                return
            try:
                child.keep()
            except ProcessError as error:
                log.warning("not started", why=str(error))

    def _await(self, child: _Child, patience: float) -> None:
        deadline = time.monotonic() + patience
        while not child.program.ready():
            if child.has_ended() or time.monotonic() > deadline:
                child.kill()
                tail = (self._log_folder / f"{child.program.name}.log").read_text("utf-8", "replace").strip().splitlines()[-1:]
                said = f": {tail[0]}" if tail else ""
                raise ProcessError(f"{child.program.name} did not start{said}; its log is {self._log_folder / child.program.name}.log")
            time.sleep(0.05)


@cache
def _leash() -> tuple[str, ...]:
    """Return what goes before a command, so that it is asked to end when we are killed (PR_SET_PDEATHSIG); nothing where that cannot be.

    Linux lays it to the thread that started the process, not to the whole of ours.
    """
    leash = (shutil.which("setpriv") or "setpriv", "--pdeathsig", "TERM")
    with contextlib.suppress(OSError):
        # Only the one of util-linux knows it.
        if subprocess.run([*leash, "true"], capture_output=True, check=False).returncode == 0:  # noqa: S603  the command is ours
            return leash
    return ()
