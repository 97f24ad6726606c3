"""One address fetched politely and safely: by turns, capped, timed, never from a private address; with `wire`, all HTTP of the house."""

import re
import time
import zlib
from base64 import b64encode
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

import httpx

from digest.errors import FetchError, NotYet, Unwelcome
from digest.gather import freshness, robots, wire
from digest.gather.decode import as_declared
from digest.gather.guard import allowance, check_url
from digest.gather.inflate import Cap, whole_body
from digest.gather.robots import Access, Robots, access_by_status, may_read, read_robots
from digest.gather.turns import FreeTurns, Outcome, Turns, host_key, origin_of
from digest.gather.walls import WALL_STATUSES, wall_of
from digest.model.weburl import Credentials, shown_url, split_url

MAX_REDIRECTS: Final = 5
MAX_FEED: Final = 10 * 1024 * 1024
MAX_PAGE: Final = 5 * 1024 * 1024
MAX_PICTURE: Final = 10 * 1024 * 1024
# What robots.txt files call us (RFC 9309, 2.2.1), and what stands in every request before the contact.
PRODUCT: Final = "newsroom-digest"
_CONNECT, _READ, _WHOLE = 10.0, 20.0, 45.0
_ACCEPT: Final = b"application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GOOD: Final = frozenset({200, 203})
_SHORT: Final = 64 * 1024
# RFC 9309, 2.4: not longer than a day; and where it cannot be read, nothing is until it is asked again.
_ROBOTS_KEPT, _ROBOTS_LEAST, _ROBOTS_AWAY = 86_400, 3_600, 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to fetch, and how.

    `etag` and `last_modified` are what the last answer gave, and `validated` the address that gave them: no other is shown them.
    `allow_private` is the source's own allowance; it reaches no further than its site. `max_bytes` is the longest body, decompressed;
    a longer one is refused, or with `cut` cut there. `pace` are the seconds until the next request to that host, `patience` those that
    may be waited for its turn. `robots`: ask the site's robots.txt first. `accept` are the types that are welcome.
    `head` asks for the head of the answer alone.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    validated: str | None = None
    allow_private: bool = False
    max_bytes: int = MAX_FEED
    cut: bool = False
    pace: float = 1.5
    patience: float = 20.0
    robots: bool = False
    accept: bytes = _ACCEPT
    head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer: `url` after redirects, `body` decompressed and empty where `not_modified` (304).

    `moved_to` is the address behind redirects that call themselves permanent, from the first hop on. `fresh_for` are the seconds for
    which the server says that it stays as it is.
    """

    url: str
    status: int
    body: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    not_modified: bool
    moved_to: str | None = None
    fresh_for: int | None = None

    @property
    def document(self) -> bytes:
        """The body for whoever reads it as text: a charset that only the Content-Type names (RFC 9110, 8.3.1) is in it then."""
        return as_declared(self.body, self.content_type)


@dataclass(slots=True)
class _Way:
    """How far a fetch has come: where it stands, who we are there, and what is left of its seconds."""

    url: str
    credentials: Credentials | None
    left: float
    permanent: bool = True
    moved: str | None = None


class Fetcher:
    """Fetches over two pools of connections, one of them for what may live on private addresses. Threads may share it."""

    def __init__(
        self, user_agent: str, *, turns: Turns | None = None, connect: float = _CONNECT, read: float = _READ, whole: float = _WHOLE
    ) -> None:
        """`user_agent` names the service and a contact. `turns` keep hosts from being asked too often; without them nothing waits.

        The timeouts are in seconds: to connect, between two pieces, and for the whole with its redirects.
        """
        self._agent = user_agent.encode("ascii", "replace")
        self._turns: Turns = turns or FreeTurns()
        self._connect, self._read, self._whole = connect, read, whole
        self._wire = wire.Wire()

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def fetch(self, request: FetchRequest) -> Fetched:
        """GET `request.url`, through at most five redirects.

        Raises FetchError, with `retry_after` seconds where the server named them; NotYet where the host's turn does not come in time,
        Unwelcome where its robots.txt says no.
        """
        start, credentials = split_url(request.url)
        way = _Way(start, credentials, self._whole)
        for _ in range(MAX_REDIRECTS + 1):
            check_url(way.url)
            pace = self._welcome(way.url, request) if request.robots else request.pace
            answer = self._in_turn(way, replace(request, pace=pace) if pace != request.pace else request)
            if isinstance(answer, Fetched):
                return answer
            status, target = answer
            way.permanent = way.permanent and status in {301, 308}
            way.moved = target if way.permanent else way.moved
            if origin_of(target) != origin_of(way.url):
                way.credentials = None  # they are one server's business
            way.url = target
        raise FetchError(f"{shown_url(request.url)}: more than {MAX_REDIRECTS} redirects; correct the source's address", status=302)

    def _in_turn(self, way: _Way, request: FetchRequest) -> Fetched | tuple[int, str]:
        turn = self._turns.take(host_key(way.url), patience=request.patience)
        outcome = Outcome(pace=request.pace)
        try:
            answer = self._timed(way, request)
            outcome = Outcome(pace=request.pace, answered=True)
        except FetchError as error:
            refused = error.status == 429 or (error.status == 503 and error.retry_after is not None)
            outcome = Outcome(
                pace=request.pace, answered=error.status is not None and not refused, refused=refused, retry_after=error.retry_after
            )
            raise
        else:
            return answer
        finally:
            self._turns.give_back(turn, outcome)

    def _timed(self, way: _Way, request: FetchRequest) -> Fetched | tuple[int, str]:
        """One hop, out of the seconds that are left: what was waited for a turn does not count."""
        began = time.monotonic()
        limits = wire.Limits(
            # Framing and the head cost bytes too, and a body is never decompressed to less than it was.
            until=began + way.left,
            most=2 * request.max_bytes + 1024 * 1024,
            connect=self._connect,
            read=self._read,
        )
        try:
            return self._said(way, request, limits)
        finally:
            way.left -= time.monotonic() - began

    def _said(self, way: _Way, request: FetchRequest, limits: wire.Limits) -> Fetched | tuple[int, str]:
        """One hop, its faults in words; once more where the server had closed the connection that was kept."""
        shown = shown_url(way.url)
        try:
            try:
                return self._once(way, request, limits)
            except wire.StaleError:
                return self._once(way, request, limits)
        except wire.AddressRefusedError as error:
            raise FetchError(f"{shown}: refused, {error}; allow private addresses for this source if it is yours") from error
        except wire.TooLateError as error:
            raise FetchError(f"{shown}: no answer in time; it is tried again later") from error
        except wire.TooLongError as error:
            raise FetchError(f"{shown}: an answer without end, given up; it is tried again later") from error
        except (wire.BrokenError, httpx.InvalidURL, UnicodeError) as error:
            gone = isinstance(error, wire.NowhereError)
            raise FetchError(f"{shown}: cannot be fetched ({_plain(error)}); check the address, or try again later", gone=gone) from error

    def _once(self, way: _Way, request: FetchRequest, limits: wire.Limits) -> Fetched | tuple[int, str]:
        """One request: the answer, or the status and address of a redirect."""
        private = allowance(request.url, way.url, allow_private=request.allow_private)
        target, host = _target(way.url, private=private)
        conditions = _conditions(request) if way.url == (request.validated or split_url(request.url)[0]) else []
        headers = [
            (b"Host", host),
            (b"User-Agent", self._agent),
            (b"Accept", request.accept),
            (b"Accept-Encoding", b"gzip, deflate"),
            *conditions,
        ]
        if way.credentials is not None:
            named = b64encode(f"{way.credentials.user}:{way.credentials.password}".encode())
            headers.append((b"Authorization", b"Basic " + named))
        with self._wire.get(target, headers, limits, "HEAD" if request.head else "GET") as answer:
            location = answer.headers.get("location")
            begins = _read_off(answer) if answer.status not in _GOOD else b""
            if answer.status in _REDIRECTS and location:
                return answer.status, _target_of(way.url, location)
            if answer.status not in _GOOD and not (answer.status == 304 and conditions):
                raise _refused(answer, way.url, begins)
            return _settled(answer, way, request)

    def _welcome(self, url: str, request: FetchRequest) -> float:
        """Return the pace at which we may read `url`; raises Unwelcome, and NotYet where its robots.txt must be waited for."""
        origin = origin_of(url)
        known = self._turns.robots(origin)
        if known is None:
            known, seconds = self._robots(origin, request)
            self._turns.keep_robots(origin, known, seconds=seconds)
        if not may_read(known, url):
            why = "asks not to be read by us" if known.access is Access.RULES else "cannot be read, so its pages are not"
            raise Unwelcome(f"{shown_url(url)}: {origin}/robots.txt {why}; ask the publisher, or go by its feed alone")
        return max(request.pace, known.delay)

    def _robots(self, origin: str, request: FetchRequest) -> tuple[Robots, float]:
        wanted = FetchRequest(
            url=f"{origin}/robots.txt",
            allow_private=allowance(request.url, origin, allow_private=request.allow_private),
            max_bytes=robots.MOST_BYTES,
            cut=True,
            pace=request.pace,
            patience=request.patience,
        )
        try:
            fetched = self.fetch(wanted)
        except NotYet:
            raise
        except FetchError as error:
            access = Access.NONE if error.status is None or error.status == 200 else access_by_status(error.status)
            return Robots(access=access), _ROBOTS_AWAY if access is Access.NONE else _ROBOTS_KEPT
        kept = min(max(fetched.fresh_for or _ROBOTS_KEPT, _ROBOTS_LEAST), _ROBOTS_KEPT)
        return read_robots(fetched.body, PRODUCT), kept


@lru_cache(maxsize=1024)
def _target(url: str, *, private: bool) -> tuple[wire.Target, bytes]:
    """Where a request for `url` goes, and the Host it names: international names and paths as they stand on the wire."""
    parsed = httpx.URL(url)
    target = wire.Target(
        scheme=parsed.raw_scheme, host=parsed.raw_host, port=parsed.port, path=parsed.raw_path, private=private
    )  # fmt: skip
    return target, parsed.netloc


def _target_of(url: str, location: str) -> str:
    """The address that a redirect names, seen from `url`; a name and password in it are nobody's but ours to give."""
    with suppress(UnicodeError):
        # Some servers write addresses in UTF-8, which came here as Latin-1.
        location = location.encode("latin-1").decode("utf-8")
    try:
        joined = urljoin(url, location.strip())
    except ValueError as error:
        raise FetchError(f"{shown_url(url)}: redirects to no address; it is tried again later") from error
    return split_url(joined)[0].partition("#")[0]


