"""Feeds as publishing programs, platforms and newsrooms shape them."""

# ruff: noqa: E501  sample markup reads better unbroken

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]
URL = "https://lantern.example/feed"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def rss(item: str, head: str = "<title>T</title><link>https://lantern.example</link>") -> str:
    own = '<atom:link href="https://lantern.example/feed" rel="self" type="application/rss+xml"/>'
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {SPACES}><channel>{head}{own}<item>{item}</item></channel></rss>'


def atom(entry: str, head: str = "<title>T</title><link href='https://lantern.example/'/>") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">{head}<entry>{entry}</entry></feed>'


def said(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value}


def one(read: Read, feed: str) -> dict[str, Any]:
    (entry,) = read(feed, "feed", URL)["entries"]
    return said(entry)


def test_wordpress_gives_text_picture_and_category(read: Read) -> None:
    entry = one(
        read,
        rss(
            "<title>Bread &#8211; &#8220;Best&#8221; &amp; more</title><link>https://lantern.example/bread/</link><comments>https://lantern.example/bread/#respond</comments>"
            "<dc:creator><![CDATA[Ann Lee]]></dc:creator><pubDate>Mon, 02 Nov 2026 10:00:00 +0000</pubDate><category><![CDATA[Food &amp; Drink]]></category>"
            '<guid isPermaLink="false">https://lantern.example/?p=12</guid><description><![CDATA[<p>Short [&#8230;]</p>]]></description>'
            '<content:encoded><![CDATA[<figure class="x"><img src="/a.jpg?fit=1" alt="loaf" /><figcaption>A loaf</figcaption></figure><p>Long.</p>]]></content:encoded>'
        ),
    )
    assert entry == {
        "id": "https://lantern.example/?p=12",
        "url": "https://lantern.example/bread/",
        "title": "Bread – “Best” & more",
        "summary": "Short […]",
        "content_html": '<figure><img src="https://lantern.example/a.jpg?fit=1" alt="loaf"><figcaption>A loaf</figcaption></figure><p>Long.</p>',
        "authors": ["Ann Lee"],
        "published": "2026-11-02T10:00:00Z",
        "categories": ["Food & Drink"],
        "image": {"url": "https://lantern.example/a.jpg?fit=1", "alt": "loaf", "caption": None, "credit": None},
    }


def test_youtube_describes_the_video_and_its_thumbnail_is_the_picture(read: Read) -> None:
    entry = one(
        read,
        atom(
            "<id>yt:video:abc</id><title>A video</title><link rel='alternate' href='https://www.youtube.com/watch?v=abc'/><author><name>Chan</name></author>"
            "<published>2026-11-02T10:00:00+00:00</published><media:group><media:title>A video</media:title>"
            "<media:content url='https://www.youtube.com/v/abc' type='application/x-shockwave-flash'/><media:thumbnail url='https://i1.ytimg.com/vi/abc/hq.jpg'/>"
            "<media:description>What it is about.\nMore.</media:description></media:group>"
        ),
    )
    assert (entry["url"], entry["summary"]) == ("https://www.youtube.com/watch?v=abc", "What it is about. More.")
    assert entry["image"] == {"url": "https://i1.ytimg.com/vi/abc/hq.jpg", "alt": "A video", "caption": None, "credit": None}


def test_the_widest_of_a_papers_pictures_is_taken_with_its_own_credit(read: Read) -> None:
    pictures = "".join(
        f'<media:content width="{width}" url="https://i.example/{width}.jpg"><media:credit scheme="urn:ebu">Photograph {width}</media:credit></media:content>'
        for width in (140, 460, 300)
    )
    entry = one(read, rss(f"<title>a</title><link>https://lantern.example/a</link><description>d</description>{pictures}"))
    assert (entry["image"]["url"], entry["image"]["credit"]) == ("https://i.example/460.jpg", "Photograph 460")


def test_caption_and_credit_beside_the_picture_are_its_own(read: Read) -> None:
    entry = one(
        read,
        rss(
            '<title>It’s</title><link>https://lantern.example/a.html</link><atom:link href="https://lantern.example/a.html" rel="standout"/><description>Desc.</description>'
            "<dc:creator>Ann Lee, Bo Chi and Cy Dee</dc:creator>"
            '<media:content medium="image" url="https://i.example/a.jpg"/><media:credit>Cy Dee for The Lantern</media:credit><media:description>The caption.</media:description>'
        ),
    )
    assert entry["authors"] == ["Ann Lee", "Bo Chi", "Cy Dee"]
    assert entry["image"] == {"url": "https://i.example/a.jpg", "alt": None, "caption": "The caption.", "credit": "Cy Dee for The Lantern"}
    assert entry["summary"] == "Desc."


