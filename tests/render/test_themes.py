"""Both themes as a reader sees them: in Chromium at phone and desk width, in light and dark, and their colours at AA."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Route, sync_playwright

from digest.model.edition import Brief, Edition
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.fill import fill_html
from digest.render.press import Press

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A one-pixel picture, stretched by the mail's own width: what a reader's client loads in place of the outlet's.
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="400"><rect width="600" height="400" fill="#345"/></svg>'
THEMES = ("review", "bulletin")
OVERFLOWING = """() => [...document.querySelectorAll('h1,h2,h3,p,img,a')].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 0.5 || box.left < -0.5);
}).map(node => node.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def html_of(press: Press, newsletter: Newsletter, values: dict[str, str]) -> Callable[[Edition, str], str]:
    """The HTML that one reader gets of an edition in a theme."""
    return lambda edition, theme: fill_html(render_edition(press, edition, replace(newsletter, theme=theme)), values)


def serve_pictures(route: Route) -> None:
    if route.request.url.endswith(".png"):
        route.fulfill(body=PICTURE, content_type="image/svg+xml")
    else:
        route.abort()


@pytest.mark.parametrize("theme", THEMES)
def test_nothing_scrolls_sideways_at_any_width(
    browser: Browser, html_of: Callable[[Edition, str], str], normal: Edition, theme: str
) -> None:
    long_word = Brief(id="w", lead="Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen " * 2, html="Ein Wort.")
    crowded = replace(normal.sections[2], items=(long_word, *normal.sections[2].items))
    edition = replace(normal, sections=(*normal.sections[:2], crowded, normal.sections[3]))
    html = html_of(edition, theme)
    page = browser.new_page()
    page.route("**/*", serve_pictures)
    page.set_content(html)
    for width in (320, 375, 700):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(OVERFLOWING) == []
    page.close()


@pytest.mark.parametrize("theme", THEMES)
def test_a_phone_scrolls_no_further_than_5500_pixels_and_the_dark_page_is_dark(
    browser: Browser, html_of: Callable[[Edition, str], str], normal: Edition, theme: str
) -> None:
    html = html_of(normal, theme)
    page = browser.new_page(viewport={"width": 375, "height": 800}, color_scheme="dark")
    page.route("**/*", serve_pictures)
    page.set_content(html)
    assert page.evaluate("document.documentElement.scrollHeight") <= 5_500
    ground = "getComputedStyle(document.querySelector('body > div.p')).backgroundColor"
    assert page.evaluate(ground) == "rgb(20, 21, 23)"
    assert page.evaluate("getComputedStyle(document.querySelector('h3 a')).color") == "rgb(236, 234, 229)"
    page.close()


@pytest.mark.parametrize(("theme", "most"), [("review", 75_000), ("bulletin", 50_000)])
def test_a_normal_edition_weighs_little(press: Press, normal: Edition, newsletter: Newsletter, theme: str, most: int) -> None:
    rendered = render_edition(press, normal, replace(newsletter, theme=theme))
    assert rendered.html_bytes <= most
    assert rendered.html.count("<h1") == 1
    assert "fonts.googleapis" not in rendered.html


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_at_aa(press: Press, theme: str, scheme: str) -> None:
    colours = press.theme(theme).settings[scheme]
    for ground in ("paper", "sunk"):
        for text in ("ink", "ink2", "ink3", "brand"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert contrast(colours["on_ink"], colours["ink"]) >= 4.5
    if "band" in colours:
        assert contrast("#ffffff", colours["band"]) >= 4.5
