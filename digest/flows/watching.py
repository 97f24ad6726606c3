"""Watching: what the database tells whoever runs the service, and what the next slots lack."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from digest.compose.check import check
from digest.model.edition import EditionRecord, EditionState, Severity
from digest.model.newsletter import Newsletter
from digest.model.ops import Lack, NextSlot, QueueStatus
from digest.model.week import slot_after
from digest.store import Database, Session, editions, failures, heartbeats, newsletters, progress, renderings

_DAY = timedelta(hours=24)
_BEFORE_SENDING = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED, EditionState.SCHEDULED)


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
        )


def _slots(session: Session, newsletter: Newsletter, *, now: datetime) -> list[NextSlot]:
    records = editions.listed(session, newsletter.id)
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
        for record in records
        if record.state in _BEFORE_SENDING
    ]
    return [*found, _undrafted(newsletter, records, now, readers=readers)]


def _undrafted(newsletter: Newsletter, records: Sequence[EditionRecord], now: datetime, *, readers: bool) -> NextSlot:
    taken = {record.slot for record in records}
    slot = slot_after(newsletter.slot, now)
    while slot in taken:
        slot = slot_after(newsletter.slot, slot)
    lacks = [Lack(code="no_draft", message="no draft yet", comes=max(slot - newsletter.lead_time, now))]
    if not newsletter.plan:
        lacks = [Lack(code="no_plan", message=f"no plan; `digest newsletter plan {newsletter.id}` gives one")]
    return NextSlot(
        newsletter_id=newsletter.id,
        newsletter=newsletter.name,
        zone=newsletter.slot.zone,
        due=slot,
        edition_id=None,
        number=None,
        state=None,
        lacks=(*lacks, *_nobody(readers=readers)),
    )


def _lacks(session: Session, newsletter: Newsletter, record: EditionRecord) -> list[Lack]:
    lacks = [] if record.held is None else [Lack(code="held", message=f"held: {record.held}")]
    if record.state in (EditionState.DRAFT, EditionState.IN_REVIEW):
        edition = editions.content(session, record.id, record.revision)
        findings = check(edition, newsletter, renderings.find(session, record.id, record.revision))
        blocks = sum(finding.severity is Severity.BLOCK for finding in findings)
        if blocks:
            lacks.append(Lack(code="blocked", message="a finding blocks it" if blocks == 1 else f"{blocks} findings block it"))
        lacks.append(Lack(code="not_approved", message="not approved"))
    elif record.state is EditionState.APPROVED:
        lacks.append(Lack(code="not_scheduled", message="approved, not scheduled"))
    return lacks


def _nobody(*, readers: bool) -> list[Lack]:
    return [] if readers else [Lack(code="no_readers", message="no confirmed reader")]
