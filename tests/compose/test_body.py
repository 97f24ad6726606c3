"""A body gives up the briefs that stand in their own sections, and nothing else."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from digest.compose.body import without_sections
from digest.model.edition import Article
from digest.model.newsletter import Newsletter
from digest.model.page import FoundBrief, FoundKind, FoundSection
from digest.model.source import KeptEntry, Source
from tests.compose.laid import draft_edition

FOUND = FoundSection(
    heading="In other canal news",
    kind=FoundKind.BRIEFS,
    briefs=(
        FoundBrief(
            text="A barge — full of “oranges” — ran aground. It was towed.",
            html="<p>A barge — full of “oranges” — ran aground.</p><p>It was towed.</p>",
        ),
        FoundBrief(text="The lock is shut.", html="<p><strong>The lock</strong> is shut.</p>"),
    ),
)


def test_headings_and_paragraphs_of_briefs_leave_the_body() -> None:
    body = (
        "<p>The water rose.</p><h3>In other canal news:</h3><p>A barge - full of 'oranges' - ran aground.</p><p>It was towed.</p>"
        "<ul><li><strong>The lock</strong> is shut.</li></ul><p>It was towed. Twice.</p>"
    )
    assert without_sections(body, [FOUND]) == "<p>The water rose.</p><p>It was towed. Twice.</p>"


def test_a_body_without_sections_is_untouched() -> None:
    body = "<p>One &amp; two<br>three</p>"
    assert without_sections(body, []) == body
    assert without_sections(body, [FOUND]) == body
    assert without_sections("", [FOUND]) is None
    assert without_sections(None, []) is None


def test_a_body_of_briefs_alone_is_none() -> None:
    assert without_sections("<div><h2>In other canal news</h2><p>The lock is shut.</p></div>", [FOUND]) is None


def test_an_article_of_a_full_feed_shows_its_briefs_once(
    newsletter: Newsletter, slot: datetime, column: KeptEntry, sources: dict[str, Source]
) -> None:
    whole = (column.entry.content_html or "") + "".join(brief.html for found in column.entry.sections for brief in found.briefs)
    full = replace(column, entry=replace(column.entry, content_html=whole))
    lead = draft_edition(newsletter, 1, slot, [full], sources).sections[0].items[0]
    assert isinstance(lead, Article)
    assert lead.body_html == column.entry.content_html
    assert lead.minutes == 3


@given(st.text() | st.sampled_from(["<!-- x", "<p>\x00</p>", "&#0;", "<?xml version='1.0' encoding='x'?><p>a</p>", "\ud800"]))
def test_whatever_a_body_holds_nothing_is_raised(body: str) -> None:
    without_sections(body, [FOUND])
