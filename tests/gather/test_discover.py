"""The feeds that a site's page names, and where else they may stand."""

import pytest

from digest.flows import following
from digest.gather.discover import FeedLink, common_addresses, linked_feeds
from digest.gather.fetch import Fetcher
from tests.loopback import Answers

PAGE = b"""<!doctype html><html><head><base href="/news/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="comments.xml">
<LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" TITLE="All &amp; sundry" HREF="all.atom?utm_source=x">
<link rel="alternate" type="application/rss+xml" href="https://feeds.example.net/rss">
<link rel="alternate" type="application/rss+xml" title="again" href="https://feeds.example.net/rss">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
<link rel="alternate" hreflang="fr" type="text/xml" href="/fr.xml">
<link rel="stylesheet" type="text/css" href="/a.css"><link rel="alternate" type="application/rss+xml">
</head><body><a href="/elsewhere.xml">no</a></body></html>"""


def test_linked_feeds_are_absolute_each_once_and_those_of_comments_last() -> None:
    assert linked_feeds(PAGE, "https://example.org/a/b") == (
        FeedLink(url="https://example.org/news/all.atom", title="All & sundry"),
        FeedLink(url="https://feeds.example.net/rss"),
        FeedLink(url="https://example.org/news/comments.xml", title="Comments"),
    )


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"<link rel=alternate", b"<link rel='alternate' type='application/rss+xml' href='http://['>"]
)
def test_a_broken_page_names_no_feed(body: bytes) -> None:
    assert linked_feeds(body, "https://example.org/") == ()


def test_feeds_are_looked_for_below_the_address_first_then_at_the_top() -> None:
    found = common_addresses("https://example.org/blog/?page=2")
    assert found[0] == "https://example.org/blog/feed"
    assert "https://example.org/feed" in found
    assert common_addresses("https://example.org")[0] == "https://example.org/feed"


def test_the_sites_own_feed_comes_before_others_parts_of_the_site_and_comments() -> None:
    links = [
        ("https://example.org/comments/feed/", "Comments"),
        ("https://example.org/category/sport/feed/", "Sport"),
        ("https://partner.example.net/feed", "Partner"),
        ("https://feeds.example.org/all", "All"),
    ]
    page = "".join(f'<link rel="alternate" type="application/rss+xml" href="{url}" title="{title}">' for url, title in links)
    found = [one.title for one in linked_feeds(page.encode(), "https://www.example.org/")]
    assert found == ["All", "Partner", "Sport", "Comments"]


@pytest.mark.parametrize(
    ("link", "counts"),
    [
        ('<link rel="alternate" type="application/feed+json" href="/f">', True),
        ('<link rel="alternate" type="application/json" href="/feed.json">', True),
        ('<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">', False),
        ('<link rel="alternate" type="application/json+oembed" href="/oembed?url=feed">', False),
        ('<link rel="feed" href="/f">', True),
        ('<link rel="alternate" hreflang="de" type="application/rss+xml" href="/de/f">', True),
        ('<link rel="alternate" type="text/html" href="/amp">', False),
        ('<link rel="stylesheet" type="application/rss+xml" href="/f">', False),
    ],
)
def test_what_counts_as_a_link_to_a_feed(link: str, counts: bool) -> None:  # noqa: FBT001  one column of the table
    assert bool(linked_feeds(link.encode(), "https://example.org/")) is counts


def test_ordinary_links_that_look_like_feeds_are_tried_first() -> None:
    page = b"""<p><a href="/about">About our newsfeed</a>
    <a href="/syndication.php">RSS</a> <a href="/xml/news.rdf">News</a>
    <a href="https://feedly.com/i/subscription/feed/https://example.org/rss.xml">RSS in Feedly</a>
    <a href="/comments/feed">RSS of comments</a>"""
    found = common_addresses("https://example.org/", page)
    assert found[:2] == ("https://example.org/syndication.php", "https://example.org/xml/news.rdf")
    assert not any("feedly" in one or "comments" in one for one in found)


@pytest.mark.parametrize(
    ("url", "page", "feed"),
    [
        ("https://blog.example.org/", '<meta name="generator" content="WordPress 6.9">', "https://blog.example.org/feed/"),
        ("https://example.org/", '<meta name="generator" content="Ghost 5.9">', "https://example.org/rss/"),
        ("https://ann.substack.com/p/a", "", "https://ann.substack.com/feed"),
        ("https://letters.example.org/", '<script src="https://substackcdn.com/a.js">', "https://letters.example.org/feed"),
        ("https://medium.com/@ann/a-story", "", "https://medium.com/feed/@ann"),
        ("https://www.reddit.com/r/news/", "", "https://www.reddit.com/r/news/.rss"),
        ("https://github.com/ann/pier", "", "https://github.com/ann/pier/releases.atom"),
        ("https://ann.blogspot.co.uk/2026/11/a.html", "", "https://ann.blogspot.co.uk/feeds/posts/default"),
        (
            "https://www.youtube.com/@lantern",
            '<meta itemprop="identifier" content="UCabcdefghijklmnopqrstuv">',
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        ),
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            "",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        ),
        ("https://www.youtube.com/playlist?list=PL123", "", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL123"),
        ("https://social.example/@ann", '<meta content="Mastodon" name="generator">', "https://social.example/@ann.rss"),
    ],
)
def test_platforms_and_programs_are_known_by_their_address_and_marks(url: str, page: str, feed: str) -> None:
    assert common_addresses(url, page.encode())[0] == feed


def test_a_site_that_only_shows_an_ordinary_link_gives_its_feed(server: Answers) -> None:
    html = {"Content-Type": "text/html"}
    server.by_path["/"] = (200, html, b"<html><body><h1>News</h1><p>Text</p><a href='/news.php?x=1'>RSS</a></body></html>")
    server.by_path["/news.php?x=1"] = (200, {}, b"<rss version='2.0'><channel><title>News</title></channel></rss>")
    fetcher = Fetcher("tests")
    try:
        found = following.find_feeds(fetcher, f"{server.base}/", allow_private=True)
    finally:
        fetcher.close()
    assert found.feeds == (FeedLink(url=f"{server.base}/news.php?x=1", title="News"),)
    assert [path for path, _ in server.seen] == ["/", "/news.php?x=1"]
