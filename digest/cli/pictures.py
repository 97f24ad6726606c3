"""`digest pictures`: what a mail's pictures are made of, fetching them here and now, and writing them out for another server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, out, print_json
from digest.errors import InputError
from digest.flows import picturing, previewing
from digest.flows.picturing import Studio
from digest.model.picture import PictureStanding
from digest.model.weburl import shown_url
from digest.runtime import Runtime

app = typer.Typer(no_args_is_help=True, help="The pictures of the mail.")

EditionArgument = Annotated[int, typer.Argument(metavar="EDITION", help="The edition's number in `digest edition list`.")]


@app.command("list")
def list_pictures(context: typer.Context, edition: EditionArgument, *, as_json: JsonOption = False) -> None:
    """Show each place for a picture in a draft's mail: what came for it, or why nothing did."""
    door: Door = context.obj
    with door.runtime() as runtime:
        standing = _standing(runtime, edition)
    if as_json:
        print_json([_told(one) for one in standing])
        return
    for one in standing:
        there = one.picture
        said = f"{there.width} × {there.height} px, {there.size / 1000:.0f} KB, {there.name}" if there else one.trouble or "not fetched yet"
        out.print(f"{one.wish.place}  {one.wish.width} px  {shown_url(one.wish.url)}\n    {said}", markup=False, soft_wrap=True)
    if not standing:
        out.print("no place for a picture", markup=False)


@app.command("fetch")
def fetch(
    context: typer.Context,
    edition: EditionArgument,
    *,
    again: Annotated[bool, typer.Option("--again", help="Also those that are here: their addresses may show others by now.")] = False,
) -> None:
    """Fetch what an edition's mail lacks, here and now, as the workers would (network)."""
    door: Door = context.obj
    with door.runtime() as runtime:
        # What it has places for is known once it is rendered.
        _standing(runtime, edition)
        studio = Studio(fetcher=runtime.fetcher, press=runtime.press, clock=lambda: datetime.now(UTC), patience=60.0)
        came = picturing.fetch_all(runtime.database, studio, edition, again=again)
        standing = _standing(runtime, edition)
    here = sum(one.picture is not None for one in standing)
    out.print(f"{came} fetched; {here} of {len(standing)} are here", markup=False)
    missing = [one for one in standing if one.picture is None]
    if missing:
        first = missing[0]
        raise InputError(f"the picture of {first.wish.place} is missing: {first.trouble or 'its host asks for patience; try again'}")


@app.command("export")
def export(
    context: typer.Context, folder: Annotated[Path, typer.Argument(help="Where a CDN or bucket takes them from; made where missing.")]
) -> None:
    """Write every picture that a mail names into FOLDER, each under its hash; what is there already stays."""
    door: Door = context.obj
    with door.runtime() as runtime:
        try:
            written, there = picturing.export(runtime.database, folder)
        except OSError as error:
            raise InputError(f"cannot write to {folder}: {error.strerror}; name a folder of yours") from error
    out.print(f"{written} written, {there} there already", markup=False)


def _standing(runtime: Runtime, edition_id: int) -> tuple[PictureStanding, ...]:
    return previewing.preview(runtime.database, runtime.press, edition_id, now=datetime.now(UTC)).pictures


def _told(standing: PictureStanding) -> dict[str, object]:
    there = standing.picture
    return {
        "place": standing.wish.place,
        "url": shown_url(standing.wish.url),
        "shown_width": standing.wish.width,
        "file": there.name if there else None,
        "width": there.width if there else None,
        "height": there.height if there else None,
        "bytes": there.size if there else None,
        "trouble": standing.trouble,
        "tried_again": standing.due,
    }
