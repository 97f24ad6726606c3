"""`digest queues`: what waits, who works, and what is being sent."""

from collections.abc import Iterator
from dataclasses import replace

import typer

from digest.cli.door import Door, JsonOption, now, out, print_json, wall_clock
from digest.deliver.returned.remedy import remedy
from digest.errors import BrokerUnreachable, SettingsError
from digest.flows.watching import watch
from digest.model.ops import QueueStatus
from digest.store.documents import to_document


def queues(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show queues, workers, beat, failures, what is being sent and what the next slots lack; exit 1 where the broker does not answer."""
    from workers.app import make_app  # noqa: PLC0415  Celery is loaded where queues are asked for
    from workers.status import queue_status  # noqa: PLC0415  see above

    door: Door = context.obj
    with door.runtime() as runtime:
        try:
            status = queue_status(make_app(door.settings), runtime.database, inspect=1.0)()
        except SettingsError as error:
            # No broker is named and none runs: what the database knows is told all the same.
            status = replace(watch(runtime.database, now=now()), broker=str(error))
    if as_json:
        print_json(to_document(status))
    else:
        for line in _told(status):
            out.print(line, markup=False)
    if status.broker is not None:
        raise BrokerUnreachable(status.broker)


def _told(status: QueueStatus) -> Iterator[str]:
    for queue in status.queues:
        oldest = f"  oldest {queue.oldest:.0f} s" if queue.oldest is not None else ""
        yield f"{queue.name:<10} {queue.depth:>6}{oldest}"
    for worker in status.workers:
        doing = ", ".join(f"{one.task}{one.what}" for one in worker.doing) or ", ".join(worker.active) or "idle"
        silent = f"silent for {(status.at - worker.heard).total_seconds():.0f} s" if worker.heard and worker.stale(status.at) else doing
        yield f"worker {worker.name}: {silent}"
    if not status.heard():
        yield "no worker answers; start `digest up`, or celery -A workers worker"
    yield f"beat last ticked {status.last_tick.isoformat(timespec='seconds')}" if status.last_tick else "beat has not ticked yet"
    for failed in status.failures:
        yield f"failed {failed.task}: {failed.count} in 24 h, last {failed.last.isoformat(timespec='seconds')}: {failed.error}"
    yield from _health(status)
    for mailing in status.mailings:
        counts = mailing.counts
        answers = f"{counts.sent} accepted, {counts.deferred} to try again, {counts.failed} failed, {counts.in_doubt} in doubt"
        until = f", done about {mailing.done_about.isoformat(timespec='seconds')}" if mailing.done_about else ""
        stalled = ", nobody for a minute" if mailing.stalled else ""
        stalled += f", {mailing.for_room} wait for a relay's room" if mailing.for_room else ""
        yield (
            f"{mailing.state} {mailing.newsletter_id} No. {mailing.number} (edition {mailing.edition_id}): "
            f"{answers}, {counts.pending} to go of {counts.total}; {mailing.per_second:g} a second{until}{stalled}"
        )
    for slot in status.slots:
        number = f" No. {slot.number}" if slot.number is not None else ""
        lacks = ", ".join(lack.message for lack in slot.lacks) or "nothing lacks"
        yield f"next {wall_clock(slot.due, slot.zone)} {slot.newsletter_id}{number}: {lacks}"


def _health(status: QueueStatus) -> Iterator[str]:
    """Tell what came back, and which relays and domains are left alone."""
    back = status.returned
    if back.classes or back.complaints:
        told = ", ".join(f"{count} {name}" for name, count in sorted(back.classes.items()))
        yield f"came back in 7 days: {told or 'no bounce'}; complaints: {back.complaints}"
    if back.why is not None:
        yield f"about us: {back.why}; {remedy(back.why)[1]}"
    if back.held:
        yield f"domains held for a person: {back.held}; see `digest returned held`"
    for one in status.left_alone():
        until = f" until {one.until.isoformat(timespec='seconds')}" if one.until and one.shut(status.at) else ", being tried"
        yield f"relay {one.relay}{f', {one.domain}' if one.domain else ''}: left alone{until}: {one.why}; see `digest relay retry`"