def _conditions(request: FetchRequest) -> list[tuple[bytes, bytes]]:
    found: Iterable[tuple[bytes, str | None]] = ((b"If-None-Match", request.etag), (b"If-Modified-Since", request.last_modified))
    return [(name, value.encode("latin-1")) for name, value in found if value]


def _plain(error: Exception) -> str:
    """What a library says of a broken answer, without its own types' names, and no longer than a line."""
    return re.sub(r"bytearray\(b('[^']*'|\"[^\"]*\")\)", r"\1", " ".join(str(error).split()))[:160]


def _read_off(answer: wire.Answer) -> bytes:
    """Read a short body that nobody wants, for a connection is kept only where its answer was read to the end; return how it begins.

    Of a longer one that may be a wall (walls.py), only the beginning is read.
    """
    length = answer.headers.get("content-length", "0")
    short = answer.status == 304 or (length.isascii() and length.isdigit() and int(length) <= _SHORT)
    if not short and answer.status not in WALL_STATUSES:
        return b""
    begins = b""
    for piece in answer.chunks:
        begins = begins if len(begins) >= _SHORT else begins + piece
        if not short and len(begins) >= _SHORT:
            break
    return begins


def _readable(begins: bytes, encoding: str) -> bytes:
    """How a body begins, decompressed as far as that goes."""
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"}:
        return begins
    with suppress(zlib.error):
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(begins, _SHORT)
    return b""


