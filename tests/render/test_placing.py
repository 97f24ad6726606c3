"""Which pictures a theme has places for, how wide, and what stands where one is not there."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import RenderError
from digest.model.edition import Article, Edition, Section
from digest.model.newsletter import Newsletter, SectionKind
from digest.model.page import Image
from digest.model.picture import NOWHERE, KeptPicture, Shelf
from digest.render.email import render_edition
from digest.render.pictures import wishes_of
from digest.render.places import templates_root
from digest.render.press import Press, open_press
from digest.render.specimen import BODY, edition_of, with_every_block

WIDTH = re.compile(r'<img[^>]* src="([^"]*)"[^>]* width="(\d+)"|<img[^>]* width="(\d+)"[^>]* src="([^"]*)"')


def widths(html: str) -> list[tuple[str, int]]:
    """Return (address, width as shown) of each picture."""
    return [(one[0] or one[3], int(one[1] or one[2])) for one in WIDTH.findall(html)]


@pytest.mark.parametrize("theme", ["review", "bulletin"])
def test_every_picture_is_wished_for_as_wide_as_the_mail_shows_it(press: Press, newsletter: Newsletter, theme: str) -> None:
    edition = with_every_block(edition_of(9, 3, 6))
    wishes = wishes_of(edition, press.theme(theme))
    shown = widths(render_edition(press, edition, replace(newsletter, theme=theme)).html)
    assert sorted((wish.url, wish.width) for wish in wishes) == sorted(shown)
    assert len(shown) == {"review": 5, "bulletin": 2}[theme]


@pytest.mark.parametrize("theme", ["review", "bulletin"])
def test_without_its_pictures_a_mail_has_no_hole_and_owes_no_credit(press: Press, newsletter: Newsletter, theme: str) -> None:
    edition = with_every_block(edition_of(9, 3, 6))
    html = render_edition(press, edition, replace(newsletter, theme=theme), NOWHERE).html
    assert "<img" not in html
    assert "Drawing: Ines Calder" not in html
    assert all(headline in html for headline in ("The ferry that nobody ordered", "A reservoir learns to share"))
    bare = render_edition(press, without_pictures(edition), replace(newsletter, theme=theme)).html
    assert html == bare


def without_pictures(edition: Edition) -> Edition:
    def bare(section: Section) -> Section:
        return replace(section, items=tuple(replace(item, image=None) if isinstance(item, Article) else item for item in section.items))

    return replace(edition, sections=tuple(bare(section) for section in edition.sections))


def test_only_our_own_host_is_named_where_pictures_come_from_a_shelf(press: Press, newsletter: Newsletter) -> None:
    edition = edition_of(9, 3, 6)
    kept = {
        wish.key: KeptPicture(sha256=f"{number:064x}", media="image/jpeg", width=2 * wish.width, height=200, size=9)
        for number, wish in enumerate(wishes_of(edition, press.theme("review")))
    }
    shelf = Shelf(base=press.pictures_url, kept=kept)
    html = render_edition(press, edition, newsletter, shelf).html
    assert [address for address, _ in widths(html)] == [f"https://news.harbour.example/pictures/{number:064x}.jpg" for number in range(4)]
    assert "harbour.example/pictures/0.png" not in html.replace("news.harbour.example", "")


def test_a_theme_says_how_wide_its_own_blocks_show_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "email" / "own"
    (folder / "blocks").mkdir(parents=True)
    (folder / "blocks" / "gallery.mjml").write_text("<mj-section><mj-column></mj-column></mj-section>", "utf-8")
    (folder / "theme.toml").write_text('extends = "review"\n[pictures]\ngallery = 280\nthumb = 0\n', "utf-8")
    edition = edition_of(3, 3, 0)
    lead, reports = edition.sections
    with open_press((tmp_path, templates_root()), "https://news.harbour.example") as press:
        theme = press.theme("own")
        assert [wish.width for wish in wishes_of(edition, theme)] == [600]
        gallery = replace(reports, key="gallery")
        assert [wish.width for wish in wishes_of(replace(edition, sections=(lead, gallery)), theme)] == [600, 280, 280]


@pytest.mark.parametrize("width", ['"wide"', "-1", "100000", "1.5"])
def test_a_width_that_is_none_is_told_with_its_place(tmp_path: Path, width: str) -> None:
    folder = tmp_path / "email" / "own"
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text(f'extends = "review"\n[pictures]\nlead = {width}\n', "utf-8")
    with (
        open_press((tmp_path, templates_root()), "https://x.example") as press,
        pytest.raises(RenderError, match=r"lead.*pictures|pictures. lead"),
    ):
        wishes_of(edition_of(1, 1, 0), press.theme("own"))


def test_an_article_to_be_read_here_has_the_place_of_one(press: Press) -> None:
    edition = edition_of(3, 3, 0)
    lead, reports = edition.sections
    first, *others = reports.items
    assert isinstance(first, Article)
    full = replace(first, body_html=BODY)
    changed = replace(edition, sections=(lead, replace(reports, items=(full, *others))))
    assert [wish.width for wish in wishes_of(changed, press.theme("review"))] == [600, 420, 156]


def test_a_picture_without_an_address_or_with_a_strange_one_is_not_wished_for(press: Press) -> None:
    lead = replace(edition_of(1, 0, 0).sections[0], kind=SectionKind.LEAD)
    item = lead.items[0]
    assert isinstance(item, Article)
    for url in (None, "", "file:///etc/passwd", "data:image/png;base64,AAAA", "javascript:alert(1)"):
        edition = replace(
            edition_of(1, 0, 0), sections=(replace(lead, items=(replace(item, image=Image(url=url, credit="Photo: Ada Lind")),)),)
        )
        assert wishes_of(edition, press.theme("review")) == ()
