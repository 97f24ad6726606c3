"""Renewing: an item takes the text that its source has now, or keeps the one it has; either way the finding is settled."""

from collections.abc import Callable

from digest.compose.drift import drifts, renewed
from digest.errors import NotFound
from digest.model.account import Act
from digest.model.edition import Edition
from digest.store import Database, acts, editions, sources, stories

Move = Callable[[Edition], Edition]


def renewal(database: Database, edition_id: int, item_id: str) -> Move:
    """Return the move that gives an item the texts that its source changed; raises NotFound where it changed none."""
    with database.reading() as session:
        record = editions.get(session, edition_id)
        taken = next((one for one in stories.taken(session, record.id) if one.item == item_id), None)
        changed = list(drifts(item_id, taken.texts, taken.kept, stories.texts_of(taken.kept))) if taken else []
        if taken is None or not changed:
            raise NotFound("its source says what the edition says; there is no new text to take")
        source = next((one.source for one in sources.listed(session) if one.source.id == taken.kept.source_id), None)
    fields = frozenset(one.field for one in changed)
    return lambda edition: renewed(edition, item_id, taken.kept, source, fields)


def settle(database: Database, edition_id: int, item_id: str, act: Act | None = None) -> None:
    """Note that an editor has seen what the source changed: from now on only what it changes next is found.

    `act` is the line of the log where no revision tells of it.
    """
    with database.writing() as session:
        if act is not None:
            acts.note(session, act)
        for one in stories.taken(session, edition_id):
            if one.item != item_id:
                continue
            texts = stories.texts_of(one.kept)
            if "brief" in one.texts:
                found = next(drifts(item_id, one.texts, one.kept, texts), None)
                texts = {"brief": found.after} if found is not None and found.after is not None else {}
            stories.take(session, edition_id, item_id, texts)
