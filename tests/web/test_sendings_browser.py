"""The page of a sending in real Chromium: by axe-core in both schemes, live with scripts, the same by hand without."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from digest.flows import departing
from tests.web.at import At
from tests.web.newsroom import Desk
from tests.web.test_axe import violations
from tests.web.test_sendings import APPROVED, accept, states


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_of_a_sending_violates_axe_or_is_wider_than_its_window(desk: Desk, chromium: Browser, scheme: str) -> None:
    desk.approve()
    editor = desk.client()
    context = chromium.new_context(viewport={"width": 375, "height": 860}, color_scheme="dark" if scheme == "dark" else "light")
    context.add_cookies([{"name": "digest_session", "value": editor.cookies["digest_session"], "url": desk.url}])
    page = context.new_page()
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.goto(f"{desk.url}/editions/1")
        over = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if found := violations(page) + (["wider than its window"] if over else []):
            wrong[name] = found
        # Left before the next act: the page turns by itself when a mailing changes its state.
        page.goto("about:blank")

    look("approved")
    editor.post("/editions/1/send", data=APPROVED | {"begin": "first", "size": "1"})
    look("held")
    editor.post("/editions/1/sending/go")
    accept(desk)
    departing.advance(desk.database, now=desk.now)
    look("round")
    editor.post("/editions/1/sending/go")
    look("sending")
    accept(desk, but=2)
    look("done")
    editor.post("/editions/1/sending/correct", data={"subject": "Correction: the light"})
    look("correcting")
    editor.post("/editions/1/approve", data={"revision": "2", "state": "draft", "sha256": desk.sha256()})
    look("corrected")
    context.close()
    assert wrong == {}


def test_the_countdown_runs_and_the_page_turns_when_it_has_run_out(desk: Desk, chromium: Browser) -> None:
    desk.approve()
    desk.client().post("/editions/1/send", data=APPROVED)
    here = At(desk, chromium)
    page = here.open("/editions/1")
    expect(page.get_by_role("timer")).to_have_text("01:00")
    desk.now += timedelta(seconds=20)
    expect(page.get_by_role("timer")).to_have_text("00:40")
    desk.now += timedelta(seconds=41)
    departing.advance(desk.database, now=desk.now)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    here.close(but="net::ERR_INCOMPLETE_CHUNKED_ENCODING")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_sending_is_begun_with_a_first_round_and_undone_by_buttons_alone(desk: Desk, chromium: Browser, *, scripts: bool) -> None:
    desk.approve()
    here = At(desk, chromium, scripts=scripts)
    page = here.open("/editions/1")
    page.get_by_text("Send now…").click()
    form = page.locator('form[action="/editions/1/send"]')
    form.get_by_text("A first round").click()
    form.get_by_label("Of", exact=True).fill("2")
    form.get_by_role("button", name="Send No. 214 now").click()
    expect(page.get_by_role("timer")).to_be_visible()
    assert states(desk) == {"first": "held", "edition": "held"}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="When it goes out")).to_be_visible()
    assert states(desk) == {}
    here.close(but="net::ERR_INCOMPLETE_CHUNKED_ENCODING")
