"""What must hold for any input: no crash, clean output, aware times."""

import json
import re
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import NotReadable
from digest.gather.canonical import absolute, canonical
from digest.gather.dates import parse_date
from digest.gather.read import read_bytes
from digest.gather.report import reading_json
from digest.gather.sanitize import clean_html

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<br>",
        "<h2>Elsewhere</h2>",
        "<ul><li>",
        "</li></ul>",
        "<hr>",
        "<a href='//x.example/a?utm_source=b'>",
        "</a>",
        "<div>",
        "</div>",
        "<script>",
        "</script>",
        "Reuters reported on Monday that the mill will close in spring. ",
        "(BBC)",
        "– ",
        "\n\n",
        "keep reading",
        "Photo: x",
        "<title>t</title>",
        "<h1>Head line</h1>",
        "&amp;",
        "\x00",
        "«",
        "<!--",
        "]]>",
        "<item>",
        "<rss version='2.0'><channel>",
        "<pubDate>1</pubDate>",
        "<article>",
        "<td>",
        "<blockquote>",
        "<li>",
        "\ud7ff",
        "**Lead.** ",
        "By Ann Lee",
    ]
)


@settings(max_examples=80, deadline=20_000)
@given(st.lists(PIECES, max_size=40), st.sampled_from(["page", "text", "feed", None]))
def test_any_heap_of_pieces_is_read_or_refused(pieces: list[str], kind: str | None) -> None:
    try:
        result = reading_json(read_bytes("".join(pieces).encode(), "https://lantern.example/x", kind, NOW))
    except NotReadable as error:
        assert "\n" not in str(error)  # noqa: PT017  either outcome is right
        return
    text = json.dumps(result)
    if result["kind"] != "text":  # plain text may speak of markup
        assert "<script" not in text
        assert "utm_source" not in text
    assert (result["article"] is None) == (result["notice"] is not None or result["kind"] == "feed")


@settings(max_examples=60, deadline=20_000)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        reading_json(read_bytes(body, "https://lantern.example/x", None, NOW))
    except NotReadable as error:
        assert str(error)  # noqa: PT017  either outcome is right


@given(st.text(max_size=60))
def test_any_date_is_aware_and_plausible_or_none(value: str) -> None:
    moment = parse_date(value, NOW)
    assert moment is None or (moment.tzinfo is UTC and moment.year >= 1995)


@given(st.text(max_size=80))
def test_any_address_is_absolute_or_none_and_its_canonical_form_is_stable(value: str) -> None:
    address = absolute(value, "https://lantern.example/a/")
    assert address is None or re.match(r"https?://", address, re.IGNORECASE)
    if address:
        assert canonical(canonical(address)) == canonical(address)


@given(st.lists(PIECES, max_size=30))
def test_cleaned_html_does_not_change_when_cleaned_again(pieces: list[str]) -> None:
    once = clean_html("".join(pieces), "https://lantern.example/")
    assert clean_html(once, "https://lantern.example/") == once


FEED_PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>T</title>",
        "<title type='xhtml'><div><b>x</b></div></title>",
        "<link>http://a.example/1</link>",
        "<link href='/b' rel='enclosure' type='image/png'/>",
        "<media:group>",
        "</media:group>",
        "<media:description type='plain'>d</media:description>",
        "<media:description>",
        "<media:title type='html'>t</media:title>",
        "<media:content url='/i.jpg' medium='image' width='x'/>",
        "<media:credit role='a'>c</media:credit>",
        "<media:thumbnail/>",
        "<author><name>N</name></author>",
        "<author/>",
        "<dc:creator>a</dc:creator>",
        "<itunes:image/>",
        "<itunes:image href='::'/>",
        "<image><url>x</url></image>",
        "<category term='a' label=''/>",
        "<enclosure/>",
        "<guid isPermaLink='false'/>",
        "<pubDate>Mon, 99 Foo 2026</pubDate>",
        "<updated/>",
        "<content:encoded><![CDATA[<p>x]]></content:encoded>",
        "<content type='application/xml'><x:y/></content>",
        "<description>&lt;b&gt;</description>",
        "<summary src='a'/>",
        "<source><title>s</title></source>",
        "<georss:point>1 a</georss:point>",
        "<psc:chapters><psc:chapter start='x'/></psc:chapters>",
        "<cc:license rdf:resource='x'/>",
        "xml:base='http://[::1'",
        "<a xml:base='http://[x'>",
        "</a>",
        "&#xD800;",
        "&bogus;",
        "<![CDATA[",
    ]
)
NAMESPACES = (
    "xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
    "xmlns:georss='http://www.georss.org/georss' xmlns:psc='http://podlove.org/simple-chapters' xmlns:cc='http://web.resource.org/cc/'"
)
ROOTS = st.sampled_from(["rss version='2.0'", "feed xmlns='http://www.w3.org/2005/Atom'", "rss", "channel"])


@settings(max_examples=120, deadline=20_000)
@given(ROOTS, st.lists(FEED_PIECES, max_size=25))
def test_any_heap_of_feed_elements_is_read_or_refused(root: str, pieces: list[str]) -> None:
    document = f"<{root} {NAMESPACES}><item>{''.join(pieces)}</item></{root.split(maxsplit=1)[0]}>"
    try:
        result = reading_json(read_bytes(document.encode(), "https://lantern.example/feed", "feed", NOW))
    except NotReadable as error:
        assert str(error)  # noqa: PT017  either outcome is right
        return
    assert "<script" not in json.dumps(result)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "url", "title", "authors", "name", "tags"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=20_000)
@given(
    st.dictionaries(
        st.sampled_from(["id", "url", "title", "authors", "author", "tags", "image", "content_html", "content_text", "date_published"]),
        JSON,
    )
)
def test_any_json_feed_is_read(item: dict[str, object]) -> None:
    document = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [item]})
    feed = read_bytes(document.encode(), "https://lantern.example/feed", "feed", NOW).feed
    assert feed is not None
    assert len(feed.entries) == 1
