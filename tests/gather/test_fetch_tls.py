"""Fetching over TLS: certificates are held to, and the limits of a fetch hold behind them too."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from digest.errors import FetchError
from digest.gather.fetch import Fetched, Fetcher, FetchRequest
from digest.gather.probe import probe
from digest.model.facts import LinkState
from tests.certificates import loopback_certificate


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/slow":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(1_000):
                try:
                    self.wfile.write(b"X")
                except OSError:
                    return
                time.sleep(0.05)
            return
        self.send_response_only(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def certificate(folder: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1 that signs itself."""
    made, private = loopback_certificate("lantern.example")
    path = folder / "both.pem"
    path.write_bytes(private + made)
    return path


@contextmanager
def serving(path: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is what is tested
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch(url: str, times: int = 1) -> Fetched:
    with closing(Fetcher("digest-test/1", connect=2, read=2, whole=1.5)) as fetcher:
        return [fetcher.fetch(FetchRequest(url=url, allow_private=True)) for _ in range(times)][-1]


def test_a_trusted_certificate_is_good_for_one_request_and_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with serving(path) as base:
        assert fetch(f"{base}/feed", times=2).body == b"hello"
        began = time.monotonic()
        with pytest.raises(FetchError, match="no answer in time"):
            fetch(f"{base}/slow")
        assert time.monotonic() - began < 20, "less than half of what the server would take"


def test_a_certificate_that_nobody_trusts_is_refused_in_words(tmp_path: Path) -> None:
    with serving(certificate(tmp_path)) as base, pytest.raises(FetchError, match="certificate verify failed"):
        fetch(f"{base}/feed")


def test_plain_http_where_tls_was_meant_is_an_error(tmp_path: Path) -> None:
    with serving(certificate(tmp_path)) as base, pytest.raises(FetchError, match="cannot be fetched"):
        fetch(base.replace("https:", "http:"))


def test_a_link_whose_certificate_nobody_trusts_is_said_in_an_editors_words(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with serving(certificate(tmp_path)) as base, closing(Fetcher("digest-test/1", connect=2, read=2, whole=1.5)) as fetcher:
        health = probe(fetcher, FetchRequest(url=f"{base}/piece", allow_private=True, pace=0), now=now)
    assert health.state is LinkState.SILENT
    assert health.why == "Its certificate is not valid (self-signed certificate): browsers warn of it."
