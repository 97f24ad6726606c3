"""`digest inbound`: take returned mail in from a mail system on this machine, or read the mailbox once."""

import signal
from datetime import UTC, datetime
from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, err, out, print_json
from digest.flows import returning
from digest.inbound.collecting import collect_returns
from digest.inbound.lmtp import Place, read_place, run
from digest.store.documents import to_document

DEFAULT = "lmtp://127.0.0.1:8024"


def inbound(
    context: typer.Context,
    listen: Annotated[
        str | None, typer.Option(metavar="PLACE", help=f"lmtp://HOST:PORT or smtp://HOST:PORT, over the setting; {DEFAULT}.")
    ] = None,
    *,
    imap: Annotated[bool, typer.Option("--imap", help="Read the mailbox of the setting imap once, and end.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take returned mail in by LMTP or SMTP and act on it, until Ctrl-C; a mail is accepted once it is committed. With --imap read once."""
    door: Door = context.obj
    if imap:
        _read_once(door, as_json=as_json)
        return
    place = read_place(listen or door.settings.inbound or DEFAULT)
    with door.runtime() as runtime:
        secret = runtime.secret

        def take(raw: bytes) -> None:
            # Opened with the first mail: a database that is away now is no reason to be away oneself.
            returning.apply(runtime.database, secret, raw, now=datetime.now(UTC))

        def listening(port: int) -> None:
            err.print(f"digest inbound: {_told(place, port)}", markup=False)
            if not place.loopback:
                err.print("digest: anybody who reaches this address is listened to; keep it inside your own network", markup=False)

        run(place, take, listening, (signal.SIGINT, signal.SIGTERM))


def _read_once(door: Door, *, as_json: bool) -> None:
    with door.runtime() as runtime:
        collected = collect_returns(runtime, lambda: datetime.now(UTC))
    if as_json:
        print_json(to_document(collected))
        return
    out.print(f"{collected.taken} taken in", markup=False)
    if collected.too_large or collected.failed:
        why = f"{collected.too_large} too large, {collected.failed} not to be read"
        err.print(f"digest: {why}: they stay in the mailbox with a star; take it off to have them read again", markup=False)


def _told(place: Place, port: int) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{'lmtp' if place.lmtp else 'smtp'}://{host}:{port}"
