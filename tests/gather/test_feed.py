"""Feeds in the forms of the wild."""

# ruff: noqa: E501  sample texts and markup read better unbroken

from collections.abc import Callable
from typing import Any

import pytest

from digest.errors import NotReadable

Read = Callable[..., Any]
URL = "https://lantern.example/feed.xml"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(items: str, head: str = "<title>The Lantern</title><link>https://lantern.example/</link><language>en</language>") -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {SPACES}><channel>{head}{items}</channel></rss>'


def test_an_rss_item_gives_all_that_it_says(read: Read) -> None:
    item = """<item><title>Pier &amp;amp; quay</title><link>/a?utm_source=rss&amp;id=1</link><guid isPermaLink="false">tag:1</guid>
    <pubDate>Mon, 02 Nov 2026 10:00:00 CET</pubDate><dc:creator>Ann Lee and Bo Chi</dc:creator><category>Harbour</category>
    <description>Short.</description><content:encoded><![CDATA[<p>Long <a href="/b?fbclid=1">b</a><script>x()</script></p>]]></content:encoded>
    <media:content url="/i.jpg" medium="image"><media:credit>Mia Holm</media:credit><media:description>At dusk</media:description></media:content></item>"""
    result = read(rss(item), url=URL)
    assert result["kind"] == "feed"
    assert result["feed"] == {"title": "The Lantern", "url": "https://lantern.example/", "language": "en"}
    (entry,) = result["entries"]
    assert entry == {
        "id": "tag:1",
        "url": "https://lantern.example/a?id=1",
        "title": "Pier & quay",
        "summary": "Short.",
        "content_html": '<p>Long <a href="https://lantern.example/b">b</a></p>',
        "authors": ["Ann Lee", "Bo Chi"],
        "published": "2026-11-02T09:00:00Z",
        "updated": None,
        "categories": ["Harbour"],
        "image": {"url": "https://lantern.example/i.jpg", "alt": None, "caption": "At dusk", "credit": "Mia Holm"},
    }


