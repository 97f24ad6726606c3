"""What a correction puts right stands first: below the name and above all else, in both themes, by measure in Chromium and in the text."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from digest.model.edition import Edition, Note
from digest.model.newsletter import Newsletter
from digest.render.email import render_edition
from digest.render.fill import fill_html, fill_text
from digest.render.press import Press
from digest.render.specimen import corrected, specimens
from digest.render.text import COLUMNS, width
from tests.render.eyes import Look, shown
from tests.render.test_measures import faults
from tests.render.test_standards import serious

THEMES = ("review", "bulletin")
LOOKS = [Look(width=width, scheme=scheme) for width in (700, 375) for scheme in ("light", "dark")]
BEGINS = "On Saturday we wrote that neither town paid for the ferry."
# The masthead is what stands above the notice; everything with words of its own that follows must stand below it.
PLACES = """() => {
    const label = [...document.querySelectorAll('h2')].find(one => one.textContent.trim() === 'Correction');
    const words = [...document.querySelectorAll('p')].find(one => one.textContent.trim().startsWith('On Saturday we wrote'));
    const box = one => { const at = one.getBoundingClientRect(); return [at.top, at.bottom] };
    const said = one => [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) && one.getClientRects().length;
    const all = [...document.body.querySelectorAll('p,h1,h2,h3,a,td,img')].filter(one => one.tagName === 'IMG' || said(one));
    const inside = one => words.contains(one) || one === label;
    const after = one => !inside(one) && words.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    const style = getComputedStyle(label);
    return {
        label: box(label), words: box(words), colour: style.color, ink: getComputedStyle(words).color,
        before: Math.max(...all.filter(one => !inside(one) && !after(one)).map(one => box(one)[1])),
        after: Math.min(...all.filter(after).map(one => box(one)[0])),
    };
}"""


@pytest.fixture(params=["thin", "every block"])
def edition(request: pytest.FixtureRequest) -> Edition:
    return corrected(specimens()[request.param])


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.width}-{look.scheme}")
@pytest.mark.parametrize("theme", THEMES)
def test_it_is_the_first_thing_below_the_name(
    browser: Browser, furnished_html_of: Callable[[Edition, str], str], edition: Edition, theme: str, look: Look
) -> None:
    with shown(browser, furnished_html_of(edition, theme), look) as page:
        seen = page.evaluate(PLACES)
        assert faults(page) == []
    assert seen["before"] <= min(seen["label"][0], seen["words"][0])
    assert seen["label"][1] <= seen["after"]
    assert seen["words"][1] <= seen["after"]
    # Told from the week's pieces by the outlet's colour, and seen without scrolling on any screen.
    assert seen["colour"] == ("rgb(163, 38, 26)" if look.scheme == "light" else "rgb(240, 147, 130)") != seen["ink"]
    assert seen["words"][1] < 400


@pytest.mark.parametrize("scheme", ["light", "dark", "repainted"])
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_in_it(browser: Browser, html_of: Callable[[Edition, str], str], theme: str, scheme: str) -> None:
    html = html_of(corrected(specimens()["thin"]), theme)
    if scheme == "repainted":
        html = html.replace("<body ", '<body data-ogsc="" data-ogsb="" ', 1)
    with shown(browser, html, Look(width=700, scheme=scheme)) as page:
        assert serious(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_it_holds_without_any_style_sheet_and_reads_from_the_right(
    browser: Browser, press: Press, newsletter: Newsletter, values: dict[str, str], theme: str
) -> None:
    rendered = render_edition(press, corrected(specimens()["thin"]), replace(newsletter, theme=theme, language="ar"))
    html = fill_html(rendered, values)
    for sheet in (True, False):
        bare = html if sheet else html.replace("<style", "<template").replace("</style", "</template")
        with shown(browser, bare, Look(width=700)) as page:
            for wide in (375, 700):
                page.set_viewport_size({"width": wide, "height": 900})
                assert faults(page) == []
            said = "e => getComputedStyle([...document.querySelectorAll('h2')].find(one => one.textContent === 'Correction')).textAlign"
            assert page.evaluate(said) == "right"


@pytest.mark.parametrize("theme", THEMES)
def test_the_text_says_it_under_the_name_and_before_all_else(
    press: Press, newsletter: Newsletter, values: dict[str, str], edition: Edition, theme: str
) -> None:
    said = replace(edition, correction=Note(id="c", html=edition.correction.html if edition.correction else "", signature="The desk"))
    text = fill_text(render_edition(press, said, replace(newsletter, theme=theme)), values)
    name, number, empty, rule, _, heading, _, begins, *rest = text.split("\n")
    assert (name, empty, rule, heading) == ("The Harbour Review", "", "-" * COLUMNS, "Correction")
    assert number.startswith("No. 31, Sat")
    assert begins.startswith(BEGINS)
    closes = rest.index("-" * COLUMNS)
    assert rest[closes - 2 : closes] == ["The desk", ""]
    assert rest.index("In a browser:") > closes
    assert all(width(line) <= COLUMNS for line in text.split("\n")[: 8 + closes])


@pytest.mark.parametrize("theme", THEMES)
def test_an_edition_that_corrects_nothing_shows_no_trace_of_it(press: Press, newsletter: Newsletter, normal: Edition, theme: str) -> None:
    rendered = render_edition(press, normal, replace(newsletter, theme=theme))
    for body in (rendered.mjml, rendered.html, rendered.text):
        assert ("Correction" in body, ".cr" in body) == (False, False)


@pytest.mark.parametrize("theme", THEMES)
def test_it_greets_as_letters_do_and_its_links_carry_the_campaign(
    press: Press, newsletter: Newsletter, thin: Edition, values: dict[str, str], theme: str
) -> None:
    said = Note(id="c", html='<p>Dear {name|friend}, see <a href="https://harbour.example/ledger">the ledger</a>.</p>')
    rendered = render_edition(press, replace(thin, correction=said), replace(newsletter, theme=theme, tracking="utm_source=mail"))
    assert "Dear Mira Okonjo, see the ledger [1]." in fill_text(rendered, values).split("\n")
    assert 'href="https://harbour.example/ledger?utm_source=mail"' in fill_html(rendered, values)
    assert "Dear friend, see" in fill_html(rendered, values | {"name": ""})


def test_a_bulletin_without_briefs_does_not_say_correction_twice(press: Press, newsletter: Newsletter, values: dict[str, str]) -> None:
    rendered = render_edition(press, corrected(specimens()["thin"]), replace(newsletter, theme="bulletin"))
    assert ">When you have longer</h1>" in fill_html(rendered, values)
    assert "Correction: The ferry" not in fill_text(rendered, values)
