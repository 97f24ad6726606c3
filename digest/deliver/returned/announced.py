"""Returns that a sending service announces as JSON in a mail of its own: Amazon SES, through SNS, to a subscriber by mail.

`digest.inbound.ses` reads the same words where they come by webhook, signed; here they are as good as any other mail's.
"""

import json
from typing import Any, Final

from digest.deliver.returned.address import clean_address
from digest.deliver.returned.letter import Letter
from digest.deliver.returned.original import message_ids
from digest.deliver.returned.reason import judge
from digest.deliver.returned.tables import table, tables
from digest.deliver.returned.words import text_of
from digest.model.returned import BounceClass, Returned, ReturnedRecipient, ReturnKind

# What the service itself says of a refusal, where the other system's words leave it open.
_CLASSES: Final = {
    "General": BounceClass.HARD,
    "NoEmail": BounceClass.HARD,
    "Suppressed": BounceClass.HARD,
    "OnAccountSuppressionList": BounceClass.HARD,
    "MailboxFull": BounceClass.FULL,
    "ContentRejected": BounceClass.OURS,
    "AttachmentRejected": BounceClass.OURS,
}
_MAX_RECIPIENTS: Final = 100
# Sendmail cuts lines over a thousand characters with this.
_CUT: Final = "!\n "


def read_announced(letter: Letter) -> Returned | None:
    """Return what such a mail tells, None where it is none; what tells of a delivery is `none`."""
    told = _told(letter)
    kind = told.get("notificationType") or told.get("eventType")
    if kind == "Bounce":
        given = table(told.get("bounce"))
        passing = given.get("bounceType") != "Permanent"
        otherwise = _CLASSES.get(str(given.get("bounceSubType")), BounceClass.HARD)
        otherwise = BounceClass.SOFT if passing and otherwise is BounceClass.HARD else otherwise
        return _returned(told, ReturnKind.BOUNCE, [_bounced(one, otherwise) for one in tables(given.get("bouncedRecipients"))])
    if kind == "DeliveryDelay":
        given = table(told.get("deliveryDelay"))
        return _returned(told, ReturnKind.DELAYED, [_bounced(one, None) for one in tables(given.get("delayedRecipients"))])
    if kind == "Complaint":
        given = table(told.get("complaint"))
        why = str(given.get("complaintFeedbackType") or "abuse")
        found = [
            ReturnedRecipient(address=_address(one), bounce_class=BounceClass.HARD, diagnostic=why[:500])
            for one in tables(given.get("complainedRecipients"))
        ]
        return Returned(kind=ReturnKind.NONE) if why == "not-spam" else _returned(told, ReturnKind.COMPLAINT, found)
    return Returned(kind=ReturnKind.NONE) if kind in {"Delivery", "Send", "Open", "Click"} and "mail" in told else None


def _told(letter: Letter) -> dict[str, Any]:
    texts = [text_of(one) for one in letter.part.walk() if not one.parts and one.kind in {"text/plain", "application/json"}]
    for text in texts:
        begins = text.find("{")
        if begins < 0 or text[:begins].strip() or '"mail' not in text:
            continue
        told = _parsed(text[begins:].replace(_CUT, ""))
        # SNS wraps the announcement where the subscriber asked for JSON.
        inner = told.get("Message")
        return _parsed(inner) if isinstance(inner, str) else told
    return {}


def _parsed(text: str) -> dict[str, Any]:
    try:
        told, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return table(told)


def _bounced(one: dict[str, Any], otherwise: BounceClass | None) -> ReturnedRecipient:
    words = str(one.get("diagnosticCode") or "").removeprefix("smtp;").strip()
    verdict = judge(words, str(one.get("status") or "") or None)
    bounce_class = verdict.bounce_class or otherwise or BounceClass.SOFT
    if otherwise is None and bounce_class is BounceClass.HARD:
        # It is still being tried.
        bounce_class = BounceClass.SOFT
    return ReturnedRecipient(
        address=_address(one),
        bounce_class=bounce_class,
        status=verdict.status,
        code=verdict.code,
        diagnostic=" ".join(words.split())[:500] or None,
    )


def _returned(told: dict[str, Any], kind: ReturnKind, recipients: list[ReturnedRecipient]) -> Returned:
    headers = tables(table(told.get("mail")).get("headers"))
    ids = [found for one in headers if str(one.get("name")).lower() == "message-id" for found in message_ids(str(one.get("value")))]
    nobody = ReturnedRecipient(address=None, bounce_class=BounceClass.HARD if kind is ReturnKind.COMPLAINT else BounceClass.SOFT)
    return Returned(kind=kind, message_id=next(iter(ids), None), recipients=tuple(recipients[:_MAX_RECIPIENTS]) or (nobody,))


def _address(one: dict[str, Any]) -> str | None:
    return clean_address(str(one.get("emailAddress") or "")[:1000])
