"""Mail comes in over real sockets: 250 once it is committed, 451 while the database is away, within bounds."""

import asyncio
import os
import signal
import smtplib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.errors import SettingsError
from digest.flows import returning
from digest.inbound.lmtp import MOST_BYTES, MOST_CONNECTIONS, Place, Take, read_place, serve
from digest.model.subscriber import SuppressionReason
from digest.store import Database, open_database
from digest.store.return_tables import returns
from tests.deliver.returned_mails import READER, refused
from tests.flows.newsroom import NOW, SECRET
from tests.flows.posted import Posted
from tests.processes import environ, free_port_of_loopback, wait_until

ADA, BOB = "ada@one.example", "bob@two.example"
AWAY = "postgresql+psycopg://digest@127.0.0.1:9/digest"


@contextmanager
def listening(take: Take, *, lmtp: bool = True) -> Iterator[int]:
    """Serve in a thread until the block ends; gives the port."""
    up, port = threading.Event(), [0]
    loop, ended = asyncio.new_event_loop(), asyncio.Event()

    def told(number: int) -> None:
        port[0] = number
        up.set()

    def run() -> None:
        loop.run_until_complete(serve(Place(host="127.0.0.1", port=0, lmtp=lmtp), take, told, ended))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert up.wait(10)
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database=database)
    made.begin([ADA, BOB], now=NOW - timedelta(weeks=1))
    made.send(NOW)
    return made


def take_into(database: Database) -> Take:
    return lambda raw: returning.apply(database, SECRET, raw, now=NOW)


def deliver(port: int, mail: bytes, *recipients: str) -> list[tuple[int, bytes]]:
    """Hand one mail over by LMTP and return an answer for each recipient."""
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo_or_helo_if_needed()
        assert client.mail("")[0] == 250
        for recipient in recipients:
            assert client.rcpt(recipient)[0] == 250
        answers = [client.data(mail)]
        return [*answers, *(client.getreply() for _ in recipients[1:])]


def kept(database: Database) -> int:
    with database.reading() as session:
        return len(session.execute(select(returns.c.id)).all())


def test_a_mail_is_answered_once_it_is_committed_and_twice_is_once(posted: Posted) -> None:
    mail = posted.bounce(1, ADA)
    with listening(take_into(posted.database)) as port:
        assert deliver(port, mail, posted.path(1, ADA)) == [(250, b"2.0.0 taken in")]
        assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE
        assert deliver(port, mail, posted.path(1, ADA)) == [(250, b"2.0.0 taken in")]
    assert kept(posted.database) == 1
    assert posted.barred(BOB) is None


def test_the_address_it_came_to_names_the_reader_where_the_mail_does_not(posted: Posted) -> None:
    mail = refused("550 5.1.1 user unknown", "5.1.1").replace(READER, "alias@elsewhere.example").encode()
    with listening(take_into(posted.database)) as port:
        deliver(port, mail, posted.path(1, BOB, b"another secret, which is not ours"))
        assert posted.barred(BOB) is None
        deliver(port, mail, posted.path(1, BOB))
    assert posted.barred(BOB) is SuppressionReason.HARD_BOUNCE
    assert posted.barred(ADA) is None


def test_each_recipient_gets_an_answer_and_is_acted_on(posted: Posted) -> None:
    mail = refused("550 5.1.1 user unknown", "5.1.1").encode()
    with listening(take_into(posted.database)) as port:
        assert deliver(port, mail, posted.path(1, ADA), posted.path(1, BOB)) == [(250, b"2.0.0 taken in")] * 2
    assert {posted.barred(ADA), posted.barred(BOB)} == {SuppressionReason.HARD_BOUNCE}


def test_while_the_database_is_away_nothing_is_taken_and_nothing_lost(posted: Posted) -> None:
    away = open_database(AWAY)
    reached = [away]
    mail, before = posted.bounce(1, ADA), posted.state()
    with listening(lambda raw: returning.apply(reached[0], SECRET, raw, now=NOW)) as port:
        assert [code for code, _ in deliver(port, mail, posted.path(1, ADA))] == [451]
        assert posted.state() == before
        reached[0] = posted.database
        assert [code for code, _ in deliver(port, mail, posted.path(1, ADA))] == [250]
    assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE
    away.close()


