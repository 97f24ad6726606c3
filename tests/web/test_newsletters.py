"""Newsletters, their plan and their slots on screen: bad input is said where it is typed, stale pages lose nothing."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from digest.model.account import Role
from digest.model.newsletter import Newsletter
from digest.store import newsletters
from tests.web.newsroom import NEWSLETTER, SLOT, Desk


def fields(page: str) -> dict[str, str]:
    """Read the form of a page as a browser would send it."""
    found = {
        name: value
        for before, name, value, after in re.findall(r'<input([^>]*?) name="([^"]+)"[^>]*? value="([^"]*)"([^>]*)>', page)
        if "sources-" not in name and ("checkbox" not in before or " checked" in after)
    }
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        assert chosen is not None
        found[name] = chosen[1] or chosen[2]
    return found


def kept(desk: Desk, newsletter_id: str = "weekly") -> Newsletter:
    with desk.database.reading() as session:
        return newsletters.get(session, newsletter_id)


def test_saving_what_stands_there_changes_nothing(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    before = kept(desk)
    answer = browser.post("/newsletters/weekly", data=fields(browser.get("/newsletters/weekly").text))
    assert answer.status_code == 303, answer.text
    assert kept(desk) == before
    plan = browser.get("/newsletters/weekly/plan").text
    assert browser.post("/newsletters/weekly/plan", data=fields(plan) | {"do": "save"}).status_code == 303
    assert kept(desk) == before


def test_who_a_newsletter_is_from_and_when_it_goes_out_is_saved(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    page = browser.get("/newsletters/weekly").text
    assert "3 confirmed readers" in page
    form = fields(page) | {"name": "Meridian <Weekly>", "at": "2:30", "weekday": "6", "grace": "2,5", "reply_to": "desk@meridian.example"}
    for _ in range(2):
        assert browser.post("/newsletters/weekly", data=form).status_code == 303
    newsletter = kept(desk)
    assert (newsletter.name, newsletter.slot.weekday, newsletter.grace) == ("Meridian <Weekly>", 6, timedelta(hours=2.5))
    page = browser.get("/newsletters/weekly?saved=true").text
    assert "On Sunday 28 March the clocks go forward over 02:30" in page
    assert "goes out at 03:00" in page
    assert "Meridian &lt;Weekly&gt;" in page


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("zone", "Europe/Atlantis", "There is no time zone"),
        ("zone", "../etc/passwd", "There is no time zone"),
        ("at", "25:00", "A time of day"),
        ("weekday", "9", "A day from Monday"),
        ("from_address", "nobody", "is no email address"),
        ("from_address", "", "Without one nothing can be sent."),
        ("name", " \x00\u202e ", "need a name"),
        ("name", "x" * 5000, "At most 120 characters"),
        ("subject", "{headline.__class__}", "may stand in braces"),
        ("subject", "{{7*7}} {nope}", "may stand in braces"),
        ("language", "english please", "A language tag"),
        ("theme", "../../etc", "no such theme"),
        ("grace", "a while", "Hours from 0 to 72."),
        ("lead_time", "nan", "Hours from 1 to 167."),
        ("list_domain", "not a domain", "A domain such as"),
        ("postal_address", "", "16 CFR 316.5"),
    ],
)
def test_a_bad_field_is_said_beneath_it_and_nothing_is_saved(desk: Desk, name: str, value: str, said: str) -> None:
    browser = desk.client(Role.ADMIN)
    form = fields(browser.get("/newsletters/weekly").text) | {"name": "Another name"} | {name: value}
    answer = browser.post("/newsletters/weekly", data=form)
    assert answer.status_code == 422
    assert "Nothing was saved: 1 field needs another word." in answer.text
    assert said in answer.text
    if name != "name":
        assert 'value="Another name"' in answer.text
    assert kept(desk) == NEWSLETTER


def test_a_stale_form_keeps_what_was_typed_shows_what_stands_and_saves_on_a_second_word(desk: Desk) -> None:
    one, other = desk.client(Role.ADMIN), desk.client(Role.ADMIN)
    form = fields(one.get("/newsletters/weekly").text)
    assert other.post("/newsletters/weekly", data=form | {"name": "Theirs"}).status_code == 303
    stale = one.post("/newsletters/weekly", data=form | {"name": "Mine"})
    assert stale.status_code == 409
    assert "Somebody else changed it meanwhile." in stale.text
    assert 'name: <span class="serif">Theirs</span>' in stale.text
    assert 'value="Mine"' in stale.text
    assert kept(desk).name == "Theirs"
    assert one.post("/newsletters/weekly", data=fields(stale.text)).status_code == 303
    assert kept(desk).name == "Mine"


def test_a_newsletter_is_added_by_an_admin_and_leads_to_its_slots(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    form = fields(browser.get("/newsletters").text) | {"id": "trade-note", "name": "Trade Note", "from_name": "The Meridian Review"}
    form |= {"from_address": "trade@meridian.example", "postal_address": "14 Rue du Marais", "zone": "Europe/Brussels"}
    bad = browser.post("/newsletters", data=form | {"id": "Trade Note"})
    assert bad.status_code == 422
    assert "Small letters, digits and hyphens only" in bad.text
    for _ in range(2):
        assert browser.post("/newsletters", data=form).headers["location"] == "/newsletters/trade-note/slots"
    assert browser.post("/newsletters", data=form | {"name": "Other"}).status_code == 409
    assert [section.key for section in kept(desk, "trade-note").plan] == ["lead", "articles", "briefs", "briefing"]
    assert desk.client().get("/newsletters/trade-note/slots").status_code == 200


def plan_form(browser: httpx.Client) -> dict[str, str]:
    return fields(browser.get("/newsletters/weekly/plan").text)


def test_sections_are_moved_added_and_removed_and_saved_as_a_whole(desk: Desk) -> None:
    browser = desk.client()
    moved = browser.post("/newsletters/weekly/plan", data=plan_form(browser) | {"heading-0": "Typed before", "do": "down-0"})
    assert moved.status_code == 200
    assert "Not saved yet." in moved.text
    form = fields(moved.text)
    assert (form["key-0"], form["key-1"], form["heading-1"]) == ("articles", "lead", "Typed before")
    assert re.search(r'value="down-1" autofocus', moved.text)
    added = browser.post("/newsletters/weekly/plan", data=form | {"do": "add"}).text
    form = fields(added) | {"heading-4": "Podium", "categories-4": "Politics, Parliament, Politics", "minimum-4": "2", "thin-4": "hold"}
    removed = browser.post("/newsletters/weekly/plan", data=form | {"do": "remove-3"}).text
    assert kept(desk) == NEWSLETTER
    assert browser.post("/newsletters/weekly/plan", data=fields(removed) | {"do": "save"}).status_code == 303
    plan = kept(desk).plan
    assert [section.key for section in plan] == ["articles", "lead", "briefs", "section-1"]
    assert plan[3].categories == ("Politics", "Parliament")
    assert (plan[3].minimum, plan[3].thin.value, plan[3].heading) == (2, "hold", "Podium")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key-1": "lead"}, "Another section above has this name."),
        ({"key-1": "Ä/.."}, "Small letters, digits and hyphens only."),
        ({"minimum-1": "many"}, "A whole number from 0 to 999."),
        ({"minimum-1": "²"}, "A whole number from 0 to 999."),
        ({"minimum-1": "9", "maximum-1": "3"}, "Fewer than the minimum."),
        ({"minimum-1": "0", "maximum-1": "0"}, "At least 1"),
        ({"heading-1": "x" * 300}, "At most 120 characters."),
        ({"kind-1": "else"}, "The form was not complete"),
    ],
)
def test_a_bad_section_is_said_beneath_its_field(desk: Desk, change: dict[str, str], said: str) -> None:
    browser = desk.client()
    answer = browser.post("/newsletters/weekly/plan", data=plan_form(browser) | change | {"do": "save", "heading-0": "Kept"})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Kept"' in answer.text
    assert kept(desk) == NEWSLETTER


def test_a_stale_plan_keeps_what_was_typed(desk: Desk) -> None:
    browser = desk.client()
    form = plan_form(browser) | {"do": "save"}
    assert browser.post("/newsletters/weekly/plan", data=form | {"heading-0": "Theirs"}).status_code == 303
    stale = browser.post("/newsletters/weekly/plan", data=form | {"heading-0": "Mine"})
    assert stale.status_code == 409
    assert "lead “Theirs”" in stale.text
    assert browser.post("/newsletters/weekly/plan", data=fields(stale.text) | {"do": "save"}).status_code == 303
    assert kept(desk).plan[0].heading == "Mine"


def test_a_slot_is_skipped_moved_and_brought_back(desk: Desk) -> None:
    browser = desk.client()
    page = browser.get("/newsletters/weekly/slots").text
    assert page.count("Not laid out yet") == 5
    slot = {"slot": SLOT.isoformat(), "was": SLOT.isoformat()}
    for _ in range(2):
        assert browser.post("/newsletters/weekly/slots/skip", data=slot).status_code == 303
    assert desk.state() == "skipped"
    assert "Skipped by Nadia Brandt" in browser.get("/newsletters/weekly/slots").text
    stale = browser.post("/newsletters/weekly/slots/move", data=slot | {"day": "2020-11-28", "at": "09:00"})
    assert stale.status_code == 409
    assert "Nadia Brandt changed it meanwhile" in stale.text
    assert browser.post("/newsletters/weekly/slots/back", data=slot | {"was": ""}).status_code == 303
    assert desk.state() == "draft"
    past = browser.post("/newsletters/weekly/slots/move", data=slot | {"day": "2020-11-20", "at": "07:00"})
    assert past.status_code == 422
    assert "That time is past" in past.text
    assert 'value="2020-11-20"' in past.text
    unread = browser.post("/newsletters/weekly/slots/move", data=slot | {"day": "soon", "at": "7"})
    assert "“soon 7” is no date and time." in unread.text
    assert browser.post("/newsletters/weekly/slots/move", data=slot | {"day": "2020-11-27", "at": "18:30"}).status_code == 303
    page = browser.get("/newsletters/weekly/slots").text
    assert "Friday 27 November, 18:30" in page
    assert "Moved from Sat 28 Nov, 07:00 by Nadia Brandt" in page
    gone = browser.post("/newsletters/weekly/slots/skip", data={"slot": "2020-11-28T05:00:00Z", "was": ""})
    assert gone.status_code == 409
    assert browser.post("/newsletters/weekly/slots/skip", data={"slot": "2020-11-28T05:00:00", "was": "x"}).status_code == 422
    acts = browser.get("/acts", params={"about": "newsletters"}).text
    assert "moved the slot of Sat 28 Nov, 07:00 of the newsletter weekly to Fri 27 Nov, 18:30" in acts


def test_a_time_that_the_clocks_skip_is_refused_for_a_moved_slot(desk: Desk) -> None:
    desk.now = SLOT.replace(year=2027, month=3, day=24)
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, id="other"), now=desk.now)
    slot = SLOT.replace(year=2027, month=4, day=3, hour=5).isoformat()
    answer = desk.client().post("/newsletters/other/slots/move", data={"slot": slot, "was": slot, "day": "2027-03-28", "at": "02:30"})
    assert answer.status_code == 422
    assert "02:30 does not exist on that day in Europe/Brussels" in answer.text


def test_who_may_look_sees_no_button(desk: Desk) -> None:
    viewer = desk.client(Role.VIEWER)
    for path in ("/newsletters", "/newsletters/weekly", "/newsletters/weekly/plan", "/newsletters/weekly/slots", "/sources"):
        page = viewer.get(path)
        assert page.status_code == 200
        assert "strong" not in page.text.replace("</strong", "")
    assert viewer.get("/newsletters/none/plan").status_code == 404
