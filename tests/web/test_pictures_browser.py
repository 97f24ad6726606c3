"""The page of an edition whose pictures are on their way, in real Chromium: it shows them on arrival, and leaves alone whoever types."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from digest.model.picture import Developed
from digest.store import link_checks, pictures
from tests.web.newsroom import NOW, PASSWORD, Desk
from tests.web.test_mail_pictures import BODY, WISH, with_picture


@pytest.fixture
def page(desk: Desk, chromium: Browser) -> Page:
    """An editor at the edition, whose lead picture nobody has fetched yet."""
    with_picture(desk)
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{desk.url}/sign-in?next=/editions/1")
    page.get_by_label("Email address").fill("editor@meridian.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Approve without it")).to_be_visible()
    return page


def comes(desk: Desk) -> None:
    with desk.database.writing() as session:
        made = Developed(media="image/jpeg", width=1200, height=800, found=(1600, 1067), body=BODY)
        pictures.keep(session, WISH.key, made, now=NOW)


def test_a_picture_shows_on_arrival_and_the_next_act_is_approval(desk: Desk, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.evaluate("() => { window.mine = true }")
    before = page.locator("#device iframe").get_attribute("src")
    comes(desk)
    expect(page.get_by_role("button", name="Approve revision 2")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("still being fetched")).to_have_count(0)
    assert page.locator("#device iframe").get_attribute("src") != before
    assert page.evaluate("window.mine")
    assert page.locator("[data-waits]").count() == 0
    looks = asked.count("/editions/1")
    page.wait_for_timeout(3_500)
    assert asked.count("/editions/1") == looks


def test_whoever_types_a_word_to_the_desk_keeps_it(desk: Desk, page: Page) -> None:
    page.get_by_label("Word to the desk").fill("Good enough for me")
    comes(desk)
    with page.expect_response(lambda answer: urlsplit(answer.url).path == "/editions/1"):
        pass
    expect(page.get_by_label("Word to the desk")).to_have_value("Good enough for me")
    page.get_by_label("Word to the desk").fill("")
    page.get_by_label("Word to the desk").blur()
    expect(page.get_by_role("button", name="Approve revision 2")).to_be_visible(timeout=30_000)


def test_a_choice_that_was_made_stays_while_links_are_asked(desk: Desk, page: Page) -> None:
    page.get_by_role("button", name="Approve without it").click()
    expect(page.get_by_text("links are being asked")).to_be_visible()
    page.get_by_text("At another time").click()
    page.get_by_role("heading", name="When it goes out").click()
    with desk.database.writing() as session:
        link_checks.finish(session, 1, revision=2, now=NOW)
    for _ in range(2):
        with page.expect_response(lambda answer: urlsplit(answer.url).path == "/editions/1"):
            pass
    expect(page.get_by_label("At another time")).to_be_checked()
    page.get_by_text("At its slot").click()
    page.get_by_label("At its slot").blur()
    expect(page.get_by_text("links are being asked")).to_have_count(0, timeout=30_000)
