"""A small newsroom in a fresh database, once on each kind."""

from collections.abc import Iterator

import pytest

from digest.model.source import Source
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.store import Database, entries, newsletters, sources
from tests.flows.newsroom import NEWSLETTER, NOW, Newsroom, week


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    opened = open_press(template_roots(), "https://news.example.org")
    yield opened
    opened.close()


@pytest.fixture
def bare_newsroom(database: Database, press: Press) -> Newsroom:
    """A newsletter and a source, but nothing gathered and nobody subscribed."""
    with database.writing() as session:
        newsletters.keep(session, NEWSLETTER, now=NOW)
        sources.keep(session, Source(id="review", name="The Review", url="https://review.example.org/feed"), now=NOW)
    return Newsroom(database=database, press=press)


@pytest.fixture
def newsroom(bare_newsroom: Newsroom) -> Newsroom:
    """A newsroom with a week's entries."""
    with bare_newsroom.database.writing() as session:
        entries.keep(session, "review", week(NOW), now=NOW)
    return bare_newsroom
