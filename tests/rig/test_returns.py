"""Our sender, a real Postfix, whoever it hands our mail to, its notices, our LMTP listener: each reply ends in the right state."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.audience.address import hash_address
from digest.flows import sending
from digest.model.subscriber import SuppressionReason
from digest.store import Database, subscribers
from digest.store.return_tables import returns
from digest.store.tables import deliveries
from digest.store.tables import subscribers as readers
from tests.flows.newsroom import SECRET, approved_edition
from tests.processes import ended_after, environ, free_port_of_loopback, start, start_beat, start_worker, wait_until
from tests.rig.postfix import Postfix, postfix
from tests.rig.scripted import Reply, Script, scripted

DOMAIN = "review.example.org"
# What the reader of that number is answered, and the class that must be made of it.
REFUSALS: dict[int, tuple[Reply, str]] = {
    1: (Reply("550 5.1.1 <reader1@example.net>: Recipient address rejected: User unknown in virtual mailbox table"), "hard"),
    2: (Reply("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"), "hard"),
    3: (Reply("550 No such user here"), "hard"),
    4: (Reply("551 5.1.6 The user has moved and left no address"), "hard"),
    5: (Reply("550 5.2.1 The email account that you tried to reach is disabled"), "hard"),
    6: (Reply("556 5.1.10 example.net does not accept mail (nullMX)"), "hard"),
    7: (Reply("550 5.1.1 no mailbox here by that name", after_body=True), "hard"),
    11: (Reply("552 5.2.2 Mailbox full"), "full"),
    12: (Reply("452 4.2.2 The email account that you tried to reach is over quota"), "full"),
    13: (Reply("552 5.2.2 over quota", after_body=True), "full"),
    21: (Reply("450 4.2.0 Mailbox busy, try again later"), "soft"),
    22: (Reply("451 4.3.0 Temporary lookup failure"), "soft"),
    23: (Reply("452 4.3.1 Insufficient system storage", after_body=True), "soft"),
    24: (Reply("421 4.3.2 Service shutting down and closing transmission channel"), "soft"),
    31: (Reply("554 5.7.1 Service unavailable; Client host [192.0.2.25] blocked using zen.spamhaus.org"), "ours"),
    32: (Reply("550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass", after_body=True), "ours"),
    33: (Reply("421 4.7.0 Our system has detected an unusual rate of unsolicited mail originating from your IP address"), "ours"),
    34: (Reply("550 5.7.1 Message rejected due to content restrictions", after_body=True), "ours"),
    35: (Reply("451 4.7.1 Too many messages from your address, slow down"), "ours"),
}
READERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailroom:
    """A newsroom at work: worker, beat and `digest inbound`, with Postfix between them and a sink that answers as told."""

    database: Database
    edition_id: int
    server: Postfix
    sink: Script
    log: Path

    def came_back(self) -> dict[str, tuple[str, str | None, str]]:
        """What each returned mail was taken for: its kind, class and what followed, by the reader's address."""
        with self.database.reading() as session:
            said = select(readers.c.address, returns.c.kind, returns.c.bounce_class, returns.c.follows)
            found = session.execute(said.join(returns, returns.c.subscriber_id == readers.c.id)).all()
        return {row.address: (row.kind, row.bounce_class, row.follows) for row in found}

    def ledger(self) -> dict[str, tuple[str, str | None]]:
        """Each delivery's state and what came back of it, by the reader's address."""
        with self.database.reading() as session:
            said = select(readers.c.address, deliveries.c.state, deliveries.c.returned)
            found = session.execute(said.join(deliveries, deliveries.c.subscriber_id == readers.c.id)).all()
        return {row.address: (row.state, row.returned) for row in found}

    def barred(self, address: str) -> SuppressionReason | None:
        with self.database.reading() as session:
            found = subscribers.suppression(session, hash_address(SECRET, address))
        return None if found is None else found.reason


