"""A Rendered with one reader's values in it, for eyes: the preview, the archive, `digest render`."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from html import escape

from digest.errors import RenderError
from digest.model.mailing import NOTHING, Rendered
from digest.model.quoting import one_line
from digest.render.segments import joined, parted
from digest.render.slots import split


def value_of(slot: str, values: Mapping[str, str], fallback: str = "") -> str:
    """Return the reader's value as one clean line; a missing name is `fallback`, anything else missing raises RenderError."""
    if slot == "name":
        return one_line(values.get(slot, "")) or fallback
    if slot in values:
        return one_line(values[slot])
    raise RenderError(f"no value for the slot {slot!r}: give one for each of the mail's slots")


def fill_html(rendered: Rendered, values: Mapping[str, str], left_out: AbstractSet[str] = NOTHING) -> str:
    """Return the HTML part with `values` by slot name, HTML-escaped, without the segments that the reader leaves out.

    Raises RenderError on a missing value (name: its fallback).
    """
    body = _body(rendered.html, rendered.html_parted, rendered, left_out)
    return "".join(
        literal + (escape(value_of(slot, values, fallback)) if slot else "") for literal, slot, fallback in split(body, rendered.marker)
    )


def fill_text(rendered: Rendered, values: Mapping[str, str], left_out: AbstractSet[str] = NOTHING) -> str:
    """Return the text part as `fill_html` does the HTML."""
    body = _body(rendered.text, rendered.text_parted, rendered, left_out)
    return "".join(literal + (value_of(slot, values, fallback) if slot else "") for literal, slot, fallback in split(body, rendered.marker))


def _body(whole: str, marked: str, rendered: Rendered, left_out: AbstractSet[str]) -> str:
    known = left_out & {segment.key for segment in rendered.segments}
    return joined(parted(marked, rendered.marker), known) if known else whole