def test_an_atom_entry_is_seen_from_its_own_base(read: Read) -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://lantern.example/base/" xml:lang="de"><title>T</title>
    <link href="https://lantern.example/"/><entry><title type="html">A &lt;em&gt;b&lt;/em&gt;</title><link href="p/1"/><id>urn:1</id>
    <published>2026-11-01T10:00:00+01:00</published><updated>2026-11-02T10:00:00Z</updated><author><name>Zed</name></author>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p><a href="q">q</a></p></div></content></entry></feed>"""
    result = read(feed, url=URL)
    (entry,) = result["entries"]
    assert result["feed"]["language"] == "de"
    assert (entry["title"], entry["url"], entry["id"]) == ("A b", "https://lantern.example/base/p/1", "urn:1")
    assert entry["content_html"] == '<p><a href="https://lantern.example/base/q">q</a></p>'
    assert (entry["published"], entry["updated"]) == ("2026-11-01T09:00:00Z", "2026-11-02T10:00:00Z")


def test_rss_1_and_json_feed_are_read(read: Read) -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel><title>R</title><link>https://lantern.example/</link></channel><item rdf:about="x"><title>One</title><link>https://lantern.example/1</link>
    <dc:date>2026-11-01T08:00:00Z</dc:date></item></rdf:RDF>"""
    assert read(rdf, url=URL)["entries"][0]["published"] == "2026-11-01T08:00:00Z"
    document = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "home_page_url": "https://lantern.example/", "items":
    [{"id": 7, "url": "/a", "title": "A", "content_html": "<p onclick=x>x</p>", "date_published": "2026-11-01T10:00:00Z", "authors": [{"name": "Q"}]}]}"""
    (entry,) = read(document, url=URL)["entries"]
    assert (entry["id"], entry["url"], entry["content_html"], entry["authors"]) == ("7", "https://lantern.example/a", "<p>x</p>", ["Q"])


@pytest.mark.parametrize(
    ("encoding", "declared", "word"),
    [
        ("latin-1", "utf-8", "café naïve"),
        ("utf-8", "iso-8859-1", "café “naïve”"),
        ("windows-1251", "windows-1251", "Новини тижня"),
        ("utf-16", "utf-16", "café"),
        ("shift_jis", "shift_jis", "日本のニュース"),
        ("utf-8", "utf-16", "café"),
        ("utf-8", "no-such-encoding", "café"),
    ],
)
def test_a_declared_encoding_is_believed_only_where_it_is_true(read: Read, encoding: str, declared: str, word: str) -> None:
    feed = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel><title>{word}</title><item><title>{word}</title></item></channel></rss>'
    result = read(feed.encode(encoding), url=URL)
    assert result["feed"]["title"] == word
    assert result["entries"][0]["title"] == word


def test_html_that_was_escaped_twice_is_html_again(read: Read) -> None:
    item = (
        "<item><title>t</title><description>&amp;lt;p&amp;gt;Two"
        " &amp;lt;b&amp;gt;words&amp;lt;/b&amp;gt;&amp;lt;/p&amp;gt;</description></item>"
    )
    (entry,) = read(rss(item), url=URL)["entries"]
    assert entry["summary"] == "Two words"
    assert entry["content_html"] == "<p>Two <b>words</b></p>"


def test_broken_xml_still_gives_its_items(read: Read) -> None:
    broken = (
        "<rss version='2.0'><channel><title>A & B</title><item><title>One"
        " <b>two</title><link>https://lantern.example/1</link></item><item><title>Three</title>"
    )
    titles = [entry["title"] for entry in read(broken, url=URL)["entries"]]
    assert titles == ["One two", "Three"]


@pytest.mark.parametrize(
    "date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 02 Nov 2036 10:00:00 GMT", "yesterday", "0000-00-00", "03/04/2026"]
)
def test_a_date_that_cannot_be_true_or_told_is_null(read: Read, date: str) -> None:
    item = f"<item><title>t</title><pubDate>{date}</pubDate></item>"
    assert read(rss(item), url=URL)["entries"][0]["published"] is None


def test_briefs_inside_an_entry_name_their_entry(read: Read) -> None:
    content = (
        "<p>Intro that is long enough.</p><h3>In other news this week</h3><p>The mill closes in spring, according to"
        " Reuters.</p><p>The inn opened again, to nobody's surprise (BBC).</p>"
    )
    item = f'<item><title>t</title><guid isPermaLink="false">g1</guid><content:encoded><![CDATA[{content}]]></content:encoded></item>'
    (section,) = read(rss(item), url=URL)["sections"]
    assert section["entry"] == "g1"
    assert [brief["sources"] for brief in section["briefs"]] == [["Reuters"], ["BBC"]]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"  \n", "empty"),
        (b"<!doctype html><html><head><title>x</title></head><body>x</body></html>", "HTML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel><title>&a;</title></channel></rss>', "entities"),
        (b"only words", "neither"),
        (b'{"items": 3}', "JSON"),
        (b"{broken", "JSON"),
    ],
)
def test_what_is_no_feed_is_refused_in_one_line(read: Read, body: bytes, word: str) -> None:
    with pytest.raises(NotReadable, match=word) as caught:
        read(body, "feed", URL)
    assert "\n" not in str(caught.value)
    assert URL in str(caught.value)


def test_nine_thousand_nested_elements_neither_crash_nor_hang(read: Read) -> None:
    deep = "&lt;div&gt;" * 9000 + "deep"
    (entry,) = read(rss(f"<item><title>t</title><description>{deep}</description></item>"), url=URL)["entries"]
    assert entry["summary"] == "deep"
    assert entry["content_html"].count("<div>") <= 120
    page = b"<html><body><h1>A</h1>" + b"<div>" * 9000 + b"<p>words</p>" + b"</div>" * 9000 + b"</body></html>"
    assert read(page, "page")["article"] is None


def test_a_plain_description_is_a_summary_and_no_content(read: Read) -> None:
    entries = read(rss("<item><title>a</title><description>The mill closes.</description></item>"), url=URL)["entries"]
    assert [(entry["summary"], entry["content_html"]) for entry in entries] == [("The mill closes.", None)]


def test_an_atom_summary_is_no_content_though_it_has_a_paragraph(read: Read) -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title type="text">The &lt;aside&gt; tag</title><id>1</id>
    <summary type="html">&lt;p&gt;The mill &lt;b&gt;closes&lt;/b&gt;.&lt;/p&gt;</summary></entry></feed>"""
    (entry,) = read(feed, url=URL)["entries"]
    assert (entry["summary"], entry["content_html"], entry["title"]) == ("The mill closes.", None, "The <aside> tag")


@pytest.mark.parametrize("attributes", ["", ' type="plain"', ' type="html" lang="en"'])
def test_a_pictures_description_is_its_caption_and_nothing_else(read: Read, attributes: str) -> None:
    item = f"""<item><title>a</title><media:group><media:content url="https://lantern.example/i.jpg" medium="image" />
    <media:content url="https://lantern.example/j.jpg" medium="image" /><media:title type="plain">Old mill</media:title>
    <media:description{attributes}>The mill in May</media:description></media:group></item>"""
    (entry,) = read(rss(item), url=URL)["entries"]
    assert (entry["summary"], entry["content_html"]) == (None, None)
    assert entry["image"]["caption"] == "The mill in May"


def test_bytes_of_an_encoding_nobody_knows_are_read_as_windows_wrote_them(read: Read) -> None:
    feed = b'<?xml version="1.0" encoding="x-unheard-of"?><rss version="2.0"><channel><title>Caf\xe9 \x80 5</title></channel></rss>'
    assert read(feed, url=URL)["feed"]["title"] == "Café € 5"


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be", "utf-16-le"])
def test_wide_encodings_are_known_without_a_mark(read: Read, encoding: str) -> None:
    assert read(rss("<item><title>Über</title></item>").encode(encoding), url=URL)["entries"][0]["title"] == "Über"


def test_an_episode_without_guid_and_link_is_known_by_its_file(read: Read) -> None:
    items = "".join(
        f'<item><title>Episode</title><enclosure url="/e/{number}.mp3" type="audio/mpeg" length="1"/></item>' for number in (1, 2)
    )
    assert [entry["id"] for entry in read(rss(items), url=URL)["entries"]] == [
        "https://lantern.example/e/1.mp3",
        "https://lantern.example/e/2.mp3",
    ]
