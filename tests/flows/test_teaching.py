"""Teaching: what an editor calls briefs is found from then on, in what is kept of the week and in what comes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.errors import Conflict, InputError, NotFound
from digest.flows import teaching
from digest.model.page import FoundSection
from digest.model.source import Entry, Source, Taught
from digest.store import Database, acts, entries, entry_pages, sources
from digest.store.acts import About, Wanted
from tests.flows.newsroom import NOW
from tests.kept import by_guid

PROSE = "<p>The pier stays shut until the divers have looked at its legs, the harbour office said on Friday.</p>" * 2
DRIFT = "<h2>Driftwood and nails</h2><p>A seal slept in the ticket hall.</p><p>The mole has a new lamp, and it is red.</p>"
RUN = "".join(
    f"<p>– {line}</p>"
    for line in (
        "Rents in the old town rose by a tenth, the BBC reported.",
        "A judge let the lighthouse keeper go, according to Reuters.",
        "Two electric boats were ordered in Denmark, Le Monde reports.",
    )
)


@pytest.fixture
def taught_house(database: Database) -> Database:
    """A source with this week's two entries and one of a month ago."""
    source = Source(id="lantern", name="The Lantern", url="https://lantern.example/feed")
    days = {"drift": 1, "run": 2, "old": 30}
    content = {"drift": PROSE + DRIFT, "run": PROSE + RUN, "old": PROSE + DRIFT}
    given = [
        Entry(guid=name, url=f"https://lantern.example/{name}", title=name, content_html=content[name], published=NOW - timedelta(days=ago))
        for name, ago in days.items()
    ]
    with database.writing() as session:
        sources.keep(session, source, now=NOW)
        entries.keep(session, "lantern", given, now=NOW)
    return database


def sections(database: Database, guid: str) -> tuple[FoundSection, ...]:
    with database.reading() as session:
        (kept,) = by_guid(session, "lantern", [guid])
    return kept.entry.sections


def row(database: Database, guid: str) -> int:
    with database.reading() as session:
        (kept,) = by_guid(session, "lantern", [guid])
    return kept.id


def test_a_taught_heading_finds_the_briefs_of_this_week_and_leaves_older_ones(taught_house: Database) -> None:
    assert sections(taught_house, "drift") == ()
    found = teaching.teach(taught_house, "lantern", Taught(headings=("driftwood AND nails",)), who="Nadia", now=NOW)
    assert found == 1
    (section,) = sections(taught_house, "drift")
    assert [brief.text for brief in section.briefs] == ["A seal slept in the ticket hall.", "The mole has a new lamp, and it is red."]
    assert sections(taught_house, "old") == ()


def test_a_taught_source_is_read_whole_at_the_next_tick(taught_house: Database) -> None:
    with taught_house.writing() as session:
        health = sources.get(session, "lantern")
        sources.well(session, replace(health, etag='"1"'), due=NOW + timedelta(hours=5), now=NOW)
    teaching.teach(taught_house, "lantern", Taught(selector=".week > ul"), who="Nadia", now=NOW)
    with taught_house.reading() as session:
        health = sources.get(session, "lantern")
    assert (health.due, health.etag, health.source.taught.selector) == (NOW, None, ".week > ul")


def test_pages_that_were_read_are_due_again_where_their_entries_are_of_this_week(taught_house: Database) -> None:
    with taught_house.writing() as session:
        for page in entry_pages.due(session, "lantern", now=NOW, most=9):
            entry_pages.read(session, replace(page, etag='"p"'), page.kept.entry, now=NOW, again=None)
        assert entry_pages.due(session, "lantern", now=NOW, most=9) == ()
    teaching.teach(taught_house, "lantern", Taught(headings=("Nails",)), who="Nadia", now=NOW)
    with taught_house.reading() as session:
        due = entry_pages.due(session, "lantern", now=NOW, most=9)
    assert sorted(page.kept.entry.guid for page in due) == ["drift", "run"]
    assert {page.etag for page in due} == {None}


