"""Editing in real Chromium: what is typed saves itself and the preview follows; and all of it without scripts."""

import hashlib
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from digest.compose import edit
from digest.flows import correcting, editing
from digest.flows.correcting import Correction
from digest.model.edition import EditionState
from digest.store import editions
from tests.web.at import At
from tests.web.newsroom import Desk

VENDOR = Path(__file__).parents[2] / "digest/web/static/vendor"


def revision(desk: Desk) -> int:
    with desk.database.reading() as session:
        return editions.get(session, 1).revision


def test_htmx_is_the_one_that_the_readme_names() -> None:
    named = re.search(r"\b[0-9a-f]{64}\b", (VENDOR / "README.md").read_text("utf-8"))
    assert named is not None
    assert hashlib.sha256((VENDOR / "htmx.min.js").read_bytes()).hexdigest() == named[0]


def test_what_is_typed_saves_itself_and_the_frame_follows(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium)
    page = at.open("/editions/1?item=b2")
    expect(page.frame_locator("iframe").get_by_text("A third cable is cut.").first).to_be_visible()
    lead = page.get_by_label("Lead in bold")
    lead.fill("A fourth cable is cut.")
    expect(page.locator("#saved")).to_contain_text("revision 2")
    expect(page.frame_locator("iframe").get_by_text("A fourth cable is cut.").first).to_be_visible()
    expect(page.locator(".rail a[aria-current]")).to_contain_text("A fourth cable is cut.")
    expect(lead).to_be_focused()
    lead.press("End")
    page.keyboard.type(" Again.")
    expect(page.locator("#saved")).to_contain_text("revision 3")
    expect(lead).to_have_value("A fourth cable is cut. Again.")
    page.get_by_role("button", name="Undo").click()
    # What saved itself while one typed is one step.
    expect(page.get_by_label("Lead in bold")).to_have_value("A third cable is cut.")
    assert revision(desk) == 4
    at.close()


def test_what_extensions_leave_on_fields_is_no_complaint_when_a_part_of_the_page_is_renewed(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium)
    page = at.open("/editions/1?item=b2")
    # As spell checkers, password managers and Playwright's own screenshots do; what stays empty is as forbidden as any other.
    marks = "for (const one of document.querySelectorAll('[id]')) { one.style.caretColor = 'red'; one.style.removeProperty('caret-color') }"
    page.evaluate(marks)
    assert page.locator('#items [id][style=""]').count() > 0
    page.get_by_label("Lead in bold").fill("A fourth cable is cut.")
    expect(page.locator("#saved")).to_contain_text("revision 2")
    expect(page.locator(".rail a[aria-current]")).to_contain_text("A fourth cable is cut.")
    expect(page.locator('#items [id][style=""]')).to_have_count(0)
    page.evaluate(marks)
    by_tomas = Correction(edition_id=1, revision=2, state=EditionState.DRAFT, who="Tomas", at=desk.now, why="edited")
    correcting.correct(desk.database, by_tomas, lambda edition: edit.set_brief(edition, "b2", {"lead": "A fifth cable is cut."}))
    page.get_by_label("Lead in bold").fill("A sixth cable is cut.")
    expect(page.get_by_text("Two of you changed this brief")).to_be_visible()
    at.close(but="status of 409")


def test_a_refusal_is_said_beside_what_was_typed_and_goes_when_it_is_mended(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium)
    page = at.open("/editions/1?item=a1")
    link = page.get_by_label("Link")
    link.fill("no address")
    expect(page.get_by_role("alert")).to_contain_text("is no web address")
    expect(link).to_have_value("no address")
    link.fill("https://meridian.example/other")
    expect(page.locator("#saved")).to_contain_text("revision 2")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("Headline").fill("x" * 70_000)
    expect(page.get_by_role("alert")).to_contain_text("at most 1,000 fit")
    at.close(but="status of 4")


def test_two_who_type_at_once_lose_nothing(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium)
    page = at.open("/editions/1?item=b1")
    correction = Correction(edition_id=1, revision=1, state=EditionState.DRAFT, who="Tomas", at=desk.now, why="edited")
    correcting.correct(desk.database, correction, lambda edition: edit.set_brief(edition, "b1", {"lead": "Grain ships wait."}))
    page.get_by_label("Lead in bold").fill("Grain ships leave early.")
    expect(page.get_by_text("Two of you changed this brief")).to_be_visible()
    expect(page.locator(".side ins")).not_to_have_count(0)
    page.get_by_role("button", name="Keep both as two briefs").click()
    for words in ("Grain ships wait.", "Grain ships leave early."):
        expect(page.locator("#items").get_by_text(words)).to_be_visible()
    at.close(but="status of 409")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_reorder_by_keyboard_keeps_the_focus(desk: Desk, chromium: Browser, *, scripts: bool) -> None:
    at = At(desk, chromium, scripts=scripts)
    page = at.open("/editions/1?item=a1")
    down = page.get_by_role("button", name="Move down")
    down.focus()
    for place in ("2nd", "3rd", "4th"):
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=f"Articles, {place} of 4")).to_be_visible()
        expect(page.get_by_role("button", name="Move down")).to_be_focused()
    at.close()


