"""The mail before strangers' judges: axe-core in both schemes, as Outlook repaints it too, and tidy against a list that was read."""

import re
import subprocess
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from digest.model.edition import Edition
from digest.render.lint_html import outlook_view
from digest.render.specimen import specimens
from tests.render.eyes import Look, shown

THEMES = ("review", "bulletin")
# What tidy says of each mail and why it stays: mail is laid out in tables with the attributes of 1999, which HTML 5 took away.
REVIEWED = {
    '<table> lacks "summary" attribute',  # layout, not data: each has role="presentation"
    '<td> attribute "align" not allowed for XHTML5',  # Outlook reads no text-align of a cell
    '<table> attribute "align" not allowed for XHTML5',  # Outlook reads no margin:auto
    '<td> proprietary attribute "vertical-align"',  # MRML writes it beside the style
    '<html> proprietary attribute "xmlns:v"',  # VML, for Outlook
    '<html> proprietary attribute "xmlns:o"',
    '<div> proprietary attribute "aria-roledescription"',  # WAI-ARIA 1.1; tidy is older
}
OUTLOOK_ALONE = {
    '<table> attribute "width" not allowed for XHTML5',
    '<table> attribute "bgcolor" not allowed for XHTML5',
    '<td> attribute "width" not allowed for XHTML5',
    '<td> attribute "height" not allowed for XHTML5',
}


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found if one["impact"] in {"serious", "critical"} for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark", "repainted"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious(browser: Browser, furnished_html_of: Callable[[Edition, str], str], theme: str, scheme: str) -> None:
    html = furnished_html_of(specimens()["every block"], theme)
    if scheme == "repainted":
        # Outlook.com in the dark: it asks for no scheme, and marks what it has given other colours.
        html = html.replace("<body ", '<body data-ogsc="" data-ogsb="" ', 1)
    with shown(browser, html, Look(width=700, scheme=scheme)) as page:
        assert serious(page) == []


def test_axe_would_find_a_faint_text(browser: Browser, html_of: Callable[[Edition, str], str]) -> None:
    with shown(browser, html_of(specimens()["normal"], "review").replace("#66686c", "#bbbbbb"), Look(width=700)) as page:
        assert any(one.startswith("color-contrast") for one in serious(page))


def tidy(html: str) -> set[str]:
    ran = subprocess.run(["tidy", "-q", "-e", "-utf8"], input=html.encode(), capture_output=True, check=False)
    return set(re.findall(r"^line \d+ column \d+ - (?:Warning|Error): (.*)$", ran.stderr.decode(), flags=re.MULTILINE))


@pytest.mark.parametrize("size", ["thin", "normal", "every block"])
@pytest.mark.parametrize("theme", THEMES)
def test_tidy_says_nothing_that_was_not_read(furnished_html_of: Callable[[Edition, str], str], theme: str, size: str) -> None:
    html = furnished_html_of(specimens()[size], theme)
    assert tidy(html) - REVIEWED == set()
    # The settings for Outlook are XML inside HTML, which only Word reads.
    outlook = re.sub(r"<noscript>\s*<xml>.*?</noscript>", "", outlook_view(html), flags=re.DOTALL)
    assert tidy(outlook) - REVIEWED - OUTLOOK_ALONE == set()


def test_tidy_would_say_that_a_table_is_torn(html_of: Callable[[Edition, str], str]) -> None:
    assert tidy(html_of(specimens()["thin"], "review").replace("</table>", "", 1)) - REVIEWED
