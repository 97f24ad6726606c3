"""Who a mailing of an edition goes to, as a SELECT: everybody, a sample and the others, those missed, those to be put right.

What an edition has done so far is read off all its mailings in one pass: who got which version, who still waits for one,
and of whom nobody can say. A version is a rendering's SHA-256.
"""

import hashlib
import heapq

from sqlalchemy import Subquery, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session

from digest.model.mailing import ChunkState, DeliveryState, MailingState
from digest.model.subscriber import SubscriptionState
from digest.store.listing import Readers
from digest.store.tables import chunks, deliveries, mailings, subscribers, subscriptions, suppressions

_UNENDED = (MailingState.HELD, MailingState.OPEN, MailingState.SENDING, MailingState.PAUSED)
_ROWS = 5_000


def everybody(newsletter_id: str) -> Readers:
    """Return who may be written to now: confirmed, and not suppressed."""
    # Of the barred, who are few, a list is made once: so that nobody else's address has to be looked at. It is of distinct ids as it
    # is; to say so keeps SQLite from asking for each reader.
    hashes = select(suppressions.c.address_hash)
    barred = select(subscribers.c.id).distinct().where(subscribers.c.address_hash.in_(hashes)).subquery("barred")
    return (
        select(subscriptions.c.subscriber_id)
        .join(barred, barred.c.id == subscriptions.c.subscriber_id, isouter=True)
        .where(subscriptions.c.newsletter_id == newsletter_id, subscriptions.c.state == SubscriptionState.CONFIRMED)
        .where(barred.c.id.is_(None))
    )


def dense_from(session: Session, newsletter_id: str) -> int | None:
    """Return the first subscriber's id where of the ids from it to the last one three quarters at least are this newsletter's readers.

    The barred are among them: it is read off two indexes, so that it costs little where there are many.
    """
    confirmed = (subscriptions.c.newsletter_id == newsletter_id, subscriptions.c.state == SubscriptionState.CONFIRMED)
    readers = session.execute(select(func.count()).select_from(subscriptions).where(*confirmed)).scalar_one()
    # Each by itself: asked for together, SQLite would look through all.
    first, last = (session.execute(select(end(subscribers.c.id))).scalar_one() or 0 for end in (func.min, func.max))
    return first if 4 * readers >= 3 * (last - first + 1) else None


def sample(session: Session, readers: Readers, size: int, *, key: bytes) -> list[int]:
    """Return the ids of `size` of these readers, drawn by a keyed hash: the same for one key, others for another."""
    ids = session.execute(readers.execution_options(yield_per=_ROWS)).scalars()
    drawn = heapq.nsmallest(size, ((hashlib.blake2b(b"%d" % one, key=key, digest_size=8).digest(), one) for one in ids))
    return [one for _, one in drawn]


def without(readers: Readers, mailing_id: int) -> Readers:
    """Return these readers but for those of a mailing."""
    return readers.where(
        ~exists().where(deliveries.c.mailing_id == mailing_id, deliveries.c.subscriber_id == subscriptions.c.subscriber_id)
    )


def missed(edition_id: int, newsletter_id: str, *, joined: bool, in_doubt: bool) -> Readers:
    """Return who has no mail of this edition, is a reader now, and waits for none: of its lists, and (`joined`) who came since.

    Those of whom nobody knows whether they have it are among them only where `in_doubt` says so.
    """
    fate = _fates(edition_id, "")
    return (
        everybody(newsletter_id)
        .join(fate, fate.c.subscriber_id == subscriptions.c.subscriber_id, isouter=True)
        .where(func.coalesce(fate.c.got, 0) == 0, func.coalesce(fate.c.waits, 0) == 0)
        .where(or_(literal(value=True) if in_doubt else false(), func.coalesce(fate.c.doubt, 0) == 0))
        .where(or_(literal(value=True) if joined else false(), fate.c.subscriber_id.is_not(None)))
    )


def faulty(edition_id: int, newsletter_id: str, sha256: str, *, in_doubt: bool) -> Readers:
    """Return who was sent an earlier version than `sha256` and not that one; with `in_doubt`, also who may have been."""
    fate = _fates(edition_id, sha256)
    has = or_(fate.c.got > 0, and_(literal(value=True) if in_doubt else false(), fate.c.doubt > 0))
    return _right(newsletter_id, fate).where(has)


def remainder(edition_id: int, newsletter_id: str, sha256: str) -> Readers:
    """Return who still waits in a mailing of an earlier version and has no version yet."""
    fate = _fates(edition_id, sha256)
    return _right(newsletter_id, fate).where(fate.c.waits > 0, fate.c.got == 0, fate.c.doubt == 0)


def count(session: Session, readers: Readers) -> int:
    """Return how many these are."""
    return int(session.execute(select(func.count()).select_from(readers.subquery())).scalar_one())


def count_missed(session: Session, edition_id: int, newsletter_id: str) -> tuple[int, int, int]:
    """Return how many were missed of an edition's lists, how many came since, and of how many nobody knows; in one pass."""
    fate = _fates(edition_id, "")
    listed, doubt = fate.c.subscriber_id.is_not(None), func.coalesce(fate.c.doubt, 0) > 0
    looks = (and_(listed, ~doubt), ~listed, doubt)
    readers = everybody(newsletter_id).join(fate, fate.c.subscriber_id == subscriptions.c.subscriber_id, isouter=True)
    without = readers.where(func.coalesce(fate.c.got, 0) == 0, func.coalesce(fate.c.waits, 0) == 0)
    sums = [func.coalesce(func.sum(case((look, 1), else_=0)), 0) for look in looks]
    found = session.execute(without.with_only_columns(*sums)).one()
    return int(found[0]), int(found[1]), int(found[2])


def _right(newsletter_id: str, fate: Subquery) -> Readers:
    """Return the readers with a fate in this edition who neither have the right version nor wait for it."""
    readers = everybody(newsletter_id).join(fate, fate.c.subscriber_id == subscriptions.c.subscriber_id)
    return readers.where(fate.c.got_right == 0, fate.c.waits_right == 0)


def _fates(edition_id: int, sha256: str) -> Subquery:
    """Return one row for each reader in the edition's ledgers: have they a version, wait they for one, is it unknown.

    `…_right` is about the version `sha256`, the others about the versions before it. Whoever waited in a chunk whose worker
    never reported back, in a mailing that was ended since, is in doubt, too.
    """
    right = mailings.c.sha256 == sha256
    got = deliveries.c.state == DeliveryState.SENT
    to_go = or_(deliveries.c.state == DeliveryState.PENDING, deliveries.c.next_try.is_not(None))
    live = mailings.c.state.in_(_UNENDED)
    unsaid = and_(deliveries.c.state == DeliveryState.PENDING, ~live, chunks.c.state == ChunkState.LEASED)
    doubt = or_(deliveries.c.state == DeliveryState.IN_DOUBT, unsaid)
    looks = {
        "got": and_(got, ~right),
        "got_right": and_(got, right),
        "waits": and_(to_go, live, ~right),
        "waits_right": and_(to_go, live, right),
        "doubt": and_(doubt, ~right),
    }
    parts = [func.max(case((look, 1), else_=0)).label(name) for name, look in looks.items()]
    return (
        select(deliveries.c.subscriber_id, *parts)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .join(chunks, and_(chunks.c.mailing_id == deliveries.c.mailing_id, chunks.c.number == deliveries.c.chunk), isouter=True)
        .where(mailings.c.edition_id == edition_id)
        .group_by(deliveries.c.subscriber_id)
        .subquery()
    )
