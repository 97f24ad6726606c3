"""What the tests of rendering share: a newsletter, a press, one reader's values, and the sample editions."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, sync_playwright

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.fill import fill_html
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.render.specimen import VALUES, edition_of, specimen_newsletter
from tests.render.eyes import QUIET
from tests.render.standing import furnished_press


@pytest.fixture(scope="session")
def newsletter() -> Newsletter:
    return specimen_newsletter()


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with open_press(template_roots(), "https://news.harbour.example") as opened:
        yield opened


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """The press of an outlet whose standing blocks say something."""
    with furnished_press(tmp_path_factory.mktemp("furnished")) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def furnished_html_of(furnished: Press, newsletter: Newsletter) -> Callable[[Edition, str], str]:
    """As html_of, with the standing blocks."""
    return lambda edition, theme: fill_html(render_edition(furnished, edition, replace(newsletter, theme=theme)), VALUES)


@pytest.fixture
def html_of(press: Press, newsletter: Newsletter) -> Callable[[Edition, str], str]:
    """The HTML that one reader gets of an edition in a theme."""
    return lambda edition, theme: fill_html(render_edition(press, edition, replace(newsletter, theme=theme)), VALUES)


@pytest.fixture
def values() -> dict[str, str]:
    return dict(VALUES)


@pytest.fixture
def thin() -> Edition:
    return replace(edition_of(1, 0, 0), intro=None)


@pytest.fixture
def normal() -> Edition:
    return edition_of(9, 3, 6)


@pytest.fixture
def heavy() -> Edition:
    return edition_of(25, 12, 15)


@pytest.fixture
def with_lead(normal: Edition) -> Callable[..., Edition]:
    """The normal edition with fields of its lead replaced."""

    def changed(**fields: object) -> Edition:
        lead = normal.sections[0].items[0]
        return replace(normal, sections=(replace(normal.sections[0], items=(replace(lead, **fields),)), *normal.sections[1:]))  # type: ignore[arg-type]  # any field of Article

    return changed
