"""`digest user`: who may sign in at the desk."""

import sys
from typing import Annotated

import typer

from digest.audience.address import read_address
from digest.cli.door import Door, JsonOption, now, out, print_json, who
from digest.errors import InputError, NotFound
from digest.flows import admitting, signing_in
from digest.model.account import Account, Role
from digest.runtime import Runtime
from digest.store import accounts

app = typer.Typer(no_args_is_help=True, help="Who may sign in at the desk.")


@app.command("add")
def add(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="The address they sign in with.")],
    *,
    name: Annotated[str | None, typer.Option(help="Name that the desk shows.")] = None,
    role: Annotated[Role | None, typer.Option(help="What they may do; left out, the first is admin, the others editors.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
) -> None:
    """Let somebody in; the password is asked for, or read from standard input."""
    door: Door = context.obj
    address = read_address(email).typed
    word = _password(password_stdin)
    with door.runtime() as runtime:
        if role is None:
            with runtime.database.reading() as session:
                role = Role.EDITOR if accounts.listed(session) else Role.ADMIN
        new = signing_in.NewAccount(email=address, name=name or address.partition("@")[0], role=role, password=word)
        signing_in.add_account(runtime.database, new, now=now(), who=who())
    out.print(f"{address} may sign in as {role}", markup=False)


@app.command("list")
def listing(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show who may sign in."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.reading() as session:
        known = accounts.listed(session)
    if as_json:
        print_json([{"email": one.email, "name": one.name, "role": one.role, "created": one.created} for one in known])
        return
    if not known:
        out.print("Nobody yet. Let somebody in with: digest user add EMAIL")
    for one in known:
        out.print(f"{one.email:<32} {one.role:<8} {one.name}", markup=False)


@app.command("password")
def password(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="Whose password changes.")],
    *,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")] = False,
) -> None:
    """Change a password and end every session of that account."""
    door: Door = context.obj
    with door.runtime() as runtime:
        signing_in.change_password(runtime.database, email, _password(password_stdin), now=now(), who=who())
    out.print(f"the password of {email} is changed, and its sessions are ended", markup=False)


@app.command("role")
def role(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="Whose role changes.")],
    to: Annotated[Role, typer.Argument(metavar="admin|editor|viewer", help="What they may do from now on.")],
) -> None:
    """Change what somebody may do; their next page already goes by it. The last admin stays one."""
    door: Door = context.obj
    with door.runtime() as runtime:
        account = _account(runtime, email)
        admitting.change_role(runtime.database, account.id, (account.role, to), who=who(), now=now())
    said = f"is {to} already" if account.role is to else f"is {to} now, before {account.role}"
    out.print(f"{account.email} {said}", markup=False)


@app.command("remove")
def remove(context: typer.Context, email: Annotated[str, typer.Argument(help="Who may no longer sign in.")]) -> None:
    """Take somebody's account away and end their sessions; the log keeps their name. The last admin stays."""
    door: Door = context.obj
    with door.runtime() as runtime:
        account = _account(runtime, email)
        admitting.remove(runtime.database, account.id, who=who(), now=now())
    out.print(f"{account.email} may no longer sign in, and their sessions are ended", markup=False)


def _account(runtime: Runtime, email: str) -> Account:
    with runtime.database.reading() as session:
        account = accounts.by_email(session, email.strip())
    if account is None:
        raise NotFound(f"there is no account {email}; see `digest user list`")
    return account


def _password(from_stdin: bool) -> str:  # noqa: FBT001  passed on from the flag
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("nobody is there to type a password; give it on standard input with --password-stdin")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
