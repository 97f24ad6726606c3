"""What the page of a sending shows: the count, the first round, what is held and until when, domains, pace, and who was missed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from digest.compose.marked import note_to_marked
from digest.flows import amending, reaching
from digest.flows.amending import Marks, Whom
from digest.model.account import Account, Role
from digest.model.departure import Departure, Outcome
from digest.model.edition import UNSENT
from digest.model.mailing import DeliveryState, Mailing, MailingCounts, MailingState
from digest.store import Database, Session, acts, departures, editions, mailings, newsletters, sending_figures
from digest.store.openings import FIRST
from digest.web.house import House
from digest.web.passes import Kept, Passes

RUNNING: Final = (MailingState.OPEN, MailingState.SENDING)
_MOST_DOMAINS: Final = 5
_PARTS: Final = 40
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One mailing with its figures, and how it leaves (None: it was opened before that was kept)."""

    mailing: Mailing
    counts: MailingCounts
    departure: Departure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A sending as its page shows it: those of one start are counted together, `counts`; `until` is when the last of them ended.

    `undoable` can be undone until its clock runs out; `held` waits for a clock or a person behind a first round.
    """

    sendings: tuple[Sending, ...]
    group: tuple[Sending, ...]
    counts: MailingCounts
    first: Sending | None
    outcome: Outcome | None
    undoable: Sending | None
    held: Sending | None
    opened: datetime
    until: datetime | None
    per_second: float
    done_about: datetime | None
    next_try: datetime | None
    passes: Passes

    @property
    def running(self) -> bool:
        """Whether anything of the edition is being sent now."""
        return any(one.mailing.state in RUNNING for one in self.sendings)

    @property
    def moves(self) -> bool:
        """Whether the page changes by itself: something is sent, or leaves by itself."""
        return self.running or any(one.mailing.state is MailingState.HELD for one in self.sendings)

    @property
    def reason(self) -> str | None:
        """Why the sending stands still, or was ended."""
        return next((one.mailing.reason for one in reversed(self.sendings) if one.mailing.reason and _still(one)), None)


def sendings_of(session: Session, edition_id: int) -> tuple[Sending, ...]:
    """Return the mailings of an edition with their figures, oldest first."""
    leaves = departures.of_edition(session, edition_id)
    return tuple(
        Sending(mailing=one, counts=mailings.counts(session, one.id), departure=leaves.get(one.id))
        for one in mailings.of_edition(session, edition_id)
    )


def shown_of(database: Database, kept: Kept, edition_id: int, *, now: datetime) -> Shown | None:
    """Return what the page shows of an edition's sending; None where nothing was opened."""
    with database.reading() as session:
        every = sendings_of(session, edition_id)
        if not every:
            return None
        group = _group(every)
        first = next((one for one in group if one.mailing.kind == FIRST), None)
        ids = [one.mailing.id for one in group]
        going = [one.mailing.id for one in every if one.mailing.state in RUNNING]
        opened = min(one.mailing.opened for one in group)
        ended = [one.mailing.finished for one in group]
        until = None if None in ended else max(one for one in ended if one is not None)
        counts = _sum([one.counts for one in group])
        seconds = min(
            max((now - max((one.mailing.opened for one in every if one.mailing.id in going), default=now)).total_seconds(), 1.0), 60.0
        )
        per_second = sending_figures.settled_since(session, going, now - _MINUTE) / seconds if going else 0.0
        waits = sum(one.counts.pending for one in every if one.mailing.id in going)
        outcome = departures.outcome(session, first.mailing.id) if first else None
        next_try = sending_figures.next_try(session, ids) if counts.deferred or counts.in_doubt else None

    def passes() -> Passes:
        with database.reading() as session:
            domains = sending_figures.by_domain(session, ids, most=_MOST_DOMAINS)
            pace = sending_figures.over_time(session, ids, opened, max(until or now, opened + timedelta(seconds=_PARTS)), parts=_PARTS)
        still = all(one.mailing.state in (MailingState.DONE, MailingState.CANCELLED) for one in every)
        return Passes(domains=domains, pace=pace, missed=reaching.missed(database, edition_id) if still else None)

    return Shown(
        sendings=every,
        group=group,
        counts=counts,
        first=first,
        outcome=outcome,
        undoable=_undoable(every),
        held=next((one for one in every if one.mailing.state is MailingState.HELD and _follows(one)), None),
        opened=opened,
        until=until,
        per_second=per_second,
        done_about=now + timedelta(seconds=waits / per_second) if per_second and waits else None,
        next_try=next_try,
        passes=kept.get(edition_id, passes),
    )


