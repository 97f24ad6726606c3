"""Slips in an outlet's own block that MRML or Python would tell elsewhere or not at all: a bare & and an include of itself."""

from pathlib import Path

import pytest

from digest.errors import RenderError
from digest.model.edition import Edition
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.lint import lint_mjml
from digest.render.places import template_roots
from digest.render.press import open_press

TEXT = "\n<mj-section><mj-column><mj-text>\n{}</mj-text></mj-column></mj-section>"


def rendered(folder: Path, edition: Edition, newsletter: Newsletter, footer: str) -> str:
    blocks = folder / "email" / "review" / "blocks"
    blocks.mkdir(parents=True)
    (blocks / "footer.mjml").write_text(footer, encoding="utf-8")
    with open_press(template_roots(folder), "https://news.harbour.example") as press:
        return render_edition(press, edition, newsletter).html


@pytest.mark.parametrize("words", ["AT&T pays", "Fish & chips", "&copy 2026", "a &# b", "x &"])
def test_a_bare_and_sign_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, normal: Edition, newsletter: Newsletter, words: str
) -> None:
    with pytest.raises(RenderError, match=f"blocks/footer.mjml, line 3: a bare & in text; write &amp; for the sign: {words}"):
        rendered(tmp_path, normal, newsletter, TEXT.format(words))


def test_entities_addresses_and_what_editors_write_pass(tmp_path: Path, normal: Edition, newsletter: Newsletter) -> None:
    words = 'Fish &amp; chips &#38; more &#x26; peas &copy; {{ "Tide & Quay" }} <a href="https://harbour.example/?a=1&b=2">so</a>'
    html = rendered(tmp_path, normal, newsletter, TEXT.format(words))
    assert "Fish &amp; chips" in html
    assert "Tide &amp; Quay" in html


def test_an_and_sign_in_a_style_is_a_selector() -> None:
    lint_mjml("<mjml><mj-head><mj-style>.a{color:red;&:hover{color:blue}}</mj-style></mj-head></mjml>")


def test_an_include_of_itself_is_told_where_it_stands_and_not_in_the_macro_that_was_set_last(
    tmp_path: Path, normal: Edition, newsletter: Newsletter
) -> None:
    byline = TEXT.format("{{ type.byline(theme, 'x') }}")
    footer = "{% import 'parts/type.jinja' as type %}" + byline + "\n{% include 'blocks/footer.mjml' %}"
    said = r"blocks/footer.mjml, line 4: this includes or calls itself without an end, .*: {% include 'blocks/footer.mjml' %}"
    with pytest.raises(RenderError, match=said):
        rendered(tmp_path, normal, newsletter, footer)
