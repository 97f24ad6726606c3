"""`digest theme`: make a theme of one's own, have it checked, look at it."""

import re
import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from digest.cli.door import Door, JsonOption, out, print_json
from digest.cli.theme_logo import logo_findings
from digest.errors import InputError, RenderError
from digest.model.edition import Finding, Severity
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.render.theme import ThemeError, read_theme, theme_names
from digest.render.theme_check import check_theme

app = typer.Typer(no_args_is_help=True, help="The themes of the mail.")

_PUBLIC_URL: Final = "https://news.harbour.example"  # of the specimens: nothing is asked there
_STARTER: Final = """# {title}: what is not said here is as in {extends}. Every name that can stand here: the theme.toml of review.
extends = "{extends}"
name = "{title}"

[outlet]
url = "" # where the name at the top leads, as "https://www.example.org"

[logo] # in place of the name in type: a PNG or JPEG beside this file ("logo.png"), twice as large as it is shown
url = ""
dark = "" # the same for a dark ground; without it, the first one keeps a light plate in the dark
width = 240

[light]
brand = "{light}"

[dark]
brand = "{dark}"

# Blocks that stand in every edition after the last section. Take the # away and write your own words.
# [blocks.support]
# heading = "Readers pay for this"
# text = "Most of them with five euros a month."
# url = "https://www.example.org/support"
# link = "Become one of them"
#
# [blocks.social]
# links = [{{ name = "Mastodon", url = "https://social.example.org/@us" }}]
"""

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The theme's folder, as newsletters name it.")]
FolderOption = Annotated[Path | None, typer.Option("--in", help="Folder of own templates; else the setting `templates`.")]


@app.command("new")
def new(
    context: typer.Context,
    name: NameArgument,
    *,
    extends: Annotated[str, typer.Option(help="The theme that gives what this one does not have.")] = "review",
    blocks: Annotated[
        list[str] | None, typer.Option("--copy", help="A block to change, copied with its text twin; may come again.")
    ] = None,
    folder: FolderOption = None,
) -> None:
    """Begin a theme: a theme.toml over another theme's, and copies of the blocks to change."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", name):
        raise InputError(f"{name!r} is no name of a theme; use small letters, digits, hyphens and underscores")
    place = _folder(context, folder)
    place.mkdir(parents=True, exist_ok=True)
    roots = template_roots(place)
    if name in theme_names(roots):
        raise InputError(f"there is a theme {name!r} already; take another name, or change the files in it")
    under = read_theme(extends, roots)
    files = [(path, _copied(path, under.folders)) for block in blocks or [] for path in _paths_of(block)]
    missing = [path for path, source in files if source is None and path.endswith(".mjml")]
    if missing:
        raise InputError(f"{extends} has no {missing[0]}; it has: {', '.join(sorted(under.blocks))}")
    home = place / "email" / name
    home.mkdir(parents=True)
    title = re.sub(r"[-_]+", " ", name).capitalize()
    colours = {scheme: under.settings[scheme]["brand"] for scheme in ("light", "dark")}
    (home / "theme.toml").write_text(_STARTER.format(title=title, extends=extends, **colours), encoding="utf-8")
    for path, source in files:
        if source is not None:
            (home / path).parent.mkdir(exist_ok=True)
            shutil.copyfile(source, home / path)
    out.print(f"{home} begins as {extends}. Look at it with: digest theme preview {name} --in {place}", markup=False)


@app.command("check")
def check(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The theme; left out, all of them.")] = None,
    *,
    folder: FolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a theme: settings, contrast in both schemes, and specimens of every size; exit 1 where something blocks."""
    roots = template_roots(_given(context, folder))
    with open_press(roots, _PUBLIC_URL) as press:
        found = {theme: _found(press, theme) for theme in ([name] if name else theme_names(roots))}
    if as_json:
        print_json(
            [
                {
                    "theme": theme,
                    "findings": [
                        {"code": one.code, "severity": one.severity, "message": one.message, "remedy": one.remedy} for one in findings
                    ],
                }
                for theme, findings in found.items()
            ]
        )
    for theme, findings in found.items():
        if not as_json:
            out.print(f"{theme}: {'nothing to mend' if not findings else f'{len(findings)} to look at'}", markup=False)
            for one in findings:
                out.print(f"  {one.severity:<5}  {one.message}\n         {one.remedy}", markup=False)
    if any(one.severity is Severity.BLOCK for findings in found.values() for one in findings):
        raise typer.Exit(1)


@app.command("preview")
def preview(
    context: typer.Context,
    name: NameArgument,
    *,
    to: Annotated[Path | None, typer.Option("--to", help="Write the files here and end.")] = None,
    port: Annotated[int, typer.Option(help="Port on loopback, drawn anew at each look; 0 for a free one.")] = 8700,
    folder: FolderOption = None,
) -> None:
    """Look at a theme: on a page of its own that is drawn anew each time, or as files."""
    from digest.cli import theme_page  # noqa: PLC0415  it draws: Pillow and a server for one command

    roots = template_roots(_given(context, folder))
    read_theme(name, roots)
    if to is not None:
        theme_page.write_pages(roots, name, to)
        out.print(f"{to / 'index.html'}", markup=False)
        return
    with theme_page.serving(roots, name, port) as server:
        out.print(f"{name} at http://127.0.0.1:{server.server_port}/ until Ctrl-C; change a file and load the page again", markup=False)
        server.serve_forever()


def _found(press: Press, theme: str) -> tuple[Finding, ...]:
    try:
        return (*check_theme(press, theme), *logo_findings(press, theme))
    except ThemeError as error:
        return tuple(Finding(code="setting", severity=Severity.BLOCK, message=message, remedy=remedy) for message, remedy in error.faults)
    except RenderError as error:
        return (Finding(code="theme", severity=Severity.BLOCK, message=str(error), remedy="Mend theme.toml, or name another theme."),)


def _given(context: typer.Context, folder: Path | None) -> Path | None:
    door: Door = context.obj
    return folder if folder is not None else door.settings.templates


def _folder(context: typer.Context, folder: Path | None) -> Path:
    given = _given(context, folder)
    if given is None:
        raise InputError("say where your own templates are: --in FOLDER, or the setting `templates` (DIGEST_TEMPLATES)")
    return given


def _paths_of(block: str) -> tuple[str, str]:
    return f"blocks/{block}.mjml", f"blocks/{block}.txt"


def _copied(path: str, folders: tuple[Path, ...]) -> Path | None:
    return next((folder / path for folder in folders if (folder / path).is_file()), None)
