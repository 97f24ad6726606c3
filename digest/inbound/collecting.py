"""One reading of the mailbox that the settings name: each mail is acted on, and how it went is noted for whoever looks."""

from collections.abc import Callable
from datetime import datetime

from digest.errors import DigestError, SettingsError, StoreError
from digest.flows import returning
from digest.inbound.imap import Collected, collect, read_mailbox
from digest.runtime import Runtime
from digest.store import heartbeats

# As heartbeats know it.
NAME = "imap"


def collect_returns(runtime: Runtime, clock: Callable[[], datetime]) -> Collected:
    """Read the mailbox once and act on what it holds; raises SettingsError, FetchError or StoreError, which are noted too."""
    if runtime.settings.imap is None:
        raise SettingsError("no mailbox is named; set imap (DIGEST_IMAP), such as imaps://user:password@imap.example.org/INBOX")
    mailbox = read_mailbox(runtime.settings.imap)
    secret = runtime.secret
    try:
        collected = collect(mailbox, lambda raw: returning.apply(runtime.database, secret, raw, now=clock()))
    except StoreError:
        raise
    except DigestError as error:
        _note(runtime, clock(), f"trouble: {error}")
        raise
    left = f", {collected.too_large + collected.failed} starred and left there" if collected.too_large + collected.failed else ""
    _note(runtime, clock(), f"{collected.taken} taken in{left}")
    return collected


def _note(runtime: Runtime, now: datetime, words: str) -> None:
    with runtime.database.writing() as session:
        heartbeats.beat(session, NAME, now=now, doing=words)
