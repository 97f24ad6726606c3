"""Sections of briefs in HTML of many shapes, and prose that holds none."""

# ruff: noqa: E501  sample texts and markup read better unbroken

import pytest

from digest.gather.briefs import find_briefs
from digest.gather.headings import section_kind
from digest.gather.sources import sources_of
from digest.gather.text import read_text
from digest.gather.walk import html_blocks
from digest.model.page import FoundKind, FoundSection

BASE = "https://lantern.example/week"
HOST = "lantern.example"
INTRO = "<p>An opening paragraph that belongs to the article and says what the week was about, at some length.</p>"
ONE = "The mill closes in spring, according to Reuters, and its forty workers were told on Friday."
TWO = "A loaf costs a tenth more than a year ago, the BBC reports; bakers blame the price of wheat."
THREE = "The night train is coming back in June after nine years, as the Lowland Gazette first reported."


def sections(markup: str) -> tuple[FoundSection, ...]:
    return find_briefs(html_blocks(INTRO + markup, BASE), HOST).sections


@pytest.mark.parametrize(
    "markup",
    [
        f"<h2>Elsewhere</h2><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>",
        f"<p><strong>Elsewhere</strong></p><ul><li>{ONE}</li><li>{TWO}</li><li>{THREE}</li></ul>",
        f"<p>Elsewhere:</p><p>– {ONE}</p><p>– {TWO}</p><p>– {THREE}</p>",
        f"<h3>Elsewhere</h3><p>{ONE}<br><br>{TWO}<br><br>{THREE}</p>",
        f"<h3>Elsewhere</h3><p>• {ONE}<br>• {TWO}<br>• {THREE}</p>",
        f"<p><b>Elsewhere</b><br>{ONE}<br>{TWO}<br>{THREE}</p>",
        f"<h3>Elsewhere</h3><blockquote><p>{ONE}</p></blockquote><blockquote><p>{TWO}</p></blockquote><blockquote><p>{THREE}</p></blockquote>",
        f"<h3>Elsewhere</h3><p>{ONE}</p><hr><p>{TWO}</p><hr><p>{THREE}</p>",
        f"<div><h4>Elsewhere</h4><div>{ONE}</div><div>{TWO}</div><div>{THREE}</div></div>",
        f"<h2>Elsewhere</h2><h3>Mill</h3><p>{ONE}</p><h3>Bread</h3><p>{TWO}</p><h3>Rail</h3><p>{THREE}</p>",
    ],
)
def test_briefs_are_found_in_every_shape(markup: str) -> None:
    (section,) = sections(markup + "<h2>A new chapter</h2><p>Back to the story, which goes on.</p>")
    assert section.heading is not None
    assert section.heading.startswith("Elsewhere")
    assert [brief.sources for brief in section.briefs] == [("Reuters",), ("BBC",), ("Lowland Gazette",)]


def test_a_brief_runs_over_paragraphs_where_lead_ins_show_it() -> None:
    (section,) = sections(
        f"<h2>Also this week</h2><p><b>Mill.</b> {ONE}</p><p>The owner said nothing at all.</p><p><b>Bread.</b> {TWO}</p>"
    )
    assert [brief.lead for brief in section.briefs] == ["Mill.", "Bread."]
    assert section.briefs[0].text.endswith("The owner said nothing at all.")


@pytest.mark.parametrize(
    "end",
    [
        "<p>Photo: Mia Holm</p>",
        "<p>Keep reading</p>",
        "<p>Share this story</p>",
        "<h3>Related</h3>",
        "<hr>",
        "<p><em>Nora Falk writes about the lowlands.</em></p>",
    ],
)
def test_a_section_ends_where_the_column_does(end: str) -> None:
    (section,) = sections(
        f"<h2>Elsewhere</h2><p>{ONE}</p><p>{TWO}</p>{end}<p>Nora Falk has written for this magazine since the spring of last year, mostly about mills.</p>"
    )
    assert len(section.briefs) == 2


def test_a_heading_that_nobody_listed_is_known_by_what_stands_below() -> None:
    (section,) = sections(f"<h3>Pebbles from the shore</h3><p>{ONE}</p><p>{TWO}</p><p>{THREE}</p>")
    assert section.heading == "Pebbles from the shore"


