"""An edition as plain data for templates: strings, numbers, lists and dicts, every text cleaned and capped, no methods."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from digest.model.edition import Edition
from digest.model.mailing import Segment
from digest.model.newsletter import MOST_OPTIONAL, Newsletter
from digest.render.blocks import standing_rows
from digest.render.clean import plain
from digest.render.counts import counts
from digest.render.phrases import long_date
from digest.render.rows import LIMITS, note_data, sections_of
from digest.render.theme import Theme

Data = dict[str, Any]

_RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_OF_INDIA: Final = frozenset({"as", "bn", "gu", "hi", "kn", "ml", "mr", "ne", "or", "pa", "sa", "si", "ta", "te"})
_OF_THE_EAST: Final = frozenset({"am", "bo", "dz", "ja", "ka", "km", "ko", "lo", "my", "th", "ti", "yue", "zh"})
# Their scripts have no italic, and letters that hang together or stand in squares want no tracking.
_UPRIGHT: Final = _RIGHT_TO_LEFT | _OF_INDIA | _OF_THE_EAST


def edition_data(edition: Edition, newsletter: Newsletter, theme: Theme, public_url: str) -> Data:
    """Return what templates see of an edition; phrases are made of the theme's words, and its blocks say which sections they set."""
    theme_words: Mapping[str, Any] = theme.settings["words"]
    language = plain(newsletter.language, 20) or "en"
    sections = sections_of(edition, theme, newsletter.slot.zone)
    return {
        "language": language,
        "right_to_left": script_of(language)["right_to_left"],
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
        "correction": note_data(edition.correction) if edition.correction else None,
        "intro": note_data(edition.intro) if edition.intro else None,
        "sections": sections,
        "standing": standing_rows(theme.settings, frozenset(row["kind"] for section in sections for row in section["rows"])),
        **counts(sections, theme_words),
    }


def script_of(language: str) -> dict[str, bool]:
    """Return how a language is set: `right_to_left`, and `upright` where its script knows no italic."""
    known = language.partition("-")[0].lower()
    return {"right_to_left": known in _RIGHT_TO_LEFT, "upright": known in _UPRIGHT}


def segments_of(edition: Edition, newsletter: Newsletter, sections: Sequence[Data]) -> tuple[Segment, ...]:
    """Return the sections of this edition that its readers may leave out: never the lead, and never so that nothing is left.

    Where all that came in a week is optional, the first section stands for everybody.
    """
    optional = {planned.key: planned.name for planned in newsletter.optional}
    fixed = {section["key"] for section in sections if section["key"] not in optional or section["kind"] == "lead"}
    if not fixed:
        fixed = {section["key"] for section in sections[:1]}
    keys = dict.fromkeys(section["key"] for section in sections if section["key"] not in fixed)
    headings = {section.key: plain(section.heading, LIMITS["heading"]) for section in edition.sections}
    return tuple(Segment(key=key, name=headings.get(key) or plain(optional[key], LIMITS["heading"])) for key in keys)[:MOST_OPTIONAL]


def archive_url(public_url: str, newsletter: Newsletter) -> str:
    """Where a newsletter's past editions stand."""
    return f"{public_url}/archive/{newsletter.id}"
