"""Postmark's webhooks, behind a name and a password of ours: bounces and complaints."""

import hmac
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any, Final

from digest.deliver.returned.tables import table
from digest.errors import InputError, RefusedError
from digest.inbound.provider import Event, Post, bounce, complaint, delayed, read_json, text
from digest.model.returned import BounceClass, Returned

_CLASSES: Final = {
    "HardBounce": BounceClass.HARD,
    "BadEmailAddress": BounceClass.HARD,
    "SoftBounce": BounceClass.SOFT,
    "DnsError": BounceClass.SOFT,
    "Undeliverable": BounceClass.SOFT,
    "Blocked": BounceClass.OURS,
    "SpamNotification": BounceClass.OURS,
    "DMARCPolicy": BounceClass.OURS,
    "VirusNotification": BounceClass.OURS,
}
# A bounce with its content is a page or two.
_CONTENT: Final = 200_000


@dataclass(frozen=True, slots=True)
class Postmark:
    """Posts that bear `login` ("name:password"); Postmark signs nothing, so it must be long and come by https."""

    login: str = field(repr=False)
    name: str = "postmark"

    def read(self, post: Post) -> tuple[Event, ...]:
        """Return what a post tells; see Provider. Our token stands in the content, which Postmark sends where it is told to."""
        wanted = b"Basic " + b64encode(self.login.encode())
        if not hmac.compare_digest(wanted, post.headers.get("authorization", "").encode("utf-8", "replace")):
            raise RefusedError("a post without the name and password of the setting postmark_login")
        told = table(read_json(post.body))
        if not told:
            raise InputError("the post holds no event")
        said = _said(told)
        number = text(told.get("ID"))
        content = told.get("Content")
        metadata = " ".join(text(value) for value in table(told.get("Metadata")).values())
        quoting = (metadata, content[:_CONTENT] if isinstance(content, str) else "", text(told.get("Details")))
        return () if said is None or not number else (Event(id=number, said=said, quoting=quoting, raw=post.body),)


def _said(told: dict[str, Any]) -> Returned | None:
    record, kind, address = text(told.get("RecordType")), text(told.get("Type")), text(told.get("Email"))
    if record == "SpamComplaint" or kind == "SpamComplaint":
        return complaint(address)
    if record != "Bounce":
        return None
    words = text(told.get("Details")) or text(told.get("Description"))
    if kind == "Transient":
        return delayed(address, words)
    # Automatic replies, challenges, and what people wrote to Postmark are no bounces, whatever Postmark calls them.
    return bounce(address, words, "", _CLASSES[kind]) if kind in _CLASSES else None