def test_a_linked_outlet_is_a_source_and_our_own_is_not() -> None:
    markup = (
        '<p>The bridge is shut, <a href="https://www.lemonde.fr/x">engineers say</a>, until the spring at least, and'
        " perhaps for longer.</p>"
        '<p>The mill, as <a href="https://lantern.example/mill">we reported</a>, closes in spring, said the finance ministry on Friday.</p>'
    )
    (section,) = sections("<h2>In brief</h2>" + markup)
    assert [brief.sources for brief in section.briefs] == [("Le Monde",), ()]


@pytest.mark.parametrize(
    "markup",
    [
        (
            "<h2>How it began</h2><p>He came in spring, according to Reuters.</p><p>But nobody knew him, the BBC"
            " reported.</p><p>They left again in June, CNN said.</p>"
        ),
        (
            "<h2>Ingredients</h2><ul><li>Two cups of flour, sifted, and a little salt for the crust</li><li>One cup of"
            " butter, as cold as it can be had</li></ul>"
        ),
        (
            "<h2>Top stories</h2><ul><li><a href='/1'>The mill closes in spring, says Reuters</a></li><li><a href='/2'>The"
            " train is back, the BBC reports</a></li></ul>"
        ),
        (
            "<ol><li>The first of ten inns to see: it is old, small and by the lake.</li><li>The second of ten inns is"
            " neither old nor small nor near.</li></ol>"
        ),
        f"<p>– {ONE}</p><p>– {TWO}</p>",
        (
            "<h2>News briefs are dying, and editors know why it happens</h2><p>For a century the brief was where a reporter"
            " learned to write.</p><p>It is gone now.</p>"
        ),
        (
            "<p><b>Q: What did you see?</b></p><p>I saw a boat, and I told Reuters so.</p><p><b>Q: And then?</b></p><p>Then"
            " it was dark, as the BBC said.</p>"
        ),
        "<h2>Elsewhere</h2><ul><li><a href='/a'>Home</a></li><li><a href='/b'>About</a></li><li><a href='/c'>Contact</a></li></ul>",
    ],
)
def test_prose_menus_recipes_and_lists_hold_no_briefs(markup: str) -> None:
    assert sections(markup) == ()


@pytest.mark.parametrize(
    "heading",
    [
        "In other Balkan news this week",
        "Also this week",
        "Elsewhere:",
        "Quick hits",
        "News briefs",
        "What we’re reading",
        "Around the region",
        "In case you missed it",
        "Odds and ends",
        "THE WEEK IN BRIEF",
        "Kurz notiert",
        "Weitere Meldungen",
        "Außerdem",
        "In Kürze",
        "Was wir lesen",
        "En bref",
        "Les autres nouvelles de la semaine",
        "Ailleurs dans le monde",
        "Brèves",
        "Ce que nous lisons",
        "En breve",
        "Otras noticias",
        "Además esta semana",
        "Lo que leemos",
        "En otras noticias de la semana",
        "Em resumo",
        "Outras notícias",
        "Pelo mundo",
        "Giro pelo mundo",
        "O que estamos lendo",
        "Коротко",
        "Інші новини",
        "Тим часом",
        "Новини одним рядком",
        "Що ще сталося",
    ],
)
def test_headings_over_briefs_are_known(heading: str) -> None:
    assert section_kind(heading) is FoundKind.BRIEFS


@pytest.mark.parametrize(
    "heading",
    [
        "From this week’s State Department press briefing:",
        "At Tuesday’s White House briefing",
        "From the podium",
        "Aus der Bundespressekonferenz",
        "Du point de presse du ministère",
        "De la rueda de prensa del viernes",
        "З брифінгу міністерства",
    ],
)
def test_headings_over_what_was_said_from_a_podium_are_known(heading: str) -> None:
    assert section_kind(heading) is FoundKind.BRIEFING


@pytest.mark.parametrize(
    "heading",
    [
        "Related stories",
        "Top stories",
        "More from this author",
        "Most read",
        "Sources",
        "Why the mill closed",
        "Ingredients",
        "Subscribe to our newsletter",
        "Read more",
    ],
)
def test_other_headings_say_nothing(heading: str) -> None:
    assert section_kind(heading) is None


