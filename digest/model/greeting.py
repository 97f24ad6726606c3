"""Greeting readers by name: `{name|reader}` in an editor's own words, in the subject as in the letter, and what the nameless read."""

import re
from collections.abc import Sequence
from typing import Final

from digest.model.quoting import one_line

GREETING: Final = re.compile(r"\{name(?:\|([^{}|]{0,60}))?\}")
# Where no theme says another word.
NAMELESS: Final = "reader"
# A subject is read on a phone; a name longer than this is no greeting any more.
_LONGEST: Final = 60


def pattern_of(text: str, nameless: str = NAMELESS) -> tuple[str, ...]:
    """Return a text that greets as words, what the nameless read, words, …, words; () where it greets nobody."""
    parts = GREETING.split(text)
    if len(parts) == 1:
        return ()
    return tuple((part or "").strip() or nameless if place % 2 else part or "" for place, part in enumerate(parts))


def addressed(pattern: Sequence[str], name: str) -> str:
    """Return a pattern's text for a reader, as one clean line; "" is one who gave no name."""
    known = one_line(name)[:_LONGEST].rstrip(" ")
    return one_line("".join(known or part if place % 2 else part for place, part in enumerate(pattern)))


def for_nobody(text: str, nameless: str = NAMELESS) -> str:
    """Return a text as somebody reads it who gave no name; as it is, where it greets nobody."""
    pattern = pattern_of(text, nameless)
    return addressed(pattern, "") if pattern else text
