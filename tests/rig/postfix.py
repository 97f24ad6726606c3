"""A Postfix of the tests' own: Debian's programs with a configuration, a queue and ports that nobody else knows, on loopback."""

import ipaddress
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.processes import free_port_of_loopback, wait_until

NAME = "mx.harbour.example"
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfix:
    """A running Postfix: its ports with STARTTLS and with TLS from the start, and the file of the authority behind its certificate."""

    port: int
    tls_port: int
    authority: Path
    folder: Path

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / "log"

    def waiting(self) -> int:
        """How many messages are in its queue."""
        queues = ("incoming", "active", "deferred", "maildrop")
        return sum(1 for name in queues for path in (self.folder / "queue" / name).rglob("*") if path.is_file())


@contextmanager
def postfix(folder: Path, *, sink: int, lmtp: Mapping[str, int] | None = None, **settings: str) -> Iterator[Postfix]:
    """Run a Postfix in `folder` until the block ends; `settings` stand over what main.cf says here.

    Its own users must reach the folder, so pytest's, which are for their owner only, will not do.

    It takes mail by STARTTLS only and hands it to the SMTP server on port `sink`; what goes to a domain of `lmtp`, returned
    mail above all, to the LMTP server on that port.
    """
    assert os.geteuid() == 0, "Postfix starts as root only: run these tests with `sudo ./run test tests/rig`"
    port, tls_port = free_port_of_loopback(), free_port_of_loopback()
    for name in ("conf", "queue", "data", "tls"):
        (folder / name).mkdir(parents=True)
    shutil.chown(folder / "data", "postfix", "postfix")
    _certify(folder / "tls")
    routes = ", ".join(f"{{ {domain} = lmtp:inet:127.0.0.1:{number} }}" for domain, number in (lmtp or {}).items())
    main = {
        "compatibility_level": "3.6",
        "queue_directory": str(folder / "queue"),
        "data_directory": str(folder / "data"),
        "maillog_file": str(folder / "log"),
        "maillog_file_prefixes": str(folder),
        "myhostname": NAME,
        "mydestination": "",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mynetworks": "127.0.0.0/8",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "smtpd_tls_security_level": "encrypt",
        "smtpd_tls_chain_files": str(folder / "tls" / "server.pem"),
        "smtp_tls_security_level": "none",
        "relayhost": f"[127.0.0.1]:{sink}",
        "transport_maps": f"inline:{{ {routes} }}" if routes else "",
        # One recipient's refusal is nobody else's.
        "default_destination_concurrency_failed_cohort_limit": "0",
        "default_process_limit": "10",
        "alias_maps": "",
        "alias_database": "",
        "local_recipient_maps": "",
        **settings,
    }
    (folder / "conf" / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in main.items()), "utf-8")
    (folder / "conf" / "master.cf").write_text(_MASTER.format(port=port, tls_port=tls_port), "utf-8")
    _postfix(folder, "start")
    try:
        wait_until(lambda: _greets(port), seconds=60, why="Postfix greets", log=folder / "log")
        yield Postfix(port=port, tls_port=tls_port, authority=folder / "tls" / "authority.pem", folder=folder)
    finally:
        _postfix(folder, "stop")


def _postfix(folder: Path, act: str) -> None:
    # It keeps its parent's pipes open for as long as it runs: they go to a file.
    with (folder / "said").open("ab") as said:
        ran = subprocess.run(
            ["/usr/sbin/postfix", "-c", str(folder / "conf"), act],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            timeout=60,
            check=False,
        )
    if ran.returncode:
        pytest.fail(f"postfix {act}: {(folder / 'said').read_text('utf-8', 'replace')[-2000:]}")


def _greets(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            return client.recv(4) == b"220 "
    except OSError:
        return False


def _certify(folder: Path) -> None:
    """Make an authority, and a certificate for 127.0.0.1 by it."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in ("The rig's authority", NAME))
    now = datetime.now(UTC)

    def begun(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(ca_name).public_key(public)
        return (
            builder.serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(now + timedelta(days=2))
        )

    authority = begun(ca_name, ca_key.public_key()).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    ours = begun(name, key.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
    )
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(private + ours.sign(ca_key, hashes.SHA256()).public_bytes(pem))
