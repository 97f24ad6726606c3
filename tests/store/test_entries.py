"""An entry is kept once, whatever its guid becomes; what its source corrects arrives, and nothing that its page told is lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digest.gather.entries import reread
from digest.model.page import FoundBrief, FoundKind, FoundSection, Image, Page, PageArticle
from digest.model.source import Entry, IdentityPolicy, KeptEntry, Source, SourceKind
from digest.store import Database, entries, entry_pages, sources
from digest.store.entries import Kept

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEXT = "<p>" + "The pier was opened twice, and nobody came to the second opening. " * 8 + "</p>"
PIER = Entry(
    guid="1",
    url="https://own.example/pier",
    title="The pier that opened twice",
    summary="It did.",
    content_html="<p>It did.</p>",
    published=NOW,
)
FERRY = Entry(
    guid="1",
    url="https://own.example/ferry",
    title="Ferries will wait for oysters",
    content_html="<p>They count shells at noon.</p>",
    published=NOW + timedelta(days=2),
)


def follow(database: Database, **also: Any) -> None:  # noqa: ANN401  a source's fields
    source = replace(Source(id="own", name="Own", url="https://own.example/feed"), **also)
    with database.writing() as session:
        sources.keep(session, source, now=NOW)


def keep(database: Database, *given: Entry, hours: float = 0) -> Kept:
    with database.writing() as session:
        return entries.keep(session, "own", given, now=NOW + timedelta(hours=hours))


def all_kept(database: Database) -> list[KeptEntry]:
    with database.reading() as session:
        return sorted(entries.by_ids(session, range(1, 100)).values(), key=lambda kept: kept.id)


def test_a_changed_guid_is_no_second_article(database: Database) -> None:
    follow(database)
    assert keep(database, PIER).new == 1
    renamed = replace(PIER, guid="https://own.example/?p=1", title="The pier that opened twice, again")
    assert keep(database, renamed, hours=1) == Kept(new=0, changed=(1,))
    (kept,) = all_kept(database)
    assert (kept.entry.title, kept.entry.guid) == (renamed.title, "1")
    assert keep(database, renamed, hours=2) == Kept()


def test_a_new_guid_and_address_with_the_same_text_and_title_is_no_second_article(database: Database) -> None:
    follow(database)
    keep(database, replace(PIER, content_html=TEXT))
    assert keep(database, replace(PIER, guid="2", url="https://own.example/pier-2", content_html=TEXT), hours=1).new == 0


def test_a_reused_guid_is_no_lost_article_and_stays_two_at_every_visit(database: Database) -> None:
    follow(database)
    keep(database, PIER)
    assert keep(database, FERRY, hours=50).new == 1
    assert keep(database, PIER, FERRY, hours=51) == Kept()
    assert keep(database, FERRY, hours=52) == Kept()
    assert [kept.entry.title for kept in all_kept(database)] == [PIER.title, FERRY.title]


def test_two_articles_under_one_guid_and_one_date_in_one_reading_are_two(database: Database) -> None:
    follow(database)
    twin = replace(FERRY, published=PIER.published)
    assert keep(database, PIER, twin).new == 2
    assert keep(database, twin, PIER, hours=1) == Kept()
    assert [kept.entry.title for kept in all_kept(database)] == [PIER.title, FERRY.title]


def test_a_corrected_headline_with_its_address_under_one_guid_and_date_is_one_article(database: Database) -> None:
    follow(database)
    keep(database, PIER)
    assert keep(database, replace(FERRY, published=PIER.published), hours=1) == Kept(changed=(1,))


def test_one_link_for_all_entries_keeps_them_apart(database: Database) -> None:
    follow(database)
    link = "https://own.example/show"
    keep(database, replace(PIER, url=link))
    assert keep(database, replace(FERRY, guid="2", url=link), hours=50).new == 1


@pytest.mark.parametrize("policy", [IdentityPolicy.LINK, IdentityPolicy.TITLE_DATE])
def test_another_policy_finds_what_was_kept_under_the_first(database: Database, policy: IdentityPolicy) -> None:
    follow(database)
    keep(database, PIER)
    with database.writing() as session:
        sources.change(session, replace(sources.get(session, "own").source, identity=policy))
    assert keep(database, PIER, hours=1).new == 0
    assert keep(database, replace(PIER, guid="never seen"), hours=2).new == 0


def test_a_page_that_is_filled_anew_gives_a_second_entry_and_a_corrected_one_does_not(database: Database) -> None:
    follow(database, kind=SourceKind.PAGE, url="https://own.example/column")
    monday = replace(PIER, guid="https://own.example/column", url="https://own.example/column", title="Column")
    keep(database, monday)
    assert keep(database, replace(monday, content_html="<p>It did, twice.</p>"), hours=1) == Kept(changed=(1,))
    friday = replace(monday, content_html=FERRY.content_html, summary=None, published=FERRY.published)
    assert keep(database, friday, hours=48).new == 1
    assert keep(database, friday, hours=49) == Kept()


def page(body: str = TEXT, **also: Any) -> Page:  # noqa: ANN401  a page's fields
    briefs = (FoundBrief(text="A buoy is missing.", html="<p>A buoy is missing.</p>"),)
    article = PageArticle(
        url="https://own.example/2026/pier",
        headline="The pier",
        dek="Twice.",
        image=Image(url="https://own.example/p.jpg", alt="A pier"),
        body_html=body,
    )
    section = FoundSection(heading="In other news", kind=FoundKind.BRIEFS, briefs=briefs)
    return replace(Page(notice=None, article=article, sections=(section,)), **also)


def read_pages(database: Database, found: Page, hours: float) -> int:
    now = NOW + timedelta(hours=hours)
    with database.writing() as session:
        due = entry_pages.due(session, "own", now=now, most=9)
        for one in due:
            answer = replace(one, etag='"7"')
            entry_pages.read(session, answer, reread(one.given, one.kept.entry, found), now=now, again=now + timedelta(hours=4))
        return len(due)


def test_a_page_is_read_once_and_again_in_hours_or_as_soon_as_its_feed_changes(database: Database) -> None:
    follow(database)
    keep(database, PIER)
    assert [read_pages(database, page(), hours) for hours in (0, 1, 4.5)] == [1, 0, 1]
    keep(database, PIER, hours=5)
    assert read_pages(database, page(), 5) == 0
    keep(database, replace(PIER, title="The pier that opened thrice"), hours=6)
    assert read_pages(database, page(), 6) == 1
    with database.reading() as session:
        (due,) = entry_pages.due(session, "own", now=NOW + timedelta(days=1), most=9)
    assert (due.etag, due.kept.entry.title) == ('"7"', "The pier that opened thrice")


def test_a_correction_in_the_feed_or_on_the_page_arrives_and_the_pages_picture_and_briefs_stay(database: Database) -> None:
    follow(database)
    keep(database, PIER)
    read_pages(database, page(), 0)
    keep(database, replace(PIER, summary="It did not."), hours=1)
    (kept,) = all_kept(database)
    assert kept.entry.summary == "It did not."
    assert kept.entry.content_html == TEXT
    assert kept.entry.sections == page().sections
    assert kept.entry.image == Image(url="https://own.example/p.jpg", alt="A pier")
    read_pages(database, page(TEXT.replace("twice", "thrice"), sections=()), 2)
    (kept,) = all_kept(database)
    assert "thrice" in (kept.entry.content_html or "")
    assert kept.entry.sections == page().sections
    wall = Page(notice=None, article=None)
    read_pages(database, wall, 9)
    assert all_kept(database) == [kept]
    assert kept.canonical == "https://own.example/2026/pier"
