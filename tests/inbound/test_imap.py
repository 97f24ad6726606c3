"""Returned mail is read out of a real IMAP server's mailbox: nothing leaves it before it is committed, and nothing blocks it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import workers.app
from digest.errors import DatabaseUnreachable, FetchError, SettingsError
from digest.inbound.imap import Collected, Mailbox, collect, read_mailbox
from digest.inbound.lmtp import MOST_BYTES
from digest.model.subscriber import SuppressionReason
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import Database, heartbeats
from digest.store.return_tables import returns
from tests.command import Digest
from tests.flows.newsroom import NOW
from tests.flows.posted import Posted
from tests.inbound.dovecot import PASSWORD, USER, Dovecot, dovecot
from workers.app import make_app
from workers.schedule import beat_schedule

ADA, BOB, CYD = "ada@one.example", "bob@two.example", "cyd@three.example"
BARE = "IMAP4rev1 LITERAL+ AUTH=PLAIN"


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database=database)
    made.begin([ADA, BOB, CYD], now=NOW - timedelta(weeks=8))
    return made


def mailbox(server: Dovecot, *, folder: str = "INBOX", then: str | None = None) -> Mailbox:
    return Mailbox(host="127.0.0.1", port=server.port, security="plain", user=USER, password=PASSWORD, folder=folder, then=then)


def kept(posted: Posted) -> int:
    with posted.database.reading() as session:
        return len(session.execute(select(returns.c.id)).all())


def letter(number: int) -> bytes:
    return f"From: somebody@three.example\r\nTo: desk@review.example.org\r\nSubject: letter {number}\r\n\r\nGood day.\r\n".encode()


def test_what_is_taken_in_leaves_the_mailbox_and_has_acted(posted: Posted, server: Dovecot) -> None:
    mailing = posted.send(NOW)
    server.put(posted.bounce(mailing, ADA), letter(1), posted.complaint(mailing, BOB))
    assert collect(mailbox(server), posted.apply) == Collected(taken=3)
    assert [posted.barred(one) for one in (ADA, BOB, CYD)] == [SuppressionReason.HARD_BOUNCE, SuppressionReason.COMPLAINT, None]
    assert server.held() == []
    assert collect(mailbox(server), posted.apply) == Collected()


def test_mails_are_read_as_they_are_stored_and_in_their_order(server: Dovecot) -> None:
    odd = b"Subject: odd \xff\r\n\r\n\x00 8-bit \xe9, a bare\nLF, and no end"
    server.put(letter(1), odd.replace(b"\x00", b""), letter(2))
    stored = server.held()
    seen: list[bytes] = []
    collect(mailbox(server), seen.append)
    assert seen == stored


def test_a_mailbox_is_read_in_batches_up_to_the_most_and_the_rest_at_the_next_time(server: Dovecot) -> None:
    server.put(*(letter(number) for number in range(130)))
    seen: list[bytes] = []
    assert collect(mailbox(server), seen.append, most=120) == Collected(taken=120)
    assert len(server.held()) == 10
    assert collect(mailbox(server), seen.append, most=120) == Collected(taken=10)
    assert (len(seen), len(set(seen))) == (130, 130)


def test_what_was_committed_but_not_deleted_is_read_again_and_changes_nothing(posted: Posted, server: Dovecot) -> None:
    mailing = posted.send(NOW)
    server.put(posted.bounce(mailing, ADA), posted.bounce(mailing, BOB, mark="another"))

    def take_then_lose_the_server(raw: bytes) -> None:
        posted.apply(raw)
        server.kill()

    with pytest.raises(FetchError, match="broke off"):
        collect(mailbox(server), take_then_lose_the_server)
    before = posted.state()
    assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE
    assert kept(posted) == 1
    with server.again():
        assert collect(mailbox(server), posted.apply) == Collected(taken=2)
        assert server.held() == []
    assert kept(posted) == 2
    assert posted.barred(BOB) is SuppressionReason.HARD_BOUNCE
    assert posted.state() != before


def test_nothing_is_deleted_while_the_database_is_away(posted: Posted, server: Dovecot) -> None:
    mailing = posted.send(NOW)
    server.put(letter(1), posted.bounce(mailing, ADA), letter(2))

    def away_for_the_second(raw: bytes) -> None:
        if b"letter" not in raw:
            raise DatabaseUnreachable("it is away")
        posted.apply(raw)

    with pytest.raises(DatabaseUnreachable):
        collect(mailbox(server), away_for_the_second)
    assert [b"letter" in one for one in server.held()] == [False, True]
    assert collect(mailbox(server), posted.apply) == Collected(taken=2)
    assert posted.barred(ADA) is SuppressionReason.HARD_BOUNCE


def test_a_mail_that_cannot_be_taken_in_stays_with_a_star_and_keeps_nobody_behind_it(server: Dovecot) -> None:
    server.put(letter(1), letter(666), letter(2))
    seen: list[bytes] = []

    def take(raw: bytes) -> None:
        if b"666" in raw:
            raise ValueError("poison")
        seen.append(raw)

    assert collect(mailbox(server), take) == Collected(taken=2, failed=1)
    assert (len(seen), len(server.held())) == (2, 1)
    assert b"Flagged" in server.flags()[0]
    assert collect(mailbox(server), take) == Collected()
    # Whoever takes the star off has it read again.
    client = server.client()
    client.store("1", "-FLAGS", r"(\Flagged)")
    client.logout()
    assert collect(mailbox(server), seen.append) == Collected(taken=1)


def test_a_mail_that_is_too_large_is_not_fetched_and_stays_with_a_star(server: Dovecot) -> None:
    server.put(letter(1) + b"x" * MOST_BYTES, letter(2))
    seen: list[bytes] = []
    assert collect(mailbox(server), seen.append) == Collected(taken=1, too_large=1)
    assert [len(one) for one in seen] == [len(letter(2))]
    assert b"Flagged" in server.flags()[0]


@pytest.mark.parametrize("capability", [BARE, f"{BARE} UIDPLUS MOVE"])
def test_it_goes_with_what_the_server_can_and_moves_what_it_is_told_to(certificate: tuple[bytes, bytes], capability: str) -> None:
    with dovecot(certificate, capability=capability) as server:
        client = server.client()
        client.create('"Taken &AOk- in"')
        client.logout()
        server.put(letter(1), letter(2))
        assert collect(mailbox(server, then="Taken é in"), lambda _: None) == Collected(taken=2)
        assert server.held() == []
        assert server.held("Taken &AOk- in") == [letter(1), letter(2)]
        server.put(letter(3))
        assert collect(mailbox(server), lambda _: None) == Collected(taken=1)
        assert server.held() == []


def test_a_folder_that_is_made_anew_is_read_as_it_is_now(posted: Posted, server: Dovecot) -> None:
    mailing = posted.send(NOW)
    validity = []
    for reader in (ADA, BOB):
        client = server.client()
        client.create("Returns")
        _, told = client.status("Returns", "(UIDVALIDITY)")
        validity.append(told[0])
        client.logout()
        server.put(posted.bounce(mailing, reader), folder="Returns")
        assert collect(mailbox(server, folder="Returns"), posted.apply) == Collected(taken=1)
        client = server.client()
        client.delete("Returns")
        client.logout()
    assert validity[0] != validity[1]
    assert {posted.barred(ADA), posted.barred(BOB)} == {SuppressionReason.HARD_BOUNCE}


def test_tls_is_verified_from_the_start_and_by_starttls(server: Dovecot) -> None:
    server.put(letter(1), letter(2))
    given = f"returns%40paper.example:{'pass%20%22word%22%20%C3%BC'}@127.0.0.1"
    for url in (f"imaps://{given}:{server.tls_port}/INBOX", f"imap://{given}:{server.port}/INBOX"):
        with pytest.raises(SettingsError, match=r"certificate does not verify.*name its CA with \?ca=FILE"):
            collect(read_mailbox(url), lambda _: None)
        assert collect(read_mailbox(f"{url}?ca={server.folder}/cert.pem"), lambda _: None, most=1) == Collected(taken=1)


def test_a_server_without_starttls_gets_no_password(certificate: tuple[bytes, bytes]) -> None:
    with dovecot(certificate, ssl_="no") as server, pytest.raises((SettingsError, FetchError)):
        collect(read_mailbox(f"imap://a:b@127.0.0.1:{server.port}/INBOX"), lambda _: None)


def test_a_wrong_password_a_folder_that_is_not_there_and_no_server_are_said(server: Dovecot, free_port: int) -> None:
    with pytest.raises(
        SettingsError, match=r"the mailbox of returns@paper\.example at 127\.0\.0\.1:\d+ refuses: .*correct the setting imap"
    ):
        collect(Mailbox(host="127.0.0.1", port=server.port, security="plain", user=USER, password="wrong"), lambda _: None)
    with pytest.raises(SettingsError, match="has no folder Nowhere"):
        collect(mailbox(server, folder="Nowhere"), lambda _: None)
    server.put(letter(1))
    with pytest.raises(SettingsError, match="takes nothing into Nowhere"):
        collect(mailbox(server, then="Nowhere"), lambda _: None)
    assert server.held() == [letter(1)]
    with pytest.raises(FetchError, match="cannot be reached"):
        collect(Mailbox(host="127.0.0.1", port=free_port, security="plain", user=USER, password=PASSWORD), lambda _: None)


def test_a_login_without_sasl_quotes_what_it_says(certificate: tuple[bytes, bytes]) -> None:
    with dovecot(certificate, mechanisms="login", capability="IMAP4rev1") as server, pytest.raises(SettingsError, match="refuses"):
        collect(Mailbox(host="127.0.0.1", port=server.port, security="plain", user='a "b', password='c" d'), lambda _: None)


def test_the_command_and_the_task_read_the_mailbox_act_and_note_how_it_went(server: Dovecot, digest: Digest, tmp_path: Path) -> None:
    user = "returns%40paper.example:pass%20%22word%22%20%C3%BC"
    imap = f"imap+plain://{user}@127.0.0.1:{server.port}/INBOX"
    server.put(letter(1), letter(2) + b"x" * MOST_BYTES)
    ran = digest("inbound", "--imap", "--json", imap=imap)
    assert (ran.code, ran.json()) == (0, {"taken": 1, "too_large": 1, "failed": 0})
    app = make_app(Settings(state=tmp_path / "state", broker_url="redis://127.0.0.1:9/0", imap=imap))
    app.loader.import_default_modules()
    runtime = Runtime(app.conf.digest_settings)
    before = workers.app._open.pop(os.getpid(), None)
    workers.app._open[os.getpid()] = runtime
    server.put(letter(3))
    app.tasks["digest.collect"].apply(throw=True)
    with runtime.database.reading() as session:
        assert len(session.execute(select(returns.c.id)).all()) == 2
        noted = heartbeats.said(session, "imap")
    assert noted is not None
    assert noted[1] == "1 taken in"
    server.kill()
    # A mailbox that is away is no failed task: it is said where people look.
    app.tasks["digest.collect"].apply(throw=True)
    with runtime.database.reading() as session:
        noted = heartbeats.said(session, "imap")
    assert noted is not None
    assert noted[1].startswith("trouble: the mailbox of returns@paper.example at 127.0.0.1")
    workers.app._open.pop(os.getpid()).close()
    if before is not None:
        workers.app._open[os.getpid()] = before
    assert digest("inbound", "--imap").code == 1
    assert beat_schedule(app.conf.digest_settings)["collect"]["task"] == "digest.collect"
    assert "collect" not in beat_schedule(Settings())


@pytest.mark.parametrize(
    "url", ["pop3://a:b@c", "imaps://host/INBOX", "imaps://user@host", "imaps://user:password@", "imaps://a:b@c:99999", "imaps://a:b@c?x=1"]
)
def test_a_mailbox_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError, match="mailbox") as told:
        read_mailbox(url)
    assert "password@" not in str(told.value).replace("user:password@host", "")


def test_a_mailbox_is_read_off_its_address() -> None:
    read = read_mailbox("imaps://a%40b.example:p%2Fw@mail.example/Ret%2Furns?then=Done")
    assert read == Mailbox(
        host="mail.example", port=993, security="implicit", user="a@b.example", password="p/w", folder="Ret/urns", then="Done"
    )
    assert str(read) == "a@b.example at mail.example:993"
