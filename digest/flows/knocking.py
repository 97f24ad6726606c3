"""Posts that did not prove themselves: counted in rows by the place they came from, until that place is not heard for a while."""

from datetime import datetime, timedelta
from typing import Final

from digest.audience.consent import place_of
from digest.store import Database, attempts

WINDOW: Final = timedelta(minutes=15)
# Within the window, from one place. A provider that posts with a key of yesterday needs fewer to be noticed.
MOST: Final = 20


def refused(database: Database, ip: str, *, now: datetime) -> datetime | None:
    """Count a post that proved nothing; return until when its place is not to be heard, None while there were few.

    Nothing is written any more once the limit is reached. Raises DatabaseUnreachable.
    """
    subject, since = _subject(ip), now - WINDOW
    with database.reading() as session:
        reached = attempts.nth_last(session, subject, MOST, since=since)
    if reached is None:
        with database.writing() as session:
            # Of many at once only so many are noted.
            reached = attempts.nth_last(session, subject, MOST, since=since)
            if reached is None:
                attempts.note(session, [subject], now=now)
                reached = attempts.nth_last(session, subject, MOST, since=since)
    return None if reached is None else reached + WINDOW


def proven(database: Database, ip: str) -> None:
    """Forget what a place did not prove: something from there is what it says."""
    with database.writing() as session:
        attempts.forget(session, _subject(ip))


def _subject(ip: str) -> str:
    return f"hook ip {place_of(ip)}"
