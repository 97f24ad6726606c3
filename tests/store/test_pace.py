"""Pace and breakers as rows: what workers claim at the same time never adds up to more than there is, on both databases."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from digest.deliver.bucket import BURST_SECONDS
from digest.model.relay import Cause, Limits, Tally
from digest.store import Database, breakers, open_database, pace
from digest.store.breakers import REST, Told
from digest.store.pace import Asked, Grant
from digest.store.pace_tables import pace as rows

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RETRY = timedelta(minutes=5)


def together(database_url: str, asked: Asked, claims: list[list[list[str]]]) -> list[Grant]:
    """Have as many workers as there are lists claim one after the other, each over a connection of its own, all at once."""
    barrier, grants = threading.Barrier(len(claims)), list[Grant]()
    failures: list[Exception] = []

    def work(mine: list[list[str]]) -> None:
        database = open_database(database_url)
        try:
            barrier.wait(timeout=30)
            for systems in mine:
                with database.writing() as session:
                    grant = pace.claim(session, asked, systems, now=NOW)
                grants.append(grant)
        except Exception as error:  # noqa: BLE001  whatever it is, the test shall show it
            failures.append(error)
        finally:
            database.close()

    workers = [threading.Thread(target=work, args=(mine,)) for mine in claims]
    for one in workers:
        one.start()
    for one in workers:
        one.join(timeout=60)
    assert failures == []
    return grants


CLAIMS = st.lists(
    st.lists(st.lists(st.sampled_from(["gmail.com", "outlook.com", "d.example"]), min_size=1, max_size=60), min_size=1, max_size=4),
    min_size=2,
    max_size=2,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(claims=CLAIMS, daily=st.integers(0, 120), gmail=st.integers(0, 40))
def test_two_workers_never_get_more_of_a_day_than_there_is(
    database: Database, database_url: str, claims: list[list[list[str]]], daily: int, gmail: int
) -> None:
    with database.writing() as session:
        session.execute(delete(rows))
    asked = Asked(relay="a", limits=Limits(daily=daily), domains={"gmail.com": Limits(warm_up=(gmail,))}, retry=RETRY)
    grants = together(database_url, asked, claims)
    assert sum(len(grant.places) for grant in grants) <= daily
    with database.reading() as session:
        used = {row.domain: row.used for row in session.execute(select(rows))}
    assert used.get("", 0) == sum(len(grant.places) for grant in grants)
    assert used.get("gmail.com", 0) <= gmail
    wanted = Counter(system for worker in claims for systems in worker for system in systems)
    if sum(wanted.values()) <= daily and wanted["gmail.com"] <= gmail:
        assert used[""] == sum(wanted.values()), "there was room for all"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(claims=CLAIMS, rate=st.floats(0.02, 1.0))
def test_two_workers_never_get_more_of_a_domain_than_its_rate_and_its_burst(
    database: Database, database_url: str, claims: list[list[list[str]]], rate: float
) -> None:
    with database.writing() as session:
        session.execute(delete(rows))
    asked = Asked(relay="a", domains={"gmail.com": Limits(rate=rate)}, retry=RETRY)
    together(database_url, asked, claims)
    with database.reading() as session:
        free = session.execute(select(rows.c.free).where(rows.c.domain == "gmail.com")).scalar_one_or_none()
    ahead = (free - NOW).total_seconds() if free is not None else 0.0
    # How far the bucket runs ahead is what was taken of it, all claims together.
    assert ahead * rate <= BURST_SECONDS * rate + 1.001


def test_the_moments_that_workers_get_of_one_relay_do_not_overlap(database: Database, database_url: str) -> None:
    del database
    asked = Asked(relay="a", limits=Limits(rate=10), retry=RETRY)
    grants = together(database_url, asked, [[["d.example"] * 50] * 5] * 4)
    moments = sorted(grant.begins + place * grant.gap for grant in grants for place in range(len(grant.places)))
    assert moments[0] == NOW
    assert all(later - sooner >= timedelta(seconds=0.099) for sooner, later in pairwise(moments))
    # Twenty slices of two seconds each: nobody is asked to wait longer than half a minute.
    assert len(moments) == 20 * 16
    assert max(grant.begins for grant in grants if grant.places) <= NOW + timedelta(seconds=30)


def test_a_relay_without_limits_costs_no_row_and_no_lock(database: Database) -> None:
    with database.writing() as session:
        grant = pace.claim(session, Asked(relay="a", retry=RETRY), ["gmail.com"] * 500, now=NOW)
        assert (len(grant.places), grant.waits, grant.shut) == (500, {}, None)
        assert session.execute(select(rows)).all() == []


def test_what_was_not_offered_is_given_back_to_its_day_and_to_no_other(database: Database) -> None:
    asked = Asked(relay="a", limits=Limits(daily=10), domains={"gmail.com": Limits(daily=5)}, retry=RETRY)
    with database.writing() as session:
        assert len(pace.claim(session, asked, ["gmail.com"] * 3 + ["d.example"] * 3, now=NOW).places) == 6
        pace.give_back(session, asked, ["gmail.com", "d.example"], now=NOW)
        assert {row.domain: row.used for row in session.execute(select(rows))} == {"": 4, "gmail.com": 2}
        pace.give_back(session, asked, ["gmail.com"], now=NOW + timedelta(days=1))
        assert {row.domain: row.used for row in session.execute(select(rows))} == {"": 4, "gmail.com": 2}


def told(database: Database, tallies: dict[str, Tally], *, now: datetime = NOW, probing: frozenset[str] = frozenset()) -> set[str]:
    with database.writing() as session:
        opened = breakers.tell(session, Told(relay="a", tallies=tallies, probing=probing, retry=RETRY), now=now)
    return {one.system for one in opened}


def test_failures_of_an_hour_ago_are_forgotten_and_a_long_good_run_does_not_hide_that_it_ended(database: Database) -> None:
    assert told(database, {"d.example": Tally(tries=49, failures=49, why="451 later")}) == set()
    later = NOW + timedelta(hours=1, minutes=1)
    assert told(database, {"d.example": Tally(tries=49, failures=49, why="451 later")}, now=later) == set()
    assert told(database, {"d.example": Tally(tries=1, failures=1, why="451 later")}, now=later) == {"d.example"}
    for _ in range(20):
        assert told(database, {"e.example": Tally(tries=200)}) == set()
    assert told(database, {"e.example": Tally(tries=60, failures=60, why="421 too fast")}) == {"e.example"}


def test_two_workers_that_tell_at_once_are_both_counted(database: Database, database_url: str) -> None:
    barrier = threading.Barrier(2)

    def work() -> None:
        mine = open_database(database_url)
        barrier.wait(timeout=30)
        for _ in range(10):
            with mine.writing() as session:
                tallies = {name: Tally(tries=2, failures=0) for name in ("d.example", "gmail.com", REST)}
                breakers.tell(session, Told(relay="a", tallies=tallies, probing=frozenset(), retry=RETRY), now=NOW)
        mine.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(timeout=60)
    with database.reading() as session:
        assert {row.domain: row.tries for row in session.execute(select(rows))} == {"d.example": 40, "gmail.com": 40, REST: 40}


@pytest.mark.parametrize(("fares", "closed"), [(Tally(tries=3), "closed"), (Tally(tries=3, failures=3, why="no"), "open")])
def test_one_of_two_workers_gets_the_probes_and_the_breaker_goes_by_them(
    database: Database, database_url: str, fares: Tally, closed: str
) -> None:
    told(database, {"gmail.com": Tally(tries=60, failures=60, why="421 too fast")})
    asked = Asked(relay="a", retry=RETRY)
    with database.writing() as session:
        shut = pace.claim(session, asked, ["gmail.com"] * 5 + ["d.example"], now=NOW)
        assert (shut.places, set(shut.waits)) == ((5,), {0, 1, 2, 3, 4})
        assert shut.waits[0].until == NOW + RETRY
        assert breakers.try_now(session, now=NOW, domain="gmail.com") == 1
    grants = together(database_url, asked, [[["gmail.com"] * 5]] * 2)
    assert sorted(len(grant.places) for grant in grants) == [0, 3]
    assert [grant.probing for grant in grants if grant.places] == [frozenset({"gmail.com"})]
    told(database, {"gmail.com": fares}, probing=frozenset({"gmail.com"}))
    with database.reading() as session:
        standing = {one.domain: one for one in breakers.standings(session, now=NOW)}.get("gmail.com")
    if closed == "closed":
        assert standing is None
    else:
        assert standing is not None
        assert (standing.cause, standing.until) == (Cause.FAILURES, NOW + 2 * RETRY)


def test_a_clock_that_was_set_back_leaves_nobody_alone_for_longer(database: Database) -> None:
    asked = Asked(relay="a", limits=Limits(rate=10), domains={"gmail.com": Limits(rate=1)}, retry=RETRY)
    ahead = NOW + timedelta(hours=3)
    told(database, {"e.example": Tally(tries=60, failures=60, why="421 too fast")}, now=ahead)
    with database.writing() as session:
        assert len(pace.claim(session, asked, ["gmail.com"] * 100, now=ahead).places) == 20
        grant = pace.claim(session, asked, ["gmail.com"] * 10 + ["e.example"], now=NOW)
        assert (grant.places, grant.begins) == (tuple(range(11)), NOW)
        assert grant.probing == {"e.example"}


def test_domains_that_nothing_is_known_of_and_relays_that_nobody_tries_are_forgotten(database: Database) -> None:
    told(database, {"d.example": Tally(tries=9), REST: Tally(tries=9)})
    told(database, {"gmail.com": Tally(tries=60, failures=60, why="421 too fast")})
    warming = Asked(relay="a", limits=Limits(warm_up=(50,)), retry=RETRY)
    with database.writing() as session:
        pace.claim(session, warming, ["d.example"], now=NOW)
        breakers.open_relay(session, ("gone", Cause.UNREACHABLE, "it does not answer"), retry=RETRY, now=NOW)
        pace.forget(session, before=NOW - timedelta(days=1))
        assert len(session.execute(select(rows)).all()) == 5
        pace.forget(session, before=NOW + timedelta(days=1))
        assert [(row.relay, row.domain, row.used) for row in session.execute(select(rows))] == [("a", "", 1)]
