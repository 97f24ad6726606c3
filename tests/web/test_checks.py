"""Findings at the desk: in groups, each leading to its place, mended by a button, answered for with a reason that is kept."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from digest.flows import correcting
from digest.flows.correcting import Correction
from digest.model.account import Role
from digest.model.edition import Article, Edition, EditionState, Finding, Override, Severity
from digest.model.newsletter import StyleRule
from digest.model.page import Image
from digest.store import editions, link_checks, newsletters
from digest.web.findings import summary
from tests.web.newsroom import NEWSLETTER, Desk
from tests.web.test_newsletters import fields

REASON = "The picture is an ornament"


def corrected(desk: Desk, move: correcting.Move) -> int:
    with desk.database.reading() as session:
        record = editions.get(session, 1)
    correction = Correction(edition_id=1, revision=record.revision, state=EditionState.DRAFT, who="Nadia Brandt", at=desk.now, why="test")
    return correcting.correct(desk.database, correction, move).revision


def with_lead(edition: Edition, **changed: object) -> Edition:
    lead = edition.sections[0].items[0]
    assert isinstance(lead, Article)
    first = replace(edition.sections[0], items=(replace(lead, **changed),))  # type: ignore[arg-type]  # fields of Article
    return replace(edition, sections=(first, *edition.sections[1:]))


def without_alt(desk: Desk) -> int:
    return corrected(desk, lambda edition: with_lead(edition, image=Image(url=f"{desk.url}/i.png", credit="AFP")))


def forms(page: str, act: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each form that posts to findings/ACT."""
    for form in re.findall(rf'<form method="post" action="/editions/1/findings/{act}">(.*?)</form>', page, re.DOTALL):
        yield {name: html.unescape(value) for name, value in re.findall(r'name="([a-z]+)" value="([^"]*)"', form)}


def press(browser: httpx.Client, act: str, typed: dict[str, str], **more: str) -> httpx.Response:
    return browser.post(f"/editions/1/findings/{act}", data=typed | more)


def test_a_finding_that_blocks_is_answered_for_and_the_reason_stands_on_the_page(desk: Desk) -> None:
    without_alt(desk)
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert "Locked: one finding blocks approval." in page
    (typed,) = forms(page, "override")
    assert press(browser, "override", typed, why=REASON).status_code == 303
    page = browser.get("/editions/1").text
    assert "Locked:" not in page
    assert f"“{REASON}”" in page
    assert "<b>Nadia Brandt</b> answered for it, 14:32" in page
    assert "overrode missing_alt" in page
    (typed,) = forms(page, "back")
    assert press(browser, "back", typed).status_code == 303
    assert "Locked: one finding blocks approval." in browser.get("/editions/1").text


@pytest.mark.parametrize("why", ["", "too short", "x" * 600])
def test_a_reason_that_will_not_do_is_said_in_the_form_with_the_words_in_it(why: str, desk: Desk) -> None:
    without_alt(desk)
    browser = desk.client()
    (typed,) = forms(browser.get("/editions/1").text, "override")
    answer = press(browser, "override", typed, why=why)
    assert answer.status_code == 422
    assert "A reason has 10 to 500 characters" in answer.text
    assert f">{why}</textarea>" in answer.text
    assert "Locked: one finding blocks approval." in answer.text


def test_an_override_of_what_somebody_changed_meanwhile_is_refused(desk: Desk) -> None:
    without_alt(desk)
    browser = desk.client()
    (typed,) = forms(browser.get("/editions/1").text, "override")
    corrected(desk, lambda edition: replace(edition, preheader="Another sentence"))
    answer = press(browser, "override", typed, why=REASON)
    assert answer.status_code == 422
    assert "is at revision 3 now, not 2" in answer.text
    corrected(desk, lambda edition: with_lead(edition, image=None))
    answer = press(browser, "override", typed, why=REASON)
    assert answer.status_code == 409
    assert "no finding missing_alt there any more" in answer.text


