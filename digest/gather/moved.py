"""When a source has moved for good: a permanent redirect is believed after three sightings over a day; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from digest.model.weburl import split_url

_SIGHTINGS: Final = 3
# A server that is being set up answers 301 for an afternoon; one that has moved does so the next day too.
_OVER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a publisher says that a source has moved for good, since when, and how often that was seen in a row."""

    to: str
    since: datetime
    seen: int


def sighted(before: Move | None, to: str | None, *, now: datetime) -> Move | None:
    """Return what is known of a move after one more visit, which led to `to` for good (None: it led nowhere else)."""
    if to is None:
        return None
    if before is None or before.to != to:
        return Move(to=to, since=now, seen=1)
    return Move(to=to, since=before.since, seen=before.seen + 1)


def believed(move: Move | None, *, now: datetime) -> bool:
    """Whether the move has been seen often enough, for long enough."""
    return move is not None and move.seen >= _SIGHTINGS and now - move.since >= _OVER


def new_address(url: str, to: str) -> str | None:
    """Return the address to go by from now on, or None where the old one must stay.

    It stays where the new one would give up encryption, or would be told a name and password that were another host's.
    """
    bare, credentials = split_url(url)
    old, new = urlsplit(bare), urlsplit(to)
    if old.scheme == "https" and new.scheme != "https":
        return None
    if credentials is None:
        return to
    if old.netloc != new.netloc:
        return None
    named = url.partition("://")[2].partition("@")[0]
    return f"{new.scheme}://{named}@{to.partition('://')[2]}"
