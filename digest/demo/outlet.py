"""The sample outlet: a small foreign-policy magazine over HTTP on loopback, with two feeds and the drawings we made."""

import argparse
import contextlib
import hashlib
import socket
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Self
from urllib.parse import urlsplit

from digest.demo.pictures import SCENES, draw_picture
from digest.demo.press_room import FEEDS, NAME, Sheet, set_in_type
from digest.demo.ready import ending_signal, say_ready
from digest.errors import DigestError, ProcessError, SettingsError

__all__ = ["FEEDS", "NAME", "Outlet"]

HOST = "127.0.0.1"


class Outlet:
    """The magazine as of `now` (aware), served from `start()` to `stop()`; `port` 0 takes a free one."""

    def __init__(self, now: datetime, port: int = 0) -> None:
        self._now = now
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return self._port

    @property
    def url(self) -> str:
        """Its address without a slash at the end."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Listen and answer in threads; raises ProcessError where the port is taken."""
        try:
            server = _Server(self._port)
        except OSError as error:
            raise ProcessError(
                f"the sample outlet cannot listen on {HOST}:{self._port}: {error.strerror}; name another --port, or 0"
            ) from error
        self._port = server.server_address[1]
        server.sheets = set_in_type(self._now, self.url)
        server.now = self._now
        self._server = server
        # The poll is how long a stop takes.
        self._thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="sample-outlet", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection; a second call does nothing."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that a stop waits for no idle client."""

    daemon_threads = False  # joined in server_close, after they were hung up on
    request_queue_size = 128

    def __init__(self, port: int) -> None:
        self.sheets: dict[str, Sheet] = {}
        self.now = datetime.now(UTC)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((HOST, port), _Handler)

    def server_bind(self) -> None:
        # HTTPServer would ask the resolver for our name here.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def finish_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        assert isinstance(request, socket.socket)  # noqa: S101  the pair is what UDP servers get
        with self._lock:
            self._open.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)

    def handle_error(self, request: object, client_address: object) -> None:
        # A client that goes away in mid-answer is everyday life, not a traceback.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # handed on as it came

    def hang_up(self) -> None:
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # closed by the client a moment ago
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "MeridianReview"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server names it so
        """Say nothing: what the demo prints is for its reader."""

    def _answer(self, *, with_body: bool) -> None:
        sheet = self._sheet(urlsplit(self.path).path)
        status = HTTPStatus.OK
        if sheet is None:
            status = HTTPStatus.NOT_FOUND
            sheet = Sheet(body=b"Not in this issue.\n", content_type="text/plain; charset=utf-8", changed=self.server.now)
        etag = f'"{hashlib.sha256(sheet.body).hexdigest()[:20]}"'
        if status is HTTPStatus.OK and self._is_known(etag, sheet.changed):
            status = HTTPStatus.NOT_MODIFIED
        self.send_response(status)
        if status is not HTTPStatus.NOT_FOUND:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(sheet.changed, usegmt=True))
            self.send_header("Cache-Control", "max-age=60")
        if status is HTTPStatus.NOT_MODIFIED:
            self.end_headers()
            return
        self.send_header("Content-Type", sheet.content_type)
        self.send_header("Content-Length", str(len(sheet.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(sheet.body)

    def _sheet(self, path: str) -> Sheet | None:
        scene = path.removeprefix("/pictures/").removesuffix(".png")
        if path == f"/pictures/{scene}.png" and scene in SCENES:
            # Drawings do not change while the magazine is up.
            return Sheet(body=draw_picture(scene), content_type="image/png", changed=self.server.now.astimezone(UTC).replace(microsecond=0))
        return self.server.sheets.get(path)

    def _is_known(self, etag: str, changed: datetime) -> bool:
        """Whether the client has this already; a tag outweighs a date (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
        since = self.headers.get("If-Modified-Since")
        if since is None:
            return False
        try:
            return changed <= parsedate_to_datetime(since).astimezone(UTC)
        except ValueError:  # no date: the header is to be ignored (RFC 9110, 13.1.3)
            return False


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m digest.demo.outlet`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m digest.demo.outlet", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--ready", type=Path, help='file that gets {"port", "url"} once the outlet listens')
    parser.add_argument("--now", metavar="ISO", help="the moment that articles are dated back from; without it, now")
    given = parser.parse_args(arguments)
    told = ending_signal()
    try:
        with Outlet(_moment(given.now), given.port) as outlet:
            say_ready(given.ready, {"port": outlet.port, "url": outlet.url})
            told.wait()
    except DigestError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _moment(said: str | None) -> datetime:
    if said is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise SettingsError(f"--now {said!r} is no ISO 8601 time; write for example 2026-11-28T06:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
