"""`digest subscribers`: the roster."""

import io
from typing import Annotated

import typer

from digest.audience.address import hash_address, read_address
from digest.cli.door import Door, JsonOption, err, now, out, print_json, read_file
from digest.errors import InputError, NotFound
from digest.flows import subscribing
from digest.model.subscriber import SuppressionReason
from digest.store import newsletters, subscribers

app = typer.Typer(no_args_is_help=True, help="The readers of a newsletter.")


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CSV, any order of columns, one of them the address.")],
    newsletter: Annotated[str, typer.Option(help="The newsletter that they confirmed.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Bring in readers who confirmed elsewhere. Whoever unsubscribed or is suppressed here stays so."""
    door: Door = context.obj
    text = read_file(file)
    if b"\0" in text[:4096]:
        raise InputError(f"{file} is no CSV but a binary file; export it as CSV in UTF-8 first")
    lines = io.StringIO(text.decode("utf-8-sig", "replace"), newline="")
    total, refused = subscribing.Imported(), 0
    with door.runtime() as runtime:
        for total in subscribing.import_roster(runtime.database, runtime.secret, newsletter, lines, now=now()):
            refused += len(total.refused)
            for line in total.refused:
                err.print(f"line {line.number}: {line.refused}", markup=False)
    if as_json:
        print_json({"lines": total.lines, "added": total.added, "unchanged": total.unchanged, "refused": refused})
    else:
        out.print(f"{total.lines} lines: {total.added} added, {total.unchanged} known or barred and left so, {refused} refused")
    if total.lines == 0:
        raise InputError(f"{file} holds no line with an address; give a CSV with one reader a line")


@app.command("show")
def show(
    context: typer.Context, address: Annotated[str, typer.Argument(help="The reader's address.")], *, as_json: JsonOption = False
) -> None:
    """Show how one reader stands."""
    door: Door = context.obj
    folded = read_address(address).folded
    with door.runtime() as runtime, runtime.database.reading() as session:
        reader = subscribers.by_address(session, folded)
        if reader is None:
            raise NotFound(f"nobody here has the address {address}; readers come by `digest subscribers import`")
        known = [subscribers.subscription(session, reader.id, one.id) for one in newsletters.listed(session)]
    standing = {one.newsletter_id: one.state for one in known if one is not None}
    if as_json:
        print_json({"address": reader.address, "name": reader.name, "created": reader.created, "newsletters": standing})
        return
    out.print(f"{reader.address}  {reader.name or ''}  here since {reader.created:%d %B %Y}", markup=False)
    for newsletter_id, state in standing.items():
        out.print(f"  {newsletter_id:<24} {state}", markup=False)


@app.command("suppress")
def suppress(context: typer.Context, address: Annotated[str, typer.Argument(help="The address never to write to again.")]) -> None:
    """Bar an address from every mailing, whatever imports bring."""
    door: Door = context.obj
    folded = read_address(address).folded
    with door.runtime() as runtime, runtime.database.writing() as session:
        fresh = subscribers.suppress(session, hash_address(runtime.secret, folded), SuppressionReason.BY_HAND, now=now())
    out.print(f"{address} {'is barred from every mailing' if fresh else 'was barred already'}", markup=False)
