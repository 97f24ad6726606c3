"""An edition as plain data for templates: strings, numbers, lists and dicts, every text cleaned and capped, no methods."""

from collections.abc import Mapping
from typing import Any, Final

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.blocks import FRAME, standing_rows
from digest.render.clean import plain
from digest.render.phrases import figure, inside, long_date, minutes_more
from digest.render.rows import LIMITS, note_data, sections_of
from digest.render.theme import Theme

Data = dict[str, Any]

_RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def edition_data(edition: Edition, newsletter: Newsletter, theme: Theme, public_url: str) -> Data:
    """Return what templates see of an edition; phrases are made of the theme's words, and its blocks say which sections they set."""
    theme_words: Mapping[str, Any] = theme.settings["words"]
    language = plain(newsletter.language, 20) or "en"
    sections = sections_of(edition, theme.blocks, newsletter.slot.zone, theme_words)
    counted = [row for section in sections for row in section["rows"] if row["kind"] in FRAME | {"full"}]
    articles = [article for row in counted for article in row["articles"]]
    briefs = [brief for row in counted for brief in row["briefs"]]
    answers = sum(1 for brief in briefs if brief["podium"])
    return {
        "language": language,
        "right_to_left": language.partition("-")[0].lower() in _RIGHT_TO_LEFT,
        "subject": plain(edition.subject, LIMITS["headline"]),
        "preheader": plain(edition.preheader, LIMITS["dek"]),
        "number": edition.number,
        "date": long_date(edition.slot, newsletter.slot.zone, theme_words),
        "newsletter": {
            "name": plain(newsletter.name, LIMITS["name"]),
            "public_name": plain(newsletter.public_name, LIMITS["name"]),
            "postal_address": plain(newsletter.postal_address, LIMITS["line"]),
            "why": plain(newsletter.why, LIMITS["line"]),
            "archive_url": archive_url(public_url, newsletter),
        },
        "intro": note_data(edition.intro) if edition.intro else None,
        "sections": sections,
        "standing": standing_rows(theme.settings, frozenset(row["kind"] for section in sections for row in section["rows"])),
        "inside": inside(len(articles), len(briefs) - answers, answers, theme_words),
        # A list of contents helps before many pieces, not behind a lead that was read in full.
        "contents": len(articles) + len(briefs) > 3 and not any(article["full"] for row in counted[:1] for article in row["articles"]),
        "minutes_more": minutes_more(sum(article["minutes"] or 0 for article in articles if not article["full"]), theme_words),
        "briefs_said": figure(len(briefs) - answers, theme_words).capitalize(),
        "briefs_count": len(briefs) - answers,
    }


def archive_url(public_url: str, newsletter: Newsletter) -> str:
    """Where a newsletter's past editions stand."""
    return f"{public_url}/archive/{newsletter.id}"
