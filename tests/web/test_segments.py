"""Readers' choices of sections on screen: in the plan, in preferences, in the preview, in tests and in the browser's view."""

import gzip
import re
from dataclasses import replace

import pytest

from digest.model.account import Role
from digest.store import editions, newsletters, subscribers
from tests.web.newsroom import NEWSLETTER, NOW, Desk
from tests.web.test_newsletters import fields

CHOOSING = replace(NEWSLETTER, plan=tuple(replace(one, optional=one.key in {"articles", "briefs"}) for one in NEWSLETTER.plan))
BRIEF = "Grain ships leave two days early."
ARTICLE = "A railway across the Caspian"


@pytest.fixture
def choosing(desk: Desk) -> Desk:
    """The desk, whose newsletter lets readers leave articles and briefs out."""
    with desk.database.writing() as session:
        newsletters.keep(session, CHOOSING, now=NOW)
    return desk


def left_out(desk: Desk, subscriber_id: int = 1) -> frozenset[str]:
    with desk.database.reading() as session:
        found = subscribers.subscription(session, subscriber_id, "weekly")
        assert found is not None
        return found.left_out


def test_a_reader_turns_sections_off_and_on_and_sees_their_own_mail_in_the_browser(choosing: Desk) -> None:
    links = choosing.links(choosing.release())
    reader = choosing.client(None)
    page = reader.get(links["preferences_url"]).text
    assert page.count('name="section"') == page.count('name="asked"') == 2
    assert page.count('name="section" value="weekly/briefs" checked') == 1
    wanted = {"act": "save", "get": ["weekly"], "asked": ["weekly/articles", "weekly/briefs"], "section": ["weekly/articles"]}
    saved = reader.post(links["preferences_url"], data=wanted).text
    assert "Saved." in saved
    assert 'value="weekly/briefs">' in saved
    assert 'value="weekly/articles" checked' in saved
    assert left_out(choosing) == {"briefs"}
    assert left_out(choosing, 2) == frozenset()
    mail = reader.get(links["browser_url"]).text
    assert ARTICLE in mail
    assert BRIEF not in mail
    other = reader.get(choosing.links(1, 2)["browser_url"]).text
    assert BRIEF in other
    assert BRIEF in reader.get("/archive/weekly/214").text
    reader.post(links["preferences_url"], data=wanted | {"section": ["weekly/articles", "weekly/briefs"]})
    assert left_out(choosing) == frozenset()
    assert BRIEF in reader.get(links["browser_url"]).text


def test_a_form_that_asks_of_no_section_leaves_each_as_it_is(choosing: Desk) -> None:
    address = choosing.links(choosing.release())["preferences_url"]
    reader = choosing.client(None)
    reader.post(address, data={"act": "save", "get": ["weekly"], "asked": ["weekly/briefs"]})
    assert left_out(choosing) == {"briefs"}
    reader.post(address, data={"act": "save", "get": ["weekly"], "name": "Julie"})
    reader.post(address, data={"act": "leave", "asked": ["weekly/articles"]})
    reader.post(address, data={"act": "undo", "get": ["weekly"]})
    assert left_out(choosing) == {"briefs"}
    strange = ["weekly/lead", "weekly/none", "trade/briefs", "weekly", "/", "weekly/b\x00"]
    assert reader.post(address, data={"act": "save", "get": ["weekly"], "asked": strange}).status_code == 200
    assert left_out(choosing) == {"briefs"}


def test_preferences_of_many_newsletters_and_sections_stay_small(choosing: Desk) -> None:
    address = choosing.links(choosing.release())["preferences_url"]
    with choosing.database.writing() as session:
        for number in range(12):
            plan = (
                NEWSLETTER.plan[0],
                *(replace(CHOOSING.plan[1], key=f"part-{place}", heading=f"Part {place} of number {number}") for place in range(6)),
            )
            newsletters.keep(session, replace(NEWSLETTER, id=f"letter-{number}", name=f"Letter {number}", plan=plan), now=NOW)
            subscribers.confirm(session, [1], f"letter-{number}", now=NOW)
    page = choosing.client(None).get(address)
    assert page.text.count('name="section"') == 74
    assert len(gzip.compress(page.content)) < 20_000
    assert "<script" not in page.text


def test_the_plans_form_offers_the_choice_and_refuses_it_for_the_lead_and_for_all(choosing: Desk) -> None:
    browser = choosing.client(Role.ADMIN)
    page = browser.get("/newsletters/weekly/plan").text
    assert page.count("Readers may leave it out") == 4
    form = fields(page)
    assert [name for name in form if name.startswith("optional")] == ["optional-1", "optional-2"]
    del form["optional-2"]
    assert browser.post("/newsletters/weekly/plan", data=form | {"do": "save"}).status_code == 303
    with choosing.database.reading() as session:
        kept = newsletters.get(session, "weekly")
    assert [one.key for one in kept.optional] == ["articles"]
    assert kept.plan == tuple(replace(one, optional=one.key == "articles") for one in NEWSLETTER.plan)
    again = fields(browser.get("/newsletters/weekly/plan").text) | {"do": "save"}
    refused = browser.post("/newsletters/weekly/plan", data=again | {"optional-0": "yes"})
    assert refused.status_code == 422
    assert "it cannot be optional" in refused.text
    everything = {key: value for key, value in again.items() if not key.endswith("-0")}
    moved = {re.sub(r"\d+$", lambda number: str(int(number[0]) - 1), key): value for key, value in everything.items()}
    refused = browser.post("/newsletters/weekly/plan", data=moved | {f"optional-{place}": "yes" for place in range(3)})
    assert refused.status_code == 422
    assert "One section at least must stay" in refused.text


def test_the_preview_shows_the_mail_without_a_section(choosing: Desk) -> None:
    browser = choosing.client()
    page = browser.get("/editions/1?view=phone").text
    assert 'href="?view=phone&amp;off=briefs#preview"' in page
    without = browser.get("/editions/1?view=phone&off=briefs&off=weather").text
    assert 'href="?view=phone&amp;off=articles&amp;off=briefs#preview"' in without
    assert 'href="?view=phone#preview"' in without
    frame = re.search(r'<iframe sandbox="" src="([^"]+)"', without)
    assert frame is not None
    assert frame[1].endswith("?off=briefs")
    mail = browser.get(frame[1]).text
    assert ARTICLE in mail
    assert BRIEF not in mail
    text = browser.get("/editions/1?view=text&off=articles").text
    assert BRIEF in text
    assert f"{ARTICLE}, and who signs [" not in text


def test_a_section_that_is_not_optional_is_not_offered_in_the_preview(desk: Desk) -> None:
    browser = desk.client()
    assert "Readers may leave out" not in browser.get("/editions/1").text
    assert BRIEF in browser.get(f"/editions/1/mail/{desk.sha256()}?off=briefs").text


def test_the_archive_and_the_frozen_mail_stay_when_the_plan_changes(choosing: Desk) -> None:
    links = choosing.links(choosing.release())
    reader = choosing.client(None)
    reader.post(links["preferences_url"], data={"act": "save", "get": ["weekly"], "asked": ["weekly/briefs"]})
    with choosing.database.writing() as session:
        newsletters.keep(session, NEWSLETTER, now=NOW)
    assert BRIEF not in reader.get(links["browser_url"]).text
    assert 'name="section"' not in reader.get(links["preferences_url"]).text
    with choosing.database.reading() as session:
        assert editions.get(session, 1).approved_sha256 is not None
