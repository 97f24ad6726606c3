"""What only the finished mail can tell: footer lines, contrast in both schemes, weight as a whole and by block."""

from dataclasses import replace

import pytest

from digest.compose.check import check, content_of
from digest.compose.checks.contrast import faint
from digest.compose.checks.weight import FRAME, weigh
from digest.model.edition import Article, Edition, Finding, Severity
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter

LINES = {
    "no_unsubscribe": "zqunsubscribe_urlzq",
    "no_preferences": "zqpreferences_urlzq",
    "no_browser_link": "zqbrowser_urlzq",
    "no_postal_address": "4 Quay Street, Port Ellis",
    "no_why": "You get this because you confirmed your subscription.",
}


def mail(html: str, text: str | None = None) -> Rendered:
    return Rendered(
        sha256="0" * 64, subject="s", preheader="p", mjml="", html=html, text=html if text is None else text, marker="zq", pieces=()
    )


def found(edition: Edition, newsletter: Newsletter, rendered: Rendered, code: str) -> list[Finding]:
    return [one for one in check(edition, newsletter, rendered) if one.code == code]


@pytest.mark.parametrize("part", ["HTML", "text"])
@pytest.mark.parametrize("code", LINES)
def test_each_line_of_the_footer_is_missed_in_each_part(code: str, part: str, edition: Edition, newsletter: Newsletter) -> None:
    whole = "<br>".join(LINES.values())
    torn = "<br>".join(line for name, line in LINES.items() if name != code)
    rendered = mail(torn, whole) if part == "HTML" else mail(whole, torn)
    assert [one.code for one in check(edition, newsletter, rendered)] == [code]
    (one,) = found(edition, newsletter, rendered, code)
    assert part in one.message
    assert check(edition, newsletter, mail(whole)) == ()


PAGE = (
    "<html><head><style>@media (prefers-color-scheme:dark){{body,.p{{background-color:{dark}!important}}.a{{color:{ink}!important}}"
    ".k td,.k a{{background:#222222!important;color:#dddddd!important}}}}</style></head>"
    '<body style="background-color:#ffffff"><div class="p"><p class="a" style="color:{light};font:14px Arial">Words</p>{more}</div>'
    "</body></html>"
)


def page(light: str = "#191a1c", dark: str = "#141517", ink: str = "#eceae5", more: str = "") -> str:
    return PAGE.format(light=light, dark=dark, ink=ink, more=more)


def test_text_that_can_be_read_in_both_schemes_passes() -> None:
    assert faint(page()) == ()


def test_a_text_that_is_too_faint_is_named_with_its_scheme_and_colours() -> None:
    assert faint(page(light="#999999")) == (("light", "Words", "#999999", "#ffffff", 2.85),)
    assert [(one[0], one[2], one[3]) for one in faint(page(ink="#333333"))] == [("dark", "#333333", "#141517")]


def test_large_text_may_be_fainter_and_what_is_not_shown_may_be_anything() -> None:
    assert faint(page(more='<h1 style="color:#808080;font-size:30px">Large</h1>').replace("Words", "")) == ()
    hidden = (
        '<div style="display:none;color:#ffffff">Hidden</div><div style="font-size:0px">Gap</div><img alt="white" style="color:#ffffff">'
    )
    assert faint(page(more=hidden)) == ()
    assert faint(page(more='<!--[if mso]><p style="color:#ffffff">Outlook</p><![endif]-->')) == ()


def test_grounds_are_inherited_and_a_button_has_its_own_in_the_dark() -> None:
    button = '<table class="k"><tr><td style="background:#111111"><a href="x" style="color:#ffffff">Read</a></td></tr></table>'
    assert faint(page(more=button)) == ()
    assert [one[1] for one in faint(page(more=button.replace('style="color:#ffffff"', "")))] == ["Read"]


def test_faint_text_warns_and_lost_text_blocks(edition: Edition, newsletter: Newsletter) -> None:
    footer = f'<p class="a" style="color:#191a1c">{"<br>".join(LINES.values())}</p>'
    (warned,) = found(edition, newsletter, mail(page(light="#999999", more=footer)), "contrast")
    assert warned.severity is Severity.WARN
    (lost,) = found(edition, newsletter, mail(page(light="#f0f0f0", more=footer)), "contrast")
    assert lost.severity is Severity.BLOCK
    assert "“Words” is set in #f0f0f0 on #ffffff, a contrast of 1.1." in lost.message


@pytest.mark.parametrize("html", ["", "<", "<html>", "\x00", "<body>" + "<div>" * 3_000 + "x", "<p style='color:red;;;:'>x", "&#0;"])
def test_odd_html_makes_no_fuss(html: str) -> None:
    assert len(faint(html)) <= 6


def blocks(edition: Edition, extra: int = 0) -> str:
    """A mail as MRML makes it: a section a block, in the edition's order."""
    opened = '<div style="margin:0px auto;max-width:640px;">'
    parts = [f"<head>{'s' * 500}</head>"]
    for section in edition.sections:
        for item in section.items:
            words = item.headline if isinstance(item, Article) else f"{getattr(item, 'lead', None) or ''} {item.html}"
            parts.append(f"{opened}<b>{words}</b>{'x' * 100}</div>")
    parts.append(f"{opened}{'y' * extra}{'<br>'.join(LINES.values())}</div>")
    return "".join(parts)


def test_the_blocks_of_a_mail_are_weighed_and_add_up(edition: Edition) -> None:
    rendered = mail(blocks(edition))
    weighed = weigh(edition, rendered)
    assert weighed[0].name == FRAME
    assert sum(block.size for block in weighed) == rendered.html_bytes
    assert [place for block in weighed for place in block.places] == [item.id for section in edition.sections for item in section.items]


def test_one_block_that_takes_a_quarter_is_noted_and_the_size_names_the_heaviest(edition: Edition, newsletter: Newsletter) -> None:
    lead = edition.sections[0].items[0]
    assert isinstance(lead, Article)
    heavy = blocks(edition).replace(f"<b>{lead.headline}</b>", f"<b>{lead.headline}</b>{'z' * 90_000}")
    (one,) = found(edition, newsletter, mail(heavy), "heavy_block")
    assert (one.severity, one.place) == (Severity.NOTE, lead.id)
    (size,) = found(edition, newsletter, mail(heavy), "size")
    assert f"Heaviest: “{lead.headline}” 90." in size.remedy


def test_what_an_override_is_bound_to_is_the_place_and_for_the_whole_mail_its_bytes(edition: Edition) -> None:
    lead = edition.sections[0].items[0]
    assert content_of(edition, None, lead.id) == content_of(replace(edition, subject="Another"), mail("x"), lead.id)
    assert content_of(edition, None, "head") != content_of(replace(edition, subject="Another"), None, "head")
    assert content_of(edition, mail("x"), None) != content_of(edition, replace(mail("x"), sha256="1" * 64), None)
    first = replace(edition.sections[0], items=())
    assert content_of(edition, None, first.id) != content_of(replace(edition, sections=(first, *edition.sections[1:])), None, first.id)
