"""The pulse of a worker: its main process writes down every two seconds that it lives, and what its processes have in hand.

A killed worker stops writing, so it shows within seconds; Celery's own view of it would last for minutes. A worker that
delivers also replays, at each beat, the journals that killed processes left.
"""

import os
import threading
from datetime import UTC, datetime
from typing import Any, Final

from celery.worker import state

from digest.errors import DigestError
from digest.flows import recovering
from digest.log import get_log
from digest.model.ops import TaskInHand, WorkerSeen
from digest.runtime import database_url, journals
from digest.settings import Settings
from digest.store import Database, failures, heartbeats, open_database
from workers.queues import DELIVER

log = get_log("worker")

BEAT_SECONDS: Final = 2.0
# A fork waits for the write in hand, but not for a database that hangs.
_FORK_WAIT: Final = 15.0


class Pulse:
    """A thread of the worker's main process, so that a slow database never stops messages from being taken.

    Each beat opens its own connection and closes it, and no process is forked meanwhile: neither SQLite nor psycopg outlives a fork.
    """

    def __init__(self, name: str, takes: tuple[str, ...], settings: Settings) -> None:
        self.name = name
        self._takes = takes
        self._database: Database = open_database(database_url(settings))
        self._journals = journals(settings)
        self._ended = threading.Event()
        self._writing = threading.Lock()
        self._held = False
        self._failed: list[tuple[str, str, datetime]] = []
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        os.register_at_fork(before=self._hold, after_in_parent=self._release, after_in_child=self._release)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """End, and take the worker off the list: it goes as it should."""
        self._ended.set()
        self._thread.join(timeout=_FORK_WAIT)
        self._write(last=True)

    def failed(self, task: str, error: str, at: datetime) -> None:
        """Have the next beat write down a failure that only this process saw: the one that ran the task is gone."""
        self._failed.append((task, error, at))

    def _run(self) -> None:
        while not self._ended.is_set():
            self._write()
            self._ended.wait(BEAT_SECONDS)

    def _write(self, *, last: bool = False) -> None:
        now = datetime.now(UTC)
        with self._writing:
            try:
                if DELIVER in self._takes:
                    # What a process of this machine had in hand when it was killed, be it this worker's or one's before it.
                    recovering.recover(self._database, self._journals, now=now)
                with self._database.writing() as session:
                    if last:
                        heartbeats.forget_worker(session, self.name)
                    else:
                        heartbeats.keep_worker(session, self._seen(now), now=now)
                    for task, error, at in (failed := tuple(self._failed)):
                        failures.note(session, task, error, now=at)
                del self._failed[: len(failed)]
            except DigestError as error:
                # The worker goes on: what it holds is safe in the ledger, and whoever watches sees it fall silent.
                log.warning("no sign of life", why=str(error))
            finally:
                self._database.close()

    def _seen(self, now: datetime) -> WorkerSeen:
        doing = tuple(_in_hand(request) for request in tuple(state.active_requests))
        doing = tuple(sorted(doing, key=lambda one: (one.since or now, one.task)))
        return WorkerSeen(name=self.name, heard=now, active=tuple(one.task for one in doing), doing=doing, takes=self._takes)

    def _hold(self) -> None:
        self._held = self._writing.acquire(timeout=_FORK_WAIT)

    def _release(self) -> None:
        if self._held:
            self._writing.release()


def _in_hand(request: Any) -> TaskInHand:  # noqa: ANN401  Celery's request has no public type
    began = request.time_start
    since = None if began is None else datetime.fromtimestamp(began, UTC)
    return TaskInHand(task=request.name, what=str(request.argsrepr or ""), since=since)
