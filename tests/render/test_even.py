"""Links: as many in both parts together as two divides, whoever reads, because a filter takes an odd number for a sign."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from lxml import html as lxml_html

from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.press import Press
from digest.render.specimen import VALUES, edition_of, with_every_block


def links(html: str, text: str) -> int:
    """Counted by a parser that knows nothing of how they were made."""
    values = [value for element in lxml_html.fromstring(html).iter() for name in ("href", "src") if (value := element.get(name))]
    return sum(value.startswith(("http:", "https:")) for value in values) + text.count("https://") + text.count("http://")


@pytest.mark.parametrize("theme", ["review", "bulletin"])
@pytest.mark.parametrize("size", [(1, 0, 0), (2, 1, 0), (9, 3, 6), (9, 4, 5), (14, 0, 3)])
@pytest.mark.parametrize("made", [lambda edition: edition, with_every_block])
def test_a_mail_has_an_even_number_of_links(
    press: Press, newsletter: Newsletter, theme: str, size: tuple[int, int, int], made: Callable[[Edition], Edition]
) -> None:
    rendered = render_edition(press, made(edition_of(*size)), replace(newsletter, theme=theme))
    assert links(fill_html(rendered, VALUES), fill_text(rendered, VALUES)) % 2 == 0


def test_only_a_mail_that_needs_it_names_the_feed(press: Press, newsletter: Newsletter, thin: Edition, normal: Edition) -> None:
    texts = [render_edition(press, with_every_block(one), newsletter).text for one in (thin, normal)]
    texts += [render_edition(press, one, newsletter).text for one in (thin, normal)]
    named = [text.count("/feed.atom") for text in texts]
    assert set(named) == {0, 1}
