"""What ran: an edition's items as they were when they came in, known again in later weeks by address, text and words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from digest.compose.markup import plain_text
from digest.compose.match import words_key
from digest.gather.canonical import canonical
from digest.gather.cluster import plain, same_piece
from digest.model.edition import Article, Brief, Edition
from digest.model.source import KeptEntry
from digest.store.candidates import GONE
from digest.store.entries import as_kept, by_ids
from digest.store.tables import edition_stories, editions, entries

_AT_ONCE = 500
_LONGEST_TAKEN = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An item of an edition, the entry it came from as that is now, and its texts as they were when it came in.

    `texts` has "headline", "dek" and "body" of an article, or "brief".
    """

    item: str
    kept: KeptEntry
    texts: Mapping[str, str]


def texts_of(kept: KeptEntry) -> dict[str, str]:
    """Return the texts of an entry that a correction at its source may change."""
    entry = kept.entry
    body = plain(entry.content_html or "")[:_LONGEST_TAKEN]
    return {"headline": entry.title or "", "dek": entry.dek or plain(entry.summary or ""), "body": body}


def note(session: Session, edition_id: int, edition: Edition, *, anew: bool) -> None:
    """Keep what the items of a revision are known by; what stood there before keeps how it came in, unless it is laid out `anew`."""
    items = {item.id: item for section in edition.sections for item in section.items if isinstance(item, Article | Brief)}
    where = edition_stories.c.edition_id == edition_id
    there = set(session.execute(select(edition_stories.c.item).where(where)).scalars())
    gone = there if anew else there - items.keys()
    if gone:
        session.execute(delete(edition_stories).where(where, edition_stories.c.item.in_(sorted(gone))))
    fresh = [item for item_id, item in items.items() if anew or item_id not in there]
    kept = by_ids(session, [item.entry for item in fresh if item.entry is not None])
    if fresh:
        session.execute(insert(edition_stories), [_row(edition_id, item, kept.get(item.entry or 0)) for item in fresh])


def take(session: Session, edition_id: int, item_id: str, texts: Mapping[str, str]) -> None:
    """Note that an item is known to its editors as its source has it now."""
    where = (edition_stories.c.edition_id == edition_id, edition_stories.c.item == item_id)
    session.execute(edition_stories.update().where(*where).values(taken=dict(texts)))


def taken(session: Session, edition_id: int) -> tuple[Taken, ...]:
    """Return the items of an edition that came from entries, with these as they are now, and the texts that came in."""
    statement = (
        select(edition_stories.c.item, edition_stories.c.taken, entries)
        .join(entries, entries.c.id == edition_stories.c.entry_id)
        .where(edition_stories.c.edition_id == edition_id, edition_stories.c.taken.is_not(None))
        .order_by(edition_stories.c.item)
    )
    return tuple(Taken(item=row.item, kept=as_kept(row), texts=row.taken) for row in session.execute(statement))


def ran_in(session: Session, newsletter_id: str, offered: Sequence[KeptEntry], *, edition_id: int | None) -> dict[int, int]:
    """Return, by entry id, the number of the newsletter's other live edition that holds the same piece as an article."""
    found: dict[int, int] = {}
    for start in range(0, len(offered), _AT_ONCE):
        part = offered[start : start + _AT_ONCE]
        names = {kept.canonical for kept in part if kept.canonical}
        texts = {kept.text_hash for kept in part if kept.text_hash}
        by = or_(edition_stories.c.canonical.in_(sorted(names)), edition_stories.c.words.in_(sorted(texts)))
        rows = session.execute(_ran(newsletter_id, edition_id).where(by, edition_stories.c.item.like("a-%")).order_by(editions.c.number))
        ran = [(row, as_kept(row) if row.id is not None else None) for row in rows]
        for kept in part:
            for row, old in ran:
                if _is(row, old, kept):
                    found.setdefault(kept.id, row.number)
    return found


def said_in(session: Session, newsletter_id: str, words: Collection[str], *, edition_id: int | None) -> dict[str, int]:
    """Return, by the words of a brief (`words_key`), the number of the newsletter's other live edition that holds it."""
    found: dict[str, int] = {}
    listed = sorted(set(words))
    for start in range(0, len(listed), _AT_ONCE):
        by = and_(edition_stories.c.words.in_(listed[start : start + _AT_ONCE]), edition_stories.c.item.like("b-%"))
        for row in session.execute(_ran(newsletter_id, edition_id).where(by).order_by(editions.c.number)):
            found.setdefault(row.words, row.number)
    return found


def _ran(newsletter_id: str, edition_id: int | None) -> Select[Any]:
    others = [editions.c.newsletter_id == newsletter_id, editions.c.state.not_in(GONE)]
    if edition_id is not None:
        others.append(editions.c.id != edition_id)
    columns = (edition_stories.c.words, edition_stories.c.canonical.label("name"), editions.c.number, entries)
    return (
        select(*columns)
        .select_from(edition_stories)
        .join(editions, editions.c.id == edition_stories.c.edition_id)
        .outerjoin(entries, entries.c.id == edition_stories.c.entry_id)
        .where(and_(*others))
    )


def _is(row: Row[tuple[object, ...]], old: KeptEntry | None, kept: KeptEntry) -> bool:
    if old is not None:
        return old.id == kept.id or same_piece(old, kept)
    return (row.name is not None and row.name == kept.canonical) or (row.words is not None and row.words == kept.text_hash)


def _row(edition_id: int, item: Article | Brief, kept: KeptEntry | None) -> dict[str, object]:
    row: dict[str, object] = {"edition_id": edition_id, "item": item.id, "entry_id": kept.id if kept else None}
    if isinstance(item, Brief):
        text = f"{item.lead or ''} {plain_text(item.html)}".strip()
        return row | {"canonical": None, "words": words_key(text), "taken": {"brief": text} if kept else None}
    own = kept.canonical if kept is not None and kept.entry.url == item.url else None
    name = own or (canonical(item.url) if item.url else None)
    return row | {"canonical": name, "words": kept.text_hash if kept else None, "taken": texts_of(kept) if kept else None}
