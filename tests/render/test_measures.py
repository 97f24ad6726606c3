"""What is measured where nobody looks: sideways scroll, height, text that is clipped or overlaps, in four more languages."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.fill import fill_html
from digest.render.press import Press
from digest.render.specimen import VALUES, specimens
from tests.render.eyes import Look, shown
from tests.render.languages import WORDS, in_language

THEMES = ("review", "bulletin")
WIDTHS = (320, 375, 520, 639, 700)

# Lines of text as boxes as tall as their letters; two blocks' lines may not lie over each other, and none may leave the page.
FAULTS = """() => {
    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, holder = node.parentElement;
        if (!node.nodeValue.trim() || holder.closest('style,title')) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const half = parseFloat(getComputedStyle(holder).fontSize) * 0.42;
        for (const box of range.getClientRects()) {
            if (box.width < 1) continue;
            const middle = (box.top + box.bottom) / 2;
            lines.push({left: box.left, right: box.right, top: middle - half, bottom: middle + half,
                block: holder.closest('p,h1,h2,h3,td'), words: node.nodeValue.trim().slice(0, 40)});
        }
    }
    for (const image of document.images) {
        const box = image.getBoundingClientRect();
        const {left, right, top, bottom} = box;
        if (box.width > 1) lines.push({left, right, top, bottom, block: image, words: image.alt});
    }
    const faults = [];
    if (document.documentElement.scrollWidth > innerWidth) faults.push(`scrolls to ${document.documentElement.scrollWidth}`);
    for (const line of lines) {
        if (line.right > innerWidth + 0.5 || line.left < -0.5) faults.push(`leaves the page: ${line.words}`);
    }
    for (const one of lines) for (const other of lines) {
        if (one.block === other.block || one.block.contains(other.block) || other.block.contains(one.block)) continue;
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const tall = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (wide > 1 && tall > 1) faults.push(`overlap: ${one.words} / ${other.words}`);
    }
    for (const node of document.querySelectorAll('p,h1,h2,h3,td,a,span,div')) {
        const look = getComputedStyle(node);
        const cuts = look.display !== 'none' && /hidden|clip/.test(look.overflowX + look.overflowY) && node.clientHeight;
        if (cuts && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1)) {
            faults.push(`clipped: ${node.innerText.slice(0, 40)}`);
        }
    }
    return [...new Set(faults)];
}"""


def faults(page: Page) -> list[str]:
    return list(page.evaluate(FAULTS))


@pytest.mark.parametrize("language", ["en", *WORDS])
@pytest.mark.parametrize("theme", THEMES)
def test_no_language_scrolls_sideways_overlaps_or_is_cut(
    browser: Browser, furnished: Press, newsletter: Newsletter, theme: str, language: str
) -> None:
    edition = specimens()["every block"] if language == "en" else in_language(specimens()["normal"], language)
    html = fill_html(render_edition(furnished, edition, replace(newsletter, theme=theme, language=language)), VALUES)
    found: dict[str, list[str]] = {}
    for pictures in (True, False):
        with shown(browser, html, Look(width=700, pictures=pictures)) as page:
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                if wrong := faults(page):
                    found[f"{width}, pictures {pictures}"] = wrong
    assert found == {}


def test_the_measure_sees_what_it_is_for(browser: Browser, html_of: Callable[[Edition, str], str]) -> None:
    html = html_of(specimens()["normal"], "review")
    for before, after, said in (
        (">A reservoir", '><span style="white-space:nowrap">' + "A" * 90 + "</span>", "leaves the page"),
        ('<h3 class="a v" style="margin:0;', '<h3 class="a v" style="margin:-40px 0 0;', "overlap"),
        ("Nadia Berg, editor", '<span style="display:block;overflow:hidden;height:8px">Nadia Berg, editor</span>', "clipped"),
    ):
        assert before in html
        with shown(browser, html.replace(before, after), Look(width=375)) as page:
            assert any(said in one for one in faults(page)), said


@pytest.mark.parametrize("theme", THEMES)
def test_an_arabic_page_is_read_from_the_right(browser: Browser, press: Press, newsletter: Newsletter, theme: str) -> None:
    edition = in_language(specimens()["normal"], "ar")
    html = fill_html(render_edition(press, edition, replace(newsletter, theme=theme, language="ar")), VALUES)
    sides = """() => [...document.querySelectorAll('h2,h3')].map(node => {
        const range = document.createRange();
        range.selectNodeContents(node);
        const text = range.getBoundingClientRect(), box = node.getBoundingClientRect();
        return Math.abs(box.right - text.right) <= Math.abs(text.left - box.left) + 1;
    })"""
    for width in (375, 700):
        with shown(browser, html, Look(width=width)) as page:
            assert all(page.evaluate(sides))


@pytest.mark.parametrize(("theme", "most"), [("review", 5_500), ("bulletin", 3_500)])
def test_a_phone_scrolls_a_normal_edition_no_further(
    browser: Browser, html_of: Callable[[Edition, str], str], theme: str, most: int
) -> None:
    with shown(browser, html_of(specimens()["normal"], theme), Look(width=375)) as page:
        assert page.evaluate("document.documentElement.scrollHeight") <= most


@pytest.mark.parametrize("theme", THEMES)
def test_the_ground_is_dark_to_the_edge_of_the_page(browser: Browser, html_of: Callable[[Edition, str], str], theme: str) -> None:
    with shown(browser, html_of(specimens()["thin"], theme), Look(width=375, scheme="dark")) as page:
        for node in ("body", "body > div.p"):
            assert page.evaluate(f"getComputedStyle(document.querySelector('{node}')).backgroundColor") == "rgb(20, 21, 23)"
        assert page.evaluate("getComputedStyle(document.querySelector('h3 a, h2 a')).color") == "rgb(236, 234, 229)"


@pytest.mark.parametrize("theme", THEMES)
def test_without_any_style_sheet_the_mail_still_fits(
    browser: Browser, furnished_html_of: Callable[[Edition, str], str], theme: str
) -> None:
    html = furnished_html_of(specimens()["every block"], theme).replace("<style", "<template").replace("</style", "</template")
    with shown(browser, html, Look(width=700)) as page:
        for width in (375, 700):
            page.set_viewport_size({"width": width, "height": 900})
            assert faults(page) == []
