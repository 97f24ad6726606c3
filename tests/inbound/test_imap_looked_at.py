"""`digest doctor --network` tries the mailbox: it says what waits, and of each trouble what it is and what mends it."""

import socket
from pathlib import Path
from typing import Any

import pytest

from digest.inbound.imap import collect, read_mailbox
from tests.command import Digest
from tests.inbound.dovecot import Dovecot, dovecot

USER = "returns%40paper.example"
PASSWORD = "pass%20%22word%22%20%C3%BC"
HTTPS = "https://news.example.org"


def letter(number: int) -> bytes:
    return f"From: somebody@three.example\r\nSubject: letter {number}\r\n\r\nGood day.\r\n".encode()


def asked(digest: Digest, imap: str, *options: str) -> dict[str, Any]:
    """What `digest doctor` says of this mailbox; the password is never said."""
    ran = digest("doctor", "--json", *options, imap=imap, public_url=HTTPS)
    (found,) = [check for check in ran.json()["checks"] if check["name"] == "mailbox"]
    assert ran.code == (1 if found["state"] == "wrong" else 0)
    assert not [word for word in ("hidden", PASSWORD, 'pass "word"') if word in ran.out + ran.err]
    return {key: value for key, value in found.items() if key != "name"}


def test_a_mailbox_that_lets_us_in_is_well_and_nothing_in_it_is_touched(digest: Digest, server: Dovecot) -> None:
    server.put(letter(1), letter(2))
    flags = server.flags()
    imap = f"imaps://{USER}:{PASSWORD}@127.0.0.1:{server.tls_port}/INBOX?ca={server.folder}/cert.pem"
    says = f"returns@paper.example at 127.0.0.1:{server.tls_port}, INBOX, lets us in; mails that wait: 2"
    assert asked(digest, imap, "--network") == {"state": "ok", "says": says, "remedy": None}
    assert (server.held(), server.flags()) == ([letter(1), letter(2)], flags)


def test_mails_that_stay_with_a_star_are_worth_a_look(digest: Digest, server: Dovecot) -> None:
    server.put(letter(1), letter(2))
    client = server.client()
    client.store("1", "+FLAGS", r"(\Flagged)")
    client.logout()
    found = asked(digest, f"imap+plain://{USER}:{PASSWORD}@127.0.0.1:{server.port}/INBOX", "--network")
    assert found["state"] == "warn"
    assert found["says"].endswith("mails that wait: 1, that stay with a star: 1")
    assert "take the star off" in found["remedy"]


def test_a_mailbox_is_not_asked_unless_told_and_none_is_looked_for_where_none_is_set(digest: Digest, free_port: int) -> None:
    found = asked(digest, f"imap+plain://{USER}:hidden@127.0.0.1:{free_port}/Returns")
    assert found["state"] == "ok"
    assert found["says"] == f"returns@paper.example at 127.0.0.1:{free_port}, Returns, which was not asked (--network asks)"
    checks = digest("doctor", "--json", "--network", "--resolver", f"127.0.0.1:{free_port}", public_url=HTTPS).json()["checks"]
    assert "mailbox" not in [check["name"] for check in checks]


@pytest.mark.parametrize(
    ("imap", "expected"),
    [
        ("imap+plain://{user}:hidden@127.0.0.1:{port}/INBOX", ("refuses: ", "correct the setting imap")),
        ("imap+plain://{user}:{password}@127.0.0.1:{port}/Nowhere", ("has no folder Nowhere: ", "name another in the setting imap")),
        ("imap+plain://{user}:{password}@127.0.0.1:{port}/INBOX?then=Done", ("has no folder Done to move mails to", "make that folder")),
        ("imaps://{user}:{password}@127.0.0.1:{tls}/INBOX", ("the certificate does not verify: self", "name its CA with ?ca=FILE")),
        ("imaps://{user}:{password}@127.0.0.1:{port}/INBOX", ("does not speak TLS as we do", "imap:// is STARTTLS")),
        ("imaps://{user}:{password}@127.0.0.1:{tls}/INBOX?ca=/no/such", ("/no/such cannot be used", "name another file with ?ca=FILE")),
        ("imap+plain://{user}:{password}@127.0.0.1:{free}/INBOX", ("cannot be reached or broke off", "the setting imap names its host")),
        ("imaps://{user}@127.0.0.1:{tls}/INBOX", ("names no host, user or password", "write imaps://")),
    ],
)
def test_each_trouble_is_named_with_what_mends_it(
    digest: Digest, server: Dovecot, free_port: int, imap: str, expected: tuple[str, str]
) -> None:
    given = {"user": USER, "password": PASSWORD, "port": server.port, "tls": server.tls_port, "free": free_port}
    found = asked(digest, imap.format(**given), "--network")
    assert found["state"] == "wrong"
    assert expected[0] in found["says"]
    assert expected[1] in found["remedy"]


def test_a_server_without_starttls_is_named_and_gets_no_password(digest: Digest, certificate: tuple[bytes, bytes]) -> None:
    with dovecot(certificate, ssl_="no") as bare:
        found = asked(digest, f"imap://{USER}:hidden@127.0.0.1:{bare.port}/INBOX", "--network")
        assert "hidden" not in (bare.folder / "log").read_text("utf-8")
    assert (found["state"], found["remedy"]) == ("wrong", "use imaps://")
    assert "offers no STARTTLS" in found["says"]


def test_a_server_that_says_nothing_is_given_up_in_time(digest: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digest.cli.doctor._PATIENCE", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        found = asked(digest, f"imap+plain://{USER}:hidden@127.0.0.1:{silent.getsockname()[1]}/INBOX", "--network")
    assert found["state"] == "wrong"
    assert found["says"].endswith("says nothing for 1 s")
    assert "see whether it runs" in found["remedy"]


def test_a_file_of_cas_that_is_none_stops_a_reading_with_a_clear_word(server: Dovecot, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate\n", "utf-8")
    imap = f"imaps://{USER}:{PASSWORD}@127.0.0.1:{server.tls_port}/INBOX?ca={tmp_path}/ca.pem"
    with pytest.raises(Exception, match=r"the CAs in .*ca\.pem cannot be used"):
        collect(read_mailbox(imap), lambda _: None)
