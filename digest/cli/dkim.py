"""`digest dkim`: the keys that mail is signed with, and the records to publish for them."""

from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, now, out, print_json
from digest.deliver.dkim import Key, keep_key, make_key, read_keys
from digest.errors import InputError
from digest.runtime import dkim_folder

app = typer.Typer(no_args_is_help=True, help="The keys that mail is signed with (DKIM).")


@app.command("new")
def new(
    context: typer.Context,
    domain: Annotated[str, typer.Argument(help="The domain of a newsletter's From address.")],
    *,
    selector: Annotated[str | None, typer.Option(help="Name of the key in the DNS; by default the kind and the month.")] = None,
    ed25519: Annotated[bool, typer.Option("--ed25519", help="An Ed25519 key, as a second signature beside RSA (RFC 8463).")] = False,
) -> None:
    """Make a key. Mail of that domain is signed with it from the next start of the workers on; publish its record before."""
    door: Door = context.obj
    domain = domain.strip().casefold().rstrip(".")
    if not domain.isascii() or "." not in domain or not all(part.replace("-", "").isalnum() for part in domain.split(".")):
        raise InputError(f"{domain!r} is no domain; write the part of the From address behind the @")
    name = selector or f"{'ed' if ed25519 else 'rsa'}{now():%Y%m}"
    key = make_key(domain, name, ed25519_key=ed25519)
    path = keep_key(dkim_folder(door.settings), key)
    out.print(f"The key is in {path}. Publish this TXT record, then start the workers again:", markup=False)
    out.print(f"{key.record_name}. TXT {quoted(key.record)}", markup=False)


@app.command("list")
def listing(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show the keys and their records."""
    door: Door = context.obj
    keys = read_keys(dkim_folder(door.settings))
    if as_json:
        print_json([_document(key) for key in keys])
        return
    if not keys:
        out.print("No keys yet, so mail is not signed here. Make one with: digest dkim new DOMAIN")
    for key in keys:
        out.print(f"{key.record_name}. TXT {quoted(key.record)}", markup=False)


def quoted(record: str) -> str:
    """Return a TXT record as zone files write it: strings of at most 255 characters (RFC 1035, 3.3.14)."""
    return " ".join(f'"{record[at : at + 255]}"' for at in range(0, len(record), 255))


def _document(key: Key) -> dict[str, str]:
    return {"domain": key.domain, "selector": key.selector, "algorithm": key.algorithm, "name": key.record_name, "record": key.record}