def test_a_missing_address_of_the_sender_can_be_answered_for_by_nobody(desk: Desk) -> None:
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, postal_address=" "), now=desk.now)
    browser = desk.client()
    assert list(forms(browser.get("/editions/1").text, "override")) == []
    seen = {"revision": "1", "state": "draft", "code": "no_postal_address", "place": "", "about": "", "why": REASON}
    answer = press(browser, "override", seen)
    assert answer.status_code == 422
    assert "the law asks for it" in answer.text


def test_a_viewer_sees_the_reason_and_no_button(desk: Desk) -> None:
    without_alt(desk)
    editor, viewer = desk.client(), desk.client(Role.VIEWER)
    (typed,) = forms(editor.get("/editions/1").text, "override")
    assert press(viewer, "override", typed, why=REASON).status_code == 403
    press(editor, "override", typed, why=REASON)
    page = viewer.get("/editions/1").text
    assert REASON in page
    assert "findings/" not in page
    assert press(viewer, "back", typed).status_code == 403


def test_a_name_in_two_spellings_is_mended_everywhere_by_one_button_and_undone(desk: Desk) -> None:
    corrected(desk, lambda edition: with_lead(replace(edition, preheader="Marta Kowalczyk said no."), dek="It was Marta Kowalcyzk."))
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert 'href="/editions/1?item=' in page
    typed = next(one for one in forms(page, "mend") if one["put"] == "Kowalczyk")
    assert press(browser, "mend", typed).status_code == 303
    page = browser.get("/editions/1").text
    assert "Kowalcyzk" not in page
    with desk.database.reading() as session:
        lead = editions.content(session, 1, 3).sections[0].items[0]
    assert isinstance(lead, Article)
    assert lead.dek == "It was Marta Kowalczyk."
    assert "wrote Kowalczyk for Kowalcyzk" in browser.get("/editions/1/history").text
    assert press(browser, "mend", typed).status_code == 409


def test_a_button_that_would_do_something_else_by_now_is_refused(desk: Desk) -> None:
    corrected(desk, lambda edition: with_lead(replace(edition, preheader="Marta Kowalczyk said no."), dek="It was Marta Kowalcyzk."))
    browser = desk.client()
    typed = next(forms(browser.get("/editions/1").text, "mend"))
    answer = press(browser, "mend", typed, put="<script>")
    assert answer.status_code == 409
    assert "<script>" not in answer.text.replace("<script src", "")


def test_house_style_is_typed_a_rule_a_line_found_and_mended(desk: Desk) -> None:
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, style=(StyleRule(wrong="tankers", right="tank ships"),)), now=desk.now)
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert "which the house writes “tank ships”." in page
    typed = next(one for one in forms(page, "mend") if one["code"] == "house_style")
    assert press(browser, "mend", typed).status_code == 303
    assert "which the house writes" not in browser.get("/editions/1").text


def test_links_are_asked_by_a_worker_because_somebody_pressed(desk: Desk) -> None:
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert "links have not been asked yet." in page
    assert browser.post("/editions/1/links/check").status_code == 303
    with desk.database.reading() as session:
        assert link_checks.due(session, now=desk.now, rested=desk.now.replace(year=2000)) == (1,)
    page = browser.get("/editions/1").text
    assert "links are being asked" in page
    assert "/links/check" not in page


def test_many_findings_are_folded_and_none_is_lost(desk: Desk) -> None:
    def many(edition: Edition) -> Edition:
        item = edition.sections[1].items[0]
        assert isinstance(item, Article)
        items = tuple(
            replace(item, id=f"m{at}", url=f"https://meridian.example/m{at}", headline=f"TKTK {at}", dek=None) for at in range(200)
        )
        return replace(edition, sections=(edition.sections[0], replace(edition.sections[1], items=items), *edition.sections[2:]))

    corrected(desk, many)
    page = desk.client().get("/editions/1", timeout=120).text
    assert page.count("holds placeholder text") == 200
    assert re.search(r'<details class="folded"><summary>\d+ more</summary>', page)
    opened = page.split('<details class="folded">')[0]
    assert opened.count("holds placeholder text") <= 8