def test_many_at_once_each_doubled_are_each_taken_once(posted: Posted) -> None:
    many = [f"r{number}@big.example" for number in range(30)]
    posted.add(many, now=NOW)
    later = posted.send(NOW + timedelta(hours=1))
    mails = [(posted.bounce(later, address), posted.path(later, address)) for address in many for _ in range(2)]
    codes: list[int] = []
    with listening(take_into(posted.database)) as port:

        def send(part: list[tuple[bytes, str]]) -> None:
            codes.extend(deliver(port, mail, path)[0][0] for mail, path in part)

        threads = [threading.Thread(target=send, args=(mails[number::6],)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert codes == [250] * 60
    assert kept(posted.database) == 30
    assert [(one.domain, one.hard, one.sent) for one in returning.held(posted.database)] == [("big.example", 30, 30)]
    assert {posted.barred(address) for address in many} == {None}


def test_a_mail_that_is_too_large_is_refused_for_each_and_a_long_line_is_not(posted: Posted) -> None:
    line = b"x" * 60_000 + b"\r\n"
    with listening(take_into(posted.database)) as port:
        huge = deliver(port, b"Subject: x\r\n\r\n" + line * (MOST_BYTES // len(line) + 2), posted.path(1, ADA), posted.path(1, BOB))
        assert [code for code, _ in huge] == [552, 552]
        assert kept(posted.database) == 0
        assert deliver(port, posted.bounce(1, ADA) + line, posted.path(1, ADA))[0][0] == 250
    assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE


def test_one_connection_too_many_is_told_so(posted: Posted) -> None:
    with listening(take_into(posted.database)) as port:
        open_ones = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(MOST_CONNECTIONS)]
        for one in open_ones:
            assert one.recv(100).startswith(b"220 ")
        with socket.create_connection(("127.0.0.1", port), timeout=60) as more:
            assert more.recv(100).startswith(b"421 ")
        for one in open_ones:
            one.close()

        def taken() -> bool:
            try:
                return deliver(port, posted.bounce(1, ADA), posted.path(1, ADA))[0][0] == 250
            except smtplib.SMTPConnectError:
                return False

        wait_until(taken, seconds=60, why="a place is free again")


def test_smtp_is_spoken_where_it_is_asked_for(posted: Posted) -> None:
    with listening(take_into(posted.database), lmtp=False) as port, smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        assert client.sendmail("", [posted.path(1, ADA), posted.path(1, BOB)], refused("550 5.1.1 user unknown", "5.1.1").encode()) == {}
    assert {posted.barred(ADA), posted.barred(BOB)} == {SuppressionReason.HARD_BOUNCE}


def test_the_command_listens_while_its_database_is_away_and_ends_on_a_signal(tmp_path: Path) -> None:
    port = free_port_of_loopback()
    env = environ(state=tmp_path, database_url=AWAY, secret=SECRET.decode(), inbound=f"lmtp://127.0.0.1:{port}")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "digest", "inbound"], env=env, stdout=log, stderr=log)
    try:
        wait_until(lambda: b"127.0.0.1" in (tmp_path / "log").read_bytes(), seconds=60, why="it listens", log=tmp_path / "log")
        assert deliver(port, refused("550 5.1.1 user unknown", "5.1.1").encode(), "bounce@review.example.org")[0][0] == 451
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()


def test_a_place_is_named_by_scheme_host_and_port() -> None:
    assert read_place("lmtp://127.0.0.1:8024") == Place(host="127.0.0.1", port=8024)
    assert read_place("smtp://mail.example:25/") == Place(host="mail.example", port=25, lmtp=False)
    assert read_place("[::1]:24").loopback
    assert not read_place("smtp://0.0.0.0:25").loopback
    for text in ("8024", "http://127.0.0.1:1", "lmtp://127.0.0.1:70000", "lmtp://:24", ""):
        with pytest.raises(SettingsError, match=r"lmtp://127\.0\.0\.1:8024"):
            read_place(text)
