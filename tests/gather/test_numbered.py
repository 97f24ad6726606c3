"""Items numbered by hand, marks before bold lead-ins and rules of asterisks, as pages of the field have them."""

import pytest

from digest.gather.blocks import BlockKind
from digest.gather.briefs import find_briefs
from digest.gather.walk import html_blocks

BASE = "https://lantern.example/weekly"
OPENING = "<p>The ferry did not sail on Monday, and nobody on the quay could say why it had not.</p>"
SEAL = "A seal was seen in the upper lock, Reuters reported on Sunday."
TOLL = "The toll on the bridge goes up by a crown in May."
CLOCK = "Masons began to take down the clock tower stone by stone."


@pytest.mark.parametrize(
    "column",
    [
        f"<p>1. {SEAL}</p><p>2. {TOLL}</p><p>3. {CLOCK}</p>",
        f"<p>1) {SEAL}<br>2) {TOLL}<br>3) {CLOCK}</p>",
        f"<p><strong>1.</strong> {SEAL}</p><p><strong>2.</strong> {TOLL}</p><p><strong>3.</strong> {CLOCK}</p>",
    ],
)
def test_numbers_typed_by_hand_part_briefs_and_are_no_words_of_theirs(column: str) -> None:
    (section,) = find_briefs(html_blocks(f"{OPENING}<h3>In other news</h3>{column}", BASE)).sections
    assert [brief.text for brief in section.briefs] == [SEAL, TOLL, CLOCK]
    assert [brief.lead for brief in section.briefs] == [None, None, None]
    assert section.briefs[1].html == f"<p>{TOLL}</p>"


def test_a_year_or_a_lone_number_at_the_start_of_a_paragraph_stays() -> None:
    column = f"<p>12. {SEAL}</p><p>{TOLL}</p><p>{CLOCK}</p>"
    (section,) = find_briefs(html_blocks(f"{OPENING}<h3>In other news</h3>{column}", BASE)).sections
    assert section.briefs[0].text == f"12. {SEAL}"


def test_an_emoji_before_a_bold_lead_is_no_part_of_it() -> None:
    (block,) = html_blocks("<p>🚲 <strong>A bridge shuts</strong> to cars for good.</p>", BASE)
    assert block.lead == "A bridge shuts"
    assert block.text == "🚲 A bridge shuts to cars for good."


@pytest.mark.parametrize("stars", ["* * *", "***", "• • •", "⁂"])
def test_a_row_of_stars_is_a_rule(stars: str) -> None:
    kinds = [block.kind for block in html_blocks(f"<p>{SEAL}</p><p align='center'>{stars}</p><p>{TOLL}</p>", BASE)]
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.RULE, BlockKind.PARAGRAPH]


def test_the_plus_signs_of_a_news_ticker_open_items() -> None:
    (block,) = html_blocks(f"<p>+++ {SEAL}</p>", BASE)
    assert (block.kind, block.text, block.html) == (BlockKind.ITEM, SEAL, SEAL)
