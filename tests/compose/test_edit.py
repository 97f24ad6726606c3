"""The editor's moves: ids stay, what is typed is made safe, and nothing is lost."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose import edit
from digest.errors import InputError, NotFound, RefusedError
from digest.model.edition import Article, Brief, Edition, Item, Note, SourceRef
from digest.model.page import Image


def ids(edition: Edition, place: int) -> list[str]:
    return [item.id for item in edition.sections[place].items]


def everything(edition: Edition) -> list[str]:
    return [item.id for section in edition.sections for item in section.items]


def item(edition: Edition, item_id: str) -> Item:
    return next(one for section in edition.sections for one in section.items if one.id == item_id)


def test_subject_and_preheader_become_one_clean_line(edition: Edition) -> None:
    assert edit.set_subject(edition, "  Two\r\nBcc: lines\x00 ").subject == "Two Bcc: lines"
    assert edit.set_preheader(edition, "A \u202epreheader").preheader == "A preheader"


def test_an_intro_is_sanitised_signed_and_keeps_its_id(edition: Edition) -> None:
    first = edit.set_intro(edition, "<p onclick=x>Good morning<script>alert(1)</script></p>", "Ines")
    assert first.intro is not None
    assert (first.intro.html, first.intro.signature) == ("<p>Good morning</p>", "Ines")
    second = edit.set_intro(first, '<p>Again <a href="javascript:x()">here</a></p>')
    assert second.intro is not None
    assert second.intro.id == first.intro.id
    assert "javascript" not in second.intro.html
    assert edit.set_intro(second, "<p> </p>").intro is None
    assert edit.set_intro(second, None).intro is None


def test_fields_of_an_article_change_and_the_others_stay(edition: Edition) -> None:
    (lead_id,) = ids(edition, 0)
    picture = Image(url="https://tideline.example/new.jpg", alt=" A pump ", credit="")
    changed = item(
        edit.set_article(edition, lead_id, {"headline": "Water goes up", "dek": "", "image": picture, "authors": ("Ines", " ")}), lead_id
    )
    assert isinstance(changed, Article)
    assert (changed.headline, changed.dek, changed.authors) == ("Water goes up", None, ("Ines",))
    assert changed.image == Image(url="https://tideline.example/new.jpg", alt="A pump")
    assert changed.kicker == "Reporting | Canals"


def test_fields_of_a_brief_change_and_its_html_is_inline_and_safe(edition: Edition) -> None:
    brief_id = ids(edition, 3)[0]
    html = "<p>One <b>bold</b></p><p>two<img src=x onerror=y> &lt;b&gt;</p>"
    changed = item(edit.set_brief(edition, brief_id, {"lead": "", "html": html, "sources": (SourceRef(name=" BBC ", url=None),)}), brief_id)
    assert isinstance(changed, Brief)
    assert changed.html == "One <b>bold</b><br><br>two &lt;b&gt;"
    assert changed.lead is None
    assert changed.sources == (SourceRef(name="BBC"),)


def test_a_heading_and_a_note_change(edition: Edition) -> None:
    section = edition.sections[1]
    assert edit.set_heading(edition, section.id, "Deeper").sections[1].heading == "Deeper"
    assert edit.set_heading(edition, section.id, " ").sections[1].heading is None
    noted = edit.add_note(edition, section.id, "<p>Read this first.</p>", "Ines")
    note_id = noted.sections[1].items[-1].id
    assert item(edit.set_note(noted, note_id, "<p>Read this last.</p>"), note_id) == Note(id=note_id, html="<p>Read this last.</p>")


def test_what_was_removed_comes_back_where_it_stood(edition: Edition) -> None:
    before = ids(edition, 2)
    for item_id in before:
        assert edit.put_back(edit.remove(edition, item_id), edition, item_id) == edition
    both = edit.remove(edit.remove(edition, before[1]), before[0])
    assert ids(edit.put_back(both, edition, before[1]), 2) == before[1:]


def test_an_item_comes_back_with_its_section(edition: Edition) -> None:
    item_id = ids(edition, 1)[0]
    without = replace(edition, sections=(edition.sections[0], *edition.sections[2:]))
    back = edit.put_back(without, edition, item_id)
    assert [section.id for section in back.sections] == [section.id for section in edition.sections]
    assert ids(back, 1) == [item_id]


def test_what_stands_cannot_be_put_back(edition: Edition) -> None:
    with pytest.raises(RefusedError, match="stands in the edition"):
        edit.put_back(edition, edition, ids(edition, 0)[0])


def test_an_item_moves_up_and_down_and_stops_at_the_ends(edition: Edition) -> None:
    first, second, *rest = ids(edition, 2)
    assert ids(edit.move(edition, second, "up"), 2) == [second, first, *rest]
    assert ids(edit.move(edition, first, "down"), 2) == [second, first, *rest]
    assert edit.move(edition, first, "up") == edition
    assert edit.move(edition, rest[-1], "down") == edition


def test_an_item_moves_to_another_section(edition: Edition) -> None:
    moving = ids(edition, 2)[1]
    analysis = edition.sections[1]
    assert ids(edit.move_to(edition, moving, analysis.id), 1) == [*ids(edition, 1), moving]
    assert ids(edit.move_to(edition, moving, analysis.id, 0), 1) == [moving, *ids(edition, 1)]
    assert ids(edit.move_to(edition, moving, edition.sections[2].id, 0), 2)[0] == moving


def test_articles_are_added_by_hand_with_ids_of_their_own(edition: Edition) -> None:
    section = edition.sections[2]
    once = edit.add_article(edition, section.id, {"headline": "Seen elsewhere", "url": "https://wire.example/seen"})
    twice = edit.add_article(once, section.id, {"headline": "Seen elsewhere", "url": "https://wire.example/seen"})
    assert len(set(everything(twice))) == len(everything(edition)) + 2


@pytest.mark.parametrize(
    "url", ["", "tideline.example/x", "javascript:alert(1)", "https://", "https://[", "https://a b", "https://a.example/" + "x" * 3000]
)
def test_an_address_that_is_none_is_refused(url: str, edition: Edition) -> None:
    with pytest.raises(InputError, match="is no web address"):
        edit.add_article(edition, edition.sections[1].id, {"headline": "Where?", "url": url})


def test_an_endless_paste_is_refused_with_its_length(edition: Edition) -> None:
    with pytest.raises(InputError, match="The subject has 5,000,000 characters; at most 1,000 fit"):
        edit.set_subject(edition, "x" * 5_000_000)
    with pytest.raises(InputError, match="The note has 5,000,000 characters"):
        edit.set_intro(edition, "x" * 5_000_000)


def test_an_article_needs_a_headline_and_a_brief_some_words(edition: Edition) -> None:
    with pytest.raises(RefusedError, match="needs a headline"):
        edit.set_article(edition, ids(edition, 0)[0], {"headline": " "})
    with pytest.raises(RefusedError, match="needs a lead or a text"):
        edit.set_brief(edition, ids(edition, 3)[0], {"lead": "", "html": "<p></p>"})


def test_fields_of_another_kind_are_refused(edition: Edition) -> None:
    with pytest.raises(RefusedError, match="is of the kind article"):
        edit.set_brief(edition, ids(edition, 0)[0], {"lead": "No"})


def test_an_unknown_id_is_named(edition: Edition) -> None:
    known = ids(edition, 0)[0]
    on_items: tuple[Callable[[], Edition], ...] = (
        lambda: edit.remove(edition, "a-0"),
        lambda: edit.move(edition, "a-0", "up"),
        lambda: edit.set_article(edition, "a-0", {"headline": "x"}),
        lambda: edit.put_back(edition, edition, "a-0"),
    )
    for act in on_items:
        with pytest.raises(NotFound, match='no item "a-0"'):
            act()
    on_sections: tuple[Callable[[], Edition], ...] = (
        lambda: edit.move_to(edition, known, "s-0"),
        lambda: edit.set_heading(edition, "s-0", "x"),
        lambda: edit.add_note(edition, "s-0", "<p>x</p>"),
    )
    for act in on_sections:
        with pytest.raises(NotFound, match='no section "s-0"'):
            act()


@given(st.text() | st.sampled_from(["<b>", "<p><p", "</br></p><script>", "&#0;", "<a href='data:x'>y", "\ud800", "{{7*7}}"]))
def test_whatever_is_pasted_only_the_small_set_of_tags_comes_out(edition: Edition, pasted: str) -> None:
    changed = edit.set_brief(edition, ids(edition, 3)[0], {"html": pasted, "lead": "Kept"})
    brief = item(changed, ids(edition, 3)[0])
    assert isinstance(brief, Brief)
    assert set(re.findall(r"<\s*/?\s*(\w+)", brief.html)) <= {"a", "em", "strong", "i", "b", "br"}
    assert "\x00" not in brief.html
    assert edit.set_brief(changed, brief.id, {"html": brief.html}) == changed


@given(st.data())
def test_any_run_of_moves_keeps_every_item_once(edition: Edition, data: st.DataObject) -> None:
    now = edition
    for _ in range(data.draw(st.integers(1, 12))):
        chosen = data.draw(st.sampled_from(everything(now)))
        if data.draw(st.booleans()):
            now = edit.move(now, chosen, data.draw(st.sampled_from(["up", "down"])))
        else:
            target = data.draw(st.sampled_from(now.sections))
            now = edit.move_to(now, chosen, target.id, data.draw(st.none() | st.integers(-2, 9)))
        assert sorted(everything(now)) == sorted(everything(edition))
