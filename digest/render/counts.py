"""What an edition says of itself: how much is inside, and how long it takes; for each choice of its readers."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

from digest.render.blocks import FRAME
from digest.render.phrases import figure, inside, minutes_more

_AT_LENGTH: Final = frozenset({"lead", "full", "thumb", "cards", "note"})

Data = dict[str, Any]


def counts(sections: Sequence[Data], theme_words: Mapping[str, Any], left_out: AbstractSet[str] = frozenset()) -> Data:
    """Return the counts of the sections' data without those that a reader leaves out, in the theme's words.

    `briefs_before` has for each section's id how many briefs stand in the sections above it; `longer` is the id of the first
    section that holds something to read at length, None where there is none.
    """
    before: dict[str, int] = {}
    articles: list[Data] = []
    briefs: list[Data] = []
    for section in sections:
        before[section["id"]] = sum(1 for brief in briefs if not brief["podium"])
        if section["key"] not in left_out:
            counted = [row for row in section["rows"] if row["kind"] in FRAME | {"full"}]
            articles += [article for row in counted for article in row["articles"]]
            briefs += [brief for row in counted for brief in row["briefs"]]
    longer = (
        section["id"]
        for section in sections
        if section["key"] not in left_out and any(row["kind"] in _AT_LENGTH for row in section["rows"])
    )
    answers = sum(1 for brief in briefs if brief["podium"])
    # A list of contents helps before many pieces, not behind a lead that was read in full.
    first = next((row for section in sections for row in section["rows"] if row["kind"] in FRAME | {"full"}), None)
    opens_full = first is not None and any(article["full"] for article in first["articles"])
    return {
        "inside": inside(len(articles), len(briefs) - answers, answers, theme_words),
        "contents": len(articles) + len(briefs) > 3 and not opens_full,
        "minutes_more": minutes_more(sum(article["minutes"] or 0 for article in articles if not article["full"]), theme_words),
        "briefs_said": figure(len(briefs) - answers, theme_words).capitalize(),
        "briefs_count": len(briefs) - answers,
        "answers_count": answers,
        "briefs_before": before,
        "longer": next(longer, None),
    }
