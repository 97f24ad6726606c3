"""Blocks beyond the plan's kinds: set by a section's key, standing in each edition, or dropped in by an outlet."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import RenderError
from digest.model.edition import Article, Brief, Edition, Section
from digest.model.newsletter import Newsletter, SectionKind
from digest.render.email import render_edition
from digest.render.fill import fill_text
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.render.specimen import BODY, with_every_block
from tests.render.standing import STANDING

THEMES = ("review", "bulletin")


@contextmanager
def own_press(folder: Path, **files: str) -> Iterator[Press]:
    """A press over `files` of the outlet's own, named with a double underscore for each slash, below email/review."""
    for name, words in files.items():
        path = (
            folder
            / "email"
            / "review"
            / name.replace("__", "/").replace("_mjml", ".mjml").replace("_txt", ".txt").replace("_toml", ".toml")
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    with open_press(template_roots(folder), "https://news.harbour.example") as press:
        yield press


@pytest.mark.parametrize("theme", THEMES)
def test_sections_with_a_blocks_key_are_set_by_that_block_in_both_parts(
    press: Press, normal: Edition, newsletter: Newsletter, values: dict[str, str], theme: str
) -> None:
    rendered = render_edition(press, with_every_block(normal), replace(newsletter, theme=theme))
    text = fill_text(rendered, values)
    for said in (
        "Thu",
        "Wed",
        "The Sea Lanes Atlas, sixth edition",
        "A boat in the books",
        "One vessel, second hand, with the pier to follow.",
    ):
        assert said in rendered.html
        assert said in text
    assert "Halden &amp; Rook" in rendered.html
    assert "Sponsor: Halden & Rook" in text
    assert "The ferry leaves at seven" in rendered.html
    # What is listed or paid for is not counted among what is inside.
    assert "Six things" in rendered.html or "Ten articles, six briefs" in rendered.html


@pytest.mark.parametrize("theme", THEMES)
def test_what_theme_toml_says_of_sponsor_support_and_social_stands_in_each_edition(
    tmp_path: Path, normal: Edition, newsletter: Newsletter, values: dict[str, str], theme: str
) -> None:
    with own_press(tmp_path, theme_toml=STANDING) as press:
        rendered = render_edition(press, normal, replace(newsletter, theme=theme))
        weekly = render_edition(press, with_every_block(normal), replace(newsletter, theme=theme))
    text = fill_text(rendered, values)
    order = ["Halden", "No ministry pays for this.", "Mastodon", "Change what you get"]
    assert sorted(order, key=rendered.html.index) == order
    assert sorted(order, key=text.index) == order
    assert "Readers do." in text
    assert 'href="https://harbour.example/support"' in rendered.html
    assert "https://social.example/@harbour" in text
    # The sponsor of the week takes the place of the standing one.
    assert weekly.html.count("Halden") == 1
    assert "Ninety-two charts of who passes where" in weekly.html


@pytest.mark.parametrize("theme", THEMES)
def test_without_such_texts_no_empty_block_is_left(press: Press, normal: Edition, newsletter: Newsletter, theme: str) -> None:
    rendered = render_edition(press, normal, replace(newsletter, theme=theme))
    for said in ("Sponsor", "Elsewhere", "Support us"):
        assert said not in rendered.html
        assert said not in rendered.text


def test_a_file_dropped_in_blocks_sets_the_section_of_its_name_and_its_text_needs_no_twin(
    tmp_path: Path, normal: Edition, newsletter: Newsletter
) -> None:
    block = (
        "<!-- blocks/gallery.mjml -->\n<mj-section><mj-column><mj-text>"
        "{% for article in row.articles %}<p>On show: {{ article.headline }}</p>{% endfor %}</mj-text></mj-column></mj-section>"
    )
    pictures = tuple(item for item in normal.sections[1].items if isinstance(item, Article))[:2]
    section = Section(id="g", key="gallery", kind=SectionKind.ARTICLES, heading="The week on paper", items=pictures)
    with own_press(tmp_path, blocks__gallery_mjml=block) as press:
        rendered = render_edition(press, replace(normal, sections=(*normal.sections, section)), newsletter)
    assert rendered.html.count("On show: ") == 2
    told = rendered.text.partition("The week on paper")[2]
    assert all(item.headline in " ".join(told.split()) for item in pictures)


def test_a_dropped_block_can_stand_in_each_edition(tmp_path: Path, normal: Edition, newsletter: Newsletter) -> None:
    block = "<mj-section><mj-column><mj-text>{{ row.notices[0].text }} at {{ row.notices[0].door }}</mj-text></mj-column></mj-section>"
    settings = 'standing = ["event"]\n[blocks.event]\ntext = "An evening with the editors"\ndoor = "Pier 4"\n'
    with own_press(tmp_path, blocks__event_mjml=block, blocks__event_txt="{{ row.notices[0].door }}", theme_toml=settings) as press:
        rendered = render_edition(press, normal, newsletter)
    assert "An evening with the editors at Pier 4" in rendered.html
    assert "Pier 4" in rendered.text


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[blocks.sponsor]\nurl = "halden"', r"'halden' in \[blocks.sponsor\] is no address"),
        ('[blocks]\nsponsor = "Halden"', r"\[blocks.sponsor\] is a table"),
        ('[blocks.social]\nlinks = ["https://social.example"]', r"links = \[\{ name"),
        ('standing = "sponsor"', r"line 1: standing = 'sponsor' at the top of theme.toml is no list"),
        ('standing = ["fair"]\n[blocks.fair]', r"fair.mjml"),
    ],
)
def test_faulty_settings_of_a_standing_block_are_named(
    tmp_path: Path, normal: Edition, newsletter: Newsletter, settings: str, said: str
) -> None:
    with own_press(tmp_path, theme_toml=settings) as press, pytest.raises(RenderError, match=said):
        render_edition(press, normal, newsletter)


def test_an_article_that_alone_has_its_text_is_read_here_wherever_it_stands(press: Press, normal: Edition, newsletter: Newsletter) -> None:
    first, *others = normal.sections[1].items
    assert isinstance(first, Article)
    section = replace(normal.sections[1], items=(replace(first, body_html=BODY), *others))
    rendered = render_edition(press, replace(normal, sections=(normal.sections[0], section, *normal.sections[2:])), newsletter)
    assert "So the boat waits" in rendered.html
    assert "- The pier did not follow.\n- The invoice for it did.\n" in rendered.text


def test_a_sponsors_words_are_data(press: Press, normal: Edition, newsletter: Newsletter) -> None:
    payer = Brief(id="ad", lead="<script>{{ 7*6543 }}", html="</mj-text><script>x</script>{{ 7*6543 }}")
    section = Section(id="s", key="sponsor", kind=SectionKind.BRIEFS, heading=None, items=(payer,))
    html = render_edition(press, replace(normal, sections=(*normal.sections, section)), newsletter).html
    assert "<script" not in html
    assert "45801" not in html


@pytest.mark.parametrize("theme", THEMES)
def test_a_logo_takes_the_place_of_the_name_and_keeps_it_as_its_words(
    tmp_path: Path, normal: Edition, newsletter: Newsletter, theme: str
) -> None:
    with own_press(tmp_path, theme_toml='[logo]\nurl = "https://news.harbour.example/logo.png"\nwidth = 200\n') as press:
        html = render_edition(press, normal, replace(newsletter, theme=theme)).html
    assert '<img src="https://news.harbour.example/logo.png" alt="The Harbour Review" width="200"' in html
    assert html.count("<h1") == 1
