"""The text part as somebody reads it: a letter with parts, each under a rule, and nothing that only a page has."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.model.edition import Article, Edition
from digest.model.newsletter import Newsletter
from digest.model.page import Image
from digest.render.email import render_edition
from digest.render.fill import fill_text
from digest.render.press import Press
from digest.render.specimen import VALUES, specimens
from digest.render.text import COLUMNS, Footnotes, width, wrapped
from tests.render.languages import WORDS, in_language

THEMES = ("review", "bulletin")
RULE = "-" * COLUMNS


@pytest.fixture
def letter(furnished: Press, newsletter: Newsletter) -> Callable[..., str]:
    """The text part that one reader gets of an edition in a theme and a language."""

    def written(edition: Edition, theme: str, language: str = "en") -> str:
        return fill_text(render_edition(furnished, edition, replace(newsletter, theme=theme, language=language)), VALUES)

    return written


@pytest.mark.parametrize("language", ["en", *WORDS])
@pytest.mark.parametrize("theme", THEMES)
def test_its_parts_stand_apart_by_one_empty_line_and_a_rule(letter: Callable[..., str], theme: str, language: str) -> None:
    edition = specimens()["every block"] if language == "en" else in_language(specimens()["normal"], language)
    text = letter(edition, theme, language)
    assert "\n\n\n" not in text
    lines = text.split("\n")
    assert [line for line in lines if width(line) > COLUMNS and "://" not in line] == []
    assert not any(re.match(r"\s*(?:\[\w+\]\)?|[-–•]|\d+\.)$", line) for line in lines), "a number or a dash alone"
    ruled = [at for at, line in enumerate(lines) if line == RULE]
    assert len(ruled) >= 9
    assert all(lines[at - 1] == "" == lines[at + 1] and lines[at + 2] for at in ruled)


def test_it_says_whose_an_article_is_and_how_long_and_names_nobody_for_a_picture_that_no_letter_shows(
    letter: Callable[..., str], with_lead: Callable[..., Edition]
) -> None:
    text = letter(with_lead(), "review")
    assert (
        "Maritime: The ferry that nobody ordered [1]\n"
        "  Two towns paid for one boat. Neither has a pier that fits it.\n"
        "  Ines Calder, 9 minutes\n" in text
    )
    assert "Drawing: " not in text
    assert "  Photo: Ada Lind\n" in letter(with_lead(image=Image(url=None, credit="Photo: Ada Lind")), "review")
    assert "Nine articles, six briefs from elsewhere and one word from the podium.\n" in text
    assert "* * *" not in text


def test_the_bulletins_letter_numbers_its_briefs_and_tells_the_long_reads_from_them(letter: Callable[..., str]) -> None:
    text = letter(specimens()["normal"], "bulletin")
    assert "\nSix things to know\n" in text
    assert "\n1.  Grain leaves two days early. Six barges cleared the lock on Monday\n    night, ahead of" in text
    assert "\n6.  A commission without a chair." in text
    assert f"{RULE}\n\nWhen you have longer\n\nMaritime: The ferry" in text


def test_an_edition_without_briefs_does_not_say_its_lead_twice(
    html_of: Callable[[Edition, str], str], letter: Callable[..., str], thin: Edition
) -> None:
    html = html_of(thin, "bulletin")
    assert re.search(r"<h1[^>]*>When you have longer</h1>", html)
    assert "The ferry that nobody ordered" not in letter(thin, "bulletin").partition(RULE)[0]
    other = replace(thin, subject="What the ferry cost")
    assert re.search(r"<h1[^>]*>What the ferry cost</h1>", html_of(other, "bulletin"))
    assert "\nWhat the ferry cost\n" in letter(other, "bulletin")


def test_a_heading_inside_an_article_is_underlined_as_wide_as_it_is() -> None:
    notes = Footnotes()
    for said, line in (("A boat in the books", "-" * 19), ("港の手紙", "-" * 8)):
        heading = {"kind": "heading", "runs": [{"text": said, "bold": False, "italic": False, "href": None}]}
        assert notes.prose(heading) == f"{said}\n{line}"


def test_a_headline_as_long_as_a_paragraph_stays_in_its_columns(letter: Callable[..., str], with_lead: Callable[..., Edition]) -> None:
    edition = with_lead(headline="Why the committee that counts islands " * 5, authors=("Wilhelmina van der Hoogendoorn",) * 4)
    lead = edition.sections[0].items[0]
    assert isinstance(lead, Article)
    part = letter(edition, "review").split(RULE)[1]
    assert part.count("Wilhelmina") == 4
    assert all(width(line) <= COLUMNS for line in part.split("\n"))


def test_chinese_and_japanese_break_between_their_letters_and_never_before_what_closes() -> None:
    text = "港の監督は「誰も注文していない」と言った。二つの町が一隻の船の代金を払い、どちらにも合う桟橋はない。\u00a0[12]"
    for columns in range(12, 40):
        lines = wrapped(text, columns=columns).split("\n")
        assert all(width(line) <= columns for line in lines)
        assert not any(line[0] in "、。」\u00a0" or line[-1] == "「" for line in lines)
        assert "".join(lines) == text
    # Korean has spaces and breaks there; a family of emoji is one letter.
    assert wrapped("두 도시가 배 한 척 값을 치렀다", columns=12).split("\n") == ["두 도시가 배", "한 척 값을", "치렀다"]
    assert wrapped("👩\u200d👩\u200d👧", columns=2) == "👩\u200d👩\u200d👧"
