"""The settings in real Chromium, without scripts: a source is added from the sample outlet, a slot skipped, a plan put in order."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from digest.demo.outlet import Outlet
from digest.model.account import Role
from digest.store import newsletters, sources
from tests.web.newsroom import NOW, Desk

FILLED = """() => [...document.querySelectorAll(".strong")].filter((one) => one.checkVisibility()).length"""


def signed_in(browser: Browser, desk: Desk, width: int, *, scripts: bool = True, dark: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 860}, java_script_enabled=scripts, color_scheme="dark" if dark else "light"
    )
    token = desk.client(Role.ADMIN).cookies["digest_session"]
    context.add_cookies([{"name": "digest_session", "value": token, "url": desk.url}])
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


@pytest.mark.parametrize("width", [1280, 375])
def test_a_source_is_added_a_slot_skipped_and_the_plan_put_in_order(desk: Desk, chromium: Browser, width: int) -> None:
    page = signed_in(chromium, desk, width, scripts=False)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.goto(desk.url)
    with Outlet(NOW) as outlet:
        page.get_by_role("link", name="Sources").click()
        page.get_by_label("Add a source by its site’s address").fill(outlet.url)
        page.get_by_role("button", name="Find its feeds").click()
        expect(page.get_by_role("alert")).to_contain_text("127.0.0.1 is a private or special address")
        page.get_by_label("On our own network").check()
        page.get_by_role("button", name="Find its feeds").click()
        page.get_by_role("button", name=re.compile("See what it gives.*dispatches")).click()
        expect(page.get_by_role("heading", name="What it gives now")).to_be_visible()
        page.get_by_label("Short name").fill("dispatches")
        page.get_by_role("button", name="Follow it").click()
    expect(page.get_by_role("row", name="dispatches")).to_contain_text("Not visited yet")
    page.get_by_role("link", name="Newsletter", exact=True).click()
    page.get_by_role("button", name="Skip Sat 28 Nov, 07:00").click()
    expect(page.get_by_text("Skipped by Ada Admin")).to_be_visible()
    assert desk.state() == "skipped"
    page.get_by_role("button", name="Bring back Sat 28 Nov, 07:00").click()
    assert desk.state() == "draft"
    page.get_by_role("link", name="Plan").click()
    page.get_by_role("button", name=re.compile("Down.*lead")).click()
    expect(page.get_by_role("button", name=re.compile("Down.*lead"))).to_be_focused()
    page.get_by_label("Stable name").nth(1).press("Enter")
    expect(page.get_by_text("Drafts laid out from now on follow it.")).to_be_visible()
    with desk.database.reading() as session:
        assert [section.key for section in newsletters.get(session, "weekly").plan][:2] == ["articles", "lead"]
        assert sources.get(session, "dispatches").source.allow_private
    assert hosts == {urlsplit(desk.url).netloc}
    page.context.close()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (375, True)], ids=["light", "phone-dark"])
def test_no_settings_page_scrolls_sideways_or_violates_axe(desk: Desk, chromium: Browser, width: int, *, dark: bool) -> None:
    page = signed_in(chromium, desk, width, dark=dark)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    for path in (
        *("/sources", "/newsletters", "/newsletters/weekly", "/newsletters/weekly/plan", "/newsletters/weekly/slots"),
        *("/people", "/acts", "/account"),
    ):
        page.goto(desk.url + path)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(FILLED) <= 1, path
        for summary in page.locator("main details:not([open]) > summary").all()[:2]:
            summary.click()
        found = Axe().run(page).response["violations"]
        assert [(one["id"], node["html"][:160]) for one in found for node in one["nodes"]] == [], path
    assert complaints == []
    page.context.close()