def test_an_authors_face_is_no_picture(read: Read) -> None:
    entry = one(
        read,
        rss(
            '<title>x</title><media:content url="https://1.gravatar.com/avatar/a?s=96" medium="image"/><media:content url="https://i.example/p.jpg" medium="image"/>'
        ),
    )
    assert entry["image"]["url"] == "https://i.example/p.jpg"


def test_a_podcast_without_pages_has_its_file_and_no_address(read: Read) -> None:
    head = (
        "<title>P</title><link>https://lantern.example</link><itunes:author>The Show</itunes:author><language>en_us</language>"
        "<image><url>https://lantern.example/c.jpg</url><title>Not me</title><link>https://not.me</link></image>"
    )
    item = (
        "<title>Ep 1</title><itunes:author>The Show</itunes:author><itunes:summary>Sum</itunes:summary><itunes:image href='https://lantern.example/ep.jpg'/>"
        "<itunes:keywords>a, b</itunes:keywords><enclosure url='https://lantern.example/1.mp3' length='1' type='audio/mpeg'/><guid isPermaLink='false'>abc</guid>"
    )
    result = read(rss(item, head), "feed", URL)
    assert result["feed"] == {"title": "P", "url": "https://lantern.example", "language": "en-us"}
    assert said(result["entries"][0]) == {
        "id": "abc",
        "title": "Ep 1",
        "summary": "Sum",
        "authors": ["The Show"],
        "categories": ["a", "b"],
        "image": {"url": "https://lantern.example/ep.jpg", "alt": None, "caption": None, "credit": None},
    }


def test_a_post_without_a_title_has_none(read: Read) -> None:
    entry = one(
        read, rss("<guid>https://social.example/@a/1</guid><description>&lt;p&gt;Hello &lt;b&gt;you&lt;/b&gt;&lt;/p&gt;</description>")
    )
    assert "title" not in entry
    assert (entry["id"], entry["url"], entry["summary"]) == ("https://social.example/@a/1", "https://social.example/@a/1", "Hello you")


def test_a_proxys_link_gives_way_to_the_original(read: Read) -> None:
    entry = one(
        read,
        rss(
            "<link>https://feeds.example/~r/x/~3/abc/</link><feedburner:origLink>https://lantern.example/real?utm_source=feedburner</feedburner:origLink>"
            '<description>Text &lt;img src="https://feeds.feedburner.com/~r/x/~4/abc" height="1" width="1"/&gt;</description>'
        ),
    )
    assert entry["url"] == "https://lantern.example/real"
    assert "image" not in entry


def test_the_first_formats_of_rss_are_read(read: Read) -> None:
    old = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Old</title>
    <link>http://www.lantern.example</link></channel><image><title>i</title><link>http://img.example</link></image><item><title>One</title><link>http://www.lantern.example/1</link></item></rdf:RDF>"""
    assert one(read, old) == {"id": "http://www.lantern.example/1", "url": "http://www.lantern.example/1", "title": "One"}
    netscape = """<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
    <rss version="0.91"><channel><title>Old</title><language>en-us</language><item><title>One</title><description>D</description></item></channel></rss>"""
    assert one(read, netscape)["summary"] == "D"


def test_atom_0_3_says_issued_and_modified_and_packs_as_it_likes(read: Read) -> None:
    feed = """<feed version="0.3" xmlns="http://purl.org/atom/ns#" xml:lang="en"><title mode="escaped">A &amp;amp; B</title><link rel="alternate" href="http://e.example/"/>
    <entry><title mode="base64" type="text/html">RXhhbXBsZSA8Yj5BdG9tPC9iPg==</title><id>tag:1</id><issued>2003-12-13T08:29:29-04:00</issued><modified>2003-12-14T08:29:29-04:00</modified>
    <content type="text/html" mode="escaped" xml:base="http://e.example/b/">&lt;p&gt;&lt;a href="x"&gt;x&lt;/a&gt;&lt;/p&gt;</content></entry></feed>"""
    entry = one(read, feed)
    assert (entry["title"], entry["published"], entry["updated"]) == ("Example Atom", "2003-12-13T12:29:29Z", "2003-12-14T12:29:29Z")
    assert entry["content_html"] == '<p><a href="http://e.example/b/x">x</a></p>'


def test_prefixes_may_be_anything_and_namespaces_nearly_so(read: Read) -> None:
    feed = """<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:yahoo="https://search.yahoo.com/mrss"><a:title type="xhtml"><h:div>T <h:em>x</h:em></h:div></a:title>
    <a:entry><a:id>1</a:id><a:link href="/1"/><a:content type="xhtml"><h:div><h:p>Para <h:a href="/y">y</h:a></h:p><h:br/>z</h:div></a:content>
    <yahoo:thumbnail url="/t.jpg"/></a:entry></a:feed>"""
    result = read(feed, "feed", URL)
    (entry,) = result["entries"]
    assert result["feed"]["title"] == "T x"
    assert entry["content_html"] == '<p>Para <a href="https://lantern.example/y">y</a></p><br>z'
    assert entry["image"]["url"] == "https://lantern.example/t.jpg"