def test_without_scripts_a_phone_edits_by_buttons(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium, scripts=False, width=375)
    page = at.open("/editions/1#items")
    page.get_by_role("link", name="A third cable is cut.").click()
    page.get_by_label("Text", exact=True).fill("It was *cut* by [an anchor](https://meridian.example/anchor).")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("It was *cut* by [an anchor](https://meridian.example/anchor).")
    page.get_by_role("link", name="Preview").click()
    expect(page.frame_locator("iframe").get_by_text("an anchor").first).to_be_visible()
    at.close()


def test_no_page_of_editing_scrolls_sideways_and_none_has_two_filled_buttons(desk: Desk, chromium: Browser) -> None:
    desk.client().post("/editions/1/items/b1", data={"revision": "1", "state": "draft", "lead": "Grain ships wait."})
    filled = """() => [...document.querySelectorAll(".strong")].filter((one) => one.checkVisibility()).length"""
    for width in (375, 700, 1280):
        at = At(desk, chromium, width=width)
        for path in ("?item=head", "?item=a0", "?item=b1", "?item=intro", "?item=s3", "/history", "#items"):
            page = at.open(f"/editions/1{path}")
            room = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
            assert room[0] <= room[1], (path, room)
            assert page.evaluate(filled) <= 1, (path, width)
        at.close()


def test_the_item_in_hand_is_ringed_and_in_sight(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium)
    for item_id, words in (("b3", "Valletta offers"), ("a0", "The strait reopens")):
        page = at.open(f"/editions/1?item={item_id}")
        here = page.frame_locator("iframe").locator("#here")
        expect(here).to_contain_text(words)
        expect(here).to_be_in_viewport()
    at.close()


def test_of_two_items_with_the_same_words_the_one_in_hand_is_ringed(desk: Desk, chromium: Browser) -> None:
    client = desk.client()
    for revision, item_id in ((1, "b1"), (2, "b3")):
        client.post(f"/editions/1/items/{item_id}", data={"revision": str(revision), "state": "draft", "lead": "The same words."})
    at = At(desk, chromium)
    for item_id, said in (("b1", "Six bulk carriers"), ("b3", "Neither side has answered")):
        here = at.open(f"/editions/1?item={item_id}").frame_locator("iframe").locator("p:has(#here), td:has(#here)").last
        expect(here).to_contain_text(said)
    at.close()


def test_an_item_of_many_words_is_ringed_at_its_beginning(desk: Desk, chromium: Browser) -> None:
    words = "The same pilots counted the same hulls again. " * 8
    desk.client().post("/editions/1/items/a0", data={"revision": "1", "state": "draft", "headline": words})
    at = At(desk, chromium)
    here = at.open("/editions/1?item=a0").frame_locator("iframe").locator("#here")
    expect(here).to_contain_text("The same pilots counted the same hulls again. The same pilots")
    at.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_editing_violates_axe(desk: Desk, chromium: Browser, scheme: str) -> None:
    at = At(desk, chromium)
    at.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    client = desk.client()
    client.post("/editions/1/items/b1", data={"revision": "1", "state": "draft", "lead": "Grain ships wait."})
    client.post("/editions/1/items/a4/remove", data={"revision": "2", "state": "draft"})
    found: dict[str, list[str]] = {}

    def look(name: str, page: Page) -> None:
        wrong = Axe().run(page, options={"iframes": False}).response["violations"]
        found.update({name: [f"{one['id']}: {node['html'][:160]}" for one in wrong for node in one["nodes"]]} if wrong else {})

    for path in (
        *("?item=head", "?item=a0", "?item=b1", "?item=intro", "?item=s3", "/history?before=1&after=3", "/test"),
        *("?item=b1&view=text",),
    ):
        look(path, at.open(f"/editions/1{path}"))
    page = at.open("/editions/1?item=b1")
    correction = Correction(edition_id=1, revision=3, state=EditionState.DRAFT, who="Tomas", at=desk.now, why="edited")
    correcting.correct(desk.database, correction, lambda edition: edit.set_brief(edition, "b1", {"lead": "Grain ships turn."}))
    page.get_by_label("Lead in bold").fill("Grain ships leave early.")
    expect(page.get_by_text("Two of you changed this brief")).to_be_visible()
    look("the conflict", page)
    page.get_by_text("Settle sentence by sentence").click()
    look("sentence by sentence", page)
    page.set_content(client.post("/editions/1/approve", data={"revision": "1", "state": "draft", "why": "word " * 20_000}).text)
    look("what is too long", page)
    with desk.database.reading() as session:
        now_at = editions.get(session, 1).revision
    editing.approve(desk.database, desk.decision(revision=now_at), desk.sha256())
    look("approved", at.open("/editions/1?item=head"))
    at.context.close()
    assert found == {}
