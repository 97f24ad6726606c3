"""Two texts sentence by sentence: nothing is lost in telling them apart, and each choice gives its own text back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.sentences import sentences, settled, stretches

_TEXT = st.lists(st.sampled_from(["One. ", "Two! ", "Three? ", "No end", "\n\n", "In the U.S. now. ", "“Said.” "]), max_size=8).map("".join)


@given(_TEXT | st.text(max_size=60))
def test_sentences_joined_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(_TEXT, _TEXT)
def test_all_of_one_side_is_that_sides_text(mine: str, theirs: str) -> None:
    found = stretches(mine, theirs)
    count = sum(one.parts for one in found)
    assert settled(found, ["mine"] * count).split() == mine.split()
    assert settled(found, ["theirs"] * count).split() == theirs.split()
    for one in found:
        assert not one.parts or one.mine.strip() != one.theirs.strip()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He saw Gen. Marsh. She did not.", 2),
        ("The U.S. said no. The E.U. did.", 2),
        ("“Why?” he said. Nobody knew…\nOr did they", 4),
        ("", 0),
    ],
)
def test_titles_and_initials_end_no_sentence(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_both_puts_theirs_before_mine_and_parts_them() -> None:
    found = stretches("Five came. All left.", "Six came. All left.")
    assert settled(found, ["both"]) == "Six came. Five came. All left."
    assert settled(found, []) == "Five came. All left."
    assert settled(stretches("A", "B"), ["both"]) == "B A"


def test_a_text_without_end_is_taken_whole() -> None:
    (one,) = stretches("a. " * 5000, "b. " * 5000)
    assert one.parts