def test_an_edition_without_findings_says_so_and_what_passed(desk: Desk) -> None:
    page = desk.client().get("/editions/1").text
    if "Deserves" not in page and '<ul class="findings' not in page:
        assert "Nothing to mend." in page
    passed = re.search(r"Passed: ([^<]*)", page)
    assert passed is not None
    assert {"subject", "names", "contrast", "size", "unsubscribe link"} <= set(passed[1].split(", "))
    assert "links" not in passed[1].split(", ")


def test_the_weight_of_each_block_is_shown_and_adds_up(desk: Desk) -> None:
    page = desk.client().get("/editions/1").text
    listed = re.search(r'<details class="weights".*?</details>', page, re.DOTALL)
    assert listed is not None
    parts = [float(size) for size in re.findall(r"([\d.]+) KB", listed[0])]
    whole = re.search(r"<b>([\d.]+) KB</b>", page)
    assert whole is not None
    assert len(parts) >= 5
    assert abs(sum(parts) - float(whole[1])) < 0.05 * len(parts) + 0.1


def test_an_admin_types_the_house_style_and_a_line_that_is_none_is_said_with_the_words_kept(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    typed = fields(browser.get("/newsletters/weekly").text)
    lines = "tankers → tank ships | ask\nadmirals -> officers | not in quotes"
    assert browser.post("/newsletters/weekly", data=typed | {"style": lines}).status_code == 303
    with desk.database.reading() as session:
        kept = newsletters.get(session, "weekly").style
    assert kept == (
        StyleRule(wrong="tankers", right="tank ships", note="ask"),
        StyleRule(wrong="admirals", right="officers", outside_quotes=True),
    )
    page = browser.get("/newsletters/weekly").text
    assert "tankers → tank ships | ask\nadmirals → officers | not in quotes</textarea>" in page
    answer = browser.post("/newsletters/weekly", data=fields(page) | {"style": "tankers tank ships"})
    assert answer.status_code == 422
    assert "Line 1 of the house style has no arrow" in answer.text
    assert "tankers tank ships</textarea>" in answer.text


@pytest.mark.parametrize(
    "typed", ["utm_source={reader}", "utm_source={address}&x=1", "source=a", "utm_source=a b", "javascript:1", "utm_source=" + "x" * 400]
)
def test_a_campaign_that_could_name_a_reader_or_is_none_is_refused_with_the_words_kept(typed: str, desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    answer = browser.post("/newsletters/weekly", data=fields(browser.get("/newsletters/weekly").text) | {"tracking": typed})
    assert answer.status_code == 422
    assert "Written as utm_source=newsletter" in answer.text
    assert html.escape(typed) in answer.text


def test_a_campaign_stands_on_the_outlets_own_links_and_in_the_weight(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    before = desk.sha256()
    campaign = "utm_source=weekly&utm_campaign={number}"
    answer = browser.post("/newsletters/weekly", data=fields(browser.get("/newsletters/weekly").text) | {"tracking": campaign})
    assert answer.status_code == 303
    assert desk.sha256() != before
    assert "meridian.example/strait?utm_source=weekly&amp;utm_campaign=214" in browser.get(f"/editions/1/mail/{desk.sha256()}").text


def test_the_head_of_the_findings_counts_them_in_words_that_read(desk: Desk) -> None:
    one = {severity: Finding(code=severity.value, severity=severity, message="m", remedy="r") for severity in Severity}
    answered = replace(one[Severity.BLOCK], override=Override(who="Nadia", at=desk.now, why="It is meant so."))
    found = (one[Severity.BLOCK], one[Severity.WARN], one[Severity.WARN], one[Severity.NOTE], answered)
    assert summary(found) == "1 blocking, 2 to look at, 1 noted, 1 answered for"
    assert (summary(found[1:2]), summary(())) == ("1 to look at", "")
