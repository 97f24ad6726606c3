"""Consents: who asked for which newsletter when, by which form and wording, and when they confirmed; and its mail's turn."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from digest.model.subscriber import Consent, SubscriptionState
from digest.store.portable import upsert
from digest.store.tables import consents, deliveries, subscribers, subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is kept of the moment somebody asked: the form, the version of its wording, and where it came from."""

    form: str
    wording: str
    ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A reader asks for a newsletter at `now`, who did not ask after `cooled`; `anew` where they may be on the list but barred."""

    subscriber_id: int
    newsletter_id: str
    now: datetime
    cooled: datetime
    anew: bool = False


def ask(session: Session, asked: Asked) -> bool:
    """Note that a reader asks for a newsletter; False where they get it already, or asked a moment ago.

    The cooldown stands in the predicate: of any number of requests at once, one is told True.
    """
    subscriber_id, newsletter_id, now = asked.subscriber_id, asked.newsletter_id, asked.now
    statement = upsert(session, subscriptions).values(
        subscriber_id=subscriber_id, newsletter_id=newsletter_id, state=SubscriptionState.UNCONFIRMED, changed=now, asked=now
    )
    cooled = or_(subscriptions.c.asked.is_(None), subscriptions.c.asked <= asked.cooled)
    noted = statement.on_conflict_do_update(
        index_elements=["subscriber_id", "newsletter_id"],
        set_={"asked": now},
        where=cooled if asked.anew else cooled & (subscriptions.c.state != SubscriptionState.CONFIRMED),
    )
    return session.execute(noted.returning(subscriptions.c.subscriber_id)).scalar_one_or_none() is not None


def open_consent(session: Session, subscription: tuple[int, str], proof: Proof, *, now: datetime, expires: datetime) -> Consent:
    """Open a consent of (subscriber, newsletter) that waits for its mail; `keep_hash` gives it its token."""
    subscriber_id, newsletter_id = subscription
    statement = insert(consents).values(
        subscriber_id=subscriber_id,
        newsletter_id=newsletter_id,
        asked=now,
        expires=expires,
        due=now,
        wording=proof.wording,
        form=proof.form,
        ip=proof.ip,
        user_agent=proof.user_agent,
    )
    return _consent(session.execute(statement.returning(consents)).one())


def note_given(session: Session, subscription: tuple[int, str], proof: Proof, *, now: datetime) -> None:
    """Keep a consent of (subscriber, newsletter) that needed no mail, because a signed link had proved the address."""
    subscriber_id, newsletter_id = subscription
    given = {"asked": now, "expires": now, "confirmed": now, "wording": proof.wording, "form": proof.form}
    where_from = {"ip": proof.ip, "user_agent": proof.user_agent}
    session.execute(insert(consents).values(subscriber_id=subscriber_id, newsletter_id=newsletter_id, **given, **where_from))


def keep_hash(session: Session, consent_id: int, token_hash: str) -> None:
    """Keep the hash of the token that the mail carries."""
    session.execute(update(consents).where(consents.c.id == consent_id).values(token_hash=token_hash))


def get(session: Session, consent_id: int) -> Consent | None:
    """Return the consent, or None where it was never asked or is forgotten."""
    row = session.execute(select(consents).where(consents.c.id == consent_id)).one_or_none()
    return None if row is None else _consent(row)


def of_subscriber(session: Session, subscriber_id: int) -> tuple[Consent, ...]:
    """Return what one reader asked for and confirmed, oldest first."""
    rows = session.execute(select(consents).where(consents.c.subscriber_id == subscriber_id).order_by(consents.c.id))
    return tuple(_consent(row) for row in rows)


def use(session: Session, known: Consent, token_hash: str, *, now: datetime) -> bool:
    """Confirm by a token that was not used yet; False where it was. Other tokens of the same subscription are void then."""
    statement = (
        update(consents)
        .where(consents.c.id == known.id, consents.c.token_hash == token_hash, consents.c.expires > now)
        .values(confirmed=now, token_hash=None, due=None)
        .returning(consents.c.id)
    )
    if session.execute(statement).scalar_one_or_none() is None:
        return False
    others = (consents.c.subscriber_id == known.subscriber_id, consents.c.newsletter_id == known.newsletter_id)
    session.execute(update(consents).where(*others, consents.c.confirmed.is_(None)).values(token_hash=None, due=None))
    return True


def take_due(session: Session, *, now: datetime, again: datetime, most: int) -> tuple[int, ...]:
    """Return consents whose mail is due; each is due again at `again`, unless it has gone out by then."""
    ids = session.execute(select(consents.c.id).where(consents.c.due <= now).order_by(consents.c.due).limit(most)).scalars().all()
    if ids:
        session.execute(update(consents).where(consents.c.id.in_(ids), consents.c.due <= now).values(due=again))
    return tuple(ids)


def any_due(session: Session, *, now: datetime) -> bool:
    """Whether a consent's mail is due: asked without a lock."""
    return bool(session.execute(select(exists().where(consents.c.due <= now))).scalar_one())


