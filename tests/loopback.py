"""A server on loopback that answers as told, for the tests of every room."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answers:
    """What the server says: path to (status, headers, body); `seen` are the requests' paths and headers, `methods` their methods.

    A HEAD is answered as a GET would be, but for the paths of `heads`, which have a status of their own for it.
    """

    base: str = ""
    by_path: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    heads: dict[str, int] = field(default_factory=dict)


@contextmanager
def loopback() -> Iterator[Answers]:
    """Serve until the block ends; what nothing was told of is 404."""
    answers = Answers()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answers.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answers.methods.append(self.command)
            status, headers, body = answers.by_path.get(self.path, (404, {}, b""))
            if self.command == "HEAD":
                status = answers.heads.get(self.path, status)
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers and status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "HEAD":
                return
            try:
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_HEAD = do_GET  # noqa: N815  http.server looks for that name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    answers.base = f"http://127.0.0.1:{httpd.server_address[1]}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield answers
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()
