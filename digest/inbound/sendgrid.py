"""SendGrid's event webhook, signed with ECDSA: bounces, blocks, drops, deferrals and complaints, a batch at a time."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from digest.deliver.returned.tables import tables
from digest.errors import RefusedError, SettingsError
from digest.inbound.provider import Event, Post, bounce, complaint, delayed, read_json, text
from digest.model.returned import BounceClass, Returned

# A batch that could not be handed over is posted again for a day.
WINDOW: Final = timedelta(hours=25)
_SIGNATURE, _TIMESTAMP = "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"
# What SendGrid itself did not even try, since the address had bounced before; its other drops say nothing of a mailbox.
_DROPPED_HARD: Final = ("bounced address", "invalid")


@dataclass(frozen=True, slots=True)
class SendGrid:
    """Posts signed with the key that SendGrid shows beside its signed event webhook."""

    key: ec.EllipticCurvePublicKey
    name: str = "sendgrid"

    def read(self, post: Post) -> tuple[Event, ...]:
        """Return what a batch tells; see Provider."""
        stamp = post.headers.get(_TIMESTAMP, "")
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
            raise RefusedError("a post without a time")
        if abs(post.at - datetime.fromtimestamp(int(stamp), UTC)) > WINDOW:
            raise RefusedError("a post of another time: too old or ahead of the clock")
        try:
            signature = b64decode(post.headers.get(_SIGNATURE, ""), validate=True)
            self.key.verify(signature, stamp.encode() + post.body, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError) as error:
            raise RefusedError("a post whose signature does not verify") from error
        return tuple(
            Event(
                id=text(one.get("sg_event_id")),
                said=said,
                # What we sent by SMTP keeps our Message-ID, which stands here.
                quoting=(text(one.get("smtp-id")), text(one.get("reason"))),
                raw=post.body,
            )
            for one in tables(read_json(post.body))
            for said in _said(one)
            if one.get("sg_event_id")
        )


def read_key(given: str) -> ec.EllipticCurvePublicKey:
    """Return the verification key (base64 of DER, as SendGrid shows it); raises SettingsError."""
    try:
        key = load_der_public_key(b64decode("".join(given.split()), validate=True))
    except ValueError as error:
        raise SettingsError(
            "sendgrid_key is no key; copy the verification key that SendGrid shows beside its signed event webhook"
        ) from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise SettingsError("sendgrid_key is a key of another kind; copy the verification key of the signed event webhook")
    return key


def _said(one: dict[str, Any]) -> Iterator[Returned]:
    kind, address, words = text(one.get("event")), text(one.get("email")), text(one.get("reason")) or text(one.get("response"))
    status = text(one.get("status"))
    if kind == "bounce":
        # "blocked": the other system refused what we are or wrote, for now; otherwise it refused the address.
        yield bounce(address, words, status, BounceClass.OURS if text(one.get("type")) == "blocked" else BounceClass.HARD)
    elif kind == "dropped":
        hard = words.lower().startswith(_DROPPED_HARD)
        if hard or "spam" in words.lower():
            yield bounce(address, words, status, BounceClass.HARD if hard else BounceClass.OURS)
    elif kind == "deferred":
        yield delayed(address, words)
    elif kind == "spamreport":
        yield complaint(address)
