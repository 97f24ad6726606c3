"""The desk's page of returns: what came back and why, what waits for a person, and mails shown without being obeyed."""

import re
from dataclasses import replace
from datetime import timedelta

from playwright.sync_api import Browser
from sqlalchemy import insert

from digest.audience.address import hash_address
from digest.flows import returning
from digest.model.account import Role
from digest.model.subscriber import SuppressionReason
from digest.store import acts, return_figures, returns, subscribers
from digest.store.return_tables import returned_domains
from digest.web.metrics import exposition
from tests.web.newsroom import Desk
from tests.web.returned import ASKING, HOSTILE, came_back
from tests.web.test_queues import STATUS


def barred(desk: Desk, address: str) -> SuppressionReason | None:
    with desk.database.reading() as session:
        found = subscribers.suppression(session, hash_address(desk.runtime.secret, address))
    return None if found is None else found.reason


def newest(desk: Desk, raw: bytes) -> int:
    with desk.database.reading() as session:
        known = [*return_figures.unclear(session, most=50), *return_figures.asking(session, most=50)]
        return next(one.id for one in known if returns.mail_of(session, one.id) == raw)


def test_the_page_says_what_came_back_by_week_edition_and_class(desk: Desk) -> None:
    edition = came_back(desk)
    page = desk.client(Role.VIEWER).get("/returns").text
    with desk.database.reading() as session:
        (one,) = return_figures.by_edition(session, since=desk.now.replace(year=2020))
        days = return_figures.daily(session, since=desk.now.replace(year=2020))
    assert (one.edition_id, one.counts) == (edition, {"hard": 21, "ours": 3, "full": 1, "complaint": 1})
    assert days == {desk.now.date(): one.counts}
    assert "20 of 24 came back hard" in page
    assert "block list" in page
    # Two domains say the same, and it is said once.
    assert page.count("Look the records up with <code>digest doctor --network</code>") == 1
    assert page.count("which poses a security risk") == 1
    assert len(re.findall(r"<b>other\d\.example</b>", page)) == 3
    # A viewer sees figures, no mail and no button.
    assert "Read<span" not in page
    assert "They are gone" not in page


def test_a_domain_is_released_or_confirmed_with_a_reason_that_stands_in_the_log(desk: Desk) -> None:
    edition = came_back(desk)
    browser = desk.client(Role.EDITOR)
    address = f"/returns/held/{edition}/big.example"
    assert browser.post(f"{address}/confirm", data={"why": " "}).status_code == 422
    assert barred(desk, "reader1@big.example") is None
    assert browser.post(f"{address}/confirm", data={"why": "the provider wrote to us"}).status_code == 303
    assert {barred(desk, f"reader{number}@big.example") for number in range(20)} == {SuppressionReason.HARD_BOUNCE}
    assert returning.held(desk.database) == ()
    with desk.database.reading() as session:
        act = acts.of_edition(session, edition)[0]
    assert (act.who, act.why) == ("Nadia Brandt", "the provider wrote to us")
    late = browser.post(f"{address}/release", data={"why": "too late"})
    assert late.status_code == 409
    assert "somebody decided meanwhile" in late.text


def test_many_held_domains_stand_in_the_order_of_their_readers_and_the_smaller_are_folded_up(desk: Desk) -> None:
    edition = came_back(desk)
    new = [
        {"edition_id": edition, "domain": f"d{number}.example", "hard": 20 + number, "sent": 90, "state": "held", "since": desk.now}
        for number in range(1, 15)
    ]
    with desk.database.writing() as session:
        session.execute(insert(returned_domains), new)
    browser = desk.client(Role.EDITOR)
    whole, _, folded = browser.get("/returns").text.partition('<details class="folded">')
    assert re.findall(r"<b>(d\d+|big)\.example</b>", whole) == [f"d{number}" for number in range(14, 4, -1)]
    assert re.findall(r"<b>(d\d+|big)\.example</b>", folded) == ["d4", "d3", "d2", "d1", "big"]
    assert "5 more, fewer readers each" in folded
    # What could not be done stands beside its domain, and is to be seen there.
    answer = browser.post(f"/returns/held/{edition}/d2.example/release", data={"why": ""})
    assert answer.status_code == 422
    assert '<details class="folded" open>' in answer.text
    answer = browser.post(f"/returns/held/{edition}/d12.example/release", data={"why": ""})
    assert '<details class="folded">' in answer.text


def test_a_released_domain_bars_nobody(desk: Desk) -> None:
    edition = came_back(desk)
    browser = desk.client(Role.EDITOR)
    assert browser.post(f"/returns/held/{edition}/big.example/release", data={"why": "their directory was down"}).status_code == 303
    assert {barred(desk, f"reader{number}@big.example") for number in range(20)} == {None}
    assert "Held for you" not in browser.get("/returns").text


def test_a_mail_is_shown_escaped_and_handed_out_as_it_came(desk: Desk, chromium: Browser) -> None:
    came_back(desk)
    number = newest(desk, HOSTILE)
    browser = desk.client(Role.EDITOR)
    page = browser.get(f"/returns/{number}").text
    assert "<script>document.title" not in page
    assert "&lt;script&gt;document.title" in page
    assert "<img src=x" not in page
    file = browser.get(f"/returns/{number}/mail")
    assert file.content == HOSTILE
    assert file.headers["content-disposition"] == f'attachment; filename="return-{number}.eml"'
    assert file.headers["content-type"] == "application/octet-stream"
    context = chromium.new_context()
    context.add_cookies([{"name": "digest_session", "value": browser.cookies["digest_session"], "url": desk.url}])
    shown = context.new_page()
    shown.goto(f"{desk.url}/returns/{number}")
    assert shown.title() == "A return, Digest"
    context.close()
    assert desk.client(Role.VIEWER).get(f"/returns/{number}").status_code == 403
    assert desk.client(None).get(f"/returns/{number}/mail").status_code == 303
    assert browser.get("/returns/9999").status_code == 404
    assert browser.get("/returns/9999/mail").status_code == 404


def test_a_wish_to_leave_without_a_token_waits_and_can_be_read(desk: Desk) -> None:
    came_back(desk)
    number = newest(desk, ASKING)
    browser = desk.client(Role.EDITOR)
    assert f'href="/returns/{number}"' in browser.get("/returns").text
    assert "I do not want this any more." in browser.get(f"/returns/{number}").text


def test_an_empty_page_says_what_will_stand_there(desk: Desk) -> None:
    page = desk.client(Role.VIEWER).get("/returns").text
    assert "Nothing takes returned mail in yet" in page
    assert "What comes back of an edition stands here" in page


def test_metrics_count_what_came_back_by_class(desk: Desk) -> None:
    came_back(desk)
    with desk.database.reading() as session:
        back = returns.health(session, since=desk.now - timedelta(days=7))
    told = exposition(replace(STATUS, returned=back), database=True)
    for line in ('{class="hard"} 21', '{class="soft"} 0', '{class="full"} 1', '{class="ours"} 3', '{class="complaint"} 1'):
        assert f"digest_returns_7d{line}\n" in told
    assert "digest_returns_held_domains 1\n" in told
