"""Watching: what the database tells whoever runs the service, and what the next slots lack."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from digest.compose.check import check
from digest.model.edition import UNAPPROVED, UNSENT, EditionRecord, EditionState
from digest.model.newsletter import Newsletter
from digest.model.ops import Lack, NextSlot, QueueStatus
from digest.store import (
    Database,
    Session,
    breakers,
    editions,
    failures,
    heartbeats,
    looked_up,
    newsletters,
    progress,
    renderings,
    returns,
    slot_changes,
)

_DAY = timedelta(hours=24)
_WEEK = timedelta(days=7)
_LOOK_AHEAD = 8


def watch(database: Database, *, now: datetime) -> QueueStatus:
    """Return all that is known without the broker: no queues, and the last tick that a worker took."""
    with database.reading() as session:
        listed = newsletters.listed(session)
        slots = [slot for newsletter in listed for slot in _slots(session, newsletter, now=now)]
        return QueueStatus(
            at=now,
            queues=(),
            workers=heartbeats.workers(session),
            last_tick=heartbeats.last(session, "tick"),
            failures=failures.since(session, now - _DAY),
            mailings=progress.in_progress(session, {one.id: one.name for one in listed}, now=now),
            slots=tuple(sorted(slots, key=lambda slot: (slot.due, slot.newsletter_id))),
            returned=returns.health(session, since=now - _WEEK),
            relays=breakers.standings(session, now=now),
        )


def _slots(session: Session, newsletter: Newsletter, *, now: datetime) -> list[NextSlot]:
    readers = progress.anybody(session, newsletter.id)
    found = [
        NextSlot(
            newsletter_id=newsletter.id,
            newsletter=newsletter.name,
            zone=newsletter.slot.zone,
            due=record.due,
            edition_id=record.id,
            number=record.number,
            state=record.state,
            lacks=(*_lacks(session, newsletter, record), *_nobody(readers=readers)),
        )
        for record in editions.listed(session, newsletter.id)
        if record.state in UNSENT
    ]
    return [*found, *_undrafted(session, newsletter, now=now, readers=readers)]


def _undrafted(session: Session, newsletter: Newsletter, *, now: datetime, readers: bool) -> Iterator[NextSlot]:
    """Yield the first slot to come that no edition has yet, and before it those that somebody skipped."""
    for coming in slot_changes.coming(session, newsletter, now=now, most=_LOOK_AHEAD):
        if editions.for_slot(session, newsletter.id, coming.slot) is not None:
            continue
        if coming.skipped and coming.change is not None:
            lacks = [Lack(code="skipped", message=f"skipped by {coming.change.who}")]
        elif newsletter.plan:
            lacks = [
                Lack(code="no_draft", message="no draft yet", comes=max(coming.due - newsletter.lead_time, now)),
                *_nobody(readers=readers),
            ]
        else:
            lacks = [
                Lack(code="no_plan", message=f"no plan; `digest newsletter plan {newsletter.id}` gives one"),
                *_nobody(readers=readers),
            ]
        yield NextSlot(
            newsletter_id=newsletter.id,
            newsletter=newsletter.name,
            zone=newsletter.slot.zone,
            due=coming.due,
            edition_id=None,
            number=None,
            state=None,
            lacks=tuple(lacks),
        )
        if not coming.skipped:
            return


def _lacks(session: Session, newsletter: Newsletter, record: EditionRecord) -> list[Lack]:
    lacks = [] if record.held is None else [Lack(code="held", message=f"held: {record.held}")]
    if record.state in UNAPPROVED:
        edition = editions.content(session, record.id, record.revision)
        rendered = renderings.find(session, record.id, record.revision)
        findings = check(edition, newsletter, rendered, looked_up.facts_that_block(session, record, edition, rendered))
        blocks = sum(finding.blocks for finding in findings)
        if blocks:
            lacks.append(Lack(code="blocked", message="a finding blocks it" if blocks == 1 else f"{blocks} findings block it"))
        lacks.append(Lack(code="not_approved", message="not approved"))
    elif record.state is EditionState.APPROVED:
        lacks.append(Lack(code="not_scheduled", message="approved, not scheduled"))
    return lacks


def _nobody(*, readers: bool) -> list[Lack]:
    return [] if readers else [Lack(code="no_readers", message="no confirmed reader")]
