"""Planning: what is skipped gets no draft, what is moved goes out when it was moved to, and both can be taken back."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from digest.errors import Conflict, RefusedError
from digest.flows import amending, drafting, editing, planning, previewing, sending
from digest.flows.planning import SlotDecision, SlotRow
from digest.model.edition import EditionState
from digest.model.newsletter import Newsletter, Slot
from digest.model.week import slot_after
from digest.store import acts, editions, entries, newsletters, sources
from digest.store.acts import About, Wanted
from tests.flows.newsroom import NEWSLETTER, NOW, Newsroom, week

SLOT = slot_after(NEWSLETTER.slot, NOW)
NEXT = slot_after(NEWSLETTER.slot, SLOT)
WEEK = timedelta(weeks=1)


def about(slot: object = SLOT, was: object = SLOT, at: object = NOW) -> SlotDecision:
    return SlotDecision(newsletter_id="weekly", slot=slot, was=was, who="Nadia", at=at)  # type: ignore[arg-type]  # short for tests


def rows(newsroom: Newsroom, most: int = 3) -> list[SlotRow]:
    return list(planning.slots(newsroom.database, newsroom.newsletter, now=newsroom.now, most=most))


def visited(newsroom: Newsroom) -> None:
    with newsroom.database.writing() as session:
        sources.well(session, sources.get(session, "review"), due=NOW + WEEK, now=NOW)


def test_a_skipped_slot_gets_no_draft_and_its_week_goes_into_the_next_one(newsroom: Newsroom) -> None:
    visited(newsroom)
    planning.skip(newsroom.database, about())
    planning.skip(newsroom.database, about())
    assert drafting.due_drafts(newsroom.database, now=SLOT - timedelta(hours=1)) == ()
    with pytest.raises(RefusedError, match="Nadia skipped the slot"):
        drafting.draft_slot(newsroom.database, "weekly", SLOT, now=NOW)
    assert drafting.due_drafts(newsroom.database, now=NEXT - timedelta(hours=1)) == (("weekly", NEXT),)
    record = drafting.draft_slot(newsroom.database, "weekly", None, now=NEXT - timedelta(hours=1))
    assert record.slot == NEXT
    with newsroom.database.reading() as session:
        edition = editions.content(session, record.id, 1)
    assert edition.subject == "Harbour watch"


def test_skipping_takes_an_unsent_edition_along_and_bringing_back_makes_it_a_draft(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    record = newsroom.scheduled()
    planning.skip(newsroom.database, about())
    with newsroom.database.reading() as session:
        assert editions.get(session, record.id).state is EditionState.SKIPPED
    assert sending.release_due(newsroom.database, now=SLOT, chunk_size=10) == ()
    assert rows(newsroom)[0].skipped
    planning.bring_back(newsroom.database, about(was=None))
    planning.bring_back(newsroom.database, about(was=None))
    with newsroom.database.reading() as session:
        back = editions.get(session, record.id)
        said = [act.what for act in acts.of_edition(session, record.id)][:2]
    assert (back.state, back.due, back.approved_sha256) == (EditionState.DRAFT, SLOT, None)
    assert said == [f"brought back with its slot, for {SLOT.isoformat()}", "skipped with its slot"]


def test_a_moved_slot_takes_its_scheduled_edition_along(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    record = newsroom.scheduled()
    later = SLOT + timedelta(hours=5)
    planning.move(newsroom.database, about(), later)
    planning.move(newsroom.database, about(), later)
    assert sending.release_due(newsroom.database, now=SLOT, chunk_size=10) == ()
    with newsroom.database.reading() as session:
        moved = editions.get(session, record.id)
    assert (moved.state, moved.slot, moved.due, moved.held) == (EditionState.SCHEDULED, SLOT, later, None)
    assert len(sending.release_due(newsroom.database, now=later, chunk_size=10)) == 1
    with pytest.raises(RefusedError, match="on its way"):
        planning.skip(newsroom.database, about(was=later, at=SLOT + timedelta(hours=1)))


@pytest.mark.parametrize("shift", [timedelta(days=3), timedelta(days=-2)])
def test_a_draft_of_a_moved_slot_is_laid_out_before_it_and_due_then(newsroom: Newsroom, shift: timedelta) -> None:
    visited(newsroom)
    planning.move(newsroom.database, about(), SLOT + shift)
    lead = newsroom.newsletter.lead_time
    early = SLOT + shift - lead
    assert drafting.due_drafts(newsroom.database, now=early - timedelta(minutes=1)) == ()
    assert drafting.due_drafts(newsroom.database, now=early) == (("weekly", SLOT),)
    record = drafting.draft_slot(newsroom.database, "weekly", SLOT, now=early)
    assert (record.slot, record.due) == (SLOT, SLOT + shift)
    newsroom.readers(1)
    seen = previewing.preview(newsroom.database, newsroom.press, record.id, now=early)
    editing.approve(newsroom.database, newsroom.at(record, early), seen.rendered.sha256)
    assert editing.schedule(newsroom.database, newsroom.at(record, early), None).due == SLOT + shift


def test_a_slot_moves_neither_into_the_past_nor_past_its_neighbours(newsroom: Newsroom) -> None:
    for due, said in (
        (NOW - timedelta(hours=1), "past"),
        (NEXT, "beyond the slot"),
        (SLOT - WEEK, "past"),
        (NEXT + timedelta(hours=1), "beyond"),
    ):
        with pytest.raises(RefusedError, match=said):
            planning.move(newsroom.database, about(), due)
    planning.move(newsroom.database, about(NEXT, NEXT), NEXT + timedelta(days=2))
    planning.move(newsroom.database, about(), NEXT + timedelta(days=1))
    assert [row.due for row in rows(newsroom, 2)] == [NEXT + timedelta(days=1), NEXT + timedelta(days=2)]
    with pytest.raises(RefusedError, match="beyond"):
        planning.bring_back(newsroom.database, about(NEXT, NEXT + timedelta(days=2)))
    late = replace(newsroom, now=NEXT + timedelta(hours=1))
    assert [row.coming.slot for row in rows(late, 2)] == [SLOT, NEXT]


def test_a_stale_page_of_slots_is_told_who_changed_it(newsroom: Newsroom) -> None:
    planning.skip(newsroom.database, about())
    with pytest.raises(Conflict, match="Nadia changed it meanwhile"):
        planning.move(newsroom.database, about(), SLOT + timedelta(hours=1))
    with pytest.raises(Conflict, match="no slot to come"):
        planning.skip(newsroom.database, about(SLOT + timedelta(minutes=1)))


def test_a_changed_slot_sets_untouched_drafts_aside_and_names_those_that_stay(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    before = newsroom.newsletter
    moved = replace(before, slot=Slot(weekday=6, at=time(8), zone="Europe/Brussels"))
    seen = planning.fingerprint(before)
    assert planning.change(newsroom.database, moved, seen, who="Nadia", now=NOW) == ()
    assert planning.change(newsroom.database, moved, seen, who="Nadia", now=NOW) == ()
    with newsroom.database.reading() as session:
        assert editions.get(session, record.id).state is EditionState.SKIPPED
        assert newsletters.get(session, "weekly") == moved
    fresh = drafting.draft_slot(newsroom.database, "weekly", None, now=NOW)
    editing.ask_for_review(newsroom.database, newsroom.at(fresh))
    (kept,) = planning.change(newsroom.database, before, planning.fingerprint(moved), who="Nadia", now=NOW)
    assert kept.id == fresh.id
    with pytest.raises(Conflict, match="somebody else changed The Weekly"):
        planning.change(newsroom.database, replace(before, name="X"), seen + "x", who="Nadia", now=NOW)
    # Back at the old slot, the draft set aside is brought back with it.
    assert rows(newsroom)[0].skipped
    planning.bring_back(newsroom.database, about(was=None))
    assert not rows(newsroom)[0].skipped


def test_a_newsletter_is_added_once(bare_newsroom: Newsroom) -> None:
    trade: Newsletter = replace(NEWSLETTER, id="trade", name="Trade Note")
    planning.add(bare_newsroom.database, trade, who="Nadia", now=NOW)
    planning.add(bare_newsroom.database, trade, who="Nadia", now=NOW)
    with pytest.raises(Conflict, match="choose another short name"):
        planning.add(bare_newsroom.database, replace(trade, name="Other"), who="Nadia", now=NOW)
    with bare_newsroom.database.reading() as session:
        assert [one.act.what for one in acts.listed(session, Wanted(about=About.NEWSLETTERS), most=5)] == ["added the newsletter trade"]


def test_slots_that_the_clocks_skip_are_named() -> None:
    sunday = replace(NEWSLETTER, slot=Slot(weekday=6, at=time(2, 30), zone="Europe/Brussels"))
    (odd,) = planning.odd_slots(sunday, now=NOW)
    assert odd.isoformat() == "2027-03-28T01:00:00+00:00"
    assert planning.odd_slots(NEWSLETTER, now=NOW) == ()


def test_what_came_in_a_skipped_week_is_free_even_where_a_draft_had_taken_it(newsroom: Newsroom) -> None:
    newsroom.draft()
    planning.skip(newsroom.database, about())
    later = NEXT - timedelta(hours=2)
    with newsroom.database.writing() as session:
        entries.keep(session, "review", [replace(one, guid=f"new {one.guid}", url=f"{one.url}/new") for one in week(later)], now=later)
    record = drafting.draft_slot(newsroom.database, "weekly", None, now=later)
    with newsroom.database.reading() as session:
        edition = editions.content(session, record.id, 1)
    assert sum(len(section.items) for section in edition.sections) > 8


def test_the_slot_of_an_edition_that_went_out_early_stays_as_it_is_while_it_is_corrected(newsroom: Newsroom) -> None:
    newsroom.readers(1)
    record = newsroom.approved()
    sending.send_now(newsroom.database, record.id, who="Nadia", now=NOW, chunk_size=10)
    marks = amending.Marks(subject="Corrected: the harbour", preheader="One figure was wrong.")
    amending.begin(newsroom.database, (record.id, "Nadia", NOW + timedelta(hours=1)), marks)
    for word, act in (
        ("skipped", planning.skip),
        ("moved", lambda database, decision: planning.move(database, decision, SLOT + timedelta(hours=2))),
    ):
        with pytest.raises(RefusedError, match=f"went out already and is being corrected, so the slot cannot be {word}"):
            act(newsroom.database, about())
    with newsroom.database.reading() as session:
        assert editions.get(session, record.id).state is EditionState.DRAFT
    # The next edition is another one's, and a new slot of the newsletter leaves the correction alone.
    visited(newsroom)
    assert drafting.draft_slot(newsroom.database, "weekly", None, now=NOW + timedelta(hours=2)).slot == NEXT
    with newsroom.database.reading() as session:
        before = newsletters.get(session, "weekly")
    later = replace(before, slot=Slot(weekday=4, at=time(7, 0), zone=before.slot.zone))
    kept = planning.change(newsroom.database, later, planning.fingerprint(before), who="Nadia", now=NOW + timedelta(hours=2))
    assert record.id not in {one.id for one in kept}
