"""Relaying: a person lets relays and domains that are left alone be tried now."""

from dataclasses import dataclass
from datetime import datetime

from digest.errors import NotFound
from digest.model.account import Act
from digest.store import Database, acts, breakers


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Whose breakers are to be tried: all, those of a relay, or one domain's (`domain` "" is the relay itself); by whom and when."""

    relay: str | None = None
    domain: str | None = None
    who: str
    at: datetime


def retry(database: Database, wanted: Retry) -> int:
    """Let what is left alone be tried at the next chunk; return how many breakers that were. Raises NotFound where none is open."""
    where = wanted.relay or "any relay"
    if wanted.domain:
        where = f"{wanted.domain} at {where}"
    with database.writing() as session:
        freed = breakers.try_now(session, now=wanted.at, relay=wanted.relay, domain=wanted.domain)
        if not freed:
            raise NotFound(f"nothing is left alone for {where}; see `digest relay list`")
        what = f"had {where} tried again" if wanted.relay or wanted.domain else "had all relays tried again"
        acts.note(session, Act(at=wanted.at, who=wanted.who, what=what, why=None, edition_id=None, revision=None))
    return freed
