"""Segments: a section that a reader leaves out takes its rules, numbers and counts with it, and never leaves an empty mail."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from digest.errors import RenderError
from digest.model.edition import Edition, Section
from digest.model.mailing import Rendered, Segment
from digest.model.newsletter import Newsletter, PlannedSection, SectionKind
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.lint_parts import lint_parts
from digest.render.places import template_roots
from digest.render.press import Press, open_press
from digest.render.segments import Part, choices_of, parted

THEMES = ("review", "bulletin")
CONTENTS = ("Nine articles,", "Nine articles and", "One article and", "One article.", "Six things to know")


@pytest.fixture
def choosing(newsletter: Newsletter, normal: Edition) -> Callable[..., Newsletter]:
    """The newsletter with these sections optional."""

    def made(*keys: str, theme: str = "review") -> Newsletter:
        plan = tuple(PlannedSection(key=one.key, kind=one.kind, heading=one.heading, optional=one.key in keys) for one in normal.sections)
        return replace(newsletter, theme=theme, plan=plan)

    return made


def without(edition: Edition, left_out: frozenset[str]) -> Edition:
    return replace(edition, sections=tuple(one for one in edition.sections if one.key not in left_out))


def body_of(html: str) -> str:
    """The body, but for the seams that a segment's edge leaves in what only Outlook reads, and white space between tags."""
    body = html.partition("<body")[2].replace("<![endif]--><!--[if mso | IE]>", "")
    return re.sub(r"\s+", " ", re.sub(r">\s+<", "><", body))


@pytest.mark.parametrize("theme", THEMES)
def test_a_mail_without_sections_is_the_mail_of_an_edition_that_never_had_them(
    press: Press, normal: Edition, choosing: Callable[..., Newsletter], values: dict[str, str], theme: str
) -> None:
    newsletter = choosing("briefs", "podium", theme=theme)
    rendered = render_edition(press, normal, newsletter)
    assert [one.key for one in rendered.segments] == ["briefs", "podium"]
    for left_out in choices_of(rendered.segments):
        other = render_edition(press, without(normal, left_out), replace(newsletter, plan=()))
        assert body_of(fill_html(rendered, values, left_out)) == body_of(fill_html(other, values))
        said, meant = (re.sub(r" ?\[[A-Z]?\d+\]", "", text).partition("\nLinks")[0] for text in texts_of(rendered, other, values, left_out))
        assert said.split() == meant.split()


def texts_of(rendered: Rendered, other: Rendered, values: dict[str, str], left_out: frozenset[str]) -> tuple[str, str]:
    return fill_text(rendered, values, left_out), fill_text(other, values)


@pytest.mark.parametrize("theme", THEMES)
def test_the_links_of_the_text_are_whole_and_count_on_whatever_is_left_out(
    press: Press, normal: Edition, choosing: Callable[..., Newsletter], values: dict[str, str], theme: str
) -> None:
    rendered = render_edition(press, normal, choosing("reports", "briefs", "podium", theme=theme))
    for left_out in choices_of(rendered.segments):
        text = fill_text(rendered, values, left_out)
        told, _, listed = text.partition("\nLinks\n")
        asked = set(re.findall(r"\[([A-Z]?\d+)\]", told))
        answered = re.findall(r"^\[([A-Z]?\d+)\] https://\S+$", listed, re.MULTILINE)
        assert asked == set(answered)
        for letter in {one[0] if one[0].isalpha() else "" for one in answered}:
            numbers = [int(one.removeprefix(letter)) for one in answered if one.startswith(letter) and one.removeprefix(letter).isdecimal()]
            assert numbers == list(range(1, len(numbers) + 1))
        assert not re.search(r"\n{4}|[ \t]\n", text)
        assert max(len(line) for line in text.split("\n") if "://" not in line) <= 72


@pytest.mark.parametrize(
    "case",
    [
        ("review", set(), "Nine articles, six briefs from elsewhere and one word from the podium."),
        ("review", {"briefs"}, "Nine articles and one word from the podium."),
        ("review", {"reports", "podium"}, "One article and six briefs from elsewhere."),
        ("bulletin", set(), "Six things to know"),
        ("bulletin", {"briefs"}, "The ferry that nobody ordered"),
    ],
)
def test_the_contents_say_what_is_inside_for_this_reader(
    press: Press,
    normal: Edition,
    choosing: Callable[..., Newsletter],
    values: dict[str, str],
    case: tuple[str, set[str], str],
) -> None:
    theme, left_out, said = case
    rendered = render_edition(press, normal, choosing("reports", "briefs", "podium", theme=theme))
    body = fill_html(rendered, values, frozenset(left_out)).partition("<body")[2]
    shown = " ".join(re.sub(r"<[^>]*>", " ", body).split())
    assert shown.count(said) == (2 if said.startswith("The ferry") else 1)
    assert len([one for one in CONTENTS if one in shown]) <= 1


