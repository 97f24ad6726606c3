"""How a page is set in scripts that are not Latin's: upright where no italic is known, set in from the side that is read first."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.press import Press
from digest.render.specimen import BODY, specimens
from tests.render.languages import in_language


@pytest.mark.parametrize("theme", ["review", "bulletin"])
@pytest.mark.parametrize(("language", "upright"), [("en", False), ("uk", False), ("ar", True), ("hi", True), ("zh-Hant", True)])
def test_nothing_is_slanted_or_tracked_where_the_script_knows_neither(
    press: Press, newsletter: Newsletter, theme: str, language: str, *, upright: bool
) -> None:
    html = render_edition(press, specimens()["every block"], replace(newsletter, theme=theme, language=language)).html
    assert ("font:italic" in html) is not upright
    assert ("letter-spacing:normal!important" in html) is upright


@pytest.mark.parametrize(("language", "side"), [("en", "0px 0px 14px 20px"), ("ar", "0px 20px 14px 0px")])
def test_a_quotation_is_set_in_by_a_margin_which_outlook_knows_from_the_side_that_is_read_first(
    press: Press, newsletter: Newsletter, with_lead: Callable[..., Edition], language: str, side: str
) -> None:
    html = render_edition(press, with_lead(body_html=BODY), replace(newsletter, language=language)).html
    quotation = html.partition("One vessel, second hand")[0].rpartition("<p ")[2]
    assert f"margin:{side}" in quotation
    assert "padding" not in quotation


def test_a_german_line_breaks_between_syllables(press: Press, newsletter: Newsletter) -> None:
    edition = in_language(specimens()["normal"], "de")
    html = render_edition(press, edition, replace(newsletter, language="de")).html
    assert "h1,h2,h3,p{-webkit-hyphens:auto;hyphens:auto" in html
    assert "hyphens" not in render_edition(press, edition, newsletter).html


def test_what_an_editor_wrote_over_the_lead_stands_over_it(html_of: Callable[[Edition, str], str], normal: Edition) -> None:
    headed = replace(normal, sections=(replace(normal.sections[0], heading="The week’s one long boat"), *normal.sections[1:]))
    for theme in ("review", "bulletin"):
        html = html_of(headed, theme)
        assert html.index("long boat</h2>") < html.index("pictures/0.png")


def test_an_article_that_was_read_here_asks_for_no_press_of_a_button(
    with_lead: Callable[..., Edition], html_of: Callable[..., str]
) -> None:
    html = html_of(with_lead(body_html=BODY), "review")
    assert 'class="k"' not in html
    assert ">On the web</a>" in html
    assert 'class="k"' in html_of(with_lead(), "review")
