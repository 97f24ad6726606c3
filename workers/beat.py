"""Beat's scheduler: Celery's own, which also touches a file each time it goes round, for whoever watches from outside.

The age of its schedule file would not do: which database writes that file, and whether a writing without change shows,
depends on the Python (gdbm, dumb, SQLite).
"""

from typing import Any

from celery.beat import PersistentScheduler

SIGN = "beat-alive"


class Scheduler(PersistentScheduler):
    """Goes round at least every `beat_max_loop_interval` seconds, with the broker away too, unless it hangs."""

    def tick(self, *arguments: Any, **named: Any) -> float:  # noqa: ANN401  whatever Celery hands over
        """Send what is due, then say that we live; return the seconds until the next round."""
        wait = float(super().tick(*arguments, **named))
        (self.app.conf.digest_settings.state / SIGN).touch()
        return wait
