"""Relays on the page of the queues and in the metrics: how they stand, and an admin's "Try now"."""

from dataclasses import replace
from datetime import timedelta

from digest.model.account import Role
from digest.model.relay import Cause, Standing
from digest.store import breakers
from tests.web.newsroom import Desk, Served
from tests.web.test_queues import STATUS, show, words

GMAIL = Standing(
    relay="ours",
    domain="gmail.com",
    cause=Cause.FAILURES,
    why="421 4.7.28 unusual <b>rate</b>",
    until=STATUS.at + timedelta(minutes=4),
)
RELAYS = (Standing(relay="ours", domain="", tries=1_840, failures=62), Standing(relay="ses", domain="", tries=610, used=12_400), GMAIL)


def test_the_page_says_which_relay_is_left_alone_until_when_and_why(desk: Desk, served: Served) -> None:
    show(desk, served, replace(STATUS, relays=RELAYS))
    page = desk.client(Role.EDITOR).get("/queues").text
    said = words(page)
    assert "ours well 1,840 62" in said
    assert "ses well, 12,400 today 610 0" in said
    assert "ours to gmail.com Left alone until" in said
    assert "unusual &lt;b&gt;rate" in page
    assert "Try now" not in page, "that is an admin's"
    assert 'value="gmail.com"' in desk.client(Role.ADMIN).get("/queues").text
    show(desk, served, STATUS)
    assert "Relays" not in words(desk.client(Role.ADMIN).get("/queues").text)


def test_an_admin_has_a_relay_tried_now_and_a_second_press_finds_nothing(desk: Desk, served: Served) -> None:
    show(desk, served, STATUS)
    with desk.database.writing() as session:
        breakers.open_relay(session, ("ours", Cause.REFUSED, "550 not your domain"), retry=timedelta(minutes=5), now=desk.now)
    assert desk.client(Role.EDITOR).post("/queues/relays", data={"relay": "ours"}).status_code == 403
    browser = desk.client(Role.ADMIN)
    answer = browser.post("/queues/relays", data={"relay": "ours", "domain": ""})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queues")
    with desk.database.reading() as session:
        (standing,) = breakers.standings(session, now=desk.now)
    assert (standing.cause, standing.shut(desk.now)) == (Cause.REFUSED, False)
    nothing = browser.post("/queues/relays", data={"relay": "theirs"})
    assert nothing.status_code == 409
    assert "it is not left alone any more" in nothing.text
    assert "had ours tried again" in browser.get("/acts").text


def test_a_sending_says_who_waits_for_a_relays_room(desk: Desk, served: Served) -> None:
    (sending,) = STATUS.mailings
    show(desk, served, replace(STATUS, mailings=(replace(sending, for_room=12),)))
    assert "12 of them wait for a relay’s room" in words(desk.client(Role.EDITOR).get("/queues").text)
    show(desk, served, STATUS)
    assert "room" not in words(desk.client(Role.EDITOR).get("/queues").text)


def test_breakers_stand_in_the_metrics(desk: Desk, served: Served) -> None:
    show(desk, served, replace(STATUS, relays=RELAYS), metrics_token="a token for prometheus")
    told = desk.client(None).get("/metrics", headers={"authorization": "Bearer a token for prometheus"}).text
    assert 'digest_breaker_open{relay="ours",domain="gmail.com"} 1\n' in told
    assert 'digest_breaker_open{relay="ours",domain=""} 0\n' in told
    assert 'digest_relay_failures{relay="ours",domain=""} 62\n' in told
    assert 'digest_relay_used_today{relay="ses",domain=""} 12400\n' in told
