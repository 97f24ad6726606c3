"""The guard before every handler: same-origin POSTs only, small bodies, HEAD as GET, headers on every answer."""

import re
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.web.headers import DESK_HEADERS

_SAFE: Final = ("GET", "HEAD", "OPTIONS")
# RFC 8058: a mail provider posts here from anywhere, without cookies; the token is the key.
_ONE_CLICK: Final = re.compile(r"/u/[^/]+\Z")
# A form on the outlet's own pages posts here; nothing comes of it but a letter to the address in it.
_FROM_ANYWHERE: Final = re.compile(r"/subscribe/[^/]+\Z")
# Under these the token is the key too, so a browser too old for Sec-Fetch-Site, which says "Origin: null" on a
# no-referrer page (Fetch standard, 3.2), is let in. What says that it is foreign is not.
_TOKENS: Final = ("/u/", "/p/", "/c/")
_MOST_BYTES: Final = 64 * 1024
_FOREIGN: Final = b"Refused: this form was sent from another site. Open the page itself and try again.\n"
_TOO_LARGE: Final = b"Refused: the form is larger than 64 KB.\n"


class Guard:
    """ASGI middleware; `public_url` is our own origin, beside the one in the Host header."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        self._own = _origin(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in DESK_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if scope["method"] not in _SAFE and not self._ours(scope["path"], headers):
            await _refuse(sending, 403, _FOREIGN)
        elif not _ONE_CLICK.match(scope["path"]) and _too_large(headers):
            await _refuse(sending, 413, _TOO_LARGE)
        elif scope["method"] == "HEAD":
            # The server drops the body of an answer to HEAD; the handlers see one kind of reading only.
            await self.app({**scope, "method": "GET"}, receive, sending)
        else:
            await self.app(scope, receive, sending)

    def _ours(self, path: str, headers: Headers) -> bool:
        if _ONE_CLICK.match(path) or _FROM_ANYWHERE.match(path):
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None or origin == "null":
            return path.startswith(_TOKENS)
        return origin == self._own or urlsplit(origin).netloc == headers.get("host")


def _too_large(headers: Headers) -> bool:
    """A browser's form says how long it is. A one-click POST is never read, so it may be anything."""
    length = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not length.isdigit() or int(length) > _MOST_BYTES


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _refuse(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
