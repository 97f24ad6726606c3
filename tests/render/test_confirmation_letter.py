"""The letter that asks whether a subscription is meant, as each theme sets it: in its own face, within every pane, for every eye."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Browser

from digest.model.newsletter import Newsletter
from digest.render.confirmation import Addressed, render_confirmation
from digest.render.press import Press
from tests.render.eyes import Look, shown
from tests.render.test_measures import WIDTHS, faults
from tests.render.test_standards import serious

THEMES = ("review", "bulletin")


@pytest.fixture
def letter_of(press: Press, newsletter: Newsletter) -> Callable[[str], str]:
    """The HTML part of the letter in a theme, with a link as long as ours are."""

    def written(theme: str) -> str:
        letter = Addressed(
            to="mira@reader.example",
            link=f"https://news.harbour.example/c/{'AAECAwQFBgc' * 4}",
            asked=datetime(2026, 11, 26, 9, tzinfo=UTC),
            message_id="<c1@harbour.example>",
            date="Thu, 26 Nov 2026 09:00:00 +0000",
        )
        message = message_from_bytes(render_confirmation(press, replace(newsletter, theme=theme), letter), policy=policy.default)
        part = message.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    return written


@pytest.mark.parametrize("theme", THEMES)
def test_it_fits_every_pane_and_axe_finds_nothing_serious(browser: Browser, letter_of: Callable[[str], str], theme: str) -> None:
    html = letter_of(theme)
    for scheme in ("light", "dark"):
        with shown(browser, html, Look(width=700, scheme=scheme)) as page:
            assert serious(page) == []
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert faults(page) == [], width


def test_each_theme_sets_it_in_its_own_face(press: Press, letter_of: Callable[[str], str]) -> None:
    band = press.theme("bulletin").settings["light"]["band"]
    assert f"background-color:{band}" in letter_of("bulletin")
    assert f"background-color:{band}" not in letter_of("review")
