"""A reader who subscribes during a large mailing gets their letter at once: it stands behind no chunk."""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.audience.consent import WORDING
from digest.demo.sink import Sink, read_log
from digest.flows import consenting, sending
from digest.flows.consenting import Asking
from digest.settings import Settings
from digest.store import Database, mailings
from digest.store.consents import Proof
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import environ, kill_tree, start, wait_until
from workers.app import make_app
from workers.queues import depth

READER = "prompt@example.org"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_letter_of_confirmation_waits_behind_no_mailing(database: Database, database_url: str, broker_url: str, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    record = approved_edition(database, readers=600, now=now)
    # A slow relay: one message takes a second, so that each process has a chunk in hand for long.
    with Sink(tmp_path / "mail", delay=1.0, keep_files=False) as sink:
        env = environ(
            database_url=database_url,
            broker_url=broker_url,
            state=tmp_path / "state",
            secret=SECRET.decode(),
            transport=f"smtp+plain://127.0.0.1:{sink.port}",
            chunk_size=50,
            tick_seconds=0.5,
            sweep_seconds=1,
        )
        log = tmp_path / "said"
        process = start([sys.executable, "-m", "digest", "up", "--port", "0"], env=env, log=log)
        app = make_app(Settings(state=tmp_path, broker_url=broker_url))

        def arrived() -> list[str]:
            return [one.rcpt for one in read_log(tmp_path / "mail")]

        try:
            mailing = sending.send_now(database, record.id, who="Nadia", now=datetime.now(UTC), chunk_size=50)
            wait_until(lambda: len(arrived()) >= 8 and depth(app, "deliver") >= 5, seconds=60, why="the mailing is under way", log=log)
            asking = Asking(newsletter_id="weekly", address=READER, proof=Proof(form="page", wording=WORDING))
            asked = time.monotonic()
            consenting.ask(database, SECRET, asking, now=datetime.now(UTC))
            wait_until(lambda: READER in arrived(), seconds=60, why="the letter is there", log=log)
            assert time.monotonic() - asked < 30
            assert depth(app, "deliver") >= 1, "the mailing was over, so nothing was shown"
            with database.reading() as session:
                assert mailings.counts(session, mailing.id).pending > 100
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            kill_tree(process)
