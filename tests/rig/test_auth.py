"""A real Postfix that lets in only who signs in, by Dovecot's word: PLAIN and LOGIN, by STARTTLS and by TLS from the start."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from digest.deliver.relay import read_relay
from digest.deliver.smtp import SmtpTransport
from digest.deliver.transport import Envelope
from digest.errors import RelayRefused, RelayUnreachable
from digest.flows import sending
from digest.model.mailing import DeliveryState
from digest.model.relay import Cause
from digest.store import Database, breakers
from digest.store.tables import deliveries, mailings
from tests.command import Digest
from tests.flows.newsroom import SECRET, approved_edition
from tests.inbound.dovecot import Dovecot, dovecot
from tests.processes import ended_after, environ, start_beat, start_worker, wait_until
from tests.rig.postfix import Postfix, postfix
from tests.rig.scripted import Script, scripted

# A user with an @ and a password with quotes, a space and an umlaut, as an address writes them.
USER, RIGHT, WRONG = "returns%40paper.example", "pass%20%22word%22%20%C3%BC", "pass%20%22word%22%20u"
ENVELOPE = Envelope(return_path="bounce@review.example.org", recipient="reader@example.net")
MESSAGE = b"From: desk@review.example.org\r\nTo: reader@example.net\r\nSubject: The week\r\n\r\nGood day.\r\n"
READERS = 40


@contextmanager
def guarded(folder: Path, mechanisms: str) -> Iterator[tuple[Postfix, Script]]:
    """Run a Postfix that asks for a login by these mechanisms, and the server that it hands mail to."""
    with ExitStack() as stack:
        sink = stack.enter_context(scripted())
        logins: Dovecot = stack.enter_context(dovecot((b"", b""), ssl_="no", mechanisms=mechanisms))
        demands = {
            "mynetworks": "",
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": f"inet:127.0.0.1:{logins.sasl_port}",
            "smtpd_tls_auth_only": "yes",
            "smtpd_relay_restrictions": "permit_sasl_authenticated, reject",
        }
        yield stack.enter_context(postfix(folder, sink=sink.port, lmtp={}, **demands)), sink


def address(server: Postfix, security: str, password: str) -> str:
    """The setting `transport` for one of its ports."""
    return (
        f"smtps://{USER}:{password}@127.0.0.1:{server.tls_port}"
        if security == "implicit"
        else (f"smtp://{USER}:{password}@127.0.0.1:{server.port}")
    )


@contextmanager
def carrier(url: str) -> Iterator[SmtpTransport]:
    transport = SmtpTransport(read_relay(url))
    try:
        yield transport
    finally:
        transport.close()


@pytest.mark.parametrize("mechanisms", ["plain", "login", "plain login"])
def test_mail_goes_through_with_the_right_password_and_with_no_other(
    folder: Path, mechanisms: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with guarded(folder / "postfix", mechanisms) as (server, sink):
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        for count, security in enumerate(("starttls", "implicit"), start=1):
            with carrier(address(server, security, WRONG)) as transport:
                with pytest.raises(RelayRefused, match=r"refuses our login: 535 5\.7\.8 .*; correct DIGEST_TRANSPORT") as told:
                    transport.send(ENVELOPE, MESSAGE)
                assert "pass" not in str(told.value)
            with carrier(address(server, security, RIGHT)) as transport:
                assert transport.send(ENVELOPE, MESSAGE).state is DeliveryState.SENT
            wait_until(lambda so_far=count: sink.count == so_far, seconds=60, why="it came through", log=server.log)  # type: ignore[misc]  # a default
        said = server.log.read_text("utf-8")
        wanted = {one.upper() for one in mechanisms.split()[:1]}
        assert {one for one in ("PLAIN", "LOGIN") if f"sasl_method={one}" in said} == wanted, "it is Postfix that says how we signed in"
        # Nobody gets anything through without a login.
        with carrier(f"smtp://127.0.0.1:{server.port}") as transport:
            assert transport.send(ENVELOPE, MESSAGE).state is not DeliveryState.SENT
        assert sink.count == 2


def test_a_certificate_that_does_not_verify_gets_no_password_and_no_mail(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with guarded(folder / "postfix", "plain login") as (server, sink):
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        unknown = pytest.raises(RelayUnreachable, match=r"its certificate does not verify: .*; name it .*SSL_CERT_FILE")
        for security in ("starttls", "implicit"):
            with carrier(address(server, security, RIGHT)) as transport, unknown:
                transport.send(ENVELOPE, MESSAGE)
        # Nor does one that is made out to somebody else.
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        elsewhere = address(server, "starttls", RIGHT).replace("127.0.0.1", "localhost")
        with carrier(elsewhere) as transport, pytest.raises(RelayUnreachable, match=r"does not verify: Hostname mismatch"):
            transport.send(ENVELOPE, MESSAGE)
        assert "sasl_username" not in server.log.read_text("utf-8")
        assert sink.count == 0


def test_a_refused_login_pauses_the_mailing_at_once_and_with_the_right_password_all_get_it(
    folder: Path, database: Database, database_url: str, broker_url: str, digest: Digest
) -> None:
    edition = approved_edition(database, readers=READERS, now=datetime.now(UTC))
    with guarded(folder / "postfix", "plain login") as (server, sink):
        known = {"database_url": database_url, "broker_url": broker_url, "state": folder / "state", "secret": SECRET.decode()}
        paces = {"tick_seconds": 0.5, "sweep_seconds": 1}

        def env(password: str) -> dict[str, str]:
            return environ(**known, **paces, transport=address(server, "starttls", password)) | {"SSL_CERT_FILE": str(server.authority)}

        log = folder / "words"
        with ended_after(start_beat(env(WRONG), log), start_worker(env(WRONG), log)):
            sending.send_now(database, edition.id, who="Nadia", now=datetime.now(UTC), chunk_size=10)
            wait_until(lambda: paused(database), seconds=120, why="the mailing was paused", log=log)
        told = stands(database)
        assert told is not None
        assert told[0] == Cause.REFUSED
        assert "refuses our login: 535 5.7.8" in told[1]
        assert "refuses our login: 535 5.7.8" in (paused(database) or "")
        assert "authentication failed" in server.log.read_text("utf-8"), "it was Postfix that refused"
        assert states(database) == {("pending", 0)}, "nobody was offered, so nobody has lost a try"
        assert sink.count == 0
        ran = digest("doctor", "--json", **known, public_url="https://news.example.org")
        (said,) = [one for one in ran.json()["checks"] if one["name"] == "breaker"]
        assert said["state"] == "wrong"
        assert "refuses our login" in said["says"]
        assert "`digest relay retry" in said["remedy"]
        with ended_after(start_beat(env(RIGHT), log), start_worker(env(RIGHT), log)):
            assert digest("edition", "resume", str(edition.id), **known).code == 0
            wait_until(lambda: sink.count >= READERS, seconds=120, why="all got it", log=log)
            wait_until(lambda: {state for state, _ in states(database)} == {"sent"}, seconds=60, why="the ledger knows", log=log)
        assert sink.count == READERS
        assert {len(raw) for raw in sink.taken.values()} == {1}
        assert stands(database) is None


def stands(database: Database) -> tuple[str, str] | None:
    """Why the relay is left alone, and in whose words; None where it is not."""
    with database.reading() as session:
        found = [one for one in breakers.standings(session, now=datetime.now(UTC)) if one.cause is not None and not one.domain]
    return (str(found[0].cause), found[0].why or "") if found else None


def paused(database: Database) -> str | None:
    """Why the mailing is paused; None where it is not."""
    with database.reading() as session:
        row = session.execute(select(mailings.c.state, mailings.c.reason)).one()
    return str(row.reason) if row.state == "paused" else None


def states(database: Database) -> set[tuple[str, int]]:
    """The states of all deliveries with how often each was tried."""
    with database.reading() as session:
        found = session.execute(select(deliveries.c.state, deliveries.c.tries).join(mailings, mailings.c.id == deliveries.c.mailing_id))
        return {(row.state, row.tries) for row in found}
