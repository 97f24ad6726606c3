"""How a sending goes, by domain and over time, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from digest.store import Database, sending_figures
from digest.store.tables import deliveries
from tests.flows.newsroom import NOW
from tests.flows.posted import Posted

ADDRESSES = [*(f"a{n}@big.example" for n in range(5)), *(f"b{n}@small.example" for n in range(2)), "c@one.example", "d@two.example"]


@pytest.fixture
def posted(database: Database) -> Posted:
    made = Posted(database)
    made.begin(ADDRESSES, now=NOW)
    made.send(NOW)
    with database.writing() as session:
        session.execute(
            update(deliveries).where(deliveries.c.subscriber_id == made.ids["a0@big.example"]).values(state="pending", settled=None)
        )
        late = update(deliveries).where(deliveries.c.subscriber_id == made.ids["a1@big.example"])
        session.execute(late.values(settled=NOW + timedelta(seconds=95)))
    return made


def test_the_largest_domains_stand_alone_and_the_others_in_one_row(posted: Posted) -> None:
    with posted.database.reading() as session:
        first, second, rest = sending_figures.by_domain(session, posted.mailings, most=2)
        every = sending_figures.by_domain(session, posted.mailings, most=9)
    assert (first.domain, first.total, first.sent, first.to_go) == ("big.example", 5, 4, 1)
    assert (second.domain, second.total) == ("small.example", 2)
    assert (rest.others, rest.total, rest.sent) == (2, 2, 2)
    assert [one.domain for one in every] == ["big.example", "small.example", "one.example", "two.example"]


def test_the_rate_is_told_span_by_span(posted: Posted) -> None:
    with posted.database.reading() as session:
        rates = sending_figures.over_time(session, posted.mailings, NOW, NOW + timedelta(seconds=100), parts=10)
        assert sending_figures.settled_since(session, posted.mailings, NOW + timedelta(seconds=60)) == 1
        assert sending_figures.next_try(session, posted.mailings) is None
    assert rates == (0.7, 0, 0, 0, 0, 0, 0, 0, 0, 0.1)
