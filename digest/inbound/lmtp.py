"""The way in for returned mail: LMTP or SMTP for a mail system on the same machine; 250 only once it is committed."""

import asyncio
import ipaddress
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.errors import ProcessError, SettingsError, StoreError
from digest.log import get_log

log = get_log("inbound")

# A returned mail is ours and a few words: ours are a tenth of this.
MOST_BYTES = 5_000_000
MOST_CONNECTIONS = 20
_MOST_RECIPIENTS = 50
_THREADS = 4
_PATIENCE = 60.0
# Notices quote what they like: a line over 998 bytes (RFC 5322) is no reason to lose one.
_LONGEST_LINE = 262_144
_ADDRESS = re.compile(r"(?:(?P<scheme>lmtp|smtp)://)?(?P<host>\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):(?P<port>\d{1,5})/?")

Take = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where mail is taken in: host, port (0: a free one), and whether the other side speaks LMTP (RFC 2033) or SMTP."""

    host: str
    port: int
    lmtp: bool = True

    @property
    def loopback(self) -> bool:
        """Whether nobody but this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def read_place(text: str) -> Place:
    """Return what `HOST:PORT`, `lmtp://HOST:PORT` or `smtp://HOST:PORT` names; raises SettingsError."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or int(found["port"]) > 65_535:
        raise SettingsError(f"{text!r} is no place to listen on; write lmtp://127.0.0.1:8024, or smtp://127.0.0.1:8024")
    return Place(host=found["host"].strip("[]"), port=int(found["port"]), lmtp=found["scheme"] != "smtp")


async def serve(place: Place, take: Take, listening: Callable[[int], None], ended: asyncio.Event) -> None:
    """Take mail in until `ended` is set: `take` gets each as it came and returns once it is safe, or raises.

    `take` is called from up to four threads; `listening` gets the port. What is under way is finished first. Raises ProcessError.
    """
    loop = asyncio.get_running_loop()
    talks: set[asyncio.BaseTransport] = set()
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="inbound") as pool:
        handler = _Handler(take, pool)
        kind = _Lmtp if place.lmtp else _Smtp
        try:
            server = await loop.create_server(lambda: kind(handler, talks), place.host, place.port, backlog=64)
        except OSError as error:
            raise ProcessError(f"cannot listen on {place.host}:{place.port}: {error.strerror}; name another place with --listen") from error
        listening(server.sockets[0].getsockname()[1])
        await ended.wait()
        server.close()
        await handler.idle.wait()
        for transport in tuple(talks):
            transport.close()
        await asyncio.sleep(0)


class _Handler:
    """What is said to a mail; aiosmtpd finds the methods by their names."""

    def __init__(self, take: Take, pool: ThreadPoolExecutor) -> None:
        self._take = take
        self._pool = pool
        self._under_way = 0
        self.idle = asyncio.Event()
        self.idle.set()

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= _MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        self._under_way += 1
        self.idle.clear()
        try:
            said = [await self._taken(recipient, envelope.original_content or b"") for recipient in envelope.rcpt_tos]
        finally:
            self._under_way -= 1
            if not self._under_way:
                self.idle.set()
        if isinstance(server, LMTP):
            return "\r\n".join(said)
        # SMTP has one answer for all: what is repeated then changes nothing for those that were taken.
        return next((one for one in said if not one.startswith("250")), said[0])

    async def _taken(self, recipient: str, mail: bytes) -> str:
        # The token stands in the address that it came to, which the mail's own headers need not repeat.
        clean = re.sub(r"[^\x21-\x7e]", "", recipient)[:320]
        whole = f"Delivered-To: {clean}\r\n".encode("ascii") + mail
        try:
            await asyncio.get_running_loop().run_in_executor(self._pool, self._take, whole)
        except StoreError as error:
            log.warning("not taken in", why=str(error))
            return "451 4.3.0 the database does not answer; try again later"
        except Exception as error:  # noqa: BLE001  whatever it was, nothing was committed: the mail system keeps the mail
            log.error("not taken in", why=f"{type(error).__name__}: {error}")  # noqa: TRY400  a line for the log of a person
            return "451 4.3.0 not taken in; try again later"
        return "250 2.0.0 taken in"


class _Bounded(SMTP):
    """A connection with its bounds; one beyond the most is told so and closed."""

    line_length_limit = _LONGEST_LINE

    def __init__(self, handler: _Handler, talks: set[asyncio.BaseTransport]) -> None:
        super().__init__(
            handler,
            data_size_limit=MOST_BYTES,
            # A name given keeps aiosmtpd from asking the resolver for one.
            hostname="digest.localhost",
            ident="digest",
            enable_SMTPUTF8=True,
            timeout=_PATIENCE,
            loop=asyncio.get_running_loop(),
        )
        self._talks = talks
        self._own: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._talks) >= MOST_CONNECTIONS and isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.7.0 too many connections; try again later\r\n")
            transport.close()
            return
        self._own = transport
        self._talks.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._own is None:
            return
        self._talks.discard(self._own)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._own is not None:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        return super().eof_received() if self._own is not None else None


class _Smtp(_Bounded):
    """SMTP: one answer a mail."""


class _Lmtp(_Bounded, LMTP):
    """LMTP: an answer for each recipient (RFC 2033, 4.2), also where the mail as a whole is refused."""

    async def push(self, status: str | bytes) -> None:
        text = status.decode("ascii", "replace") if isinstance(status, bytes) else status
        # aiosmtpd answers once; these two are all that it says to a mail's end by itself.
        if text.startswith(("552 Error: Too much mail", "500 Line too long")) and self.envelope is not None:
            text = "\r\n".join([text] * max(1, len(self.envelope.rcpt_tos)))
        await super().push(text)


def run(place: Place, take: Take, listening: Callable[[int], None], signals: Sequence[int]) -> None:
    """Serve until one of `signals` comes; raises ProcessError where the place is taken."""

    async def until_told() -> None:
        ended = asyncio.Event()
        for one in signals:
            asyncio.get_running_loop().add_signal_handler(one, ended.set)
        await serve(place, take, listening, ended)

    with suppress(KeyboardInterrupt):
        asyncio.run(until_told())
