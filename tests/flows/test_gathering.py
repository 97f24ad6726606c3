"""Gathering: one visit with all that comes of it, on a server that answers as told and a clock of our own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digest.flows import following, gathering
from digest.flows.gathering import Gathered, Visit
from digest.gather.fetch import Fetcher
from digest.model.account import MACHINE
from digest.model.source import Source
from digest.store import Database, acts, entry_pages, newsletters, sources
from digest.store.acts import About, Wanted
from digest.store.hosts import HostTurns
from digest.store.sources import SourceHealth, SourceState
from tests.flows.newsroom import NEWSLETTER, NOW
from tests.loopback import Answers, loopback

INTERVAL = timedelta(minutes=15)
DAY = timedelta(days=1)
FEED = b"""<rss version="2.0"><channel><title>Lantern</title><link>https://lantern.example/</link><description>.</description>%s
<item><guid>1</guid><title>The pier reopens</title><link>%s/pier</link><description>It was shut for a year.</description></item>
<item><guid>2</guid><title>The ferry is late</title><link>%s/ferry</link><description>By an hour.</description></item>
</channel></rss>"""
PAGE = b"""<html><head><title>The pier reopens</title></head><body><article><h1>The pier reopens</h1>%s</article></body></html>""" % (
    b"<p>It was shut for a year, and the town had got used to walking around it by the mole.</p>" * 8
)


class Clock:
    """A clock that goes on when somebody sleeps by it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.slept = 0.0

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)


class House:
    """The database, the outlet's server, and a worker's way of visiting."""

    def __init__(self, database: Database, server: Answers, fetcher: Fetcher, clock: Clock) -> None:
        self.database, self.server, self.clock = database, server, clock
        self.visits = Visit(fetcher=fetcher, clock=clock, interval=INTERVAL, patience=2.0, budget=timedelta(seconds=10), asked_only=True)

    def follow(self, source_id: str = "lantern", path: str = "/feed", **more: object) -> None:
        source = Source(id=source_id, name=source_id, url=self.server.base + path, allow_private=True, pace=0.0)
        with self.database.writing() as session:
            sources.keep(session, replace(source, **more), now=self.clock.now)  # type: ignore[arg-type]  # a test's short hand

    def feed(self, path: str = "/feed", headers: dict[str, str] | None = None, *, ttl: bytes = b"", status: int = 200) -> None:
        base = self.server.base.encode()
        self.server.by_path[path] = (status, headers or {}, FEED % (ttl, base, base) if status == 200 else b"")

    def due(self) -> tuple[str, ...]:
        return gathering.due_sources(self.database, now=self.clock.now, interval=INTERVAL)

    def visit(self, source_id: str = "lantern", *, due: bool = True) -> Gathered:
        """Be woken as a worker is, at the moment the source is due."""
        if due:
            self.clock.now = max(self.clock.now, self.health(source_id).due)
            assert source_id in self.due()
        return gathering.gather_source(self.database, self.visits, source_id)

    def health(self, source_id: str = "lantern") -> SourceHealth:
        with self.database.reading() as session:
            return sources.get(session, source_id)

    def wait(self, source_id: str = "lantern") -> timedelta:
        return self.health(source_id).due - self.clock.now

    def log(self) -> list[tuple[str, str, str | None]]:
        with self.database.reading() as session:
            return [(one.act.who, one.act.what, one.act.why) for one in acts.listed(session, Wanted(about=About.SOURCES), most=20)]

    def asked(self, path: str) -> list[dict[str, str]]:
        return [headers for seen, headers in self.server.seen if seen == path]


@pytest.fixture
def server() -> Iterator[Answers]:
    with loopback() as answers:
        yield answers


@pytest.fixture
def house(database: Database, server: Answers) -> Iterator[House]:
    clock = Clock(NOW)
    turns = HostTurns(database=database, clock=clock, sleep=clock.sleep)
    fetcher = Fetcher("digest-test/1 (+mailto:ops@lantern.example)", turns=turns, connect=2, read=2, whole=5)
    yield House(database, server, fetcher, clock)
    fetcher.close()


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
