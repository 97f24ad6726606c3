"""The edition's subject and preheader: what an inbox shows of it."""

from collections.abc import Iterator
from typing import Final

from digest.compose.checks.case import HEAD, Case, finding
from digest.model.edition import Finding, Severity

LONGEST_SUBJECT: Final = 60


def envelope(case: Case) -> Iterator[Finding]:
    """A subject there must be, and no longer than phones show; a preheader there should be."""
    subject = case.edition.subject.strip()
    if not subject:
        remedy = "Write a subject; the lead's headline is a good one."
        yield finding("no_subject", Severity.BLOCK, "The edition has no subject", remedy, HEAD)
    if len(subject) > LONGEST_SUBJECT:
        message = f"The subject has {len(subject)} characters; phones show about {LONGEST_SUBJECT}"
        yield finding("subject_long", Severity.NOTE, message, "Shorten it, or put what matters first.", HEAD)
    if not case.edition.preheader.strip():
        message = "The edition has no preheader; inboxes will show the first words of the mail instead"
        yield finding("no_preheader", Severity.WARN, message, "Write one sentence that goes on where the subject stops.", HEAD)
