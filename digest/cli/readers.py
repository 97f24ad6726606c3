"""`digest subscribers`: the roster, in and out, and one reader at a time."""

import csv
import sys
from enum import StrEnum
from typing import Annotated

import typer

from digest.audience.address import hash_address, read_address
from digest.audience.roster import roster_row
from digest.cli.door import Door, JsonOption, err, now, out, print_json, who
from digest.cli.progress import Progress
from digest.cli.roster_file import Refusals, opened_lines
from digest.errors import InputError, NotFound
from digest.flows import barring, subscribing
from digest.flows.barring import Barring
from digest.model.mailing import choice_of
from digest.model.quoting import one_line
from digest.store import Database, consents, newsletters, subscribers

app = typer.Typer(no_args_is_help=True, help="The readers of a newsletter.")


class Source(StrEnum):
    """What kind of file an import reads."""

    CSV = "csv"


class Standing(StrEnum):
    """Whom an export writes out."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    ALL = "all"


@app.command("import")
def import_file(  # noqa: PLR0913  one parameter an option
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CSV, any order of columns, one of them the address.")],
    newsletter: Annotated[str | None, typer.Option(help="The newsletter that they confirmed; left out where there is one alone.")] = None,
    *,
    source: Annotated[Source, typer.Option("--from", help="What kind of file it is.")] = Source.CSV,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    refused: Annotated[str | None, typer.Option(help="Write the lines that cannot be read to this file, with number and reason.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Bring in readers who confirmed elsewhere. Whoever unsubscribed or is suppressed here stays so."""
    del source  # there is one kind yet
    door: Door = context.obj
    total = subscribing.Imported()
    with door.runtime() as runtime, Refusals(refused, not_over=file) as refusals, Progress() as progress, opened_lines(file) as lines:
        database, secret = runtime.database, runtime.secret
        chosen = _chosen(database, newsletter)
        steps = (
            subscribing.try_roster(database, secret, chosen, lines)
            if dry_run
            else subscribing.import_roster(database, secret, chosen, lines, now=now())
        )
        try:
            for total in steps:
                refusals.add(total.refused)
                told = f"{total.lines:,} lines: {total.added:,} added, {total.unchanged:,} left as they were"
                progress.say(f"{told}, {refusals.count:,} refused")
        finally:
            # Cut short, too: what came in until then stays in.
            if total.added and not dry_run:
                subscribing.note_import(database, chosen, total, who=who(), now=now())
    refusals.sum_up()
    if as_json:
        print_json({"lines": total.lines, "added": total.added, "unchanged": total.unchanged, "refused": refusals.count})
    else:
        added = "would be added" if dry_run else "added"
        out.print(f"{total.lines} lines: {total.added} {added}, {total.unchanged} known or barred and left so, {refusals.count} refused")
    if total.lines in {0, refusals.count}:
        raise InputError(f"{file} holds no line with an address; give a CSV with one reader a line")


@app.command("export")
def export(
    context: typer.Context,
    newsletter: Annotated[str | None, typer.Option(help="Whose readers; left out where there is one alone.")] = None,
    *,
    standing: Annotated[Standing, typer.Option("--state", help="Whom to write out.")] = Standing.CONFIRMED,
) -> None:
    """Write the roster to standard output as CSV: email, name, state, and since when. No cell can run as a formula."""
    door: Door = context.obj
    # csv ends its lines as RFC 4180 wants; a spreadsheet and every other reader take that.
    writer = csv.writer(sys.stdout)
    with door.runtime() as runtime, runtime.database.reading() as session:
        chosen = _chosen(runtime.database, newsletter)
        writer.writerow(["email", "name", "state", "since", "without"])
        for reader, subscription, barred in subscribers.roster(session, chosen):
            state = Standing.SUPPRESSED if barred else Standing(subscription.state.value)
            if standing in (state, Standing.ALL):
                since, without = subscription.changed.isoformat(), choice_of(subscription.left_out)
                writer.writerow(roster_row([reader.address, reader.name or "", state.value, since, without]))


