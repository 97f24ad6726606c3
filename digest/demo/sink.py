"""The SMTP sink: a server, on loopback unless told otherwise, that keeps every message it accepts, and counts before it answers."""

import argparse
import asyncio
import contextlib
import re
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Self, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from digest.demo.ready import ending_signal, say_ready
from digest.demo.sinklog import Accepted, Keeper, Tally, read_log, tally
from digest.errors import DigestError, ProcessError, SettingsError

__all__ = ["Accepted", "Refusal", "Sink", "Tally", "parse_refusal", "read_log", "tally"]

HOST = "127.0.0.1"
_RULE = re.compile(r"(?P<pattern>.+):(?P<code>[45]\d\d)(?P<text> .+)?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Recipients that match `pattern` (a shell glob, letters of any case) get `answer`, a 4xx or 5xx line."""

    pattern: str
    answer: str

    def hits(self, address: str) -> bool:
        """Whether this rule refuses `address`."""
        return fnmatchcase(address.casefold(), self.pattern.casefold())


def parse_refusal(rule: str) -> Refusal:
    """Read `GLOB:CODE` or `GLOB:CODE TEXT`, as in `*@full.example:452 4.2.2 mailbox full`; raises SettingsError."""
    found = _RULE.fullmatch(rule)
    if found is None:
        raise SettingsError(f"--fail-rcpt {rule!r} is no GLOB:CODE with a code of 400 to 599; write for example '*@gone.example:550'")
    code = found["code"]
    said = (found["text"] or f" {code[0]}.0.0 refused by a rule of this sink").strip()
    return Refusal(pattern=found["pattern"], answer=f"{code} {said}")


class Sink:
    """An SMTP server in a thread of its own; `port` 0 takes a free one, to be read off `port` after `start()`.

    It asks nobody for a login: `host` is loopback, unless nothing but our own containers reaches another one.
    `directory` gets `log.jsonl` and the messages as `*.eml` (not with `keep_files=False`). `delay` is how many seconds
    a message takes, half of it before the message is kept and half before the answer, so that a client killed at
    random dies on either side. Recipients that a refusal hits are refused at RCPT.
    """

    def __init__(  # noqa: PLR0913  each is a way of the sink that a test or a command asks for
        self,
        directory: Path,
        port: int = 0,
        *,
        host: str = HOST,
        refusals: Sequence[Refusal] = (),
        delay: float = 0.0,
        keep_files: bool = True,
    ) -> None:
        self.host = host
        self.port = port
        self.directory = directory
        self._handler = _Handler(Keeper(directory, keep_files=keep_files), tuple(refusals), delay)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._told = asyncio.Event()
        self._up = threading.Event()
        self._fault: OSError | None = None

    def start(self) -> None:
        """Listen; raises ProcessError where the port is taken or the directory cannot be written."""
        self._handler.keeper.open()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp-sink", daemon=True)
        self._thread.start()
        self._up.wait()
        if self._fault is not None:
            self.stop()
            raise ProcessError(f"the SMTP sink cannot listen on {self.host}:{self.port}: {self._fault.strerror}; name another --port, or 0")

    def stop(self) -> None:
        """Close every connection and the log; a second call does nothing."""
        if self._thread is None:
            return
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself, where it could not listen
                self._loop.call_soon_threadsafe(self._told.set)
        self._thread.join()
        self._thread = None
        self._handler.keeper.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        talks: set[_Talk] = set()
        try:
            server = await self._loop.create_server(lambda: _Talk(self._handler, talks), self.host, self.port, backlog=512)
        except OSError as error:
            self._fault = error
            self._up.set()
            return
        self.port = cast("int", server.sockets[0].getsockname()[1])
        self._up.set()
        await self._told.wait()
        server.close()
        while talks:
            for talk in talks:
                talk.hang_up()
            await asyncio.sleep(0)


class _Handler:
    """What is said to RCPT and DATA; aiosmtpd finds the methods by their names."""

    def __init__(self, keeper: Keeper, refusals: tuple[Refusal, ...], delay: float) -> None:
        self.keeper = keeper
        self._refusals = refusals
        self._delay = delay

    async def handle_EHLO(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        # aiosmtpd reads ahead as RFC 2920 asks, but does not say so.
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for refusal in self._refusals:
            if refusal.hits(address):
                return refusal.answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 recipient noted"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        if self._delay:
            await asyncio.sleep(self._delay / 2)
        try:
            name = self.keeper.keep(envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b"")
        except OSError as error:
            return f"452 4.3.1 not kept: {error.strerror}"
        if self._delay:
            await asyncio.sleep(self._delay / 2)
        return f"250 2.0.0 kept as {name}"


class _Talk(SMTP):
    """One connection, which leaves `talks` when it ends."""

    def __init__(self, handler: _Handler, talks: "set[_Talk]") -> None:
        # A hostname given keeps aiosmtpd from asking the resolver for one.
        super().__init__(
            handler, hostname="sink.example", ident="digest sink", enable_SMTPUTF8=True, loop=asyncio.get_running_loop(), timeout=60
        )
        self._talks = talks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._talks.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._talks.discard(self)

    def hang_up(self) -> None:
        """Close at once, mid-command if need be."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m digest.demo.sink`; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m digest.demo.sink", description=__doc__)
    parser.add_argument("--host", default=HOST, help="address to listen on; it asks for no login, so keep it off open networks")
    parser.add_argument("--port", type=int, default=0, help="port; 0 takes a free one")
    parser.add_argument("--dir", type=Path, required=True, help="folder for log.jsonl and the messages")
    parser.add_argument("--ready", type=Path, help='file that gets {"port"} once the sink listens')
    parser.add_argument(
        "--fail-rcpt", action="append", default=[], metavar="GLOB:CODE", help="refuse these recipients; GLOB:CODE TEXT says the words too"
    )
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS", help="how long each message takes")
    parser.add_argument("--no-files", action="store_true", help="only write the log")
    given = parser.parse_args(arguments)
    told = ending_signal()
    try:
        refusals = [parse_refusal(rule) for rule in given.fail_rcpt]
        with Sink(given.dir, given.port, host=given.host, refusals=refusals, delay=given.delay, keep_files=not given.no_files) as sink:
            say_ready(given.ready, {"port": sink.port})
            told.wait()
    except DigestError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
