"""The webhooks that the settings open, by the name in their address."""

from collections.abc import Mapping
from typing import Final

from digest.errors import FetchError
from digest.gather.fetch import FetchRequest
from digest.inbound.mailgun import Mailgun
from digest.inbound.postmark import Postmark
from digest.inbound.provider import Fetch, Provider
from digest.inbound.sendgrid import SendGrid, read_key
from digest.inbound.ses import Ses
from digest.inbound.sns import Certificates
from digest.runtime import Runtime

_MOST_BYTES: Final = 64 * 1024


def open_providers(runtime: Runtime) -> Mapping[str, Provider]:
    """Return the providers that are set up; one that is not has no address. Opens nothing yet; raises SettingsError."""
    settings = runtime.settings
    found: dict[str, Provider] = {}
    topics = frozenset((settings.ses_topics or "").replace(",", " ").split())
    if topics:
        fetch = _guarded(runtime)
        found["ses"] = Ses(topics, Certificates(fetch), fetch)
    if settings.sendgrid_key is not None:
        found["sendgrid"] = SendGrid(read_key(settings.sendgrid_key))
    if settings.mailgun_key is not None:
        found["mailgun"] = Mailgun(settings.mailgun_key)
    if settings.postmark_login is not None:
        found["postmark"] = Postmark(settings.postmark_login)
    return found


def _guarded(runtime: Runtime) -> Fetch:
    """The guarded fetch; where it was sent elsewhere, it has not got what it was asked for."""

    def fetch(url: str) -> bytes:
        answer = runtime.fetcher.fetch(FetchRequest(url=url, max_bytes=_MOST_BYTES, pace=0.0, patience=10.0))
        if answer.url != url:
            raise FetchError("the certificate or confirmation was redirected; it is tried again")
        return answer.body

    return fetch
