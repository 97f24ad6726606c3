"""A draft is laid out, seen, approved by its hash, scheduled; each act is a compare-and-set."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from digest.errors import Conflict, NotFound, RefusedError
from digest.flows import drafting, editing, previewing
from digest.model.edition import Article, Brief, EditionRecord, EditionState
from digest.model.source import Entry
from digest.store import acts, editions, entries, renderings, sources, tables
from tests.flows.newsroom import Newsroom
from tests.kept import by_guid


def test_a_draft_holds_each_entry_once_and_the_briefs_of_the_column(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    assert (record.state, record.revision, record.number, record.touched) == (EditionState.DRAFT, 1, 1, False)
    with newsroom.database.reading() as session:
        edition = editions.content(session, record.id, 1)
    items = [item for section in edition.sections for item in section.items]
    headlines = [item.headline for item in items if isinstance(item, Article)]
    assert len(headlines) == len(set(headlines)) == 4
    assert sum(isinstance(item, Brief) for item in items) == 2
    assert edition.subject


def test_drafting_again_changes_nothing_until_an_entry_comes_and_then_makes_one_revision(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    assert newsroom.draft().revision == record.revision
    with newsroom.database.reading() as session:
        before = editions.content(session, record.id, 1)
    later = newsroom.now + timedelta(hours=1)
    with newsroom.database.writing() as session:
        (kept,) = by_guid(session, "review", ["third"])
        fresh = replace(kept.entry, guid="fourth", url="https://review.example.org/fourth", title="A fourth", published=later)
        entries.keep(session, "review", [fresh], now=later)
    assert drafting.due_drafts(newsroom.database, now=newsroom.now) == ()
    again = drafting.draft_slot(newsroom.database, "weekly", None, now=later)
    assert (again.id, again.revision) == (record.id, 2)
    with newsroom.database.reading() as session:
        after = editions.content(session, record.id, 2)
    kept_ids = {item.id for section in before.sections for item in section.items}
    assert kept_ids <= {item.id for section in after.sections for item in section.items}


def test_a_draft_is_due_once_its_slot_is_near_and_every_source_was_visited(newsroom: Newsroom) -> None:
    slot = newsroom.draft().slot
    with newsroom.database.writing() as session:
        session.execute(tables.edition_entries.delete())
        session.execute(tables.revisions.delete())
        session.execute(tables.acts.delete())
        session.execute(tables.editions.delete())
    near = slot - timedelta(hours=47)
    assert drafting.due_drafts(newsroom.database, now=near) == ()
    with newsroom.database.writing() as session:
        sources.well(session, sources.get(session, "review"), due=near, now=near)
    assert drafting.due_drafts(newsroom.database, now=near) == (("weekly", slot),)
    assert drafting.due_drafts(newsroom.database, now=slot - timedelta(hours=49)) == ()


def test_what_was_previewed_is_what_is_approved(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    first = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    second = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    assert first.rendered == second.rendered
    approved = editing.approve(newsroom.database, newsroom.at(record), first.rendered.sha256)
    assert (approved.state, approved.approved_sha256) == (EditionState.APPROVED, first.rendered.sha256)
    with newsroom.database.reading() as session:
        assert renderings.by_sha256(session, record.id, first.rendered.sha256) == first.rendered
        assert acts.of_edition(session, record.id)[0].what.startswith("approved")


def test_another_hash_or_another_revision_is_not_approved(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    with pytest.raises(Conflict, match="no longer renders"):
        editing.approve(newsroom.database, newsroom.at(record), "0" * 64)
    stale = replace(newsroom.at(record), revision=7)
    with pytest.raises(Conflict, match="is at revision 1 now, not 7"):
        editing.approve(newsroom.database, stale, seen.rendered.sha256)


def test_an_edition_that_a_finding_blocks_is_not_approved(newsroom: Newsroom) -> None:
    newsroom.keep(replace(newsroom.newsletter, postal_address=""))
    record = newsroom.draft()
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    assert "no_postal_address" in {finding.code for finding in seen.blocked}
    with pytest.raises(RefusedError, match="cannot be approved"):
        editing.approve(newsroom.database, newsroom.at(record), seen.rendered.sha256)


def test_a_slot_in_the_past_is_refused_with_what_to_do(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    record = newsroom.approved()
    with pytest.raises(RefusedError, match=r"is past: .* name a time to come"):
        editing.schedule(newsroom.database, newsroom.at(record), newsroom.now - timedelta(minutes=1))


def test_an_edition_that_would_reach_nobody_is_not_scheduled(newsroom: Newsroom) -> None:
    record = newsroom.approved()
    with pytest.raises(RefusedError, match="no confirmed reader"):
        editing.schedule(newsroom.database, newsroom.at(record), None)


def test_a_newsletter_without_a_plan_is_refused_with_the_command_that_gives_one(newsroom: Newsroom) -> None:
    newsroom.keep(replace(newsroom.newsletter, plan=()))
    with pytest.raises(RefusedError, match="digest newsletter plan weekly"):
        newsroom.draft()


def test_an_unknown_newsletter_is_refused_naming_those_there_are(newsroom: Newsroom) -> None:
    with pytest.raises(NotFound, match=r"no newsletter 'daily' \(there are: weekly\)"):
        drafting.draft_slot(newsroom.database, "daily", None, now=newsroom.now)


def test_a_draft_that_was_worked_on_is_not_laid_out_anew(newsroom: Newsroom) -> None:
    newsroom.approved()
    with pytest.raises(Conflict, match="has been worked on"):
        newsroom.draft()
    assert drafting.due_drafts(newsroom.database, now=newsroom.now + timedelta(days=4)) == ()


def test_two_who_act_on_the_same_revision_do_not_both_win(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    editing.cancel(newsroom.database, newsroom.at(record))
    with pytest.raises(RefusedError, match="is cancelled and cannot be cancelled"):
        editing.cancel(newsroom.database, newsroom.at(record))
    with newsroom.database.writing() as session, pytest.raises(Conflict, match="look at it again"):
        editions.move(session, record, EditionState.APPROVED, now=newsroom.now)


def test_an_edition_from_files_holds_them_and_nothing_else(newsroom: Newsroom) -> None:
    with newsroom.database.reading() as session:
        (kept,) = by_guid(session, "review", ["column"])
    given = [replace(kept.entry, guid="file", url="https://elsewhere.example.org/a", title="From a file")]
    record = drafting.draft_from(newsroom.database, "weekly", None, given, now=newsroom.now)
    with newsroom.database.reading() as session:
        edition = editions.content(session, record.id, 1)
    articles = [item for section in edition.sections for item in section.items if isinstance(item, Article)]
    assert [item.headline for item in articles] == ["From a file"]
    assert sum(isinstance(item, Brief) for section in edition.sections for item in section.items) == 2


def story(word: str, day: datetime, text: str | None = None) -> Entry:
    return Entry(
        guid=f"https://harbour.example/{word}",
        url=f"https://harbour.example/{word}",
        title=f"The {word} and what became of it",
        summary=f"All of the {word}.",
        content_html=text,
        published=day,
    )


def headlines(newsroom: Newsroom, record: EditionRecord) -> list[str]:
    with newsroom.database.reading() as session:
        edition = editions.content(session, record.id, record.revision)
    return sorted(item.headline for section in edition.sections for item in section.items if isinstance(item, Article))


def test_a_feed_that_is_handed_in_gives_each_of_its_entries(newsroom: Newsroom) -> None:
    given = [story(word, newsroom.now - timedelta(hours=place)) for place, word in enumerate(("bridge", "boat", "ferry", "pier", "lamp"))]
    record = drafting.draft_from(newsroom.database, "weekly", None, given, now=newsroom.now)
    assert headlines(newsroom, record) == sorted(entry.title or "" for entry in given)


def test_one_address_that_is_handed_in_again_with_another_weeks_text_is_another_piece(newsroom: Newsroom) -> None:
    words = ("The ferry turned back at noon, for the crane had fallen across the quay and nobody could say whose it was.", "Salt " * 40)
    first = story("column", newsroom.now, f"<p>{words[0]} {words[0].upper()}</p>")
    record = drafting.draft_from(newsroom.database, "weekly", None, [story("pier", newsroom.now), first], now=newsroom.now)
    with newsroom.database.writing() as session:
        session.execute(tables.editions.update().where(tables.editions.c.id == record.id).values(state="released"))
    later = record.slot + timedelta(hours=1)
    second = replace(story("column", later, f"<p>{words[1]}</p>"), title="Salt on the breakwater")
    after = drafting.draft_from(newsroom.database, "weekly", None, [second], now=later)
    assert after.id != record.id
    assert headlines(newsroom, after) == ["Salt on the breakwater"]


def test_what_comes_between_the_last_layout_and_the_slot_is_in_the_next_edition(newsroom: Newsroom) -> None:
    first = newsroom.approved()
    between = newsroom.now + timedelta(days=1)
    with newsroom.database.writing() as session:
        (kept,) = by_guid(session, "review", ["third"])
        late = replace(kept.entry, guid="late", url="https://review.example.org/late", title="Came late", published=between)
        entries.keep(session, "review", [late], now=between)
    after = first.slot + timedelta(hours=1)
    second = drafting.draft_slot(newsroom.database, "weekly", None, now=after)
    with newsroom.database.reading() as session:
        edition = editions.content(session, second.id, 1)
    assert [item.headline for section in edition.sections for item in section.items if isinstance(item, Article)] == ["Came late"]


def test_a_draft_from_files_is_a_persons_and_the_machine_leaves_it(newsroom: Newsroom) -> None:
    with newsroom.database.reading() as session:
        (kept,) = by_guid(session, "review", ["column"])
    given = [replace(kept.entry, guid="file", url="https://elsewhere.example.org/a", title="From a file")]
    first = drafting.draft_from(newsroom.database, "weekly", None, given, now=newsroom.now)
    later = newsroom.now + timedelta(hours=1)
    with newsroom.database.writing() as session:
        entries.keep(session, "review", [replace(kept.entry, guid="new", url="https://review.example.org/new")], now=later)
        sources.well(session, sources.get(session, "review"), due=later, now=later)
    assert drafting.due_drafts(newsroom.database, now=first.slot - timedelta(hours=1)) == ()
    with pytest.raises(Conflict, match="has been worked on"):
        drafting.draft_slot(newsroom.database, "weekly", None, now=later)
    again = [replace(given[0], title="From a better file")]
    second = drafting.draft_from(newsroom.database, "weekly", None, again, now=later)
    assert (second.id, second.revision) == (first.id, 2)


def test_a_draft_shows_a_changed_newsletter_at_once_and_an_approved_one_never(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    before = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    newsroom.keep(replace(newsroom.newsletter, postal_address="2 Other Quay, Port Town"))
    after = previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now)
    assert "2 Other Quay" in after.rendered.text
    with pytest.raises(Conflict, match="no longer renders"):
        editing.approve(newsroom.database, newsroom.at(record), before.rendered.sha256)
    editing.approve(newsroom.database, newsroom.at(record), after.rendered.sha256)
    newsroom.keep(newsroom.newsletter)
    assert previewing.preview(newsroom.database, newsroom.press, record.id, now=newsroom.now).rendered == after.rendered
