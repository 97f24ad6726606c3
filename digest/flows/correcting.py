"""Correcting: load, one pure move, save as the next revision by compare-and-set; undo, restore, and what changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.compose import edit, merge, pasted
from digest.compose.differ import Change, changes
from digest.compose.steps import Steps, Written, steps
from digest.errors import Conflict, InputError, NotFound, RefusedError
from digest.gather.entries import entry_of_page
from digest.gather.fetch import Fetched
from digest.gather.read import read_bytes
from digest.gather.text import read_text
from digest.model.account import Act
from digest.model.edition import Article, Edition, EditionRecord, EditionState, Item
from digest.model.page import Image
from digest.store import Database, Session, acts, editions, newsletters, revisions
from digest.store.revisions import Revision, Typing

Move = Callable[[Edition], Edition]
OPEN = (EditionState.DRAFT, EditionState.IN_REVIEW, EditionState.APPROVED, EditionState.SCHEDULED)
APPROVED = (EditionState.APPROVED, EditionState.SCHEDULED)
REMOVED = "removed: "
PLANNED = "plan:"
_TRIES = 5
_LOOK_BACK = 40
# What saves itself while somebody types in one field is one step for so long; then the next begins.
_ONE_STEP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Who corrects what they saw: the revision and state of their page, when, and what for in a few words.

    `typing` names the field where the page saves itself while somebody types: what follows shortly becomes one step.
    """

    edition_id: int
    revision: int
    state: EditionState
    who: str
    at: datetime
    why: str
    typing: str | None = None


class Clashed(Conflict):
    """Two editors changed the same fields. Carries both texts; nothing was saved and nothing is lost."""

    def __init__(self, merged: merge.Merged, theirs: Edition, record: EditionRecord, by: Revision) -> None:
        super().__init__(f"{by.who} changed the same words meanwhile; edition {record.id} is at revision {record.revision} now")
        self.merged = merged
        self.theirs = theirs
        self.record = record
        self.by = by


class _OvertakenError(Conflict):
    """Somebody saved between our reading and our writing; a next try sees what they wrote."""


def correct(database: Database, correction: Correction, move: Move) -> EditionRecord:
    """Make a move on the revision that the editor saw and save it as the next one; where nothing changed, save nothing.

    Where others saved meanwhile, both changes are put together field by field. Raises Clashed where both changed one
    field, Conflict where the order or the approval changed, RefusedError where the edition has gone out.
    """
    return _again(lambda: _correct(database, correction, move))


def take_theirs(database: Database, correction: Correction, move: Move) -> EditionRecord:
    """Give way: the editor's own text is kept as a revision of its own, and the text that stood before it follows as the next."""
    return settle(database, correction, move, lambda edition: edition)


def settle(database: Database, correction: Correction, move: Move, chosen: Move) -> EditionRecord:
    """Keep the editor's own text as a revision of its own, then save what was chosen of both texts as the next.

    Both moves are made on the revision that the editor saw.
    """
    mine = correct(database, correction, move)
    with database.writing() as session:
        base = _base(session, mine.id, correction.revision)
        wanted = chosen(base)
        saved = editions.content(session, mine.id, mine.revision)
        # From one's own text to what was chosen is a change like any other: what a third one saved meanwhile stays.
        merged = merge.merge(move(base), wanted, saved).edition
        if merged == saved:
            return mine
        return _save(session, mine, merged, correction, f"took revision {correction.revision} again" if wanted == base else correction.why)


def revive(database: Database, correction: Correction, back: tuple[str, int], move: Move) -> EditionRecord:
    """Bring an item back, (its id, a revision that holds it), with what was typed into it while somebody removed it."""
    item_id, revision = back
    with database.reading() as session:
        before = _base(session, correction.edition_id, revision)
    return correct(database, correction, lambda edition: move(edit.put_back(edition, before, item_id)))


def undo(database: Database, correction: Correction, *, redo: bool = False) -> EditionRecord:
    """Write the revision before the last step anew, or after it; raises RefusedError where there is none."""
    with database.writing() as session:
        record = _exactly(session, correction)
        leads = _steps(session, record.id)
        step = leads.redo if redo else leads.undo
        if step is None:
            raise RefusedError(f"there is nothing to {'redo' if redo else 'undo'} in edition {record.id}")
        why, revision = step
        return _save(session, record, editions.content(session, record.id, revision), correction, why)


