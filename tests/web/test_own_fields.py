"""A block's own fields at the desk: filled in the section's form, told apart in history and conflicts, carried by the edition's file."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from digest.compose.merge import merge
from digest.compose.sheet import Origin, write_sheet
from digest.compose.sheet_read import read_sheet
from digest.errors import InputError
from digest.model.account import Role
from digest.model.edition import Edition
from digest.render.places import template_roots
from digest.render.press import open_press
from digest.store import newsletters
from tests.render.test_fields import BLOCK, TOML, TWIN
from tests.web.corrected import content, save, seen
from tests.web.newsroom import NEWSLETTER, NOW, Desk, sample_edition


@pytest.fixture
def evening(desk: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The desk, whose newsletter's theme sets the section `articles` by a block that asks for three fields."""
    blocks = tmp_path / "email" / "evening" / "blocks"
    blocks.mkdir(parents=True)
    (blocks.parent / "theme.toml").write_text(TOML.replace("gallery", "articles"), encoding="utf-8")
    (blocks / "articles.mjml").write_text(BLOCK, encoding="utf-8")
    (blocks / "articles.txt").write_text(TWIN, encoding="utf-8")
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, theme="evening"), now=NOW)
    shipped = desk.runtime.__dict__["press"]
    with open_press(template_roots(tmp_path), shipped.public_url) as press:
        desk.runtime.__dict__["press"] = press
        yield desk
        desk.runtime.__dict__["press"] = shipped


def test_fields_are_filled_in_the_sections_form_and_stand_in_the_mail(evening: Desk) -> None:
    browser = evening.client()
    form = browser.get("/editions/1?item=s2").text
    for words in (
        "Where they were taken",
        "The story behind",
        "two paragraphs at most",
        "All pictures",
        'name="own-place"',
        'inputmode="url"',
    ):
        assert words in form, words
    assert "own-" not in browser.get("/editions/1?item=s3").text
    save(
        browser,
        "s2",
        evening,
        **{"own-place": "Tolmere <pier>", "own-story": "One.\r\n\r\nTwo.", "own-more": "https://meridian.example/all"},
    )
    assert content(evening).sections[1].fields == (
        ("place", "Tolmere <pier>"),
        ("story", "One.\n\nTwo."),
        ("more", "https://meridian.example/all"),
    )
    assert content(evening).sections[1].heading == "Articles"
    page = browser.get("/editions/1?item=s2").text
    assert 'value="Tolmere &lt;pier&gt;"' in page
    frame = re.search(r'<iframe sandbox="" src="([^"?]+)', page)
    assert frame is not None
    mail = browser.get(frame[1]).text
    assert "Tolmere &lt;pier&gt;</p>" in mail
    assert ">Two.</p>" in mail
    assert "Tolmere" in browser.get("/editions/1/history?before=1&after=2").text


def test_what_is_no_address_is_refused_and_kept_as_typed(evening: Desk) -> None:
    browser = evening.client()
    form = seen(evening) | {"heading": "Articles", "own-more": "all of them", "own-place": "Tolmere"}
    refused = browser.post("/editions/1/items/s2", data=form)
    assert refused.status_code == 422
    assert "is no web address" in refused.text
    assert 'value="all of them"' in refused.text
    assert content(evening).sections[1].fields == ()


def test_a_field_is_emptied_and_strange_ones_change_nothing(evening: Desk) -> None:
    browser = evening.client()
    save(browser, "s2", evening, **{"own-place": "Tolmere"})
    save(browser, "s2", evening, **{"own-place": " "})
    assert content(evening).sections[1].fields == ()
    before = content(evening)
    browser.post("/editions/1/items/s2", data=seen(evening) | {"own-": "x", "own-PLACE": "x", "own-a" * 30: "x"})
    assert content(evening) == before
    too_long = browser.post("/editions/1/items/s2", data=seen(evening) | {"own-story": "x" * 4_001})
    assert too_long.status_code == 422
    assert "at most 4,000 fit" in too_long.text


def test_two_editors_of_different_fields_are_put_together_and_of_one_field_both_are_shown(evening: Desk) -> None:
    browser = evening.client()
    stale = seen(evening)
    save(evening.client(Role.ADMIN), "s2", evening, **{"own-place": "Tolmere"})
    assert browser.post("/editions/1/items/s2", data=stale | {"own-story": "A story."}).status_code == 303
    assert dict(content(evening).sections[1].fields) == {"place": "Tolmere", "story": "A story."}
    clash = browser.post("/editions/1/items/s2", data=stale | {"own-place": "Sabine"})
    assert clash.status_code == 409
    for words in ("Place", "Sabine", "Tolmere", 'name="pick-own-place-0"'):
        assert words in clash.text, words
    picked = {"settle": "picked", "own-place": "Sabine", "pick-own-place-0": "mine"}
    assert browser.post("/editions/1/items/s2", data=seen(evening) | picked).status_code == 303
    assert dict(content(evening).sections[1].fields)["place"] == "Sabine"


def test_the_editions_file_carries_the_fields_and_says_what_is_wrong_with_one() -> None:
    edition = sample_edition()
    fields = (("place", 'Tol"mere\\'), ("story", "One.\n\nTwo."))
    edition = replace(edition, sections=(edition.sections[0], replace(edition.sections[1], fields=fields), edition.sections[2]))
    written = write_sheet(edition, Origin(edition_id=1, revision=1, sha256="a" * 64))
    assert read_sheet(written, "edition.toml").edition == edition
    with pytest.raises(InputError, match="'Place' is a name of small letters and a text"):
        read_sheet(written.replace("fields.place", "fields.Place"), "edition.toml")


def test_a_field_that_both_changed_alike_is_no_clash_and_otherwise_it_is_named() -> None:
    base = sample_edition()

    def with_place(place: str) -> Edition:
        return replace(base, sections=(base.sections[0], replace(base.sections[1], fields=(("place", place),)), base.sections[2]))

    one = with_place("Tolmere")
    assert merge(base, one, one).clashes == ()
    merged = merge(base, one, with_place("Sabine"))
    assert [(clash.place, clash.name, clash.mine, clash.theirs) for clash in merged.clashes] == [("s2", "place", "Tolmere", "Sabine")]
