"""Amending what went out: a corrected version to exactly those who got a faulty one, and instead of it to those who still wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.compose import edit
from digest.compose.marked import note_from_marked
from digest.compose.wording import dek_from
from digest.errors import Conflict, RefusedError
from digest.model.account import Act
from digest.model.departure import Departure
from digest.model.edition import Edition, EditionRecord, EditionState
from digest.model.mailing import Mailing, MailingState
from digest.store import Database, Session, acts, audiences, departures, editions, mailings, renderings, revisions
from digest.store.listing import Opening, list_readers

CORRECTION = "correction"
INSTEAD = "instead"
MARK = "Correction:"
_BEFORE = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED)
_UNENDED = (MailingState.HELD, MailingState.OPEN, MailingState.SENDING, MailingState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How a correction is marked, in the editor's words: its subject, its preheader, and what was wrong.

    `notice` is typed as a note is (paragraphs, links) and stands first in the mail; None leaves what stands there from an earlier
    correction. Without a `preheader` (None) it is how the notice begins, or the old one where nothing is said.
    """

    subject: str
    preheader: str | None = None
    notice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amend:
    """An order to send the approved correction: by whom, in chunks of which size, held for how long, to those in doubt too or not."""

    edition_id: int
    who: str
    at: datetime
    chunk_size: int
    in_doubt: bool = True
    undo: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """How many a correction goes to: who has a faulty version for sure, who may have one, and who waits and gets it instead."""

    faulty: int
    in_doubt: int
    instead: int


def begin(database: Database, decision: tuple[int, str, datetime], marks: Marks) -> EditionRecord:
    """Open what was sent for correcting: whatever still sends is paused, and the marked text stands as the next revision, a draft.

    `decision` is the edition, who, and when. The version that went out stays as it was sent. Raises RefusedError where
    nothing has gone out yet.
    """
    edition_id, who, at = decision
    with database.writing() as session:
        record = editions.get(session, edition_id)
        there = mailings.of_edition(session, edition_id)
        if record.state is not EditionState.RELEASED or not there:
            state = record.state.replace("_", " ")
            raise RefusedError(f"edition {edition_id} is {state}: a correction is for what went out; edit what has not")
        known = departures.of_edition(session, edition_id)
        if all(one.state is MailingState.HELD for one in there):
            raise RefusedError(f"nothing of edition {edition_id} has left yet: undo the sending, correct it, and approve it anew")
        for one in there:
            mailings.change(session, one.id, MailingState.PAUSED, of=(MailingState.OPEN, MailingState.SENDING), reason="being corrected")
            if one.state is MailingState.HELD and one.id in known:
                departures.set_clock(session, one.id, None, reason="being corrected")
        before = editions.content(session, edition_id, record.revision)
        saved = editions.save(session, record, _marked(before, marks), now=at, who=who)
        revisions.say_why(session, edition_id, saved.revision, "marked as a correction")
        _note(session, saved, who, f"began a correction of revision {record.revision}", at)
        return saved


def drop(database: Database, edition_id: int, *, who: str, now: datetime) -> EditionRecord:
    """Give a correction up: the text that went out stands again, as the next revision; what was paused stays so."""
    with database.writing() as session:
        record, there = _correcting(session, edition_id)
        sent = _latest(there)
        rendered = mailings.rendered(session, sent.id)
        revision = renderings.revision_of(session, edition_id, sent.sha256) or record.revision
        saved = editions.save(session, record, editions.content(session, edition_id, revision), now=now, who=who)
        revisions.say_why(session, edition_id, saved.revision, "dropped the correction")
        renderings.keep(session, edition_id, saved.revision, rendered, now=now)
        back = editions.move(session, saved, EditionState.RELEASED, now=now, approved_sha256=sent.sha256, held=None)
        _note(session, back, who, "dropped the correction", now)
        return back


def whom(database: Database, edition_id: int) -> Whom:
    """Return how many the correction in the making would go to now."""
    with database.reading() as session:
        record = editions.get(session, edition_id)
        # A version that is not approved yet is nobody's.
        sha256 = record.approved_sha256 or ""
        sure, maybe = (
            audiences.count(session, audiences.faulty(edition_id, record.newsletter_id, sha256, in_doubt=also)) for also in (False, True)
        )
        instead = audiences.count(session, audiences.remainder(edition_id, record.newsletter_id, sha256))
        return Whom(faulty=sure, in_doubt=maybe - sure, instead=instead)


