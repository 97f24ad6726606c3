"""What beat does: it only ticks. When a slot is due is computed from the database, never by beat.

Beat has open faults around DST and clock changes (celery#6438, #9653, #6742), so no crontab of its own says when mail goes out.
"""

from datetime import timedelta
from typing import Any

from digest.settings import Settings


def beat_schedule(settings: Settings) -> dict[str, dict[str, Any]]:
    """Return beat's entries. A message that no worker took in time expires: the next tick asks the same question."""
    mailbox: dict[str, dict[str, Any]] = {}
    if settings.imap is not None:
        mailbox["collect"] = {"task": "digest.collect", "schedule": settings.imap_seconds, "options": {"expires": settings.imap_seconds}}
    return mailbox | {
        "tick": {"task": "digest.tick", "schedule": settings.tick_seconds, "options": {"expires": max(2 * settings.tick_seconds, 5)}},
        "sweep": {"task": "digest.sweep", "schedule": settings.sweep_seconds, "options": {"expires": max(2 * settings.sweep_seconds, 5)}},
        "prune": {"task": "digest.prune", "schedule": timedelta(hours=24), "options": {"expires": 3600}},
    }
