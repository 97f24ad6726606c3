# ruff: noqa: E501  sample markup reads better unbroken
"""Pages built in ways that extractors stumble over: no paragraphs, text in scripts, graphs, microdata, rails, walls and banners."""

import json

import pytest

from digest.gather.page import read_page
from digest.model.page import Notice

URL = "https://lantern.example/2026/11/pier"
LINE = "The harbour office said on Friday that the old pier will stay closed while divers look at its ninety legs one by one. "
SECOND = "Three of the seven families that sell there would rather wait, because their customers will not walk that far in winter. "
PROSE = f"<p>{LINE * 2}</p><p>{SECOND * 2}</p>"


def page(body: str, head: str = "<title>Divers look at the old pier</title>") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def article(html: bytes) -> dict[str, object]:
    found = read_page(html, URL).article
    assert found is not None
    return {
        name: getattr(found, name) for name in ("headline", "dek", "kicker", "authors", "image", "body_text", "byline_unsure", "published")
    }


@pytest.mark.parametrize(
    "body",
    [
        f"<div class='t'>{LINE}<br><br>{SECOND}<br><br><div class='ad'>Advertisement</div>{LINE}</div>",
        f"<table><tr><td><font size=2>{LINE}<br><br>{SECOND}<br><br>{LINE}</font></td></tr></table>",
        f"<main><aside class='pane'><section><div>{PROSE}</div></section></aside></main>",
        f"<div><div>{LINE}</div><div>{SECOND}</div><div>{LINE}</div></div>",
    ],
)
def test_a_body_without_paragraphs_is_read_whole(body: str) -> None:
    text = str(article(page(f"<h1>Divers look at the old pier</h1>{body}"))["body_text"])
    assert LINE.strip() in text
    assert SECOND.strip() in text
    assert "Advertisement" not in text


def test_a_text_that_a_script_draws_is_taken_from_what_the_page_states() -> None:
    node = {"@type": "NewsArticle", "headline": "Divers look at the old pier", "articleBody": f"{LINE * 3}\n\n{SECOND * 2}"}
    script = f"<script type='application/ld+json'>{json.dumps(node)}</script><script src='/app.js'></script>"
    shell = page("<div id='root'></div><noscript>You need to enable JavaScript to run this app.</noscript>", script)
    assert str(article(shell)["body_text"]).startswith(LINE.strip())
    walled = page("<div id='root'></div>", script.replace('"@type"', '"isAccessibleForFree": false, "@type"'))
    assert read_page(walled, URL).notice is Notice.SCRIPT_ONLY


def test_a_graph_whose_nodes_point_to_each_other_is_put_together() -> None:
    graph = [
        {"@type": "NewsArticle", "headline": "Divers look at the old pier", "author": {"@id": "#ann"}, "image": {"@id": "#lead"}},
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        {"@type": "ImageObject", "@id": "#lead", "url": "/lead.jpg", "caption": "The pier at dusk", "creditText": "Bo Chi"},
    ]
    head = f"<title>x</title><script type='application/ld+json'>{json.dumps({'@graph': graph})}</script>"
    found = read_page(page(f"<h1>Divers look at the old pier</h1>{PROSE}", head), URL).article
    assert found is not None
    assert found.authors == ("Ann Lee",)
    assert found.image is not None
    assert (found.image.url, found.image.caption, found.image.credit) == ("https://lantern.example/lead.jpg", "The pier at dusk", "Bo Chi")


