"""Greeting readers by name: `{name|reader}` in the editor's own words becomes the slot, and nowhere else."""

import re
from collections.abc import Mapping
from typing import Any, Final

from digest.render.slots import marked

Data = dict[str, Any]
_GREETING: Final = re.compile(r"\{name(?:\|([^{}|]{0,60}))?\}")


def greeted(data: Data, marker: str, nameless: str) -> Data:
    """Return an edition's data with the greetings in its intro and notes as slots; `nameless` stands where the editor wrote no other.

    Articles and briefs are others' words: a `{name}` in them stays what it is.
    """
    sections = [{**section, "rows": [_row(row, marker, nameless) for row in section["rows"]]} for section in data["sections"]]
    return {**data, "intro": _note(data["intro"], marker, nameless), "sections": sections}


def _row(row: Data, marker: str, nameless: str) -> Data:
    if not row["note"] and not row["notes"]:
        return row
    return {**row, "note": _note(row["note"], marker, nameless), "notes": [_note(one, marker, nameless) for one in row["notes"]]}


def _note(note: Mapping[str, Any] | None, marker: str, nameless: str) -> Data | None:
    if note is None:
        return None

    def slot(found: re.Match[str]) -> str:
        return marked(marker, "name", (found[1] or "").strip() or nameless)

    paragraphs = [
        {**paragraph, "runs": [{**run, "text": _GREETING.sub(slot, run["text"])} for run in paragraph["runs"]]}
        for paragraph in note["paragraphs"]
    ]
    return {**note, "paragraphs": paragraphs}
