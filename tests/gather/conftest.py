"""What the tests of this room share: a loopback server that answers as told, and short readers."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from digest.gather.read import read_bytes
from digest.gather.report import reading_json

Json = dict[str, object]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Answers:
    """What the server says: path to (status, headers, body); `seen` are the requests' headers by path."""

    base: str = ""
    by_path: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Answers]:
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answers.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = answers.by_path.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers and status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    answers.base = f"http://127.0.0.1:{httpd.server_address[1]}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield answers
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def read() -> Callable[..., Json]:
    def reader(source: str | bytes, kind: str | None = None, url: str = "https://lantern.example/harbour/pier") -> Json:
        body = source.encode() if isinstance(source, str) else source
        return reading_json(read_bytes(body, url, kind, NOW))

    return reader