@app.command("show")
def show(
    context: typer.Context, address: Annotated[str, typer.Argument(help="The reader's address.")], *, as_json: JsonOption = False
) -> None:
    """Show how one reader stands, what they consented to, and whether they are barred."""
    door: Door = context.obj
    folded = read_address(address).folded
    with door.runtime() as runtime, runtime.database.reading() as session:
        reader = subscribers.by_address(session, folded)
        barred = subscribers.suppression(session, hash_address(runtime.secret, folded))
        if reader is None and barred is None:
            raise NotFound(f"nobody here has the address {address}; readers come by `digest subscribers import`")
        known = () if reader is None else subscribers.subscriptions_of(session, reader.id)
        given = () if reader is None else consents.of_subscriber(session, reader.id)
    if as_json:
        print_json(
            {
                "address": address if reader is None else reader.address,
                "name": None if reader is None else reader.name,
                "created": None if reader is None else reader.created,
                "newsletters": {one.newsletter_id: one.state for one in known},
                "without": {one.newsletter_id: sorted(one.left_out) for one in known if one.left_out},
                "suppressed": None if barred is None else {"reason": barred.reason, "since": barred.since},
                "consents": [
                    {
                        "newsletter": one.newsletter_id,
                        "asked": one.asked,
                        "confirmed": one.confirmed,
                        "form": one.form,
                        "wording": one.wording,
                        "ip": one.ip,
                        "user_agent": one.user_agent,
                    }
                    for one in given
                ],
            }
        )
        return
    if reader is not None:
        out.print(f"{reader.address}  {reader.name or ''}  here since {reader.created:%d %B %Y}", markup=False)
    for subscription in known:
        without = f", without {', '.join(sorted(subscription.left_out))}" if subscription.left_out else ""
        since = f"since {subscription.changed:%d %B %Y}{without}"
        out.print(f"  {subscription.newsletter_id:<24} {subscription.state:<14} {since}", markup=False, soft_wrap=True)
    for one in given:
        confirmed = f"confirmed {one.confirmed:%d %B %Y}" if one.confirmed else "not confirmed"
        asked = f"asked {one.asked:%d %B %Y} by {one.form}, wording {one.wording}, {confirmed}"
        out.print(f"  {one.newsletter_id:<24} {asked}", markup=False, soft_wrap=True)
    if barred is not None:
        out.print(f"  barred from every mailing since {barred.since:%d %B %Y}: {barred.reason.replace('_', ' ')}", markup=False)


@app.command("suppress")
def suppress(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="The address never to write to again.")],
    *,
    lift: Annotated[bool, typer.Option("--lift", help="End the bar instead: the reader may subscribe and confirm again.")] = False,
    why: Annotated[str | None, typer.Option(help="What for; it stands in the log. Needed with --lift.")] = None,
) -> None:
    """Bar an address from every mailing, whatever imports bring; or lift such a bar."""
    door: Door = context.obj
    reason = one_line(why or "")[:500] or None
    if lift and reason is None:
        raise InputError(f"say with --why what the bar on {address} is lifted for; it stands in the log")
    said = Barring(address=address, who=who(), at=now())
    with door.runtime() as runtime:
        if lift and reason is not None:
            waiting = barring.lift(runtime.database, runtime.secret, said, reason)
            back = f"; {waiting} of its subscriptions wait to be confirmed anew" if waiting else ""
            out.print(f"{address} may be written to again{back}", markup=False)
            return
        fresh = barring.bar(runtime.database, runtime.secret, said, reason)
    out.print(f"{address} {'is barred from every mailing' if fresh else 'was barred already'}", markup=False)


@app.command("erase")
def erase(context: typer.Context, address: Annotated[str, typer.Argument(help="The address of whoever is to be forgotten.")]) -> None:
    """Forget a reader for good, and bar the address by a keyed hash, so that no import brings them back."""
    door: Door = context.obj
    with door.runtime() as runtime:
        known = barring.erase(runtime.database, runtime.secret, Barring(address=address, who=who(), at=now()))
    said = "is forgotten, and barred from every mailing" if known else "was not known here; it is barred from every mailing"
    out.print(f"{address} {said}", markup=False)
    if known:
        err.print("what was sent before may still lie in the relay's log and in backups", markup=False)


def _chosen(database: Database, named: str | None) -> str:
    """Return the newsletter that is named, or the only one; raises NotFound, InputError where there are several."""
    with database.reading() as session:
        if named is not None:
            return newsletters.get(session, named).id
        known = [one.id for one in newsletters.listed(session)]
    if not known:
        raise NotFound("there is no newsletter yet; add one with `digest newsletter add NEWSLETTER`")
    if len(known) > 1:
        raise InputError(f"there are {len(known)} newsletters; say whose readers with --newsletter {' or '.join(known[:5])}")
    return known[0]
