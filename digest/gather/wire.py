"""The wire: connections judged where they are made, bounded in time and bytes; the only file with httpcore."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpcore

from digest.gather.guard import refused_address, refused_port

_CONNECTIONS: Final = 16
_IDLE: Final = 15.0
# The resolver's word that there is no such name, rather than that it could not ask (EAI_AGAIN).
_NO_SUCH_NAME: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_SockOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]
Headers = Sequence[tuple[bytes, bytes]]


class AddressRefusedError(Exception):
    """The guard's word on where a name leads."""


class TooLateError(Exception):
    """A time ran out: to connect, between two pieces, or the whole."""


class TooLongError(Exception):
    """More came than an answer may have."""


class BrokenError(Exception):
    """No connection, or what came is no HTTP."""


class NowhereError(BrokenError):
    """The name has no address."""


class StaleError(BrokenError):
    """The server closed a kept connection just as it was used again: nothing was answered, and once more is harmless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes, as it stands on the wire; `private` lets it reach loopback and private addresses."""

    scheme: bytes
    host: bytes
    port: int | None
    path: bytes
    private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The head of an answer, its names in lower case, and its body's pieces, to be read before the connection is given back."""

    status: int
    reason: str
    headers: Mapping[str, str]
    chunks: Iterable[bytes]


@dataclass(slots=True, kw_only=True)
class Limits:
    """What is left for one request of this thread: `until` (of time.monotonic) and `most` bytes; seconds to connect and between pieces."""

    until: float
    most: int
    connect: float
    read: float


class Wire:
    """Two pools of connections, one of them for what may live on private addresses. Threads may share it."""

    def __init__(self) -> None:
        context = ssl.create_default_context()
        self._present = _Present()
        self._pools = {
            private: httpcore.ConnectionPool(
                ssl_context=context,
                max_connections=_CONNECTIONS,
                max_keepalive_connections=_CONNECTIONS,
                keepalive_expiry=_IDLE,
                network_backend=_GuardedBackend(self._present, private=private),
            )
            for private in (False, True)
        }

    def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()

    @contextmanager
    def get(self, target: Target, headers: Headers, limits: Limits, method: str = "GET") -> Iterator[Answer]:
        """GET, or HEAD, within `limits`; raises one of the errors above, here or while the body is read."""
        present = self._present
        present.limits, present.answered, present.kept = limits, False, False
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        timeouts = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.read}
        try:
            with self._pools[target.private].stream(method, url, headers=headers, extensions={"timeout": timeouts}) as response:
                yield _answer(response)
        except httpcore.TimeoutException as error:
            raise TooLateError(str(error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            if isinstance(error, _NoAddressError):
                raise NowhereError(str(error)) from error
            if present.kept and not present.answered:
                raise StaleError(str(error)) from error
            raise BrokenError(str(error) or type(error).__name__) from error
        finally:
            present.limits = None


class _NoAddressError(httpcore.ConnectError):
    """As httpcore would say it, but for good."""


class _Present(threading.local):
    """What the request of this thread may still spend: the pool hands connections on, so a connection cannot know."""

    limits: Limits | None = None
    answered = False  # something came back
    kept = False  # the connection had served before

    def seconds(self, timeout: float | None) -> float | None:
        """The shorter of `timeout` and what is left of the whole."""
        if self.limits is None:
            return timeout
        left = self.limits.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the whole took too long")
        return left if timeout is None else min(timeout, left)

    def came(self, size: int) -> None:
        """Count what came in."""
        self.answered = self.answered or size > 0
        if self.limits is not None:
            self.limits.most -= size
            if self.limits.most < 0:
                raise TooLongError


class _BoundedStream(httpcore.NetworkStream):
    """A connection whose reads and writes end with the time and the bytes of the request that uses it.

    Without it a server that sends one byte every few seconds, or headers without end, would hold a worker for ever.
    """

    def __init__(self, inner: httpcore.NetworkStream, present: _Present) -> None:
        self._inner = inner
        self._present = present
        self._served = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._present.seconds(timeout))
        self._served = True
        self._present.came(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._present.kept = self._served
        self._inner.write(buffer, self._present.seconds(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._present.seconds(timeout))
        return _BoundedStream(inner, self._present)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401  httpcore's signature
        return self._inner.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves a name itself and connects to the address it judged, so that no second look-up can give another one."""

    def __init__(self, present: _Present, *, private: bool) -> None:
        self._inner = httpcore.SyncBackend()
        self._present = present
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _SockOptions | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that answers, within `timeout` for all of them and for the look-up."""
        until = time.monotonic() + (self._present.seconds(timeout) or 0.0)
        addresses = _addresses(host, port, until - time.monotonic())
        # One bad address condemns the name: a mixed answer is how rebinding begins.
        for address in addresses:
            if refused_address(address, allow_private=self._private):
                raise AddressRefusedError(f"{host} is a private or special address ({address})")
        if refused_port(port, allow_private=self._private):
            raise AddressRefusedError(f"port {port} is none of those that the open web has (80, 443, 8080, 8443)")
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            left = until - time.monotonic()
            if left <= 0:
                raise httpcore.ConnectTimeout
            try:
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _BoundedStream(stream, self._present)
        raise failure

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002  httpcore's signature
        socket_options: _SockOptions | None = None,  # noqa: ARG002  see above
    ) -> httpcore.NetworkStream:
        """No address leads to a Unix socket."""
        raise AddressRefusedError(f"{path} is a Unix socket")

    def sleep(self, seconds: float) -> None:
        """Wait, for httpcore's retries, which are off."""
        self._inner.sleep(seconds)


def _addresses(host: str, port: int, seconds: float) -> tuple[str, ...]:
    """The addresses of a name. The resolver knows no time limit, so it is asked in a thread that may be left behind."""
    if _is_address(host):
        return (host,)
    found: list[str] = []
    trouble: list[Exception] = []

    def look() -> None:
        try:
            found.extend(dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            trouble.append(error)

    asking = threading.Thread(target=look, name="resolve", daemon=True)
    asking.start()
    asking.join(max(0.0, seconds))
    if asking.is_alive():
        raise httpcore.ConnectTimeout(f"the address of {host} was not found in time")
    if trouble:
        lasting = isinstance(trouble[0], socket.gaierror) and trouble[0].errno in _NO_SUCH_NAME
        raise (_NoAddressError if lasting else httpcore.ConnectError)(f"{host} has no address ({trouble[0]})") from trouble[0]
    return tuple(found)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _answer(response: httpcore.Response) -> Answer:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    reason = response.extensions.get("reason_phrase", b"").decode("latin-1")
    return Answer(status=response.status, reason=reason, headers=headers, chunks=response.iter_stream())
