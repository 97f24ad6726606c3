"""Returned mails as they came, once each; what came back for a delivery; and what tells of our own health."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from digest.model.mailing import DeliveryState
from digest.model.returned import BounceClass, Guarded, ReturnKind, SenderHealth
from digest.model.subscriber import SubscriptionState
from digest.store.portable import upsert
from digest.store.return_tables import returned_domains, returns
from digest.store.tables import deliveries, mailings, subscribers, subscriptions

# What a delivery's return can be, the weakest first: a later notice only ever raises it, so their order does not matter.
_RANK = (*(one.value for one in (BounceClass.OURS, BounceClass.FULL, BounceClass.SOFT, BounceClass.HARD)), ReturnKind.COMPLAINT.value)
_MOST_MAILINGS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturn:
    """A returned mail to be kept: `sha256` (hex) of the mail as it came, what it is, and the mail (None: not to be kept)."""

    sha256: str
    mail: bytes | None
    kind: ReturnKind
    bounce_class: BounceClass | None = None
    status: str | None = None
    code: int | None = None
    diagnostic: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The delivery that a returned mail is about, and its reader's address, folded and hashed."""

    mailing_id: int
    edition_id: int
    subscriber_id: int
    folded: str
    address_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One mailing that went out to a reader, when, and what came back of it (None: nothing)."""

    edition_id: int
    at: datetime
    returned: str | None


def keep(session: Session, new: NewReturn, *, follows: str, now: datetime) -> int | None:
    """Keep a returned mail and return its id; None where the very same mail was kept before."""
    statement = (
        upsert(session, returns)
        .values(
            sha256=new.sha256,
            at=now,
            kind=new.kind,
            bounce_class=new.bounce_class,
            status=_clean(new.status),
            code=new.code,
            diagnostic=_clean(new.diagnostic),
            message_id=_clean(new.message_id),
            follows=follows,
            mail=None if new.mail is None else zlib.compress(new.mail),
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
        .returning(returns.c.id)
    )
    return session.execute(statement).scalar_one_or_none()


def mail_of(session: Session, return_id: int) -> bytes | None:
    """Return a returned mail as it came, or None where it was forgotten."""
    mail = session.execute(select(returns.c.mail).where(returns.c.id == return_id)).scalar_one_or_none()
    return None if mail is None else zlib.decompress(mail)


def settle(session: Session, return_id: int, about: About | None, *, follows: str) -> None:
    """Write down what followed from a returned mail, and about whom it was."""
    values: dict[str, object] = {"follows": follows}
    if about is not None:
        values |= {"mailing_id": about.mailing_id, "subscriber_id": about.subscriber_id, "domain": about.folded.rpartition("@")[2]}
    session.execute(update(returns).where(returns.c.id == return_id).values(values))


def about(session: Session, mailing_id: int, subscriber_id: int) -> About | None:
    """Return the delivery of that pair, or None where there is none or its reader was erased."""
    statement = (
        select(mailings.c.edition_id, subscribers.c.folded, subscribers.c.address_hash)
        .select_from(deliveries)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.mailing_id == mailing_id, deliveries.c.subscriber_id == subscriber_id, subscribers.c.folded.contains("@"))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    return About(
        mailing_id=mailing_id, edition_id=row.edition_id, subscriber_id=subscriber_id, folded=row.folded, address_hash=row.address_hash
    )


def mark(session: Session, known: About, came_back: str) -> bool:
    """Note at the delivery what came back of it; False where that, or something stronger, stands there already."""
    weaker = _RANK[: _RANK.index(came_back)]
    statement = (
        update(deliveries)
        .where(deliveries.c.mailing_id == known.mailing_id, deliveries.c.subscriber_id == known.subscriber_id)
        .where(or_(deliveries.c.returned.is_(None), deliveries.c.returned.in_(weaker)))
        .values(returned=came_back)
    )
    return session.execute(statement.returning(deliveries.c.subscriber_id)).scalar_one_or_none() is not None


def past(session: Session, subscriber_id: int) -> tuple[Past, ...]:
    """Return what went out to a reader since they last came onto a list, of the latest 200 mailings, and what came back of it."""
    stands = select(func.max(subscriptions.c.changed)).where(
        subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.state == SubscriptionState.CONFIRMED
    )
    since = session.execute(stands).scalar_one()
    latest = select(mailings.c.id).order_by(mailings.c.id.desc()).limit(_MOST_MAILINGS)
    if since is not None:
        latest = latest.where(mailings.c.opened >= since)
    ids = session.execute(latest).scalars().all()
    statement = (
        select(mailings.c.edition_id, mailings.c.opened, deliveries.c.settled, deliveries.c.returned)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .where(deliveries.c.mailing_id.in_(ids), deliveries.c.subscriber_id == subscriber_id)
        .where(or_(deliveries.c.state.in_([DeliveryState.SENT, DeliveryState.IN_DOUBT]), deliveries.c.returned.is_not(None)))
    )
    return tuple(Past(edition_id=row.edition_id, at=row.settled or row.opened, returned=row.returned) for row in session.execute(statement))


def health(session: Session, *, since: datetime) -> SenderHealth:
    """Return what came back since that moment, and how many domains wait for a person."""
    counted = select(returns.c.kind, returns.c.bounce_class, func.count().label("count")).where(returns.c.at > since)
    classes: dict[str, int] = {}
    complaints = 0
    for row in session.execute(counted.where(returns.c.mailing_id.is_not(None)).group_by(returns.c.kind, returns.c.bounce_class)):
        if row.kind == ReturnKind.BOUNCE:
            classes[row.bounce_class] = row[2]
        elif row.kind == ReturnKind.COMPLAINT:
            complaints += row[2]
    ours = (returns.c.at > since, returns.c.kind == ReturnKind.BOUNCE, returns.c.bounce_class == BounceClass.OURS)
    latest = select(returns.c.diagnostic).where(*ours, returns.c.mailing_id.is_not(None)).order_by(returns.c.id.desc()).limit(1)
    held = select(func.count()).select_from(returned_domains).where(returned_domains.c.state == Guarded.HELD)
    return SenderHealth(
        classes=classes, complaints=complaints, held=session.execute(held).scalar_one(), why=session.execute(latest).scalar_one_or_none()
    )


def forget_mails(session: Session, *, before: datetime) -> int:
    """Forget the mails that came before that moment, and return how many; what was about a delivery stays, without its words."""
    session.execute(delete(returns).where(returns.c.at < before, returns.c.mailing_id.is_(None)))
    old = update(returns).where(returns.c.at < before, returns.c.mail.is_not(None)).values(mail=None, diagnostic=None)
    return len(session.execute(old.returning(returns.c.id)).all())


def follow(session: Session, return_ids: Sequence[int], follows: str) -> None:
    """Write down anew what follows from each of these."""
    for start in range(0, len(return_ids), 500):
        session.execute(update(returns).where(returns.c.id.in_(return_ids[start : start + 500])).values(follows=follows))


def _clean(text: str | None) -> str | None:
    """What PostgreSQL takes: no NUL, no half of a surrogate pair."""
    return None if text is None else text.replace("\x00", "").encode("utf-8", "replace").decode()
