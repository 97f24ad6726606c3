"""A block's own fields: declared in theme.toml, filled by an editor, given to the template as plain data, and checked."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import RenderError
from digest.model.edition import Edition, Section
from digest.model.newsletter import Newsletter, SectionKind
from digest.render.email import render_edition
from digest.render.fields import fields_of
from digest.render.fill import fill_html, fill_text
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.render.theme_check import check_theme

TOML = """extends = "review"
[blocks.gallery.fields]
place = "Where they were taken"
story = { label = "The story behind", kind = "text", hint = "two paragraphs at most" }
more = { label = "All pictures", kind = "address" }
"""
BLOCK = """{% import "parts/type.jinja" as type %}
<mj-section><mj-column><mj-text>
{% if row.fields.place %}<p class="c" {{ type.style(theme, 13, 18, "ink3") }}>{{ row.fields.place }}</p>{% endif %}
{% for paragraph in row.fields.story %}<p class="a" {{ type.style(theme, 16, 24, "ink") }}>{{ paragraph }}</p>{% endfor %}
{% if row.fields["more"] %}
<p class="a" {{ type.style(theme, 16, 24, "ink") }}>{{ type.anchor(theme, row.fields.more, "All of them") }}</p>{% endif %}
</mj-text></mj-column></mj-section>
"""
TWIN = "{{ row.fields.place|wrapped }}{{ note(row.fields.more) }}\n{% for one in row.fields.story %}{{ one|wrapped }}\n{% endfor %}"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[..., Press]]:
    """A press on a theme whose block `gallery` asks for three fields."""
    opened: list[Press] = []

    def made(toml: str = TOML, block: str = BLOCK, twin: str = TWIN) -> Press:
        blocks = tmp_path / "email" / "evening" / "blocks"
        blocks.mkdir(parents=True)
        (blocks.parent / "theme.toml").write_text(toml, encoding="utf-8")
        (blocks / "gallery.mjml").write_text(block, encoding="utf-8")
        (blocks / "gallery.txt").write_text(twin, encoding="utf-8")
        opened.append(open_press(template_roots(tmp_path), "https://news.harbour.example"))
        return opened[0]

    yield made
    for press in opened:
        press.close()


def with_gallery(edition: Edition, *fields: tuple[str, str]) -> Edition:
    gallery = Section(id="g", key="gallery", kind=SectionKind.ARTICLES, heading=None, items=edition.sections[0].items, fields=fields)
    return replace(edition, sections=(*edition.sections, gallery))


def test_what_an_editor_filled_in_stands_in_both_parts_escaped(
    own: Callable[..., Press], thin: Edition, newsletter: Newsletter, values: dict[str, str]
) -> None:
    edition = with_gallery(
        thin,
        ("place", 'Tolmere <b>&</b> {{7*7}} "pier"'),
        ("story", "First\nline.\n\n \nSecond </mj-text>."),
        ("more", "https://harbour.example/all?a=1&b=2"),
    )
    rendered = render_edition(own(), edition, replace(newsletter, theme="evening"))
    html, text = fill_html(rendered, values), fill_text(rendered, values)
    assert ">Tolmere &lt;b&gt;&amp;&lt;/b&gt; {{7*7}} &#34;pier&#34;</p>" in html
    assert ">First line.</p>" in html
    assert ">Second &lt;/mj-text&gt;.</p>" in html
    assert 'href="https://harbour.example/all?a=1&amp;b=2"' in html
    assert 'Tolmere <b>&</b> {{7*7}} "pier" [' in text
    assert "https://harbour.example/all?a=1&b=2" in text


def test_what_is_not_filled_is_empty_and_what_is_no_address_is_none(
    own: Callable[..., Press], thin: Edition, newsletter: Newsletter, values: dict[str, str]
) -> None:
    edition = with_gallery(thin, ("more", "javascript:alert(1)"), ("left_from_another_theme", "x"))
    html = fill_html(render_edition(own(), edition, replace(newsletter, theme="evening")), values)
    assert "javascript" not in html
    assert "All of them" not in html


def test_a_theme_without_the_block_loses_nothing(press: Press, thin: Edition, newsletter: Newsletter, values: dict[str, str]) -> None:
    edition = with_gallery(thin, ("place", "Tolmere"))
    assert fill_html(render_edition(press, edition, newsletter), values).count("Two towns paid") >= 2


def test_a_theme_with_fields_is_well(own: Callable[..., Press]) -> None:
    assert [(one.code, one.message) for one in check_theme(own(), "evening")] == []


@pytest.mark.parametrize(
    ("change", "said", "remedy"),
    [
        (("row.fields.place", "row.fields.plaec"), "reads row.fields.plaec, which theme.toml does not declare", "Is it place?"),
        (("row.fields.place", "row.fields.zenith"), "reads row.fields.zenith", "Declare it: [blocks.gallery.fields], then zenith ="),
        (("[blocks.gallery.fields]", "[blocks.gallerie.fields]"), "[blocks.gallerie.fields] declares fields of a block", "Is it gallery?"),
        (('kind = "text"', 'kind = "texts"'), "story is of no kind 'texts'; there are: line, text, address", "Mend it in theme.toml."),
        (("story =", "Story ="), "'Story' is no name for a field", "Mend it in theme.toml."),
        (("hint =", "help ="), "story takes label, kind and hint", "Mend it in theme.toml."),
        (("more = {", 'rest = "Rest"\nmore = {'), "declares 'rest', which no template reads", "Write {{ row.fields.rest }}."),
    ],
)
def test_fields_that_do_not_agree_are_found_with_their_remedy(
    own: Callable[..., Press], change: tuple[str, str], said: str, remedy: str
) -> None:
    found = check_theme(own(TOML.replace(*change), BLOCK.replace(*change), TWIN.replace(*change)), "evening")
    assert [one.remedy for one in found if said in one.message and remedy in one.remedy], found


def test_the_fields_of_a_theme_stand_in_their_order(own: Callable[..., Press]) -> None:
    declared = fields_of(own().theme("evening").settings, "gallery")
    assert [(one.name, one.label, one.kind) for one in declared] == [
        ("place", "Where they were taken", "line"),
        ("story", "The story behind", "text"),
        ("more", "All pictures", "address"),
    ]
    assert fields_of({}, "gallery") == ()


def test_too_many_fields_are_refused() -> None:
    table = {"blocks": {"gallery": {"fields": {f"f{n}": "F" for n in range(13)}}}}
    with pytest.raises(RenderError, match=re.escape("[blocks.gallery.fields] of theme.toml: at most 12 fields")):
        fields_of(table, "gallery")
