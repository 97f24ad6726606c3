"""The desk: what the pages say, and acts that are bound to what was seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.flows import previewing, sending
from digest.model.account import Role
from digest.model.source import Source
from digest.model.subscriber import SubscriptionState
from digest.store import acts, editions, newsletters, sources, subscribers
from tests.web.newsroom import NEWSLETTER, NOW, SLOT, Desk, sample_edition


def test_home_names_the_next_edition_its_time_zone_and_what_it_waits_for(desk: Desk) -> None:
    page = desk.client().get("/").text
    assert "Next edition, No. 214" in page
    assert "The strait reopens, on terms nobody has read" in page
    assert "Saturday 28 November, 07:00" in page
    assert "Europe/Brussels" in page
    assert "Waiting for you." in page
    assert page.count("strong") == 1
    assert "Waiting for an editor." in desk.client(Role.VIEWER).get("/").text


def test_a_desk_without_newsletter_or_edition_says_what_will_appear(desk: Desk) -> None:
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, id="trade", name="Trade Note"), now=NOW)
    page = desk.client().get("/?newsletter=trade").text
    assert "No edition waits." in page
    assert "No source is followed yet, so there is nothing to lay out." in page
    desk.approve()
    sending.send_now(desk.database, 1, who="Nadia Brandt", now=desk.now, chunk_size=500)
    page = desk.client().get("/?newsletter=weekly").text
    assert "for Saturday 5 December, 07:00 Europe/Brussels" in page
    assert "No. 214 is going out." in page


def test_the_edition_page_shows_its_items_findings_and_the_next_act(desk: Desk) -> None:
    page = desk.client().get("/editions/1").text
    for words in ("Articles", "4, plan 1 to 8", "Grain ships leave two days early.", "nothing this week", "was left out"):
        assert words in page, words
    assert "KB</b> of mail" in page
    assert "Approve revision 1" in page
    assert desk.sha256() in page
    assert 'sandbox=""' in page


def test_a_mail_that_was_made_anew_is_said_in_its_frame_and_no_other_stands_there(desk: Desk) -> None:
    answer = desk.client().get(f"/editions/1/mail/{'0' * 64}")
    assert answer.status_code == 404
    assert "Reload the page" in answer.text
    # The browser shows it in the frame: the desk's other pages may not be framed.
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_the_frame_shows_the_frozen_mail_by_its_hash_and_only_to_the_desk(desk: Desk) -> None:
    address = f"/editions/1/mail/{desk.sha256()}"
    assert desk.client(None).get(address).status_code == 303
    mail = desk.client().get(address)
    assert mail.status_code == 200
    assert "The strait reopens" in mail.text
    assert "prefers-color-scheme" not in mail.text
    policy = mail.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self'; sandbox")
    assert "script-src" not in policy
    dark = desk.client().get(f"{address}?scheme=dark").text
    assert dark != mail.text
    assert dark.partition("<body")[2] == mail.text.partition("<body")[2]


def test_an_editor_takes_an_edition_from_draft_to_scheduled(desk: Desk) -> None:
    browser = desk.client()
    seen = {"revision": "1", "state": "draft", "sha256": desk.sha256(), "why": "Read twice."}
    assert browser.post("/editions/1/approve", data=seen).headers["location"] == "/editions/1"
    assert desk.state() == "approved"
    page = browser.get("/editions/1").text
    assert "Schedule No. 214" in page
    assert "“Read twice.”" in page
    assert browser.post("/editions/1/schedule", data={"revision": "1", "state": "approved", "when": "slot"}).status_code == 303
    assert desk.state() == "scheduled"
    page = browser.get("/editions/1").text
    assert "scheduled for Sat 28 Nov, 07:00" in page
    assert 'class="strong"' not in page


def test_another_time_is_taken_in_the_zone_of_the_newsletter(desk: Desk) -> None:
    desk.approve()
    form = {"revision": "1", "state": "approved", "when": "other", "day": "2020-11-28", "at": "9:30"}
    assert desk.client().post("/editions/1/schedule", data=form).status_code == 303
    with desk.database.reading() as session:
        assert editions.get(session, 1).due == datetime(2020, 11, 28, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "said"),
    [
        ("2020-11-26", "09:00", "Thursday 26 November, 09:00 Europe/Brussels is past; it is 14:32 there now."),
        ("tomorrow", "9 o’clock", "“tomorrow 9 o’clock” is no date and time."),
        ("", "", "is no date and time."),
        ("2027-03-28", "02:30", "02:30 does not exist on that day in Europe/Brussels"),
    ],
)
def test_a_time_that_cannot_be_is_said_at_the_form_and_stays_typed(desk: Desk, day: str, at: str, said: str) -> None:
    desk.approve()
    form = {"revision": "1", "state": "approved", "when": "other", "day": day, "at": at}
    answer = desk.client().post("/editions/1/schedule", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{day}"' in answer.text
    assert f'value="{at}"' in answer.text
    assert 'id="time-trouble"' in answer.text
    assert desk.state() == "approved"


def test_a_slot_that_is_past_is_said_and_not_offered(desk: Desk) -> None:
    desk.approve()
    desk.now = SLOT + timedelta(hours=1)
    browser = desk.client()
    assert "which is past" in browser.get("/editions/1").text
    answer = browser.post("/editions/1/schedule", data={"revision": "1", "state": "approved", "when": "slot"})
    assert answer.status_code == 422
    assert "Saturday 28 November, 07:00 Europe/Brussels is past; it is 08:00 there now." in answer.text


def test_a_page_that_went_stale_changes_nothing_and_says_what_happened(desk: Desk) -> None:
    seen = {"revision": "1", "state": "draft", "sha256": desk.sha256(), "why": "Lead is final."}
    with desk.database.writing() as session:
        changed = replace(sample_edition(), preheader="Another one.")
        editions.save(session, editions.get(session, 1), changed, now=desk.now, who="Tomas")
    answer = desk.client().post("/editions/1/approve", data=seen)
    assert answer.status_code == 409
    assert "This edition changed while you looked at it" in answer.text
    assert "revision 2, draft" in answer.text
    assert "Lead is final." in answer.text
    assert desk.state() == "draft"


def test_two_editors_who_approve_at_once_are_told_of_each_other(desk: Desk) -> None:
    seen = {"revision": "1", "state": "draft", "sha256": desk.sha256()}
    first, second = desk.client(Role.ADMIN), desk.client()
    assert first.post("/editions/1/approve", data=seen).status_code == 303
    answer = second.post("/editions/1/approve", data=seen)
    assert answer.status_code == 409
    assert "<b>Ada Admin</b> approved" in answer.text


def test_other_bytes_than_those_that_were_seen_are_not_approved(desk: Desk) -> None:
    desk.sha256()
    answer = desk.client().post("/editions/1/approve", data={"revision": "1", "state": "draft", "sha256": "0" * 64})
    assert answer.status_code == 409
    assert desk.state() == "draft"


def test_what_blocks_locks_the_act_and_is_refused_when_asked_for_anyway(desk: Desk) -> None:
    with desk.database.writing() as session:
        bare = replace(sample_edition(), subject="", preheader="")
        editions.save(session, editions.get(session, 1), bare, now=desk.now, who="Tomas")
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert "Blocks approval: " in page
    assert "disabled>Approve revision 2" in page
    answer = browser.post("/editions/1/approve", data={"revision": "2", "state": "draft", "sha256": desk.sha256()})
    assert answer.status_code == 422
    assert "cannot be approved" in answer.text
    assert desk.state() == "draft"


def test_an_edition_is_cancelled_in_a_second_step_with_its_reason_kept(desk: Desk) -> None:
    browser = desk.client()
    assert "Cancel No. 214 for good" in browser.get("/editions/1").text
    assert browser.post("/editions/1/cancel", data={"revision": "1", "state": "draft", "why": "A <b>strike</b>."}).status_code == 303
    assert desk.state() == "cancelled"
    page = browser.get("/editions/1").text
    assert "A &lt;b&gt;strike&lt;/b&gt;." in page
    assert "<form" not in page.partition("<main")[2]
    with desk.database.reading() as session:
        assert acts.of_edition(session, 1)[0].who == "Nadia Brandt"


def test_a_held_edition_says_why_in_the_zone_of_the_newsletter(desk: Desk) -> None:
    desk.now = SLOT + timedelta(minutes=1)
    sending.release_due(desk.database, now=desk.now, chunk_size=500)
    for path in ("/", "/editions/1"):
        assert "due Sat 28 Nov, 07:00, but not approved" in desk.client().get(path).text


def test_the_sending_is_counted_paused_resumed_and_stopped(desk: Desk) -> None:
    desk.release()
    browser = desk.client()
    page = browser.get("/editions/1").text
    assert "accepted of 3" in page
    assert "data-stream" in page
    for act, state in (("pause", "paused"), ("resume", "sending"), ("stop", "cancelled")):
        assert browser.post(f"/editions/1/{act}").status_code == 303
        assert desk.mailing_state() == state
    again = browser.post("/editions/1/resume")
    assert again.status_code == 409
    assert "there is no sending to resume any more" in again.text
    assert "data-stream" not in browser.get("/editions/1").text
    assert browser.get("/editions/1?view=desktop").status_code == 200


def test_an_approved_edition_can_be_sent_at_once(desk: Desk) -> None:
    desk.approve()
    assert desk.client().post("/editions/1/send", data={"revision": "1", "state": "approved"}).status_code == 303
    assert desk.state() == "released"
    assert desk.mailing_state() == "held"
    assert desk.client().post("/editions/1/sending/go").status_code == 303
    assert desk.mailing_state() == "open"


def test_a_template_at_fault_is_a_finding_and_the_desk_stays_open(desk: Desk) -> None:
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, theme="gone"), now=desk.now)
    for path in ("/", "/editions/1"):
        page = desk.client().get(path)
        assert page.status_code == 200
        assert "The mail cannot be set" in page.text


def test_article_text_never_becomes_markup_of_the_desk(desk: Desk) -> None:
    nasty = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    with desk.database.writing() as session:
        editions.save(session, editions.get(session, 1), sample_edition(subject=nasty), now=desk.now, who="Tomas")
    for path in ("/", "/editions/1", "/editions/1?view=text"):
        page = desk.client().get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
    sha256 = previewing.preview(desk.database, desk.runtime.press, 1, now=desk.now).rendered.sha256
    assert "<script" not in desk.client().get(f"/editions/1/mail/{sha256}").text


def test_home_lists_the_slots_to_come_to_be_skipped_and_brought_back_there(desk: Desk) -> None:
    browser = desk.client()
    page = browser.get("/").text
    assert page.count("Not laid out yet") == 4
    assert "Sat 5 Dec" in page
    assert "Sat 28 Nov</time>" not in page.partition("Upcoming slots")[2], "the edition above is of that slot"
    slot = (SLOT + timedelta(weeks=1)).isoformat()
    answer = browser.post("/newsletters/weekly/slots/skip", data={"slot": slot, "was": slot, "page": "home"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?newsletter=weekly")
    page = browser.get("/").text
    assert "<s>Sat 5 Dec</s>" in page
    assert "Skipped by Nadia Brandt" in page
    assert "Bring back" in page
    assert "/slots/" not in desk.client(Role.VIEWER).get("/").text.replace('/slots"', "")


def test_home_names_the_sources_in_trouble_worst_first(desk: Desk) -> None:
    browser = desk.client()
    assert "None yet, so nothing is gathered." in browser.get("/").text
    with desk.database.writing() as session:
        for name, failures in (("Good", 0), ("Baltic <Wire>", 2), ("Caspian", 9)):
            source = Source(id=name[:4].lower(), name=name, url=f"https://{name[:4].lower()}.example/feed")
            sources.keep(session, source, now=NOW)
            for _ in range(failures):
                sources.failed(session, source.id, due=NOW, trouble=f"{source.url}: the server says 403")
    page = browser.get("/").text.partition("Sources in trouble")[2]
    assert "2 of 3" in page
    assert page.index("Caspian") < page.index("Baltic &lt;Wire&gt;")
    assert "9 visits in a row failed." in page


def test_home_says_who_came_and_went_since_the_last_edition(desk: Desk) -> None:
    desk.release()
    with desk.database.reading() as session:
        known = subscribers.subscription(session, 1, "weekly")
        assert known is not None
    page = desk.client().get("/").text
    assert "No. 214 is going out." in page
    with desk.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE mailings SET state = 'done'")
        subscribers.set_state(session, known, SubscriptionState.UNSUBSCRIBED, now=desk.now)
    assert "0 joined and 1 left since No. 214" in desk.client().get("/").text


def test_an_editor_has_the_next_edition_laid_out_ahead_of_its_time(desk: Desk) -> None:
    with desk.database.writing() as session:
        sources.keep(session, Source(id="review", name="R", url="https://review.example/feed"), now=NOW)
        newsletters.keep(session, replace(NEWSLETTER, id="trade", name="Trade Note"), now=NOW)
        newsletters.keep(session, replace(NEWSLETTER, id="bare", name="Bare", plan=()), now=NOW)
    browser = desk.client()
    assert "Lay it out now" in browser.get("/?newsletter=trade").text
    assert "Lay it out now" not in desk.client(Role.VIEWER).get("/?newsletter=trade").text
    first = browser.post("/newsletters/trade/draft").headers["location"]
    assert browser.post("/newsletters/trade/draft").headers["location"] == first
    assert "had it laid out now" in browser.get(first).text
    assert "It has no plan yet" in browser.get("/?newsletter=bare").text
    refused = browser.post("/newsletters/bare/draft")
    assert refused.status_code == 422
    assert "has no plan" in refused.text


def test_a_desk_without_any_newsletter_leads_an_admin_to_the_form(desk: Desk) -> None:
    with desk.database.writing() as session:
        for table in ("edition_entries", "renderings", "acts", "revisions", "editions", "subscriptions", "newsletters"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    assert '<a class="button strong" href="/newsletters">Add a newsletter</a>' in desk.client(Role.ADMIN).get("/").text
    assert "An admin adds it." in desk.client().get("/").text