def test_a_reading_list_of_links_is_a_section() -> None:
    (section,) = sections(
        "<p><strong>What we’re reading</strong></p><ul><li><a href='https://www.nytimes.com/1'>The last lamplighter</a> (The New York Times)</li>"
        "<li><a href='https://www.theatlantic.com/1'>Why rivers bend</a> (The Atlantic)</li></ul>"
    )
    assert [brief.sources for brief in section.briefs] == [("New York Times",), ("Atlantic",)]


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("The Finance Ministry reported growth, and the minister said it would last.", ()),
        ("American Express reported earnings; Royal Mail reported a loss.", ()),
        ("A Fox News host said so in a Truth Social post.", ()),
        ("Reuters and the AP reported it; the Guardian’s Luke Harding writes more.", ("Reuters", "Associated Press", "Guardian")),
        ("Wie die Süddeutsche Zeitung berichtet, steigt der Preis.", ("Süddeutsche Zeitung",)),
        ("Le pain augmente, rapporte l’AFP.", ("AFP",)),
        ("According to the IMF, per Bloomberg, prices rose.", ("Bloomberg",)),
    ],
)
def test_only_attributed_outlets_are_sources(text: str, sources: tuple[str, ...]) -> None:
    assert sources_of(text) == sources


def test_among_lead_ins_a_paragraph_with_a_source_of_its_own_is_a_brief_of_its_own() -> None:
    (section,) = sections(f"<h2>Also this week</h2><p><b>Mill.</b> {ONE}</p><p>{TWO}</p><p>It said no more.</p><p><b>Rail.</b> {THREE}</p>")
    assert [(brief.lead, brief.sources) for brief in section.briefs] == [
        ("Mill.", ("Reuters",)),
        (None, ("BBC",)),
        ("Rail.", ("Lowland Gazette",)),
    ]
    assert section.briefs[1].text.endswith("It said no more.")


def test_before_another_section_a_paragraph_without_a_lead_in_is_a_brief_and_not_the_articles() -> None:
    last = "A fourth ferry is leased from the island, at a price that the council will not name before the vote."
    first, second = sections(
        f"<p><b>In other news this week:</b></p><p><b>Mill.</b> {ONE}</p><p><b>Rail.</b> {THREE}</p><p>{last}</p><p>It sails in May.</p>"
        "<p><b>From Tuesday’s ministry briefing:</b></p><p>Asked about the pier, the spokeswoman said that divers would look at it.</p>"
    )
    assert [(brief.lead, brief.text) for brief in first.briefs][1:] == [("Rail.", f"Rail. {THREE}"), (None, f"{last}\n\nIt sails in May.")]
    assert (second.kind, len(second.briefs)) == (FoundKind.BRIEFING, 1)


def test_a_chapter_about_news_briefs_is_prose() -> None:
    chapter = (
        "<h2>News briefs and their readers</h2>"
        "<p>For forty years editors have filled the edge of the page with short items. They were cheap to make, and readers liked them.</p>"
        "<p>But the form has a history, and it began, as so much did, with the telegraph. It made words dear and so made them few.</p>"
        "<p>That changed when paper became cheap. Editors then had room, and they used it for pictures.</p>"
    )
    assert not sections(chapter)


@pytest.mark.parametrize("before", ["", "Short line\n\n"])
def test_a_section_behind_eight_thousand_paragraphs_is_found(before: str) -> None:
    story = "The harbour board closed pier {} to lorries on Tuesday, and nobody in the town was asked about it before that."
    text = "\n\n".join(before + story.format(number) for number in range(8_000 // (2 if before else 1)))
    briefs = "- Eels are back, the BBC says.\n\n- A crane fell, Reuters reports.\n\n- The ferry stops, the Guardian reports."
    page = read_text(f"The board and its piers\n\n{text}\n\nIn other news\n\n{briefs}\n", "https://lantern.example/harbour/pier")
    assert [section.heading for section in page.sections] == ["In other news"]
    assert [brief.sources for brief in page.sections[0].briefs] == [("BBC",), ("Reuters",), ("Guardian",)]
