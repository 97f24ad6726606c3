"""`digest deliveries`: who got an edition, when, with what answer; as a signed file, and whether such a file is true."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, err, now, out, print_json
from digest.cli.progress import Progress
from digest.deliver.proof import LONGEST, Proven, public_pem, read_public, verify
from digest.errors import InputError
from digest.flows.proving import Notary, prove
from digest.model.mailing import Delivery, DeliveryState
from digest.runtime import Runtime, proof_key
from digest.store import editions, fates
from digest.store.documents import to_document


def deliveries(  # noqa: PLR0913  a command's options
    context: typer.Context,
    edition: Annotated[int | None, typer.Argument(metavar="EDITION", help="Its number in `digest edition list`.")] = None,
    state: Annotated[DeliveryState | None, typer.Option(help="Only recipients in this state.")] = None,
    *,
    as_json: JsonOption = False,
    export: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write all fates as signed NDJSON.")] = None,
    check: Annotated[
        Path | None, typer.Option("--verify", metavar="FILE", help="Say whether an exported file is as it was signed.")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="KEY|FILE", help="The public key to verify with; left out, our own.")] = None,
    public_key: Annotated[bool, typer.Option("--public-key", help="Print the public key that exports are verified with.")] = False,
) -> None:
    """Show every recipient's fate: state, time, and the relay's answer. With --json one document a line."""
    door: Door = context.obj
    if public_key:
        out.print(public_pem(proof_key(door.settings).public_key()), markup=False, end="")
        return
    if check is not None:
        _verify(door, check, key, as_json=as_json)
        return
    if edition is None:
        raise InputError("name an edition: digest deliveries EDITION; or a file that was exported: digest deliveries --verify FILE")
    with door.runtime() as runtime:
        if export is not None:
            _export(runtime, edition, export)
        else:
            _show(runtime, edition, state, as_json=as_json)


def _show(runtime: Runtime, edition: int, state: DeliveryState | None, *, as_json: bool) -> None:
    known = False
    with fates.snapshot(runtime.database) as session:
        editions.get(session, edition)
        for one in fates.of_edition(session, edition, state=state):
            known = True
            if as_json:
                print_json(to_document(one))
            else:
                # A million lines: rich takes as long for one as the database for ten.
                sys.stdout.write(_line(one) + "\n")
    if not known and not as_json:
        out.print("nobody yet: no mailing of this edition, or nobody in that state")


def _line(one: Delivery) -> str:
    settled = one.settled.isoformat(timespec="seconds") if one.settled else "-"
    by = f"  by {one.relay}" if one.relay else ""
    back = f"  came back: {one.returned}" if one.returned else ""
    reply = one.reply or ""
    if not reply.isprintable():
        # Whatever a relay says, it does not speak to the terminal.
        reply = "".join(mark if mark.isprintable() else " " for mark in reply)
    return f"{one.address:<40} {one.state:<10} {settled}  {one.code or ''} {reply}{by}{back}"


def _export(runtime: Runtime, edition: int, name: str) -> None:
    with Progress() as progress:

        def told(done: int, total: int) -> None:
            if done % 1000 == 0:
                progress.say(f"{done:,} of {total:,} recipients")

        notary = Notary(key=proof_key(runtime.settings), secret=runtime.secret, at=now(), told=told)
        lines = prove(runtime.database, notary, edition)
        if name == "-":
            for line in lines:
                sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            return
        # The first line is asked for before the file is opened: an unknown edition leaves what stands there alone.
        first = next(lines)
        try:
            with Path(name).open("wb") as file:
                file.write(first)
                file.writelines(lines)
        except OSError as error:
            raise InputError(f"cannot write {name}: {error.strerror}; name a file of yours, or - for standard output") from error
    err.print(f"the fates of edition {edition} are in {name}; prove them with: digest deliveries --verify {name}", markup=False)


def _verify(door: Door, path: Path, key: str | None, *, as_json: bool) -> None:
    public = proof_key(door.settings, make=False).public_key() if key is None else read_public(_text(key))
    try:
        with path.open("rb") as file:
            # However long a line is that somebody put in there, no more of it is held than a line of ours can have.
            proven = verify(iter(lambda: file.readline(LONGEST), b""), public)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; name a file that is there") from error
    except InputError as error:
        if as_json:
            print_json({"file": str(path), "proven": False, "why": str(error)})
        raise InputError(f"{path} is not proven: {error}") from error
    if as_json:
        print_json(
            {"file": str(path), "proven": True, "why": None, "key": proven.key, "recipients": proven.recipients, "header": proven.header}
        )
    else:
        out.print(f"{path} is as it was signed: {_told(proven)}", markup=False)


def _told(proven: Proven) -> str:
    header = proven.header
    return (
        f"{proven.recipients:,} recipients of edition {header.get('edition')} ({header.get('newsletter')} No. {header.get('number')}), "
        f"as of {header.get('at')}, signed with the key {proven.key}"
    )


def _text(key: str) -> str:
    """Return the key itself, or what the file of that name holds."""
    try:
        return Path(key).read_text("utf-8") if Path(key).is_file() else key
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read the key in {key}: {error}; give the one that `digest deliveries --public-key` prints") from error