def _refused(answer: wire.Answer, url: str, begins: bytes) -> FetchError:
    return FetchError(
        f"{shown_url(url)}: the server says {answer.status} {answer.reason}".rstrip() + "; " + _remedy(answer.status),
        status=answer.status,
        retry_after=freshness.retry_after(answer.headers, now=datetime.now(UTC)),
        wall=wall_of(answer.status, answer.headers, _readable(begins, answer.headers.get("content-encoding", ""))),
    )


def _settled(answer: wire.Answer, way: _Way, request: FetchRequest) -> Fetched:
    status, shown, now = answer.status, shown_url(way.url), datetime.now(UTC)
    body = b""
    if status != 304 and not request.head:
        body = whole_body(
            answer.chunks, answer.headers.get("content-encoding", ""), Cap(most=request.max_bytes, cut=request.cut), shown=shown
        )
    return Fetched(
        url=way.url,
        status=status,
        body=body,
        content_type=answer.headers.get("content-type"),
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        not_modified=status == 304,
        moved_to=way.moved,
        fresh_for=freshness.fresh_for(answer.headers, now=now),
    )


def _remedy(status: int) -> str:
    if status == 410:
        return "it is gone for good: remove the source or correct its address"
    if status in {401, 403}:
        return "ask the publisher for access"
    if status == 404:
        return "correct the source's address"
    return "it is tried again later"
