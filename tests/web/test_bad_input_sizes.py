"""Bad input, endless: a paste of megabytes is refused where it happened, and what was pasted comes back with the refusal."""

import re
import time
from html import unescape

import pytest
from playwright.sync_api import Browser, expect

from digest.model.account import Role
from tests.web.at import At
from tests.web.corrected import save, seen
from tests.web.newsroom import Desk

FIVE_MEGABYTES = 5_000_000
PROSE = "Six carriers cleared the corridor on Monday night; nobody said why. "


@pytest.mark.parametrize("letters", ["x", "ж", PROSE], ids=["latin", "cyrillic", "prose"])
def test_a_paste_of_five_megabytes_comes_back_with_its_length_and_its_limit(desk: Desk, letters: str) -> None:
    pasted = (letters * (FIVE_MEGABYTES // len(letters.encode()) + 1))[: FIVE_MEGABYTES // len(letters[:1].encode())]
    started = time.monotonic()
    answer = save(desk.client(), "b1", desk, text=pasted)
    assert time.monotonic() - started < 50
    assert answer.status_code == 413
    assert f"“Text” has {len(pasted):,} characters; at most 100,000 fit." in answer.text
    assert pasted[:-1] in unescape(answer.text)
    assert 'action="/editions/1/items/b1"' in answer.text
    assert seen(desk)["revision"] == "1"


@pytest.mark.parametrize(
    ("place", "field", "said"),
    [
        ("b1", "text", "The text has 150,000 characters; at most 100,000 fit"),
        ("b1", "sources", "The sources has 150,000 characters; at most 20,000 fit"),
        ("a1", "body", "The body has 150,000 characters; at most 100,000 fit"),
        ("a1", "byline", "The byline has 150,000 characters; at most 5,000 fit"),
        ("a1", "headline", "The headline has 150,000 characters; at most 1,000 fit"),
        ("s3", "heading", "The heading has 150,000 characters; at most 1,000 fit"),
        ("intro", "text", "The text has 150,000 characters; at most 100,000 fit"),
    ],
)
def test_what_is_longer_than_its_field_is_refused_in_its_form(desk: Desk, place: str, field: str, said: str) -> None:
    answer = save(desk.client(), place, desk, **{field: "y" * 150_000})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="item-form"' in answer.text
    assert "y" * 150_000 in answer.text
    assert seen(desk)["revision"] == "1"


def test_the_longest_text_that_fits_is_saved_in_any_script(desk: Desk) -> None:
    for letter in ("x", "ж", "字"):
        # Nine bytes a letter, as a browser sends the last of them.
        assert save(desk.client(), "b1", desk, text=letter * 90_000).status_code == 303


def test_a_passage_of_many_briefs_fits_and_a_longer_one_comes_back(desk: Desk) -> None:
    browser = desk.client()
    passage = "\n\n".join(f"**Brief {number}.** {PROSE * 20}" for number in range(40))
    assert len(passage) > 50_000
    add = {"kind": "passage", "section": "s3"}
    assert browser.post("/editions/1/add", data=seen(desk) | add | {"text": passage}).status_code == 303
    many = "\n\n".join(f"Brief {number}." for number in range(41))
    refused = browser.post("/editions/1/add", data=seen(desk) | add | {"text": many})
    assert refused.status_code == 422
    assert "holds 41 briefs; at most 40 fit at once" in refused.text
    assert "Brief 40." in refused.text
    endless = browser.post("/editions/1/add", data=seen(desk) | add | {"text": PROSE * 80_000})
    assert endless.status_code == 413
    assert PROSE * 1000 in unescape(endless.text)


@pytest.mark.parametrize(("path", "field"), [("/editions/1/approve", "why"), ("/editions/1/test", "to"), ("/editions/1/cancel", "why")])
def test_other_forms_of_an_edition_give_back_what_is_too_long(desk: Desk, path: str, field: str) -> None:
    answer = desk.client().post(path, data=seen(desk) | {"sha256": "x", field: PROSE * 2000})
    assert answer.status_code == 413
    assert "at most 64 KB fit" in answer.text
    assert PROSE * 2000 in unescape(answer.text)
    assert desk.state() == "draft"


@pytest.mark.parametrize("path", ["/sign-in", "/subscribe/weekly", "/account/password", "/p/token"])
def test_a_form_with_a_secret_or_a_strangers_is_refused_without_giving_it_back(desk: Desk, path: str) -> None:
    answer = desk.client().post(path, data={"password": "s3cret" * 20_000})
    assert answer.status_code == 413
    assert "Nothing was saved." in answer.text
    assert "s3crets3cret" not in answer.text


def test_nobody_without_a_session_gets_megabytes_back(desk: Desk) -> None:
    answer = desk.client(None).post("/editions/1/items/b1", data={"text": "x" * FIVE_MEGABYTES})
    assert answer.status_code == 413
    assert len(answer.content) < 10_000


def test_without_scripts_a_pasted_five_megabytes_stands_in_the_page_that_refuses_it(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium, scripts=False)
    page = at.open("/editions/1?item=b2")
    page.get_by_label("Text", exact=True).fill(PROSE * (FIVE_MEGABYTES // len(PROSE)), timeout=60_000)
    page.get_by_role("button", name="Save").click(timeout=120_000)
    expect(page.get_by_role("heading", name="That is longer than fits")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="Try again")).to_be_visible(timeout=60_000)
    text = page.get_by_label(re.compile("^Text"))
    assert len(text.input_value()) >= len(PROSE) * (FIVE_MEGABYTES // len(PROSE)) - 1
    text.fill("It was cut again.")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value("It was cut again.")
    at.close(but="status of 413")


def test_with_scripts_the_refusal_stands_at_the_form_and_the_paste_stays_in_it(desk: Desk, chromium: Browser) -> None:
    at = At(desk, chromium)
    page = at.open("/editions/1?item=b2")
    text = page.get_by_label("Text", exact=True)
    text.fill(PROSE * (FIVE_MEGABYTES // len(PROSE)), timeout=60_000)
    expect(page.get_by_role("alert")).to_contain_text("at most 100,000 fit", timeout=60_000)
    assert len(text.input_value()) > FIVE_MEGABYTES - 100
    text.fill("It was cut again.")
    expect(page.locator("#saved")).to_contain_text("revision 2", timeout=60_000)
    expect(page.get_by_role("alert")).to_have_count(0)
    at.close(but="status of 4")


def test_a_viewers_or_signed_out_persons_words_come_back_too(desk: Desk) -> None:
    words = {"lead": "Grain <waits>."}
    viewer = desk.client(Role.VIEWER).post("/editions/1/items/b1", data=seen(desk) | words)
    assert viewer.status_code == 403
    nobody = desk.client(None).post("/editions/1/items/b1", data=seen(desk) | words)
    assert nobody.status_code == 401
    assert "You were signed out" in nobody.text
    for answer in (viewer, nobody):
        assert "Grain &lt;waits&gt;." in answer.text
        assert "What you typed stands below." in answer.text
    assert seen(desk)["revision"] == "1"
