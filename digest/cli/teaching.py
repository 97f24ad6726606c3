"""`digest source teach`: a source's own heading words, selector and names for outlets."""

from typing import Annotated

import typer

from digest.cli.door import Door, now, out, who
from digest.errors import InputError
from digest.flows import teaching
from digest.model.source import Taught

HeadingOption = Annotated[list[str] | None, typer.Option("--heading", help="Words that stand over briefs; may be given again.")]
SelectorOption = Annotated[str | None, typer.Option("--selector", help="CSS selector of the elements that hold briefs.")]
AliasOption = Annotated[
    list[str] | None,
    typer.Option("--alias", metavar="WRITTEN=NAME", help="How briefs write an outlet, and its usual name; may be given again."),
]
RunsOption = Annotated[bool, typer.Option("--runs", help="Runs of dashes or lead-ins that nothing heads are briefs, too.")]


def lesson(headings: list[str] | None, selector: str | None, aliases: list[str] | None, *, runs: bool) -> Taught:
    """Return the lesson that the options give; raises InputError for an alias without its equals sign."""
    pairs: list[tuple[str, str]] = []
    for alias in aliases or []:
        written, equals, name = alias.partition("=")
        if not equals:
            raise InputError(f"--alias {alias!r} has no equals sign; write it as 'the Cour=Harbour Courier'")
        pairs.append((written.strip(), name.strip()))
    return Taught(headings=tuple(headings or ()), selector=selector, aliases=tuple(pairs), runs=runs)


def teach(  # noqa: PLR0913  a command's options
    context: typer.Context,
    source_id: Annotated[str, typer.Argument(metavar="SOURCE")],
    *,
    heading: HeadingOption = None,
    selector: SelectorOption = None,
    alias: AliasOption = None,
    runs: RunsOption = False,
    forget: Annotated[bool, typer.Option("--forget", help="Forget what it was taught before; alone, all of it.")] = False,
) -> None:
    """Teach a source what its briefs look like; without options, show what it knows."""
    told = lesson(heading, selector, alias, runs=runs)
    door: Door = context.obj
    with door.runtime() as runtime:
        if not forget and told == Taught():
            _show(source_id, teaching.taught_by(runtime.database, source_id))
            return
        act = teaching.set_taught if forget else teaching.teach
        found = act(runtime.database, source_id, told, who=who(), now=now())
    out.print(
        f"{source_id} has learnt it; {found} kept entries of this week changed, and its pages are read again from the next tick on",
        markup=False,
    )


def _show(source_id: str, taught: Taught) -> None:
    if taught == Taught():
        out.print(f"{source_id} was taught nothing; give --heading, --selector, --alias or --runs", markup=False)
    for words in taught.headings:
        out.print(f"heading   {words}", markup=False)
    if taught.selector:
        out.print(f"selector  {taught.selector}", markup=False)
    for written, name in taught.aliases:
        out.print(f"alias     {written}={name}", markup=False)
    if taught.runs:
        out.print("runs      are briefs without a heading", markup=False)
