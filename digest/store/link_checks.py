"""What was learnt of addresses, and which editions' links are to be asked: rounds with a claim, so that a second worker goes by."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from digest.model.edition import UNAPPROVED
from digest.model.facts import LinkHealth, LinkState
from digest.store.check_tables import link_checks, link_rounds
from digest.store.portable import upsert
from digest.store.tables import editions

_AT_ONCE = 500


def known(session: Session, urls: Iterable[str]) -> dict[str, LinkHealth]:
    """Return what was learnt of these addresses, by address."""
    hashes = {_hash(url): url for url in urls}
    found: dict[str, LinkHealth] = {}
    listed = sorted(hashes)
    for start in range(0, len(listed), _AT_ONCE):
        for row in session.execute(select(link_checks).where(link_checks.c.url_hash.in_(listed[start : start + _AT_ONCE]))):
            found[row.url] = LinkHealth(
                url=row.url, state=LinkState(row.state), checked=row.checked, status=row.status, leads_to=row.leads_to, why=row.why
            )
    return found


def keep(session: Session, health: LinkHealth) -> None:
    """Keep what was learnt of an address in place of what was known."""
    values = {
        "url": health.url,
        "state": health.state.value,
        "status": health.status,
        "leads_to": health.leads_to,
        "why": health.why,
        "checked": health.checked,
    }
    statement = upsert(session, link_checks).values(url_hash=_hash(health.url), **values)
    session.execute(statement.on_conflict_do_update(index_elements=["url_hash"], set_=values))


def ask(session: Session, edition_id: int, *, now: datetime, anew: bool = False) -> bool:
    """Have an edition's links asked soon; `anew` also those that were asked lately. False where a round waits already."""
    row = session.execute(select(link_rounds).where(link_rounds.c.edition_id == edition_id)).one_or_none()
    if row is not None and row.due is not None and (not anew or row.since is not None):
        return False
    values = {"due": now, "since": now if anew else None, "claimed": None}
    statement = upsert(session, link_rounds).values(edition_id=edition_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["edition_id"], set_=values))
    return True


def due(session: Session, *, now: datetime, rested: datetime) -> tuple[int, ...]:
    """Return the editions whose round is due and in nobody's hands, and the drafts left alone since `rested` that had none since."""
    free = or_(link_rounds.c.claimed.is_(None), link_rounds.c.claimed <= now)
    waiting = session.execute(select(link_rounds.c.edition_id).where(link_rounds.c.due <= now, free)).scalars()
    unasked = (
        select(editions.c.id)
        .outerjoin(link_rounds, link_rounds.c.edition_id == editions.c.id)
        .where(editions.c.state.in_(UNAPPROVED), editions.c.changed <= rested)
        .where(or_(link_rounds.c.edition_id.is_(None), link_rounds.c.due.is_(None)))
        .where(or_(link_rounds.c.revision.is_(None), link_rounds.c.revision != editions.c.revision))
    )
    return tuple(dict.fromkeys([*waiting, *session.execute(unasked).scalars()]))


def put_off(session: Session, edition_id: int, *, due: datetime) -> None:
    """Let a round, old or new, be told of again at `due`; what it asks anew stays, and so does who has it in hand."""
    statement = upsert(session, link_rounds).values(edition_id=edition_id, due=due)
    session.execute(statement.on_conflict_do_update(index_elements=["edition_id"], set_={"due": due}))


def claim(session: Session, edition_id: int, *, now: datetime, until: datetime) -> tuple[bool, datetime | None]:
    """Take the round of an edition in hand; (False, None) where somebody has it. The moment is that before which all is asked anew."""
    session.execute(upsert(session, link_rounds).values(edition_id=edition_id, due=now).on_conflict_do_nothing())
    statement = (
        update(link_rounds)
        .where(link_rounds.c.edition_id == edition_id, or_(link_rounds.c.claimed.is_(None), link_rounds.c.claimed <= now))
        .values(claimed=until, due=now)
        .returning(link_rounds.c.since)
    )
    row = session.execute(statement).one_or_none()
    return (False, None) if row is None else (True, row.since)


def finish(session: Session, edition_id: int, *, revision: int, now: datetime) -> None:
    """End a round: all links of that revision were asked."""
    values = {"due": None, "since": None, "claimed": None, "revision": revision, "done": now}
    session.execute(update(link_rounds).where(link_rounds.c.edition_id == edition_id).values(**values))


def go_on(session: Session, edition_id: int, *, due: datetime) -> None:
    """Let a round rest until `due`: a host is not to be asked yet, or the time was up."""
    session.execute(update(link_rounds).where(link_rounds.c.edition_id == edition_id).values(due=due, claimed=None))


def round_of(session: Session, edition_id: int) -> tuple[datetime | None, bool]:
    """Return when an edition's links were last asked to the end (None: never), and whether a round waits or runs."""
    row = session.execute(select(link_rounds).where(link_rounds.c.edition_id == edition_id)).one_or_none()
    return (None, False) if row is None else (row.done, row.due is not None)


def stale(urls: Collection[str], there: dict[str, LinkHealth], *, before: datetime) -> list[str]:
    """Return the addresses of which nothing was learnt since `before`, in their order, each once."""
    return [url for url in dict.fromkeys(urls) if url not in there or there[url].checked < before]


def prune(session: Session, *, before: datetime) -> int:
    """Forget what was learnt before that moment; return how many addresses."""
    return len(session.execute(delete(link_checks).where(link_checks.c.checked < before).returning(link_checks.c.url_hash)).all())


def _hash(url: str) -> str:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()
