"""What the tests of mailboxes share: a running IMAP server, with a certificate that signs itself."""

from collections.abc import Iterator

import pytest

from tests.certificates import loopback_certificate
from tests.inbound.dovecot import Dovecot, dovecot


@pytest.fixture(scope="session")
def certificate() -> tuple[bytes, bytes]:
    """A certificate for 127.0.0.1 that signs itself, and its key, PEM."""
    return loopback_certificate("mailbox of the tests")


@pytest.fixture
def server(certificate: tuple[bytes, bytes]) -> Iterator[Dovecot]:
    with dovecot(certificate) as running:
        yield running
