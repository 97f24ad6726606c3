"""The guard before every handler: same-origin POSTs only, bodies of bounded size, HEAD as GET, headers on every answer."""

import re
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.web.auth import COOKIE
from digest.web.headers import DESK_HEADERS
from digest.web.kept import given, keeps, kept_page, pairs_of, too_long
from digest.web.pages import Pages

_SAFE: Final = ("GET", "HEAD", "OPTIONS")
# RFC 8058: a mail provider posts here from anywhere, without cookies; the token is the key.
_ONE_CLICK: Final = re.compile(r"/u/[^/]+\Z")
# A form on the outlet's own pages posts here; nothing comes of it but a letter to the address in it.
_FROM_ANYWHERE: Final = re.compile(r"/subscribe/[^/]+\Z")
# Providers post here from anywhere; what they post proves itself (digest/inbound).
_HOOKS: Final = re.compile(r"/hooks/[a-z]{1,20}\Z")
# Under these the token is the key too, so a browser too old for Sec-Fetch-Site, which says "Origin: null" on a
# no-referrer page (Fetch standard, 3.2), is let in. What says that it is foreign is not.
_TOKENS: Final = ("/u/", "/p/", "/c/")
_MOST_BYTES: Final = 64 * 1024
# Where texts of 100,000 letters are written: up to nine bytes a letter, as a browser sends a form in Chinese.
_TEXTS: Final = re.compile(r"/editions/\d+/(?:items/[^/]+|add)\Z")
_MOST_TEXT_BYTES: Final = 1_000_000
# Up to here what is too long is read, to be given back on the page that says so; a paste of 5 MB in Cyrillic is 15 MB.
_MOST_KEPT_BYTES: Final = 16_000_000
# Up to here it is read and dropped: a browser shows no answer that comes before it has sent all.
_MOST_DRAINED_BYTES: Final = 64_000_000
_FOREIGN: Final = b"Refused: this form was sent from another site. Open the page itself and try again.\n"
_FORM: Final = "application/x-www-form-urlencoded"
_TOO_LONG: Final = "That is longer than fits"


class Guard:
    """ASGI middleware; `public_url` is our own origin, beside the one in the Host header."""

    def __init__(self, app: ASGIApp, public_url: str, pages: Pages) -> None:
        self.app = app
        self._pages = pages
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
            await _forbid(sending, _FOREIGN)
        elif not _ONE_CLICK.match(scope["path"]) and not _HOOKS.match(scope["path"]) and _too_large(scope["path"], headers):
            await self._refuse_large(scope, receive, sending)
        else:
            # The server drops the body of an answer to HEAD; the handlers see one kind of reading only.
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            path, query = scope["path"].replace("\0", ""), scope["query_string"].replace(b"%00", b"")
            receiving = _without_nul(receive) if headers.get("content-type", "").startswith(_FORM) else receive
            await self.app({**scope, "method": method, "path": path, "query_string": query}, receiving, sending)

    async def _refuse_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say that it is too long; a desk's form gets its words back, but for one that saves itself, whose words stand in it."""
        headers, path = Headers(scope=scope), scope["path"]
        length = headers.get("content-length", "")
        desks = keeps(path) and COOKIE in headers.get("cookie", "") and "hx-request" not in headers
        kept = desks and length.isdigit() and int(length) <= _MOST_KEPT_BYTES
        body = await _read(receive, _MOST_KEPT_BYTES if kept else 0)
        if body is None:
            back = ("Nothing was saved.", "Go back: what you typed is still in the form. Shorten it, or send it in parts.")
            answer: Response = self._pages("message.html", status=413, title=_TOO_LONG, sentences=back, to={"href": "", "words": ""})
        else:
            fields = given(await run_in_threadpool(pairs_of, body))
            limit = "1 MB" if _TEXTS.match(path) else "64 KB"
            whole = too_long(fields) or (f"It is {len(body) / 1_000_000:.1f} MB; at most {limit} fit.",)
            said = (*whole, "Nothing was saved. What you typed stands below: shorten it, or send it in parts.")
            answer = await run_in_threadpool(kept_page, self._pages, path, fields, (413, _TOO_LONG, said))
        await answer(scope, receive, send)

    def _ours(self, path: str, headers: Headers) -> bool:
        if _ONE_CLICK.match(path) or _FROM_ANYWHERE.match(path) or _HOOKS.match(path):
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origin = headers.get("origin")
        if origin is None or origin == "null":
            return path.startswith(_TOKENS)
        return origin == self._own or urlsplit(origin).netloc == headers.get("host")


def _too_large(path: str, headers: Headers) -> bool:
    """A browser's form says how long it is. A one-click POST is never read, so it may be anything."""
    length = headers.get("content-length", "0")
    most = _MOST_TEXT_BYTES if _TEXTS.match(path) else _MOST_BYTES
    return "transfer-encoding" in headers or not length.isdigit() or int(length) > most


def _without_nul(receive: Receive) -> Receive:
    """Drop NUL from a form as it comes: it is in no text that anybody typed, and PostgreSQL holds none that has one."""
    held = b""

    async def receiving() -> Message:
        nonlocal held
        message = await receive()
        if message["type"] != "http.request":
            return message
        body = (held + message.get("body", b"")).replace(b"%00", b"").replace(b"\0", b"")
        held = b""
        if message.get("more_body", False):
            # A mark may be cut in two by the end of a chunk.
            cut = len(body) - next((size for size in (2, 1) if body.endswith((b"%0", b"%")[2 - size])), 0)
            body, held = body[:cut], body[cut:]
        return {**message, "body": body}

    return receiving


async def _read(receive: Receive, most: int) -> bytes | None:
    """Return the body, or None where it has more than `most` bytes; then it is dropped as it comes, up to a bound."""
    chunks: list[bytes] = []
    size = 0
    while size <= max(most, _MOST_DRAINED_BYTES):
        message = await receive()
        if message["type"] != "http.request":
            return None
        size += len(message.get("body", b""))
        if size <= most:
            chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks) if most and size <= most else None
    return None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _forbid(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
