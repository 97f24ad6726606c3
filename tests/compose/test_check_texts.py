"""Placeholders in several languages, stories told twice, and what is known of links, as findings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from digest.compose import edit
from digest.compose.check import check
from digest.compose.checks.links import links_of
from digest.compose.checks.placeholders import placeholder_in
from digest.model.edition import Article, Brief, Edition, Finding, Note, Severity, SourceRef
from digest.model.facts import Facts, LinkHealth, LinkState, Ran
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def found(edition: Edition, newsletter: Newsletter, code: str, facts: Facts | None = None) -> list[Finding]:
    return [one for one in check(edition, newsletter, None, facts or Facts()) if one.code == code]


def article(edition: Edition, section: int, place: int = 0) -> Article:
    item = edition.sections[section].items[place]
    assert isinstance(item, Article)
    return item


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Lorem ipsum dolor", "Lorem ipsum"),
        ("The mayor, TK, said", "TK"),
        ("He earned $XX a year", "$XX"),
        ("Some XX percent agreed", "XX"),
        ("Minister XXX said", "XXX"),
        ("[headline]", "[headline]"),
        ("By [Name]", "[Name]"),
        ("[insert quote of the mayor]", "[insert quote of the mayor]"),
        ("{{ headline }}", "{{ headline }}"),
        ("{dek}", "{dek}"),
        ("See [] for more", "[]"),
        ("The port () is closed", "()"),
        ("Who said it (???)", "(???)"),
        ("TODO: call her", "TODO"),
        ("Figures TBD", "TBD"),
        ("Headline goes here", "Headline goes here"),
        ("Caption to come", "Caption to come"),
        ("Hier steht der Text", "Hier steht der Text"),
        ("Text folgt", "Text folgt"),
        ("[Überschrift]", "[Überschrift]"),
        ("[titre]", "[titre]"),
        ("Légende à compléter", "à compléter"),
        ("[Título aquí]", "[Título aquí]"),
        ("Cifra por completar", "por completar"),
        ("[заголовок]", "[заголовок]"),
        ("asdfasdf", "asdfasdf"),
    ],
)
def test_what_somebody_meant_to_replace_is_found(text: str, hit: str) -> None:
    assert placeholder_in(text) == hit


@pytest.mark.parametrize(
    "text",
    [
        "Super Bowl XXX was long ago",
        "the Games of the Olympiad XXX",
        "TK Maxx opens in Port Ellis",
        "Tkachuk scored, and ATK closed",
        "“I said [that] it was […] over,” he told [the] court",
        "He said [sic] so (again)",
        "f(x) = y, and {1, 2} is a set",
        "the title of the text here matters",
        "Louis XX. never was; chapter XX is short",
        "What?? Really?!",
        "Text und Bild folgten ihm nach Bonn",
        "All we do to come home",
        "The xx played, and so did XX Corps",
        "todo el mundo",
        "He took his name to heart",
        "[Editor’s note: this was corrected]",
        "Insert the key, turn it, and wait",
    ],
)
def test_what_only_looks_so_passes(text: str) -> None:
    assert placeholder_in(text) is None


def test_a_mark_that_is_a_word_of_the_newsletters_language_passes_there(edition: Edition, newsletter: Newsletter) -> None:
    told = edit.set_preheader(edition, "TODO LO QUE SABEMOS: TODO")
    assert found(told, newsletter, "placeholder")
    assert not found(told, replace(newsletter, language="es-MX"), "placeholder")
    assert found(edit.set_preheader(edition, "TKTK"), replace(newsletter, language="de"), "placeholder")


def test_a_placeholder_in_a_body_in_a_picture_and_in_a_heading_is_found_where_it_stands(edition: Edition, newsletter: Newsletter) -> None:
    lead = article(edition, 0)
    assert lead.image is not None
    told = edit.set_article(edition, lead.id, {"body_html": "<p>It began.</p><p>Then TK came.</p>"})
    assert [one.place for one in found(told, newsletter, "placeholder")] == [lead.id]
    told = edit.set_article(edition, lead.id, {"image": replace(lead.image, alt="[alt text] TK")})
    assert [one.about for one in found(told, newsletter, "placeholder")] == ["alt"]
    section = edition.sections[1]
    assert [one.place for one in found(edit.set_heading(edition, section.id, "[Title]"), newsletter, "placeholder")] == [section.id]


def test_the_same_placeholder_in_several_texts_of_an_item_is_told_by_each_texts_name(edition: Edition, newsletter: Newsletter) -> None:
    lead = article(edition, 0)
    told = edit.set_article(edition, lead.id, {"headline": "The [name] pier", "dek": "By [name].", "body_html": "<p>So said [name].</p>"})
    assert [one.message for one in found(told, newsletter, "placeholder")] == [
        f"The {part} of “The [name] pier” holds placeholder text: “[name]”." for part in ("headline", "dek", "body")
    ]
    signed = replace(edition, intro=Note(id="n1", html="<p>Dear TK.</p>", signature="TK"))
    assert [one.message for one in found(signed, newsletter, "placeholder")] == [
        f"The {what} holds placeholder text: “TK”." for what in ("intro", "signature of the intro")
    ]


STORY = (
    "The harbour board voted on Tuesday to close the old pier to lorries from March, after an engineer found that two of its "
    "nine piles carry nothing at all and a third is held by habit alone."
)


def test_half_of_one_items_words_in_another_is_one_story_told_twice(edition: Edition, newsletter: Newsletter) -> None:
    section = next(section for section in edition.sections if any(isinstance(item, Brief) for item in section.items))
    told = edit.add_made(edition, section.id, [Brief(id="", lead="Pier.", html=STORY)])
    told = edit.add_made(told, section.id, [Brief(id="", lead="No lorries.", html=f"Meanwhile {STORY[4:]} Nobody was asked.")])
    (one,) = found(told, newsletter, "repeated_story")
    assert one.severity is Severity.WARN
    assert one.message == "“No lorries.” tells the story of “Pier.” again."
    apart = edit.add_made(edition, section.id, [Brief(id="", lead="Pier.", html=STORY)])
    apart = edit.add_made(
        apart, section.id, [Brief(id="", lead="Bridge.", html="The bridge board voted on Tuesday to open the new bridge to lorries.")]
    )
    assert found(apart, newsletter, "repeated_story") == []


def test_a_brief_that_leads_to_another_article_of_the_edition_tells_it_twice(edition: Edition, newsletter: Newsletter) -> None:
    other = article(edition, 1)
    section = next(section for section in edition.sections if any(isinstance(item, Brief) for item in section.items))
    source = SourceRef(name="Tideline", url=other.url.replace("https://", "https://www."))
    told = edit.add_made(edition, section.id, [Brief(id="", lead="In short.", html="One line of it.", sources=(source,))])
    (one,) = found(told, newsletter, "repeated_story")
    assert one.about == other.id


def test_what_ran_before_is_told_with_the_number_of_that_edition(edition: Edition, newsletter: Newsletter) -> None:
    item = article(edition, 1)
    facts = Facts(ran=(Ran(item=item.id, number=9), Ran(item="gone", number=8)))
    (one,) = found(edition, newsletter, "ran_before", facts)
    assert (one.place, one.message) == (item.id, f"“{item.headline}” ran in No. 9 already.")


def health(url: str, state: LinkState, **more: str | int) -> Facts:
    return Facts(links=(LinkHealth(url=url, state=state, checked=NOW, **more),))  # type: ignore[arg-type]  # fields of LinkHealth


def test_an_articles_own_dead_address_blocks_and_one_in_a_text_warns(edition: Edition, newsletter: Newsletter) -> None:
    lead = article(edition, 0)
    (own,) = found(edition, newsletter, "dead_link", health(lead.url, LinkState.DEAD, why="The server says 404."))
    assert (own.severity, own.place, own.about) == (Severity.BLOCK, lead.id, lead.url)
    assert own.remedy.endswith("The server says 404.")
    told = edit.set_article(edition, lead.id, {"body_html": '<p>See <a href="https://x.example/a?b=1&amp;c=2">there</a>.</p>'})
    (inner,) = found(told, newsletter, "dead_link", health("https://x.example/a?b=1&c=2", LinkState.DEAD))
    assert (inner.severity, inner.place) == (Severity.WARN, lead.id)


@pytest.mark.parametrize(
    ("state", "code", "severity"),
    [
        (LinkState.ELSEWHERE, "redirected_link", Severity.WARN),
        (LinkState.SILENT, "silent_link", Severity.WARN),
        (LinkState.MOVED, "moved_link", Severity.NOTE),
        (LinkState.WALLED, "unchecked_link", Severity.NOTE),
    ],
)
def test_what_is_known_of_a_link_is_its_finding(
    state: LinkState, code: str, severity: Severity, edition: Edition, newsletter: Newsletter
) -> None:
    url = article(edition, 0).url
    (one,) = found(edition, newsletter, code, health(url, state, leads_to="https://tideline.example/new", why="Words."))
    assert one.severity is severity
    assert [fix.put for fix in one.fixes] == (["https://tideline.example/new"] if state is LinkState.MOVED else [])


def test_a_link_that_answers_and_one_that_nobody_asked_are_no_finding(edition: Edition, newsletter: Newsletter) -> None:
    assert check(edition, newsletter, None, health(article(edition, 0).url, LinkState.OK)) == ()
    assert check(edition, newsletter, None, health("https://elsewhere.example/", LinkState.DEAD)) == ()


def test_the_links_of_an_edition_are_its_own_and_its_themes_and_not_the_mails(edition: Edition) -> None:
    theme = (
        '<a href="https://news.example/archive/weekly">Past</a><a href="https://sponsor.example/?a=1&amp;b=2">Sponsor</a>'
        '<a href="zqunsubscribe_urlzq">Out</a><a href="https://news.example/u/zqxzq">Out</a><a href="mailto:a@b.example">Mail</a>'
    )
    rendered = Rendered(sha256="0" * 64, subject="s", preheader="p", mjml="", html=theme, text="", marker="zq", pieces=())
    listed = links_of(edition, rendered, public_url="https://news.example")
    assert [one.url for one in listed if one.place is None] == ["https://sponsor.example/?a=1&b=2"]
    assert len(listed) == len(set(listed))
    assert {one.place for one in listed if one.own} == {
        item.id for section in edition.sections for item in section.items if isinstance(item, Article)
    }


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("a sign-in", "ends on a sign-in: "),
        ("a page that calls itself “404”", "ends on a page that calls itself “404”: "),
        ("", "ends on the front page of its site: "),
    ],
)
def test_a_link_that_shows_something_else_says_what(why: str, said: str, edition: Edition, newsletter: Newsletter) -> None:
    url = article(edition, 0).url
    (one,) = found(
        edition, newsletter, "redirected_link", health(url, LinkState.ELSEWHERE, leads_to="https://tideline.example/in", why=why)
    )
    assert said in one.message
    assert "It leads to tideline.example/in." in one.remedy


def test_a_private_address_is_said_to_be_one(edition: Edition, newsletter: Newsletter) -> None:
    known = health(article(edition, 0).url, LinkState.SILENT, why="Wiki.lan is a private or special address (10.0.0.7).")
    (one,) = found(edition, newsletter, "silent_link", known)
    assert "leads where no reader gets" in one.message
    assert one.remedy.startswith("Give the public address")
