"""What comes back and is about us counts against the relay and the domain that the mail went by, and against no reader."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from digest.model.relay import Cause, Tally
from digest.store import Database, breakers
from digest.store.breakers import Told
from digest.store.tables import deliveries
from tests.flows.newsroom import NOW
from tests.flows.posted import FULL, GONE, OURS, Posted

READERS = [f"r{number}@gmail.com" for number in range(60)]


@pytest.fixture
def went(database: Database) -> tuple[Posted, int]:
    """A mailing that relay "a" took a minute ago, and what is counted of it."""
    posted = Posted(database=database)
    posted.begin(READERS, now=NOW - timedelta(weeks=8))
    mailing = posted.send(NOW)
    with database.writing() as session:
        session.execute(update(deliveries).where(deliveries.c.mailing_id == mailing).values(relay="a"))
        told = Told(relay="a", tallies={"gmail.com": Tally(tries=60)}, probing=frozenset(), retry=timedelta(minutes=5))
        assert breakers.tell(session, told, now=NOW) == ()
    return posted, mailing


@pytest.mark.parametrize(("why", "opens"), [(OURS, {"gmail.com"}), (FULL, set()), (GONE, set())])
def test_returns_about_us_open_the_domains_breaker_and_a_mailbox_that_is_full_or_gone_does_not(
    went: tuple[Posted, int], why: tuple[str, str], opens: set[str]
) -> None:
    posted, mailing = went
    for address in READERS[:10]:
        raw = posted.bounce(mailing, address, why)
        posted.apply(raw, now=NOW + timedelta(minutes=1))
        # The same notice once more is nothing.
        posted.apply(raw, now=NOW + timedelta(minutes=1))
    with posted.database.reading() as session:
        known = breakers.standings(session, now=NOW + timedelta(minutes=1))
    assert {one.domain for one in known if one.cause is Cause.FAILURES} == opens
    if opens:
        assert all(posted.barred(address) is None for address in READERS)


def test_a_return_of_a_mail_whose_relay_nobody_noted_counts_nowhere(database: Database) -> None:
    posted = Posted(database=database)
    posted.begin(READERS[:2], now=NOW - timedelta(weeks=8))
    mailing = posted.send(NOW)
    posted.apply(posted.bounce(mailing, READERS[0], OURS))
    with database.reading() as session:
        assert breakers.standings(session, now=NOW) == ()
