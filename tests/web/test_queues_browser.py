"""The page of the queues in real Chromium: it follows without a reload, keeps focus and menus, and reads without scripts."""

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from digest.model.ops import QueueStatus
from digest.web.app import create_app
from tests.web.newsroom import PASSWORD, Desk, Served
from tests.web.test_queues import STATUS
from tests.web.watched import Watched


class Looker(Watched):
    """A signed-in browser at the page of the queues."""

    def __init__(self, browser: Browser, desk: Desk, *, width: int = 1280, scripts: bool = True, scheme: str = "light") -> None:
        super().__init__(browser, (width, 860), scripts=scripts, scheme=scheme)
        self.page.goto(f"{desk.url}/sign-in?next=/queues")
        self.page.get_by_label("Email address").fill("editor@meridian.example")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", name="Queues", level=1)).to_be_visible()
        self.page.wait_for_load_state()


@pytest.fixture
def shown(desk: Desk, served: Served) -> list[QueueStatus]:
    """What the queues hold now: a list of one, to be exchanged."""
    shown = [STATUS]
    served.app = create_app(desk.runtime, lambda: shown[0], clock=lambda: desk.now)
    return shown


def test_figures_follow_without_a_reload_and_leave_focus_and_menus_alone(desk: Desk, chromium: Browser, shown: list[QueueStatus]) -> None:
    looker = Looker(chromium, desk)
    page = looker.page
    expect(page.locator("[data-pulse]")).to_have_text("Live")
    page.evaluate("() => { window.mine = true }")
    page.get_by_text("Stop…").click()
    page.get_by_role("button", name="Pause No. 214").focus()
    counts = replace(STATUS.mailings[0].counts, sent=12_001, pending=6_481)
    shown[0] = replace(
        STATUS, mailings=(replace(STATUS.mailings[0], counts=counts),), failures=(), queues=(replace(STATUS.queues[1], depth=77),)
    )
    expect(page.get_by_text("12,001 of 18,541 accepted")).to_be_visible()
    expect(page.get_by_role("row", name="deliver 77")).to_be_visible()
    expect(page.get_by_text("No task failed.")).to_be_visible()
    expect(page.get_by_role("row", name="gather 0")).to_have_count(0)
    expect(page.get_by_role("button", name="Pause No. 214")).to_be_focused()
    expect(page.get_by_role("button", name="Stop No. 214 for good")).to_be_visible()
    shown[0] = STATUS
    expect(page.get_by_text("11,406 of 18,541 accepted")).to_be_visible()
    assert page.evaluate("() => window.mine") is True
    looker.close(desk)


def test_pausing_from_the_page_comes_back_to_the_page(desk: Desk, served: Served, chromium: Browser, shown: list[QueueStatus]) -> None:
    desk.release()
    looker = Looker(chromium, desk)
    looker.page.get_by_role("button", name="Pause No. 214").click()
    expect(looker.page).to_have_url(f"{desk.url}/queues")
    assert desk.mailing_state() == "paused"
    assert served.app is not None
    assert shown == [STATUS]
    looker.close(desk)


def test_without_scripts_everything_is_readable_and_looks_again_only_by_hand(
    desk: Desk, chromium: Browser, shown: list[QueueStatus]
) -> None:
    looker = Looker(chromium, desk, width=375, scripts=False)
    page = looker.page
    for words in ("11,406 of 18,541 accepted", "No worker takes from deliver", "2 findings block it", "ProcessError"):
        expect(page.get_by_text(words)).to_be_visible()
    shown[0] = replace(STATUS, mailings=())
    page.wait_for_timeout(1_000)
    page.get_by_role("link", name="Look again", exact=True).click()
    expect(page.get_by_text("11,406 of 18,541 accepted")).to_have_count(0)
    expect(page.get_by_role("link", name="Look again every 10 seconds")).to_be_visible()
    looker.close(desk)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_one_button_at_most_is_filled_and_axe_finds_nothing(
    desk: Desk, chromium: Browser, shown: list[QueueStatus], scheme: str
) -> None:
    word = "x" * 400
    shown[0] = replace(
        STATUS,
        workers=tuple(replace(worker, name=f"{worker.name}{word}") for worker in STATUS.workers),
        failures=(replace(STATUS.failures[0], error=word),),
        mailings=(replace(STATUS.mailings[0], reason=word),),
    )
    for width in (1280, 700, 375):
        looker = Looker(chromium, desk, width=width, scheme=scheme)
        assert [one["id"] for one in Axe().run(looker.page).response["violations"]] == []
        room = looker.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert room[0] <= room[1], (width, room)
        assert looker.page.locator(".ops .strong").count() <= 1
        looker.close(desk)
