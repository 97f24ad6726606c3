"""What each theme weighs, and its colours at AA."""

from dataclasses import replace

import pytest

from digest.model.colour import contrast
from digest.model.newsletter import Newsletter
from digest.render.contrast import contrast_faults
from digest.render.email import render_edition
from digest.render.press import Press
from digest.render.specimen import specimens

THEMES = ("review", "bulletin")


@pytest.mark.parametrize(("theme", "most"), [("review", 75_000), ("bulletin", 50_000)])
def test_a_normal_edition_weighs_little(press: Press, newsletter: Newsletter, theme: str, most: int) -> None:
    rendered = render_edition(press, specimens()["normal"], replace(newsletter, theme=theme))
    assert rendered.html_bytes <= most
    assert rendered.html.count("<h1") == 1
    assert "fonts.googleapis" not in rendered.html


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_at_aa(press: Press, theme: str, scheme: str) -> None:
    colours = press.theme(theme).settings[scheme]
    assert list(contrast_faults(colours)) == []
    # A frame and a hairline are no text, but the sponsor's frame must be seen.
    assert contrast(colours["frame"], colours["paper"]) > 1.5


def test_contrast_is_as_wcag_computes_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#0b5d3b", "#0b5d3b") == 1


def test_a_faint_pair_and_a_word_for_a_colour_are_told() -> None:
    faults = list(contrast_faults({"ink": "#777777", "paper": "#ffffff", "band": "#eeeeee", "brand": "red"}))
    assert faults == [
        "brand = 'red' is no colour; write it as #1a2b3c",
        "ink #777777 on paper #ffffff has a contrast of 4.48; AA asks for 4.5",
        "white on band #eeeeee has a contrast of 1.16; AA asks for 4.5",
    ]
