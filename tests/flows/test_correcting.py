"""Corrections are revisions by compare-and-set; two editors at once lose nothing; an approval falls with an edit."""

import threading
from dataclasses import replace

import pytest

from digest.compose import edit
from digest.errors import Conflict, DigestError, InputError, NotFound, RefusedError
from digest.flows import correcting, editing, previewing
from digest.flows.correcting import Clashed, Correction, Into
from digest.gather.fetch import Fetched
from digest.model.edition import Article, Brief, Edition, EditionRecord, EditionState
from digest.store import acts, editions
from tests.flows.newsroom import Newsroom


def by(record: EditionRecord, newsroom: Newsroom, who: str = "Nadia", why: str = "corrected") -> Correction:
    return Correction(edition_id=record.id, revision=record.revision, state=record.state, who=who, at=newsroom.now, why=why)


def content(newsroom: Newsroom, record: EditionRecord) -> Edition:
    with newsroom.database.reading() as session:
        return editions.content(session, record.id, record.revision)


def page(html: str) -> Fetched:
    url = "https://wire.example/seen"
    return Fetched(url=url, status=200, body=html.encode(), content_type="text/html", etag=None, last_modified=None, not_modified=False)


def test_a_correction_is_the_next_revision_and_nothing_changed_is_none(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    saved = correcting.correct(newsroom.database, by(record, newsroom), lambda one: edit.set_subject(one, "Another"))
    assert (saved.revision, saved.state, saved.touched) == (record.revision + 1, EditionState.DRAFT, True)
    again = correcting.correct(newsroom.database, by(saved, newsroom), lambda one: edit.set_subject(one, "Another"))
    assert again.revision == saved.revision
    line, steps = correcting.history(newsroom.database, record.id)
    assert [(one.who, one.why) for one in line[1:]] == [("Nadia", "corrected")]
    assert steps.undo == ("undid revision 2", 1)


def test_changes_of_two_editors_in_two_places_both_stand(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    correcting.correct(newsroom.database, by(record, newsroom, "Tomas"), lambda one: edit.set_preheader(one, "Theirs"))
    saved = correcting.correct(newsroom.database, by(record, newsroom), lambda one: edit.set_subject(one, "Mine"))
    assert saved.revision == record.revision + 2
    assert (content(newsroom, saved).subject, content(newsroom, saved).preheader) == ("Mine", "Theirs")


def test_two_editors_who_race_for_one_text_one_wins_and_the_other_gets_both(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    start = threading.Barrier(2)
    won: list[EditionRecord] = []
    lost: list[DigestError] = []

    def save(who: str) -> None:
        start.wait(10)
        try:
            won.append(correcting.correct(newsroom.database, by(record, newsroom, who), lambda one: edit.set_subject(one, f"By {who}")))
        except Clashed as error:
            lost.append(error)

    threads = [threading.Thread(target=save, args=(who,)) for who in ("Nadia", "Tomas")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    (winner,), (error,) = won, lost
    assert isinstance(error, Clashed)
    (clash,) = error.merged.clashes
    assert {clash.mine, clash.theirs} == {"By Nadia", "By Tomas"}
    assert clash.theirs == content(newsroom, winner).subject
    assert error.by.revision == winner.revision == record.revision + 1


def test_against_ones_own_last_saving_the_later_words_stand(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    for words in ("Ab", "Abc"):
        saved = correcting.correct(newsroom.database, by(record, newsroom), lambda one, words=words: edit.set_subject(one, words))  # type: ignore[misc]  # bound at once
    assert content(newsroom, saved).subject == "Abc"


def test_giving_way_keeps_ones_own_text_in_the_history(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    theirs = correcting.correct(newsroom.database, by(record, newsroom, "Tomas"), lambda one: edit.set_subject(one, "Theirs"))
    settled = correcting.take_theirs(newsroom.database, by(theirs, newsroom), lambda one: edit.set_subject(one, "Mine"))
    assert settled.revision == theirs.revision + 2
    assert content(newsroom, settled).subject == "Theirs"
    assert content(newsroom, replace(settled, revision=settled.revision - 1)).subject == "Mine"


def test_an_edit_after_approval_voids_it_and_says_so(newsroom: Newsroom) -> None:
    draft = newsroom.draft()
    seen = previewing.preview(newsroom.database, newsroom.press, draft.id, now=newsroom.now)
    approved = editing.approve(newsroom.database, newsroom.at(draft), seen.rendered.sha256)
    with pytest.raises(Conflict, match="approved meanwhile"):
        correcting.correct(newsroom.database, by(draft, newsroom), lambda one: edit.set_subject(one, "Late"))
    saved = correcting.correct(newsroom.database, by(approved, newsroom), lambda one: edit.set_subject(one, "Late"))
    assert (saved.state, saved.approved_sha256) == (EditionState.DRAFT, None)
    with newsroom.database.reading() as session:
        assert "is void" in acts.of_edition(session, saved.id)[0].what


def test_what_has_left_the_desk_is_not_edited(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    cancelled = editing.cancel(newsroom.database, newsroom.at(record))
    with pytest.raises(RefusedError, match="cancelled"):
        correcting.correct(newsroom.database, by(cancelled, newsroom), lambda one: edit.set_subject(one, "Late"))


def test_undo_redo_and_restore_are_revisions(newsroom: Newsroom) -> None:
    record = first = newsroom.draft()
    for words in ("One", "Two"):
        record = correcting.correct(newsroom.database, by(record, newsroom), lambda one, words=words: edit.set_subject(one, words))  # type: ignore[misc]  # bound at once
    undone = correcting.undo(newsroom.database, by(record, newsroom))
    assert (undone.revision, content(newsroom, undone).subject) == (4, "One")
    undone = correcting.undo(newsroom.database, by(undone, newsroom))
    assert content(newsroom, undone) == content(newsroom, first)
    with pytest.raises(RefusedError, match="nothing to undo"):
        correcting.undo(newsroom.database, by(undone, newsroom))
    redone = correcting.undo(newsroom.database, by(undone, newsroom), redo=True)
    assert content(newsroom, redone).subject == "One"
    restored = correcting.restore(newsroom.database, by(redone, newsroom), 3)
    assert content(newsroom, restored).subject == "Two"
    with pytest.raises(Conflict, match="revision"):
        correcting.undo(newsroom.database, by(redone, newsroom))
    with pytest.raises(NotFound):
        correcting.restore(newsroom.database, by(restored, newsroom), 99)
    (change,) = correcting.between(newsroom.database, record.id, redone.revision, restored.revision)
    assert [(one.kind, one.text) for one in change.words] == [("out", "One"), ("in", "Two")]


def test_a_pasted_passage_becomes_briefs(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    section = content(newsroom, record).sections[2].id
    text = "**The ferry is late.** It waits for *nobody*.\n\n- A second [wire](https://wire.example/a) came.\r\n\r\n<script>x</script>"
    saved = correcting.add_passage(newsroom.database, by(record, newsroom), Into(section_id=section), text)
    added = content(newsroom, saved).sections[2].items[-3:]
    assert all(isinstance(one, Brief) for one in added)
    assert [(one.lead, one.html) for one in added if isinstance(one, Brief)] == [
        ("The ferry is late.", "It waits for <em>nobody</em>."),
        (None, 'A second <a href="https://wire.example/a">wire</a> came.'),
        (None, "&lt;script&gt;x&lt;/script&gt;"),
    ]
    for nothing in ("", " \n\n "):
        with pytest.raises(InputError, match="holds no words"):
            correcting.add_passage(newsroom.database, by(saved, newsroom), Into(section_id=section), nothing)
    with pytest.raises(InputError, match="5,000,000"):
        correcting.add_passage(newsroom.database, by(saved, newsroom), Into(section_id=section), "x" * 5_000_000)


def test_a_page_becomes_an_article_and_one_without_says_why(newsroom: Newsroom) -> None:
    record = newsroom.draft()
    section = content(newsroom, record).sections[1].id
    prose = "".join(f"<p>The pilot boat left at dawn and came back with the second mate, number {n}, of the night.</p>" for n in range(12))
    html = f"<html><head><title>Seen elsewhere</title></head><body><article><h1>Seen elsewhere</h1>{prose}</article></body></html>"
    saved = correcting.add_page(newsroom.database, by(record, newsroom), Into(section_id=section), page(html))
    made = content(newsroom, saved).sections[1].items[-1]
    assert isinstance(made, Article)
    assert (made.headline, made.url, made.body_html) == ("Seen elsewhere", "https://wire.example/seen", None)
    with pytest.raises(InputError, match="gave no article"):
        correcting.add_page(newsroom.database, by(saved, newsroom), Into(section_id=section), page("<html><body><p>Hi</p></body></html>"))
    with pytest.raises(InputError):
        correcting.add_page(newsroom.database, by(saved, newsroom), Into(section_id=section), page(""))