def restore(database: Database, correction: Correction, revision: int) -> EditionRecord:
    """Write an earlier revision anew as the next one; what stands now stays in the history."""
    with database.writing() as session:
        record = _exactly(session, correction)
        return _save(session, record, editions.content(session, record.id, revision), correction, f"restored revision {revision}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """Where something goes: a section's id, and the move that opens it first where the edition lacks it."""

    section_id: str
    opened: Move = lambda edition: edition


def into(database: Database, correction: Correction, wanted: str) -> Into:
    """Return the section that `wanted` names, an id or `plan:KEY` for a planned one that may not stand yet; raises NotFound."""
    if not wanted.startswith(PLANNED):
        return Into(section_id=wanted)
    key = wanted.removeprefix(PLANNED)
    with database.reading() as session:
        record = editions.get(session, correction.edition_id)
        plan = newsletters.get(session, record.newsletter_id).plan
        seen = edit.open_section(_base(session, record.id, correction.revision), plan, key)
    section_id = next(section.id for section in seen.sections if section.key == key)
    return Into(section_id=section_id, opened=lambda edition: edit.open_section(edition, plan, key))


def add_note(database: Database, correction: Correction, place: Into, html: str) -> EditionRecord:
    """Add a note at the end of a section."""
    return correct(database, correction, lambda edition: edit.add_note(place.opened(edition), place.section_id, html))


def move_to(database: Database, correction: Correction, item_id: str, place: Into) -> EditionRecord:
    """Move an item to the end of another section."""
    return correct(database, correction, lambda edition: edit.move_to(place.opened(edition), item_id, place.section_id))


def add_passage(database: Database, correction: Correction, place: Into, text: str) -> EditionRecord:
    """Add a pasted passage to a section: the briefs that are found in it, or else each paragraph as one."""
    found = tuple(brief for section in read_text(text[:200_000], "https://pasted.invalid/").sections for brief in section.briefs)
    if found and len(text) <= 100_000:
        return correct(database, correction, lambda edition: pasted.add_briefs(place.opened(edition), place.section_id, found))
    return correct(database, correction, lambda edition: pasted.add_passage(place.opened(edition), place.section_id, text))


def add_page(database: Database, correction: Correction, place: Into, fetched: Fetched) -> EditionRecord:
    """Add the article of a fetched page to a section; raises InputError that says why where the page holds none."""
    read = read_bytes(fetched.document, fetched.url)
    if read.feed is not None:
        raise InputError(f"{fetched.url} is a feed, not an article; add it as a source, or give the address of one of its articles")
    page = read.page
    if page is None or page.article is None:
        why = str(page.notice).replace("_", " ") if page is not None else "no page"
        raise InputError(f"{fetched.url} gave no article ({why}); open it yourself, and paste what you need as a passage")
    entry = entry_of_page(page, fetched.url)
    return correct(database, correction, lambda edition: pasted.add_entry(place.opened(edition), place.section_id, entry))


def add_unread(database: Database, correction: Correction, place: Into, fields: edit.ArticleFields) -> EditionRecord:
    """Add an article that nobody could read, by its headline and address, to a section."""
    return correct(database, correction, lambda edition: edit.add_article(place.opened(edition), place.section_id, fields))


def history(database: Database, edition_id: int) -> tuple[tuple[Revision, ...], Steps]:
    """Return the revisions of an edition, oldest first, and where undo and redo lead."""
    with database.reading() as session:
        return revisions.listed(session, edition_id), _steps(session, edition_id)


def between(database: Database, edition_id: int, before: int, after: int) -> tuple[Change, ...]:
    """Return what changed from one revision to another; raises NotFound."""
    with database.reading() as session:
        return changes(editions.content(session, edition_id, before), editions.content(session, edition_id, after))


def own_picture(database: Database, edition_id: int, item_id: str) -> Image | None:
    """Return the picture that an item came with, as it was last described, or None: of the first revisions that hold one."""
    with database.reading() as session:
        line = [one.revision for one in revisions.listed(session, edition_id)]
        looked = tuple(dict.fromkeys((line[0], *line[-_LOOK_BACK:])))
        ascending = (_picture(session, (edition_id, revision), item_id) for revision in looked)
        first = next((one for one in ascending if one is not None), None)
        descending = (_picture(session, (edition_id, revision), item_id) for revision in reversed(looked))
        return next((one for one in descending if first is not None and one is not None and one.url == first.url), first)


def _picture(session: Session, at: tuple[int, int], item_id: str) -> Image | None:
    item = merge.items_of(editions.content(session, *at)).get(item_id)
    return item.image if isinstance(item, Article) and item.image is not None and item.image.url else None


def removed(database: Database, edition_id: int) -> tuple[tuple[int, Item], ...]:
    """Return what was removed and does not stand in the edition now, latest first, each with a revision that holds it."""
    with database.reading() as session:
        record = editions.get(session, edition_id)
        seen = set(merge.items_of(editions.content(session, edition_id, record.revision)))
        found: list[tuple[int, Item]] = []
        line = [one for one in revisions.listed(session, edition_id) if (one.why or "").startswith(REMOVED)]
        for one in reversed(line[-_LOOK_BACK:]):
            before = merge.items_of(editions.content(session, edition_id, one.revision - 1))
            after = merge.items_of(editions.content(session, edition_id, one.revision))
            gone = [item for item_id, item in before.items() if item_id not in after and item_id not in seen]
            seen |= {item.id for item in gone}
            found += [(one.revision - 1, item) for item in gone]
        return tuple(found)


def put_back(database: Database, correction: Correction, item_id: str, revision: int) -> EditionRecord:
    """Bring an item back as it stood in an earlier revision."""
    with database.reading() as session:
        before = editions.content(session, correction.edition_id, revision)
    return correct(database, correction, lambda edition: edit.put_back(edition, before, item_id))


def _correct(database: Database, correction: Correction, move: Move) -> EditionRecord:
    with database.writing() as session:
        record = _open(session, correction)
        base = _base(session, record.id, correction.revision)
        mine = move(base)
        if mine == base:
            return record
        if record.revision == correction.revision:
            return _save(session, record, mine, correction, correction.why)
        theirs = editions.content(session, record.id, record.revision)
        merged = merge.merge(base, mine, theirs)
        since = [one for one in revisions.listed(session, record.id, folded=True) if one.revision > correction.revision]
        others = [one for one in since if one.who != correction.who]
        if merged.clashes and others:
            raise Clashed(merged, theirs, record, others[-1])
        # Against one's own last saving the later words stand: a form that saves while one types overtakes itself.
        return _save(session, record, merged.edition, correction, correction.why) if merged.edition != theirs else record


def _again(attempt: Callable[[], EditionRecord]) -> EditionRecord:
    """Try anew where somebody saved between our reading and our writing: the next try puts both together, or says what clashes."""
    for _ in range(_TRIES - 1):
        try:
            return attempt()
        except _OvertakenError:
            continue
    return attempt()


def _open(session: Session, correction: Correction) -> EditionRecord:
    record = editions.get(session, correction.edition_id)
    if record.state not in OPEN:
        raise RefusedError(f"edition {record.id} is {record.state.replace('_', ' ')}; what has left the desk is not edited any more")
    if record.state in APPROVED and correction.state not in APPROVED:
        raise Conflict(f"edition {record.id} was approved meanwhile; an edit voids the approval, so save again if it must be")
    return record


def _exactly(session: Session, correction: Correction) -> EditionRecord:
    record = _open(session, correction)
    if record.revision != correction.revision:
        raise Conflict(f"edition {record.id} is at revision {record.revision} now, not {correction.revision}; look at it, then do it again")
    return record


def _base(session: Session, edition_id: int, revision: int) -> Edition:
    """Return the revision that an editor saw. Raises Conflict where it is one of those that are kept for a day."""
    try:
        return editions.content(session, edition_id, revision)
    except NotFound as error:
        raise Conflict(
            f"revision {revision} of edition {edition_id} is not kept any more; look at what stands there now, then save again"
        ) from error


def _save(session: Session, record: EditionRecord, edition: Edition, correction: Correction, why: str) -> EditionRecord:
    try:
        saved = editions.save(session, record, edition, now=correction.at, who=correction.who)
    except Conflict as error:
        raise _OvertakenError(str(error)) from error
    typing = Typing(field=correction.typing, begun=correction.at) if correction.typing else None
    if typing is not None and record.state is EditionState.DRAFT:
        taken = revisions.fold(session, record.id, record.revision, correction.who, replace(typing, begun=correction.at - _ONE_STEP))
        if taken is not None:
            typing, why = replace(typing, begun=taken[0]), taken[1] or why
    revisions.say_why(session, saved.id, saved.revision, why, typing)
    if record.state in APPROVED:
        what = f"edited it after approval: the approval of revision {record.revision} is void"
        acts.note(session, Act(at=correction.at, who=correction.who, what=what, why=why, edition_id=record.id, revision=saved.revision))
    return saved


def _steps(session: Session, edition_id: int) -> Steps:
    line = revisions.listed(session, edition_id)
    return steps([Written(revision=one.revision, who=one.who, why=one.why) for one in line])
