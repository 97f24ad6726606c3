"""One address fetched politely and safely: capped, timed, never from a private address; the only file with httpx."""

import email.utils
import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from digest.errors import FetchError

MAX_REDIRECTS = 5
MAX_RATIO = 100  # decompressed to compressed; honest HTML stays under 20
_CONNECT, _READ, _WHOLE = 10.0, 20.0, 45.0
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_CGNAT = ipaddress.ip_network("100.64.0.0/10")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_TEREDO = ipaddress.ip_network("2001::/32")
Options = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to fetch; `etag` and `last_modified` are what the last answer gave. `allow_private` is the source's own allowance."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    allow_private: bool = False
    max_bytes: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer: `url` after redirects, `body` decompressed and empty where `not_modified` (304).

    `moved_to` is the address behind a redirect that calls itself permanent from the first hop on.
    """

    url: str
    status: int
    body: bytes
    content_type: str | None
    etag: str | None
    last_modified: str | None
    not_modified: bool
    moved_to: str | None = None


def refused_address(address: str) -> bool:
    """Whether an IP address is none of the public internet: private, loopback, link-local, multicast, CGNAT, NAT64 or mapped."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is not None:
            return True
        if any(ip in net for net in (*_NAT64, _SIX_TO_FOUR, _TEREDO)) or ip.is_site_local:
            return True
    elif ip in _CGNAT:
        return True
    return not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified


class _RefusedError(Exception):
    """The guard's word, carried through httpcore and httpx untouched."""


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name itself and connects to the address it judged, so that no second look-up can give another one."""

    def __init__(self, *, allow_private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that is allowed."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address ({error})") from error
        addresses = [str(entry[4][0]) for entry in found]
        # One bad address condemns the name: a mixed answer is how rebinding begins.
        if not self._allow_private and any(refused_address(address) for address in addresses):
            raise _RefusedError(f"{host} is a private or special address ({addresses[0]})")
        failure: Exception | None = None
        for address in dict.fromkeys(addresses):
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002  httpcore's signature
        socket_options: Options | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """No address leads to a Unix socket."""
        raise _RefusedError(f"{path} is a Unix socket")

    def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries, which are off."""
        self._inner.sleep(seconds)


class _Transport(httpx.HTTPTransport):
    """httpx's transport over a pool whose connections the guard opens; no proxy, no retries."""

    def __init__(self, *, allow_private: bool, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=16,
            max_keepalive_connections=16,
            keepalive_expiry=15,
            network_backend=_GuardedBackend(allow_private=allow_private),
        )


class Fetcher:
    """Fetches over two pools, one of them for sources that may live on private addresses. Threads may share it."""

    def __init__(self, user_agent: str, *, connect: float = _CONNECT, read: float = _READ, whole: float = _WHOLE) -> None:
        """`user_agent` names the service and a contact; the timeouts are in seconds: to connect, between bytes, for the whole."""
        context = ssl.create_default_context()
        timeout = httpx.Timeout(read, connect=connect)
        self._whole = whole
        self._clients = {
            allowed: httpx.Client(
                transport=_Transport(allow_private=allowed, context=context),
                timeout=timeout,
                follow_redirects=False,
                trust_env=False,
                headers={"User-Agent": user_agent},
            )
            for allowed in (False, True)
        }

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()

    def fetch(self, request: FetchRequest) -> Fetched:
        """GET `request.url`, through at most five redirects; raises FetchError, with `retry_after` seconds where the server named them."""
        deadline = time.monotonic() + self._whole
        url, permanent, moved = request.url, True, None
        for _ in range(MAX_REDIRECTS + 1):
            _check_url(url)
            answer = self._once(url, request, deadline)
            if isinstance(answer, Fetched):
                return Fetched(
                    url=answer.url, status=answer.status, body=answer.body, content_type=answer.content_type, etag=answer.etag,
                    last_modified=answer.last_modified, not_modified=answer.not_modified, moved_to=moved,
                )  # fmt: skip
            status, url = answer
            permanent = permanent and status in {301, 308}
            moved = url if permanent else moved
        raise FetchError(f"{request.url}: more than {MAX_REDIRECTS} redirects; correct the source's address")

    def _once(self, url: str, request: FetchRequest, deadline: float) -> Fetched | tuple[int, str]:
        """One hop: the answer, or the status and address of a redirect."""
        headers = {
            "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5",
            "Accept-Encoding": "gzip, deflate",
        }
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        try:
            with self._clients[request.allow_private].stream("GET", url, headers=headers) as response:
                if response.status_code in {301, 302, 303, 307, 308} and response.headers.get("location"):
                    return response.status_code, urljoin(url, response.headers["location"])
                return _settled(response, url, request, deadline)
        except _RefusedError as error:
            raise FetchError(f"{url}: refused, {error}; allow private addresses for this source if it is yours") from error
        except httpx.TimeoutException as error:
            raise FetchError(f"{url}: no answer in time; it is tried again later") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as error:
            raise FetchError(
                f"{url}: cannot be fetched ({str(error) or type(error).__name__}); check the address, or try again later"
            ) from error


