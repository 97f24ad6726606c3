"""Gathering: one visit with all that comes of it: what is kept, when a source is due again, whose hand it is in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digest.flows import following, gathering
from digest.flows.gathering import Gathered
from digest.store import Database, entry_pages, newsletters, sources
from digest.store.sources import SourceState
from tests.flows.newsroom import NEWSLETTER, NOW
from tests.flows.visited import DAY, INTERVAL, PAGE, House, visiting


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with visiting(database) as house:
        yield house


def test_a_feed_is_kept_and_its_pages_are_read(house: House) -> None:
    house.follow()
    house.feed()
    house.server.by_path["/pier"] = (200, {"Content-Type": "text/html"}, PAGE)
    assert house.visit() == Gathered(seen=2, new=2)
    health = house.health()
    assert (health.state, health.status, health.last_good, health.tried) == (SourceState.WELL, 200, NOW, NOW)
    assert house.wait() == INTERVAL
    assert house.due() == ()
    with house.database.reading() as session:
        assert len(entry_pages.due(session, "lantern", now=NOW + timedelta(hours=5), most=9)) == 2
    assert house.asked("/robots.txt")


def test_what_did_not_change_costs_a_304_and_keeps_what_stands_for_it(house: House) -> None:
    house.follow(follow=False)
    house.feed(headers={"ETag": '"1"', "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"})
    house.visit()
    house.server.by_path["/feed"] = (304, {}, b"")
    for _ in range(2):
        assert house.visit() == Gathered()
    asked = house.asked("/feed")
    assert [one.get("if-none-match") for one in asked] == [None, '"1"', '"1"']
    assert asked[-1]["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    assert house.health().status == 304


def test_an_answer_without_validators_forgets_the_old_ones(house: House) -> None:
    house.follow(follow=False)
    house.feed(headers={"ETag": '"1"'})
    house.visit()
    house.feed()
    house.visit()
    assert house.health().etag is None


@pytest.mark.parametrize(
    ("headers", "ttl", "wait"),
    [
        ({"Cache-Control": "max-age=3600"}, b"", timedelta(hours=1)),
        ({"Cache-Control": "public, max-age=3600", "Age": "600"}, b"", timedelta(minutes=50)),
        ({"Cache-Control": "no-cache, max-age=3600"}, b"", INTERVAL),
        ({"Cache-Control": "max-age=60"}, b"", INTERVAL),
        ({"Cache-Control": "max-age=31536000"}, b"", timedelta(hours=6)),
        ({"Date": "Mon, 23 Nov 2026 09:00:00 GMT", "Expires": "Mon, 23 Nov 2026 11:00:00 GMT"}, b"", timedelta(hours=2)),
        ({"Expires": "0"}, b"", INTERVAL),
        ({}, b"<ttl>120</ttl>", timedelta(hours=2)),
        ({"Cache-Control": "max-age=3600"}, b"<ttl>120</ttl>", timedelta(hours=2)),
    ],
)
def test_a_source_is_asked_no_more_often_than_it_asks_to_be_and_four_times_a_day_at_least(
    house: House, headers: dict[str, str], ttl: bytes, wait: timedelta
) -> None:
    house.follow(follow=False)
    house.feed(headers=headers, ttl=ttl)
    house.visit()
    assert house.wait() == wait
    assert (house.health().why_due is None) == (wait == INTERVAL)


def test_each_source_is_read_once_more_before_an_edition_goes_out(house: House) -> None:
    with house.database.writing() as session:
        newsletters.keep(session, NEWSLETTER, now=NOW)
    slot = datetime.fromisoformat("2026-11-28T06:00:00+00:00")
    house.follow(follow=False)
    house.feed(status=500)
    house.clock.now = slot - timedelta(hours=8)
    for _ in range(6):
        house.clock.now += timedelta(seconds=1)
        following.check_now(house.database, "lantern", who="Nadia", now=house.clock.now)
        house.visit()
    assert (house.health().failures, house.health().due) == (6, slot - timedelta(minutes=30))
    house.feed(headers={"Cache-Control": "max-age=21600"})
    house.clock.now = slot - timedelta(hours=2)
    following.check_now(house.database, "lantern", who="Nadia", now=house.clock.now)
    house.visit()
    assert house.health().due == slot - timedelta(minutes=30)
    assert house.health().why_due == "in time for the next edition"


def test_a_source_in_trouble_is_tried_later_and_later_and_well_again_at_once(house: House) -> None:
    house.follow(follow=False)
    house.feed(status=404)
    waits = []
    for _ in range(9):
        assert "404" in (house.visit().trouble or "")
        waits.append(house.wait())
    assert waits[:4] == [INTERVAL, 2 * INTERVAL, 4 * INTERVAL, 8 * INTERVAL]
    assert max(waits) == DAY
    health = house.health()
    assert (health.state, health.failures, health.status) == (SourceState.TROUBLED, 9, 404)
    house.feed()
    house.visit()
    assert (house.health().state, house.health().failures, house.wait()) == (SourceState.WELL, 0, INTERVAL)


def test_a_doubled_message_finds_nothing_left_to_do(house: House) -> None:
    house.follow(follow=False)
    house.feed()
    assert house.visit().new == 2
    assert house.visit(due=False).waits
    assert len(house.asked("/feed")) == 1


def test_of_sources_that_gave_no_answer_one_at_a_time_is_tried_again(house: House, free_port: int) -> None:
    for name in ("a", "b", "c"):
        house.follow(name, follow=False, url=f"http://127.0.0.1:{free_port}/{name}")
    house.follow(follow=False)
    house.feed()
    assert house.due() == ("a", "b", "c", "lantern")
    for name in ("a", "b", "c", "lantern"):
        house.visit(name, due=False)
    assert [house.health(name).failures for name in ("a", "b", "c")] == [1, 1, 1]
    house.clock.now += INTERVAL
    assert house.due() == ("a", "lantern")
    assert house.due() == ()
    house.visit("a", due=False)
    assert house.due() == ("b",)
    # Its message is lost: after two minutes it is its turn, or another's, once more.
    house.clock.now += timedelta(minutes=2)
    house.visit("lantern", due=False)
    assert len(house.due()) == 1


def test_a_lost_message_is_sent_again_soon(house: House) -> None:
    house.follow(follow=False)
    house.feed()
    assert house.due() == ("lantern",)
    assert house.due() == ()
    house.clock.now += timedelta(minutes=2)
    assert house.visit().new == 2


def test_a_source_in_hand_is_not_visited_twice_at_once_and_a_dead_hand_is_found(house: House) -> None:
    house.follow(follow=False)
    house.feed()
    house.due()
    with house.database.writing() as session:
        assert sources.begin(session, "lantern", now=NOW, lease=timedelta(minutes=5), asked_only=True) is not None
    assert "somebody else" in (house.visit(due=False).waits or "")
    forced = replace(house.visits, asked_only=False)
    assert "somebody else" in (gathering.gather_source(house.database, forced, "lantern").waits or "")
    house.clock.now += timedelta(minutes=6)
    house.due()
    health = house.health()
    assert health.failures == 1
    assert "did not come to its end" in (health.trouble or "")
    house.clock.now = health.due
    assert house.visit().new == 2


def test_a_fault_of_ours_is_noted_on_the_source_and_passed_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.follow(follow=False)
    house.feed()

    def explode(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(gathering, "_read", explode)
        with pytest.raises(ZeroDivisionError):
            house.visit()
    assert "ZeroDivisionError while it was read" in (house.health().trouble or "")
    assert house.visit().new == 2


def test_a_password_in_an_address_is_used_and_shown_nowhere(house: House) -> None:
    house.follow("closed", "/closed", follow=False)
    secret = house.server.base.replace("http://", "http://nadia:s3cret%20word@") + "/closed"
    with house.database.writing() as session:
        sources.change(session, replace(house.health("closed").source, url=secret))
    house.feed("/closed")
    house.visit("closed")
    assert house.asked("/closed")[0]["authorization"] == "Basic bmFkaWE6czNjcmV0IHdvcmQ="
    house.feed("/closed", status=410)
    house.visit("closed")
    said = f"{house.health('closed').trouble} {house.log()}"
    assert "…@127.0.0.1" in said
    assert "s3cret" not in said
