"""Editions: a row for where each stands, a document for each revision; every change is a compare-and-set."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from digest.errors import Conflict, NotFound
from digest.model.account import FROM_FILES, MACHINE
from digest.model.edition import Article, Brief, Edition, EditionRecord, EditionState
from digest.store import stories
from digest.store.documents import from_document, to_document
from digest.store.portable import upsert
from digest.store.tables import edition_entries, editions, revisions


def open_for_slot(session: Session, edition: Edition, *, due: datetime, now: datetime, who: str) -> EditionRecord:
    """Keep `edition` as revision 1 of its slot, touched unless by the machine; raises Conflict where the slot has one already."""
    statement = (
        upsert(session, editions)
        .values(
            newsletter_id=edition.newsletter_id,
            number=edition.number,
            slot=edition.slot,
            due=due,
            state=EditionState.DRAFT,
            revision=1,
            touched=who != MACHINE,
            changed=now,
        )
        .on_conflict_do_nothing()
        .returning(editions.c.id)
    )
    edition_id = session.execute(statement).scalar_one_or_none()
    if edition_id is None:
        raise Conflict(f"{edition.newsletter_id} has an edition for {edition.slot.isoformat()} already; see `digest edition list`")
    _write_revision(session, edition_id, 1, edition, now=now, who=who)
    return get(session, edition_id)


def save(session: Session, record: EditionRecord, edition: Edition, *, now: datetime, who: str) -> EditionRecord:
    """Write `edition` as the revision after `record`'s; an approval falls. Raises Conflict where somebody was faster."""
    by_hand = who != MACHINE
    _set(
        session,
        record,
        {
            "revision": record.revision + 1,
            "state": EditionState.DRAFT,
            "touched": record.touched or by_hand,
            "approved_sha256": None,
            "held": None,
        },
        now=now,
    )
    _write_revision(session, record.id, record.revision + 1, edition, now=now, who=who)
    return get(session, record.id)


def move(session: Session, record: EditionRecord, state: EditionState, *, now: datetime, **also: object) -> EditionRecord:
    """Change the state, and the columns named in `also`, if nobody changed state or revision since `record` was read."""
    _set(session, record, {"state": state, **also}, now=now)
    return get(session, record.id)


def seen(session: Session, record: EditionRecord, *, now: datetime) -> EditionRecord:
    """Note that a draft was laid out anew and came out the same: no revision is owed."""
    _set(session, record, {}, now=now)
    return get(session, record.id)


