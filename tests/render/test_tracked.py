"""The outlet's own links carry its campaign's parameters, the same for all; other sites' links stay as they are; the size counts them."""

from dataclasses import replace

import pytest

from digest.compose.checks.links import links_of
from digest.model.edition import Article, Brief, Edition, SourceRef
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.press import Press
from digest.render.specimen import specimen_newsletter, specimens
from digest.render.tracked import tracked

UTM = "utm_source={newsletter}&utm_medium=email&utm_campaign={number}"


@pytest.fixture
def edition() -> Edition:
    return specimens()["normal"]


@pytest.fixture
def newsletter() -> Newsletter:
    return replace(specimen_newsletter("review"), tracking=UTM)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://review.example/a", True),
        ("https://www.review.example/a?b=1#c", True),
        ("https://shop.review.example/", True),
        ("https://notreview.example/a", False),
        ("https://review.example.evil.test/a", False),
        ("mailto:desk@review.example", False),
        ("https://[broken", False),
    ],
)
def test_only_links_to_the_outlets_own_site_are_tracked(url: str, own: bool, edition: Edition, newsletter: Newsletter) -> None:  # noqa: FBT001  a table's column
    newsletter = replace(newsletter, from_address="desk@review.example")
    section = edition.sections[0]
    told = replace(edition, sections=(replace(section, items=(Article(id="a", url=url, headline="H"),)),))
    (item,) = tracked(told, newsletter).sections[0].items
    assert isinstance(item, Article)
    assert (item.url != url) is own
    if own:
        assert f"utm_source={newsletter.id}&utm_medium=email&utm_campaign={edition.number}" in item.url
        assert item.url.startswith(url.partition("?")[0].partition("#")[0])
        assert item.url.partition("#")[2] == url.partition("#")[2]


def test_links_in_texts_and_sources_are_tracked_and_what_an_address_says_itself_stands(edition: Edition, newsletter: Newsletter) -> None:
    newsletter = replace(newsletter, from_address="desk@news.review.example")
    html = '<a href="https://review.example/a?x=1&amp;utm_medium=print">here</a> and <a href="https://other.example/">there</a>'
    brief = Brief(id="b", html=html, sources=(SourceRef(name="R", url="https://review.example/b"),))
    told = replace(edition, sections=(replace(edition.sections[0], items=(brief,)),))
    (item,) = tracked(told, newsletter).sections[0].items
    assert isinstance(item, Brief)
    assert f"a?x=1&amp;utm_medium=print&amp;utm_source={newsletter.id}&amp;utm_campaign=" in item.html
    assert 'href="https://other.example/"' in item.html
    assert item.sources[0].url is not None
    assert "utm_medium=email" in item.sources[0].url


def test_the_mail_is_weighed_with_its_tracked_links_and_they_are_asked_without(
    press: Press, edition: Edition, newsletter: Newsletter
) -> None:
    lead = next(item for section in edition.sections for item in section.items if isinstance(item, Article))
    newsletter = replace(newsletter, from_address=f"desk@{lead.url.split('/')[2]}")
    plain = render_edition(press, edition, replace(newsletter, tracking=""))
    rendered = render_edition(press, edition, newsletter)
    assert rendered.html_bytes > plain.html_bytes
    assert f"utm_campaign={edition.number}" in rendered.html
    assert f"utm_campaign={edition.number}" in rendered.text
    assert not [one.url for one in links_of(edition, rendered, public_url="https://news.example.org") if "utm_" in one.url]
