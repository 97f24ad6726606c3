"""`digest web` as a process: a broker that hangs holds no page up, and an open stream does not keep it from ending."""

import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil
import pytest

from digest.flows import signing_in
from digest.flows.signing_in import NewAccount
from digest.model.account import Role
from digest.model.ops import WorkerSeen
from digest.store import Database, heartbeats
from tests.processes import ended_after, environ, start, wait_until

TOKEN = "a token of the metrics"
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Web:
    process: subprocess.Popen[bytes]
    client: httpx.Client


@pytest.fixture
def web(database: Database, database_url: str, broker_url: str, free_port: int, tmp_path: Path) -> Iterator[Web]:
    """`digest web`, with somebody signed in."""
    new = NewAccount(email="ada@example.org", name="Ada", role=Role.VIEWER, password=PASSWORD)
    signing_in.add_account(database, new, now=datetime.now(UTC))
    token = tmp_path / "token"
    token.write_text(f"{TOKEN}\n")
    env = environ(database_url=database_url, broker_url=broker_url, state=tmp_path, secret="x" * 20, metrics_token_file=token)
    log = tmp_path / "log"
    process = start([sys.executable, "-m", "digest", "web", "--port", str(free_port)], env=env, log=log)
    base = f"http://127.0.0.1:{free_port}"
    with ended_after(process), httpx.Client(base_url=base, headers={"sec-fetch-site": "same-origin"}, timeout=60) as client:

        def answers() -> bool:
            try:
                return client.get("/healthz").status_code == 200
            except httpx.TransportError:
                return False

        wait_until(answers, seconds=60, why="the web answers", log=log)
        client.post("/sign-in", data={"email": "ada@example.org", "password": PASSWORD})
        yield Web(process=process, client=client)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_hanging_broker_is_said_within_seconds_by_page_readiness_and_metrics(web: Web, database: Database, broker_url: str) -> None:
    now = datetime.now(UTC)
    with database.writing() as session:
        heartbeats.beat(session, "tick", now=now)
        heartbeats.keep_worker(session, WorkerSeen(name="w@host", heard=now, active=()), now=now)
    assert web.client.get("/readyz").text == "ok\n"
    with stopped(broker_url):
        time.sleep(1)
        for path in ("/queues", "/readyz", "/metrics"):
            began = time.monotonic()
            answer = web.client.get(path, headers={"authorization": f"Bearer {TOKEN}"})
            assert time.monotonic() - began < 9, path
            said = {"/queues": "The broker does not answer.", "/readyz": "broker: it does not answer", "/metrics": "digest_broker_up 0"}
            assert said[path] in answer.text
            assert answer.status_code == (503 if path == "/readyz" else 200)
            assert web.client.get("/healthz").elapsed.total_seconds() < 9
    wait_until(lambda: web.client.get("/readyz").text == "ok\n", seconds=60, why="the broker is found again")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_web_ends_in_time_while_somebody_looks(web: Web) -> None:
    with web.client.stream("GET", "/queues/live") as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if re.search(r"\bQueues\b", line))
        began = time.monotonic()
        web.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(httpx.TransportError):
            list(lines)
    web.process.wait(timeout=60)
    assert time.monotonic() - began < 30


@contextmanager
def stopped(broker_url: str) -> Iterator[None]:
    """Hold the broker still, as a machine without memory would."""
    path = broker_url.partition("://")[2].partition("?")[0]
    broker = next(child for child in psutil.Process().children() if path in " ".join(child.cmdline()))
    broker.suspend()
    try:
        yield
    finally:
        broker.resume()
