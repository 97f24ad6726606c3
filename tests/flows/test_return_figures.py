"""The figures of what came back say the same on both databases, by UTC's days, and count each mail once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from digest.store import Database, return_figures
from tests.deliver.returned_mails import refused
from tests.flows.newsroom import NOW
from tests.flows.posted import FULL, GONE, OURS, Posted
from tests.flows.test_leaving import address, mail

ADA, BOB, CYD = "ada@one.example", "bob@two.example", "cyd@two.example"


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database=database)
    made.begin([ADA, BOB, CYD], now=NOW - timedelta(weeks=8))
    return made


def test_days_editions_domains_and_mails_of_nobody(posted: Posted) -> None:
    late = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    first, second = posted.send(NOW - timedelta(days=8)), posted.send(NOW - timedelta(days=1))
    posted.apply(posted.bounce(first, ADA, FULL), now=late - timedelta(days=7))
    posted.apply(posted.bounce(second, ADA, FULL), now=late)
    posted.apply(posted.bounce(second, BOB, OURS), now=late + timedelta(minutes=2))
    posted.apply(posted.bounce(second, CYD, OURS, mark="later"), now=late + timedelta(minutes=3))
    posted.apply(posted.bounce(second, CYD, OURS, mark="later"), now=late + timedelta(minutes=4))
    posted.apply(mail(address(posted, second, BOB)), now=late + timedelta(minutes=5))
    posted.apply(refused(*GONE).encode(), now=late)
    posted.apply(mail("unsubscribe@review.example.org"), now=late)
    with posted.database.reading() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL TIME ZONE 'Asia/Tokyo'"))
        days = return_figures.daily(session, since=NOW - timedelta(days=30))
        editions = return_figures.by_edition(session, since=NOW - timedelta(days=30))
        ours = return_figures.ours(session, since=NOW - timedelta(days=30))
        (unclear,) = return_figures.unclear(session, most=10)
        (asking,) = return_figures.asking(session, most=10)
        again = return_figures.one(session, asking.id)
        nobody = return_figures.one(session, 999)
    assert {day.isoformat(): counts for day, counts in days.items()} == {
        "2026-11-15": {"full": 1},
        "2026-11-22": {"full": 1},
        "2026-11-23": {"ours": 2, "left": 1},
    }
    assert [(one.number, one.counts) for one in editions] == [(2, {"full": 1, "ours": 2, "left": 1}), (1, {"full": 1})]
    assert [(one.domain, one.count) for one in ours] == [("two.example", 2)]
    assert "unauthenticated" in ours[0].diagnostic
    assert (unclear.kind, unclear.address, unclear.here) == ("bounce", None, True)
    assert (asking.kind, asking.follows, again) == ("none", "asks", asking)
    assert nobody is None
