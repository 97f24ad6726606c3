"""An edition's file comes in as the next revision by compare-and-set, or as a draft where the edition is not."""

from datetime import timedelta

import pytest

from digest.compose.sheet_read import Sheet, read_sheet
from digest.errors import Conflict, InputError, NotFound, RefusedError
from digest.flows import editing, exchanging, planning, previewing
from digest.flows.exchanging import Landed, Landing
from digest.flows.planning import SlotDecision
from digest.model.edition import Article, Edition, EditionRecord, EditionState
from digest.store import acts, editions, entries, revisions, slot_changes
from tests.flows.newsroom import NOW, Newsroom


def exported(newsroom: Newsroom, record: EditionRecord, *changes: tuple[str, str]) -> Sheet:
    text = exchanging.export(newsroom.database, record.id)
    for was, becomes in changes:
        assert was in text
        text = text.replace(was, becomes, 1)
    return read_sheet(text, "week.toml")


def landed(newsroom: Newsroom, sheet: Sheet, **where: object) -> Landed:
    return exchanging.bring_in(newsroom.database, sheet, Landing(who="Nadia", at=NOW + timedelta(minutes=5), **where))  # type: ignore[arg-type]  # whichever of Landing's fields


def content(newsroom: Newsroom, record: EditionRecord) -> Edition:
    with newsroom.database.reading() as session:
        return editions.content(session, record.id, record.revision)


def test_a_file_that_changes_nothing_is_no_revision(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    done = landed(newsroom, exported(newsroom, record))
    assert (done.fresh, done.changed, done.record) == (False, False, record)


def test_a_changed_file_is_the_next_revision_with_its_entries_and_a_line_in_the_log(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    before = content(newsroom, record)
    done = landed(newsroom, exported(newsroom, record, ("The harbour that two", "A harbour that two")))
    assert (done.record.id, done.record.revision, done.record.touched) == (record.id, 2, True)
    after = content(newsroom, done.record)
    lead, was = after.sections[0].items[0], before.sections[0].items[0]
    assert isinstance(lead, Article)
    assert isinstance(was, Article)
    assert (lead.id, lead.entry) == (was.id, was.entry)
    with newsroom.database.reading() as session:
        assert revisions.listed(session, record.id)[-1].why == "imported week.toml"
        said = acts.of_edition(session, record.id)[0]
        assert (said.who, said.what, said.revision) == ("Nadia", "imported week.toml", 2)


def test_two_who_import_from_one_revision_are_not_both_taken(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    mine = exported(newsroom, record, ("The harbour that two", "My harbour that two"))
    theirs = exported(newsroom, record, ("The harbour that two", "Their harbour that two"))
    assert landed(newsroom, theirs).record.revision == 2
    with pytest.raises(Conflict, match=r"at revision 2 now, and week\.toml was exported at 1; export it again"):
        landed(newsroom, mine)
    assert "Their harbour" in exchanging.export(newsroom.database, record.id)
    # An earlier revision can be had as a file, for whoever wants to compare.
    assert "The harbour that two" in exchanging.export(newsroom.database, record.id, 1)


def test_an_import_after_approval_voids_it_and_says_so(newsroom: Newsroom) -> None:
    record = newsroom.approved()
    done = landed(newsroom, exported(newsroom, record, ("The harbour that two", "A harbour that two")))
    assert done.voided
    assert (done.record.state, done.record.approved_sha256) == (EditionState.DRAFT, None)
    with newsroom.database.reading() as session:
        assert "the approval of revision 1 is void" in acts.of_edition(session, record.id)[0].what


def test_what_has_ended_takes_no_file(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    sheet = exported(newsroom, record, ("The harbour that two", "A harbour that two"))
    editing.cancel(newsroom.database, newsroom.at(record))
    with pytest.raises(RefusedError, match="is cancelled and does not change any more; name a --slot"):
        landed(newsroom, sheet)


@pytest.mark.parametrize(
    ("was", "becomes"), [("number = 1", "number = 2"), ('newsletter = "weekly"', 'newsletter = "daily"'), ("slot = 2026", "slot = 2027")]
)
def test_what_an_edition_is_does_not_change_by_a_file(newsroom: Newsroom, was: str, becomes: str) -> None:
    with pytest.raises(InputError, match=r"week\.toml, line 1[345]: the \w+ of an edition does not change"):
        landed(newsroom, exported(newsroom, newsroom.draft(), (was, becomes)))


def test_where_the_edition_is_not_the_file_becomes_a_draft(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    sheet = exported(newsroom, record)
    with newsroom.database.writing() as session:
        # As in a database that never had it.
        for table in ("edition_entries", "renderings", "acts", "revisions", "editions"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
        assert entries.last_change(session) is not None
    done = landed(newsroom, sheet)
    assert (done.fresh, done.record.revision, done.record.state, done.record.touched) == (True, 1, EditionState.DRAFT, True)
    assert (done.record.slot, done.record.number) == (record.slot, 1)
    made = content(newsroom, done.record)
    assert [section.heading for section in made.sections] == [section.heading for section in sheet.edition.sections]
    items = [item for section in made.sections for item in section.items]
    assert [item.id for item in items] == [item.id for section in sheet.edition.sections for item in section.items]
    # The other installation's entries are not this one's.
    assert {getattr(item, "entry", None) for item in items} == {None}
    assert previewing.preview(newsroom.database, newsroom.press, done.record.id, now=NOW).edition == made


def test_a_slot_or_newsletter_that_is_named_makes_a_new_draft(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    sheet = exported(newsroom, record)
    later = record.slot + timedelta(weeks=1)
    done = landed(newsroom, sheet, slot=later)
    assert (done.fresh, done.record.slot, done.record.number, done.record.id != record.id) == (True, later, 2, True)
    with pytest.raises(Conflict, match=f"weekly has edition {done.record.id} for .* name another --slot"):
        landed(newsroom, sheet, slot=later)
    with pytest.raises(RefusedError, match="is past"):
        landed(newsroom, sheet, slot=NOW - timedelta(weeks=1))
    with pytest.raises(NotFound, match="daily"):
        landed(newsroom, sheet, newsletter_id="daily")
    skipped = later + timedelta(weeks=1)
    with newsroom.database.reading() as session:
        assert slot_changes.find(session, "weekly", skipped) is None
    planning.skip(newsroom.database, SlotDecision(newsletter_id="weekly", slot=skipped, was=skipped, who="Ada", at=NOW))
    with pytest.raises(RefusedError, match="Ada skipped the slot"):
        landed(newsroom, sheet, slot=skipped)


def test_a_file_of_another_installation_never_overwrites_the_edition_that_has_its_number(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    stranger = exported(newsroom, record, ('sha256 = "', 'sha256 = "0'))
    with pytest.raises(Conflict, match="was not exported from it; name another --slot"):
        landed(newsroom, stranger)
    assert landed(newsroom, stranger, slot=record.slot + timedelta(weeks=1)).fresh
