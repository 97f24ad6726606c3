"""`digest demo`: the whole service on loopback, one edition through all its rooms, and where to look."""

import os
import signal
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from rich.console import Console

from digest.demo import report
from digest.demo.play import Played, play
from digest.demo.stage import EDITOR, Stage, furnish, players, set_stage
from digest.errors import ProcessError
from digest.runtime import Runtime
from digest.settings import CONFIG_VARIABLE, PREFIX
from digest.supervise.service import open_listener, running


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """How to play it: end when it is out, how many readers, the web's port (0: a free one), a folder for the mails."""

    once: bool
    readers: int
    port: int
    out: Path | None


class _StoppedError(Exception):
    """Somebody pressed Ctrl-C, or told us to end."""


def run_demo(demo: Demo) -> None:
    """Play it; returns when it is over, raises ProcessError where not every reader got exactly one good message."""
    console = Console(highlight=False, soft_wrap=True)
    for variable in [name for name in os.environ if name.startswith(PREFIX)]:
        # A demo touches nothing that these lead to.
        del os.environ[variable]
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _stop)
    started, now = time.monotonic(), datetime.now(UTC)
    with open_listener("127.0.0.1", demo.port) as listener:
        stage = set_stage(web_port=listener.getsockname()[1], out=demo.out)
        console.print(f"state, logs and mails: {stage.settings.state}", markup=False)
        runtime = Runtime(stage.settings)
        try:
            console.print(f"furnishing: a newsletter, two feeds, {demo.readers} readers, an editor")
            furnish(runtime, stage, readers=demo.readers, now=now)
            with running(stage.settings, listener, {CONFIG_VARIABLE: str(stage.config)}, players(stage, now=now)) as supervisor:
                console.print("running: " + ", ".join(f"{name} ({pid})" for name, pid in supervisor.pids().items()))
                played = play(runtime, console)
                result = report.count(stage.mail, played, readers=demo.readers, seconds=time.monotonic() - started)
                written = report.write(result, stage.mail)
                report.show(result, console)
                if not demo.once:
                    _show_where(console, stage, played)
                    threading.Event().wait()
        except _StoppedError:
            console.print("stopped")
            return
        finally:
            runtime.close()
    if not result.good:
        raise ProcessError(f"not every reader got exactly one good message: see {written} and {stage.mail}")


def _stop(_signal: int, _frame: FrameType | None) -> None:
    # Once: a second Ctrl-C must not cut the stopping short.
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    raise _StoppedError


def _show_where(console: Console, stage: Stage, played: Played) -> None:
    base = stage.settings.public_url
    delivered = next(iter(sorted(stage.mail.glob("*.eml"))), stage.mail)
    edition = played.preview.record.id
    console.print("\nwhere to look")
    console.print(f"  the desk            {base}/  (sign in as {EDITOR}, password {stage.password})", markup=False)
    console.print(f"  the edition         {base}/editions/{edition}", markup=False)
    console.print(f"  as readers see it   {base}/archive/{played.preview.newsletter.id}/{played.preview.record.number}", markup=False)
    console.print(f"  the sample outlet   {stage.outlet_url}/", markup=False)
    console.print(f"  a delivered mail    {delivered}", markup=False)
    console.print("Ctrl-C ends it")
