"""An edition rendered whole: what is in it, how large it is, and that the same edition gives the same bytes."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from digest.errors import RenderError
from digest.model.edition import Article, Brief, Edition, Item, Note
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter
from digest.model.page import Image
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.places import template_roots
from digest.render.press import Press, open_press


@pytest.fixture
def rendered(press: Press, normal: Edition, newsletter: Newsletter) -> Rendered:
    return render_edition(press, normal, newsletter)


def words_shown(html: str) -> str:
    body = re.sub(r"<style.*?</style>|<!--.*?-->|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", body)


def test_everything_in_the_edition_is_in_both_parts(rendered: Rendered, normal: Edition, newsletter: Newsletter) -> None:
    shown = words_shown(rendered.html)
    told = " ".join(rendered.text.split())
    for section in normal.sections:
        for item in section.items:
            wanted: tuple[str | None, ...] = (item.headline, item.dek, item.kicker) if isinstance(item, Article) else ()
            wanted += (item.lead, item.html, item.sources[0].name) if isinstance(item, Brief) else ()
            for said in wanted:
                assert said is not None
                assert said in shown
                assert said in told
    for said in (
        newsletter.postal_address,
        newsletter.why,
        "In other news this week",
        "From this week’s port podium",
        "Nadia Berg, editor",
    ):
        assert said in shown
        assert said in told
    assert "Read the article, 9&#160;minutes" in rendered.html or "Read the article, 9\u00a0minutes" in rendered.html
    assert "No. 31, Saturday 28 November 2026" in shown


def test_the_same_edition_gives_the_same_bytes_from_another_press(rendered: Rendered, normal: Edition, newsletter: Newsletter) -> None:
    with open_press(template_roots(), "https://news.harbour.example/") as another:
        assert render_edition(another, normal, newsletter) == rendered


def test_another_word_gives_another_hash_and_marker(rendered: Rendered, press: Press, normal: Edition, newsletter: Newsletter) -> None:
    changed = render_edition(press, replace(normal, preheader="One word more."), newsletter)
    assert changed.sha256 != rendered.sha256
    assert changed.marker != rendered.marker


def test_nine_articles_and_six_briefs_weigh_at_most_75_kilobytes(rendered: Rendered) -> None:
    assert rendered.html_bytes <= 75_000


def test_a_heavy_edition_and_a_thin_one_render(press: Press, heavy: Edition, thin: Edition, newsletter: Newsletter) -> None:
    assert render_edition(press, heavy, newsletter).html_bytes > render_edition(press, thin, newsletter).html_bytes * 4


def test_an_edition_without_any_section_still_has_its_frame(press: Press, thin: Edition, newsletter: Newsletter) -> None:
    empty = render_edition(press, replace(thin, sections=()), newsletter)
    assert newsletter.postal_address in empty.html
    assert "unsubscribe_url" in empty.html


def test_the_text_part_is_72_columns_wide_but_for_addresses(rendered: Rendered, values: dict[str, str]) -> None:
    long_lines = [line for line in fill_text(rendered, values).split("\n") if len(line) > 72]
    assert all(re.fullmatch(r"(\[\d+\] )?https?://\S+", line) for line in long_lines)


def test_links_in_the_text_are_numbered_and_listed(rendered: Rendered, normal: Edition) -> None:
    numbers = [int(number) for number in re.findall(r"\[(\d+)\]", rendered.text.partition("\nLinks\n")[0])]
    listed = re.findall(r"^\[(\d+)\] (\S+)$", rendered.text, flags=re.MULTILINE)
    assert numbers == list(range(1, len(listed) + 1))
    lead = normal.sections[0].items[0]
    assert isinstance(lead, Article)
    assert listed[0] == ("1", lead.url)


def test_a_lead_whose_text_stands_alone_is_set_in_full(press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter) -> None:
    body = "<h2>How it began</h2><p>A <em>boat</em> came.</p><ul><li>One</li></ul><blockquote><p>It floats.</p></blockquote>"
    full = render_edition(press, with_lead(body_html=body), newsletter)
    assert "<i>boat</i>" in full.html
    assert "\n- One\n" in full.text
    assert "\n    It floats.\n" in full.text
    assert "On the web" in full.html


def test_where_several_articles_bring_their_text_each_is_an_excerpt(press: Press, normal: Edition, newsletter: Newsletter) -> None:
    def with_body(item: Item) -> Item:
        return replace(item, body_html="<p>Words of the body.</p>", dek=None, minutes=None) if isinstance(item, Article) else item

    bodies = replace(normal, sections=tuple(replace(s, items=tuple(with_body(i) for i in s.items)) for s in normal.sections))
    rendered = render_edition(press, bodies, newsletter)
    assert rendered.html.count("Words of the body.") == 9
    assert "Read the article, 1" in rendered.html


def test_a_picture_known_by_its_credit_alone_shows_the_credit(
    press: Press, with_lead: Callable[..., Edition], newsletter: Newsletter
) -> None:
    rendered = render_edition(press, with_lead(image=Image(url=None, credit="Photo: Ada Lind")), newsletter)
    assert "Photo: Ada Lind" in rendered.html
    assert "Photo: Ada Lind" in rendered.text
    assert 'width="600" class="i"' not in rendered.html


def test_a_note_inside_a_section_is_a_letter_of_its_own(press: Press, normal: Edition, newsletter: Newsletter) -> None:
    noted = replace(normal.sections[1], heading="Corrections", items=(Note(id="n", html="<p>We wrote pier; it is a quay.</p>"),))
    rendered = render_edition(press, replace(normal, sections=(normal.sections[0], noted)), newsletter)
    assert "it is a quay" in rendered.html
    assert "Corrections" in rendered.html
    assert "it is a quay" in rendered.text


def test_slots_are_filled_and_escaped_for_their_part(rendered: Rendered, values: dict[str, str]) -> None:
    values |= {"address": '"<b>&"@reader.example', "unsubscribe_url": "https://news.harbour.example/u?a=1&b=2"}
    html, text = fill_html(rendered, values), fill_text(rendered, values)
    assert rendered.marker not in html + text
    assert "&quot;&lt;b&gt;&amp;&quot;@reader.example" in html
    assert 'href="https://news.harbour.example/u?a=1&amp;b=2"' in html
    assert '"<b>&"@reader.example' in text
    assert "https://news.harbour.example/u?a=1&b=2" in text


def test_a_value_that_is_missing_is_named(rendered: Rendered, values: dict[str, str]) -> None:
    del values["browser_url"]
    with pytest.raises(RenderError, match="browser_url"):
        fill_html(rendered, values)


def test_right_to_left_languages_turn_the_page(press: Press, normal: Edition, newsletter: Newsletter) -> None:
    html = render_edition(press, normal, replace(newsletter, language="ar", name="مرفأ الأسبوع")).html
    assert '<html lang="ar" dir="rtl"' in html
    assert "text-align:right" in html
    assert "مرفأ الأسبوع" in html


@pytest.mark.parametrize(
    "name", ["X", "The Harbour Review", "A Name That Goes On For Longer Than Any Page Is Wide, And Then Some More", "港の手紙"]
)
def test_names_of_any_length_find_their_size(press: Press, thin: Edition, newsletter: Newsletter, name: str) -> None:
    html = render_edition(press, thin, replace(newsletter, name=name)).html
    size = re.search(r'<h1 class="a n" style="margin:0;font:400 (\d+)px', html)
    assert size
    assert 34 <= int(size[1]) <= 78
