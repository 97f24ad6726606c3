"""What of an edition went out: which version its readers have, and since when it is a corrected one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from digest.model.mailing import DeliveryState, Mailing, MailingState
from digest.store import mailings, renderings
from digest.store.tables import deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The version that stands now: a mailing that carries it, its revision (None: not known any more).

    `opened` is when the edition began to go out, `corrected` when its correction did (None: never; both aware UTC).
    """

    mailing: Mailing
    revision: int | None
    opened: datetime
    corrected: datetime | None


def of_edition(session: Session, edition_id: int) -> Sent | None:
    """Return what of an edition went out; None where nothing has left yet."""
    left = [one for one in mailings.of_edition(session, edition_id) if one.state is not MailingState.HELD]
    if not left:
        return None
    # A correction that was called off before anybody had it corrects nothing.
    counts = [one for one in left if one.state is not MailingState.CANCELLED or _anybody(session, one.id)] or left[:1]
    stands, first = counts[-1], left[0]
    begun = next(one.opened for one in left if one.sha256 == stands.sha256)
    return Sent(
        mailing=stands,
        revision=renderings.revision_of(session, edition_id, stands.sha256),
        opened=first.opened,
        corrected=None if stands.sha256 == first.sha256 else begun,
    )


def _anybody(session: Session, mailing_id: int) -> bool:
    found = exists().where(deliveries.c.mailing_id == mailing_id, deliveries.c.state == DeliveryState.SENT)
    return bool(session.execute(select(found)).scalar_one())
