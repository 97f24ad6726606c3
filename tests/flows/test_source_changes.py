"""A correction at the source reaches an untouched draft by itself, and is a finding with the difference where somebody works on it."""

from dataclasses import replace
from datetime import datetime, timedelta

from digest.flows import drafting, previewing
from digest.model.edition import Article, Finding, Severity
from digest.model.page import FoundSection
from digest.model.source import Entry, KeptEntry
from digest.store import editions, entries, sources, stories
from tests.flows.newsroom import Newsroom
from tests.kept import by_guid

TEXT = "<p>The harbour has two owners. Neither pays for the light, and nine ships waited outside on Monday.</p>"


def given(newsroom: Newsroom, guid: str) -> KeptEntry:
    with newsroom.database.reading() as session:
        return by_guid(session, "review", [guid])[0]


def correct(newsroom: Newsroom, entry: Entry, at: datetime) -> None:
    with newsroom.database.writing() as session:
        entries.keep(session, "review", [entry], now=at)


def changes(newsroom: Newsroom, edition_id: int) -> list[Finding]:
    seen = previewing.preview(newsroom.database, newsroom.press, edition_id, now=newsroom.now)
    return [one for one in seen.findings if one.code == "source_changed"]


def with_text(newsroom: Newsroom) -> Entry:
    entry = replace(given(newsroom, "lead").entry, content_html=TEXT)
    correct(newsroom, entry, newsroom.now)
    return entry


def test_an_untouched_draft_takes_the_correction_at_its_next_layout(newsroom: Newsroom) -> None:
    entry = with_text(newsroom)
    first = newsroom.draft()
    correct(newsroom, replace(entry, title="The harbour that three ministries claim"), newsroom.now + timedelta(minutes=5))
    again = drafting.draft_slot(newsroom.database, "weekly", None, now=newsroom.now + timedelta(minutes=6))
    with newsroom.database.reading() as session:
        edition = editions.content(session, first.id, again.revision)
    heads = [item.headline for section in edition.sections for item in section.items if isinstance(item, Article)]
    assert "The harbour that three ministries claim" in heads
    assert changes(newsroom, first.id) == []


def test_a_text_that_changed_after_somebody_worked_on_the_edition_is_a_finding_with_the_difference(newsroom: Newsroom) -> None:
    entry = with_text(newsroom)
    record = newsroom.approved()
    assert changes(newsroom, record.id) == []
    correct(newsroom, replace(entry, content_html=TEXT.replace("nine ships", "eleven ships")), newsroom.now + timedelta(hours=1))
    (found,) = changes(newsroom, record.id)
    assert (found.severity, found.message) == (
        Severity.WARN,
        "The source changed the text of “The harbour that two ministries claim” after the edition took it.",
    )
    assert [(kind, text.strip()) for kind, text in found.difference if kind in ("out", "in")] == [("out", "nine"), ("in", "eleven")]
    with newsroom.database.reading() as session:
        assert editions.get(session, record.id).state == "approved"


def test_marks_and_spaces_are_no_correction_and_a_text_that_a_wall_hides_is_none(newsroom: Newsroom) -> None:
    entry = with_text(newsroom)
    record = newsroom.approved()
    correct(newsroom, replace(entry, content_html=TEXT.replace("owners. ", "owners —  ")), newsroom.now + timedelta(hours=1))
    assert changes(newsroom, record.id) == []
    correct(newsroom, replace(entry, content_html=None, summary=None), newsroom.now + timedelta(hours=2))
    assert changes(newsroom, record.id) == []


def test_a_brief_that_was_corrected_or_taken_out_is_found_too(newsroom: Newsroom) -> None:
    column = given(newsroom, "column").entry
    record = newsroom.approved()
    (section,) = column.sections
    buoy, ferry = section.briefs
    moved = replace(buoy, text="A buoy is missing. The pilots noticed on Tuesday.", html=buoy.html.replace("Monday", "Tuesday"))
    only: tuple[FoundSection, ...] = (replace(section, briefs=(moved,)),)
    correct(newsroom, replace(column, sections=only), newsroom.now + timedelta(hours=1))
    found = {one.message: one.difference for one in changes(newsroom, record.id)}
    assert [kind for kind, _ in found["The source changed the brief of “A buoy is missing.” after the edition took it."]] == [
        "same",
        "out",
        "in",
    ]
    assert found[f"The source took out “{ferry.text}”."] == ()


def test_what_an_editor_wrote_is_no_change_of_the_source(newsroom: Newsroom) -> None:
    with_text(newsroom)
    record = newsroom.draft()
    with newsroom.database.writing() as session:
        edition = editions.content(session, record.id, record.revision)
        lead = edition.sections[0].items[0]
        assert isinstance(lead, Article)
        mine = replace(edition.sections[0], items=(replace(lead, headline="Mine"),))
        editions.save(session, record, replace(edition, sections=(mine, *edition.sections[1:])), now=newsroom.now, who="Nadia")
    assert changes(newsroom, record.id) == []
    with newsroom.database.reading() as session:
        assert {one.texts.get("headline") for one in stories.taken(session, record.id)} >= {"The harbour that two ministries claim"}


def test_a_source_that_the_edition_depends_on_and_that_has_been_silent_for_a_day_is_a_finding(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    with newsroom.database.writing() as session:
        health = sources.get(session, "review")
        sources.well(session, health, due=newsroom.now, now=newsroom.now - timedelta(hours=30))
        sources.failed(session, "review", due=newsroom.now, trouble="review.example.org: no answer")
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    (found,) = [one for one in seen.findings if one.code == "silent_source"]
    assert "The Review, on which this edition depends, has been silent since 22 November, 03:00 UTC" in found.message
    assert "no answer" in found.remedy
