"""The demo's play: waits for what beat and workers do, and does what an editor would."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from rich.console import Console

from digest.demo.stage import NEWSLETTER
from digest.errors import Conflict, ProcessError
from digest.flows import editing, previewing
from digest.flows.editing import Decision
from digest.flows.previewing import Preview
from digest.model.edition import EditionRecord
from digest.model.mailing import Mailing, MailingState
from digest.runtime import Runtime
from digest.store import editions, entries, entry_pages, mailings, sources

T = TypeVar("T")

_PATIENCE = 90.0
_STEP = 0.2
_LOOKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it: entries gathered, the edition as it was approved, and its mailing."""

    gathered: int
    preview: Preview
    mailing: Mailing


def play(runtime: Runtime, console: Console) -> Played:
    """Follow one edition through the week in a minute; raises ProcessError where a step does not come."""
    gathered = _wait(console, "beat and workers gather the week", lambda: _all_visited(runtime))
    console.print(f"  gathered {gathered} entries", highlight=False)
    record = _wait(console, "the draft lays itself out", lambda: _draft(runtime))
    seen = _wait(console, "workers fetch its pictures", lambda: _pictured(runtime, record))
    items = sum(len(section.items) for section in seen.edition.sections)
    console.print(f"  No. {record.number}, {items} items, “{seen.edition.subject}”", highlight=False, markup=False)
    for finding in seen.findings:
        console.print(f"  {finding.severity}: {finding.message}", highlight=False, markup=False)
    seen = _decided(runtime, console, seen)
    console.print(f"  the editor approves {seen.rendered.sha256[:12]} and schedules it", highlight=False)
    mailing = _wait(console, "beat finds the slot due", lambda: _mailing(runtime, record))
    _wait(console, "workers send it chunk by chunk", lambda: _done(runtime, mailing, console))
    return Played(gathered=gathered, preview=seen, mailing=mailing)


def _decided(runtime: Runtime, console: Console, seen: Preview) -> Preview:
    """Approve and schedule what was seen; where it has changed since, look again, as an editor would. Returns what was approved."""
    record = seen.record
    for look in range(1, _LOOKS + 1):
        decision = Decision(edition_id=record.id, revision=seen.record.revision, who="Nadia Brandt", at=_now())
        try:
            editing.approve(runtime.database, decision, seen.rendered.sha256)
            break
        except Conflict:
            # A worker that was ended and began again may set the mail once more while it is read.
            if look == _LOOKS:
                raise
            seen = _wait(console, "it has changed since, and is looked at again", lambda: _pictured(runtime, record))
    editing.schedule(runtime.database, decision, _now() + timedelta(seconds=2))
    return seen


def _all_visited(runtime: Runtime) -> int | None:
    with runtime.database.reading() as session:
        known = sources.listed(session)
        trouble = next((one for one in known if one.trouble), None)
        if trouble is not None:
            raise ProcessError(f"source {trouble.source.id} gave trouble: {trouble.trouble}")
        read = all(one.last_good for one in known)
        reading = entry_pages.reading(session, [one.source.id for one in known], since=_now() - timedelta(minutes=10))
        return entries.count(session) if read and not reading else None


def _draft(runtime: Runtime) -> EditionRecord | None:
    with runtime.database.reading() as session:
        known = editions.listed(session, NEWSLETTER)
        changed = entries.last_change(session)
        # Not one laid out from half of the week: it is laid out anew after the last entry.
        return next((record for record in known if changed is not None and record.changed >= changed), None)


def _pictured(runtime: Runtime, record: EditionRecord) -> Preview | None:
    seen = previewing.preview(runtime.database, runtime.press, record.id, now=_now())
    trouble = next((one.trouble for one in seen.pictures if one.trouble), None)
    if trouble is not None:
        raise ProcessError(f"a picture gave trouble: {trouble}")
    return seen if all(one.picture for one in seen.pictures) else None


def _mailing(runtime: Runtime, record: EditionRecord) -> Mailing | None:
    with runtime.database.reading() as session:
        held = editions.get(session, record.id).held
        if held is not None:
            raise ProcessError(f"the edition is held: {held}")
        return next(iter(mailings.of_edition(session, record.id)), None)


def _done(runtime: Runtime, mailing: Mailing, console: Console) -> bool | None:
    with runtime.database.reading() as session:
        counts = mailings.counts(session, mailing.id)
        state = mailings.get(session, mailing.id).state
    if console.is_terminal:
        console.print(f"  {counts.sent} of {counts.total} accepted", end="\r", highlight=False)
    if state in (MailingState.PAUSED, MailingState.FAILED, MailingState.CANCELLED):
        raise ProcessError(f"the mailing is {state}")
    return True if state is MailingState.DONE else None


def _wait(console: Console, what: str, ask: Callable[[], T | None]) -> T:
    """Ask until there is an answer; say what is waited for, and how long it took."""
    console.print(f"[dim]{datetime.now(UTC):%H:%M:%S}[/dim] {what} …", highlight=False)
    started = said = time.monotonic()
    while (answer := ask()) is None:
        if time.monotonic() - started > _PATIENCE:
            raise ProcessError(f"waited {_PATIENCE:.0f} s, but not: {what}; see the logs in {'the state folder'}")
        if time.monotonic() - said > 5:
            said = time.monotonic()
            console.print(f"  {said - started:.0f} s", highlight=False)
        time.sleep(_STEP)
    return answer


def _now() -> datetime:
    return datetime.now(UTC)
