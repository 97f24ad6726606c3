"""Gathering as its servers ask: pauses, moves, what is gone for good, the pace of pages and robots.txt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.model.account import MACHINE
from digest.store import Database, entries, entry_pages, sources
from digest.store.sources import SourceState
from tests.flows.newsroom import NOW
from tests.flows.visited import DAY, PAGE, House, visiting


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with visiting(database) as house:
        yield house


def test_validators_are_shown_to_no_other_address_than_the_one_that_gave_them(house: House) -> None:
    house.follow(follow=False)
    house.server.by_path["/feed"] = (302, {"Location": "/a"}, b"")
    house.feed("/a", {"ETag": '"a"'})
    house.visit()
    house.visit()
    assert [one.get("if-none-match") for one in house.asked("/feed")] == [None, None]
    assert [one.get("if-none-match") for one in house.asked("/a")] == [None, '"a"']
    house.server.by_path["/feed"] = (302, {"Location": "/b"}, b"")
    house.feed("/b", {"ETag": '"b"'})
    house.visit()
    assert [one.get("if-none-match") for one in house.asked("/b")] == [None]
    house.feed("/new", {"ETag": '"n"'})
    with house.database.writing() as session:
        sources.change(session, replace(house.health().source, url=house.server.base + "/new"))
    house.visit()
    assert [one.get("if-none-match") for one in house.asked("/new")] == [None]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("said", "wait"), [("7200", timedelta(hours=2)), ("9999999", DAY)])
def test_the_pause_that_a_server_asks_for_is_kept(house: House, status: int, said: str, wait: timedelta) -> None:
    house.follow(follow=False)
    house.feed(headers={"Retry-After": said}, status=status)
    house.visit()
    assert house.wait() == wait
    assert "Retry-After" in (house.health().why_due or "")


def test_the_second_refusal_of_a_host_leaves_the_whole_host_alone(house: House) -> None:
    for name in ("one", "two", "three"):
        house.follow(name, f"/{name}", follow=False)
        house.feed(f"/{name}", {"Retry-After": "3600"}, status=429)
    house.due()
    for name in ("one", "two"):
        assert "429" in (house.visit(name, due=False).trouble or "")
    waits = house.visit("three", due=False)
    assert waits.trouble is None
    assert "asked to be left alone" in (waits.waits or "")
    assert house.asked("/three") == []
    health = house.health("three")
    assert (health.failures, health.trouble) == (0, None)
    assert timedelta(minutes=59) < house.wait("three") <= timedelta(minutes=61)
    house.feed("/three")
    assert house.visit("three").new == 2


def test_a_permanent_move_is_believed_after_three_sightings_over_a_day(house: House) -> None:
    house.follow(follow=False)
    house.server.by_path["/feed"] = (301, {"Location": "/moved"}, b"")
    house.feed("/moved", {"ETag": '"m"'})
    for _ in range(4):
        house.visit()
    health = house.health()
    assert health.source.url.endswith("/feed")
    assert (health.moved_to, health.moved_seen, health.moved_since) == (house.server.base + "/moved", 4, NOW)
    house.clock.now = NOW + DAY
    house.visit()
    health = house.health()
    assert health.source.url == house.server.base + "/moved"
    assert (health.moved_to, health.moved_seen) == (None, 0)
    ((who, what, why),) = house.log()
    assert who == MACHINE
    assert "changed the address of the source lantern" in what
    assert "permanent 5 times" in (why or "")
    before = len(house.asked("/feed"))
    house.server.by_path["/moved"] = (304, {}, b"")
    house.visit()
    assert len(house.asked("/feed")) == before
    assert house.asked("/moved")[-1]["if-none-match"] == '"m"'


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_passing_redirect_never_moves_a_source(house: House, status: int) -> None:
    house.follow(follow=False)
    house.server.by_path["/feed"] = (status, {"Location": "/moved"}, b"")
    house.feed("/moved")
    for _ in range(4):
        house.visit()
        house.clock.now += DAY
    assert house.health().source.url.endswith("/feed")
    assert house.health().moved_to is None


def test_a_move_to_somewhere_else_each_time_is_counted_anew(house: House) -> None:
    house.follow(follow=False)
    for number in range(5):
        house.server.by_path["/feed"] = (308, {"Location": f"/moved{number % 2}"}, b"")
        house.feed(f"/moved{number % 2}")
        house.visit()
        house.clock.now += DAY
    assert house.health().source.url.endswith("/feed")
    assert house.health().moved_seen == 1


def test_a_move_onto_another_source_is_not_followed(house: House) -> None:
    house.follow(follow=False)
    house.follow("other", "/moved", follow=False)
    house.server.by_path["/feed"] = (301, {"Location": "/moved"}, b"")
    house.feed("/moved")
    for _ in range(4):
        house.visit()
        house.clock.now += DAY
    assert house.health().source.url.endswith("/feed")


def test_gone_for_good_pauses_the_source_and_says_so(house: House) -> None:
    house.follow(follow=False)
    house.feed(status=410)
    house.visit()
    health = house.health()
    assert health.state is SourceState.PAUSED
    assert (health.paused, health.paused_by) == (NOW, MACHINE)
    assert "410" in (health.paused_why or "")
    assert house.log() == [(MACHINE, "paused the source lantern: its server says that it is gone for good (410)", health.source.shown)]
    house.clock.now += DAY * 30
    assert house.due() == ()
    assert house.visit(due=False).waits
    with house.database.writing() as session:
        assert sources.resume(session, "lantern", now=house.clock.now)
        assert not sources.resume(session, "lantern", now=house.clock.now)
    house.feed()
    assert house.visit().new == 2


def test_pages_are_read_at_the_pace_of_the_source_and_put_back_where_that_is_slow(house: House) -> None:
    house.follow(pace=1.5)
    house.feed()
    for path in ("/pier", "/ferry"):
        house.server.by_path[path] = (200, {"Content-Type": "text/html"}, PAGE)
    house.visit()
    assert house.clock.slept == pytest.approx(4.5, abs=0.1)  # feed, robots.txt, two pages
    house.follow("slow", "/slow", pace=60.0)
    house.feed("/slow")
    slept = house.clock.slept
    house.clock.now += timedelta(minutes=1)
    house.visit("slow")
    assert house.clock.slept - slept <= 2.0
    with house.database.reading() as session:
        pages_due = entry_pages.next_due(session, "slow")
    assert pages_due is not None
    assert timedelta(seconds=55) < pages_due - house.clock.now <= timedelta(seconds=61)
    house.clock.now = pages_due
    assert house.due() == ("slow",)
    assert house.visit("slow", due=False).waits is None
    assert len(house.asked("/slow")) == 1


def test_a_page_s_server_is_left_alone_for_as_long_as_it_asks(house: House) -> None:
    house.follow()
    house.feed()
    for path in ("/pier", "/ferry"):
        house.server.by_path[path] = (429, {"Retry-After": "7200"}, b"")
    house.visit()
    assert len(house.asked("/pier")) + len(house.asked("/ferry")) == 2
    with house.database.reading() as session:
        pages_due = entry_pages.next_due(session, "lantern")
    assert pages_due is not None
    assert pages_due - house.clock.now >= timedelta(hours=2) - timedelta(seconds=5)
    assert house.health().state is SourceState.WELL


def test_a_page_that_robots_txt_closes_is_not_read_but_the_feed_is(house: House) -> None:
    house.server.by_path["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /\n\nUser-agent: newsroom-digest\nDisallow: /pier\n")
    house.server.by_path["/ferry"] = (200, {"Content-Type": "text/html"}, PAGE)
    house.follow()
    house.feed()
    assert house.visit().new == 2
    assert house.asked("/pier") == []
    assert len(house.asked("/ferry")) == 1
    assert len(house.asked("/robots.txt")) == 1


def test_a_charset_that_only_the_servers_header_names_is_read_by_it(house: House) -> None:
    house.follow(follow=False)
    title = "Переговоры о пароме отложены"
    item = f"<item><title>{title}</title><link>{house.server.base}/a</link></item>"
    feed = f"<rss version='2.0'><channel><title>Маяк</title>{item}</channel></rss>"
    house.server.by_path["/feed"] = (200, {"Content-Type": "application/rss+xml; charset=windows-1251"}, feed.encode("cp1251"))
    house.visit()
    with house.database.reading() as session:
        titles = [one.entry.title for one in entries.by_ids(session, range(1, 1_000)).values()]
    assert titles == [title]
