"""`digest source` and `digest gather`: the feeds and pages that the newsroom follows."""

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

import typer

from digest.cli.door import Door, JsonOption, act, now, out, print_json
from digest.errors import InputError
from digest.flows import gathering
from digest.gather.fetch import FetchRequest
from digest.gather.read import read_bytes
from digest.model.source import Extent, Source, SourceKind
from digest.store import acts, sources

app = typer.Typer(no_args_is_help=True, help="The feeds and pages that the newsroom follows (network).")


@app.command("add")
def add(  # noqa: PLR0913  a command's options
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of the feed or page.")],
    *,
    source_id: Annotated[str | None, typer.Option("--id", help="Short name; left out, it is made from the address.")] = None,
    name: Annotated[str | None, typer.Option(help="Name that readers may see.")] = None,
    kind: Annotated[SourceKind, typer.Option(help="How it is read.")] = SourceKind.FEED,
    extent: Annotated[Extent, typer.Option(help="How much of its text may be shown.")] = Extent.EXCERPT,
    follow: Annotated[bool, typer.Option(help="Read each new entry's own page for picture, credit and briefs.")] = True,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="It lives on a private address.")] = False,
    pace: Annotated[float, typer.Option(min=0, help="Least seconds between two requests to its host.")] = 1.5,
) -> None:
    """Follow a feed or page; it is visited at the next tick."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{url!r} is no web address; write it whole, with https://")
    source_id = source_id or _slug(f"{parts.hostname.removeprefix('www.')} {parts.path}")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", source_id):
        raise InputError(f"{source_id!r} is no short name; use small letters, digits and hyphens")
    source = Source(
        id=source_id,
        name=name or parts.hostname,
        url=url,
        kind=kind,
        extent=extent,
        follow=follow,
        allow_private=allow_private,
        pace=pace,
    )
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.writing() as session:
        sources.keep(session, source, now=now())
        acts.note(session, act(f"followed the source {source_id}, {url}"))
    out.print(f"{source_id} is followed from the next tick on", markup=False)


@app.command("list")
def listing(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show every source with its health."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.reading() as session:
        known = sources.listed(session)
    if as_json:
        print_json(
            [
                {
                    "id": one.source.id,
                    "name": one.source.name,
                    "url": one.source.url,
                    "kind": one.source.kind,
                    "extent": one.source.extent,
                    "last_good": one.last_good,
                    "due": one.due,
                    "failures": one.failures,
                    "trouble": one.trouble,
                }
                for one in known
            ]
        )
        return
    if not known:
        out.print("No source yet. Add one with: digest source add URL")
    for one in known:
        good = one.last_good.isoformat(timespec="minutes") if one.last_good else "never"
        trouble = f"  {one.failures} failed: {one.trouble}" if one.trouble else ""
        out.print(f"{one.source.id:<24} last good {good}{trouble}  {one.source.url}", markup=False)


@app.command("check")
def check(context: typer.Context, source_id: Annotated[str, typer.Argument(metavar="SOURCE")]) -> None:
    """Fetch a source now and say what it would give; nothing is kept."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            source = sources.get(session, source_id).source
        fetched = runtime.fetcher.fetch(FetchRequest(url=source.url, allow_private=source.allow_private))
        reading = read_bytes(fetched.body, fetched.url, source.kind)
    entries = len(reading.feed.entries) if reading.feed is not None else 1
    out.print(f"{source.id}: {entries} entries, {len(fetched.body):,} bytes from {fetched.url}", markup=False)


@app.command("remove")
def remove(context: typer.Context, source_id: Annotated[str, typer.Argument(metavar="SOURCE")]) -> None:
    """Stop following a source and forget its entries; editions keep what they took."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.writing() as session:
        sources.remove(session, source_id)
        acts.note(session, act(f"removed the source {source_id}"))
    out.print(f"{source_id} is no longer followed", markup=False)


def gather(
    context: typer.Context,
    source: Annotated[str | None, typer.Option(help="Only this source; left out, all of them.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Visit the sources now, due or not, in this process (network)."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            chosen = [source] if source else [one.source.id for one in sources.listed(session) if one.source.url.startswith("http")]
        visit = gathering.Visit(fetcher=runtime.fetcher, clock=now, interval=timedelta(minutes=door.settings.gather_minutes))
        failed = 0
        for source_id in chosen:
            gathered = gathering.gather_source(runtime.database, visit, source_id)
            failed += gathered.trouble is not None
            if as_json:
                print_json({"source": source_id, "seen": gathered.seen, "new": gathered.new, "trouble": gathered.trouble})
            else:
                said = gathered.trouble or f"{gathered.seen} seen, {gathered.new} new"
                out.print(f"{source_id:<24} {said}", markup=False)
    if chosen and failed == len(chosen):
        raise InputError("no source could be read; see the lines above, or `digest source list`")


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "source"
