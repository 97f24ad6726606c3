"""The Celery app: its settings with their reasons, and what one worker process opens once."""

import os
import sys
from datetime import UTC, datetime
from typing import Any

from celery import Celery, signals

from digest.errors import DigestError, SettingsError
from digest.log import configure_log, get_log
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import failures
from workers.pulse import Pulse
from workers.queues import QUEUES, ROUTES, TICK
from workers.schedule import beat_schedule

log = get_log("worker")


def make_app(settings: Settings) -> Celery:
    """Return the app for these settings; nothing is connected yet. Raises SettingsError where no broker is named or running."""
    app = Celery("workers", broker=broker_url(settings), include=["workers.tasks"])
    app.conf.update(
        # Plain messages of ids: nothing to unpickle, nothing to keep. Results live in the database.
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        result_backend=None,
        task_queues=QUEUES,
        task_routes=ROUTES,
        task_default_queue=TICK,
        # An unknown queue name is a typing error, not a new queue.
        task_create_missing_queues=False,
        beat_schedule=beat_schedule(settings),
        beat_scheduler="workers.beat:Scheduler",
        beat_schedule_filename=str(settings.state / "beat-schedule"),
        beat_max_loop_interval=min(settings.tick_seconds, settings.sweep_seconds, 5.0),
        timezone="UTC",
        enable_utc=True,
        # One message at a time: what a process has fetched but not begun is lost for others while it works.
        worker_prefetch_multiplier=1,
        # With True a task that kills its process ran again 7 times in 12 s; the ledger's attempts decide instead.
        task_reject_on_worker_lost=False,
        # With True every loss of the broker cancelled the chunk in hand: 2 to 4 mails twice in each drill, 0 without.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        # Never give a broker up: it comes back.
        broker_connection_max_retries=None,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            # A late-acknowledged message whose worker died is given out again after this many seconds.
            "visibility_timeout": 300,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 10,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
        # Our own log lines, in the style that the settings ask for.
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        # Ours: what the processes of this app open is opened from these.
        digest_settings=settings,
    )
    return app


def broker_url(settings: Settings) -> str:
    """Return the broker that is named, or the one that `digest up` runs in the state folder; raises SettingsError."""
    if settings.broker_url is not None:
        return settings.broker_url.replace("unix://", "redis+socket://", 1)
    noted = settings.state / "broker.url"
    try:
        return noted.read_text("utf-8").strip()
    except OSError as error:
        raise SettingsError(
            f"no broker: DIGEST_BROKER_URL is not set, and nothing runs on {settings.state}; set it, or start `digest up`"
        ) from error


_open: dict[int, Runtime] = {}
# The main process of a worker has a pulse, the processes that it forks have none.
_pulses: dict[int, Pulse] = {}


def runtime(app: Celery) -> Runtime:
    """Return the runtime of this process, opened when a task first asks: never before a fork."""
    if os.getpid() not in _open:
        _open[os.getpid()] = Runtime(app.conf.digest_settings)
    return _open[os.getpid()]


@signals.before_task_publish.connect
def _stamp(headers: dict[str, Any], **_: object) -> None:
    # The message carries no publish time of its own, and without one the age of a queue cannot be shown.
    headers["queued_at"] = datetime.now(UTC).isoformat()


@signals.setup_logging.connect
def _log(**_: object) -> None:
    # Connected, so that Celery leaves logging alone: the door has configured it already.
    configure_log()


@signals.worker_init.connect
def _refuse_wrong_database(sender: Any, **_: object) -> None:  # noqa: ANN401  Celery's worker has no public type
    opened = Runtime(sender.app.conf.digest_settings)
    try:
        opened.database.close()
    except DigestError as error:
        sys.exit(f"digest: {error}")


@signals.worker_ready.connect
def _begin_to_beat(sender: Any, **_: object) -> None:  # noqa: ANN401  Celery's consumer has no public type
    takes = tuple(sender.app.amqp.queues.consume_from)
    _pulses[os.getpid()] = Pulse(sender.hostname, takes, sender.app.conf.digest_settings)
    _pulses[os.getpid()].start()


@signals.worker_shutdown.connect
def _say_goodbye(**_: object) -> None:
    pulse = _pulses.pop(os.getpid(), None)
    if pulse is not None:
        pulse.stop()


@signals.task_failure.connect
def _note_failure(sender: Any, exception: BaseException, **_: object) -> None:  # noqa: ANN401  see above
    error, now = f"{type(exception).__name__}: {exception}", datetime.now(UTC)
    if (pulse := _pulses.get(os.getpid())) is not None:
        # The process that ran the task is gone; its main process tells.
        pulse.failed(sender.name, error, now)
        return
    try:
        with runtime(sender.app).database.writing() as session:
            failures.note(session, sender.name, error, now=now)
    except DigestError as lost:
        log.warning("a failure could not be written down", task=sender.name, why=str(lost))


@signals.worker_process_shutdown.connect
def _close(**_: object) -> None:
    opened = _open.pop(os.getpid(), None)
    if opened is not None:
        opened.close()