@contextmanager
def mailroom(folder: Path, database: Database, urls: tuple[str, str], replies: Mapping[str, Reply], **settings: str) -> Iterator[Mailroom]:
    """Open one; `urls` are the database's and the broker's, `settings` Postfix's own."""
    record = approved_edition(database, readers=READERS, now=datetime.now(UTC))
    log, inbound = folder / "words", free_port_of_loopback()
    with scripted(replies) as sink, postfix(folder / "postfix", sink=sink.port, lmtp={DOMAIN: inbound}, **settings) as server:
        env = environ(
            database_url=urls[0],
            broker_url=urls[1],
            state=folder / "state",
            secret=SECRET.decode(),
            transport=f"smtp://127.0.0.1:{server.port}",
            tick_seconds=0.5,
            sweep_seconds=1,
        ) | {"SSL_CERT_FILE": str(server.authority)}
        takes_in = start([sys.executable, "-m", "digest", "inbound", "--listen", f"lmtp://127.0.0.1:{inbound}"], env=env, log=log)
        with ended_after(takes_in, start_beat(env, log), start_worker(env, log)):
            yield Mailroom(database=database, edition_id=record.id, server=server, sink=sink, log=log)


def test_each_reply_comes_back_to_its_reader_and_lands_in_the_right_state(
    folder: Path, database: Database, database_url: str, broker_url: str
) -> None:
    replies = {f"reader{number}@example.net": reply for number, (reply, _) in REFUSALS.items()}
    # Whatever cannot be delivered at once is returned at once.
    at_once = {"maximal_queue_lifetime": "0", "bounce_queue_lifetime": "1h", "minimal_backoff_time": "1s", "queue_run_delay": "1s"}
    with mailroom(folder, database, (database_url, broker_url), replies, **at_once) as room:
        sending.send_now(database, room.edition_id, who="Nadia", now=datetime.now(UTC), chunk_size=READERS)
        wait_until(lambda: room.sink.count >= READERS - len(REFUSALS), seconds=90, why="the others have theirs", log=room.log)
        wait_until(lambda: len(room.came_back()) >= len(REFUSALS), seconds=60, why="all refusals came back", log=room.server.log)
        came_back, ledger = room.came_back(), room.ledger()
        wanted = {f"reader{number}@example.net": name for number, (_, name) in REFUSALS.items()}
        assert {address: name for address, (_, name, _) in came_back.items()} == wanted
        assert {kind for kind, _, _ in came_back.values()} == {"bounce"}
        # Our relay took every mail, and what came of it stands beside that.
        assert {address: returned for address, (_, returned) in ledger.items()} == {address: wanted.get(address) for address in ledger}
        assert {state for state, _ in ledger.values()} == {"sent"}
        barred = {address for address in ledger if room.barred(address) is SuppressionReason.HARD_BOUNCE}
        assert barred == {address for address, name in wanted.items() if name == "hard"}
        assert all(room.barred(address) is None for address in ledger.keys() - barred)
        follows = {name: {then for _, other, then in came_back.values() if other == name} for name in ("hard", "full", "soft", "ours")}
        assert follows == {"hard": {"suppress"}, "full": {"counted"}, "soft": {"counted"}, "ours": {"our_health"}}
        assert set(room.sink.said) == set(replies), "each was refused as told"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_warning_that_mail_is_delayed_changes_nothing_and_the_mail_arrives_later(
    folder: Path, database: Database, database_url: str, broker_url: str
) -> None:
    late = "reader1@example.net"
    # Refused until the warning is out.
    soon = {"delay_warning_time": "1s", "minimal_backoff_time": "1s", "maximal_backoff_time": "1s", "queue_run_delay": "1s"}
    with mailroom(folder, database, (database_url, broker_url), {late: Reply("450 4.2.0 Mailbox busy")}, **soon) as room:
        sending.send_now(database, room.edition_id, who="Nadia", now=datetime.now(UTC), chunk_size=READERS)
        wait_until(lambda: late in room.came_back(), seconds=90, why="the warning came", log=room.server.log)
        assert room.came_back() == {late: ("delayed", "soft", "nothing")}
        room.sink.replies = {}
        wait_until(lambda: room.sink.count >= READERS, seconds=60, why="the mail arrived after all", log=room.server.log)
        assert room.ledger()[late] == ("sent", None)
        assert room.barred(late) is None
        assert len(room.came_back()) == 1
