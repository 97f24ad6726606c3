"""The desk and the readers' pages in real Chromium: the journeys that the issue of a newsletter hangs on."""

from email import policy
from email.parser import BytesParser

import pytest
from playwright.sync_api import Browser, expect

from digest.model.mailing import Answer, DeliveryState, Settlement
from digest.store import settling
from tests.web.newsroom import Desk
from tests.web.watched import DESKTOP, Watched

PHONE, TABLET = (375, 812), (700, 900)
FILLED = """() => [...document.querySelectorAll(".strong")].filter((one) => one.checkVisibility()).map((one) => one.textContent.trim())"""


@pytest.mark.parametrize(("size", "scripts"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone-without-scripts"])
def test_an_editor_signs_in_sees_the_mail_approves_and_schedules_it(
    desk: Desk, chromium: Browser, size: tuple[int, int], *, scripts: bool
) -> None:
    watched = Watched(chromium, size, scripts=scripts)
    page = watched.page
    watched.sign_in(desk)
    page.get_by_role("heading", level=1).get_by_role("link").click()
    mail = page.frame_locator("iframe")
    expect(mail.get_by_text("Insurers, not admirals, decided").first).to_be_visible()
    if size == PHONE:
        page.get_by_role("link", name="Approve…").click()
    page.get_by_label("Word to the desk").fill("Read twice.")
    page.get_by_role("button", name="Approve revision 1").click()
    if size == PHONE:
        page.get_by_role("link", name="Schedule…").click()
    page.get_by_role("button", name="Schedule No. 214").click()
    expect(page.locator(".strip .state")).to_have_text("Scheduled")
    assert desk.state() == "scheduled"
    watched.close(desk)


@pytest.mark.parametrize(("size", "scripts"), [(DESKTOP, True), (PHONE, False)], ids=["desktop", "phone-without-scripts"])
def test_an_editor_sends_a_test_to_an_address_and_sees_what_became_of_it(
    desk: Desk, chromium: Browser, size: tuple[int, int], *, scripts: bool
) -> None:
    watched = Watched(chromium, size, scripts=scripts)
    page = watched.page
    watched.sign_in(desk)
    page.goto(f"{desk.url}/editions/1")
    page.get_by_role("link", name="Test send").click()
    page.get_by_label("To", exact=True).fill("colleague@example.org, not an address")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent.")
    expect(page.get_by_label("To", exact=True)).to_have_value("colleague@example.org, not an address")
    outbox = desk.runtime.settings.state / "outbox"
    assert not outbox.exists()
    page.get_by_label("To", exact=True).fill("colleague@example.org")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_role("status")).to_contain_text("colleague@example.org kept, not sent")
    (mail,) = (BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in outbox.glob("*.eml"))
    assert mail["To"] == "colleague@example.org"
    assert mail["Subject"].startswith("[Test] The strait reopens")
    page.get_by_role("link", name="Open edition").click()
    expect(page.locator(".strip .state")).to_have_text("Draft")
    watched.close(desk, but="status of 422")


def test_the_frame_shows_phone_dark_and_text_and_a_link_in_it_leads_nowhere(desk: Desk, chromium: Browser) -> None:
    watched = Watched(chromium)
    page = watched.page
    watched.sign_in(desk)
    page.goto(f"{desk.url}/editions/1")
    dek = page.frame_locator("iframe").get_by_text("Insurers, not admirals").first
    ink = "(dek) => getComputedStyle(dek).color"
    page.frame_locator("iframe").get_by_text("Read the article").first.click()
    light = dek.evaluate(ink)
    page.get_by_role("link", name="Dark").click()
    expect(dek).to_be_visible()
    assert dek.evaluate(ink) != light
    page.get_by_role("link", name="Phone").click()
    expect(dek).to_be_visible()
    assert page.frames[1].evaluate("() => innerWidth") == 375
    page.get_by_role("link", name="Text").click()
    expect(page.locator("pre")).to_contain_text("Insurers, not admirals")
    assert len(page.context.pages) == 1
    (refused,) = watched.complaints
    assert "allow-popups" in refused
    watched.complaints.clear()
    watched.close(desk)


def test_no_page_scrolls_sideways_and_none_has_two_filled_buttons(desk: Desk, chromium: Browser) -> None:
    watched = [Watched(chromium, size, scheme=scheme) for size, scheme in ((PHONE, "dark"), (TABLET, "light"), (DESKTOP, "dark"))]
    for one in watched:
        one.sign_in(desk)
    paths = ["/", "/editions/1", "/editions/1?view=text", "/editions/1#items", "/editions/1#checks", "/archive/weekly"]

    def measure(paths: list[str]) -> None:
        for one in watched:
            for path in paths:
                one.page.goto(desk.url + path)
                room = one.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
                assert room[0] <= room[1], (path, room)
                assert len(one.page.evaluate(FILLED)) <= 1, (path, room)

    measure(paths)
    mailing = desk.release()
    measure(["/", "/editions/1", "/archive/weekly", *(link.removeprefix(desk.url) for link in desk.links(mailing).values())])
    for one in watched:
        one.close(desk)


def test_a_reader_leaves_by_one_button_and_takes_it_back(desk: Desk, chromium: Browser) -> None:
    link = desk.links(desk.release())["unsubscribe_url"]
    watched = Watched(chromium, PHONE, scripts=False)
    page = watched.page
    page.goto(link)
    assert desk.subscription() == "confirmed"
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are out")).to_be_visible()
    assert desk.subscription() == "unsubscribed"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    assert desk.subscription() == "confirmed"
    watched.close(desk)


def test_the_count_of_a_running_sending_moves_by_itself_and_it_stops_in_two_steps(desk: Desk, chromium: Browser) -> None:
    mailing = desk.release()
    watched = Watched(chromium)
    page = watched.page
    watched.sign_in(desk)
    page.goto(f"{desk.url}/editions/1")
    expect(page.locator(".huge")).to_have_text("0")
    with desk.database.writing() as session:
        answer = Answer(state=DeliveryState.SENT, code=250, reply="ok")
        settling.settle(session, [Settlement(mailing_id=mailing, subscriber_id=1, answer=answer, settled=desk.now)])
    expect(page.locator(".huge")).to_have_text("1")
    page.get_by_text("Stop for good…").click()
    page.get_by_role("button", name="Stop No. 214 for good").click()
    expect(page.locator(".strip .state")).to_have_text("Stopped")
    assert desk.mailing_state() == "cancelled"
    watched.close(desk)


def test_the_keyboard_reaches_the_content_first(desk: Desk, chromium: Browser) -> None:
    watched = Watched(chromium)
    page = watched.page
    watched.sign_in(desk)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    watched.close(desk)
