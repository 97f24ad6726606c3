"""A first round whose workers are killed in the middle of it, under two beats: by the sink's log the rest waits, and everybody gets it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.demo.sink import Sink, read_log
from digest.flows import sending
from digest.flows.sending import Send
from digest.model.departure import FirstRound
from digest.model.mailing import MailingState
from digest.store import Database, acts, ledger, mailings
from digest.store.openings import Start
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import ended_after, environ, kill_group, start_beat, start_worker, wait_until

READERS = 400
FIRST = 150
CONNECTIONS = 2


def test_a_round_whose_worker_is_killed_goes_on_and_the_rest_follows_once(
    database: Database, database_url: str, broker_url: str, tmp_path: Path
) -> None:
    record = approved_edition(database, readers=READERS, now=datetime.now(UTC))
    log, mail = tmp_path / "log", tmp_path / "mail"
    with Sink(mail, delay=0.01, keep_files=False) as sink:
        env = environ(
            database_url=database_url,
            broker_url=broker_url,
            state=tmp_path / "state",
            secret=SECRET.decode(),
            transport=f"smtp+plain://127.0.0.1:{sink.port}?connections={CONNECTIONS}",
            chunk_size=50,
            lease_seconds=2,
            tick_seconds=0.5,
            sweep_seconds=1,
        )
        start = Start(first=FirstRound(readers=FIRST, then=timedelta(seconds=1)))
        sending.send(database, Send(edition_id=record.id, who="Nadia", at=datetime.now(UTC), chunk_size=50, start=start))

        def accepted() -> list[str]:
            return [one.rcpt for one in read_log(mail)] if (mail / "log.jsonl").exists() else []

        def states() -> list[MailingState]:
            with database.reading() as session:
                return [one.state for one in mailings.of_edition(session, record.id)]

        with database.reading() as session:
            first, _ = mailings.of_edition(session, record.id)
            drawn = {one.address for one in ledger.fates(session, first.id)}
        with ended_after(start_beat(env, log), start_beat(env, log)):
            worker = start_worker(env, log, processes=1)
            try:
                wait_until(lambda: len(accepted()) >= 20, seconds=90, why="20 mails accepted", log=log)
                kill_group(worker)
                at_the_kill = accepted()
                assert states() == [MailingState.SENDING, MailingState.HELD]
                worker = start_worker(env, log, processes=1)
                wait_until(lambda: states() == [MailingState.DONE, MailingState.DONE], seconds=120, why="both are done", log=log)
            finally:
                kill_group(worker)
        assert set(at_the_kill) <= drawn
        assert len(at_the_kill) < FIRST, "the fault came too late"
        copies = Counter(accepted())
        assert len(copies) == READERS
        assert sum(copies.values()) - READERS <= CONNECTIONS
        # Nobody of the rest came before the last of the round had been offered it.
        order = [one.rcpt for one in read_log(mail)]
        assert set(order[:FIRST]) <= drawn
    with database.reading() as session:
        said = [one.what for one in acts.of_edition(session, record.id)]
    assert said.count("let the rest leave after the first round") == 1
