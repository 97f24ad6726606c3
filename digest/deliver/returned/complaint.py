"""Complaints: feedback reports (RFC 5965), and those that come in a form of their own."""

import re
from dataclasses import dataclass

from digest.deliver.returned.address import from_field, in_header
from digest.deliver.returned.letter import Letter
from digest.deliver.returned.mime import read_headers
from digest.deliver.returned.original import plausible
from digest.deliver.returned.words import decoded
from digest.model.returned import BounceClass, Returned, ReturnedRecipient, ReturnKind

# RFC 5965, 7.3 and RFC 6430; what says "this is no spam" and what reports failed authentication is no complaint.
_NO_COMPLAINT = {"not-spam", "auth-failure"}
_FORMLESS = re.compile(
    r"complaint about (?:message|mail|e-?mail) from|spam (?:complaint|report)|abuse report|feedback loop|\bfbl\b", re.IGNORECASE
)
_RECIPIENT_HEADERS = ("x-hmxmroriginalrecipient", "x-original-recipient", "x-rcpt-to", "x-envelope-to", "x-original-to")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feedback:
    kind: str
    recipients: tuple[str, ...]


def read_complaint(letter: Letter) -> Returned | None:
    """Return the complaint that the mail is, a `none` where it is a report of another kind, None where it is no feedback."""
    feedback = _feedback(letter)
    if feedback is None:
        return None
    if feedback.kind in _NO_COMPLAINT:
        return Returned(kind=ReturnKind.NONE, message_id=letter.original.message_id)
    headers = letter.original
    hidden = tuple(
        address for name in _RECIPIENT_HEADERS for value in (*headers.all(name), letter.part.get(name)) for address in in_header(value)
    )
    addresses = feedback.recipients or hidden or plausible(headers.recipients, headers.senders) or headers.handed_to[-1:]
    return Returned(
        kind=ReturnKind.COMPLAINT,
        message_id=headers.message_id,
        recipients=tuple(
            ReturnedRecipient(address=address, bounce_class=BounceClass.HARD, diagnostic=feedback.kind or "abuse")
            for address in (addresses or (None,))
        ),
    )


def _feedback(letter: Letter) -> _Feedback | None:
    """The feedback report's own fields, found by its part, by what the mail says it is, or by its subject."""
    part = next((one for one in letter.part.walk() if one.kind == "message/feedback-report"), None)
    if part is not None:
        text = decoded(part).strip("\n")
        fields, rest = read_headers(text)
        # Some write an empty part with the fields in the next one.
        if not fields:
            fields = next(
                (read_headers(decoded(one).strip("\n"))[0] for one in letter.part.walk() if "feedback-type:" in one.body[:2000].lower()), ()
            )
        del rest
        kind = next((value for name, value in fields if name == "feedback-type"), "abuse").strip().lower()
        named = [from_field(value) for name, value in fields if name in {"original-rcpt-to", "removal-recipient"}]
        return _Feedback(
            kind=kind, recipients=tuple(dict.fromkeys(one for one in named if one is not None and "redacted" not in one.lower()))
        )
    if letter.report_type == "feedback-report":
        return _Feedback(kind="abuse", recipients=())
    if _FORMLESS.search(letter.subject) and letter.original.headers:
        return _Feedback(kind="abuse", recipients=())
    return None
