"""An edition's file reads back as exactly the edition, whatever it holds; a broken one says the line and what mends it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.compose.adopt import adopted
from digest.compose.sheet import Origin, content_hash, write_sheet
from digest.compose.sheet_read import read_sheet
from digest.errors import InputError
from digest.gather.sanitize import clean_html
from digest.model.edition import Article, Brief, Edition, Item, Note, Section, SourceRef
from digest.model.newsletter import SectionKind
from digest.model.page import Image

SLOT = datetime(2026, 11, 28, 6, tzinfo=UTC)
ORIGIN = Origin(edition_id=12, revision=7, sha256="a" * 64)

# What texts of the world bring: quotation marks and backslashes of TOML, breaks of HTML, all that is invisible, other scripts.
SNIPPETS = (
    *('"', '""', '"""', "'''", "\\", "\\n", "\\u0041", "#", "[[section]]", "format = 2", " ", "  ", "\t", "\n", "\n\n", "\r", "\r\n"),
    *("<p>", "</p>", "<br>", "<br><br>", "</li></ul>", "</p> <p>", "{{7*7}}", "{% raw %}", "\x00", "\x1f", "\x7f", "\x85", "\u2028"),
    *("\u202e", "\ufeff", "\u00a0", "\u200d", "👩\u200d🚀", "ی\u200cک", "é", "e\u0301", "हिन्दी", "עברית", "\U0010ffff", "a", "word"),
)
texts = st.lists(st.sampled_from(SNIPPETS) | st.text(max_size=8), max_size=12).map("".join)
maybe = st.none() | texts
moments = st.datetimes(datetime(1995, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  bounds
images = st.builds(Image, url=maybe, alt=maybe, caption=maybe, credit=maybe)
articles = st.builds(
    Article,
    id=st.just(""),
    url=texts,
    headline=texts,
    dek=maybe,
    kicker=maybe,
    authors=st.lists(texts, max_size=3).map(tuple),
    published=st.none() | moments,
    image=st.none() | images,
    body_html=maybe,
    minutes=st.none() | st.integers(0, 500),
    outlet=maybe,
    entry=st.none() | st.integers(1, 2**40),
    because=maybe,
    pinned=st.booleans(),
)
briefs = st.builds(
    Brief,
    id=st.just(""),
    html=texts,
    lead=maybe,
    sources=st.lists(st.builds(SourceRef, name=texts, url=maybe), max_size=3).map(tuple),
    entry=st.none() | st.integers(1, 99),
    because=maybe,
    pinned=st.booleans(),
)
notes = st.builds(Note, id=st.just(""), html=texts, signature=maybe)
sections = st.builds(
    Section,
    id=st.just(""),
    key=texts,
    kind=st.sampled_from(SectionKind),
    heading=maybe,
    items=st.lists(articles | briefs | notes, max_size=4).map(tuple),
)


def numbered(edition: Edition) -> Edition:
    """Give each part an id of its own."""
    parts = tuple(
        replace(section, id=f"s-{place}", items=tuple(replace(item, id=f"i-{place}-{at}") for at, item in enumerate(section.items)))
        for place, section in enumerate(edition.sections)
    )
    intro = replace(edition.intro, id="n-1") if edition.intro else None
    correction = replace(edition.correction, id="n-2") if edition.correction else None
    return replace(edition, intro=intro, correction=correction, sections=parts)


editions = st.builds(
    Edition,
    newsletter_id=texts,
    number=st.integers(1, 9_999),
    slot=moments,
    subject=texts,
    preheader=texts,
    intro=st.none() | notes,
    correction=st.none() | notes,
    sections=st.lists(sections, max_size=4).map(tuple),
).map(numbered)


@given(editions)
@settings(max_examples=150, deadline=None)
def test_whatever_an_edition_holds_its_file_reads_back_as_exactly_that(edition: Edition) -> None:
    text = write_sheet(edition, ORIGIN)
    sheet = read_sheet(text, "edition.toml")
    assert sheet.edition == edition
    assert sheet.origin == ORIGIN
    assert write_sheet(sheet.edition, ORIGIN) == text
    assert content_hash(sheet.edition) == content_hash(edition)
    # Nothing stands in it that a reader cannot see, and Windows's line ends change nothing.
    assert all(sign.isprintable() or sign in "\n\u200c\u200d" for sign in text)
    assert read_sheet(text.replace("\n", "\r\n"), "edition.toml").edition == edition


@given(editions)
@settings(max_examples=60, deadline=None)
def test_what_stood_before_is_taken_as_it_stood_and_each_line_is_known(edition: Edition) -> None:
    sheet = read_sheet(write_sheet(edition, ORIGIN), "edition.toml")
    assert adopted(sheet, edition, clean_html) == edition
    lines = write_sheet(edition, ORIGIN).split("\n")
    for path, number in sheet.lines.items():
        last = next(step for step in reversed(path) if isinstance(step, str))
        assert last in lines[number - 1]


def edition(*items: Item, intro: Note | None = None) -> Edition:
    section = Section(id="s-1", key="briefs", kind=SectionKind.BRIEFS, heading="In other news", items=items)
    return Edition(newsletter_id="weekly", number=3, slot=SLOT, subject="A buoy", preheader="", intro=intro, sections=(section,))


BRIEF = Brief(
    id="b-1", html="A buoy is missing.<br><br>The pilots noticed.", sources=(SourceRef(name="Gazette", url="https://g.example/1"),)
)
ARTICLE = Article(
    id="a-1", url="https://r.example/1", headline="The harbour", authors=("Ines", "Ola"), image=Image(url=None, credit="Ines")
)


def test_one_changed_paragraph_is_one_changed_line() -> None:
    before = write_sheet(edition(BRIEF), ORIGIN).split("\n")
    after = write_sheet(edition(replace(BRIEF, html="A buoy is missing.<br><br>Nobody noticed.")), ORIGIN).split("\n")
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert changed == [('The pilots noticed."""', 'Nobody noticed."""')]


def test_the_file_is_in_the_order_of_the_mail_and_says_nothing_that_need_not_be_said() -> None:
    text = write_sheet(edition(ARTICLE, BRIEF, intro=Note(id="n-1", html="<p>Hello.</p><p>Read on.</p>", signature="N")), ORIGIN)
    keys = [line.partition(" =")[0] for line in text.split("\n") if " = " in line or line.startswith("[")]
    assert keys == [
        *("format", "[exported]", "edition", "revision", "sha256", "[edition]", "newsletter", "number", "slot", "subject", "preheader"),
        *("[intro]", "id", "html", "signature", "[[section]]", "id", "key", "kind", "heading"),
        *("[[section.item]]", "kind", "id", "url", "headline", "authors", "image.credit"),
        *("[[section.item]]", "kind", "id", "html", "sources"),
    ]
    assert '<p>Hello.</p>\\\n<p>Read on.</p>"""' in text


GOOD = write_sheet(edition(ARTICLE, BRIEF), ORIGIN)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ('subject = "A buoy"', 'subject = "A buoy', 'subject = "A buoy', "correct it there"),
        ("format = 1", "format = 2", "format = 2", "give one that `digest edition export` wrote"),
        ("number = 3", 'number = "three"', "number =", "number: "),
        ("[edition]", "[editio]", "[editio]", "write edition"),
        ('headline = "The harbour"', 'headlin = "The harbour"', "headlin =", "write headline"),
        ('headline = "The harbour"', "headline = 5", "headline = 5", "headline: "),
        ('headline = "The harbour"', "", "[[section.item]]", "headline: field required"),
        ('kind = "article"', 'kind = "advert"', 'kind = "advert"', "article, brief, note"),
        ('kind = "briefs"', 'kind = "sport"', 'kind = "sport"', "kind: "),
        ('id = "b-1"', 'id = "a-1"', 'id = "a-1"\nhtml', "stands in line"),
        ('id = "b-1"', 'id = "b 1"', 'id = "b 1"', "leave the line out"),
        ("slot = 2026-11-28T06:00:00Z", "slot = 2026-11-28T06:00:00", "slot =", "does not say its zone"),
        ("image.credit", "image.price", "image.price", "write"),
        ('{name = "Gazette", url', '{name = "Gazette", link', "sources =", "write name or url"),
        ("[[section]]", "[section]", "[section]", "headed [[section]]"),
        ("revision = 7", "revision = 7\nrevision = 8", "revision = 8", "correct it there"),
        ("minutes", "minutes", "", ""),
    ],
)
def test_a_fault_names_its_line_and_the_remedy(was: str, becomes: str, line: str, words: str) -> None:
    if not line:
        assert read_sheet(GOOD, "week.toml").edition == edition(ARTICLE, BRIEF)
        return
    assert was in GOOD
    text = GOOD.replace(was, becomes, 1)
    with pytest.raises(InputError) as raised:
        read_sheet(text, "week.toml")
    number = text[: text.index(line)].count("\n") + 1
    assert str(raised.value).startswith(f"week.toml, line {number}"), str(raised.value)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "PK\x03\x04",
        "<html></html>",
        "a" * 100_000,
        "x = " + "[" * 5_000,
        "x = " + "9" * 5_000,
        "[section]\n" * 3,
        "format = 1",
        '"""',
    ],
)
def test_what_is_no_edition_at_all_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(InputError) as raised:
        read_sheet(text, "week.toml")
    assert "week.toml" in str(raised.value)
    assert len(str(raised.value)) < 400


