"""The health checks of compose.yaml, run for real beside what they ask: they pass when it works and fail when it does not."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from digest.settings import load_settings
from tests.deploy.conftest import Broker, Healthy, Running
from tests.deploy.files import SECRETS, compose
from tests.processes import environ, kill_group, wait_until
from workers.app import make_app


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> dict[str, object]:
    """Settings on a fresh database of the test's own."""
    database = tmp_path / "state" / "digest.db"
    database.parent.mkdir()
    database.write_bytes(sqlite_template.read_bytes())
    return {"state": tmp_path / "state", "database_url": f"sqlite:///{database}", "secret": "a secret of sixteen or more"}


def ours(**settings: object) -> dict[str, str]:
    """The settings as variables."""
    return {name: value for name, value in environ(**settings).items() if name.startswith("DIGEST_")}


def read_word(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as talk:
        talk.sendall(b"PING\r\n")
        return talk.recv(64)


def test_the_web_is_healthy_while_it_answers(
    healthy: Healthy, running: Running, free_port: int, settings: dict[str, object], tmp_path: Path
) -> None:
    assert not healthy("web", DIGEST_WEB_PORT=free_port), "nobody listens yet"
    with running("web", web_port=free_port, **settings) as web:
        wait_until(lambda: healthy("web", DIGEST_WEB_PORT=free_port), seconds=60, why="the web is healthy", log=tmp_path / "log")
        # A proxy of the settings is none for a question to oneself.
        assert healthy("web", DIGEST_WEB_PORT=free_port, http_proxy="http://127.0.0.1:9")
        web.send_signal(signal.SIGSTOP)
        assert not healthy("web", DIGEST_WEB_PORT=free_port), "it hangs"
    assert not healthy("web", DIGEST_WEB_PORT=free_port), "it has ended"


@pytest.mark.parametrize("scheme", ["lmtp", "smtp"])
def test_the_way_in_for_returned_mail_is_healthy_while_it_greets(  # noqa: PLR0917  fixtures are parameters
    healthy: Healthy, running: Running, free_port: int, settings: dict[str, object], tmp_path: Path, scheme: str
) -> None:
    place = f"{scheme}://127.0.0.1:{free_port}"
    assert not healthy("inbound", DIGEST_INBOUND=place), "nobody listens yet"
    with running("inbound", inbound=place, **settings) as inbound:
        wait_until(lambda: healthy("inbound", DIGEST_INBOUND=place), seconds=60, why="it takes mail in", log=tmp_path / "log")
        inbound.send_signal(signal.SIGSTOP)
        assert not healthy("inbound", DIGEST_INBOUND=place), "it hangs"


def test_a_worker_is_healthy_while_it_answers_by_way_of_the_broker(
    healthy: Healthy, running: Running, valkey: Broker, settings: dict[str, object], tmp_path: Path
) -> None:
    settings |= {"broker_url": valkey.url}
    control = make_app(load_settings(environ=ours(**settings))).control
    with running("worker-gather", **settings) as gather, running("worker-deliver", **settings):
        wait_until(lambda: len(control.ping(timeout=0.5) or ()) == 2, seconds=60, why="two workers answer", log=tmp_path / "log")
        assert healthy("worker-gather", **ours(**settings))
        gather.send_signal(signal.SIGSTOP)
        assert not healthy("worker-gather", **ours(**settings)), "it hangs"
        assert healthy("worker-deliver", **ours(**settings)), "that one does not"


def test_a_worker_without_its_broker_is_not_healthy(healthy: Healthy, free_port: int, settings: dict[str, object]) -> None:
    assert not healthy("worker-gather", **ours(broker_url=f"redis://127.0.0.1:{free_port}/0", **settings))


def test_beat_is_healthy_while_it_goes_round_and_not_when_it_hangs(
    healthy: Healthy, running: Running, valkey: Broker, settings: dict[str, object], tmp_path: Path
) -> None:
    log, sign = tmp_path / "log", Path(str(settings["state"])) / "beat-alive"
    assert not healthy("beat", DIGEST_STATE=sign.parent), "it never ran"
    with running("beat", broker_url=valkey.url, **settings) as beat:
        wait_until(lambda: healthy("beat", DIGEST_STATE=sign.parent), seconds=60, why="beat is healthy", log=log)
        first = sign.stat().st_mtime
        wait_until(lambda: sign.stat().st_mtime > first, seconds=60, why="beat goes round again", log=log)
        beat.send_signal(signal.SIGSTOP)
        # What sixty-one seconds of standing still would make of it.
        stale = time.time() - 61
        os.utime(sign, (stale, stale))
        assert not healthy("beat", DIGEST_STATE=sign.parent), "it hangs"
        beat.send_signal(signal.SIGCONT)
        wait_until(lambda: healthy("beat", DIGEST_STATE=sign.parent), seconds=60, why="beat is healthy again", log=log)


def test_the_broker_is_healthy_while_it_lets_us_in(healthy: Healthy, valkey: Broker, tmp_path: Path) -> None:
    asked = {"VALKEY_PORT": valkey.port, "VALKEY_CONF": valkey.conf}
    assert healthy("valkey", **asked)
    assert read_word(valkey.port).startswith(b"-NOAUTH"), "nobody gets in without the password"
    wrong = tmp_path / "wrong"
    wrong.write_text("requirepass another\n", "utf-8")
    assert not healthy("valkey", **{**asked, "VALKEY_CONF": wrong})
    assert (tmp_path / "data" / "appendonlydir").is_dir(), "what waits survives a restart"
    assert b"5ecret" not in Path(f"/proc/{valkey.process.pid}/cmdline").read_bytes()
    kill_group(valkey.process)
    assert not healthy("valkey", **asked)


def test_the_database_is_healthy_while_it_takes_connections(healthy: Healthy, postgres_server: str, free_port: int) -> None:
    folder = postgres_server.partition("host=")[2]
    assert healthy("postgres", PGHOST=folder)
    assert not healthy("postgres", PGPORT=free_port), "nobody listens on 127.0.0.1 there"


def test_the_mail_sink_is_healthy_while_it_takes_mail(healthy: Healthy, running: Running, free_port: int, tmp_path: Path) -> None:
    swap = {"/var/lib/digest": str(tmp_path / "mail"), "2525": str(free_port)}
    assert not healthy("mail-sink", SINK_PORT=free_port)
    with running("mail-sink", swap=swap):
        wait_until(lambda: healthy("mail-sink", SINK_PORT=free_port), seconds=60, why="the sink is healthy", log=tmp_path / "log")
    assert not healthy("mail-sink", SINK_PORT=free_port)


def test_flower_does_not_start_without_a_login_and_gets_it_by_environment(programs: str, tmp_path: Path) -> None:
    known = compose()["services"]["flower"]
    command = [word.replace(SECRETS, str(tmp_path)) for word in known["command"]]
    fake = tmp_path / "bin" / "celery"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$1 $FLOWER_BASIC_AUTH $CELERY_BROKER_URL"\n', "utf-8")
    fake.chmod(0o755)
    (tmp_path / "broker_url").write_text("redis://valkey:6379/0\n", "utf-8")
    said = []
    for login in (None, "", "nadia:", "nadia:long"):
        if login is not None:
            (tmp_path / "flower_login").write_text(login, "utf-8")
        env = {"PATH": f"{fake.parent}{os.pathsep}{programs}"}
        ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=10, check=False)
        said.append((ran.returncode == 0, ran.stdout))
    assert said == [*[(False, "")] * 3, (True, "flower nadia:long redis://valkey:6379/0\n")]
    assert known["environment"] == {"FLOWER_READ_ONLY": "true"}
