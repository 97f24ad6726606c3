"""What templates are given beside data: slots, the marks of sections, each choice's own words, and a text's footnotes."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from digest.model.mailing import Segment
from digest.render.segments import Choosing
from digest.render.slots import marked
from digest.render.text import Footnotes

Job = dict[str, Any]


def tools_of(marker: str, segments: Sequence[Segment], said: Mapping[str, Mapping[str, Any]], *, text: bool) -> Job:
    """Return what `given` makes the tools of, as plain data; `said` is each choice's own, by its word, and `text` a text's tools."""
    return {"marker": marker, "segments": [[one.key, one.name] for one in segments], "said": said, "text": text}


def given(job: Job) -> dict[str, Callable[..., object]]:
    """Return the functions by the names that templates know them by."""
    segments = tuple(Segment(key=key, name=name) for key, name in job["segments"])
    in_rows = Choosing(marker=job["marker"], segments=segments, between=("<mj-raw>", "</mj-raw>"))
    if job["text"]:
        marks = Footnotes(Choosing(marker=job["marker"], segments=segments)).given()
    else:
        marks = {"begin": in_rows.begin, "end": in_rows.end}
    return {**marks, "slot": partial(marked, job["marker"]), "each_choice": partial(in_rows.each, job["said"])}