def values_of(house: House, account: Account, edition_id: int) -> dict[str, Any]:
    """Return what the templates of a sending need; `sending` is None where nothing was opened. Raises NotFound."""
    now = house.clock()
    with house.database.reading() as session:
        record = editions.get(session, edition_id)
        newsletter = newsletters.get(session, record.newsletter_id)
        edition = editions.content(session, edition_id, record.revision)
        history = acts.of_edition(session, edition_id)
    sending = shown_of(house.database, house.figures, edition_id, now=now)
    correcting = sending is not None and record.state in UNSENT
    return {
        "may_act": account.role is not Role.VIEWER,
        "zone": newsletter.slot.zone,
        "now": now,
        "record": record,
        "edition": edition,
        "history": history,
        "sending": sending,
        "sendings": () if sending is None else sending.sendings,
        "correcting": correcting,
        "whom": whom_of(house.database, edition_id, correcting=correcting),
        "marked": Marks(subject=amending.subject_of(edition), notice=note_to_marked(edition.correction.html) if edition.correction else ""),
        "name_of": name_of,
        "path": path_of,
        "stands": "" if sending is None else " ".join(f"{one.mailing.id}{one.mailing.state}" for one in sending.sendings),
    }


def part(house: House, account: Account, edition_id: int) -> str | None:
    """Return the body of the page of a sending, as its stream sends it; None where nothing was opened. Raises NotFound."""
    values = values_of(house, account, edition_id)
    if values["sending"] is None:
        return None
    return bytes(house.pages("sending_live.html", typed=None, **values).body).decode()


def path_of(rates: Sequence[float], width: int, height: int) -> str:
    """Return the path of a line through these rates in a box of that size."""
    most, last = max([*rates, 0.0]) or 1.0, max(len(rates) - 1, 1)
    points = (f"{width * place / last:.1f} {height - height * rate / most:.1f}" for place, rate in enumerate(rates))
    return "M" + "L".join(points)


def whom_of(database: Database, edition_id: int, *, correcting: bool) -> Whom | None:
    """Return whom a correction in the making would go to; None where there is none."""
    return amending.whom(database, edition_id) if correcting else None


def name_of(kind: str) -> str:
    """Return what a mailing is called on the page."""
    word, _, number = kind.partition(" ")
    names = {"first": "First round", "missed": "Missed", "correction": "Correction", "instead": "Corrected, to the rest"}
    again = f" {number}" if number not in ("", "1") else ""
    return names.get(word, "The edition") + again


def _group(every: Sequence[Sending]) -> tuple[Sending, ...]:
    """Return those that were opened together last, but for those to whoever was missed."""
    mains = [one for one in every if not one.mailing.kind.startswith(reaching.MISSED)] or list(every)
    lead = mains[-1].departure.lead if mains[-1].departure else mains[-1].mailing.id
    return tuple(one for one in mains if (one.departure.lead if one.departure else one.mailing.id) == lead)


def _undoable(every: Sequence[Sending]) -> Sending | None:
    held = {one.mailing.id for one in every if one.mailing.state is MailingState.HELD}
    return next((one for one in reversed(every) if one.mailing.id in held and one.departure and one.departure.lead == one.mailing.id), None)


def _follows(one: Sending) -> bool:
    return one.departure is not None and one.departure.follows is not None


def _still(one: Sending) -> bool:
    return one.mailing.state in (MailingState.PAUSED, MailingState.HELD)


def _sum(counts: Sequence[MailingCounts]) -> MailingCounts:
    total = MailingCounts()
    for one in counts:
        total = replace(total, **{state.value: getattr(total, state.value) + getattr(one, state.value) for state in DeliveryState})
    return total
