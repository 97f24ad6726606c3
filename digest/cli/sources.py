"""`digest source` and `digest gather`: the feeds and pages that the newsroom follows."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

import typer

from digest.cli.door import Door, JsonOption, act, now, out, print_json, who
from digest.errors import InputError
from digest.flows import following, gathering
from digest.gather.fetch import FetchRequest
from digest.gather.read import read_bytes
from digest.model.source import LEAST_WEIGHT, MOST_WEIGHT, Extent, IdentityPolicy, Source, SourceKind, id_from
from digest.model.weburl import shown_url, split_url
from digest.store import acts, sources
from digest.store.sources import SourceHealth

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
    weight: Annotated[float, typer.Option(min=LEAST_WEIGHT, max=MOST_WEIGHT, help="At 2 its stories count as a day newer.")] = 1.0,
    identity: Annotated[IdentityPolicy, typer.Option(help="By what an article is known again.")] = IdentityPolicy.GUID,
) -> None:
    """Follow a feed or page; it is visited at the next tick."""
    parts = urlsplit(split_url(url)[0])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{shown_url(url)!r} is no web address; write it whole, with https://")
    source_id = source_id or id_from(f"{parts.hostname.removeprefix('www.')} {parts.path}")
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
        weight=weight,
        identity=identity,
    )
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.writing() as session:
        sources.keep(session, source, now=now())
        acts.note(session, act(f"followed the source {source_id}, {source.shown}"))
    out.print(f"{source_id} is followed from the next tick on", markup=False)


@app.command("list")
def listing(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show every source with its health."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.reading() as session:
        known = sources.listed(session)
    if as_json:
        print_json([_told(one) for one in known if one.source.url.startswith("http")])
        return
    known = tuple(one for one in known if one.source.url.startswith("http"))
    if not known:
        out.print("No source yet. Add one with: digest source add URL")
    for one in known:
        for line in _lines(one):
            out.print(line, markup=False)


@app.command("pause")
def pause(
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(metavar="SOURCE")],
    *,
    why: Annotated[str | None, typer.Option(help="For who wonders later.")] = None,
) -> None:
    """Visit a source no more until it is resumed; its entries stay."""
    door: Door = context.obj
    with door.runtime() as runtime:
        changed = following.pause(runtime.database, source_id, who=who(), now=now(), why=why)
    out.print(f"{source_id} is paused" if changed else f"{source_id} was paused already", markup=False)


@app.command("resume")
def resume(context: typer.Context, source_id: Annotated[str, typer.Argument(metavar="SOURCE")]) -> None:
    """Visit a paused source again, from the next tick on."""
    door: Door = context.obj
    with door.runtime() as runtime:
        changed = following.resume(runtime.database, source_id, who=who(), now=now())
    out.print(f"{source_id} is visited from the next tick on" if changed else f"{source_id} was not paused", markup=False)


@app.command("find")
def find(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of a site.")],
    *,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="It lives on a private address.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the feeds of a site, to add one of them; nothing is kept."""
    door: Door = context.obj
    with door.runtime() as runtime:
        found = following.find_feeds(runtime.fetcher, url, allow_private=allow_private)
    if as_json:
        print_json({"url": found.url, "page": found.page, "feeds": [{"url": one.url, "title": one.title} for one in found.feeds]})
        return
    for one in found.feeds:
        out.print(f"{one.url}  {one.title or ''}".rstrip(), markup=False)
    if not found.feeds:
        rest = f"; it can be followed as a page: digest source add {found.url} --kind page" if found.page else ""
        out.print(f"no feed at {found.url}{rest}", markup=False)


@app.command("check")
def check(context: typer.Context, source_id: Annotated[str, typer.Argument(metavar="SOURCE")]) -> None:
    """Fetch a source now and say what it would give; nothing is kept."""
    door: Door = context.obj
    with door.runtime() as runtime:
        with runtime.database.reading() as session:
            source = sources.get(session, source_id).source
        fetched = runtime.fetcher.fetch(FetchRequest(url=source.url, allow_private=source.allow_private))
        reading = read_bytes(fetched.document, fetched.url, source.kind)
    entries = len(reading.feed.entries) if reading.feed is not None else 1
    out.print(f"{source.id}: {entries} entries, {len(fetched.body):,} bytes from {shown_url(fetched.url)}", markup=False)


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
            runs = (one for one in sources.listed(session) if one.source.url.startswith("http") and one.paused is None)
            chosen = [source] if source else [one.source.id for one in runs]
        visit = gathering.Visit(fetcher=runtime.fetcher, clock=now, interval=timedelta(minutes=door.settings.gather_minutes))
        failed = 0
        for source_id in chosen:
            gathered = gathering.gather_source(runtime.database, visit, source_id)
            failed += gathered.trouble is not None
            if as_json:
                print_json(
                    {
                        "source": source_id,
                        "seen": gathered.seen,
                        "new": gathered.new,
                        "trouble": gathered.trouble,
                        "waits": gathered.waits,
                    }
                )
            else:
                said = gathered.trouble or gathered.waits or f"{gathered.seen} seen, {gathered.new} new"
                out.print(f"{source_id:<24} {said}", markup=False)
    if chosen and failed == len(chosen):
        raise InputError("no source could be read; see the lines above, or `digest source list`")


def _lines(one: SourceHealth) -> Iterator[str]:
    """A source as a person reads it: how it is in one line, and what to know of that below it."""
    good = one.last_good.isoformat(timespec="minutes") if one.last_good else "never"
    due = "" if one.paused else f"  next {one.due.isoformat(timespec='minutes')}" + (f" ({one.why_due})" if one.why_due else "")
    yield f"{one.source.id:<24} {one.state:<8}  last good {good}{due}  {one.source.shown}"
    if one.paused is not None:
        yield f"{'':<24} paused {one.paused.isoformat(timespec='minutes')} by {one.paused_by}: {one.paused_why or 'no reason was given'}"
    elif one.trouble:
        yield f"{'':<24} {one.failures} failed in a row: {one.trouble}"
    if one.moved_to is not None:
        yield f"{'':<24} says that it has moved for good to {one.moved_to}, seen {one.moved_seen} times"


def _told(one: SourceHealth) -> dict[str, object]:
    """A source as `--json` tells it: `due` is the next visit (null while it is paused), `why` what keeps it from being well."""
    source = one.source
    return {
        "id": source.id,
        "name": source.name,
        "url": source.shown,
        "kind": source.kind,
        "extent": source.extent,
        "pace": source.pace,
        "weight": source.weight,
        "identity": source.identity,
        "state": one.state,
        "last_good": one.last_good,
        "last_tried": one.tried,
        "status": one.status,
        "due": None if one.paused else one.due,
        "why_due": one.why_due,
        "failures": one.failures,
        "trouble": one.trouble,
        "paused": one.paused,
        "paused_by": one.paused_by,
        "why": one.paused_why if one.paused else one.trouble,
        "moved_to": one.moved_to,
        "moved_seen": one.moved_seen,
    }
