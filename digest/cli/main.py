"""The tree of commands, and the one place where an error becomes a line and an exit code."""

import errno
import io
import os
import select
import sys
from pathlib import Path
from typing import Annotated, Final

import typer
from typer.core import TyperGroup

from digest import __version__
from digest.cli import (
    checks,
    deliveries,
    dkim,
    doctor,
    edition_file,
    editions,
    inbound,
    newsletters,
    ops,
    people,
    pictures,
    readers,
    reading,
    relays,
    returned_acts,
    sendings,
    service,
    sources,
    teaching,
    themes,
)
from digest.cli.door import Door
from digest.errors import DigestError
from digest.log import configure_log


def _nobody_reads(descriptor: int) -> bool:
    """Whether this is a pipe whose reader has gone: a relay or a broker that went away breaks another pipe than this."""
    asked = select.poll()
    asked.register(descriptor, 0)
    return any(said & select.POLLERR for _, said in asked.poll(0))


class Tree(TyperGroup):
    """The commands; whoever stops reading what one writes (`digest … | head`) has seen enough, and that is no failure."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # typer's own base is not exported
        """Run the command that was asked for."""
        try:
            result: object = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            if not _nobody_reads(sys.stdout.fileno()):
                raise
            # What is left is written to nowhere, or Python would complain of it at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from None
        return result


app = typer.Typer(
    cls=Tree,
    name="digest",
    help="A newsroom's week, gathered, edited, rendered once and sent to each reader once.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("read")(reading.read)
app.command("demo")(service.demo)
app.command("init")(service.init)
app.command("up")(service.up)
app.command("web")(service.web)
app.command("inbound")(inbound.inbound)
app.command("doctor")(doctor.doctor)
app.command("gather")(sources.gather)
sources.app.command("teach")(teaching.teach)
app.command("render")(editions.render)
for name, command in (
    ("check", checks.check),
    ("approve", checks.approve),
    ("reopen", checks.reopen),
    ("send", sendings.send),
    ("undo", sendings.undo_sending),
    ("correct", sendings.correct),
    ("pause", sendings.pause),
    ("resume", sendings.resume),
    ("cancel", sendings.cancel),
):
    editions.app.command(name)(command)
editions.app.command("export")(edition_file.export)
editions.app.command("import")(edition_file.import_file)
app.command("deliveries")(deliveries.deliveries)
app.command("queues")(ops.queues)
app.add_typer(service.db, name="db")
app.add_typer(sources.app, name="source")
app.add_typer(newsletters.app, name="newsletter")
app.add_typer(editions.app, name="edition")
app.add_typer(readers.app, name="subscribers")
app.add_typer(people.app, name="user")
app.add_typer(pictures.app, name="pictures")
app.add_typer(themes.app, name="theme")
app.add_typer(dkim.app, name="dkim")
app.add_typer(relays.app, name="relay")
app.add_typer(returned_acts.app, name="returned")


@app.callback(invoke_without_command=True)
def options(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Settings file; else $DIGEST_CONFIG, else ./digest.toml where it stands.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,  # noqa: FBT002  typer's way of a flag
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,  # noqa: FBT002  typer's way of a flag
) -> None:
    """Take the options that stand before the command."""
    if version:
        typer.echo(f"digest {__version__}")
        raise typer.Exit
    context.obj = Door(config=config, debug=debug)


_KEPT_FROM_US: Final = {
    errno.ENOSPC: "make room on that disk and try again",
    errno.EDQUOT: "make room on that disk and try again",
    errno.EROFS: "name a folder of yours",
    errno.EACCES: "name a folder of yours, or give this user the right to it",
    errno.EPERM: "name a folder of yours, or give this user the right to it",
    errno.ENOENT: "name a place that is there",
    errno.ENOTDIR: "name a place that is there",
}


def main() -> None:
    """Run the command line: exit 0 done, 1 refused or failed with one line on stderr, 2 usage."""
    for stream in (sys.stdout, sys.stderr):
        # UTF-8 wherever we run: JSON is nothing else (RFC 8259, 8.1), and a locale of one byte a letter would end us at the first dash.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    configure_log()
    try:
        # By its name in every usage line, also where it runs as `python -m digest`.
        app(prog_name="digest")
    except DigestError as error:
        if "--debug" in sys.argv:
            raise
        sys.stderr.write(f"digest: {' '.join(str(error).split())}\n")
        sys.exit(error.exit_code)
    except Exception as error:
        # What runs for days has a log that wants all of it.
        if not {"--debug", "up", "web", "inbound"}.isdisjoint(sys.argv):
            raise
        sys.stderr.write(f"digest: {_unforeseen(error)}\n")
        sys.exit(1)


def _unforeseen(error: Exception) -> str:
    """Say in one line what no command foresaw: what the machine keeps from us by its name, all else as a fault of ours."""
    if isinstance(error, OSError) and error.errno in _KEPT_FROM_US:
        return f"{error.filename or 'the disk'}: {error.strerror}; {_KEPT_FROM_US[error.errno]}"
    first = (str(error).strip().splitlines() or ["no words"])[0]
    return f"a fault of the program, {type(error).__name__}: {first}; `digest --debug …` shows where, for a report"