def claim(session: Session, consent_id: int, *, now: datetime, until: datetime) -> Consent | None:
    """Take a consent's mail in hand until `until`; None where it is out, void, or in another's hand."""
    statement = (
        update(consents)
        .where(consents.c.id == consent_id, consents.c.due.is_not(None), consents.c.token_hash.is_not(None))
        .where(consents.c.expires > now, or_(consents.c.claimed.is_(None), consents.c.claimed <= now))
        .values(claimed=until)
        .returning(consents)
    )
    row = session.execute(statement).one_or_none()
    return None if row is None else _consent(row)


def settle(session: Session, consent_id: int, *, sent: datetime | None, due: datetime | None) -> None:
    """Say what became of a consent's mail: when it went out, and when it is to be tried again, if at all."""
    session.execute(update(consents).where(consents.c.id == consent_id).values(sent=sent, due=due, claimed=None))


def void(session: Session, consent_id: int) -> bool:
    """Make the link of a letter worthless that reached nobody; False where it was used, or was so before."""
    waiting = (consents.c.id == consent_id, consents.c.confirmed.is_(None), consents.c.token_hash.is_not(None))
    statement = update(consents).where(*waiting).values(token_hash=None, due=None).returning(consents.c.id)
    return session.execute(statement).scalar_one_or_none() is not None


def prune(session: Session, *, now: datetime, before: datetime) -> int:
    """Forget what nobody confirmed in time, and readers who never did anything else; return how many consents went.

    `before` is how old a subscription that nobody confirmed must be to go.
    """
    unconfirmed = (consents.c.confirmed.is_(None), consents.c.expires <= now)
    gone = session.execute(delete(consents).where(*unconfirmed).returning(consents.c.id)).scalars().all()
    stale = (subscriptions.c.state == SubscriptionState.UNCONFIRMED, subscriptions.c.asked <= before, subscriptions.c.changed <= before)
    left = set(session.execute(delete(subscriptions).where(*stale).returning(subscriptions.c.subscriber_id)).scalars())
    for start in range(0, len(found := sorted(left)), 500):
        alone = [~exists().where(table.c.subscriber_id == subscribers.c.id) for table in (subscriptions, consents, deliveries)]
        session.execute(delete(subscribers).where(subscribers.c.id.in_(found[start : start + 500]), *alone))
    return len(gone)


def _consent(row: Row[tuple[object, ...]]) -> Consent:
    return Consent(
        id=row.id,
        subscriber_id=row.subscriber_id,
        newsletter_id=row.newsletter_id,
        asked=row.asked,
        expires=row.expires,
        confirmed=row.confirmed,
        sent=row.sent,
        usable=row.token_hash is not None,
        wording=row.wording,
        form=row.form,
        ip=row.ip,
        user_agent=row.user_agent,
    )
