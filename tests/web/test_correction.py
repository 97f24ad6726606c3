"""A correction at the desk: said where it begins or in a form of its own, first in the mail, in its history, and in the archive."""

import re

import httpx
import pytest
from playwright.sync_api import Browser, expect

from digest.compose import edit
from digest.flows import correcting
from digest.flows.correcting import Correction
from digest.model.edition import EditionState
from tests.web.at import At
from tests.web.corrected import content, save
from tests.web.newsroom import Desk
from tests.web.test_axe import violations
from tests.web.test_sendings import APPROVED, accept

SAID = "We wrote that nobody paid for the light.\n\nThe [port](https://port.example/) did, in *March*."
HTML = '<p>We wrote that nobody paid for the light.</p><p>The <a href="https://port.example/">port</a> did, in <em>March</em>.</p>'


@pytest.fixture
def editor(desk: Desk) -> httpx.Client:
    """An editor whose edition went out."""
    desk.approve()
    client = desk.client()
    client.post("/editions/1/send", data=APPROVED)
    client.post("/editions/1/sending/go")
    accept(desk)
    return client


def begin(editor: httpx.Client, notice: str = SAID) -> None:
    marks = {"subject": "Correction: whose light", "preheader": "", "notice": notice}
    assert editor.post("/editions/1/sending/correct", data=marks).status_code == 303


def send(desk: Desk, editor: httpx.Client) -> None:
    revision = re.search(r'name="revision" value="(\d+)"', editor.get("/editions/1").text)
    assert revision
    editor.post("/editions/1/approve", data={"revision": revision[1], "state": "draft", "sha256": desk.sha256()})
    editor.post("/editions/1/sending/correction", data={"revision": revision[1]})
    editor.post("/editions/1/sending/go")
    accept(desk)


def test_what_was_wrong_is_typed_as_a_note_is_and_the_preheader_begins_as_it_does(desk: Desk, editor: httpx.Client) -> None:
    begin(editor)
    edition = content(desk)
    assert edition.correction is not None
    assert (edition.correction.html, edition.intro) == (HTML, None)
    assert edition.preheader == "We wrote that nobody paid for the light. The port did, in March."
    page = editor.get("/editions/1").text
    assert ("does not say what was wrong" in page, "Say what was wrong" in page) == (False, False)
    assert 'href="?item=correction"' in page


def test_a_correction_that_says_nothing_is_warned_of_and_the_finding_leads_to_its_form(desk: Desk, editor: httpx.Client) -> None:
    assert ("item=correction" in editor.get("/editions/1").text) is False
    begin(editor, notice="")
    page = editor.get("/editions/1").text
    assert "This corrects what went out, and does not say what was wrong." in page
    assert ('href="?item=correction"' in page, 'href="/editions/1?item=correction#edit"' in page) == (True, True)
    assert save(editor, "correction", desk, text=SAID, signature="The desk").status_code == 303
    said = content(desk).correction
    assert said is not None
    assert (said.html, said.signature) == (HTML, "The desk")
    form = editor.get("/editions/1?item=correction").text
    assert ("The [port](https://port.example/) did, in *March*." in form, 'value="The desk"' in form) == (True, True)
    assert "does not say what was wrong" not in editor.get("/editions/1").text
    save(editor, "correction", desk, text="", signature="")
    assert content(desk).correction is None
    # Undoing leads back to the form that it was written in.
    undone = editor.post("/editions/1/undo", data={"revision": "4", "state": "draft", "item": "correction"})
    assert undone.headers["location"].endswith("?item=correction&after=undo")
    assert content(desk).correction == said


def test_the_history_shows_the_words_of_a_correction(desk: Desk, editor: httpx.Client) -> None:
    begin(editor, notice="The light was paid for.")
    save(editor, "correction", desk, text="The light was paid for twice.", signature="")
    page = editor.get("/editions/1/history").text
    assert re.search(r"<ins>[^<]*twice\.</ins>", page)
    assert "edited: correction" in page


def test_two_who_write_one_correction_see_both_texts(desk: Desk, editor: httpx.Client) -> None:
    begin(editor, notice="The light was paid for.")
    by_tomas = Correction(edition_id=1, revision=2, state=EditionState.DRAFT, who="Tomas", at=desk.now, why="edited")
    correcting.correct(desk.database, by_tomas, lambda edition: edit.set_correction(edition, "<p>The port paid for it.</p>"))
    typed = {"revision": "2", "state": "draft", "text": "The town paid for it.", "signature": ""}
    clashed = editor.post("/editions/1/items/correction", data=typed)
    assert (clashed.status_code, "Two of you changed this correction" in clashed.text) == (409, True)
    said = content(desk).correction
    assert said is not None
    assert said.html == "<p>The port paid for it.</p>"


def test_the_next_correction_begins_with_what_stands_and_is_marked_once(desk: Desk, editor: httpx.Client) -> None:
    begin(editor)
    send(desk, editor)
    page = editor.get("/editions/1").text
    assert 'name="subject" value="Correction: whose light"' in page
    assert re.search(r'name="notice"[^>]*>\nWe wrote that nobody paid for the light\.', page)
    begin(editor, notice="")
    assert content(desk).correction is None


def test_the_archive_shows_it_first_and_its_list_says_since_when(desk: Desk, editor: httpx.Client) -> None:
    assert "Corrected" not in editor.get("/archive/weekly").text
    begin(editor)
    send(desk, editor)
    mail = editor.get("/archive/weekly/214").text
    shown = mail.partition("</h1>")[2]
    places = [shown.index(words) for words in (">Correction<", "We wrote that nobody paid", "The strait reopens, on terms nobody has read")]
    assert places == sorted(places)
    assert re.search(r'class="corrected">Corrected <time datetime="2020-11-26T', editor.get("/archive/weekly").text)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_a_correction_violates_axe_or_is_wider_than_its_window(
    desk: Desk, editor: httpx.Client, chromium: Browser, scheme: str
) -> None:
    begin(editor, notice="")
    context = chromium.new_context(viewport={"width": 375, "height": 860}, color_scheme="dark" if scheme == "dark" else "light")
    context.add_cookies([{"name": "digest_session", "value": editor.cookies["digest_session"], "url": desk.url}])
    page = context.new_page()
    wrong: dict[str, list[str]] = {}

    def look(path: str) -> None:
        page.goto(desk.url + path)
        over = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if found := violations(page) + (["wider than its window"] if over else []):
            wrong[path] = found

    look("/editions/1?item=correction")
    save(editor, "correction", desk, text=SAID, signature="The desk")
    look("/editions/1?item=correction#edit")
    send(desk, editor)
    look("/archive/weekly")
    context.close()
    assert wrong == {}


def test_what_is_typed_stands_in_the_frame_at_once_above_all_else(desk: Desk, editor: httpx.Client, chromium: Browser) -> None:
    begin(editor, notice="")
    here = At(desk, chromium)
    page = here.open("/editions/1?item=correction")
    page.get_by_label("What was wrong").fill("The light was paid for.")
    expect(page.locator("#saved")).to_contain_text("revision 3")
    mail = page.frame_locator("#device iframe")
    said, headline = mail.get_by_text("The light was paid for."), mail.get_by_role("heading", level=2).nth(1)
    expect(said).to_be_visible()
    above, below = said.bounding_box(), headline.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] < below["y"]
    here.close()
