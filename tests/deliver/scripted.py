"""An SMTP server that plays a script: what a relay may answer, and when it may go away."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from digest.deliver.relay import read_relay
from digest.deliver.smtp import SmtpTransport

DROP = "drop the connection"


class Script:
    """A server on loopback; `says` gives the answer to a verb, once or for good, in place of the usual one."""

    def __init__(self, says: Mapping[str, str | list[str]]) -> None:
        self._says = {verb: list(answer) if isinstance(answer, list) else answer for verb, answer in says.items()}
        self.heard: list[str] = []
        self.messages: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                self._talk(connection, lines)

    def _talk(self, connection: socket.socket, lines: Iterator[bytes]) -> None:
        if not self._answer(connection, "GREETING", "220 ready"):
            return
        for line in lines:
            verb = line.split()[0].decode().upper()
            self.heard.append(line.decode().strip())
            usual = {"EHLO": "250 scripted", "DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")
            if not self._answer(connection, verb, usual) or verb == "QUIT":
                return
            if verb == "DATA" and self._last.startswith("354"):
                body = b""
                for part in lines:
                    if part == b".\r\n":
                        break
                    body += part[1:] if part.startswith(b".") else part
                self.messages.append(body)
                if not self._answer(connection, "BODY", "250 kept"):
                    return

    def _answer(self, connection: socket.socket, verb: str, usual: str) -> bool:
        planned = self._says.get(verb, usual)
        answer = (planned.pop(0) if planned else usual) if isinstance(planned, list) else planned
        self._last = answer
        if answer == DROP:
            return False
        connection.sendall(answer.replace("\n", "\r\n").encode() + b"\r\n")
        return True


@contextmanager
def relay(**says: str | list[str]) -> Iterator[tuple[Script, SmtpTransport]]:
    script = Script(says)
    transport = SmtpTransport(read_relay(f"smtp+plain://127.0.0.1:{script.port}"), timeout=5)
    try:
        yield script, transport
    finally:
        transport.close()
        script.close()
