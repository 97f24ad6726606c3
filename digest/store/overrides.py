"""What editors answered for: a blocking finding of an edition, for what its place held then, with the reason."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from digest.model.edition import Override
from digest.model.facts import KeptOverride
from digest.store.check_tables import overrides
from digest.store.portable import upsert


def keep(session: Session, edition_id: int, revision: int, kept: KeptOverride) -> None:
    """Keep an override; the later word on one finding and one content stands."""
    word = {"who": kept.word.who, "at": kept.word.at, "why": kept.word.why, "revision": revision}
    key = {"edition_id": edition_id, "code": kept.code, "place": kept.place or "", "about": kept.about, "content": kept.content}
    statement = upsert(session, overrides).values(**key, **word)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=word))


def of_edition(session: Session, edition_id: int) -> tuple[KeptOverride, ...]:
    """Return every override of an edition, those of contents that are gone too."""
    rows = session.execute(select(overrides).where(overrides.c.edition_id == edition_id).order_by(overrides.c.id))
    return tuple(
        KeptOverride(
            code=row.code,
            place=row.place or None,
            about=row.about,
            content=row.content,
            word=Override(who=row.who, at=row.at, why=row.why),
        )
        for row in rows
    )


def take_back(session: Session, edition_id: int, kept: KeptOverride) -> bool:
    """Forget an override; False where it is gone already."""
    where = (
        overrides.c.edition_id == edition_id,
        overrides.c.code == kept.code,
        overrides.c.place == (kept.place or ""),
        overrides.c.about == kept.about,
        overrides.c.content == kept.content,
    )
    return session.execute(delete(overrides).where(*where).returning(overrides.c.id)).first() is not None
