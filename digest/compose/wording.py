"""Texts that a draft proposes: a dek from a summary, minutes to read, and patterns such as "{name} no. {number}" filled in."""

import re
from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Final

from digest.compose.markup import plain_text
from digest.errors import InputError
from digest.model.quoting import one_line

WORDS_A_MINUTE: Final = 230
LONGEST_DEK: Final = 200
PATTERN_KEYS: Final = ("headline", "dek", "number", "name", "date")

_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s|$)")
# A full stop after these ends no sentence: initials ("U.S.", "J."), titles and ranks.
_ABBREVIATED: Final = re.compile(r"(?:\b(?:[A-Za-z]\.)+|\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Sgt|Lt|Sen|Rep|Gov|St|No|vs|Jr|Sr|Inc|Ltd|Co)\.)$")
# What feeds put after a summary: WordPress's own line, and words that invite to click.
_TAILS: Final = re.compile(
    r"\s*(?:The post .{1,300} (?:appeared first on|first appeared on) .{1,200}|"
    r"\[?(?:…|\.\.\.)\]?\s*(?:Read more|Continue reading|Keep reading)?.{0,3}|(?:Read more|Continue reading|Keep reading)\s*[.…»→]*)$",
    re.IGNORECASE,
)


def dek_from(summary: str | None) -> str | None:
    """Return the first sentences of a summary (HTML or plain) as plain text of at most 200 characters, or None.

    Cut at the last sentence that fits; where even the first does not, at a word, with an ellipsis.
    """
    whole = one_line(plain_text(summary))
    text = _TAILS.sub("", whole)
    if text and whole != text and not _SENTENCE_END.search(text[-3:]):
        text += "…"
    if len(text) <= LONGEST_DEK:
        return text or None
    ends = [found.end() for found in _SENTENCE_END.finditer(text, 0, LONGEST_DEK) if not _ABBREVIATED.search(text[: found.end()])]
    # A first sentence of three words says nothing alone: then the cut goes to a word.
    if ends and ends[-1] >= LONGEST_DEK // 4:
        return text[: ends[-1]]
    return cut_at_word(text, LONGEST_DEK)


def cut_at_word(text: str, limit: int) -> str:
    """Return `text`, at most `limit` characters with its ellipsis, ending in a whole word where there is one."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if not text[limit - 1].isspace() and " " in head[limit // 2 :]:
        head = head[: head.rfind(" ")]
    return head.rstrip(" ,;:.–—-") + "…"


def ends_no_sentence(text: str) -> bool:
    """Whether the full stop at the end of `text` is that of initials or a title ("U.S.", "Gen."), not of a sentence."""
    return _ABBREVIATED.search(text) is not None


def minutes_to_read(html: str | None) -> int | None:
    """Return the minutes that the words of `html` take at 230 a minute, at least one; None where there are no words."""
    count = len(plain_text(html).split())
    return max(1, round(count / WORDS_A_MINUTE)) if count else None


def date_words(day: date, language: str) -> str:
    """Return the day for a subject line: "27 November 2026" in English, ISO 8601 elsewhere, where we know no months."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if language.lower().startswith("en") else day.isoformat()


def fill_pattern(pattern: str, values: Mapping[str, str]) -> str:
    """Return `pattern` with {headline}, {dek}, {number}, {name} and {date} filled in, as one clean line.

    Nothing but these bare names is a field: no attribute, index, conversion or width. Raises InputError that names the
    pattern and what may stand in it.
    """
    known = ", ".join(f"{{{key}}}" for key in PATTERN_KEYS)
    remedy = f"use only {known}, and write {{{{ and }}}} for braces."
    filled = []
    try:
        for literal, field, width, conversion in Formatter().parse(pattern):
            filled.append(literal)
            if field is None:
                continue
            if field not in PATTERN_KEYS or width or conversion:
                raise InputError(f'The pattern "{pattern}" holds {{{field}}}, which cannot be filled; {remedy}')
            filled.append(values.get(field, ""))
    except ValueError as error:
        raise InputError(f'The pattern "{pattern}" cannot be read ({error}); {remedy}') from error
    return one_line("".join(filled))
