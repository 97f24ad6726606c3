"""Whole editions made wild in every field, their newsletters and readers too: what is spliced is what the email package builds."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.deliver.message import splice
from digest.model.edition import Article, Brief, Edition, Item, Note, Section, SourceRef
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind
from digest.model.page import Image
from digest.model.quoting import one_line
from digest.render.clean import plain
from digest.render.email import render_edition
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from tests.deliver.packaged import EDITION, NEWSLETTER, WILD, assert_equal, by_the_package, values_for

# Where encoded words and lines end: a letter before, at and after each, in letters of one to four bytes.
_EDGES = [letter * length for letter in "aé東👩" for length in (*range(8, 24), 39, 40, 41, 44, 45, 46, 63, 64, 65, 75, 76, 77, 78)]
_HARD = [
    *WILD,
    "{{7*7}}",
    "</mj-text>",
    "<![CDATA[",
    "]]>",
    "<!--[if mso]>",
    "--",
    "=?utf-8?b?4pyT?= x",
    "\u2028",
    "नमस्ते",
    "مرحبا",
    "\u202eabc",
    "&bogus;",
]
words = st.one_of(
    st.sampled_from(_HARD), st.sampled_from(_EDGES), st.text(max_size=60), st.text(alphabet="a =?.\r\n\té東\u0301\u200d", max_size=90)
)
links = st.sampled_from(
    [
        "https://harbour.example/1?a=1&b=2",
        "javascript:alert(1)",
        "https://ünï.example/ß",
        "https://x.example/" + "p" * 1_500,
        "",
        "mailto:a@b",
    ]
)
articles = st.builds(
    lambda said, url, picture, body: Article(
        id="", url=url, headline=said[0] or "None", dek=said[1], kicker=said[2], authors=(said[3], "Ada Lind"),
        image=Image(url="https://harbour.example/p.jpg", alt=said[4], credit=said[0]) if picture else None,
        body_html=f"<p>{said[1]}</p><ul><li>{said[2]}</li></ul>" if body else None,
    ),
    st.tuples(words, words, words, words, words), links, st.booleans(), st.booleans(),
)  # fmt: skip
briefs = st.builds(
    lambda said, url: Brief(
        id="", lead=said[0], html=f"<p>{said[1]} <a href='{url}'>{said[2]}</a></p>", sources=(SourceRef(name=said[2], url=url),)
    ),
    st.tuples(words, words, words), links,
)  # fmt: skip
greetings = st.sampled_from(["{name}", "Dear {name|friend},", "{name|", "{name|дорогий}: {name}", ""])
PLAN = (
    PlannedSection(key="lead", kind=SectionKind.LEAD),
    PlannedSection(key="reports", kind=SectionKind.ARTICLES, optional=True),
    PlannedSection(key="b", kind=SectionKind.BRIEFS, optional=True),
)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    def section(at: int, kind: SectionKind, items: Sequence[Item]) -> Section:
        named = tuple(replace(item, id=f"i{at}{place}") for place, item in enumerate(items))
        return Section(id=f"s{at}", key=PLAN[at].key, kind=kind, heading=draw(st.none() | words), items=named)

    sections = (
        section(0, SectionKind.LEAD, draw(st.lists(articles, max_size=3))),
        section(1, SectionKind.ARTICLES, draw(st.lists(articles, max_size=4))),
        section(2, SectionKind.BRIEFS, draw(st.lists(briefs, max_size=4))),
    )
    intro = (
        Note(id="intro", html=f"<p>{draw(greetings)} {draw(words)}</p>", signature=draw(st.none() | words)) if draw(st.booleans()) else None
    )
    return replace(EDITION, subject=draw(words), preheader=f"{draw(greetings)} {draw(words)}", intro=intro, sections=sections)


newsletters = st.builds(
    lambda said, plan, theme, language: replace(
        NEWSLETTER, name=said[0] or "Weekly", public_name=said[1], from_name=said[2], why=said[3], plan=plan, theme=theme, language=language
    ),
    st.tuples(words, words, words, words), st.sampled_from([PLAN, PLAN[:1]]), st.sampled_from(["review", "bulletin"]),
    st.sampled_from(["en", "ar", "uk", "hi"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with open_press(template_roots(), "https://news.harbour.example") as opened:
        yield opened


@settings(max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(edition=editions(), newsletter=newsletters, name=words, left_out=st.frozensets(st.sampled_from(["reports", "b"])))
def test_a_wild_edition_for_a_wild_reader_is_the_message_that_the_email_package_builds(
    press: Press, edition: Edition, newsletter: Newsletter, name: str, left_out: frozenset[str]
) -> None:
    rendered = render_edition(press, edition, newsletter)
    values = values_for(name)
    if not one_line(name):
        del values["name"]
    raw = splice(rendered, values, left_out=left_out)
    assert_equal(raw, by_the_package(rendered, newsletter, values | {"name": name}, left_out))
    assert rendered.subject == plain(edition.subject, 240)
    assert rendered.html.endswith("</body></html>")
    assert "javascript:" not in rendered.html.replace("javascript:alert(1)</", "")
