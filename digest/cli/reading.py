"""`digest read`: what we would make of a feed, page or text, without touching the network."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from digest.cli.door import JsonOption, out, print_json, read_file
from digest.cli.teaching import AliasOption, HeadingOption, SelectorOption, lesson
from digest.errors import NotReadable
from digest.gather.read import Reading, read_bytes
from digest.gather.report import reading_json
from digest.gather.teaching import checked
from digest.model.source import UNTAUGHT, Taught


class Kind(StrEnum):
    """What the bytes are said to be."""

    FEED = "feed"
    PAGE = "page"
    TEXT = "text"


def read(  # noqa: PLR0913  a command's options
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The bytes as they were fetched; - for standard input.")],
    url: Annotated[str, typer.Option(help="The address they came from: relative links resolve against it.")],
    kind: Annotated[Kind | None, typer.Option(help="What they are; left out, their content tells.")] = None,
    *,
    heading: HeadingOption = None,
    selector: SelectorOption = None,
    alias: AliasOption = None,
    as_json: JsonOption = False,
) -> None:
    """Parse a feed, page or text without network and print what it holds."""
    taught = checked(lesson(heading, selector, alias, runs=False))
    reading = read_given(file, url, kind, taught)
    document = reading_json(reading)
    if as_json:
        print_json(document)
        return
    article = document.get("article")
    out.print(f"{document['kind']}" + (f" ({document['notice']})" if document.get("notice") else ""))
    if isinstance(article, dict):
        out.print(f"  article   {article['headline']}", soft_wrap=True, markup=False)
    for entry in _dicts(document.get("entries")):
        out.print(f"  entry     {entry['title']}  {entry['url']}", soft_wrap=True, markup=False)
    for section in _dicts(document.get("sections")):
        out.print(f"  {section['kind']:<9} {section['heading']}", soft_wrap=True, markup=False)
        for brief in _dicts(section.get("briefs")):
            sources = f"  [{', '.join(brief['sources'])}]" if brief["sources"] else ""
            out.print(f"            - {brief['text']}{sources}", soft_wrap=True, markup=False)
    for teaser in _dicts(document.get("teasers")):
        out.print(f"  teaser    {teaser['headline']}", soft_wrap=True, markup=False)


def read_given(file: str, url: str, kind: Kind | None, taught: Taught = UNTAUGHT) -> Reading:
    """Return what a file (`-`: standard input) holds that came from `url`; raises InputError, which names the file and the address."""
    body = read_file(file)
    try:
        return read_bytes(body, url, kind, taught=taught)
    except NotReadable as error:
        raise NotReadable(f"{'standard input' if file == '-' else file}, given for {error}") from error


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