def _check_url(url: str) -> None:
    """Only http and https, a host that is a name or a plain address, no user name."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{url}: no address ({error}); correct the source") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise FetchError(f"{url}: only http and https addresses are fetched; correct the source")
    if parts.username is not None:
        raise FetchError(f"{host}: an address with a user name is not fetched; leave the name out")


def _settled(response: httpx.Response, url: str, request: FetchRequest, deadline: float) -> Fetched:
    status = response.status_code
    if status == 304:
        body = b""
    elif status == 200:
        body = _body(response, url, request.max_bytes, deadline)
    else:
        raise FetchError(
            f"{url}: the server says {status} {response.reason_phrase}".rstrip() + "; " + _remedy(status),
            status=status,
            retry_after=_retry_after(response),
        )
    return Fetched(
        url=url, status=status, body=body, content_type=response.headers.get("content-type"), etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"), not_modified=status == 304,
    )  # fmt: skip


def _body(response: httpx.Response, url: str, limit: int, deadline: float) -> bytes:
    """The body, read in pieces so that neither a long one nor a bomb is ever in memory."""
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > limit:
        raise FetchError(f"{url}: {int(length):,} bytes, more than the {limit:,} allowed", status=200)
    parts: list[bytes] = []
    size = 0
    for piece in _inflated(response, url):
        size += len(piece)
        if size > limit:
            raise FetchError(f"{url}: more than the {limit:,} bytes allowed", status=200)
        if size > 1024 * 1024 and size > MAX_RATIO * max(1, response.num_bytes_downloaded):
            raise FetchError(f"{url}: compressed more than {MAX_RATIO} times, which is refused as a bomb", status=200)
        if time.monotonic() > deadline:
            raise FetchError(f"{url}: the answer took too long; it is tried again later", status=200)
        parts.append(piece)
    return b"".join(parts)


def _inflated(response: httpx.Response, url: str) -> Iterator[bytes]:
    """The body decompressed in pieces of 256 KiB at most: httpx would inflate a whole network chunk, a thousandfold, at once."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in {"", "identity"}:
        yield from response.iter_raw()
        return
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise FetchError(f"{url}: sent as '{coding}', which was not asked for; it is tried again later", status=200)
    inflater = zlib.decompressobj(47 if "gzip" in coding else 15)
    first = True
    for raw in response.iter_raw():
        waiting = raw
        while waiting:
            try:
                piece = inflater.decompress(waiting, 256 * 1024)
            except zlib.error as error:
                if coding == "deflate" and first:  # some servers send it without the zlib header
                    inflater, first = zlib.decompressobj(-15), False
                    continue
                raise FetchError(f"{url}: broken compression ({error}); it is tried again later", status=200) from error
            first = False
            yield piece
            if inflater.eof and inflater.unused_data.strip(b"\x00"):  # one gzip member after another
                waiting, inflater = inflater.unused_data, zlib.decompressobj(47)
            else:
                waiting = inflater.unconsumed_tail


def _retry_after(response: httpx.Response) -> int | None:
    """Seconds to wait as the server asks, at most a day; given as seconds or as a date (RFC 9110 10.2.3)."""
    value = response.headers.get("retry-after", "").strip()
    if value.isdigit():
        return min(int(value), 86_400)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - datetime.now(UTC)).total_seconds()), 86_400))


def _remedy(status: int) -> str:
    if status == 410:
        return "it is gone for good: remove the source or correct its address"
    if status in {401, 403}:
        return "ask the publisher for access"
    if status == 404:
        return "correct the source's address"
    return "it is tried again later"
