"""What is chosen by ticks, held against axe-core in light and dark at both widths, and nothing scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from digest.model.account import Role
from digest.store import newsletters
from tests.web.newsroom import NOW, Desk
from tests.web.test_segments import CHOOSING


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1280, "light")])
def test_ticks_of_sections_violate_nothing(desk: Desk, chromium: Browser, width: int, scheme: str) -> None:
    with desk.database.writing() as session:
        newsletters.keep(session, CHOOSING, now=NOW)
    cookie = desk.client(Role.ADMIN).cookies["digest_session"]
    pages = ["/newsletters/weekly/plan", "/editions/1?view=phone&off=briefs", "/editions/1/test"]
    links = desk.links(desk.release())
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light")
    context.add_cookies([{"name": "digest_session", "value": cookie, "url": desk.url}])
    page = context.new_page()
    for address in (*(f"{desk.url}{path}" for path in pages), links["preferences_url"]):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    context.close()
