"""The figures in Prometheus' text format (version 0.0.4): names end in their unit, labels are escaped."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Final

from digest.model.ops import NextSlot, QueueStatus
from digest.model.returned import BounceClass

Sample = tuple[Mapping[str, str], float]
Family = tuple[str, str, Iterable[Sample]]
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def exposition(status: QueueStatus | None, *, database: bool) -> str:
    """Return the page; `status` None leaves the figures out that only it tells."""
    families: list[Family] = [("digest_database_up", "Whether the database answers.", [({}, float(database))])]
    if status is not None:
        families += _of(status)
    return "".join(line for name, says, samples in families for line in _family(name, says, samples))


def _of(status: QueueStatus) -> Iterator[Family]:
    now = status.at
    yield "digest_broker_up", "Whether the broker answers.", [({}, float(status.broker is None))]
    yield "digest_queue_messages", "Messages that wait.", [({"queue": one.name}, one.depth) for one in status.queues]
    oldest = [({"queue": one.name}, one.oldest or 0.0) for one in status.queues]
    yield "digest_queue_oldest_age_seconds", "Age of the message that has waited longest, 0 where none waits.", oldest
    yield "digest_workers_up", "Workers heard of within half a minute.", [({}, len(status.heard()))]
    silent = [({"worker": one.name}, (now - one.heard).total_seconds()) for one in status.workers if one.heard is not None]
    yield "digest_worker_silence_seconds", "Seconds since a worker was last heard of.", silent
    yield "digest_worker_tasks", "Tasks that a worker has in hand.", [({"worker": one.name}, len(one.active)) for one in status.workers]
    ticked: list[Sample] = [({}, (now - status.last_tick).total_seconds())] if status.last_tick is not None else []
    yield "digest_beat_silence_seconds", "Seconds since beat last ticked.", ticked
    back = status.returned
    came: list[Sample] = [({"class": name.value}, back.classes.get(name.value, 0)) for name in BounceClass]
    yield "digest_returns_7d", "What came back in the last seven days, by class.", [*came, ({"class": "complaint"}, back.complaints)]
    yield "digest_returns_held_domains", "Domains whose hard returns wait for a person.", [({}, back.held)]
    failed = [({"task": one.task}, one.count) for one in status.failures]
    yield "digest_task_failures_24h", "Failures of a task in the last 24 hours.", failed
    labels = [
        ({"newsletter": one.newsletter_id, "mailing": str(one.mailing_id), "mailing_state": one.state.value}, one)
        for one in status.mailings
    ]
    recipients = [(label | {"state": field.name}, getattr(one.counts, field.name)) for label, one in labels for field in fields(one.counts)]
    yield "digest_mailing_recipients", "Recipients of each mailing that has not ended, by state.", recipients
    room = [(label, one.for_room) for label, one in labels]
    yield "digest_mailing_waiting_for_room", "Deferred recipients who wait for a relay's room, and were not tried.", room
    yield "digest_mailing_rate", "Recipients settled a second, over the last minute.", [(label, one.per_second) for label, one in labels]
    yield "digest_mailing_stalled", "Whether a mailing should go on and does not.", [(label, float(one.stalled)) for label, one in labels]
    relays = [({"relay": one.relay, "domain": one.domain}, one) for one in status.relays]
    yield (
        "digest_breaker_open",
        "Whether a relay, or a domain at it, is left alone.",
        [(label, float(one.cause is not None)) for label, one in relays],
    )
    yield "digest_relay_tries", "What was tried by a relay within the hour.", [(label, one.tries) for label, one in relays]
    yield "digest_relay_failures", "What of that failed for its sake or ours.", [(label, one.failures) for label, one in relays]
    yield "digest_relay_used_today", "What was offered today (UTC) where days are limited.", [(label, one.used) for label, one in relays]
    slots = [({"newsletter": one.newsletter_id, "edition": str(one.edition_id or "")}, one) for one in status.slots if not _skipped(one)]
    until = [(label, (one.due - now).total_seconds()) for label, one in slots]
    yield "digest_slot_due_in_seconds", "Seconds until a slot; below zero for one that waits past its time.", until
    yield "digest_slot_lacks", "How much keeps a slot from going out.", [(label, len(one.lacks)) for label, one in slots]


def _skipped(slot: NextSlot) -> bool:
    """Whether it lacks what somebody took away on purpose: nothing to be alarmed about."""
    return any(lack.code == "skipped" for lack in slot.lacks)


def _family(name: str, says: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {says}\n"
    yield f"# TYPE {name} gauge\n"
    for labels, value in samples:
        inside = ",".join(f'{key}="{text.translate(_ESCAPES)}"' for key, text in labels.items())
        yield f"{name}{{{inside}}} {value:.15g}\n" if inside else f"{name} {value:.15g}\n"
