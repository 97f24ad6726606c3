"""Turns at hosts, kept in rows: one at a time, at the pace, sixteen at once, whoever asks."""

import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from digest.errors import NotYet
from digest.gather.robots import Access, Robots
from digest.gather.turns import Outcome, host_key
from digest.store import Database
from digest.store.hosts import AT_ONCE, HostTurns, forget_old

DONE = Outcome(pace=0.0, answered=True)


def test_one_of_all_asks_a_host_at_a_time_at_its_pace(database: Database) -> None:
    spans: list[tuple[float, float]] = []
    inside = threading.Lock()

    def ask() -> None:
        turns = HostTurns(database=database)
        for _ in range(2):
            turn = turns.take("lantern.example", patience=30)
            assert inside.acquire(blocking=False), "two ask at once"
            began = time.monotonic()
            time.sleep(0.01)
            spans.append((began, time.monotonic()))
            inside.release()
            turns.give_back(turn, Outcome(pace=0.05, answered=True))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    spans.sort()
    assert len(spans) == 8
    assert all(after[0] - before[1] >= 0.045 for before, after in pairwise(spans))


def test_another_host_does_not_wait(database: Database) -> None:
    turns = HostTurns(database=database)
    turns.take("slow.example", patience=0)
    began = time.monotonic()
    turns.give_back(turns.take("quick.example", patience=0), DONE)
    assert time.monotonic() - began < 10
    with pytest.raises(NotYet, match="being asked by somebody else") as caught:
        turns.take("slow.example", patience=0)
    assert caught.value.retry_after


def test_sixteen_are_under_way_at_most(database: Database) -> None:
    turns = HostTurns(database=database)
    taken = [turns.take(f"h{number}.example", patience=0) for number in range(AT_ONCE)]
    with pytest.raises(NotYet, match="16 requests are under way"):
        turns.take("more.example", patience=0)
    turns.give_back(taken[0], DONE)
    turns.take("more.example", patience=0)


def test_a_turn_that_died_with_its_worker_is_free_again(database: Database) -> None:
    now = datetime.now(UTC)
    first = HostTurns(database=database, clock=lambda: now)
    dead = first.take("lantern.example", patience=0)
    later = HostTurns(database=database, clock=lambda: now + timedelta(seconds=80))
    living = later.take("lantern.example", patience=0)
    # Should it come back after all, it cannot end the turn of another.
    later.give_back(dead, DONE)
    with pytest.raises(NotYet):
        later.take("lantern.example", patience=0)
    later.give_back(living, DONE)
    later.take("lantern.example", patience=0)


def test_two_refusals_in_a_row_quiet_the_host_and_an_answer_between_them_does_not(database: Database) -> None:
    now = datetime.now(UTC)
    turns = HostTurns(database=database, clock=lambda: now)
    refused = Outcome(pace=0.0, refused=True, retry_after=600)
    for outcome in (refused, DONE, refused):
        turns.give_back(turns.take("lantern.example", patience=0), outcome)
    turns.give_back(turns.take("lantern.example", patience=0), refused)
    with pytest.raises(NotYet, match="asked to be left alone") as caught:
        turns.take("lantern.example", patience=5)
    assert caught.value.retry_after in {600, 601}
    after = HostTurns(database=database, clock=lambda: now + timedelta(seconds=601))
    after.take("lantern.example", patience=0)


def test_robots_are_remembered_for_a_while_and_old_ones_serve_while_new_ones_cannot_be_had(database: Database) -> None:
    now = datetime.now(UTC)
    today = HostTurns(database=database, clock=lambda: now)
    tomorrow = HostTurns(database=database, clock=lambda: now + timedelta(hours=25))
    said = Robots(access=Access.RULES, rules="disallow /x")
    today.keep_robots("https://lantern.example", said, seconds=86_400)
    assert today.robots("https://lantern.example") == said
    assert tomorrow.robots("https://lantern.example") is None
    tomorrow.keep_robots("https://lantern.example", Robots(access=Access.NONE), seconds=3600)
    assert tomorrow.robots("https://lantern.example") == said
    tomorrow.keep_robots("https://new.example", Robots(access=Access.NONE), seconds=3600)
    assert tomorrow.robots("https://new.example") == Robots(access=Access.NONE)
    with database.writing() as session:
        forget_old(session, before=now + timedelta(days=90))
    assert tomorrow.robots("https://lantern.example") is None


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Lantern.example/feed", "lantern.example"),
        ("http://lantern.example:80/", "lantern.example"),
        ("https://me:x@lantern.example.:443/", "lantern.example"),
        ("http://127.0.0.1:8123/", "127.0.0.1:8123"),
    ],
)
def test_a_host_is_one_whatever_its_scheme_but_not_whatever_its_port(url: str, key: str) -> None:
    assert host_key(url) == key
