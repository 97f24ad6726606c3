"""What stands in every mail's foot and head by law and by right: unsubscribe, address, preferences, browser, why."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from digest.compose.checks.case import Case, finding
from digest.model.edition import Finding, Severity

_TAG: Final = re.compile(r"<[^>]*>")
_SLOTS: Final = (
    (
        "no_unsubscribe",
        Severity.BLOCK,
        "unsubscribe_url",
        "no unsubscribe link",
        "Put {{ slot('unsubscribe_url') }} back into the theme's footer.",
    ),
    (
        "no_preferences",
        Severity.WARN,
        "preferences_url",
        "no link to the reader's preferences",
        "Put {{ slot('preferences_url') }} into the theme's footer.",
    ),
    (
        "no_browser_link",
        Severity.WARN,
        "browser_url",
        "no link to see it in a browser",
        "Put {{ slot('browser_url') }} into the theme's masthead or footer.",
    ),
)


def footer(case: Case) -> Iterator[Finding]:
    """Look in both parts of the finished mail; the address must be there before there is a mail."""
    address = case.newsletter.postal_address.strip()
    remedy = "Give the newsletter its postal address, and let the theme show it (16 CFR 316.5)."
    if not address:
        yield finding("no_postal_address", Severity.BLOCK, "The newsletter has no postal address", remedy)
    if case.rendered is None:
        return
    marker = case.rendered.marker
    for part, body in (("HTML", case.rendered.html), ("text", case.rendered.text)):
        for code, severity, slot, lacks, mend in _SLOTS:
            if f"{marker}{slot}{marker}" not in body:
                yield finding(code, severity, f"The {part} part of the mail has {lacks}", mend, about=part)
        words = f" {' '.join((unescape(_TAG.sub(' ', body)) if part == 'HTML' else body).split())} "
        if any(word not in words for word in address.split()):
            yield finding(
                "no_postal_address", Severity.BLOCK, f"The {part} part of the mail does not show the postal address", remedy, about=part
            )
        why = case.newsletter.why.split()
        if not why or any(word not in words for word in why):
            message = f"The {part} part of the mail does not say why a reader gets it"
            yield finding(
                "no_why",
                Severity.WARN,
                message,
                "Write the newsletter's sentence, and {{ newsletter.why }} into the theme's footer.",
                about=part,
            )
