"""Posts that prove nothing are counted by place: few are heard, too many shut their place for a while, one that proves itself opens it."""

from datetime import timedelta

from sqlalchemy import func, select

from digest.flows import knocking
from digest.flows.knocking import MOST, WINDOW
from digest.store import Database
from digest.store.tables import attempts
from tests.flows.newsroom import NOW

FORGER, OTHER = "192.0.2.66", "192.0.2.67"


def noted(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(attempts)).scalar_one()


def test_a_place_is_shut_at_the_most_and_nothing_more_is_written_for_it(database: Database) -> None:
    answers = [knocking.refused(database, FORGER, now=NOW + timedelta(seconds=number)) for number in range(MOST + 30)]
    assert answers[: MOST - 1] == [None] * (MOST - 1)
    # Until the first of them is out of the window.
    assert set(answers[MOST - 1 : MOST + 29]) - {NOW + WINDOW + timedelta(seconds=number) for number in range(31)} == set()
    assert noted(database) == MOST
    assert knocking.refused(database, OTHER, now=NOW) is None


def test_a_place_is_heard_again_after_the_window_or_once_it_proves_itself(database: Database) -> None:
    for _ in range(MOST):
        knocking.refused(database, FORGER, now=NOW)
    assert knocking.refused(database, FORGER, now=NOW + WINDOW) is None
    for _ in range(MOST):
        knocking.refused(database, FORGER, now=NOW + WINDOW)
    assert knocking.refused(database, FORGER, now=NOW + WINDOW) == NOW + 2 * WINDOW
    knocking.proven(database, FORGER)
    assert noted(database) == 0
    assert knocking.refused(database, FORGER, now=NOW + WINDOW) is None


def test_addresses_of_one_network_of_ipv6_are_one_place(database: Database) -> None:
    for number in range(MOST):
        knocking.refused(database, f"2001:db8:0:1::{number + 1:x}", now=NOW)
    assert knocking.refused(database, "2001:db8:0:1:ffff::1", now=NOW) == NOW + WINDOW
    assert knocking.refused(database, "2001:db8:0:2::1", now=NOW) is None
