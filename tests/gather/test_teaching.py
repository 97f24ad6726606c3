# ruff: noqa: E501  sample markup reads better unbroken
"""Lessons about briefs: selectors, headings, names and runs, and what an entry offers to be taught."""

import lxml.html
import pytest

from digest.errors import InputError
from digest.gather.briefs import find_briefs
from digest.gather.page import read_page
from digest.gather.read import read_bytes
from digest.gather.selector import checked_selector, select
from digest.gather.teaching import is_likely, learnt, offers, relearnt
from digest.gather.walk import html_blocks
from digest.model.source import Entry, Taught

PROSE = "<p>The pier stays shut until the divers have looked at its legs, the harbour office said on Friday.</p>" * 2
HEADED = "<h2>Driftwood</h2><p>A seal slept in the ticket hall.</p><p>The mole has a new lamp, and it is red.</p>"
RUN = "".join(
    f"<p>– {line}</p>"
    for line in (
        "Rents in the old town rose by a tenth, the BBC reported.",
        "A judge let the lighthouse keeper go, according to Reuters.",
        "Two electric boats were ordered in Denmark, Le Monde reports.",
    )
)


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("ul", ["A", "C"]),
        ("#week > ul", ["A"]),
        (".a.b ul.x li", ["A"]),
        ("[data-k='q r']", ["A"]),
        ("li[data-k^=q], p", ["A", "B"]),
        ("div li", ["A", "C"]),
        ("*.none", []),
    ],
)
def test_selectors_find_elements_in_page_order(selector: str, found: list[str]) -> None:
    root = lxml.html.document_fromstring(
        "<div id=week class='a b'><ul class=x><li data-k='q r'>A</ul><p>B</p><div><ul><li>C</ul></div></div>"
    )
    assert ["".join(element.itertext()).strip() for element in select(root, selector)] == found


@pytest.mark.parametrize("selector", ["", "   ", ">", "a:hover", "li::before", "div >", "p + p", "x" * 201, "a{}"])
def test_what_is_no_selector_is_refused(selector: str) -> None:
    with pytest.raises(InputError):
        checked_selector(selector)


def test_a_taught_heading_needs_no_shape_and_any_case() -> None:
    blocks = html_blocks(PROSE + HEADED, "")
    assert find_briefs(blocks).sections == ()
    (section,) = find_briefs(blocks, taught=Taught(headings=("DRIFTWOOD:",))).sections
    assert [brief.text for brief in section.briefs] == ["A seal slept in the ticket hall.", "The mole has a new lamp, and it is red."]


def test_a_run_without_a_heading_is_a_suggestion_until_it_is_taught() -> None:
    blocks = html_blocks(PROSE + RUN, "")
    untaught = find_briefs(blocks)
    assert untaught.sections == ()
    assert [len(run.briefs) for run in untaught.suggestions] == [3]
    taught = find_briefs(blocks, taught=Taught(runs=True))
    assert [brief.sources for section in taught.sections for brief in section.briefs] == [("BBC",), ("Reuters",), ("Le Monde",)]
    assert taught.suggestions == ()


def test_a_run_of_steps_is_not_even_suggested() -> None:
    steps = "".join(
        f"<p>– {line}</p>" for line in ("Add the fish and let it stand.", "Stir until it thickens a little.", "Serve it with bread.")
    )
    assert find_briefs(html_blocks(PROSE + steps, "")).suggestions == ()


def test_a_selector_finds_briefs_that_stand_outside_the_article() -> None:
    page = f"<html><head><title>The pier</title></head><body><article><h1>The pier stays shut</h1>{PROSE}</article><aside class=week><ul><li>A seal slept in the hall.</li><li>The mole has a lamp.</li></ul></aside></body></html>".encode()
    url = "https://lantern.example/pier"
    assert read_page(page, url).sections == ()
    taught = read_page(page, url, taught=Taught(selector="aside.week > ul"))
    assert [len(section.briefs) for section in taught.sections] == [2]
    assert taught.article is not None


def test_names_that_an_outlet_uses_become_the_usual_ones() -> None:
    markup = "<h2>In brief</h2><ul><li>Rents rose, the Cour reported.</li><li>A judge let the keeper go (<a href='https://cour.example/k'>here</a>).</li></ul>"
    taught = Taught(aliases=(("Cour", "Harbour Courier"), ("cour.example", "Harbour Courier")))
    (section,) = find_briefs(html_blocks(markup, ""), taught=taught).sections
    assert [brief.sources for brief in section.briefs] == [("Harbour Courier",), ("Harbour Courier",)]


def test_a_feed_is_read_with_its_lesson() -> None:
    item = f"<item><guid>1</guid><title>The pier</title><description><![CDATA[{PROSE + HEADED}]]></description></item>"
    feed = f"<rss version='2.0'><channel><title>Lantern</title>{item}</channel></rss>".encode()
    reading = read_bytes(feed, "https://lantern.example/feed", "feed", taught=Taught(headings=("Driftwood",)))
    assert reading.feed is not None
    assert [len(section.briefs) for entry in reading.feed.entries for section in entry.sections] == [2]


def test_an_entry_offers_its_headings_and_runs_and_learns_from_them() -> None:
    entry = Entry(guid="1", url="https://lantern.example/1", title="The pier", content_html=PROSE + HEADED + "<h2>Last</h2>" + RUN)
    offered = offers(entry)
    assert (offered[0].heading, len(offered[0].briefs), is_likely(offered[0])) == ("Driftwood", 2, True)
    fresh = relearnt(entry, Taught(headings=("Driftwood",)))
    assert "Driftwood" in {section.heading for section in fresh.sections}
    assert "Driftwood" not in {offer.heading for offer in offers(fresh)}


def test_lessons_are_put_together_once_each() -> None:
    both = learnt(Taught(headings=("Driftwood",), selector=".a"), Taught(headings=("driftwood", " ", "Rope"), selector=".b", runs=True))
    assert both == Taught(headings=("Driftwood", "Rope"), selector=".b", runs=True)
    with pytest.raises(InputError, match="more than the 40"):
        learnt(Taught(), Taught(headings=tuple(f"Heading {number}" for number in range(41))))
