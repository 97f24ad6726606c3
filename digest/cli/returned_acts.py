"""`digest returned apply`, `held`, `release`, `confirm`: acting on mails that came back."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from digest.cli.door import Door, JsonOption, err, now, out, print_json, who
from digest.cli.returned import mail_of, returned
from digest.errors import InputError
from digest.flows import returning
from digest.flows.returning import Applied, Decided
from digest.model.quoting import one_line
from digest.store.documents import to_document

_WHY = Annotated[str, typer.Option("--why", help="What for; it stands in the log.")]
_EDITION = Annotated[int, typer.Argument(metavar="EDITION")]
_DOMAIN = Annotated[str, typer.Argument(help="As `digest returned held` shows it.")]


class FilesOrWord(TyperGroup):
    """A group whose first word may be a file: whatever names no command is what `default` takes."""

    default = "read"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  typer does not give the type of its context away
        """Put the default command's name before files and options of its own."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=FilesOrWord, help="Mails that came back: read them, act on them, decide what is held.")
app.command("read", hidden=True)(returned)


@app.command("apply")
def apply(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Mails as they came, one a file; - for standard input.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Act on returned mail: a line a file says what followed. With --json one object a line. The same mail twice is once."""
    door: Door = context.obj
    undone = 0
    with door.runtime() as runtime:
        for name in files:
            try:
                raw = mail_of(name, one_alone=True)
            except InputError as error:
                # One file that cannot be read keeps nobody from the others.
                err.print(f"digest: {error}", markup=False)
                undone += 1
                continue
            _print(name, returning.apply(runtime.database, runtime.secret, raw, now=now()), as_json=as_json)
    if undone:
        raise typer.Exit(1)


@app.command("held")
def held(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show the domains of which so many readers turned hard in one edition that a person decides."""
    door: Door = context.obj
    with door.runtime() as runtime:
        known = returning.held(runtime.database)
    if as_json:
        print_json([to_document(one) for one in known])
        return
    for one in known:
        since = one.since.isoformat(timespec="minutes")
        out.print(f"edition {one.edition_id} ({one.newsletter_id})  {one.domain}: {one.hard} of {one.sent}, since {since}", markup=False)
    if not known:
        out.print("nothing is held")


@app.command("release")
def release(context: typer.Context, edition: _EDITION, domain: _DOMAIN, why: _WHY) -> None:
    """Hold nothing against the readers of a domain that is held: its provider was wrong, they get the next edition."""
    door: Door = context.obj
    with door.runtime() as runtime:
        count = returning.release(runtime.database, edition, domain, _decided(why))
    out.print(f"nothing is held against the {count} readers of {domain}", markup=False)


@app.command("confirm")
def confirm(context: typer.Context, edition: _EDITION, domain: _DOMAIN, why: _WHY) -> None:
    """Suppress the readers of a domain that is held: their mailboxes are gone."""
    door: Door = context.obj
    with door.runtime() as runtime:
        count = returning.confirm(runtime.database, edition, domain, _decided(why))
    out.print(f"{count} readers of {domain} are barred from every mailing", markup=False)


def _decided(why: str) -> Decided:
    reason = one_line(why)[:500]
    if not reason:
        raise InputError("say with --why what decided it; it stands in the log")
    return Decided(who=who(), at=now(), why=reason)


def _print(name: str, applied: Applied, *, as_json: bool) -> None:
    said = applied.said
    one = next(iter(said.recipients), None)
    if as_json:
        of_whom = {"address": one.address if one else None, "class": one.bounce_class if one else None}
        print_json(
            {"file": name, "kind": said.kind, "delivery": said.delivery, **of_whom, "follows": applied.follows, "again": applied.again}
        )
        return
    what = f"{said.kind} {one.bounce_class}" if one and said.kind == "bounce" else said.kind
    about = one.address if one and one.address and said.delivery else "no token of ours" if said.delivery is None else said.delivery
    follows = "known already, nothing" if applied.again else applied.follows.replace("_", " ")
    out.print(f"{name}  {what}  {about}: {follows}", markup=False)
