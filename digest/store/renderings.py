"""Rendered mails, one a revision, kept once made."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.mailing import Rendered
from digest.store.documents import to_document, to_rendered
from digest.store.portable import upsert
from digest.store.tables import renderings


def keep(session: Session, edition_id: int, revision: int, rendered: Rendered, *, now: datetime) -> None:
    """Keep what a revision rendered to; a later rendering (another theme, say) replaces it, an approved one never changes."""
    values = {"sha256": rendered.sha256, "document": to_document(rendered), "at": now}
    statement = upsert(session, renderings).values(edition_id=edition_id, revision=revision, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["edition_id", "revision"], set_=values))


def find(session: Session, edition_id: int, revision: int) -> Rendered | None:
    """Return what this revision rendered to, or None where nobody asked yet."""
    statement = select(renderings.c.document).where(renderings.c.edition_id == edition_id, renderings.c.revision == revision)
    document = session.execute(statement).scalar_one_or_none()
    return None if document is None else to_rendered(document)


def by_sha256(session: Session, edition_id: int, sha256: str) -> Rendered:
    """Return the rendering of that hash; raises NotFound."""
    statement = select(renderings.c.document).where(renderings.c.edition_id == edition_id, renderings.c.sha256 == sha256).limit(1)
    document = session.execute(statement).scalar_one_or_none()
    if document is None:
        raise NotFound(f"edition {edition_id} has no rendering {sha256[:12]}…; open its preview again")
    return to_rendered(document)


def forget(session: Session, edition_id: int, revision: int) -> None:
    """Forget what a revision rendered to, because it would render to something else now: whoever looks renders it anew."""
    session.execute(delete(renderings).where(renderings.c.edition_id == edition_id, renderings.c.revision == revision))


def revision_of(session: Session, edition_id: int, sha256: str) -> int | None:
    """Return the latest revision that rendered to this hash, or None."""
    where = (renderings.c.edition_id == edition_id, renderings.c.sha256 == sha256)
    revision: int | None = session.execute(select(func.max(renderings.c.revision)).where(*where)).scalar_one()
    return revision
