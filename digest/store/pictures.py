"""Pictures: what mails wish for, what was made of it, and which edition names which; each picture is kept once, by its hash."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import RowMapping, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from digest.model.edition import UNAPPROVED, EditionState
from digest.model.picture import Developed, KeptPicture, PictureStanding, Shelf, Wish
from digest.store.picture_tables import approved_pictures, edition_pictures, picture_wishes, pictures
from digest.store.portable import upsert
from digest.store.tables import editions

_KEPT = (pictures.c.sha256, pictures.c.media, pictures.c.width, pictures.c.height, pictures.c.size)


def standing(session: Session, wishes: Iterable[Wish]) -> dict[str, PictureStanding]:
    """Return how each wish stands, by its key; one that nobody wished for yet is left out."""
    named = {wish.key: wish for wish in wishes}
    statement = select(picture_wishes, *_KEPT).outerjoin(pictures, pictures.c.sha256 == picture_wishes.c.sha256)
    rows = session.execute(statement.where(picture_wishes.c.key.in_(named))).mappings() if named else ()
    return {row[picture_wishes.c.key]: _standing(row, named[row[picture_wishes.c.key]]) for row in rows}


def wish_for(session: Session, wishes: Iterable[Wish], *, now: datetime) -> None:
    """Write down what is wished for and was not yet: it is fetched at once."""
    for wish in {one.key: one for one in wishes}.values():
        values = {"key": wish.key, "url": wish.url, "width": wish.width, "logo": wish.logo, "entry_id": wish.entry}
        statement = upsert(session, picture_wishes).values(**values, due=now, wished=now, lasting=False, tries=0)
        session.execute(statement.on_conflict_do_nothing(index_elements=["key"]))


def any_due(session: Session, *, now: datetime) -> bool:
    """Whether a wish is to be fetched now."""
    return session.execute(select(picture_wishes.c.key).where(picture_wishes.c.due <= now).limit(1)).first() is not None


def claim_due(session: Session, *, now: datetime, until: datetime) -> tuple[str, ...]:
    """Return the keys of the wishes to fetch now; each is due again at `until`, should its message be lost."""
    found = session.execute(select(picture_wishes.c.key).where(picture_wishes.c.due <= now).order_by(picture_wishes.c.due).limit(200))
    keys = tuple(found.scalars())
    if keys:
        session.execute(update(picture_wishes).where(picture_wishes.c.key.in_(keys)).values(due=until))
    return keys


def shelf(session: Session, wishes: Iterable[Wish], base: str) -> Shelf:
    """Return what is kept of these wishes, served below `base`."""
    there = standing(session, wishes)
    return Shelf(base=base, kept={key: one.picture for key, one in there.items() if one.picture is not None})


def wanted(session: Session, key: str) -> PictureStanding | None:
    """Return a wish that is not settled, or None: a doubled message does nothing."""
    statement = select(picture_wishes).where(picture_wishes.c.key == key, picture_wishes.c.due.is_not(None))
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    wish = Wish(url=row.url, width=row.width, place="logo" if row.logo else "", entry=row.entry_id)
    return PictureStanding(wish=wish, trouble=row.trouble, lasting=row.lasting, tries=row.tries, due=row.due)


def keep(session: Session, key: str, made: Developed, *, now: datetime) -> tuple[int, ...]:
    """Keep what was made of a wish; return the unapproved editions whose mail has a place for it."""
    values = {"sha256": made.sha256, "media": made.media, "width": made.width, "height": made.height, "size": len(made.body)}
    statement = upsert(session, pictures).values(**values, body=made.body, made=now)
    session.execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))
    settled = {"sha256": made.sha256, "found_width": made.found[0], "found_height": made.found[1], "trouble": None, "lasting": False}
    session.execute(update(picture_wishes).where(picture_wishes.c.key == key).values(**settled, due=None))
    return _wishing(session, key)


def fail(session: Session, key: str, trouble: str, *, due: datetime | None) -> None:
    """Note why there is no picture; it is fetched again at `due`, or not before somebody asks (None)."""
    values = {"trouble": trouble, "lasting": due is None, "due": due, "tries": picture_wishes.c.tries + 1}
    session.execute(update(picture_wishes).where(picture_wishes.c.key == key).values(**values))


def put_off(session: Session, key: str, *, due: datetime) -> None:
    """Fetch it later: its host's turn did not come."""
    session.execute(update(picture_wishes).where(picture_wishes.c.key == key, picture_wishes.c.due.is_not(None)).values(due=due))


def try_again(session: Session, edition_id: int, *, now: datetime, place: str | None = None, kept_too: bool = False) -> int:
    """Fetch anew at once what an edition lacks, all of it or that of one place; return how many.

    `kept_too`: also what is here, because another picture may stand at its address by now.
    """
    lacked = select(edition_pictures.c.wish).where(edition_pictures.c.edition_id == edition_id)
    if place is not None:
        lacked = lacked.where(edition_pictures.c.place == place)
    meant = [picture_wishes.c.key.in_(lacked), *(() if kept_too else (picture_wishes.c.sha256.is_(None),))]
    statement = update(picture_wishes).where(*meant).values(due=now, tries=0, lasting=False, trouble=None)
    changed = session.execute(statement.returning(picture_wishes.c.key))
    return len(changed.all())


