"""`digest returned`: what mails that came back say, without acting on them."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, err, out, print_json
from digest.deliver.returned import of_reader, read_return
from digest.deliver.returned.mime import MAX_BYTES
from digest.errors import InputError, StoreError
from digest.flows.returning import address_of, token_reader
from digest.model.returned import Returned
from digest.runtime import Runtime

# mbox: a "From " line behind an empty one, with headers under it.
_NEXT_MAIL = re.compile(rb"\n\r?\nFrom \S{1,300} [^\r\n]{10,80}\r?\n[!-9;-~]{1,80}:")


def returned(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Mails as they came, one a file; - for standard input.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Read returned mail without acting: what it is, about whom, and why. With --json one object a line."""
    door: Door = context.obj
    unread = 0
    with door.runtime() as runtime:
        reader = _Reader(runtime)
        for name in files:
            try:
                raw = mail_of(name)
            except InputError as error:
                # One file that cannot be read keeps nobody from the others.
                err.print(f"digest: {error}", markup=False)
                unread += 1
                continue
            _print(name, reader.read(raw), as_json=as_json)
    if unread:
        raise typer.Exit(1)


class _Reader:
    """Reads mails with the secret that is there; asks the database only for the reader whom one of our tokens names."""

    def __init__(self, runtime: Runtime) -> None:
        settings = runtime.settings
        # Reading makes neither a secret nor a database where there is none.
        kept = settings.secret is not None or (settings.state / "secret").exists()
        self._runtime = runtime
        self._has_database = settings.database_url is not None or (settings.state / "digest.db").exists()
        self._read_token = token_reader(runtime.secret if kept else None)

    def read(self, raw: bytes) -> Returned:
        """Return what the mail says, put to the reader whom our token names."""
        said = read_return(raw, self._read_token)
        bearing = self._read_token(said.delivery) if said.delivery is not None else None
        if bearing is None or not self._has_database:
            return said
        try:
            address = address_of(self._runtime.database, bearing)
        except StoreError as error:
            # The token stands for the reader all the same.
            err.print(f"digest: addresses are as the mails give them: {error}", markup=False)
            self._has_database = False
            return said
        return said if address is None else of_reader(said, address)


def mail_of(name: str, *, one_alone: bool = False) -> bytes:
    """Return the mail in a file, or on standard input for `-`; raises InputError, with `one_alone` for a mailbox of several, too."""
    try:
        if name == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(MAX_BYTES)
    except OSError as error:
        raise InputError(f"cannot read {name}: {error.strerror}; name a file that holds one mail, or - for standard input") from error
    if raw.startswith(b"From ") and _NEXT_MAIL.search(raw) is not None:
        if one_alone:
            raise InputError(f"{name} is a mailbox of several mails, and none was taken in; give each a file of its own")
        err.print(f"digest: {name} is a mailbox of several mails; the first is read: give each a file of its own", markup=False)
    return raw


def _print(name: str, said: Returned, *, as_json: bool) -> None:
    recipients = [
        {
            "address": one.address,
            "class": one.bounce_class,
            "status": one.status,
            "code": one.code,
            "diagnostic": one.diagnostic,
        }
        for one in said.recipients
    ]
    if as_json:
        document = {"file": name, "kind": said.kind, "message_id": said.message_id, "delivery": said.delivery, "recipients": recipients}
        print_json(document)
        return
    out.print(f"{name}  {said.kind}" + (f"  {said.delivery}" if said.delivery else ""), markup=False)
    for one in said.recipients:
        words = one.diagnostic or ""
        # Most systems write both into their words, too.
        why = " ".join([str(part) for part in (one.status, one.code) if part is not None and str(part) not in words] + [words]).strip()
        out.print(f"  {one.bounce_class:<5} {one.address or '-'}  {why}"[:200], markup=False)
