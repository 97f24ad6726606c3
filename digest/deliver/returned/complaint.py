"""Complaints: feedback reports (RFC 5965), and those that come in a form of their own."""

import re
from dataclasses import dataclass

from digest.deliver.returned.address import each_once, from_field, in_header
from digest.deliver.returned.letter import Letter
from digest.deliver.returned.mime import read_headers
from digest.deliver.returned.original import message_ids, plausible
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
    message_id: str | None


def read_complaint(letter: Letter) -> Returned | None:
    """Return the complaint that the mail is, a `none` where it is a report of another kind, None where it is no feedback."""
    feedback = _feedback(letter)
    if feedback is None:
        return None
    if feedback.kind in _NO_COMPLAINT:
        return Returned(kind=ReturnKind.NONE, message_id=letter.original.message_id)
    headers = letter.original
    # Hotmail writes the same header on the report and on the copy of our mail: each address counts once.
    hidden = each_once(
        address for name in _RECIPIENT_HEADERS for value in (*headers.all(name), letter.part.get(name)) for address in in_header(value)
    )
    addresses = feedback.recipients or hidden or plausible(headers.recipients, headers.senders) or headers.handed_to[-1:]
    return Returned(
        kind=ReturnKind.COMPLAINT,
        message_id=headers.message_id or feedback.message_id,
        recipients=tuple(
            ReturnedRecipient(address=address, bounce_class=BounceClass.HARD, diagnostic=feedback.kind or "abuse")
            for address in (addresses or (None,))
        ),
    )


def _feedback(letter: Letter) -> _Feedback | None:
    """The feedback report's own fields, found by its part, by what the mail says it is, or by its subject."""
    fields = _fields(letter)
    said = dict(reversed(fields))
    if not (
        letter.has("message/feedback-report") or letter.report_type == "feedback-report" or {"feedback-type", "user-agent"} <= said.keys()
    ):
        formless = _FORMLESS.search(letter.subject) is not None and bool(letter.original.headers)
        return _Feedback(kind="abuse", recipients=(), message_id=None) if formless else None
    named = [from_field(value) for name, value in fields if name in {"original-rcpt-to", "removal-recipient"}]
    plain = [one for one in named if one is not None and "redacted" not in one.lower()]
    return _Feedback(
        kind=said.get("feedback-type", "abuse").strip().lower(),
        recipients=tuple(dict.fromkeys(plain)),
        message_id=next(iter(message_ids(said.get("original-message-id", ""))), None),
    )


def _fields(letter: Letter) -> tuple[tuple[str, str], ...]:
    """The report's fields: in a part of their own, in the next one where that is empty, or in the text of the mail."""
    texts = [decoded(one).strip("\n") for one in letter.part.walk() if one.kind == "message/feedback-report"]
    texts += [decoded(one).strip("\n") for one in letter.part.walk() if not one.parts and "feedback-type:" in one.body[:4000].lower()]
    for text in texts:
        fields, _ = read_headers(text[max(0, text.lower().find("feedback-type:")) :])
        if fields:
            return fields
    return ()
