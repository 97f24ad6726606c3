"""The tasks: ids in, one flow called. What a task publishes is an id that the database remembers anyway."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Task, shared_task

from digest.errors import FetchError
from digest.flows import (
    checking,
    consenting,
    delivering,
    departing,
    drafting,
    gathering,
    picturing,
    previewing,
    pruning,
    returning,
    sending,
)
from digest.inbound.collecting import collect_returns
from digest.log import get_log
from digest.runtime import Runtime
from digest.store import heartbeats, progress
from digest.store.ledger import Claim
from workers.app import runtime
from workers.queues import DELIVER, RENDER, depth

log = get_log("workers")


def _now() -> datetime:
    return datetime.now(UTC)


@shared_task(bind=True, name="digest.tick")
def tick(self: "Task[Any, Any]") -> None:
    """Ask the database what is due and wake whoever does it."""
    opened, now = runtime(self.app), _now()
    with opened.database.writing() as session:
        heartbeats.beat(session, "tick", now=now)
    for source_id in gathering.due_sources(opened.database, now=now, interval=timedelta(minutes=opened.settings.gather_minutes)):
        gather.delay(source_id)
    for key in picturing.due_pictures(opened.database, now=now):
        picture.delay(key)
    _wake_links(opened, now)
    for consent_id in consenting.due(opened.database, now=now):
        confirm.delay(consent_id)
    # Asked again every few seconds: while something waits there, asking once more would only lengthen the queue.
    if not depth(self.app, RENDER):
        for newsletter_id, slot in drafting.due_drafts(opened.database, now=now):
            draft.delay(newsletter_id, slot.isoformat())
        for edition_id in previewing.unrendered(opened.database):
            render.delay(edition_id)
    left = departing.advance(opened.database, now=now)
    if sending.release_due(opened.database, now=now, chunk_size=opened.settings.chunk_size) or left:
        sweep.delay()
    elif not depth(self.app, DELIVER):
        # Sent by hand, or resumed: whoever pressed the button does not wait for the sweep.
        with opened.database.reading() as session:
            untold = progress.unclaimed(session)
        for mailing_id, number in untold:
            send.delay(mailing_id, number)


@shared_task(bind=True, name="digest.sweep")
def sweep(self: "Task[Any, Any]") -> None:
    """Wake workers for every chunk that waits or was left behind."""
    opened = runtime(self.app)
    departing.advance(opened.database, now=_now())
    waiting = sending.sweep(opened.database, now=_now(), chunk_size=opened.settings.chunk_size)
    if not depth(self.app, DELIVER):
        for mailing_id, number in waiting:
            send.delay(mailing_id, number)


# A visit hangs no longer than a fetch may (45 s) and some pages take; what no exception can reach is killed, and the visit given up by the
# next tick that finds it in dead hands. Both end well before the broker gives the message out again (300 s).
@shared_task(bind=True, name="digest.gather", acks_late=True, soft_time_limit=150, time_limit=180)
def gather(self: "Task[Any, Any]", source_id: str) -> None:
    """Visit one source. Nobody sleeps here for long: what must wait for its turn is put back into the database."""
    opened = runtime(self.app)
    visit = gathering.Visit(
        fetcher=opened.fetcher,
        clock=_now,
        interval=timedelta(minutes=opened.settings.gather_minutes),
        patience=2.0,
        budget=timedelta(seconds=10),
        asked_only=True,
    )
    gathering.gather_source(opened.database, visit, source_id)


# A fetch may take 45 s, a development 30.
@shared_task(bind=True, name="digest.picture", acks_late=True, soft_time_limit=100, time_limit=120)
def picture(self: "Task[Any, Any]", key: str) -> None:
    """Fetch and develop one picture. What must wait for its host's turn is put back into the database."""
    opened = runtime(self.app)
    studio = picturing.Studio(fetcher=opened.fetcher, press=opened.press, clock=_now, patience=2.0)
    picturing.picture(opened.database, studio, key)


# A round stops by itself after 100 s and what it has begun; what it leaves is in the database.
@shared_task(bind=True, name="digest.links", acks_late=True, soft_time_limit=190, time_limit=220)
def links(self: "Task[Any, Any]", edition_id: int) -> None:
    """Ask the addresses that an edition leads to."""
    opened = runtime(self.app)
    checking.check_links(opened.database, checking.Round(fetcher=opened.fetcher, clock=_now, public_url=opened.public_url), edition_id)


def _wake_links(opened: Runtime, now: datetime) -> None:
    for edition_id in checking.due_rounds(opened.database, now=now):
        links.delay(edition_id)


@shared_task(bind=True, name="digest.draft", acks_late=True)
def draft(self: "Task[Any, Any]", newsletter_id: str, slot: str) -> None:
    """Lay out the draft of one slot."""
    drafting.draft_slot(runtime(self.app).database, newsletter_id, datetime.fromisoformat(slot), now=_now())


@shared_task(bind=True, name="digest.render", acks_late=True)
def render(self: "Task[Any, Any]", edition_id: int) -> None:
    """Render a draft ahead of whoever will look at it."""
    opened = runtime(self.app)
    previewing.render_ahead(opened.database, opened.press, edition_id, now=_now())


@shared_task(bind=True, name="digest.send")
def send(self: "Task[Any, Any]", mailing_id: int, number: int) -> None:
    """Send one chunk. Acknowledged early: the ledger, not the queue, knows what is left."""
    opened = runtime(self.app)
    sender = delivering.Sender(
        routes=opened.routes,
        journal=opened.journal,
        secret=opened.secret,
        public_url=opened.public_url,
        clock=_now,
        wait=time.sleep,
        retry=timedelta(seconds=opened.settings.retry_seconds),
        reads_mail=opened.settings.reads_mail,
        splicers=opened.splicers,
        mailbox_gone=returning.no_mailbox,
    )
    lease = timedelta(seconds=opened.settings.lease_seconds)
    claim = Claim(mailing_id=mailing_id, number=number, owner=opened.journal.owner, lease=lease)
    delivering.send_chunk(opened.database, sender, claim)


@shared_task(bind=True, name="digest.confirm")
def confirm(self: "Task[Any, Any]", consent_id: int) -> None:
    """Send one confirmation. Acknowledged early: the database, not the queue, knows which are left."""
    opened = runtime(self.app)
    sender = consenting.Sender(press=opened.press, transport=opened.transport, secret=opened.secret, clock=_now, signers=opened.signers)
    consenting.send(opened.database, sender, consent_id)


# Acknowledged early: what stays in the mailbox is read at the next time. A reading ends well before the broker gives the message out again.
@shared_task(bind=True, name="digest.collect", soft_time_limit=240, time_limit=270)
def collect(self: "Task[Any, Any]") -> None:
    """Read the mailbox of returned mail. A mailbox in trouble is noted where people look, and is no failure of ours."""
    try:
        collect_returns(runtime(self.app), _now)
    except FetchError as error:
        log.warning("mailbox in trouble", why=str(error))


@shared_task(bind=True, name="digest.prune", acks_late=True)
def prune(self: "Task[Any, Any]") -> None:
    """Forget what has expired."""
    pruning.prune(runtime(self.app).database, now=_now())
