"""Shapes of pages met in the wild, made again in our own words."""

# ruff: noqa: E501  sample texts and markup read better unbroken

from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]
PROSE = [
    "The old pier will be closed from Monday while divers look at its wooden legs, the harbour office said on Friday.",
    "Fishing boats are to land at the northern quay until then, which has half the room and no crane of its own.",
    "Three of the seven families that sell there said they would rather wait, because their customers will not walk so far.",
    "The council has set aside money for a new deck, though not before the spring, when the tides are at their lowest.",
]
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in PROSE)


def page(body: str, head: str = "<title>The pier is closed</title>") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


@pytest.mark.parametrize(
    "paragraphs",
    [
        [
            "港口管理处星期五表示，旧码头将从下周一起关闭，潜水员将检查木桩。",
            "渔船将改在北岸停靠，那里的地方只有一半大，也没有起重机。",
            "七户商家中有三户说宁愿等待。",
        ],
        [
            "港の事務所は金曜日、古い桟橋を月曜日から閉鎖すると発表した。",
            "漁船は当面、北の岸壁に着くことになるが、広さは半分しかない。",
            "七軒のうち三軒は待つと話している。",
        ],
    ],
)
def test_an_article_in_a_script_without_spaces_has_its_text(read: Read, paragraphs: list[str]) -> None:
    body = "<article><h1>旧码头从周一起关闭</h1>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</article>"
    result = read(page(body, "<title>旧码头从周一起关闭</title>"))
    assert result["notice"] is None
    assert result["article"]["body_text"].split("\n\n") == paragraphs


def test_paragraphs_marked_as_behind_the_wall_are_text_where_they_are_there(read: Read) -> None:
    body = "<article><h1>The pier is closed</h1>" + PARAGRAPHS.replace("<p>", '<p class="paywall">') + "</article>"
    assert read(page(body))["article"]["body_text"].split("\n\n") == PROSE


def front(kind: str) -> str:
    cards = "".join(
        f'<div class="card"><h3><a href="/harbour/{number}">Headline number {number} about the harbour</a></h3><p>{PROSE[number % 4]}</p></div>'
        for number in range(12)
    )
    return page(f"<h1>{kind}</h1><div>{cards}</div>", f"<title>{kind}</title><meta name='description' content='News'>")


@pytest.mark.parametrize("url", ["https://lantern.example/", "https://lantern.example/en/index.html", "https://lantern.example/harbour"])
def test_a_front_page_is_no_article_but_its_teasers_are_told(read: Read, url: str) -> None:
    result = read(front("News from the harbour and the town"), "page", url)
    assert (result["notice"], result["article"]) == ("no_article", None)
    assert len(result["teasers"]) == 12


def test_a_page_titled_like_its_outlet_has_no_headline(read: Read) -> None:
    links = "".join(f'<li><a href="/{number}">{text}</a></li>' for number, text in enumerate(PROSE * 3))
    result = read(page(f"<ul>{links}</ul>", "<title>Lantern UK</title><meta property='og:site_name' content='Lantern'>"))
    assert result["article"] is None


def test_an_old_page_shows_its_headline_without_an_h1(read: Read) -> None:
    body = f'<p><span class="headline entry-title">Divers look at the old pier</span></p><div>{PARAGRAPHS}</div>'
    article = read(page(body, "<title>News from the Lantern</title>"))["article"]
    assert article["headline"] == "Divers look at the old pier"
    assert article["body_text"].split("\n\n") == PROSE


@pytest.mark.parametrize(
    "junk",
    [
        '<div class="label">comments</div>',
        '<div class="ad-link__label">Ad Feedback</div>',
        '<label class="label">ABCDEFG</label>',
        '<span class="label">12 Comments</span>',
        '<button class="label">Save</button>',
    ],
)
def test_interface_words_are_no_kicker(read: Read, junk: str) -> None:
    body = f"<article>{junk}<h1>The pier is closed</h1>{junk}{PARAGRAPHS}</article>"
    assert read(page(body))["article"]["kicker"] is None


@pytest.mark.parametrize(
    "junk",
    [
        '<div class="lead-asset"><div class="caption summary">Divers at the pier on Friday morning. Photo: Mia Holm</div></div>',
        '<div class="video-player"><div class="summary">Video Ad Feedback Divers go down 01:40 - Source: Lantern</div></div>',
        "<figure><img src='/a.jpg'><figcaption class='description lead'>Divers at the pier on Friday morning.</figcaption></figure>",
    ],
)
def test_words_of_a_picture_are_no_dek(read: Read, junk: str) -> None:
    body = f"<article><h1>The pier is closed</h1>{junk}{PARAGRAPHS}</article>"
    assert read(page(body))["article"]["dek"] is None


def test_a_byline_loses_its_outlet_and_nothing_else(read: Read) -> None:
    head = "<title>The pier is closed</title><meta name='author' content='Dana A. Ford, Chi-Ming Wu, and Tom Watts, TLN'>"
    article = read(page(f"<article><h1>The pier is closed</h1>{PARAGRAPHS}</article>", head))["article"]
    assert article["authors"] == ["Dana A. Ford", "Chi-Ming Wu", "Tom Watts"]


def test_links_to_categories_are_nobodys_names(read: Read) -> None:
    tags = '<div class="vcard field-name-tags"><a class="name" href="/category/harbour">Harbour</a></div>'
    assert read(page(f"<article><h1>The pier is closed</h1>{tags}{PARAGRAPHS}</article>"))["article"]["authors"] == []


def test_pleas_and_consent_notes_do_not_widen_the_article(read: Read) -> None:
    rest = (
        "<form><p>We send this letter once a week and never give your address to anybody, which is a promise.</p></form>"
        '<ul><li><a href="/1">A long headline about something else in the town</a></li><li><a href="/2">Another long headline about the town</a></li></ul>'
        '<div class="cookie-note"><p>This site keeps a note in your browser so that it knows you when you come again.</p></div>'
    )
    body = f'<div class="page"><article><h1>The pier is closed</h1><div class="text">{PARAGRAPHS}</div></article>{rest}</div>'
    assert read(page(body))["article"]["body_text"].split("\n\n") == PROSE


@pytest.mark.parametrize("name", ["lantern_logo_1200.jpg", "1px.gif", "preload.gif", "qrcode-app.png"])
def test_logos_and_fillers_are_no_picture(read: Read, name: str) -> None:
    head = f"<title>The pier is closed</title><meta property='og:image' content='https://lantern.example/img/{name}'>"
    assert read(page(f"<article><h1>The pier is closed</h1>{PARAGRAPHS}</article>", head))["article"]["image"] is None


def test_a_caption_loses_the_word_that_calls_it_one(read: Read) -> None:
    figure = '<figure><img src="/pier.jpg" alt="A pier"><figcaption>Image caption The old pier in May</figcaption></figure>'
    image = read(page(f"<article><h1>The pier is closed</h1>{figure}{PARAGRAPHS}</article>"))["article"]["image"]
    assert image["caption"] == "The old pier in May"
