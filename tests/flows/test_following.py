"""Following: feeds are found at a site's address, seen before they are kept, and private addresses are refused."""

from collections.abc import Iterator

import pytest

from digest.demo.outlet import Outlet
from digest.errors import Conflict, FetchError, NotFound
from digest.flows import following, gathering
from digest.gather.fetch import Fetcher
from digest.model.source import Source, SourceKind
from digest.store import Database, acts, sources
from digest.store.acts import About, Wanted
from tests.flows.newsroom import NOW


@pytest.fixture(scope="module")
def outlet() -> Iterator[Outlet]:
    with Outlet(NOW) as outlet:
        yield outlet


@pytest.fixture(scope="module")
def fetcher() -> Iterator[Fetcher]:
    fetcher = Fetcher("tests")
    yield fetcher
    fetcher.close()


def test_the_feeds_of_a_site_are_found_by_its_address(outlet: Outlet, fetcher: Fetcher) -> None:
    found = following.find_feeds(fetcher, outlet.url, allow_private=True)
    assert [one.url.removeprefix(outlet.url) for one in found.feeds] == ["/feeds/features.xml", "/feeds/dispatches.atom"]
    assert found.page
    (alone,) = following.find_feeds(fetcher, found.feeds[0].url, allow_private=True).feeds
    assert alone == found.feeds[0]


def test_a_look_shows_titles_dates_and_keeps_nothing(database: Database, outlet: Outlet, fetcher: Fetcher) -> None:
    source = Source(id="new", name="", url=f"{outlet.url}/feeds/features.xml", allow_private=True)
    seen = following.look(fetcher, source, now=NOW)
    assert seen.total >= len(seen.entries) > 1
    dates = [entry.published for entry in seen.entries if entry.published]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == len(seen.entries)
    assert seen.kind is SourceKind.FEED
    with database.reading() as session:
        assert sources.listed(session) == ()


def test_a_private_address_is_refused_unless_it_is_allowed(outlet: Outlet, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="private or special address"):
        following.find_feeds(fetcher, outlet.url)


def test_following_twice_is_following_once_and_a_taken_name_is_said(database: Database) -> None:
    source = Source(id="review", name="The Review", url="https://review.example.org/feed")
    assert following.follow(database, source, who="Nadia", now=NOW)
    assert not following.follow(database, source, who="Nadia", now=NOW)
    with pytest.raises(Conflict, match=r"stands for https://review\.example\.org/feed"):
        following.follow(database, Source(id="review", name="Other", url="https://other.example.org/feed"), who="Nadia", now=NOW)
    assert gathering.due_sources(database, now=NOW) == ("review",)
    assert gathering.due_sources(database, now=NOW) == ()
    following.check_now(database, "review", who="Nadia", now=NOW)
    assert gathering.due_sources(database, now=NOW) == ("review",)
    assert following.unfollow(database, "review", who="Nadia", now=NOW)
    assert not following.unfollow(database, "review", who="Nadia", now=NOW)
    with pytest.raises(NotFound):
        following.check_now(database, "review", who="Nadia", now=NOW)
    with database.reading() as session:
        said = [one.act.what.partition(" review")[0] for one in acts.listed(session, Wanted(about=About.SOURCES), most=10)]
    assert said == ["removed the source", "asked for a visit of the source", "followed the source"]
