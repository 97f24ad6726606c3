"""Mailgun's webhooks, signed with HMAC: failures for good and for now, complaints."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from digest.deliver.returned.tables import table
from digest.errors import RefusedError
from digest.inbound.provider import Event, Post, bounce, complaint, delayed, read_json, text
from digest.model.returned import BounceClass, Returned

# What could not be handed over is posted again for eight hours.
WINDOW: Final = timedelta(hours=9)
# Why Mailgun did not even try.
_SUPPRESSED: Final = {"suppress-bounce": BounceClass.HARD, "suppress-complaint": BounceClass.HARD}


@dataclass(frozen=True, slots=True)
class Mailgun:
    """Posts whose token is signed with the webhook signing key."""

    key: str = field(repr=False)
    name: str = "mailgun"

    def read(self, post: Post) -> tuple[Event, ...]:
        """Return what a post tells; see Provider.

        The signature covers the time and the token, not what is told: so a token counts once, and whoever saw one cannot use it again.
        """
        whole = table(read_json(post.body))
        signed = table(whole.get("signature"))
        stamp, token = text(signed.get("timestamp")), text(signed.get("token"))
        made = hmac.digest(self.key.encode(), f"{stamp}{token}".encode("utf-8", "replace"), "sha256").hex()
        if not token or not hmac.compare_digest(made, text(signed.get("signature")).encode("ascii", "replace").decode()):
            raise RefusedError("a post whose signature does not verify")
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
            raise RefusedError("a post without a time")
        if abs(post.at - datetime.fromtimestamp(int(stamp), UTC)) > WINDOW:
            raise RefusedError("a post of another time: too old or ahead of the clock")
        told = table(whole.get("event-data"))
        said = _said(told)
        headers = table(table(told.get("message")).get("headers"))
        quoting = (text(table(told.get("envelope")).get("sender")), text(headers.get("message-id")))
        return () if said is None else (Event(id=token, said=said, quoting=quoting, raw=post.body),)


def _said(told: dict[str, Any]) -> Returned | None:
    kind, address = text(told.get("event")), text(told.get("recipient"))
    if kind == "complained":
        return complaint(address)
    if kind != "failed":
        return None
    status = table(told.get("delivery-status"))
    code, words = text(status.get("code")), text(status.get("message")) or text(status.get("description"))
    diagnostic = words if words[:3].isdigit() else f"{code} {words}".strip()
    if text(told.get("severity")) == "temporary":
        return delayed(address, diagnostic)
    reason = text(told.get("reason"))
    otherwise = _SUPPRESSED.get(reason, BounceClass.HARD if text(status.get("bounce-type")) == "hard" else BounceClass.SOFT)
    return bounce(address, diagnostic, text(status.get("enhanced-code")), otherwise)
