"""What saves itself while one types is one step: in the history, in undo, and for a form that was opened in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digest.compose import edit
from digest.errors import Conflict, NotFound
from digest.flows import correcting, editing, previewing, pruning
from digest.flows.correcting import Clashed, Correction
from digest.flows.editing import Decision
from digest.model.account import Act
from digest.model.edition import Edition, EditionRecord, EditionState
from digest.store import acts, editions, renderings
from tests.flows.newsroom import Newsroom


class Typist:
    """Somebody whose page saves itself: each word a saving, so many seconds after the one before."""

    def __init__(self, newsroom: Newsroom, record: EditionRecord, who: str = "Nadia") -> None:
        self.newsroom = newsroom
        self.record = record
        self.who = who
        self.now = newsroom.now

    def types(self, text: str, *, after: int = 1, field: str | None = "head: subject") -> EditionRecord:
        self.now += timedelta(seconds=after)
        correction = Correction(
            edition_id=self.record.id,
            revision=self.record.revision,
            state=self.record.state,
            who=self.who,
            at=self.now,
            why=f"edited: {self.content().subject}",
            typing=field,
        )
        self.record = correcting.correct(self.newsroom.database, correction, lambda edition: edit.set_subject(edition, text))
        return self.record

    def content(self) -> Edition:
        with self.newsroom.database.reading() as session:
            return editions.content(session, self.record.id, editions.get(session, self.record.id).revision)

    def line(self) -> list[tuple[int, str | None]]:
        line, _ = correcting.history(self.newsroom.database, self.record.id)
        return [(one.revision, one.why) for one in line]


@pytest.fixture
def typist(newsroom: Newsroom) -> Typist:
    return Typist(newsroom, newsroom.draft())


def test_savings_that_follow_each_other_are_one_step_under_what_began_it(typist: Typist) -> None:
    before = typist.content().subject
    for words in ("A", "A q", "A quay"):
        typist.types(words)
    assert typist.record.revision == 4
    assert typist.line() == [(1, None), (4, f"edited: {before}")]
    undone = correcting.undo(
        typist.newsroom.database,
        Correction(edition_id=1, revision=4, state=EditionState.DRAFT, who="Nadia", at=typist.now, why="undo"),
    )
    assert typist.content().subject == before
    typist.record = undone
    assert typist.types("A pier").revision == 6
    assert [revision for revision, _ in typist.line()] == [1, 4, 5, 6]


@pytest.mark.parametrize(
    ("who", "after", "field"),
    [("Tomas", 1, "head: subject"), ("Nadia", 121, "head: subject"), ("Nadia", 1, "head: preheader"), ("Nadia", 1, None)],
    ids=["another person", "two minutes later", "another field", "a press of Save"],
)
def test_what_is_another_step_stays_one(typist: Typist, who: str, after: int, field: str | None) -> None:
    typist.types("A")
    typist.who = who
    typist.types("B", after=after, field=field)
    assert [revision for revision, _ in typist.line()] == [1, 2, 3]


def test_long_typing_is_cut_into_steps_of_two_minutes(typist: Typist) -> None:
    for at in range(20):
        typist.types(f"Word {at}", after=15)
    kept = [revision for revision, _ in typist.line()]
    assert kept[0] == 1
    assert kept[-1] == 21
    assert len(kept) == 1 + 3


def test_what_somebody_acted_on_is_kept(typist: Typist) -> None:
    newsroom = typist.newsroom
    typist.types("A")
    with newsroom.database.writing() as session:
        what = Act(at=typist.now, who="Nadia", what="sent a test to a@example.org", why=None, edition_id=1, revision=2)
        acts.note(session, what)
    typist.types("B")
    editing.ask_for_review(newsroom.database, Decision(edition_id=1, revision=3, who="Nadia", at=typist.now))
    typist.record = replace(typist.record, state=EditionState.IN_REVIEW)
    typist.types("C")
    assert [revision for revision, _ in typist.line()] == [1, 2, 3, 4]


def test_an_approval_falls_with_a_saving_and_what_was_approved_is_kept(typist: Typist) -> None:
    newsroom = typist.newsroom
    typist.types("A")
    seen = previewing.preview(newsroom.database, newsroom.press, 1, now=typist.now)
    typist.record = editing.approve(newsroom.database, newsroom.at(typist.record), seen.rendered.sha256)
    saved = typist.types("B")
    assert (saved.state, saved.approved_sha256) == (EditionState.DRAFT, None)
    typist.types("C")
    assert [revision for revision, _ in typist.line()] == [1, 2, 3, 4]
    with newsroom.database.reading() as session:
        assert renderings.find(session, 1, 2) == seen.rendered


def test_a_form_that_was_opened_in_between_still_merges_and_still_clashes(typist: Typist) -> None:
    newsroom = typist.newsroom
    in_between = typist.types("A")
    typist.types("B")
    correction = Correction(edition_id=1, revision=2, state=EditionState.DRAFT, who="Tomas", at=typist.now, why="edited")
    saved = correcting.correct(newsroom.database, correction, lambda edition: edit.set_preheader(edition, "By Tomas"))
    assert (typist.content().subject, typist.content().preheader) == ("B", "By Tomas")
    assert saved.revision == in_between.revision + 2
    with pytest.raises(Clashed):
        correcting.correct(newsroom.database, correction, lambda edition: edit.set_subject(edition, "By Tomas"))


def test_after_a_day_they_are_forgotten_and_a_form_of_one_says_so(typist: Typist) -> None:
    newsroom = typist.newsroom
    typist.types("A")
    previewing.preview(newsroom.database, newsroom.press, 1, now=typist.now)
    typist.types("B")
    pruning.prune(newsroom.database, now=typist.now + timedelta(hours=23))
    with newsroom.database.reading() as session:
        assert editions.content(session, 1, 2).subject == "A"
    pruning.prune(newsroom.database, now=typist.now + timedelta(hours=25))
    with newsroom.database.reading() as session:
        assert renderings.find(session, 1, 2) is None
        with pytest.raises(NotFound):
            editions.content(session, 1, 2)
        assert editions.content(session, 1, 3).subject == "B"
    stale = Correction(edition_id=1, revision=2, state=EditionState.DRAFT, who="Tomas", at=typist.now, why="edited")
    with pytest.raises(Conflict, match="not kept any more"):
        correcting.correct(newsroom.database, stale, lambda edition: edit.set_preheader(edition, "Late"))
    assert correcting.own_picture(newsroom.database, 1, typist.content().sections[0].items[0].id) is not None
    assert correcting.removed(newsroom.database, 1) == ()
