"""`digest deliveries` and `digest queues`: who got it, and what waits."""

from typing import Annotated

import typer

from digest.cli.door import Door, JsonOption, out, print_json
from digest.model.mailing import DeliveryState
from digest.store import editions, ledger, mailings
from digest.store.documents import to_document


def deliveries(
    context: typer.Context,
    edition: Annotated[int, typer.Argument(metavar="EDITION")],
    state: Annotated[DeliveryState | None, typer.Option(help="Only recipients in this state.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Show every recipient's fate: state, time, and the relay's answer. With --json one document a line."""
    door: Door = context.obj
    with door.runtime() as runtime, runtime.database.reading() as session:
        editions.get(session, edition)
        known = [one for mailing in mailings.of_edition(session, edition) for one in ledger.fates(session, mailing.id, state=state)]
    for one in known:
        if as_json:
            print_json(to_document(one))
            continue
        settled = one.settled.isoformat(timespec="seconds") if one.settled else "-"
        out.print(f"{one.address:<40} {one.state:<10} {settled}  {one.code or ''} {one.reply or ''}", markup=False)
    if not known and not as_json:
        out.print("nobody yet: no mailing of this edition, or nobody in that state")


def queues(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """Show what waits in each queue, which workers answer, and when beat last ticked."""
    from workers.app import make_app  # noqa: PLC0415  Celery is loaded where queues are asked for
    from workers.status import queue_status  # noqa: PLC0415  see above

    door: Door = context.obj
    with door.runtime() as runtime:
        status = queue_status(make_app(door.settings), runtime.database)()
    if as_json:
        print_json(to_document(status))
        return
    for queue in status.queues:
        oldest = f"oldest {queue.oldest:.0f} s" if queue.oldest is not None else ""
        out.print(f"{queue.name:<10} {queue.depth:>6}  {oldest}", markup=False)
    for worker in status.workers:
        out.print(f"worker {worker.name}: {', '.join(worker.active) or 'idle'}", markup=False)
    if not status.workers:
        out.print("no worker answers; start `digest up`, or celery -A workers worker")
    out.print(f"beat last ticked {status.last_tick.isoformat(timespec='seconds') if status.last_tick else 'never'}", markup=False)
