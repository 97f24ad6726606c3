"""Markdown as editors type it: to HTML and back, and nothing of it runs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.compose.marked import body_from_marked, body_to_marked, from_marked, note_from_marked, note_to_marked, to_marked
from digest.compose.markup import inline_html, plain_text

_STYLED = st.recursive(
    st.text(alphabet="ab *[]()\\_<&.-1é", min_size=1, max_size=8).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;")),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", st.sampled_from(["em", "strong"]), st.lists(inner, max_size=3)
    ),
    max_leaves=6,
)
_LINKED = st.builds(lambda words: f'<a href="https://a.example/x">{words}</a>', _STYLED)


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("**Bold** and *italic*", "<strong>Bold</strong> and <em>italic</em>"),
        ("The [wire](https://wire.example/a?b=1&c=2) said", 'The <a href="https://wire.example/a?b=1&amp;c=2">wire</a> said'),
        ("*a **b** c*", "<em>a</em> <strong><em>b</em></strong> <em>c</em>"),
        ("***both***", "<strong><em>both</em></strong>"),
        ("one\n\ntwo\nthree", "one<br><br>two<br>three"),
        ("5 * 3, a *b, **, ****", "5 * 3, a *b, **, ****"),
        (r"\*not\* \[this\]", "*not* [this]"),
        ("<script>alert(1)</script> {{7*7}}", "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}"),
        ("[x](javascript:alert(1)) [](https://a.example)", "[x](javascript:alert(1)) [](https://a.example)"),
    ],
)
def test_what_is_typed_becomes_inline_html(typed: str, html: str) -> None:
    assert from_marked(typed) == html
    assert from_marked(to_marked(html)) == html


@pytest.mark.parametrize(
    "typed", ["5 * 3 = 15", "{{7*7}}", "a [sic] b", r"\*not\* \[this\](https://a.example)", r"C:\temp", r"a \* b \* *c*"]
)
def test_a_sign_that_reads_as_itself_comes_back_as_it_was_typed(typed: str) -> None:
    once = to_marked(from_marked(typed))
    assert from_marked(once) == from_marked(typed)
    assert once.count("\\") <= typed.count("\\")


def test_an_articles_body_has_headings_too() -> None:
    typed = "## Who pays\n\nThe *insurers* do.\nAnd so on.\n\n### Since when\n\n- one\n- two\n\n> said\n\n\\## no heading"
    html = body_from_marked(typed)
    assert html == (
        "<h2>Who pays</h2><p>The <em>insurers</em> do.<br>And so on.</p><h3>Since when</h3><ul><li>one</li><li>two</li></ul>"
        "<blockquote><p>said</p></blockquote><p>## no heading</p>"
    )
    assert body_to_marked(html) == typed
    # Of what a feed gave no word is lost, whatever its tags.
    given = "Loose <em>words</em> and<br>more<p>x <cite>c</cite></p><h5>A</h5><ul><li>a<ul><li>b</li></ul></li></ul><h3></h3>"
    assert plain_text(body_from_marked(body_to_marked(given))).split() == plain_text(given).split()


@given(st.text(alphabet="ab *#[]()\\<>&\n-1.>", max_size=60))
def test_a_body_reads_the_same_once_it_was_written(typed: str) -> None:
    html = body_from_marked(typed)
    assert set(re.findall(r"<\s*/?\s*(\w+)", html)) <= {"a", "em", "strong", "br", "p", "ul", "ol", "li", "blockquote", "h2", "h3", "h4"}
    assert plain_text(body_from_marked(body_to_marked(html))) == plain_text(html)


def test_a_link_keeps_the_bold_words_in_it() -> None:
    html = '<a href="https://a.example/x">the <strong>wire</strong></a> said'
    assert to_marked(html) == "[the **wire**](https://a.example/x) said"
    assert from_marked(to_marked(html)) == html


@given(st.lists(_STYLED | _LINKED | st.just("<br>"), max_size=6).map("".join))
def test_no_words_are_lost_on_the_way_to_the_form_and_back(html: str) -> None:
    clean = inline_html(html)
    once = from_marked(to_marked(clean))
    assert plain_text(once) == plain_text(clean)
    assert from_marked(to_marked(once)) == once


@given(st.text(alphabet="ab *[]()\\<>&\n-1.:/javscriptht\x00\u202e😀", max_size=60) | st.text(max_size=40))
def test_whatever_is_typed_only_the_small_set_of_tags_comes_out(typed: str) -> None:
    html = from_marked(typed)
    assert set(re.findall(r"<\s*/?\s*(\w+)", html)) <= {"a", "em", "strong", "br"}
    assert set(re.findall(r'href="([a-z]+):', html)) <= {"http", "https", "mailto"}
    assert from_marked(to_marked(html)) == html
    assert plain_text(note_from_marked(note_to_marked(note_from_marked(typed)))) == plain_text(note_from_marked(typed))


def test_a_note_has_paragraphs_lists_and_quotations() -> None:
    typed = "Good *morning*,\nall.\n\n- one\n- two\n\n1. first\n2. second\n\n> said\n> so\n\n\\- no item"
    html = note_from_marked(typed)
    assert html == (
        "<p>Good <em>morning</em>,<br>all.</p><ul><li>one</li><li>two</li></ul><ol><li>first</li><li>second</li></ol>"
        "<blockquote><p>said<br>so</p></blockquote><p>- no item</p>"
    )
    assert note_to_marked(html) == typed
    assert note_from_marked(note_to_marked(html)) == html


def test_a_long_line_of_stars_is_read_in_no_time() -> None:
    assert plain_text(from_marked("*a " * 20_000)) != ""
