"""A Rendered with one reader's values in it, for eyes: the preview, the archive, `digest render`."""

from collections.abc import Mapping
from html import escape

from digest.errors import RenderError
from digest.model.mailing import Rendered
from digest.model.quoting import one_line
from digest.render.slots import split


def value_of(slot: str, values: Mapping[str, str], fallback: str = "") -> str:
    """Return the reader's value as one clean line; a missing name is `fallback`, anything else missing raises RenderError."""
    if slot == "name":
        return one_line(values.get(slot, "")) or fallback
    if slot in values:
        return one_line(values[slot])
    raise RenderError(f"no value for the slot {slot!r}: give one for each of the mail's slots")


def fill_html(rendered: Rendered, values: Mapping[str, str]) -> str:
    """Return the HTML part with `values` by slot name, HTML-escaped; raises RenderError on a missing value (name: its fallback)."""
    return "".join(
        literal + (escape(value_of(slot, values, fallback)) if slot else "")
        for literal, slot, fallback in split(rendered.html, rendered.marker)
    )


def fill_text(rendered: Rendered, values: Mapping[str, str]) -> str:
    """Return the text part with `values` by slot name; raises RenderError on a missing value (name: its fallback)."""
    return "".join(
        literal + (value_of(slot, values, fallback) if slot else "") for literal, slot, fallback in split(rendered.text, rendered.marker)
    )
