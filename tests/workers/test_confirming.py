"""A request becomes a message by the tick and a letter by a worker's task; the database, not the queue, remembers it."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from celery import Celery

import workers.app
from digest.flows import consenting
from digest.flows.consenting import Asking
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import newsletters
from digest.store.consents import Proof
from tests.flows.newsroom import NEWSLETTER
from workers.app import make_app
from workers.queues import broker_client, depth


@pytest.fixture
def app(broker_url: str, tmp_path: Path) -> Iterator[Celery]:
    made = make_app(Settings(state=tmp_path, broker_url=broker_url))
    made.loader.import_default_modules()
    made.set_current()
    before = workers.app._open.pop(os.getpid(), None)
    yield made
    workers.app._open.pop(os.getpid()).close()
    if before is not None:
        workers.app._open[os.getpid()] = before


def test_the_tick_publishes_each_request_once_and_the_task_sends_its_letter(app: Celery, tmp_path: Path) -> None:
    runtime = Runtime(app.conf.digest_settings)
    now = datetime.now(UTC)
    with runtime.database.writing() as session:
        newsletters.keep(session, NEWSLETTER, now=now)
    for address in ("ada@example.net", "ADA@example.net"):
        asking = Asking(newsletter_id="weekly", address=address, proof=Proof(form="page", wording="2026-11"))
        consenting.ask(runtime.database, runtime.secret, asking, now=now)
    for _ in range(2):
        app.tasks["digest.tick"].apply(throw=True)
    assert (depth(app, "confirm"), depth(app, "deliver")) == (1, 0)
    for _ in range(2):
        app.tasks["digest.confirm"].apply(args=(1,), throw=True)
    (letter,) = (tmp_path / "outbox").glob("*.eml")
    assert b"To: ada@example.net\r\n" in letter.read_bytes()
    # A queue that was wiped forgets a message; what is out is not published again.
    with broker_client(app) as client:
        client.flushall()
    app.tasks["digest.tick"].apply(throw=True)
    assert depth(app, "confirm") == 0
    runtime.close()
