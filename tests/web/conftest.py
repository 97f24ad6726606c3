"""The newsroom on a real SQLite database, served by uvicorn on loopback."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

from digest.render.places import template_roots
from digest.render.press import open_press
from digest.runtime import Runtime
from digest.settings import Settings
from digest.web.app import create_app
from tests.web.furnished import furnish
from tests.web.newsroom import SECRET, Desk, Served

# Playwright's own five seconds are short on a machine that does much else.
expect.set_options(timeout=30_000)

QUIET = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a newsletter, a draft, three readers and three accounts; each test gets a copy."""
    path = tmp_path_factory.mktemp("newsroom") / "digest.db"
    database = furnish(f"sqlite:///{path}")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The server, on a free port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with open_press(template_roots(), f"http://127.0.0.1:{port}") as press:
            served = Served(port, press)
            server = uvicorn.Server(uvicorn.Config(served, log_level="critical", lifespan="off", ws="none", access_log=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.005)
            yield served
            server.should_exit = True
            thread.join(10)


@pytest.fixture
def desk(newsroom: Path, served: Served, tmp_path: Path) -> Iterator[Desk]:
    """The web with its own copy of the newsroom."""
    shutil.copy(newsroom, tmp_path / "digest.db")
    runtime = Runtime(Settings(state=tmp_path, secret=SECRET, web_port=served.port))
    runtime.__dict__["press"] = served.press
    desk = Desk(url=f"http://127.0.0.1:{served.port}", runtime=runtime)
    served.app = create_app(runtime, clock=lambda: desk.now)
    yield desk
    for client in desk.clients:
        client.close()
    del runtime.__dict__["press"]
    runtime.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real Chromium, without what it would ask of the network by itself; for one file, since two do not share a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield browser
        browser.close()
