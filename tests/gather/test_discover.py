"""The feeds that a site's page names, and where else they may stand."""

import pytest

from digest.gather.discover import FeedLink, common_addresses, linked_feeds

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
