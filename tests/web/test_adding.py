"""Adding to an edition: an article by its address from the sample outlet over loopback, a note, a passage."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect

from digest.demo.articles import load_pieces
from digest.demo.outlet import Outlet
from digest.model.edition import Article, Brief, Edition, Note
from digest.model.source import Source
from digest.store import editions, sources
from tests.web.at import At
from tests.web.corrected import content, item, seen
from tests.web.newsroom import NOW, Desk, sample_edition


@pytest.fixture(scope="module")
def outlet() -> Iterator[Outlet]:
    with Outlet(NOW) as running:
        yield running


def known(desk: Desk, outlet: Outlet, *, private: bool = True) -> None:
    source = Source(id="meridian", name="Meridian", url=f"{outlet.url}/feeds/features.xml", allow_private=private)
    with desk.database.writing() as session:
        sources.keep(session, source, now=desk.now + timedelta(days=9))


def add(browser: httpx.Client, desk: Desk, **fields: str) -> httpx.Response:
    return browser.post("/editions/1/add", data=seen(desk) | fields)


def test_an_article_is_added_by_its_address_with_all_that_its_page_says(desk: Desk, outlet: Outlet) -> None:
    known(desk, outlet)
    piece = load_pieces(NOW)[0]
    browser = desk.client()
    answer = add(browser, desk, kind="address", section="s2", text=f" {outlet.url}{piece.path} ")
    assert answer.status_code == 303
    made = content(desk).sections[1].items[-1]
    assert isinstance(made, Article)
    assert answer.headers["location"] == f"/editions/1?item={made.id}"
    assert (made.url, made.headline) == (f"{outlet.url}{piece.path}", piece.headline)
    assert made.authors
    assert made.minutes
    assert (made.because, made.body_html) == ("added by its address", None)
    page = browser.get(answer.headers["location"]).text
    assert "added by its address" in page
    # The same form once more changes nothing.
    again = browser.post("/editions/1/add", data={"revision": "1", "state": "draft", "kind": "address", "section": "s2", "text": made.url})
    assert again.status_code == 303
    assert seen(desk)["revision"] == "2"


def test_a_private_address_is_fetched_only_where_a_source_was_let_live_there(desk: Desk, outlet: Outlet) -> None:
    browser = desk.client()
    url = f"{outlet.url}{load_pieces(NOW)[0].path}"
    known(desk, outlet, private=False)
    refused = add(browser, desk, kind="address", section="s2", text=url)
    assert refused.status_code == 422
    assert "private or special address" in refused.text
    known(desk, outlet)
    # Another port of the same machine is another site.
    other = add(browser, desk, kind="address", section="s2", text="http://127.0.0.1/x")
    assert "private or special address" in other.text
    assert seen(desk)["revision"] == "1"


@pytest.mark.parametrize(
    ("path", "said"),
    [("/nowhere", "404"), ("/feeds/features.xml", "is a feed, not an article"), ("/", "gave no article")],
    ids=["gone", "feed", "home"],
)
def test_an_address_that_gives_no_article_says_why_and_stays_in_its_field(desk: Desk, outlet: Outlet, path: str, said: str) -> None:
    known(desk, outlet)
    answer = add(desk.client(), desk, kind="address", section="s1", text=outlet.url + path)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{outlet.url}{path}"' in answer.text
    assert '<option value="s1" selected>' in answer.text
    assert seen(desk)["revision"] == "1"


def test_an_address_that_cannot_be_read_is_added_by_its_headline(desk: Desk) -> None:
    browser = desk.client()
    url = "http://127.0.0.1/behind-a-wall"
    refused = add(browser, desk, kind="address", section="s2", text=url)
    assert "Or its headline, to add it unread" in refused.text
    assert "<span>http://127.0.0.1/behind-a-wall: refused" in refused.text
    # On a phone the pane with the trouble stands open, and no other.
    assert 'class="pane rail open"' in refused.text
    assert 'class="pane checks open"' not in refused.text
    wrong = add(browser, desk, kind="address", section="s2", text="no address", headline="Behind a wall")
    assert wrong.status_code == 422
    assert 'value="Behind a wall"' in wrong.text
    answer = add(browser, desk, kind="address", section="s2", text=url, headline=" Behind a  wall ")
    assert answer.status_code == 303
    made = content(desk).sections[1].items[-1]
    assert isinstance(made, Article)
    assert (made.headline, made.url, made.because) == ("Behind a wall", url, "added by hand")


def test_a_form_of_adding_that_is_posted_twice_adds_once(desk: Desk) -> None:
    browser = desk.client()
    for fields in (
        {"kind": "note", "section": "s2", "text": "Read *this*."},
        {"kind": "passage", "section": "s3", "text": "**One.** First.\n\n**Two.** Second."},
    ):
        form = seen(desk) | fields
        first, second = browser.post("/editions/1/add", data=form), browser.post("/editions/1/add", data=form)
        assert (first.status_code, second.status_code) == (303, 303)
    assert [type(one) for one in content(desk).sections[1].items] == [Article] * 4 + [Note]
    assert [one.lead for one in content(desk).sections[2].items if isinstance(one, Brief)][3:] == ["One.", "Two."]


def test_all_three_are_added_in_a_browser_without_scripts(desk: Desk, outlet: Outlet, chromium: Browser) -> None:
    known(desk, outlet)
    piece = load_pieces(NOW)[1]
    at = At(desk, chromium, scripts=False)
    page = at.open("/editions/1")
    page.get_by_text("Add by address").first.click()
    page.get_by_label("Address of an article").fill(outlet.url + piece.path)
    page.get_by_role("button", name="Add by address").click()
    expect(page.get_by_label("Headline")).to_have_value(piece.headline)
    page.get_by_text("Paste a passage").first.click()
    page.get_by_label("Passage").fill("**The ferry waits.** Nobody asked it to.")
    page.get_by_role("button", name="Paste a passage").click()
    expect(page.get_by_label("Lead in bold")).to_have_value("The ferry waits.")
    page.get_by_text("Add a note").first.click()
    page.get_by_label("Note", exact=True).last.fill("Until *next* week.")
    page.get_by_role("button", name="Add a note").click()
    expect(page.get_by_role("heading", name="Articles, 6th of 6")).to_be_visible()
    assert isinstance(item(desk, content(desk).sections[1].items[-1].id), Note)
    at.context.close()


def test_a_source_on_a_private_address_lends_its_scheme_too(desk: Desk, outlet: Outlet) -> None:
    known(desk, outlet)
    with desk.database.writing() as session:
        source = sources.get(session, "meridian").source
        sources.change(session, replace(source, url=source.url.replace("http:", "https:")))
    answer = add(desk.client(), desk, kind="address", section="s2", text=outlet.url + load_pieces(NOW)[0].path)
    assert "private or special address" in answer.text


def test_a_planned_section_that_nothing_came_for_opens_where_the_plan_has_it(desk: Desk) -> None:
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert '<option value="plan:briefing"' in page
    passage = {"kind": "passage", "section": "plan:briefing", "text": "**On the grain.** “Not this week.”"}
    form = seen(desk) | passage
    for _ in range(2):
        assert browser.post("/editions/1/add", data=form).status_code == 303
    opened = content(desk).sections[3]
    assert (opened.key, opened.heading, len(opened.items)) == ("briefing", "From this week’s podium", 1)
    browser.post("/editions/1/undo", data=seen(desk))
    assert len(content(desk).sections) == 3
    moved = browser.post("/editions/1/items/b3/section", data=seen(desk) | {"to": "plan:briefing"})
    assert moved.status_code == 303
    assert [one.id for one in content(desk).sections[3].items] == ["b3"]
    gone = browser.post("/editions/1/add", data=seen(desk) | passage | {"section": "plan:nothing"})
    assert gone.status_code == 404
    assert "On the grain." in gone.text


def test_an_edition_without_any_section_can_be_filled(desk: Desk) -> None:
    with desk.database.writing() as session:
        editions.save(session, editions.get(session, 1), replace(content_of_nothing(), subject="Empty"), now=desk.now, who="the machine")
    browser = desk.client()
    assert "Add a note" in browser.get("/editions/1").text
    for key in ("briefs", "lead"):
        assert add(browser, desk, kind="note", section=f"plan:{key}", text="Nothing came.").status_code == 303
    assert [section.key for section in content(desk).sections] == ["lead", "briefs"]


def content_of_nothing() -> Edition:
    return replace(sample_edition(), sections=())
