"""`digest inbound`: take returned mail in from a mail system on this machine."""

import signal
from datetime import UTC, datetime
from typing import Annotated

import typer

from digest.cli.door import Door, err
from digest.flows import returning
from digest.inbound.lmtp import Place, read_place, run

DEFAULT = "lmtp://127.0.0.1:8024"


def inbound(
    context: typer.Context,
    listen: Annotated[
        str | None, typer.Option(metavar="PLACE", help=f"lmtp://HOST:PORT or smtp://HOST:PORT, over the setting; {DEFAULT}.")
    ] = None,
) -> None:
    """Take returned mail in by LMTP or SMTP and act on it, until Ctrl-C; a mail is accepted once it is committed."""
    door: Door = context.obj
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


def _told(place: Place, port: int) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return f"{'lmtp' if place.lmtp else 'smtp'}://{host}:{port}"
