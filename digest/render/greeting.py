"""Greeting readers by name: `{name|reader}` in the editor's own words becomes the slot, and nowhere else."""

import re
from collections.abc import Mapping
from typing import Any

from digest.model.greeting import GREETING, for_nobody
from digest.render.slots import marked

Data = dict[str, Any]


def greeted(data: Data, marker: str, nameless: str) -> Data:
    """Return an edition's data with the greetings in its preheader, correction, intro and notes as slots; `nameless` for who gave no name.

    Articles and briefs are others' words: a `{name}` in them stays what it is. The subject, which pages and titles show to
    everybody, is what the nameless read; each reader's own is made in the header.
    """
    sections = [{**section, "rows": [_row(row, marker, nameless) for row in section["rows"]]} for section in data["sections"]]
    head = {"subject": for_nobody(data["subject"], nameless), "preheader": _slotted(data["preheader"], marker, nameless)}
    letters = {name: _note(data[name], marker, nameless) for name in ("correction", "intro")}
    return {**data, **head, **letters, "sections": sections}


def _row(row: Data, marker: str, nameless: str) -> Data:
    if not row["note"] and not row["notes"]:
        return row
    return {**row, "note": _note(row["note"], marker, nameless), "notes": [_note(one, marker, nameless) for one in row["notes"]]}


def _note(note: Mapping[str, Any] | None, marker: str, nameless: str) -> Data | None:
    if note is None:
        return None

    paragraphs = [
        {**paragraph, "runs": [{**run, "text": _slotted(run["text"], marker, nameless)} for run in paragraph["runs"]]}
        for paragraph in note["paragraphs"]
    ]
    return {**note, "paragraphs": paragraphs}


def _slotted(text: str, marker: str, nameless: str) -> str:
    def slot(found: re.Match[str]) -> str:
        return marked(marker, "name", (found[1] or "").strip() or nameless)

    return GREETING.sub(slot, text)
