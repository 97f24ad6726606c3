"""Every reader's page and the letter held against axe-core, in light and dark: no violation."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.web.newsroom import Desk
from tests.web.test_readers_browser import Visit, html_of, letter, readers_pages, waiting


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_no_readers_page_violates_axe(desk: Desk, chromium: Browser, size: str, scheme: str) -> None:
    visit = Visit(chromium, size, scheme=scheme, scripts=True)
    for path in readers_pages(desk):
        visit.page.goto(f"{desk.url}{path}")
        found = Axe().run(visit.page).response["violations"]
        assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == [], path
    visit.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_letter_has_contrast_and_names_its_links(desk: Desk, chromium: Browser, tmp_path: Path, scheme: str) -> None:
    waiting(desk)
    visit = Visit(chromium, "phone", scheme=scheme, scripts=True)
    visit.page.set_content(html_of(letter(desk, tmp_path / "letters")))
    found = Axe().run(visit.page, options={"runOnly": ["color-contrast", "link-name", "image-alt"]}).response["violations"]
    assert [node["html"][:160] for one in found for node in one["nodes"]] == []
    visit.context.close()
