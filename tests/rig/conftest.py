"""What the tests of the rig share: a thousand mails before and after a trip through Postfix, and a running rspamd."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from digest.deliver.relay import read_relay
from digest.deliver.smtp import SmtpTransport
from digest.deliver.transport import Envelope
from digest.model.mailing import DeliveryState
from tests.processes import wait_until
from tests.rig import filters
from tests.rig.mails import DOMAIN, Mail, key_records, ordinary, thousand
from tests.rig.postfix import postfix
from tests.rig.scripted import scripted


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the servers' own users may enter; pytest's are for their owner only."""
    folder = Path(tempfile.mkdtemp(prefix="dg-rig-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the servers' own users may enter."""
    with open_folder() as made:
        yield made


@pytest.fixture(scope="session")
def arrived() -> dict[str, Mail]:
    """The thousand and the ordinary ones as they come out of a Postfix that our own transport handed them to, by return path.

    They went in by STARTTLS with a verified certificate; Postfix wrote before each where it came from.
    """
    mails = [*thousand(), *ordinary()]
    with open_folder() as made, scripted() as sink, postfix(made, sink=sink.port) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(server.authority))
        transport = SmtpTransport(read_relay(f"smtp://127.0.0.1:{server.port}"))
        states = {transport.send(Envelope(return_path=one.sender, recipient=one.recipient), one.raw).state for one in mails}
        transport.close()
        assert states == {DeliveryState.SENT}
        wait_until(lambda: sink.count >= len(mails), seconds=120, why="all have come through", log=server.log)
        taken = dict(sink.taken)
    assert all(len(raw) == 1 for raw in taken.values()), "a mail came twice"
    return {one.sender: replace(one, raw=taken[one.sender][0]) for one in mails}


@pytest.fixture(scope="session")
def rspamd() -> Iterator[filters.Rspamd]:
    """rspamd, with a DNS in which our domain sends from one address, signs with its two keys and asks for strict alignment."""
    records = {DOMAIN: f"v=spf1 ip4:{filters.SENDS_FROM} -all", f"_dmarc.{DOMAIN}": "v=DMARC1; p=reject; adkim=s; aspf=s"}
    with open_folder() as made, filters.rspamd(made, {**key_records(), **records}) as running:
        yield running
