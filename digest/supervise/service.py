"""The service on one machine: broker, web, worker and beat, from settings."""

import fcntl
import os
import shutil
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from digest.errors import ProcessError
from digest.settings import Settings
from digest.supervise.broker import embedded_broker
from digest.supervise.processes import Program, Supervisor

# What is always short has a worker of its own: a busy one holds on to what it has fetched and not begun (docs/adr/0010).
PROMPT, LONG = ("tick", "confirm"), ("gather", "render", "deliver", "returns")


def open_listener(host: str, port: int) -> socket.socket:
    """Return a listening socket for the web, which outlives each web process; raises ProcessError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ProcessError(f"cannot listen on {host}:{port}: {error.strerror}; name another port with --port or DIGEST_WEB_PORT") from error
    listener.set_inheritable(True)
    return listener


@contextmanager
def running(
    settings: Settings, listener: socket.socket, environ: Mapping[str, str], others: Sequence[Program] = ()
) -> Iterator[Supervisor]:
    """Run the service, and `others` beside it, until the block ends; then everything is stopped and nothing is left.

    `environ` is what the processes get above this one's environment; it must lead them to the same settings.
    """
    environ = {**environ, "DIGEST_STATE": str(settings.state.absolute())}
    supervisor = Supervisor(settings.state / "log")
    programs = list(others)
    with ExitStack() as last:
        last.enter_context(_alone_on(settings.state))
        if "DIGEST_PUBLIC_URL" in environ:
            # `digest render` in another terminal writes the same links.
            _note(settings.state / "web.url", environ["DIGEST_PUBLIC_URL"], last)
        last.callback(supervisor.stop)
        if settings.broker_url is None:
            broker = embedded_broker(settings.state)
            last.callback(shutil.rmtree, broker.folder, ignore_errors=True)
            # `digest queues` in another terminal finds the broker by this note.
            _note(settings.state / "broker.url", broker.url, last)
            environ["DIGEST_BROKER_URL"] = broker.url
            programs.append(broker.program)
            # Registered last, so done first: the processes end before the socket's folder goes.
            last.callback(supervisor.stop)
        if settings.inbound is not None:
            programs.append(Program(name="inbound", command=[sys.executable, "-m", "digest", "inbound"], environ=environ))
        supervisor.start([*programs, *_programs(listener, settings.worker_processes, environ)])
        yield supervisor


@contextmanager
def _alone_on(state: Path) -> Iterator[None]:
    """Hold the state folder; raises ProcessError where another service runs on it. A lock dies with its process."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ProcessError(f"another digest runs on {state.absolute()}; stop it, or name another folder in DIGEST_STATE") from error
        yield


def _note(path: Path, text: str, last: ExitStack) -> None:
    path.write_text(text, "utf-8")
    last.callback(path.unlink, missing_ok=True)


def _programs(listener: socket.socket, processes: int, environ: Mapping[str, str]) -> list[Program]:
    celery = [sys.executable, "-m", "celery", "--app", "workers"]
    quiet = ["--loglevel", "WARNING"]
    fd = listener.fileno()

    def worker(name: str, queues: Sequence[str], count: int) -> Program:
        words = ["worker", "--queues", ",".join(queues), "--concurrency", str(count), "--hostname", f"{name}-{os.getpid()}@%h"]
        return Program(name=name, command=[*celery, *words, *quiet], environ=environ)

    return [
        Program(name="web", command=[sys.executable, "-m", "digest", "web", "--fd", str(fd)], environ=environ, sockets=(fd,)),
        worker("worker", LONG, processes),
        worker("prompt", PROMPT, 1),
        Program(name="beat", command=[*celery, "beat", "--pidfile", "", *quiet], environ=environ),
    ]
