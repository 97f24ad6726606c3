"""The home of a newsletter: what waits, when it goes out, what was found, and its editions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse

from digest.errors import NotFound
from digest.flows import planning
from digest.flows.amending import INSTEAD
from digest.model.account import Account, Role
from digest.model.edition import EditionRecord, Severity
from digest.model.mailing import DeliveryState, Mailing, MailingCounts, MailingState
from digest.model.newsletter import Newsletter
from digest.store import Session, acts, editions, mailings, newsletters, slot_changes, sources, subscribers
from digest.store.sources import SourceState
from digest.web.editions import next_act, preview_of
from digest.web.findings import summary
from digest.web.house import House
from digest.web.rail import place_names
from digest.web.standing import Standing, next_of, standing_of

_LISTED = 30
_NEAR = 12
_SLOTS = 4
_TROUBLED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One edition in the list; `counts` once it is being sent."""

    record: EditionRecord
    subject: str
    standing: Standing
    counts: MailingCounts | None = None
    running: bool = False


def home_page(house: House, account: Account, newsletter_id: str | None) -> HTMLResponse:
    """Return the home of the named newsletter, or of the one whose edition goes out next; raises NotFound."""
    now = house.clock()
    with house.database.reading() as session:
        listed = newsletters.listed(session)
        data: dict[str, Any] = {"account": account, "now": now, "newsletters": listed, "may_act": account.role is not Role.VIEWER}
        if not listed and newsletter_id is None:
            return house.pages("empty.html", **data, newsletter=None)
        newsletter = _chosen(session, listed, newsletter_id)
        records = editions.listed(session, newsletter.id)
        rows = tuple(_row(session, record) for record in records[:_LISTED])
        record = next_of(records)
        last = next((row for row in rows if row.counts and not row.running), None)
        followed = sources.listed(session)
        troubled = [one for one in followed if one.state is SourceState.TROUBLED]
        data |= {
            "newsletter": newsletter,
            "zone": newsletter.slot.zone,
            "rows": rows,
            "more": max(len(records) - _LISTED, 0),
            "readers": subscribers.count(session, newsletter.id),
            "next_slot": _next_slot(session, newsletter, records, now),
            "running": next((row for row in rows if row.running), None),
            "last": last,
            "moved": subscribers.movement(session, newsletter.id, since=last.record.due) if last else None,
            "followed": len(followed),
            "troubled": sorted(troubled, key=lambda one: -one.failures)[:_TROUBLED],
            "in_trouble": len(troubled),
            "record": record,
        }
        if record is not None:
            edition = editions.content(session, record.id, record.revision)
            history = acts.of_edition(session, record.id)
    own = record.slot if record else None
    slots = planning.slots(house.database, newsletter, now=now, most=_SLOTS + 1)
    data["slots"] = [row for row in slots if row.coming.slot != own][:_SLOTS]
    if record is None:
        return house.pages("home.html", **data, history=())
    shown, trouble = preview_of(house, record.id)
    findings = shown.findings if shown else ()
    data |= {
        "edition": edition,
        "standing": standing_of(record),
        "history": history,
        "findings": findings,
        "places": place_names(edition),
        "summary": summary(findings),
        "trouble": trouble,
        "blocks": sum(finding.severity is Severity.BLOCK for finding in findings) + (trouble is not None),
        "act": next_act(record, account, sent=False),
        "asked": next((act for act in history if act.what == "asked for review"), None),
    }
    return house.pages("home.html", **data)


def _next_slot(session: Session, newsletter: Newsletter, records: tuple[EditionRecord, ...], now: datetime) -> datetime:
    """Return when the first slot to come goes out that is not skipped and has no edition yet; the last near one where all are."""
    taken = {record.slot for record in records}
    coming = slot_changes.coming(session, newsletter, now=now, most=_NEAR)
    return next((one.due for one in coming if not one.skipped and one.slot not in taken), coming[-1].due)


def _chosen(session: Session, listed: tuple[Newsletter, ...], newsletter_id: str | None) -> Newsletter:
    if newsletter_id is not None:
        return newsletters.get(session, newsletter_id)
    if not listed:
        raise NotFound("there is no newsletter yet; add one with `digest newsletter add`")

    first = [(next_of(editions.listed(session, one.id)), one) for one in listed]
    waiting = [(record.due, one.id, one) for record, one in first if record is not None]
    return min(waiting, key=lambda found: found[:2])[2] if waiting else listed[0]


def _row(session: Session, record: EditionRecord) -> Row:
    subject = editions.content(session, record.id, record.revision).subject
    sent = mailings.of_edition(session, record.id)
    counts = _reached(session, sent) if sent else None
    running = any(one.state in (MailingState.OPEN, MailingState.SENDING, MailingState.PAUSED) for one in sent)
    return Row(record=record, subject=subject, standing=standing_of(record, sent), counts=counts, running=running)


def _reached(session: Session, sent: Sequence[Mailing]) -> MailingCounts:
    """Return how its readers stand, each once: first round and rest, where a correction took over those who still waited.

    What only followed, to those missed or those who had a faulty version, reaches readers who are counted already.
    """
    own = [one for one in sent if one.kind in {"edition", "first"}] or sent[:1]
    total = MailingCounts()
    for one in (*own, *(one for one in sent if one.kind.startswith(INSTEAD))):
        more = mailings.counts(session, one.id)
        took = more.total if one not in own else 0
        total = MailingCounts(**{state: getattr(total, state) + getattr(more, state) for state in DeliveryState})
        total = replace(total, pending=max(total.pending - took, 0))
    return total
