"""Debian's Dovecot in a folder of its own: a real IMAP server on loopback, started and ended by the test."""

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.processes import free_port_of_loopback, wait_until

USER, PASSWORD = "returns@paper.example", 'pass "word" ü'
_CONF = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {folder}
log_path = {folder}/log
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:{folder}/mail
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_username_format =
{capability}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service auth {{
  chroot =
  inet_listener {{
    port = {sasl_port}
  }}
}}
"""


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """A running server: its ports, with TLS from the start, without, and for who lets it check logins; its folder holds cert.pem."""

    folder: Path
    port: int
    tls_port: int
    sasl_port: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @contextmanager
    def again(self) -> Iterator[None]:
        """Run until the block ends, on what the folder holds."""
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        command = [program, "-F", "-c", str(self.folder / "dovecot.conf")]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.running.append(process)

        def answers() -> bool:
            assert process.poll() is None, (self.folder / "log").read_text("utf-8")
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                    return connection.recv(4).startswith(b"* OK")
            except OSError:
                return False

        try:
            wait_until(answers, seconds=60, why="dovecot answers", log=self.folder / "log")
            yield
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=60)

    def client(self, folder: str = "INBOX") -> imaplib.IMAP4:
        """A client of the tests' own, signed in."""
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=60)
        server.authenticate("PLAIN", lambda _: f"\0{USER}\0{PASSWORD}".encode())
        server.select(f'"{folder}"')
        return server

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder, in that order."""
        server = self.client()
        for mail in mails:
            assert server.append(f'"{folder}"', "", "", mail)[0] == "OK"
        server.logout()

    def held(self, folder: str = "INBOX") -> list[bytes]:
        """The mails of a folder as they are stored, the oldest first."""
        server = self.client(folder)
        _, told = server.fetch("1:*", "(BODY.PEEK[])") if server.search(None, "ALL")[1][0] else ("OK", [])
        server.logout()
        return [one[1] for one in told if isinstance(one, tuple)]

    def flags(self) -> list[bytes]:
        """The flags of each mail in the inbox."""
        server = self.client()
        _, told = server.fetch("1:*", "(FLAGS)")
        server.logout()
        return [one for one in told if isinstance(one, bytes)]

    def kill(self) -> None:
        """End it at once, with every connection that it holds."""
        os.killpg(self.running[-1].pid, signal.SIGKILL)
        self.running[-1].wait()


@contextmanager
def dovecot(
    certificate: tuple[bytes, bytes], *, ssl_: str = "yes", mechanisms: str = "plain login", capability: str = ""
) -> Iterator[Dovecot]:
    """Run a server with this certificate and key (PEM) until the block ends; `capability` is all that it says it can."""
    # Sockets' paths end at 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="dg-imap-"))
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    (folder / "cert.pem").write_bytes(certificate[0])
    (folder / "key.pem").write_bytes(certificate[1])
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", "utf-8")
    # Under root Dovecot wants users of its own, which its package makes; under anybody else it can be nobody but them.
    user, login = ("dovecot", "dovenull") if os.geteuid() == 0 else (getpass.getuser(), getpass.getuser())
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    if os.geteuid() == 0:
        folder.chmod(0o755)
        shutil.chown(folder / "mail", user, group)
    port, tls_port, sasl_port = free_port_of_loopback(), free_port_of_loopback(), free_port_of_loopback()
    said = f"imap_capability = {capability}" if capability else ""
    values = {"folder": folder, "user": user, "login": login, "group": group, "port": port, "tls_port": tls_port, "sasl_port": sasl_port}
    values |= {"ssl": ssl_, "mechanisms": mechanisms, "capability": said}
    (folder / "dovecot.conf").write_text(_CONF.format(**values), "utf-8")
    server = Dovecot(folder=folder, port=port, tls_port=tls_port, sasl_port=sasl_port)
    try:
        with server.again():
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
