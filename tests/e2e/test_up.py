"""`digest up` on real servers: PostgreSQL and Valkey/Redis by their addresses, the same code, the same edition."""

import os
import re
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.demo.sink import Sink, tally
from digest.flows import sending
from digest.model.mailing import MailingState
from digest.store import Database, mailings
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import environ, kill_tree, start, wait_until


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_up_on_postgresql_and_a_broker_by_address_sends_an_edition(
    database: Database, database_url: str, broker_url: str, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    record = approved_edition(database, readers=30, now=now)
    with Sink(tmp_path / "mail") as sink:
        env = environ(
            database_url=database_url,
            broker_url=broker_url,
            state=tmp_path / "state",
            secret=SECRET.decode(),
            transport=f"smtp+plain://127.0.0.1:{sink.port}",
            tick_seconds=0.5,
            sweep_seconds=1,
        )
        log = tmp_path / "said"
        process = start([sys.executable, "-m", "digest", "up", "--port", "0"], env=env, log=log)
        try:
            wait_until(lambda: "digest is up" in log.read_text(), seconds=60, why="digest is up", log=log)
            mailing = sending.send_now(database, record.id, who="Nadia", now=datetime.now(UTC), chunk_size=10)
            wait_until(lambda: state(database, mailing.id) is MailingState.DONE, seconds=60, why="the mailing is done", log=log)
            assert re.search(r"http://127\.0\.0\.1:\d+/", log.read_text())
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(timeout=60) == 0
        finally:
            kill_tree(process)
    figures = tally(tmp_path / "mail")
    assert (figures.accepted, figures.distinct) == (30, 30)


def state(database: Database, mailing_id: int) -> MailingState:
    with database.reading() as session:
        return mailings.get(session, mailing_id).state
