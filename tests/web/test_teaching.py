"""Teaching on screen: what a source was taught, and "these are briefs" for what was not found."""

from datetime import timedelta

import pytest

from digest.model.account import Role
from digest.model.source import Entry, Source, Taught
from digest.store import entries, sources
from tests.kept import by_guid
from tests.web.newsroom import Desk

MARKUP = (
    "<p>The pier stays shut until the divers have looked at its legs, the harbour office said on Friday.</p>"
    "<h2>Driftwood &amp; nails</h2><p>A seal slept in the ticket hall.</p><p>The mole has a new lamp, and it is red.</p>"
)


@pytest.fixture
def followed(desk: Desk) -> tuple[Desk, int]:
    source = Source(id="lantern", name="The Lantern", url="https://lantern.example/feed")
    given = Entry(
        guid="1", url="https://lantern.example/1", title="The pier <stays> shut", content_html=MARKUP, published=desk.now - timedelta(1)
    )
    with desk.database.writing() as session:
        sources.keep(session, source, now=desk.now)
        entries.keep(session, "lantern", [given], now=desk.now)
        (kept,) = by_guid(session, "lantern", ["1"])
    return desk, kept.id


def taught(desk: Desk) -> Taught:
    with desk.database.reading() as session:
        return sources.get(session, "lantern").source.taught


def test_these_are_briefs_teaches_the_source_and_the_entry_has_them(followed: tuple[Desk, int]) -> None:
    desk, entry = followed
    browser = desk.client(Role.EDITOR)
    page = browser.get("/sources/lantern/briefs").text
    assert "“Driftwood &amp; nails”" in page
    assert "A seal slept in the ticket hall." in page
    assert "The pier &lt;stays&gt; shut" in page
    assert browser.post("/sources/lantern/briefs/these", data={"entry": str(entry), "heading": "Driftwood & nails"}).status_code == 303
    assert taught(desk).headings == ("Driftwood & nails",)
    with desk.database.reading() as session:
        (kept,) = by_guid(session, "lantern", ["1"])
    assert [len(section.briefs) for section in kept.entry.sections] == [2]
    again = browser.post("/sources/lantern/briefs/these", data={"entry": str(entry), "heading": "Driftwood & nails"})
    assert again.status_code == 409
    assert "has changed since it was shown" in again.text


def test_the_form_keeps_headings_selector_names_and_runs(followed: tuple[Desk, int]) -> None:
    desk, _ = followed
    browser = desk.client(Role.EDITOR)
    form = {"headings": "Driftwood\r\n\r\nRope", "selector": " .week > ul ", "aliases": "the Cour = Harbour Courier", "runs": "true"}
    assert browser.post("/sources/lantern/briefs", data=form).status_code == 303
    whole = Taught(headings=("Driftwood", "Rope"), selector=".week > ul", aliases=(("the Cour", "Harbour Courier"),), runs=True)
    assert taught(desk) == whole
    page = browser.get("/sources/lantern/briefs").text
    assert "Driftwood\nRope</textarea>" in page
    assert 'value=".week &gt; ul"' in page
    assert browser.post("/sources/lantern/briefs", data={}).status_code == 303
    assert taught(desk) == Taught()


def test_a_selector_that_cannot_be_used_comes_back_with_what_was_typed(followed: tuple[Desk, int]) -> None:
    desk, _ = followed
    refused = desk.client(Role.EDITOR).post("/sources/lantern/briefs", data={"headings": "Driftwood", "selector": "a:hover"})
    assert refused.status_code == 422
    assert "Nothing was changed" in refused.text
    assert "a:hover" in refused.text
    assert "Driftwood</textarea>" in refused.text
    assert taught(desk) == Taught()


def test_an_article_leads_to_what_may_be_briefs_in_it(followed: tuple[Desk, int]) -> None:
    desk, entry = followed
    browser = desk.client(Role.EDITOR)
    led = browser.get(f"/entries/{entry}/briefs")
    assert (led.status_code, led.headers["location"]) == (303, f"/sources/lantern/briefs?entry={entry}")
    assert f'id="entry-{entry}"' in browser.get(led.headers["location"]).text
    assert browser.get("/entries/999999/briefs").status_code == 404


def test_who_only_looks_sees_what_was_taught_and_no_buttons(followed: tuple[Desk, int]) -> None:
    desk, _ = followed
    page = desk.client(Role.VIEWER).get("/sources/lantern/briefs").text
    assert "Runs without a heading" in page
    assert "These are briefs" not in page
