"""A correction: where something went out before, the mail says what was wrong, and shows it in both of its parts."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from digest.compose.checks.case import Case, finding, lines_of
from digest.compose.merge import CORRECTION
from digest.model.edition import Finding, Severity
from digest.model.greeting import GREETING

_TAG: Final = re.compile(r"<[^>]*>")
# A preheader says the same, and nobody sees it in the mail.
_HIDDEN: Final = re.compile(r'<(\w+)\b[^<>]*style="[^"]*display:\s*none[^"]*"[^<>]*>.*?</\1>', re.DOTALL)
_FOOTNOTE: Final = re.compile(r"\[[A-Z]?\d+\]")
# So much of a paragraph is looked for: a theme may shorten what is endless.
_LOOKED_FOR: Final = 80


def correction(case: Case) -> Iterator[Finding]:
    """Warn where nobody says what was wrong, block where somebody does and the theme keeps it from readers."""
    said = case.edition.correction
    if said is None:
        if case.facts.went_out:
            message = "This corrects what went out, and does not say what was wrong"
            yield finding(
                "correction_unsaid", Severity.WARN, message, "Write it in a sentence or two: it stands first in the mail.", CORRECTION
            )
        return
    if case.rendered is None:
        return
    html = unescape(_TAG.sub("", _HIDDEN.sub("", case.rendered.html)))
    for part, body, kind in (("HTML", html, "mjml"), ("text", case.rendered.text, "txt")):
        letters = _letters(body)
        if any(words not in letters for words in map(_sought, lines_of(said.html).split("\n"))):
            message = f"The {part} part of the mail does not show what was wrong"
            remedy = f'Write {{% include "blocks/correction.{kind}" %}} after the masthead in the theme’s editions/edition.{kind}.'
            yield finding("correction_unseen", Severity.BLOCK, message, remedy, said.id, about=part)


def _sought(paragraph: str) -> str:
    """How the longest stretch of a paragraph begins that is the same for all readers."""
    return max((_letters(stretch)[:_LOOKED_FOR] for stretch in GREETING.split(paragraph)[::2]), key=len)


def _letters(text: str) -> str:
    return "".join(letter for letter in _FOOTNOTE.sub("", text).casefold() if letter.isalnum())
