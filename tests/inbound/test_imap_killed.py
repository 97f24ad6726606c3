"""The process that reads the mailbox is killed, the wire shows where: nothing is lost, nothing counts twice, nothing stays."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from digest.inbound.imap import Collected, Mailbox, collect
from digest.model.subscriber import SuppressionReason
from digest.store import Database
from digest.store.return_tables import returned_domains, returns
from digest.store.tables import deliveries
from tests.flows.newsroom import SECRET
from tests.flows.posted import FULL, Posted
from tests.inbound.dovecot import PASSWORD, USER, Dovecot
from tests.inbound.wire import Wire, wire
from tests.processes import environ, kill_group, start, wait_until

ADA, BOB, CYD = "ada@one.example", "bob@two.example", "cyd@three.example"
# Past any command: the reader goes on until something else stops it.
NOWHERE = rb"(?!)"


@dataclass(frozen=True, kw_only=True)
class Room:
    """A mailbox with three returned mails, the readers that they are about, and the database of the process that is to read it."""

    posted: Posted
    server: Dovecot
    url: str
    folder: Path

    def read(self, port: int) -> "subprocess.Popen[bytes]":
        """Start `digest inbound --imap` on the mailbox behind `port`."""
        imap = f"imap+plain://returns%40paper.example:pass%20%22word%22%20%C3%BC@127.0.0.1:{port}/INBOX"
        env = environ(database_url=self.url, state=self.folder / "state", secret=SECRET.decode(), imap=imap)
        return start([sys.executable, "-m", "digest", "inbound", "--imap"], env=env, log=self.folder / "log")

    def committed(self) -> int:
        with self.posted.database.reading() as session:
            return session.execute(select(func.count()).select_from(returns)).scalar_one()


@pytest.fixture
def room(database: Database, database_url: str, server: Dovecot, tmp_path: Path) -> Room:
    """A hard return, a complaint, and the third time that a full mailbox returns a mail: a fourth would bar its reader."""
    now = datetime.now(UTC)
    posted = Posted(database=database)
    posted.begin([ADA, BOB, CYD], now=now - timedelta(weeks=8))
    sent = [posted.send(now - timedelta(weeks=weeks, hours=1)) for weeks in (4, 2, 0)]
    for mailing in sent[:2]:
        posted.apply(posted.bounce(mailing, CYD, FULL), now=now)
    server.put(posted.bounce(sent[2], ADA), posted.complaint(sent[2], BOB), posted.bounce(sent[2], CYD, FULL))
    return Room(posted=posted, server=server, url=database_url, folder=tmp_path)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Let nobody else write what came back until the block ends."""
    with database.writing() as session:
        if database.engine.dialect.name == "postgresql":
            session.execute(text("LOCK TABLE returns IN ACCESS EXCLUSIVE MODE"))
        yield


def whole_again(room: Room) -> None:
    """Read the mailbox twice more, with nobody killed, and look at all that may have changed."""
    mailbox = Mailbox(host="127.0.0.1", port=room.server.port, security="plain", user=USER, password=PASSWORD)
    waited = len(room.server.held())
    assert collect(mailbox, room.posted.apply) == Collected(taken=waited)
    assert collect(mailbox, room.posted.apply) == Collected()
    assert room.server.held() == []
    # Two were there before; each of the three is there once.
    assert room.committed() == 5
    assert [room.posted.barred(one) for one in (ADA, BOB, CYD)] == [SuppressionReason.HARD_BOUNCE, SuppressionReason.COMPLAINT, None]
    with room.posted.database.reading() as session:
        told = select(deliveries.c.subscriber_id, deliveries.c.returned).where(deliveries.c.mailing_id == room.posted.mailings[2])
        came_back = dict(tuple(row) for row in session.execute(told))
        hard = dict(tuple(row) for row in session.execute(select(returned_domains.c.domain, returned_domains.c.hard)))
    assert came_back == {room.posted.ids[ADA]: "hard", room.posted.ids[BOB]: "complaint", room.posted.ids[CYD]: "full"}
    assert hard == {"one.example": 1}


def killed(room: Room, carried: Wire) -> None:
    """Start the reader, wait until it is where `carried` stops it, and kill it there."""
    process = room.read(carried.port)
    try:
        wait_until(carried.reached.is_set, seconds=120, why="the reader came that far", log=room.folder / "log")
        assert process.poll() is None
    finally:
        kill_group(process)
    assert process.returncode == -9


def test_a_reader_killed_between_commit_and_delete_loses_nothing_and_counts_nothing_twice(room: Room) -> None:
    with wire(room.server.port, rb"UID STORE .*\\Deleted") as carried:
        killed(room, carried)
    assert room.committed() == 5, "all three were committed"
    assert len(room.server.held()) == 3, "and are all in the mailbox"
    assert not [flags for flags in room.server.flags() if b"Deleted" in flags], "with nothing said of deleting them"
    whole_again(room)


def test_a_reader_killed_between_marking_and_removing_leaves_nothing_behind(room: Room) -> None:
    with wire(room.server.port, rb"EXPUNGE") as carried:
        killed(room, carried)
    assert room.committed() == 5
    assert len([flags for flags in room.server.flags() if b"Deleted" in flags]) == 3, "marked, and still there"
    whole_again(room)


def test_a_reader_killed_before_the_commit_leaves_the_mailbox_as_it_was(room: Room) -> None:
    before = room.posted.state()
    with wire(room.server.port, NOWHERE) as carried, locked(room.posted.database):
        process = room.read(carried.port)
        try:
            # The whole mail and the server's last word on it have come; what is to be written cannot be.
            wait_until(lambda: carried.given_whole(b"BODY[]"), seconds=120, why="a mail came", log=room.folder / "log")
            assert process.poll() is None
        finally:
            kill_group(process)
        assert process.returncode == -9
    assert not [line for line in carried.passed if b"STORE" in line or b"EXPUNGE" in line]
    assert (room.committed(), room.posted.state()) == (2, before), "nothing was committed"
    assert (len(room.server.held()), [flags for flags in room.server.flags() if b"Deleted" in flags]) == (3, [])
    whole_again(room)


def test_a_reader_killed_with_some_committed_and_one_in_hand_takes_up_the_rest(room: Room) -> None:
    with wire(room.server.port, rb"UID FETCH 3 \(BODY") as carried:
        killed(room, carried)
    assert room.committed() == 4, "two of three were committed"
    assert len(room.server.held()) == 3
    whole_again(room)
