"""Two editors at once: fields are put together, and where both changed one, both texts are there."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose import edit
from digest.compose.differ import changes, words_between
from digest.compose.merge import HEAD, INTRO, items_of, merge
from digest.compose.steps import Written, steps
from digest.errors import Conflict
from digest.model.account import MACHINE
from digest.model.edition import Article, Edition


def first(edition: Edition, place: int) -> str:
    return edition.sections[place].items[0].id


def drawn_move(data: st.DataObject, edition: Edition) -> Edition:
    chosen = data.draw(st.sampled_from(sorted(items_of(edition))))
    words = data.draw(st.sampled_from(["One", "Two", "Three"]))
    is_article = isinstance(items_of(edition)[chosen], Article)
    moves: dict[str, Callable[[], Edition]] = {
        "head": lambda: edit.set_preheader(edition, words),
        "up": lambda: edit.move(edition, chosen, "up"),
        "pin": lambda: edit.pin(edition, chosen, pinned=True),
        "remove": lambda: edit.remove(edition, chosen),
        "section": lambda: edit.move_to(edition, chosen, edition.sections[1].id),
        "text": lambda: (
            edit.set_article(edition, chosen, {"headline": words}) if is_article else edit.set_brief(edition, chosen, {"lead": words})
        ),
    }
    return moves[data.draw(st.sampled_from(sorted(moves)))]()


def test_two_fields_of_one_item_go_together(edition: Edition) -> None:
    lead = first(edition, 0)
    mine = edit.set_article(edition, lead, {"headline": "Mine"})
    theirs = edit.set_article(edition, lead, {"dek": "Theirs"})
    merged = merge(edition, mine, theirs)
    assert merged.clashes == ()
    assert merged.edition == edit.set_article(mine, lead, {"dek": "Theirs"})


def test_one_field_changed_twice_clashes_and_both_texts_are_kept(edition: Edition) -> None:
    lead = first(edition, 0)
    mine = edit.set_article(edition, lead, {"headline": "Mine", "dek": "A dek"})
    theirs = edit.set_article(edition, lead, {"headline": "Theirs"})
    merged = merge(edition, mine, theirs)
    (clash,) = merged.clashes
    assert (clash.place, clash.name, clash.mine, clash.theirs) == (lead, "headline", "Mine", "Theirs")
    assert merged.edition == mine


def test_the_head_and_the_note_clash_by_their_names(edition: Edition) -> None:
    mine = edit.set_intro(edit.set_subject(edition, "Mine"), "<p>Mine</p>", "N")
    theirs = edit.set_intro(edit.set_subject(edition, "Theirs"), "<p>Theirs</p>", "N")
    assert [(clash.place, clash.name) for clash in merge(edition, mine, theirs).clashes] == [(HEAD, "subject"), (INTRO, "html")]


def test_a_text_and_a_move_go_together_and_two_moves_do_not(edition: Edition) -> None:
    second = edition.sections[2].items[1].id
    moved = edit.move(edition, second, "up")
    worded = edit.set_article(edition, second, {"headline": "Worded"})
    for mine, theirs in ((moved, worded), (worded, moved)):
        assert merge(edition, mine, theirs).edition == edit.move(worded, second, "up")
    with pytest.raises(Conflict, match="order"):
        merge(edition, moved, edit.move_to(edition, second, edition.sections[1].id))


def test_removing_what_another_changed_is_a_conflict(edition: Edition) -> None:
    lead = first(edition, 0)
    removed, worded = edit.remove(edition, lead), edit.set_article(edition, lead, {"headline": "Worded"})
    for mine, theirs in ((removed, worded), (worded, removed)):
        with pytest.raises(Conflict, match="removed"):
            merge(edition, mine, theirs)


@given(st.data())
def test_whoever_changed_alone_wins_and_ids_stay_unique(edition: Edition, data: st.DataObject) -> None:
    mine = drawn_move(data, edition)
    theirs = drawn_move(data, edition)
    assert merge(edition, mine, edition).edition == mine
    assert merge(edition, edition, theirs).edition == theirs
    assert merge(edition, mine, mine).edition == mine
    try:
        merged = merge(edition, mine, theirs)
    except Conflict:
        return
    ids = [item.id for section in merged.edition.sections for item in section.items]
    assert len(ids) == len(set(ids))


@given(st.data())
def test_undo_goes_back_through_every_step_and_redo_forth(edition: Edition, data: st.DataObject) -> None:
    contents = {1: edition}
    line = [Written(revision=1, who=MACHINE)]

    def write(content: Edition, why: str) -> None:
        number = len(line) + 1
        contents[number] = content
        line.append(Written(revision=number, who="Nadia", why=why))

    seen = [edition]
    for _ in range(data.draw(st.integers(1, 6))):
        seen.append(drawn_move(data, seen[-1]))
        write(seen[-1], "typed")
    for expected in reversed(seen[:-1]):
        step = steps(line).undo
        assert step is not None
        write(contents[step[1]], step[0])
        assert contents[len(line)] == expected
    assert steps(line).undo is None
    for expected in seen[1:]:
        step = steps(line).redo
        assert step is not None
        write(contents[step[1]], step[0])
        assert contents[len(line)] == expected
    assert steps(line).redo is None


def test_typing_after_an_undo_forgets_the_redo_and_the_machines_layout_is_not_undone() -> None:
    line = [Written(revision=1, who=MACHINE), Written(revision=2, who="N"), Written(revision=3, who="N", why="undid revision 2")]
    assert steps(line).redo == ("redid revision 2", 2)
    assert steps([*line, Written(revision=4, who="N", why="typed")]).redo is None
    assert steps([*line, Written(revision=4, who=MACHINE)]).undo is None
    assert steps([]).undo is None


def test_differences_are_words_and_moves_are_sentences(edition: Edition) -> None:
    assert [(one.kind, one.text) for one in words_between("on terms no one understands", "on terms nobody has read")] == [
        ("same", "on terms"),
        ("out", " no one understands"),
        ("in", " nobody has read"),
    ]
    lead, second = first(edition, 0), edition.sections[2].items[1].id
    after = edit.set_article(edit.move(edition, second, "up"), lead, {"headline": "Another headline"})
    after = edit.remove(after, edition.sections[3].items[0].id)
    found = changes(edition, after)
    assert (found[0].place, found[0].field) == (lead, "Headline")
    assert any("Moved here from" in one.said for one in found)
    assert found[-1].said == "Removed."
    assert changes(edition, edition) == ()


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_the_words_in_and_out_are_those_of_both_texts(before: str, after: str) -> None:
    words = words_between(before, after)
    assert "".join(one.text for one in words if one.kind != "out") == after
    assert " ".join(one.text for one in words if one.kind != "in").split() == before.split()


def test_pinned_items_stand_first_and_are_not_passed(edition: Edition) -> None:
    section = edition.sections[2]
    first_id, last_id = section.items[0].id, section.items[-1].id
    pinned = edit.pin(edition, last_id, pinned=True)
    assert pinned.sections[2].items[0].id == last_id
    assert edit.move(pinned, first_id, "up") == pinned
    assert edit.move_to(pinned, first_id, section.id, 0).sections[2].items[0].id == last_id
    assert edit.pin(pinned, last_id, pinned=False).sections[2].items[0].id == last_id