def hold(session: Session, record: EditionRecord, why: str) -> bool:
    """Say why a due edition does not go out; False where that is said already."""
    statement = update(editions).where(editions.c.id == record.id, editions.c.state == record.state)
    return bool(session.execute(statement.where(editions.c.held.is_distinct_from(why)).values(held=why)).rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts rows


def get(session: Session, edition_id: int) -> EditionRecord:
    """Return where the edition stands; raises NotFound."""
    row = session.execute(select(editions).where(editions.c.id == edition_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no edition {edition_id}; see `digest edition list`")
    return _record(row)


def content(session: Session, edition_id: int, revision: int) -> Edition:
    """Return the document of one revision; raises NotFound."""
    statement = select(revisions.c.document).where(revisions.c.edition_id == edition_id, revisions.c.revision == revision)
    document = session.execute(statement).scalar_one_or_none()
    if document is None:
        raise NotFound(f"edition {edition_id} has no revision {revision}; see `digest edition show {edition_id}`")
    return from_document(Edition, document)


def written_by(session: Session, record: EditionRecord) -> str:
    """Return who wrote the present revision."""
    where = (revisions.c.edition_id == record.id, revisions.c.revision == record.revision)
    who: str = session.execute(select(revisions.c.who).where(*where)).scalar_one()
    return who


def listed(session: Session, newsletter_id: str | None = None) -> tuple[EditionRecord, ...]:
    """Return the editions of one newsletter, or of all, latest slot first."""
    statement = select(editions).order_by(editions.c.slot.desc(), editions.c.id.desc())
    if newsletter_id is not None:
        statement = statement.where(editions.c.newsletter_id == newsletter_id)
    return tuple(_record(row) for row in session.execute(statement))


def for_slot(session: Session, newsletter_id: str, slot: datetime) -> EditionRecord | None:
    """Return the edition of that slot, or None."""
    row = session.execute(select(editions).where(editions.c.newsletter_id == newsletter_id, editions.c.slot == slot)).one_or_none()
    return None if row is None else _record(row)


def due(session: Session, *, now: datetime, states: Collection[EditionState]) -> tuple[EditionRecord, ...]:
    """Return the editions in one of `states` whose time has come, oldest first."""
    statement = select(editions).where(editions.c.state.in_(list(states)), editions.c.due <= now).order_by(editions.c.due, editions.c.id)
    return tuple(_record(row) for row in session.execute(statement))


def approved_with(session: Session, entry_ids: Iterable[int]) -> tuple[tuple[EditionRecord, tuple[str, ...]], ...]:
    """Return the editions that are approved and not yet sent and hold articles of these entries, with the articles' headlines."""
    wanted = set(entry_ids)
    if not wanted:
        return ()
    held = select(edition_entries.c.edition_id).where(edition_entries.c.entry_id.in_(sorted(wanted)))
    states = (EditionState.APPROVED, EditionState.SCHEDULED)
    rows = session.execute(select(editions).where(editions.c.id.in_(held), editions.c.state.in_(states)).order_by(editions.c.id))
    found = []
    for record in map(_record, rows):
        edition = content(session, record.id, record.revision)
        items = (item for section in edition.sections for item in section.items)
        titles = tuple(item.headline for item in items if isinstance(item, Article) and item.entry in wanted)
        if titles:
            found.append((record, titles))
    return tuple(found)


def next_number(session: Session, newsletter_id: str) -> int:
    """Return the number after the highest that this newsletter has used."""
    return (session.execute(select(func.max(editions.c.number)).where(editions.c.newsletter_id == newsletter_id)).scalar_one() or 0) + 1


def _set(session: Session, record: EditionRecord, values: dict[str, Any], *, now: datetime) -> None:
    statement = (
        update(editions)
        .where(editions.c.id == record.id, editions.c.state == record.state, editions.c.revision == record.revision)
        .values(changed=now, **values)
        .returning(editions.c.id)
    )
    if session.execute(statement).scalar_one_or_none() is None:
        now_there = get(session, record.id)
        raise Conflict(
            f"edition {record.id} is at revision {now_there.revision}, {now_there.state.replace('_', ' ')}, "
            f"not at revision {record.revision}, {record.state.replace('_', ' ')}; look at it again, then decide"
        )


def _write_revision(session: Session, edition_id: int, revision: int, edition: Edition, *, now: datetime, who: str) -> None:  # noqa: PLR0913  a row's columns
    session.execute(insert(revisions).values(edition_id=edition_id, revision=revision, document=to_document(edition), at=now, who=who))
    session.execute(edition_entries.delete().where(edition_entries.c.edition_id == edition_id))
    items = (item for section in edition.sections for item in section.items)
    used = {item.entry for item in items if isinstance(item, Article | Brief) and item.entry is not None}
    if used:
        session.execute(insert(edition_entries), [{"edition_id": edition_id, "entry_id": entry} for entry in sorted(used)])
    stories.note(session, edition_id, edition, anew=who in (MACHINE, FROM_FILES))


def _record(row: Row[tuple[object, ...]]) -> EditionRecord:
    return EditionRecord(
        id=row.id,
        newsletter_id=row.newsletter_id,
        number=row.number,
        slot=row.slot,
        due=row.due,
        state=EditionState(row.state),
        revision=row.revision,
        touched=row.touched,
        changed=row.changed,
        approved_sha256=row.approved_sha256,
        held=row.held,
    )