def test_the_numbers_of_the_bulletin_run_on_over_a_section_that_is_left_out(
    press: Press, normal: Edition, newsletter: Newsletter, values: dict[str, str]
) -> None:
    briefs = next(one for one in normal.sections if one.kind is SectionKind.BRIEFS)
    first, second = (
        replace(briefs, id=f"s{key}", key=key, items=tuple(replace(item, id=f"{key}{item.id}") for item in items))
        for key, items in (("sea", briefs.items[:2]), ("land", briefs.items[2:]))
    )
    plan = tuple(PlannedSection(key=key, kind=SectionKind.BRIEFS, optional=True) for key in ("sea", "land"))
    rendered = render_edition(
        press, replace(normal, sections=(normal.sections[0], first, second)), replace(newsletter, theme="bulletin", plan=plan)
    )

    def numbers(*left_out: str) -> list[int]:
        html = fill_html(rendered, values, frozenset(left_out))
        return [int(one) for one in re.findall(r'<p class="d"[^>]*>(\d+)</p>', html)]

    assert numbers() == [1, 2, 3, 4, 5, 6]
    assert numbers("sea") == [1, 2, 3, 4]
    assert numbers("land") == [1, 2]


def test_the_lead_stays_and_so_does_the_first_section_where_nothing_else_would(
    press: Press, normal: Edition, choosing: Callable[..., Newsletter]
) -> None:
    newsletter = choosing("lead", "reports", "briefs", "podium")
    assert [one.key for one in render_edition(press, normal, newsletter).segments] == ["reports", "briefs", "podium"]
    leadless = without(normal, frozenset({"lead"}))
    assert [one.key for one in render_edition(press, leadless, newsletter).segments] == ["briefs", "podium"]
    lonely = without(normal, frozenset({"lead", "reports", "podium"}))
    assert render_edition(press, lonely, newsletter).segments == ()


def test_a_mail_without_optional_sections_is_as_it_was_before_there_were_any(press: Press, normal: Edition, newsletter: Newsletter) -> None:
    rendered = render_edition(press, normal, newsletter)
    assert (rendered.segments, rendered.html_parted, rendered.text_parted) == ((), "", "")
    assert all(piece.segment is None and not piece.choices for piece in rendered.pieces)


def test_no_mark_is_left_in_any_mail(press: Press, normal: Edition, choosing: Callable[..., Newsletter], values: dict[str, str]) -> None:
    for theme in THEMES:
        rendered = render_edition(press, normal, choosing("reports", "briefs", "podium", theme=theme))
        assert "segment" not in rendered.html + rendered.text
        for left_out in choices_of(rendered.segments):
            assert rendered.marker not in fill_html(rendered, values, left_out) + fill_text(rendered, values, left_out)


@pytest.mark.parametrize("kind", ["mjml", "txt"])
def test_a_theme_that_marks_no_sections_is_told_how(
    tmp_path: Path, normal: Edition, choosing: Callable[..., Newsletter], kind: str
) -> None:
    own = tmp_path / "email" / "review" / "editions"
    own.mkdir(parents=True)
    shipped = (template_roots()[0] / "email" / "review" / "editions" / f"edition.{kind}").read_text(encoding="utf-8")
    (own / f"edition.{kind}").write_text(re.sub(r"\{\{-? (?:begin|end)\(section\) -?\}\}", "", shipped), encoding="utf-8")
    with (
        open_press(template_roots(tmp_path), "https://news.harbour.example") as press,
        pytest.raises(RenderError, match=rf"review/editions/edition\.{kind}: .*'Reports'.*write {{{{ begin\(section\) }}}}"),
    ):
        render_edition(press, normal, choosing("reports"))


def test_marks_that_do_not_pair_are_told() -> None:
    begun = f"m{'segment'}0{b'a'.hex()}m"
    assert parted(f"x{begun}ymendsegmentm", "m") == (Part(text="x"), Part(text="y", segment="a"))
    for body in (f"x{begun}y", "xmendsegmentmy", f"{begun}{begun}xmendsegmentm"):
        with pytest.raises(RenderError, match=r"pair|never ended"):
            parted(body, "m")


def test_a_segment_that_would_tear_tables_or_take_the_footer_with_it_is_refused() -> None:
    segments = [Segment(key="a", name="A")]
    torn = [Part(text="<table><tr><td>", segment="a"), Part(text="</td></tr></table>")]
    with pytest.raises(RenderError, match=r"tables do not close.*'a' that readers may leave out"):
        lint_parts(torn, segments, "m", "review/editions/edition.mjml")
    footer = [Part(text="x"), Part(text="<p>munsubscribe_urlm</p>", segment="a")]
    with pytest.raises(RenderError, match="unsubscribe_url stands in the section 'a' only"):
        lint_parts(footer, segments, "m", "review/editions/edition.mjml")


def test_six_sections_may_be_left_out_and_a_seventh_stays(press: Press, normal: Edition, newsletter: Newsletter) -> None:
    item = normal.sections[1].items[0]
    sections = tuple(
        Section(id=f"s{n}", key=f"k{n}", kind=SectionKind.ARTICLES, heading=f"Part {n}", items=(replace(item, id=f"i{n}"),))
        for n in range(7)
    )
    plan = tuple(PlannedSection(key=one.key, kind=one.kind, optional=True) for one in sections)
    rendered = render_edition(press, replace(normal, sections=(normal.sections[0], *sections)), replace(newsletter, plan=plan))
    assert [one.key for one in rendered.segments] == [f"k{n}" for n in range(6)]