def note(session: Session, edition_id: int, named: Mapping[str, tuple[str, str | None]]) -> None:
    """Write down, by place, the wish that the mail of an edition has there, and the hash of the picture that it names (None: none)."""
    session.execute(delete(edition_pictures).where(edition_pictures.c.edition_id == edition_id))
    if named:
        rows = [{"edition_id": edition_id, "place": place, "wish": key, "sha256": sha256} for place, (key, sha256) in named.items()]
        session.execute(insert(edition_pictures), rows)


def waiting(session: Session, edition_id: int) -> int:
    """Return how many pictures that the mail of an edition has a place for were neither fetched nor given up yet."""
    wished = edition_pictures.join(picture_wishes, picture_wishes.c.key == edition_pictures.c.wish)
    statement = select(func.count()).select_from(wished).where(edition_pictures.c.edition_id == edition_id)
    return session.execute(statement.where(picture_wishes.c.sha256.is_(None), picture_wishes.c.trouble.is_(None))).scalar_one()


def freeze(session: Session, edition_id: int) -> None:
    """Keep for good what the mail of an edition names now: it is approved. Whatever it names later comes beside it."""
    named_now = select(edition_pictures.c.edition_id, edition_pictures.c.sha256).where(
        edition_pictures.c.edition_id == edition_id, edition_pictures.c.sha256.is_not(None)
    )
    statement = upsert(session, approved_pictures).from_select(["edition_id", "sha256"], named_now.distinct())
    session.execute(statement.on_conflict_do_nothing(index_elements=["edition_id", "sha256"]))


def noted(session: Session, edition_id: int) -> dict[str, tuple[str, str | None]]:
    """Return (key of the wish, hash of the picture named) by place, as the edition's mail was last rendered."""
    found = session.execute(select(edition_pictures).where(edition_pictures.c.edition_id == edition_id))
    return {row.place: (row.wish, row.sha256) for row in found}


def find(session: Session, sha256: str) -> tuple[KeptPicture, bytes] | None:
    """Return a picture and its bytes, or None."""
    row = session.execute(select(pictures).where(pictures.c.sha256 == sha256)).mappings().one_or_none()
    return None if row is None else (_kept(row), bytes(row[pictures.c.body]))


def named(session: Session, edition_id: int | None = None) -> Iterator[KeptPicture]:
    """Yield what mails name, of one edition or of all, in the order of their hashes."""
    there = [exists().where(table.c.sha256 == pictures.c.sha256) for table in (edition_pictures, approved_pictures)]
    if edition_id is not None:
        there = [
            one.where(table.c.edition_id == edition_id) for one, table in zip(there, (edition_pictures, approved_pictures), strict=True)
        ]
    for row in session.execute(select(*_KEPT).where(or_(*there)).order_by(pictures.c.sha256)).mappings():
        yield _kept(row)


def prune(session: Session, *, before: datetime) -> int:
    """Forget wishes made before then that no edition has a place for, and pictures that no wish and no edition names; return how many.

    What an approved mail names stays for as long as its edition does: readers open it years later.
    """
    dropped = select(editions.c.id).where(editions.c.state.in_((EditionState.CANCELLED, EditionState.SKIPPED)), editions.c.changed < before)
    session.execute(delete(edition_pictures).where(edition_pictures.c.edition_id.in_(dropped)))
    wished = exists().where(edition_pictures.c.wish == picture_wishes.c.key)
    session.execute(delete(picture_wishes).where(picture_wishes.c.wished < before, ~wished))
    naming = (edition_pictures, approved_pictures, picture_wishes)
    still = or_(*(exists().where(table.c.sha256 == pictures.c.sha256) for table in naming))
    gone = session.execute(delete(pictures).where(pictures.c.made < before, ~still).returning(pictures.c.sha256))
    return len(gone.all())


def _wishing(session: Session, key: str) -> tuple[int, ...]:
    statement = select(edition_pictures.c.edition_id).join(editions, editions.c.id == edition_pictures.c.edition_id)
    found = session.execute(statement.where(edition_pictures.c.wish == key, editions.c.state.in_(UNAPPROVED)).distinct())
    return tuple(found.scalars())


def _standing(known: RowMapping, wish: Wish) -> PictureStanding:
    found = (
        None if known[picture_wishes.c.found_width] is None else (known[picture_wishes.c.found_width], known[picture_wishes.c.found_height])
    )
    return PictureStanding(
        wish=wish,
        picture=None if known[pictures.c.sha256] is None else _kept(known),
        found=found,
        trouble=known[picture_wishes.c.trouble],
        lasting=known[picture_wishes.c.lasting],
        tries=known[picture_wishes.c.tries],
        due=known[picture_wishes.c.due],
    )


def _kept(known: RowMapping) -> KeptPicture:
    return KeptPicture(
        sha256=known[pictures.c.sha256],
        media=known[pictures.c.media],
        width=known[pictures.c.width],
        height=known[pictures.c.height],
        size=known[pictures.c.size],
    )
