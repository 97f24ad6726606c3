"""Words made from markup: deks that end well, leads cut off briefs, links that name their source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.items import source_refs
from digest.compose.markup import after_lead, inline_html, plain_text
from digest.compose.wording import cut_at_word, dek_from, fill_pattern, minutes_to_read
from digest.model.edition import SourceRef
from digest.model.page import Link

LONG = "The council met for nine hours and agreed on the order of speakers. " * 2


@pytest.mark.parametrize(
    ("summary", "dek"),
    [
        (None, None),
        ("", None),
        ("<p> </p><script>x()</script>", None),
        ("<p>Ships wait.</p><p>Crews&nbsp;&amp; cooks play chess.</p>", "Ships wait. Crews & cooks play chess."),
        (LONG + "It also adopted a very long motion about the colour of the harbour lights in winter.", LONG.strip()),
        ("Short. " + "word " * 60, "Short. " + "word " * 37 + "word…"),
        ("x" * 300, "x" * 199 + "…"),
        ("A pier falls. The post A pier falls appeared first on Tideline.", "A pier falls."),
        ("A pier fell on Tuesday and […]", "A pier fell on Tuesday and…"),
        ("A pier fell. Read more »", "A pier fell."),
    ],
)
def test_a_dek_is_the_first_sentences_of_a_summary(summary: str | None, dek: str | None) -> None:
    assert dek_from(summary) == dek


def test_an_abbreviation_ends_no_sentence() -> None:
    text = (
        "The ship was built for the harbour office by a yard that later moved. Its captain went to the museum and met the U.S. "
        + "envoy " * 40
    )
    assert dek_from(text) == "The ship was built for the harbour office by a yard that later moved."


@given(st.text(max_size=600), st.integers(2, 250))
def test_a_cut_text_fits_its_limit(text: str, limit: int) -> None:
    assert len(cut_at_word(text, limit)) <= limit


@given(st.text(max_size=900))
def test_a_dek_of_whatever_a_feed_says_fits_in_two_hundred_characters(summary: str) -> None:
    dek = dek_from(summary)
    assert dek is None or 0 < len(dek) <= 200


@pytest.mark.parametrize(("count", "minutes"), [(0, None), (1, 1), (230, 1), (345, 2), (1150, 5)])
def test_minutes_come_from_words(count: int, minutes: int | None) -> None:
    assert minutes_to_read("<p>" + "word " * count + "</p>") == minutes


@pytest.mark.parametrize(
    ("html", "lead", "rest"),
    [
        ("<p><strong>Grain</strong> leaves.</p>", "Grain", "leaves."),
        ("<p><b>Grain  &amp;\noats.</b> They <em>leave</em>.</p>", "Grain & oats.", "They <em>leave</em>."),
        ("<p><strong>Gr<a href='https://x.example/'>ain</a></strong> leaves.</p>", "Grain", "leaves."),
        ("<p><strong>Grain leaves early</strong></p>", "Grain", "<strong>leaves early</strong>"),
        ("<p><strong>Grain</strong></p><p>It left.</p>", "Grain", "It left."),
        ("<p><strong>Grain</strong></p>", "Grain", ""),
        ("<p>Oats leave.</p>", "Grain", None),
        ("<p>Gr</p>", "Grain", None),
    ],
)
def test_a_lead_is_cut_off_the_text_after_it(html: str, lead: str, rest: str | None) -> None:
    assert after_lead(html, lead) == rest


def test_inline_html_parts_paragraphs_by_two_breaks() -> None:
    html = "<div><p>One.</p>\n\n<p>Two<br>lines &amp; <img src=x> more.</p><br><br><br><ul><li>Three</li></ul></div>"
    assert inline_html(html) == "One.<br><br>Two<br>lines &amp; more.<br><br>Three"


def test_deep_markup_costs_nothing() -> None:
    assert plain_text("<div>" * 20_000 + "deep") == "deep"


@given(st.text())
def test_inline_html_of_inline_html_is_itself(text: str) -> None:
    once = inline_html(text)
    assert inline_html(once) == once


@pytest.mark.parametrize(
    ("name", "url", "text"),
    [
        ("Lock Gazette", "https://x.example/1", "as the Lock Gazette wrote"),
        ("New York Times", "https://www.nytimes.com/1", "reports"),
        ("BBC", "https://www.bbc.co.uk/1", "said"),
        ("Washington Post", "https://washingtonpost.com/1", "said"),
        ("Associated Press", "https://apnews.com/1", "said"),
        ("Wall Street Journal", "https://www.wsj.com/1", "said"),
    ],
)
def test_a_source_is_linked_where_a_links_words_or_host_name_it(name: str, url: str, text: str) -> None:
    assert source_refs([name], [Link(url="https://other.example/", text="elsewhere"), Link(url=url, text=text)]) == (
        SourceRef(name=name, url=url),
    )


@pytest.mark.parametrize(
    ("name", "url", "text"),
    [
        ("Post", "https://posterity.example/1", "postal"),
        ("AP", "https://apple.com/1", "apples"),
        ("BBC", "https://[/", "x"),
        ("Sun", "https://sunday.example", "x"),
    ],
)
def test_a_source_is_not_linked_where_nothing_names_it(name: str, url: str, text: str) -> None:
    assert source_refs([name], [Link(url=url, text=text)]) == (SourceRef(name=name),)


def test_a_source_named_twice_stands_once_in_its_place() -> None:
    assert [source.name for source in source_refs(["BBC", "Coast Wire", "bbc", " "], [])] == ["BBC", "Coast Wire"]


@given(st.dictionaries(st.sampled_from(["headline", "dek", "name"]), st.text()), st.text(max_size=20))
def test_a_filled_pattern_is_one_line(values: dict[str, str], around: str) -> None:
    pattern = around.replace("{", "{{").replace("}", "}}") + "{headline} {dek}"
    assert "\n" not in fill_pattern(pattern, values)