def send(database: Database, order: Amend) -> tuple[Mailing, ...]:
    """Open the correction to whoever has a faulty version, and the corrected version to those who waited; return both, or one.

    What still waited in other mailings is ended: its readers get the corrected version instead. Raises RefusedError where
    the correction is not approved, where nobody would get it, or while a worker still has readers in hand.
    """
    with database.writing() as session:
        record, there = _correcting(session, order.edition_id)
        if record.state is not EditionState.APPROVED or record.approved_sha256 is None:
            state = record.state.replace("_", " ")
            raise RefusedError(f"the correction of edition {record.id} is {state}; approve it with `digest edition approve {record.id}`")
        if departures.in_hand(session, [one.id for one in there], now=order.at):
            raise RefusedError(f"a worker still has readers of edition {record.id} in hand; try again in a moment")
        number = 1 + sum(one.kind.startswith(CORRECTION) for one in there)
        ids = [_open(session, record, order, kind) for kind in (f"{CORRECTION} {number}", f"{INSTEAD} {number}")]
        opened = [one for one in ids if one is not None]
        if not opened:
            raise RefusedError(f"nobody has a faulty version of edition {record.id}, and nobody waits for it; drop the correction")
        editions.move(session, record, EditionState.RELEASED, now=order.at, held=None)
        for old in there:
            if old.state in _UNENDED:
                reason = f"its readers who waited get revision {record.revision} instead"
                departures.replace(session, old.id, opened[0], reason=reason, now=order.at)
        sizes = [mailings.counts(session, one).total for one in opened]
        for one in opened:
            departures.keep(session, Departure(mailing_id=one, lead=opened[0], listed=order.at, leaves=order.at + order.undo))
            if not order.undo:
                departures.let_go(session, one, now=order.at)
        _note(session, record, order.who, f"sent the correction, revision {record.revision}, to {sum(sizes)} readers", order.at)
        return tuple(mailings.get(session, one) for one in opened)


def _open(session: Session, record: EditionRecord, order: Amend, kind: str) -> int | None:
    """Write one of the two mailings; None where it has nobody in it."""
    sha256 = record.approved_sha256 or ""
    opening = Opening(
        edition_id=record.id,
        newsletter_id=record.newsletter_id,
        kind=kind,
        rendered=renderings.by_sha256(session, record.id, sha256),
        chunk_size=order.chunk_size,
    )
    if kind.startswith(CORRECTION):
        readers = audiences.faulty(record.id, record.newsletter_id, sha256, in_doubt=order.in_doubt)
    else:
        readers = audiences.remainder(record.id, record.newsletter_id, sha256)
    if not audiences.count(session, readers):
        return None
    mailing_id = list_readers(session, opening, readers, state=MailingState.HELD, now=order.at)
    if mailing_id is None:
        raise Conflict(f"the correction of edition {record.id} was sent at this moment; see `digest edition show {record.id}`")
    return mailing_id


def _correcting(session: Session, edition_id: int) -> tuple[EditionRecord, tuple[Mailing, ...]]:
    record = editions.get(session, edition_id)
    there = mailings.of_edition(session, edition_id)
    if record.state not in _BEFORE or not there:
        raise RefusedError(f"edition {edition_id} is not being corrected; begin with `digest edition correct {edition_id}`")
    return record, there


def _latest(there: tuple[Mailing, ...]) -> Mailing:
    left = [one for one in there if one.state not in (MailingState.HELD, MailingState.CANCELLED)]
    return (left or list(there))[-1]


def _marked(edition: Edition, marks: Marks) -> Edition:
    marked = edit.set_subject(edition, marks.subject)
    if marks.notice is not None:
        signature = edition.correction.signature if edition.correction else None
        marked = edit.set_correction(marked, note_from_marked(marks.notice), signature)
    if marks.preheader is not None:
        return edit.set_preheader(marked, marks.preheader)
    # Beside the subject in an inbox: whoever opens nothing knows what was wrong all the same.
    begins = dek_from(marked.correction.html) if marked.correction else None
    return edit.set_preheader(marked, begins) if begins else marked


def subject_of(edition: Edition) -> str:
    """Return the subject that a correction has unless an editor writes another: the old one, marked once."""
    return edition.subject if edition.subject.startswith(MARK) else f"{MARK} {edition.subject}"


def _note(session: Session, record: EditionRecord, who: str, what: str, now: datetime) -> None:
    acts.note(session, Act(at=now, who=who, what=what, why=None, edition_id=record.id, revision=record.revision))
