"""The edition's subject and preheader: what an inbox shows of it."""

from collections.abc import Iterator
from typing import Final

from digest.compose.checks.case import HEAD, Case, finding
from digest.model.edition import Finding, Severity
from digest.model.greeting import GREETING, for_nobody

LONGEST_SUBJECT: Final = 60


def envelope(case: Case) -> Iterator[Finding]:
    """A subject there must be, and no longer than phones show; a preheader there should be."""
    subject = for_nobody(case.edition.subject.strip())
    if not subject:
        remedy = "Write a subject; the lead's headline is a good one."
        yield finding("no_subject", Severity.BLOCK, "The edition has no subject", remedy, HEAD)
    if len(subject) > LONGEST_SUBJECT:
        message = f"The subject has {len(subject)} characters; phones show about {LONGEST_SUBJECT}"
        yield finding("subject_long", Severity.NOTE, message, "Shorten it, or put what matters first.", HEAD)
    for what, text in (("subject", case.edition.subject), ("preheader", case.edition.preheader)):
        if any(not (said or "").strip() for said in GREETING.findall(text)):
            message = f"The {what} greets by name, and has no word of its own for readers who gave none"
            yield finding("nameless", Severity.WARN, message, "Write it as {name|friend}: they read “friend”.", HEAD, about=what)
    if not case.edition.preheader.strip():
        message = "The edition has no preheader; inboxes will show the first words of the mail instead"
        yield finding("no_preheader", Severity.WARN, message, "Write one sentence that goes on where the subject stops.", HEAD)
