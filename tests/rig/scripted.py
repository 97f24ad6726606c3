"""Where Postfix hands mail over: an SMTP server that answers each recipient as told, at RCPT or after the body, and keeps the rest."""

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reply:
    """What a recipient is answered: at RCPT, or after their mail's body."""

    words: str
    after_body: bool = False


@dataclass(slots=True)
class Script:
    """The server's port, what it says to whom, and what it took: mails by their return paths as they came, without dot-stuffing."""

    replies: Mapping[str, Reply] = field(default_factory=dict)
    port: int = 0
    taken: dict[str, list[bytes]] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, recipient: str, *, after_body: bool) -> str | None:
        """The refusal that this recipient gets at this point, or None."""
        reply = self.replies.get(recipient)
        if reply is None or reply.after_body is not after_body:
            return None
        with self.lock:
            self.said[recipient] = self.said.get(recipient, 0) + 1
        return reply.words

    def take(self, sender: str, mail: bytes) -> None:
        """Keep a mail."""
        with self.lock:
            self.taken.setdefault(sender, []).append(mail)

    @property
    def count(self) -> int:
        """How many mails were taken."""
        with self.lock:
            return sum(map(len, self.taken.values()))


class _Talk(socketserver.StreamRequestHandler):
    """One conversation."""

    server: "_Server"
    _sender = _recipient = ""

    def handle(self) -> None:
        verbs = {b"EHLO": self._ehlo, b"MAIL": self._mail, b"RCPT": self._rcpt, b"DATA": self._data}
        self._says("220 sink.example")
        while line := self.rfile.readline():
            if line[:4].upper() == b"QUIT":
                self._says("221 2.0.0 bye")
                return
            verbs.get(line[:4].upper(), self._other)(line)

    def _ehlo(self, _: bytes) -> None:
        self._says("250-sink.example\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME")

    def _mail(self, line: bytes) -> None:
        self._sender = line.partition(b"<")[2].partition(b">")[0].decode()
        self._says("250 2.1.0 ok")

    def _rcpt(self, line: bytes) -> None:
        recipient = line.partition(b"<")[2].partition(b">")[0].decode()
        refusal = self.server.script.answer(recipient, after_body=False)
        self._recipient = "" if refusal else recipient
        self._says(refusal or "250 2.1.5 ok")

    def _data(self, _: bytes) -> None:
        if not self._recipient:
            self._says("554 5.5.1 no valid recipients")
            return
        self._says("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            assert line, "the connection ended within a body"
            lines.append(line[1:] if line.startswith(b".") else line)
        refusal = self.server.script.answer(self._recipient, after_body=True)
        if not refusal:
            self.server.script.take(self._sender, b"".join(lines))
        self._says(refusal or "250 2.0.0 kept")

    def _other(self, _: bytes) -> None:
        self._says("250 2.0.0 ok")

    def _says(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.script = script


@contextmanager
def scripted(replies: Mapping[str, Reply] | None = None) -> Iterator[Script]:
    """Serve on loopback until the block ends."""
    script = Script(replies or {})
    with _Server(script) as server:
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
            thread.join()
