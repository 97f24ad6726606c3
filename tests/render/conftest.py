"""What the tests of rendering share: a newsletter, a press, one reader's values, and the sample editions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time

import pytest

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind, Slot
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from tests.render.samples import VALUES, edition_of


@pytest.fixture(scope="session")
def newsletter() -> Newsletter:
    return Newsletter(
        id="weekly",
        name="The Harbour Review",
        public_name="The Harbour Review",
        from_name="The Harbour Review",
        from_address="weekly@harbour.example",
        reply_to="editor@harbour.example",
        postal_address="4 Customs Stairs, 1000 Port Sele",
        slot=Slot(weekday=5, at=time(7), zone="Europe/Brussels"),
        plan=(PlannedSection(key="lead", kind=SectionKind.LEAD),),
        why="You get this on Saturdays because you confirmed your subscription.",
    )


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with open_press(template_roots(), "https://news.harbour.example") as opened:
        yield opened


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
