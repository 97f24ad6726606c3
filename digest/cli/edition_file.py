"""`digest edition export` and `import`: an edition as one file that a person can compare, change and carry elsewhere."""

import codecs
import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, now, out, print_json, read_file, read_moment, who
from digest.compose.sheet_read import LARGEST, read_sheet
from digest.errors import InputError, RenderError
from digest.flows import exchanging, previewing
from digest.flows.exchanging import Landed, Landing
from digest.model.quoting import one_line
from digest.store.documents import to_document


def export(
    context: typer.Context,
    edition: Annotated[int, typer.Argument(metavar="EDITION", help="Its number in `digest edition list`.")],
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="Where to; standard output.")] = "-",
    *,
    revision: Annotated[int | None, typer.Option(help="An earlier revision.")] = None,
) -> None:
    """Write an edition as one file: TOML, in the order of the mail, a paragraph a line, so that two can be compared."""
    door: Door = context.obj
    with door.runtime() as runtime:
        text = exchanging.export(runtime.database, edition, revision)
    if file == "-":
        sys.stdout.write(text)
        return
    try:
        Path(file).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"cannot write {file}: {error.strerror}; name a file that can be written") from error
    out.print(f"edition {edition} is in {file}", markup=False)


def import_file(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="What `digest edition export` wrote.")],
    *,
    newsletter: Annotated[str | None, typer.Option(help="Make it a new draft of this newsletter.")] = None,
    slot: Annotated[str | None, typer.Option(help="Make it a new draft of this slot, ISO 8601 with its zone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Save a file as the next revision of the edition it came from, or as a new draft where that is not here."""
    door: Door = context.obj
    name = "standard input" if file == "-" else one_line(Path(file).name)[:100]
    sheet = read_sheet(_text(read_file(file), name), name)
    landing = Landing(who=who(), at=now(), newsletter_id=newsletter, slot=read_moment(slot) if slot else None)
    with door.runtime() as runtime:
        landed = exchanging.bring_in(runtime.database, sheet, landing)
        record = landed.record
        try:
            findings = previewing.preview(runtime.database, runtime.press, record.id, now=now()).findings
        except RenderError as error:
            raise RenderError(
                f"edition {record.id} has the file’s words as revision {record.revision}, but does not render: {error}"
            ) from error
    if as_json:
        print_json({"edition": record.id, "revision": record.revision, "findings": [to_document(one) for one in findings]})
        return
    out.print(_said(landed), markup=False)
    for one in findings:
        out.print(f"{one.severity:<6} {one.message} {one.remedy}", markup=False)


def _said(landed: Landed) -> str:
    record = landed.record
    if landed.fresh:
        return f"edition {record.id} is a new draft of {record.newsletter_id} for {record.slot.isoformat(timespec='minutes')}"
    if not landed.changed:
        return f"edition {record.id} says all of that already; it stays at revision {record.revision}"
    void = "; its approval is void, approve it again" if landed.voided else ""
    return f"edition {record.id} is at revision {record.revision} now{void}"


def _text(given: bytes, name: str) -> str:
    if len(given) > LARGEST:
        raise InputError(f"{name} has {len(given):,} bytes; an edition’s file has {LARGEST:,} at most")
    try:
        wide = given.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return given.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = given[: error.start].count(b"\n") + 1
        raise InputError(f"{name}, line {line}: this is no UTF-8; save the file as UTF-8") from error
