"""What may not stand in a mail whose readers leave sections out: a section that stays, tables torn by it, a footer that goes."""

from collections.abc import Iterator, Sequence
from typing import Final

from digest.errors import RenderError
from digest.model.mailing import Segment
from digest.render.lint_html import lint_tables, outlook_view, web_view
from digest.render.segments import Part

_FOR_EVERYBODY: Final = ("unsubscribe_url", "preferences_url")


def lint_parts(body: Sequence[Part], segments: Sequence[Segment], marker: str, file: str) -> None:
    """Check that each segment of one part of the mail can go and leave a whole one; `file` is the template that set it.

    Raises RenderError with what to write there.
    """
    there = {part.segment for part in body}
    for segment in segments:
        if segment.key not in there:
            raise RenderError(
                f"{file}: the plan lets readers leave out {segment.name!r}, and this template does not:"
                " write {{ begin(section) }} before the rows of a section, and {{ end(section) }} after them"
            )
    for slot in _FOR_EVERYBODY:
        within = [part.segment for part in body if f"{marker}{slot}{marker}" in part.text]
        if within and None not in within:
            raise RenderError(
                f"{file}: {slot} stands in the section {within[0]!r} only, which readers may leave out; move it to the footer"
            )
    for key in there - {None}:
        for run in _runs(body, key):
            for view, seen in (("in Outlook", outlook_view(run)), ("elsewhere", web_view(run))):
                lint_tables(seen, f"{view}, in the section {key!r} that readers may leave out")


def _runs(body: Sequence[Part], key: str | None) -> Iterator[str]:
    """Each stretch of a segment, as who leaves nothing out gets it."""
    run = ""
    for part in body:
        if part.segment == key:
            run += part.text if part.stands(frozenset(), "") else ""
        elif run:
            yield run
            run = ""
    if run:
        yield run