def test_an_entry_of_atom_has_the_feeds_author_or_its_sources_and_one_of_rss_has_not(read: Read) -> None:
    head = "<title>T</title><id>1</id><author><name>Feed</name></author>"
    assert one(read, atom("<id>1</id>", head))["authors"] == ["Feed"]
    assert one(read, atom("<id>1</id><source><author><name>Other</name></author></source>", head))["authors"] == ["Other"]
    assert one(read, atom("<id>1</id><author><name>Own</name><email>o@e.example</email></author>", head))["authors"] == ["Own"]
    assert "authors" not in one(read, rss("<title>a</title>", "<title>T</title><managingEditor>m@e.example (Ed)</managingEditor>"))


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("mail@e.example (Ann Lee)", ["Ann Lee"]),
        ("Ann Lee &lt;mail@e.example&gt;", ["Ann Lee"]),
        ("mail@e.example", []),
        ("By Ann Lee, Bo Chi &amp; Cy Dee", ["Ann Lee", "Bo Chi", "Cy Dee"]),
        ("von Ann Lee und Bo Chi", ["Ann Lee", "Bo Chi"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Arts and Culture Desk", ["Arts and Culture Desk"]),
        ("&lt;a href='/ann'&gt;Ann Lee&lt;/a&gt;", ["Ann Lee"]),
    ],
)
def test_bylines_are_names(read: Read, byline: str, names: list[str]) -> None:
    assert one(read, rss(f"<title>a</title><author>{byline}</author>")).get("authors", []) == names


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Vec&lt;T&gt; explained", "Vec<T> explained"),
        ("Using the &lt;dialog&gt; element", "Using the <dialog> element"),
        ("A &lt;b&gt;bold&lt;/b&gt; word", "A bold word"),
        ("A &lt;blink&gt;word&lt;/blink&gt;", "A word"),
        ("One&lt;br/&gt;two", "One two"),
        ("AT&amp;amp;T &amp;#8211; 5 &amp;lt; 6", "AT&T – 5 < 6"),
        ("<![CDATA[Caf&eacute; &amp; bar]]>", "Café & bar"),
        ("&lt;script&gt;x()&lt;/script&gt;News", "News"),
        ("  Spaces\n and lines ", "Spaces and lines"),
        ("می‌شود", "می‌شود"),
    ],
)
def test_titles_are_words_whatever_they_are_packed_in(read: Read, written: str, title: str) -> None:
    assert one(read, rss(f"<title>{written}</title>"))["title"] == title


def test_two_items_without_any_name_are_two(read: Read) -> None:
    items = "</item><item>".join(
        f"<title>News of the week</title><pubDate>Mon, {day} Nov 2026 10:00:00 GMT</pubDate>" for day in ("02", "09")
    )
    assert len({entry["id"] for entry in read(rss(items), "feed", URL)["entries"]}) == 2
    texts = "</item><item>".join(f"<description>Text {number}</description>" for number in range(2))
    assert len({entry["id"] for entry in read(rss(texts), "feed", URL)["entries"]}) == 2


def test_json_feeds_titles_pictures_and_names_are_read_as_the_others(read: Read) -> None:
    feed = """{"version": "https://jsonfeed.org/version/1", "title": "J &amp; K", "home_page_url": "https://lantern.example", "author": {"name": "Ann"}, "items": [
    {"id": "1", "title": "A &amp; B", "content_html": "<p>x <img src='/x.png'></p>", "tags": "a, b"},
    {"id": 2, "content_text": "One\\n\\nTwo <b>", "external_url": "https://other.example/x", "banner_image": "/b.jpg", "date_published": 1793700000},
    {"authors": [{"name": "Bo"}], "title": "only \\ud800", "attachments": [{"url": "/a.png", "mime_type": "image/png"}]}, "no item"]}"""
    result = read(feed, "feed", URL)
    first, second, third = map(said, result["entries"])
    assert result["feed"]["title"] == "J & K"
    assert (first["title"], first["authors"], first["categories"]) == ("A & B", ["Ann"], ["a", "b"])
    assert first["image"]["url"] == "https://lantern.example/x.png"
    assert (second["id"], second["url"], second["published"]) == ("2", "https://other.example/x", "2026-11-03T10:00:00Z")
    assert (second["content_html"], second["image"]["url"]) == ("<p>One</p><p>Two &lt;b&gt;</p>", "https://lantern.example/b.jpg")
    assert (third["id"], third["authors"], third["image"]["url"]) == ("only ?", ["Bo"], "https://lantern.example/a.png")
