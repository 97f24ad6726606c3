"""Domains of which too many readers turn hard in one edition: counted under a lock, held for a person, decided."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, distinct, exists, func, select, update
from sqlalchemy.orm import Session

from digest.model.mailing import DeliveryState
from digest.model.returned import BounceClass, Guarded, HeldDomain
from digest.store.portable import upsert
from digest.store.return_tables import returned_domains, returns
from digest.store.tables import deliveries, editions, mailings, subscribers


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One domain in one edition: how many turned hard, of how many it was sent to (None: not counted yet), and how it stands."""

    hard: int
    sent: int | None
    state: Guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class HardReturn:
    """A hard return of one reader, and what has followed from it."""

    id: int
    subscriber_id: int
    address_hash: str


def count(session: Session, key: tuple[int, str], *, fresh: bool, now: datetime) -> Tally:
    """Count a hard return of (edition, domain), where it is a `fresh` one, and return the tally; others wait until this commits."""
    edition_id, domain = key
    more = 1 if fresh else 0
    statement = upsert(session, returned_domains).values(edition_id=edition_id, domain=domain, hard=more, state=Guarded.COUNTED, since=now)
    counted = statement.on_conflict_do_update(index_elements=["edition_id", "domain"], set_={"hard": returned_domains.c.hard + more})
    row = session.execute(counted.returning(returned_domains.c.hard, returned_domains.c.sent, returned_domains.c.state)).one()
    return Tally(hard=row.hard, sent=row.sent, state=Guarded(row.state))


def turned_hard_before(session: Session, edition_id: int, mailing_id: int, subscriber_id: int) -> bool:
    """Whether another mailing of the same edition came back hard from the same reader."""
    others = select(mailings.c.id).where(mailings.c.edition_id == edition_id, mailings.c.id != mailing_id)
    found = exists().where(
        deliveries.c.mailing_id.in_(others), deliveries.c.subscriber_id == subscriber_id, deliveries.c.returned == BounceClass.HARD
    )
    return bool(session.execute(select(found)).scalar_one())


def note_sent(session: Session, key: tuple[int, str]) -> int:
    """Count and keep how many readers of the domain the edition goes to; at least 1."""
    edition_id, domain = key
    statement = (
        select(func.count(distinct(deliveries.c.subscriber_id)))
        .select_from(deliveries)
        .join(mailings, mailings.c.id == deliveries.c.mailing_id)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(mailings.c.edition_id == edition_id, deliveries.c.state != DeliveryState.SUPPRESSED)
        .where(subscribers.c.folded.endswith(f"@{domain}", autoescape=True))
    )
    sent = max(1, session.execute(statement).scalar_one())
    session.execute(update(returned_domains).where(_is(key)).values(sent=sent))
    return sent


def hold(session: Session, key: tuple[int, str], *, now: datetime) -> None:
    """Let the domain wait for a person."""
    session.execute(update(returned_domains).where(_is(key)).values(state=Guarded.HELD, since=now))


def held(session: Session) -> tuple[HeldDomain, ...]:
    """Return the domains that wait for a person, the oldest first."""
    statement = (
        select(returned_domains, editions.c.newsletter_id)
        .join(editions, editions.c.id == returned_domains.c.edition_id)
        .where(returned_domains.c.state == Guarded.HELD)
        .order_by(returned_domains.c.since, returned_domains.c.edition_id, returned_domains.c.domain)
    )
    return tuple(
        HeldDomain(
            edition_id=row.edition_id, newsletter_id=row.newsletter_id, domain=row.domain, hard=row.hard, sent=row.sent, since=row.since
        )
        for row in session.execute(statement)
    )


def decide(session: Session, key: tuple[int, str], state: Guarded, *, who: str, why: str | None) -> bool:
    """Write down what a person said of a domain that is held; False where it is not."""
    statement = update(returned_domains).where(_is(key), returned_domains.c.state == Guarded.HELD).values(state=state, who=who, why=why)
    return session.execute(statement.returning(returned_domains.c.domain)).scalar_one_or_none() is not None


def hard_returns(session: Session, key: tuple[int, str], follows: str) -> tuple[HardReturn, ...]:
    """Return the hard returns of (edition, domain) from which that followed, of readers who are still known."""
    edition_id, domain = key
    statement = (
        select(returns.c.id, returns.c.subscriber_id, subscribers.c.address_hash)
        .join(subscribers, subscribers.c.id == returns.c.subscriber_id)
        .where(returns.c.mailing_id.in_(select(mailings.c.id).where(mailings.c.edition_id == edition_id)))
        .where(returns.c.domain == domain, returns.c.bounce_class == BounceClass.HARD, returns.c.follows == follows)
        .where(subscribers.c.folded.contains("@"))
        .order_by(returns.c.id)
    )
    return tuple(
        HardReturn(id=row.id, subscriber_id=row.subscriber_id, address_hash=row.address_hash) for row in session.execute(statement)
    )


def stands_elsewhere(session: Session, edition_id: int, subscriber_id: int, follows: str) -> bool:
    """Whether the same followed from a hard return of another edition, too."""
    ours = select(mailings.c.id).where(mailings.c.edition_id == edition_id)
    elsewhere = exists().where(
        returns.c.subscriber_id == subscriber_id,
        returns.c.bounce_class == BounceClass.HARD,
        returns.c.follows == follows,
        returns.c.mailing_id.not_in(ours),
    )
    return bool(session.execute(select(elsewhere)).scalar_one())


def _is(key: tuple[int, str]) -> ColumnElement[bool]:
    return and_(returned_domains.c.edition_id == key[0], returned_domains.c.domain == key[1])
