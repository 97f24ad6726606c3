"""Amazon SES: bounces, complaints and delays, as SNS carries them; identities' notifications and configuration sets' events alike."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from digest.deliver.returned.tables import table, tables
from digest.errors import InputError
from digest.inbound.provider import Event, Fetch, Post, bounce, complaint, delayed, read_json, text
from digest.inbound.sns import Certificates, confirmation_url, proven
from digest.log import get_log
from digest.model.returned import BounceClass, Returned

log = get_log("inbound")

# bounceType and bounceSubType, where the other system's words leave it open. `Undetermined` and every other transient one are soft.
_CLASSES: Final = {
    ("Permanent", "General"): BounceClass.HARD,
    ("Permanent", "NoEmail"): BounceClass.HARD,
    ("Permanent", "Suppressed"): BounceClass.HARD,
    ("Permanent", "OnAccountSuppressionList"): BounceClass.HARD,
    ("Transient", "MailboxFull"): BounceClass.FULL,
    ("Transient", "ContentRejected"): BounceClass.OURS,
    ("Transient", "AttachmentRejected"): BounceClass.OURS,
}
# RFC 5965's name for "this is no spam", which is no complaint.
_NO_COMPLAINT: Final = "not-spam"


@dataclass(frozen=True, slots=True)
class Ses:
    """SES through SNS: posts of the allowed topics, signed by SNS. A subscription of theirs is confirmed by itself."""

    topics: frozenset[str]
    certificates: Certificates
    fetch: Fetch
    name: str = "ses"

    def read(self, post: Post) -> tuple[Event, ...]:
        """Return what a message of SNS tells; see Provider. Its content type (text/plain) and x-amz headers count for nothing."""
        message = table(read_json(post.body))
        kind = proven(message, self.topics, self.certificates, now=post.at)
        if kind == "SubscriptionConfirmation":
            self.fetch(confirmation_url(message))
            log.info("subscription confirmed", topic=text(message["TopicArn"]))
            return ()
        if kind != "Notification":
            log.warning("subscription ended", topic=text(message["TopicArn"]))
            return ()
        try:
            told = table(json.loads(str(message.get("Message", ""))))
        except (ValueError, RecursionError) as error:
            # "Successfully validated SNS topic for Amazon SES event publishing.", and what others publish there.
            if isinstance(error, RecursionError):
                raise InputError("the message cannot be read") from error
            return ()
        number = text(message.get("MessageId"))
        quoting = _quoting(table(told.get("mail")))
        return tuple(Event(id=f"{number} {place}", said=said, quoting=quoting, raw=post.body) for place, said in enumerate(_said(told)))


def _said(told: dict[str, Any]) -> Iterator[Returned]:
    kind = text(told.get("eventType") or told.get("notificationType"))
    if kind == "Bounce":
        given = table(told.get("bounce"))
        otherwise = _CLASSES.get((text(given.get("bounceType")), text(given.get("bounceSubType"))), BounceClass.SOFT)
        for one in tables(given.get("bouncedRecipients")):
            yield bounce(text(one.get("emailAddress")), _words(one), text(one.get("status")), otherwise)
    elif kind == "Complaint":
        given = table(told.get("complaint"))
        why = text(given.get("complaintFeedbackType")) or text(given.get("complaintSubType"))
        if why != _NO_COMPLAINT:
            for one in tables(given.get("complainedRecipients")):
                yield complaint(text(one.get("emailAddress")), why)
    elif kind == "DeliveryDelay":
        for one in tables(table(told.get("deliveryDelay")).get("delayedRecipients")):
            yield delayed(text(one.get("emailAddress")), _words(one))
    elif kind == "Reject":
        # SES found a virus in it: nothing that its readers could help.
        mail = table(told.get("mail"))
        for address in mail.get("destination") or ():
            yield bounce(text(address), f"SES rejected the message: {text(table(told.get('reject')).get('reason'))}", "", BounceClass.OURS)


def _words(one: dict[str, Any]) -> str:
    return text(one.get("diagnosticCode")).removeprefix("smtp;").strip()


def _quoting(mail: dict[str, Any]) -> tuple[str, ...]:
    """Where our token stands: the envelope's sender, our own Message-ID (SES gives the mail another), any other header."""
    headers = tables(mail.get("headers"))
    ids = [text(one.get("value")) for one in headers if text(one.get("name")).lower() == "message-id"]
    others = " ".join(text(one.get("value")) for one in headers)
    return (text(mail.get("source")), *ids, text(table(mail.get("commonHeaders")).get("messageId")), others)