def test_these_are_briefs_teaches_the_heading_that_stands_over_them(taught_house: Database) -> None:
    entry = row(taught_house, "drift")
    kept, offered = teaching.entry_with_offers(taught_house, entry)
    assert [offer.heading for offer in offered] == ["Driftwood and nails"]
    assert teaching.these_are_briefs(taught_house, entry, "Driftwood and nails", who="Nadia", now=NOW) == 1
    assert teaching.taught_by(taught_house, kept.source_id).headings == ("Driftwood and nails",)
    assert teaching.entry_with_offers(taught_house, entry)[1] == ()


def test_these_are_briefs_teaches_runs_where_nothing_heads_them(taught_house: Database) -> None:
    entry = row(taught_house, "run")
    _, (offer,) = teaching.entry_with_offers(taught_house, entry)
    assert offer.heading is None
    teaching.these_are_briefs(taught_house, entry, None, who="Nadia", now=NOW)
    (section,) = sections(taught_house, "run")
    assert [brief.sources for brief in section.briefs] == [("BBC",), ("Reuters",), ("Le Monde",)]


def test_the_weeks_entries_are_shown_with_what_may_be_briefs_in_them(taught_house: Database) -> None:
    shown = teaching.recent_with_offers(taught_house, "lantern", now=NOW)
    assert [(kept.entry.guid, [offer.heading for offer in found]) for kept, found in shown] == [
        ("drift", ["Driftwood and nails"]),
        ("run", [None]),
    ]


def test_an_offer_that_is_no_longer_there_is_a_conflict_and_an_entry_that_is_gone_is_said(taught_house: Database) -> None:
    with pytest.raises(Conflict, match="has changed since it was shown"):
        teaching.these_are_briefs(taught_house, row(taught_house, "drift"), "Rope", who="Nadia", now=NOW)
    with pytest.raises(NotFound, match="no entry 999"):
        teaching.these_are_briefs(taught_house, 999, None, who="Nadia", now=NOW)


def test_lessons_add_up_and_the_screens_form_replaces_them(taught_house: Database) -> None:
    teaching.teach(taught_house, "lantern", Taught(headings=("Nails",), aliases=(("the Cour", "Harbour Courier"),)), who="Nadia", now=NOW)
    teaching.teach(taught_house, "lantern", Taught(headings=("NAILS", "Rope")), who="Nadia", now=NOW)
    assert teaching.taught_by(taught_house, "lantern") == Taught(headings=("Nails", "Rope"), aliases=(("the Cour", "Harbour Courier"),))
    teaching.set_taught(taught_house, "lantern", Taught(headings=("Rope",)), who="Nadia", now=NOW)
    assert teaching.taught_by(taught_house, "lantern") == Taught(headings=("Rope",))


@pytest.mark.parametrize(
    ("lesson", "said"),
    [
        (Taught(selector="a:hover"), "give names, .classes, #ids"),
        (Taught(headings=("x" * 200,)), "more than 120"),
        (Taught(aliases=(("the Cour", ""),)), "is not whole"),
    ],
)
def test_a_lesson_that_cannot_be_used_is_refused_and_changes_nothing(taught_house: Database, lesson: Taught, said: str) -> None:
    with pytest.raises(InputError, match=said):
        teaching.teach(taught_house, "lantern", lesson, who="Nadia", now=NOW)
    assert teaching.taught_by(taught_house, "lantern") == Taught()


def test_what_was_taught_stands_in_the_log(taught_house: Database) -> None:
    teaching.teach(taught_house, "lantern", Taught(headings=("Nails",)), who="Nadia", now=NOW)
    with taught_house.reading() as session:
        logged = acts.listed(session, Wanted(about=About.SOURCES), most=5)
    assert [(one.act.who, one.act.what) for one in logged][:1] == [("Nadia", "taught the source lantern the heading 'Nails'")]
