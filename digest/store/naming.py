"""By which mailing's name a message goes: one version of an edition has one Message-ID for each reader, whichever mailing brings it.

Whoever may have a mail already and gets it once more gets it under the same name, so that mail programs show it once.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from digest.store.tables import deliveries, mailings


def named_by(session: Session, mailing_id: int, subscriber_ids: Collection[int]) -> dict[int, int]:
    """Return of these readers those who stood in an earlier mailing of the same version, and in which first."""
    before = _before(session, mailing_id)
    if not before:
        return {}
    first = select(deliveries.c.subscriber_id, func.min(deliveries.c.mailing_id))
    mine = first.where(deliveries.c.mailing_id.in_(before), deliveries.c.subscriber_id.in_(list(subscriber_ids)))
    return {reader: mailing for reader, mailing in session.execute(mine.group_by(deliveries.c.subscriber_id))}  # noqa: C416  a row is no pair


def name_column(session: Session, mailing_ids: Collection[int]) -> ColumnElement[int]:
    """Return the same as a column of `deliveries`, for a pass over these mailings' ledgers."""
    own = deliveries.c.mailing_id
    looks = [
        (own == mailing_id, func.coalesce(_first_of(before), own)) for mailing_id in mailing_ids if (before := _before(session, mailing_id))
    ]
    return case(*looks, else_=own) if looks else own


def _first_of(before: Collection[int]) -> ColumnElement[int | None]:
    earlier = deliveries.alias()
    first = select(func.min(earlier.c.mailing_id)).where(earlier.c.mailing_id.in_(before))
    return first.where(earlier.c.subscriber_id == deliveries.c.subscriber_id).correlate(deliveries).scalar_subquery()


def _before(session: Session, mailing_id: int) -> list[int]:
    other = mailings.alias()
    same = (mailings.c.edition_id == other.c.edition_id, mailings.c.sha256 == other.c.sha256, mailings.c.id < other.c.id)
    statement = select(mailings.c.id).join(other, other.c.id == mailing_id).where(*same).order_by(mailings.c.id)
    return list(session.execute(statement).scalars())