@pytest.mark.parametrize(
    ("scope", "name", "person"),
    [
        ("itemscope itemtype='https://schema.org/NewsArticle'", "itemprop", "itemscope itemtype='https://schema.org/Person'"),
        ("vocab='https://schema.org/' typeof='NewsArticle'", "property", "typeof='Person'"),
        ("prefix='schema: https://schema.org/' typeof='schema:NewsArticle'", "property", "typeof='schema:Person'"),
    ],
)
def test_microdata_and_rdfa_state_author_date_and_headline(scope: str, name: str, person: str) -> None:
    prefix = "schema:" if "prefix" in scope else ""
    body = (
        f"<article {scope}><h1 {name}='{prefix}headline'>Divers look at the old pier</h1>"
        f"<span {name}='{prefix}author' {person}>by <i {name}='{prefix}name'>Ann Lee</i></span>"
        f"<meta {name}='{prefix}datePublished' content='2026-11-02T10:00:00Z'>{PROSE}</article>"
    )
    found = article(page(body))
    assert found["authors"] == ("Ann Lee",)
    assert str(found["published"]).startswith("2026-11-02 10:00")


def test_a_rail_inside_the_text_goes_and_the_text_behind_it_stays() -> None:
    rail = "<h3>Related stories</h3><ul><li><a href='/a'>A frontier town learns to live without its bridge</a></li></ul>"
    found = article(
        page(f"<article><h1>Divers look at the old pier</h1>{PROSE}{rail}{PROSE}<p>Read more: <a href='/b'>A tunnel</a></p></article>")
    )
    text = str(found["body_text"])
    assert text.count(SECOND.strip()) == 4
    assert "frontier" not in text
    assert "tunnel" not in text


def test_a_subhead_that_begins_like_furniture_does_not_end_the_article() -> None:
    body = f"<article><h1>Divers look at the old pier</h1>{PROSE * 2}<h2>Support for the market grows</h2>{PROSE}</article>"
    assert str(article(page(body))["body_text"]).count(LINE.strip()) == 6


def test_teasers_below_the_text_are_told_apart_from_it() -> None:
    cards = "".join(f"<h2><a href='/2026/{n}'>Why the grain corridor failed {n} times</a></h2><p>The deal had ships.</p>" for n in range(3))
    read = read_page(page(f"<article><h1>Divers look at the old pier</h1>{PROSE}{cards}</article>"), URL)
    assert read.article is not None
    assert "grain" not in read.article.body_text
    assert [teaser.headline for teaser in read.teasers] == [f"Why the grain corridor failed {n} times" for n in range(3)]


def test_a_kicker_inside_the_headline_is_no_part_of_it() -> None:
    head = "<title>Harbour: Divers look at the old pier - Lantern</title>"
    found = article(page(f"<article><h1><strong>Harbour</strong> Divers look at the old pier</h1>{PROSE}</article>", head))
    assert (found["headline"], found["kicker"]) == ("Divers look at the old pier", "Harbour")


def test_scripts_bios_and_interface_words_are_no_dek() -> None:
    for junk in (
        "<div class='dek'><script>jQuery.getScriptCache('x');</script></div>",
        "<p class='author-bio intro'>Ann Lee is a senior reporter at the Lantern who writes about harbours.</p>",
        "<div class='summary'>Email Print Comments and share this story with all of your friends</div>",
    ):
        assert article(page(f"<article><h1>Divers look at the old pier</h1>{junk}{PROSE}</article>"))["dek"] is None


@pytest.mark.parametrize(
    ("caption", "said", "credit"),
    [
        ("The pier at dusk (Dilnoza Karim)", "The pier at dusk", "Dilnoza Karim"),
        (
            "The pier at dusk (U.S. Air Force photo by Staff Sgt. Dana Holt)",
            "The pier at dusk",
            "U.S. Air Force photo by Staff Sgt. Dana Holt",
        ),
        ("Der Steg am Abend (Imago)", "Der Steg am Abend", "Imago"),
        ("Two divers (left) at the pier", "Two divers (left) at the pier", None),
        ("The pier (file photo)", "The pier (file photo)", None),
        ("The pier. Crédits photo : Jean Dru", "The pier.", "Jean Dru"),
    ],
)
def test_a_credit_in_brackets_closes_a_caption(caption: str, said: str, credit: str | None) -> None:
    figure = f"<figure><img src='/pier.jpg' width=900><figcaption>{caption}</figcaption></figure>"
    found = read_page(page(f"<article><h1>Divers look at the old pier</h1>{figure}{PROSE}</article>"), URL).article
    assert found is not None
    assert found.image is not None
    assert (found.image.caption, found.image.credit) == (said, credit)


