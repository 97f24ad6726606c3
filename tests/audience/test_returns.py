"""What a return means for a reader, as properties and at the edges of each number."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.audience.returns import DomainFigures, Follows, Sent, held_domains, soft_run, what_follows
from digest.model.returned import BounceClass, ReturnKind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def weekly(*came_back: bool) -> list[Sent]:
    """Weekly editions, the last of them sent an hour ago."""
    first = NOW - timedelta(hours=1) - timedelta(weeks=len(came_back) - 1)
    return [Sent(edition_id=number, at=first + timedelta(weeks=number), came_back=back) for number, back in enumerate(came_back)]


def soft(past: list[Sent], *, bounce_class: BounceClass = BounceClass.SOFT) -> Follows:
    return what_follows(ReturnKind.BOUNCE, bounce_class, past, now=NOW)


def test_a_hard_bounce_suppresses_at_once_and_a_complaint_whatever_stands_beside_it() -> None:
    assert what_follows(ReturnKind.BOUNCE, BounceClass.HARD, [], now=NOW) is Follows.SUPPRESS
    assert what_follows(ReturnKind.COMPLAINT, BounceClass.HARD, [], now=NOW) is Follows.COMPLAINED


@pytest.mark.parametrize("kind", [ReturnKind.DELAYED, ReturnKind.AUTO_REPLY, ReturnKind.NONE])
@pytest.mark.parametrize("bounce_class", list(BounceClass))
def test_delays_and_automatic_replies_change_nothing(kind: ReturnKind, bounce_class: BounceClass) -> None:
    assert what_follows(kind, bounce_class, weekly(*[True] * 9), now=NOW) is Follows.NOTHING


def test_what_is_about_us_never_counts_against_the_reader() -> None:
    assert what_follows(ReturnKind.BOUNCE, BounceClass.OURS, weekly(*[True] * 9), now=NOW) is Follows.OUR_HEALTH


@pytest.mark.parametrize(
    ("past", "follows"),
    [
        (weekly(True), Follows.COUNTED),
        (weekly(True, True, True), Follows.COUNTED),
        (weekly(True, True, True, True), Follows.SUPPRESS),
        (weekly(True, True, True, False, True), Follows.COUNTED),
        (weekly(False, True, True, True, True), Follows.SUPPRESS),
    ],
)
def test_four_soft_ones_in_a_row_suppress_and_a_success_begins_anew(past: list[Sent], follows: Follows) -> None:
    assert soft(past) is follows
    assert soft(past, bounce_class=BounceClass.FULL) is follows


def test_four_within_twenty_days_do_not_and_four_over_twenty_one_do() -> None:
    days = [Sent(edition_id=number, at=NOW - timedelta(days=20) + timedelta(days=5 * number), came_back=True) for number in range(5)]
    assert soft(days) is Follows.COUNTED
    earlier = Sent(edition_id=99, at=NOW - timedelta(days=21), came_back=True)
    assert soft([*days, earlier]) is Follows.SUPPRESS


def test_an_edition_that_is_still_under_way_is_no_success() -> None:
    sent = [*weekly(True, True, True, True), Sent(edition_id=50, at=NOW - timedelta(days=1), came_back=False)]
    assert soft(sent) is Follows.SUPPRESS
    arrived = Sent(edition_id=51, at=NOW - timedelta(days=6), came_back=False)
    assert len(soft_run([*sent, arrived], now=NOW)) == 1


_SENT = st.builds(
    Sent, edition_id=st.integers(1, 12), at=st.integers(0, 90).map(lambda days: NOW - timedelta(days=days)), came_back=st.booleans()
)


@given(st.lists(_SENT, max_size=20, unique_by=lambda one: one.edition_id), st.randoms())
def test_order_and_repetition_of_notices_change_nothing(past: list[Sent], chance: Random) -> None:
    again = [*past, *past]
    chance.shuffle(again)
    assert soft_run(again, now=NOW) == soft_run(past, now=NOW)
    assert soft(again) is soft(past)


@given(st.lists(_SENT, max_size=20, unique_by=lambda one: one.edition_id))
def test_a_run_holds_only_what_came_back_with_no_settled_success_in_between(past: list[Sent]) -> None:
    run = soft_run(past, now=NOW)
    assert all(one.came_back for one in run)
    assert list(run) == sorted(run, key=lambda one: (one.at, one.edition_id))
    if run:
        arrived = [one for one in past if not one.came_back and one.at <= NOW - timedelta(days=5)]
        assert all((one.at, one.edition_id) < (run[0].at, run[0].edition_id) for one in arrived)
        assert sum(one.came_back and one.at > run[0].at for one in past) <= len(run)


@given(st.lists(_SENT, max_size=20, unique_by=lambda one: one.edition_id))
def test_fewer_than_four_returns_never_suppress(past: list[Sent]) -> None:
    if sum(one.came_back for one in past) < 4:
        assert soft(past) is Follows.COUNTED


@pytest.mark.parametrize(
    ("sent", "hard", "held"),
    [(400, 20, True), (401, 20, False), (400, 19, False), (20, 20, True), (19, 19, False), (100_000, 4_999, False), (100_000, 5_000, True)],
)
def test_a_domain_is_held_at_five_percent_and_twenty(sent: int, hard: int, held: bool) -> None:  # noqa: FBT001  a column of the table
    assert bool(held_domains([DomainFigures(domain="reader.example", sent=sent, hard=hard)])) is held
