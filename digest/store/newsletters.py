"""Newsletters, each one document."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digest.errors import NotFound
from digest.model.newsletter import Newsletter
from digest.store.documents import from_document, to_document
from digest.store.portable import upsert
from digest.store.tables import newsletters


def keep(session: Session, newsletter: Newsletter, *, now: datetime) -> None:
    """Add the newsletter, or replace the one of its id."""
    document = to_document(newsletter)
    statement = upsert(session, newsletters).values(id=newsletter.id, document=document, created=now)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"document": document}))


def lock(session: Session, newsletter_id: str) -> Newsletter:
    """Return the newsletter and keep others from changing it until this transaction ends; raises NotFound."""
    session.execute(select(newsletters.c.id).where(newsletters.c.id == newsletter_id).with_for_update())
    return get(session, newsletter_id)


def add(session: Session, newsletter: Newsletter, *, now: datetime) -> bool:
    """Add a newsletter; False where its id is taken."""
    statement = upsert(session, newsletters).values(id=newsletter.id, document=to_document(newsletter), created=now)
    return session.execute(statement.on_conflict_do_nothing().returning(newsletters.c.id)).scalar_one_or_none() is not None


def get(session: Session, newsletter_id: str) -> Newsletter:
    """Return the newsletter; raises NotFound naming those there are."""
    document = session.execute(select(newsletters.c.document).where(newsletters.c.id == newsletter_id)).scalar_one_or_none()
    if document is None:
        known = ", ".join(session.execute(select(newsletters.c.id).order_by(newsletters.c.id)).scalars()) or "none yet"
        raise NotFound(
            f"there is no newsletter {newsletter_id!r} (there are: {known}); add it with `digest newsletter add {newsletter_id}`"
        )
    return from_document(Newsletter, document)


def listed(session: Session) -> tuple[Newsletter, ...]:
    """Return all newsletters by id."""
    rows = session.execute(select(newsletters.c.document).order_by(newsletters.c.id)).scalars()
    return tuple(from_document(Newsletter, document) for document in rows)


def count(session: Session) -> int:
    """Return how many newsletters there are."""
    return session.execute(select(func.count()).select_from(newsletters)).scalar_one()