@pytest.mark.parametrize(
    "name", ["facebook.png", "og-image.jpg", "default-share.png", "header.gif", "fb_share_1200x630.png", "site-logo.png"]
)
def test_a_sites_own_card_is_no_lead_picture(name: str) -> None:
    head = f"<title>Divers look at the old pier</title><meta property='og:image' content='/img/{name}'>"
    assert article(page(f"<h1>Divers look at the old pier</h1>{PROSE}", head))["image"] is None


def test_a_byline_is_sure_where_page_and_data_agree_and_unsure_where_they_do_not() -> None:
    def unsure(stated: str, shown: str) -> object:
        node = json.dumps(
            {"@type": "NewsArticle", "headline": "Divers look at the old pier", "author": {"@type": "Person", "name": stated}}
        )
        head = f"<title>x</title><script type='application/ld+json'>{node}</script>"
        return article(page(f"<article><h1>Divers look at the old pier</h1>{shown}{PROSE}</article>", head))["byline_unsure"]

    assert not unsure("Ann Lee", "<p class='byline'>By <a href='/author/ann' rel='author'>Ann Lee</a></p>")
    assert not unsure("Ann Lee", "")
    assert unsure("Ann Lee", "<p class='byline'>By Bo Chi</p>")
    assert unsure("annlee", "")


BANNER = "<div class='cookie-banner'>We use cookies. Accept all cookies or manage preferences in your privacy settings.</div>"


def test_banners_menus_and_feet_that_plead_make_no_wall_of_a_short_article() -> None:
    menu = "<header><a href='/s'>Already a subscriber? Sign in</a> <a href='/j'>Subscribe to continue supporting us</a></header>"
    foot = "<footer>Sign up for our newsletter. You have read all your free articles? Join.</footer>"
    short = f"{menu}{BANNER}<article><h1>Divers look at the old pier</h1><p>{LINE}</p><p>{SECOND}</p></article>{foot}"
    assert read_page(page(short), URL).notice is None


def test_a_headline_that_begins_with_a_number_is_no_error_page() -> None:
    body = f"<article><h1>500 people march to the old pier</h1><p>{LINE}</p><p>{SECOND}</p></article>"
    assert read_page(page(body, "<title>500 people march to the old pier</title>"), URL).notice is None
    gone = read_page(
        page("<h1>404 Not Found</h1><p>The page you asked for is not here any more, and nobody knows why.</p>", "<title>404</title>"), URL
    )
    assert gone.notice is Notice.NO_ARTICLE


@pytest.mark.parametrize(
    ("body", "notice"),
    [
        (f"<article><h1>Divers look</h1><p>{LINE}</p><div class='paywall'>Subscribe to continue reading</div></article>", Notice.PAYWALL),
        (f"<article><h1>Divers look</h1><p>{LINE[:60]}…</p><p>This article is for subscribers only.</p></article>", Notice.PAYWALL),
        (f"{BANNER}<p>We and our 812 partners value your privacy. Accept all or manage preferences to go on.</p>", Notice.CONSENT),
        ("<div id='app'></div><noscript>Please enable JavaScript.</noscript><script src='a.js'></script>", Notice.SCRIPT_ONLY),
    ],
)
def test_walls_are_said_and_give_no_article(body: str, notice: Notice) -> None:
    read = read_page(page(body), URL)
    assert (read.notice, read.article) == (notice, None)


def test_a_fragment_without_any_title_gives_what_it_holds() -> None:
    markup = f"{PROSE}<h3>News in brief</h3><ul><li>Rents rose by a tenth, the BBC reported.</li><li>A judge let the keeper go, Reuters reports.</li></ul>"
    read = read_page(markup.encode(), URL)
    assert read.notice is None
    assert read.article is not None
    assert read.article.headline is None
    assert [len(section.briefs) for section in read.sections] == [2]
