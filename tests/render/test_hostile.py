"""Article text is data: whatever it says, it neither runs, nor breaks the page, nor crashes the compiler."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.model.edition import Brief, Edition, SourceRef
from digest.model.newsletter import Newsletter
from digest.model.page import Image
from digest.render.email import render_edition
from digest.render.fill import fill_html
from digest.render.press import Press
from digest.render.prose import read_prose

HOSTILE = {
    "a template's words": "{{7*6543}} {% include '/etc/passwd' %} {# #}",
    "an end tag": "</mj-text></mj-column><mj-raw><script>alert(1)</script>",
    "a comment": "<!-- --> <![endif]--> <!--[if mso]>",
    "control characters": "NUL\x00 ESC\x1b[31m BEL\x07 DEL\x7f",
    "bidi overrides": "safe\u202egnp.exe\u2066",
    "lone surrogates": "half \ud83d a face",
    "spaces of all kinds": "no\u00a0break\u2028new\u2029line\r\nfeed\ttab",
    "Rust's debug format": "back\\slash \\u{a0} \u200d \u00ad",
    "an emoji family": "👩‍👩‍👧‍👦 and 🏳️‍🌈",
    "Hindi": "नमस्ते दुनिया क्षत्रिय",
    "Arabic": "مرحبا بالعالم",
    "quotes": "\"double\" 'single' `back` &amp; &lt;",
    "an entity": "&nbsp; &#0; &#x110000; &bogus;",
}


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_anywhere_leave_the_page_whole(
    press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter, values: dict[str, str], words: str
) -> None:
    edition = with_lead(
        headline=words,
        dek=words,
        kicker=words,
        authors=(words,),
        url=f"https://harbour.example/{words}",
        image=Image(url=f"https://harbour.example/{words}.png", alt=words, credit=words),
        body_html=f"<p>{words}</p>",
    )
    brief = Brief(id="x", lead=words, html=words, sources=(SourceRef(name=words, url="https://wire.example/"),))
    edition = replace(edition, subject=words, preheader=words, sections=(*edition.sections, replace(edition.sections[2], items=(brief,))))
    rendered = render_edition(press, edition, replace(newsletter, name=f"A {words}", public_name=words))
    html = fill_html(rendered, values)
    assert html.endswith("</body></html>")
    assert newsletter.postal_address in html
    assert "<script" not in html
    assert "45801" not in rendered.html + rendered.text + rendered.subject
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", html + rendered.text + rendered.subject)


@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li", "a href='/'"])
def test_nine_thousand_nested_tags_do_not_crash(press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter, tag: str) -> None:
    before = press.compiler.pid
    rendered = render_edition(press, with_lead(body_html=f"<{tag}>" * 9_000 + "deep down"), newsletter)
    assert "deep down" in rendered.html
    assert before is None or press.compiler.pid == before


def test_a_headline_of_five_megabytes_ends_in_an_ellipsis(press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter) -> None:
    edition = with_lead(headline="Boat " * 1_000_000, dek="x" * 5_000_000, body_html="<p>" + "word " * 1_000_000)
    rendered = render_edition(press, replace(edition, subject="S" * 5_000_000), newsletter)
    assert rendered.html_bytes < 120_000
    assert re.search(r"Boat Boat…", rendered.html)
    assert len(rendered.subject) == 240


def test_addresses_that_are_no_web_addresses_are_left_out(press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter) -> None:
    bad = "javascript:alert(1)"
    body = f"<p><a href='{bad}'>one</a> <a href='data:text/html,x'>two</a> <a href='mailto:desk@harbour.example'>three</a></p>"
    rendered = render_edition(press, with_lead(url=bad, image=Image(url="file:///etc/passwd", alt="x"), body_html=body), newsletter)
    assert "javascript" not in rendered.html + rendered.text
    assert "passwd" not in rendered.html
    assert "data:" not in rendered.html
    assert 'href="mailto:desk@harbour.example"' in rendered.html


@pytest.mark.parametrize(
    "url",
    [
        "https://ho&st.example/p.png",
        'https://a\'b.example/p.png?x=1&y="2"',
        "https://user:pa&ss@pictures.example:8443/p.png",
        "https://bücher.example/ü.png",
        "https://pictures.example\\@other.example/p.png",
        "https://[::1]/p.png",
        "HTTPS://Pictures.Example/P.PNG",
    ],
)
def test_a_picture_with_an_odd_address_is_shown_or_left_out(
    press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter, url: str
) -> None:
    rendered = render_edition(press, with_lead(image=Image(url=url, alt="x")), newsletter)
    assert rendered.html.endswith("</html>")


def test_a_text_that_knows_a_marker_cannot_forge_a_slot(
    press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter, values: dict[str, str]
) -> None:
    seen = render_edition(press, with_lead(), newsletter).marker
    forged = render_edition(press, with_lead(headline=f"{seen}unsubscribe_url{seen}"), newsletter)
    assert f"{seen}unsubscribe_url{seen}" in fill_html(forged, values)


def test_prose_keeps_words_links_and_breaks_and_nothing_else() -> None:
    html = (
        "<div><p>One <b>bold</b> and <a href='https://a.example/x y'>a link</a>.</p><table><tr><td>cell</td></tr></table>"
        "first<br>second<br><br>third<script>no</script><style>no</style><p>  </p><ol><li>item</li></ol></div>"
    )
    paragraphs = read_prose(html, 1_000)
    assert [(p.kind, p.text) for p in paragraphs] == [
        ("text", "One bold and a link."),
        ("text", "cellfirst\nsecond"),
        ("text", "third"),
        ("item", "item"),
    ]
    assert [run.href for run in paragraphs[0].runs if run.href] == ["https://a.example/x%20y"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), html=st.text(alphabet="<>/abp lihref='\"=&;#x0\n", max_size=80))
def test_any_text_renders(press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter, words: str, html: str) -> None:
    edition = with_lead(headline=words, dek=words, kicker=words, url=words, image=Image(url=words, alt=words), body_html=html)
    rendered = render_edition(press, replace(edition, subject=words, preheader=words), newsletter)
    assert rendered.html.endswith("</html>")
