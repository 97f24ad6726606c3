"""Beat's scheduler: Celery's own, which also touches a file each time it goes round, and follows a clock that is set back.

The age of its schedule file would not do: which database writes that file, and whether a writing without change shows,
depends on the Python (gdbm, dumb, SQLite).
"""

from typing import Any

from celery.beat import PersistentScheduler
from celery.utils.time import maybe_make_aware

SIGN = "beat-alive"


class Scheduler(PersistentScheduler):
    """Goes round at least every `beat_max_loop_interval` seconds, with the broker away too, unless it hangs."""

    def tick(self, *arguments: Any, **named: Any) -> float:  # noqa: ANN401  whatever Celery hands over
        """Send what is due, then say that we live; return the seconds until the next round."""
        self._follow_clock()
        wait = float(super().tick(*arguments, **named))
        (self.app.conf.digest_settings.state / SIGN).touch()
        return wait

    def _follow_clock(self) -> None:
        """Forget last runs that are still to come: Celery would wait for them, hours after a clock was set back (celery#6742)."""
        ran = [(entry, entry.last_run_at) for entry in self.schedule.values()]
        ahead = [entry for entry, at in ran if at is not None and maybe_make_aware(at) > maybe_make_aware(entry.default_now())]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        if ahead:
            # Anew at the next look: its moments were of the other time.
            self._heap = None