def test_new_items_need_no_id_and_get_one_that_is_free() -> None:
    text = (
        GOOD
        + '\n[[section.item]]\nkind = "brief"\nhtml = "The ferry runs."\n\n[[section.item]]\nkind = "brief"\nhtml = "The ferry runs."\n'
    )
    items = read_sheet(text, "week.toml").edition.sections[0].items
    assert [item.id for item in items[:2]] == ["a-1", "b-1"]
    assert len({item.id for item in items}) == 4
    assert [item.html for item in items[2:] if isinstance(item, Brief)] == ["The ferry runs."] * 2


def test_what_is_new_goes_the_way_of_typed_text_and_what_was_there_does_not() -> None:
    old = replace(ARTICLE, body_html="<table><tr><td>kept as it was</td></tr></table><marquee>odd</marquee>", entry=5)
    before = edition(old, replace(BRIEF, entry=6))
    text = (
        write_sheet(before, ORIGIN)
        .replace('headline = "The harbour"', 'headline = "The\\u202E harbour\\u0000"')
        .replace("A buoy is missing.", "A <script>alert(1)</script><b onclick=x>buoy</b> is missing.")
        .replace("entry = 6", "entry = 7")
    )
    made = adopted(read_sheet(text, "week.toml"), before, clean_html)
    article, brief = made.sections[0].items
    assert isinstance(article, Article)
    assert isinstance(brief, Brief)
    assert (article.headline, article.body_html, article.entry) == ("The harbour", old.body_html, 5)
    assert brief.html == "A <b>buoy</b> is missing.<br><br>The pilots noticed."
    assert brief.entry is None
    elsewhere = adopted(read_sheet(text, "week.toml"), None, clean_html).sections[0].items[0]
    assert isinstance(elsewhere, Article)
    assert elsewhere.entry is None
    assert elsewhere.body_html == "<table><tbody><tr><td>kept as it was</td></tr></tbody></table>odd"


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('url = "https://r.example/1"', 'url = "javascript:alert(1)"', "is no web address"),
        ('headline = "The harbour"', f'headline = "{"x" * 5_000}"', "at most 1,000 fit"),
        ("image.credit", 'image.url = "file:///etc/passwd"\nimage.credit', "is no web address"),
        ("image.credit", "minutes = -3\nimage.credit", "no reading time"),
        ("image.credit", f'body_html = "{"x" * 200_000}"\nimage.credit', "at most 100,000 fit"),
    ],
)
def test_a_new_value_that_the_desk_would_refuse_is_refused_with_its_line(was: str, becomes: str, words: str) -> None:
    text = GOOD.replace(was, becomes, 1)
    with pytest.raises(InputError) as raised:
        adopted(read_sheet(text, "week.toml"), edition(ARTICLE, BRIEF), clean_html)
    assert words in str(raised.value)
    assert "week.toml, line " in str(raised.value)
