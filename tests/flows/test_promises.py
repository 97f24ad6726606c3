"""The plan's promises over simulated months: never an empty edition, never a piece twice, never one lost between two weeks."""

from collections import Counter
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.model.edition import Article, EditionState
from digest.model.newsletter import Slot, WhenThin
from digest.render.press import Press
from digest.store import Database, open_database
from digest.store.tables import metadata
from tests.flows.month import WEEKS, Month, Piece, friday

HOURS = WEEKS * 7 * 24
redone = st.none() | st.tuples(st.sampled_from(["edited", "moved", "dated", "twice", "copied"]), st.integers(1, 10 * 24))
pieces = st.lists(
    st.builds(
        Piece,
        hour=st.integers(0, HOURS),
        source=st.integers(0, 2),
        delay=st.sampled_from([0, 0, 1, 30, 80]),
        # A zone that was forgotten or set wrong, a date without a time, an embargo, a date of last week, none at all.
        skew=st.sampled_from([0, 0, -14, -9, -2, 2, 12, 26, -9 * 24, -20 * 24, None]),
        redone=redone,
        shares=st.booleans(),
        brief=st.none() | st.integers(0, 5),
    ),
    max_size=12,
)
desks = st.lists(st.sampled_from(["approve", "approve", "approve", "nobody", "cancel", "skip"]), min_size=WEEKS, max_size=WEEKS)
slots = st.sampled_from(
    [
        friday("Europe/Brussels", time(7)),
        friday("Europe/Brussels", time(0, 0)),
        friday("Pacific/Auckland", time(0, 30)),
        friday("America/St_Johns", time(23, 45)),
        friday("America/Santiago", time(0, 0)),
    ]
)
silences = st.frozensets(st.tuples(st.integers(0, 2), st.integers(0, WEEKS - 1)), max_size=3)


@pytest.fixture(scope="module")
def sqlite_database(sqlite_template: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{sqlite_template.parent / 'promises.db'}")
    (sqlite_template.parent / "promises.db").write_bytes(sqlite_template.read_bytes())
    yield database
    database.close()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    database = open_database(postgres_url)
    yield database
    database.close()


def wipe(database: Database) -> None:
    with database.writing() as session:
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())


def promises_kept(month: Month) -> None:
    wipe(month.database)
    month.play()
    assert month.failures == []
    out, said, owed = month.out(), month.said(), month.owed()
    assert [number for number, count in out.items() if count > 1] == [], "a piece stands twice"
    assert [number for number, count in said.items() if count > 1] == [], "a brief stands twice"
    assert owed - out.keys() == set(), "a piece was lost"
    assert {month.pieces[number].brief for number in owed} - {None} - said.keys() == set(), "a brief was lost"
    sent = [items for record, items in month.editions() if record.state is EditionState.RELEASED]
    assert all(sent), "an empty edition went out"


LOOSE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=25, deadline=None, suppress_health_check=LOOSE)
@given(pieces=pieces, desk=desks, slot=slots, silent=silences)
def test_over_months_each_piece_is_in_exactly_one_edition(  # noqa: PLR0917  a month's parts and the fixtures
    pieces: list[Piece], desk: list[str], slot: Slot, silent: frozenset[tuple[int, int]], sqlite_database: Database, press: Press
) -> None:
    promises_kept(Month(sqlite_database, press, pieces, desk, slot, silent=silent))


@settings(max_examples=4, deadline=None, suppress_health_check=LOOSE)
@given(pieces=pieces, desk=desks, slot=slots)
def test_the_same_on_postgresql(pieces: list[Piece], desk: list[str], slot: Slot, postgres_database: Database, press: Press) -> None:
    promises_kept(Month(postgres_database, press, pieces, desk, slot))


@settings(max_examples=10, deadline=None, suppress_health_check=LOOSE)
@given(pieces=pieces.filter(lambda some: len(some) < 6), desk=desks, thin=st.sampled_from([WhenThin.HOLD, WhenThin.SKIP]))
def test_a_thin_week_is_held_or_skipped_as_the_plan_says_and_nothing_of_it_is_lost(
    pieces: list[Piece], desk: list[str], thin: WhenThin, sqlite_database: Database, press: Press
) -> None:
    month = Month(sqlite_database, press, pieces, desk, friday("Europe/Brussels", time(7)), thin=thin)
    promises_kept(month)
    for record, items in month.editions():
        leads = any(isinstance(item, Article) for item in items)
        assert leads or record.state is not EditionState.RELEASED
        if thin is WhenThin.SKIP and record.due < month.end and not record.touched:
            assert leads, "an untouched thin edition waits where the plan skips it"


def test_a_guid_that_is_reused_a_date_in_a_wrong_zone_and_a_copy_elsewhere_cost_nothing(sqlite_database: Database, press: Press) -> None:
    told = [
        Piece(hour=10, source=0, brief=1),
        Piece(hour=30, source=0, shares=True, brief=1),
        Piece(hour=150, source=1, skew=-9 * 24, redone=("copied", 200)),
        Piece(hour=160, source=1, skew=14, redone=("twice", 100), brief=2),
        Piece(hour=330, source=2, skew=-2, redone=("dated", 30)),
        Piece(hour=332, source=2, skew=2, redone=("moved", 30)),
    ]
    month = Month(sqlite_database, press, told, ["approve", "cancel", "skip", "approve"], friday("Europe/Brussels", time(7)))
    promises_kept(month)
    assert month.out() == Counter(range(6))
    assert [record.state for record, _ in month.editions()] == [EditionState.RELEASED, EditionState.RELEASED]
