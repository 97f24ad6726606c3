"""A reader's whole way in real Chromium, on a phone without scripts: ask, the letter, confirm, preferences, leave, take it back."""

import re
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Route, expect

from digest.audience.token import Purpose, make_consent_token
from digest.deliver.outbox import OutboxTransport
from digest.flows import consenting
from digest.flows.consenting import Asking
from digest.store import consents, newsletters, subscribers
from digest.store.consents import Proof
from digest.web.subscribe import snippet
from tests.web.newsroom import NEWSLETTER, NOW, SECRET, Desk
from tests.web.watched import Heard

SIZES = {"phone": (375, 812), "tablet": (700, 900), "desktop": (1280, 860)}
LONG = "Die außerordentlich umständliche Donaudampfschifffahrtsgesellschaftskapitänswochenschau und ihr Beiblatt"


class Visit(Heard):
    """A reader's page, at the size of one of their screens."""

    def __init__(self, browser: Browser, size: str, *, scheme: str = "light", scripts: bool = False) -> None:
        width, height = SIZES[size]
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
        )
        super().__init__(self.context)

    def close(self, *hosts: str) -> None:
        assert self.complaints == []
        assert self.hosts == set(hosts)
        self.context.close()


def host(desk: Desk) -> str:
    return urlsplit(desk.url).netloc


def letter(desk: Desk, folder: Path) -> EmailMessage:
    """Send what is due, as a worker would, and return the one letter in the outbox."""
    sender = consenting.Sender(
        press=desk.runtime.press, transport=OutboxTransport(folder), secret=desk.runtime.secret, clock=lambda: desk.now
    )
    for consent_id in consenting.due(desk.database, now=desk.now):
        assert consenting.send(desk.database, sender, consent_id)
    (path,) = folder.glob("*.eml")
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(path.read_bytes())


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def waiting(desk: Desk, address: str = "waits@example.net") -> str:
    """Return the path of a confirmation that waits for its button."""
    proof = Proof(form="page", wording="2026-11")
    consenting.ask(desk.database, SECRET.encode(), Asking(newsletter_id="weekly", address=address, proof=proof), now=desk.now)
    with desk.database.reading() as session:
        reader = subscribers.by_address(session, address)
        assert reader is not None
        (consent,) = consents.of_subscriber(session, reader.id)
    return f"/c/{make_consent_token(SECRET.encode(), Purpose.CONFIRM, consent.id, consent.asked)}"


def readers_pages(desk: Desk) -> list[str]:
    """Return the paths of all that a reader can see: with an edition, empty, with long words, and what leads nowhere."""
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, id="trade", name="Trade Note"), now=NOW)
        newsletters.keep(session, replace(NEWSLETTER, id="long", name=LONG, public_name=LONG), now=NOW)
    links = [link.removeprefix(desk.url) for name, link in desk.links(desk.release()).items() if name != "browser_url"]
    paths = [*(f"/subscribe/{one}" for one in ("weekly", "trade", "long")), "/subscribe/weekly/form", "/subscribe/none", waiting(desk)]
    return [*paths, "/c/1-forged", *(f"/archive/{one}" for one in ("weekly", "trade", "long")), *links]


def test_a_reader_asks_confirms_chooses_leaves_and_takes_it_back(desk: Desk, chromium: Browser, tmp_path: Path) -> None:
    visit = Visit(chromium, "phone")
    page = visit.page
    page.goto(f"{desk.url}/subscribe/weekly")
    page.get_by_label("Your email address").fill("ada@example.net")
    page.get_by_role("button", name="Get it").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()

    mail = letter(desk, tmp_path / "letters")
    assert mail["To"] == "ada@example.net"
    # A page of its own: the letter's styles are not for our pages' policy.
    page.goto("about:blank")
    page.set_content(html_of(mail))
    link = page.get_by_role("link", name="Confirm my subscription").get_attribute("href")
    assert link is not None
    page.goto(link)
    with desk.database.reading() as session:
        reader = subscribers.by_address(session, "ada@example.net")
        assert reader is not None
    assert desk.subscription(reader.id) == "unconfirmed"
    page.get_by_role("button", name="Yes, send it to me").click()
    expect(page.get_by_role("heading", name="You are on the list")).to_be_visible()
    assert desk.subscription(reader.id) == "confirmed"

    links = desk.links(desk.release(), reader.id)
    page.goto(links["preferences_url"])
    page.get_by_label("Name").fill("Ada Lind")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Ada Lind")
    page.get_by_role("button", name="Stop all mail").click()
    expect(page.get_by_text("Nothing more will come.")).to_be_visible()
    assert desk.subscription(reader.id) == "unsubscribed"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert desk.subscription(reader.id) == "confirmed"

    page.goto(links["unsubscribe_url"])
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("heading", name="You are out")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    assert desk.subscription(reader.id) == "confirmed"
    visit.close(host(desk))


def test_a_wrong_address_stays_in_its_field_and_the_keyboard_is_there(desk: Desk, chromium: Browser) -> None:
    visit = Visit(chromium, "desktop", scripts=True)
    page = visit.page
    page.goto(f"{desk.url}/subscribe/weekly")
    page.evaluate("() => { document.querySelector('form').noValidate = true }")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your email address")).to_be_focused()
    page.keyboard.type("ada at example.net")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent.")
    expect(page.get_by_label("Your email address")).to_have_value("ada at example.net")
    expect(page.get_by_label("Your email address")).to_be_focused()
    assert len(visit.complaints) == 1
    assert "422" in visit.complaints.pop()
    visit.close(host(desk))


def test_the_form_works_from_another_sites_page(desk: Desk, chromium: Browser, tmp_path: Path) -> None:
    visit = Visit(chromium, "desktop")

    def other_site(route: Route) -> None:
        route.fulfill(body=f"<!doctype html><title>A site</title>{snippet(NEWSLETTER, desk.url)}", content_type="text/html")

    visit.page.route("http://meridian.example/**", other_site)
    visit.page.goto("http://meridian.example/about")
    visit.page.get_by_label("Your email address").fill("ada@example.net")
    visit.page.get_by_role("button", name="Get The Meridian Weekly").click()
    expect(visit.page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    assert letter(desk, tmp_path / "letters")["To"] == "ada@example.net"
    visit.close(host(desk), "meridian.example")


@pytest.mark.parametrize("size", list(SIZES))
def test_every_readers_page_fits_its_window_and_has_one_filled_button_at_most(desk: Desk, chromium: Browser, size: str) -> None:
    visit = Visit(chromium, size, scheme="dark" if size == "tablet" else "light", scripts=True)
    page = visit.page
    for path in readers_pages(desk):
        page.goto(f"{desk.url}{path}")
        room = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert room[0] <= room[1], (path, size, room)
        filled = page.evaluate("() => [...document.querySelectorAll('.strong')].filter((one) => one.checkVisibility()).length")
        assert filled <= 1, path
    visit.complaints = [said for said in visit.complaints if not re.search(r"status of 404", said)]
    visit.close(host(desk))


@pytest.mark.parametrize("theme", ["review", "bulletin"])
def test_the_letter_fits_a_phone(desk: Desk, chromium: Browser, tmp_path: Path, theme: str) -> None:
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, theme=theme, name=LONG), now=NOW)
    waiting(desk)
    visit = Visit(chromium, "phone", scripts=True)
    visit.page.set_content(html_of(letter(desk, tmp_path / "letters")))
    room = visit.page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert room[0] <= room[1]
    visit.close()
