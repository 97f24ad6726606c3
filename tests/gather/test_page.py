"""HTML pages: the article, its briefs and teasers, and the notices where there is no article."""

# ruff: noqa: E501  sample texts and markup read better unbroken

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Read = Callable[..., Any]
PIER = (Path(__file__).parent / "pier.html").read_text(encoding="utf-8")
PROSE = "".join(
    f"<p>Sentence number {number} of a story that is told at some length, so that nobody takes it for a menu or a caption.</p>"
    for number in range(6)
)


def test_a_page_gives_its_article_with_all_that_stands_around_it(read: Read) -> None:
    result = read(PIER, "page")
    article = result["article"]
    assert result["notice"] is None
    assert article["url"] == "https://lantern.example/harbour/pier"
    assert article["headline"] == "Harbour board votes to close the north pier"
    assert article["dek"] == "Repairs would cost more than the town collects in a year"
    assert article["kicker"] == "Local | Harbour"
    assert article["authors"] == ["Ana Ruiz", "Bo Lind"]
    assert article["published"] == "2026-11-03T07:00:00Z"
    assert article["image"] == {
        "url": "https://lantern.example/img/pier-1200x800.jpg",
        "alt": "The pier at dusk",
        "caption": "The pier seen from the old light.",
        "credit": "Mia Holm",
    }
    assert '<a href="https://lantern.example/crews?id=4">six months</a>' in article["body_html"]
    assert "<h2>What it would cost</h2>" in article["body_html"]
    assert "<ul><li>Piles: two million</li>" in article["body_html"]
    assert article["body_text"].startswith("The board of the harbour")
    assert "ferry" not in article["body_text"]


def test_a_page_gives_its_sections_and_teasers(read: Read) -> None:
    result = read(PIER, "page")
    briefs, briefing = result["sections"]
    assert [brief["lead"] for brief in briefs["briefs"]] == [None, "Eels are back.", None]
    assert [brief["sources"] for brief in briefs["briefs"]] == [["New York Times"], ["Coast Gazette"], ["BBC"]]
    assert (briefing["kind"], len(briefing["briefs"])) == ("briefing", 1)
    (teaser,) = result["teasers"]
    assert (teaser["headline"], teaser["kicker"], teaser["url"]) == (
        "Let the old pier go with some grace",
        "Opinion",
        "https://lantern.example/op/pier",
    )


def test_scripts_styles_and_handlers_do_not_survive(read: Read) -> None:
    body = f'<article><h1>A story of some length</h1>{PROSE}<p onclick="x()">End of it <script>alert(1)</script><a href="javascript:x()">here</a>.</p></article>'
    article = read(f"<html><head><title>t</title></head><body>{body}</body></html>", "page")["article"]
    assert "script" not in article["body_html"]
    assert "onclick" not in article["body_html"]
    assert "javascript" not in article["body_html"]


def test_a_page_without_metadata_is_read_by_its_shape(read: Read) -> None:
    html = f"""<html><body><div id="top"><a href="/">Home</a></div><h1>The mill that would not stop</h1><h2>Three owners tried, and the wheel went on</h2>
    <p>By Nora Falk</p><p class="date">3 November 2026</p>{PROSE}<div class="share">Share this</div><p class="copyright">© 2026</p></body></html>"""
    article = read(html, "page")["article"]
    assert article["headline"] == "The mill that would not stop"
    assert article["dek"] == "Three owners tried, and the wheel went on"
    assert article["authors"] == ["Nora Falk"]
    assert article["published"] == "2026-11-03T00:00:00Z"
    assert article["body_text"].startswith("Sentence number 0")
    assert article["body_text"].count("\n\n") == 5


@pytest.mark.parametrize(
    ("html", "notice"),
    [
        ("<html><head><title>x</title></head><body></body></html>", "empty"),
        ('<html><head><title>x</title></head><body><div id="root"></div><script src="/a.js"></script></body></html>', "script_only"),
        (
            (
                "<html><body><noscript>You need to enable JavaScript to run this app.</noscript><script>x()</script><div"
                " id=app></div></body></html>"
            ),
            "script_only",
        ),
        (
            (
                "<html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1><p>We and our 812"
                " partners store and access information on a device, "
                "such as cookies, to show you ads. You may accept or manage your choices.</p><button>Accept"
                " all</button><a>Reject all</a></body></html>"
            ),
            "consent",
        ),
        (
            (
                '<html><head><script type="application/ld+json">{"@type":"NewsArticle","headline":"The price of'
                ' salt","isAccessibleForFree":false}</script></head><body>'
                "<article><h1>The price of salt</h1><p>Salt has not been this dear since the year of the great flood, traders at"
                " the market say, and it may rise.</p>"
                '<div class="paywall">Subscribe to continue reading. Already a subscriber? Log in</div></article></body></html>'
            ),
            "paywall",
        ),
        (
            (
                "<html><head><title>404</title></head><body><h1>Page not found</h1><p>The page that you are looking for does not"
                " exist any more. Try the search.</p></body></html>"
            ),
            "no_article",
        ),
        (
            "<html><head><title>The Lantern</title></head><body><main>"
            + "".join(
                f'<article><h2><a href="/{number}">Story number {number} of today</a></h2><p>A short lead that says what it is about, and no more.</p></article>'
                for number in range(8)
            )
            + "</main></body></html>",
            "no_article",
        ),
    ],
)
def test_a_page_without_an_article_says_why(read: Read, html: str, notice: str) -> None:
    result = read(html, "page")
    assert result["notice"] == notice
    assert result["article"] is None


def test_a_page_in_another_encoding_is_read(read: Read) -> None:
    html = f'<html><head><meta charset="windows-1251"><title>т</title></head><body><article><h1>Новини з порту</h1>{PROSE}<p>Кінець історії.</p></article></body></html>'
    assert read(html.encode("windows-1251"), "page")["article"]["headline"] == "Новини з порту"
