"""Subscribing from the web: one answer for everybody, forms of other sites let in, the link shows and the button acts."""

import gzip
import re
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from digest.audience.address import hash_address
from digest.audience.token import Purpose, make_consent_token
from digest.deliver.outbox import OutboxTransport
from digest.flows import consenting
from digest.model.subscriber import SuppressionReason
from digest.store import consents, newsletters, subscribers
from tests.web.newsroom import NEWSLETTER, NOW, SECRET, Desk
from tests.web.test_roles import OPEN, TABLE

ADA = "ada@example.net"
FOREIGN = {"sec-fetch-site": "cross-site", "origin": "https://meridian.example"}


def token_of(desk: Desk, address: str = ADA) -> str:
    """Return the token of the address's last consent, which its letter carries."""
    with desk.database.reading() as session:
        reader = subscribers.by_address(session, address)
        assert reader is not None
        consent = consents.of_subscriber(session, reader.id)[-1]
    return make_consent_token(SECRET.encode(), Purpose.CONFIRM, consent.id, consent.asked)


def letters(desk: Desk, folder: Path) -> int:
    """Send what is due and return how many letters that were."""
    transport = OutboxTransport(folder)
    sender = consenting.Sender(press=desk.runtime.press, transport=transport, secret=desk.runtime.secret, clock=lambda: desk.now)
    return sum(consenting.send(desk.database, sender, one) for one in consenting.due(desk.database, now=desk.now))


def state(desk: Desk, address: str = ADA) -> str | None:
    with desk.database.reading() as session:
        reader = subscribers.by_address(session, address)
        found = None if reader is None else subscribers.subscription(session, reader.id, "weekly")
    return None if found is None else found.state.value


def same(answer: httpx.Response, address: str) -> tuple[int, str, dict[str, str]]:
    """Return what must be the same whoever asks."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}
    return answer.status_code, answer.text.replace(address, "ADDRESS"), headers


def test_the_page_shows_the_newsletter_and_its_last_edition(desk: Desk) -> None:
    stranger = desk.client(None)
    bare = stranger.get("/subscribe/weekly")
    assert bare.status_code == 200
    for words in ("The Meridian Weekly", "Every Saturday at 07:00", "Brussels time", "one message with a button to confirm"):
        assert words in bare.text, words
    assert "The last edition" not in bare.text
    desk.release()
    page = stranger.get("/subscribe/weekly").text
    for words in ("The strait reopens", "Maritime", "Europe’s border quota", "Grain ships leave two days early, and 2 more", "No. 214"):
        assert words in page, words
    assert stranger.get("/subscribe/none").status_code == 404


def test_whoever_is_known_gets_the_same_answer(desk: Desk, tmp_path: Path) -> None:
    with desk.database.writing() as session:
        barred = hash_address(SECRET.encode(), "barred@example.net")
        subscribers.suppress(session, barred, SuppressionReason.BY_HAND, now=NOW)
    browser = desk.client(None)
    asked = (ADA, ADA, "julie@example.org", "barred@example.net")
    answers = [same(browser.post("/subscribe/weekly", data={"email": address}), address) for address in asked]
    robot = browser.post("/subscribe/weekly", data={"email": "robot@example.net", "website": "https://buy.example"})
    answers.append(same(robot, "robot@example.net"))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 200
    assert letters(desk, tmp_path / "letters") == 1
    assert state(desk) == "unconfirmed"
    assert state(desk, "robot@example.net") is None


def test_whoever_is_known_waits_about_as_long(desk: Desk) -> None:
    browser = desk.client(None)

    def shortest(addresses: list[str]) -> float:
        times = []
        for address in addresses:
            begun = time.perf_counter()
            browser.post("/subscribe/weekly", data={"email": address})
            times.append(time.perf_counter() - begun)
        return min(times)

    shortest(["warm@example.net"])
    known, unknown = shortest(["julie@example.org"] * 6), shortest([f"new{number}@example.net" for number in range(6)])
    assert abs(known - unknown) < 0.03


@pytest.mark.parametrize("headers", [FOREIGN, {"origin": "null"}, {}])
def test_a_form_of_any_site_may_post_here_and_only_here(desk: Desk, headers: dict[str, str]) -> None:
    stranger = httpx.Client(base_url=desk.url)
    desk.clients.append(stranger)
    answer = stranger.post("/subscribe/weekly", data={"email": ADA, "form": "embedded"}, headers=headers)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    with desk.database.reading() as session:
        reader = subscribers.by_address(session, ADA)
        assert reader is not None
        (consent,) = consents.of_subscriber(session, reader.id)
    assert (consent.form, consent.wording, consent.ip) == ("embedded", "2026-11", "127.0.0.1")
    assert consent.user_agent is not None
    assert consent.user_agent.startswith("python-httpx")
    for path in ("/subscribe/weekly/form", "/subscribe/", "/sign-in"):
        assert stranger.post(path, data={"email": ADA}, headers=FOREIGN).status_code == 403


@pytest.mark.parametrize(
    "typed", ["", "   ", "ada", "ada@", "ada@exa mple", "<script>@x", "ａ@example.net", "a@b" * 9000, "{{7*7}}@", "\x00@example.net"]
)
def test_what_is_no_address_is_said_where_it_was_typed(desk: Desk, typed: str) -> None:
    answer = desk.client(None).post("/subscribe/weekly", data={"email": typed})
    assert answer.status_code == 422
    assert "Nothing was sent." in answer.text
    assert "<script>" not in answer.text
    assert len(answer.content) < 20_000


def test_nul_in_an_address_is_dropped_at_the_door_like_in_every_form(desk: Desk) -> None:
    assert desk.client(None).post("/subscribe/weekly", data={"email": "ada\x00@example.net"}).status_code == 200
    with desk.database.reading() as session:
        assert subscribers.by_address(session, "ada@example.net") is not None


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"email=" + b"%ff%fe" * 10, b"email=a%00b%40example.net&email=x"])
def test_any_body_is_answered(desk: Desk, body: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "image/png"):
        answer = desk.client(None).post("/subscribe/weekly", content=body, headers={"content-type": kind})
        assert answer.status_code in (200, 400, 422), (kind, answer.text)


def test_too_large_a_form_is_refused(desk: Desk) -> None:
    assert desk.client(None).post("/subscribe/weekly", data={"email": "x" * 70_000}).status_code == 413


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_the_letters_link_changes_nothing_and_the_button_acts(desk: Desk, method: str) -> None:
    browser = desk.client(None)
    browser.post("/subscribe/weekly", data={"email": ADA})
    path = f"/c/{token_of(desk)}"
    for _ in range(2):
        shown = browser.request(method, path)
        assert shown.status_code == 200
        assert shown.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in shown.headers["x-robots-tag"]
    assert state(desk) == "unconfirmed"
    for _ in range(2):
        done = browser.post(path)
        assert done.status_code == 200
        assert "You are on the list" in done.text
        assert state(desk) == "confirmed"
    assert "You are on the list" in browser.get(path).text


def test_the_button_is_ours_alone_also_for_an_old_browser(desk: Desk) -> None:
    browser = desk.client(None)
    browser.post("/subscribe/weekly", data={"email": ADA})
    path = f"/c/{token_of(desk)}"
    assert browser.post(path, headers=FOREIGN).status_code == 403
    assert state(desk) == "unconfirmed"
    del browser.headers["sec-fetch-site"]
    assert browser.post(path, headers={"origin": "null"}).status_code == 200
    assert state(desk) == "confirmed"


def test_a_late_a_used_and_a_forged_link_say_so_and_change_nothing(desk: Desk) -> None:
    browser = desk.client(None)
    browser.post("/subscribe/weekly", data={"email": ADA})
    token = token_of(desk)
    for wrong in (f"{token}x", token[:-1], "1-", "é", "9" * 3000):
        for answer in (browser.get(f"/c/{wrong}"), browser.post(f"/c/{wrong}")):
            assert answer.status_code == 404
            assert "over a week old" in answer.text
    desk.now += timedelta(days=7)
    for answer in (browser.get(f"/c/{token}"), browser.post(f"/c/{token}")):
        assert "This link has run out" in answer.text
    assert state(desk) == "unconfirmed"


def test_the_form_for_other_pages_is_plain_and_names_our_address(desk: Desk) -> None:
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, name='A "<b>" & week'), now=NOW)
    page = desk.client(None).get("/subscribe/weekly/form")
    assert page.status_code == 200
    shown = re.search(r"<pre[^>]*><code>(.*?)</code></pre>", page.text, re.DOTALL)
    assert shown
    code = shown[1]
    assert f"&lt;form action=&#34;{desk.url}/subscribe/weekly&#34; method=&#34;post&#34;&gt;" in code
    assert "&amp;lt;b&amp;gt;" in code
    assert "<script" not in page.text


def test_every_readers_page_is_light_and_asks_no_third_party(desk: Desk) -> None:
    links = {name: link.removeprefix(desk.url) for name, link in desk.links(desk.release()).items()}
    browser = desk.client(None)
    asked = browser.post("/subscribe/weekly", data={"email": ADA})
    pages = {
        "/archive/{newsletter_id}": browser.get("/archive/weekly"),
        "/archive/{newsletter_id}/feed.atom": browser.get("/archive/weekly/feed.atom"),
        "/archive/{newsletter_id}/{number}": browser.get("/archive/weekly/214"),
        "/c/{token}": browser.get(f"/c/{token_of(desk)}"),
        "/p/{token}": browser.get(links["preferences_url"]),
        "/sign-in": browser.get("/sign-in"),
        "/subscribe/{newsletter_id}": browser.get("/subscribe/weekly"),
        "/subscribe/{newsletter_id}/form": browser.get("/subscribe/weekly/form"),
        "/u/{token}": browser.get(links["unsubscribe_url"]),
        "/v/{token}": browser.get(links["browser_url"]),
    }
    # What asks nobody to look at it.
    bare = {
        "/.well-known/digest-exports.{kind}",
        "/favicon.ico",
        "/healthz",
        "/metrics",
        "/pictures/{name}",
        "/readyz",
        "/robots.txt",
        "/static/{digest}/{name}",
    }
    assert set(pages) | bare == {path for (method, path), who in TABLE.items() if method == "GET" and who == OPEN}
    answers = {
        "asked": asked,
        "confirmed": browser.post(f"/c/{token_of(desk)}"),
        "saved": browser.post(links["preferences_url"], data={"act": "save", "get": ["weekly"], "name": "Julie"}),
        "left": browser.post(links["unsubscribe_url"]),
        "back": browser.post(f"{links['unsubscribe_url']}/undo"),
        "no such link": browser.get("/u/nonsense"),
    }
    for name, page in (pages | answers).items():
        assert page.status_code in ((404,) if name == "no such link" else (200, 303)), name
        files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', page.text)
        parts = [page.content, *(browser.get(file).content for file in files)]
        assert sum(len(gzip.compress(part)) for part in parts) < 20_000, name
        assert set(re.findall(r'(?:src|action)="(?:https?:)?//([^/"]+)', page.text)) <= {desk.url.removeprefix("http://")}, name
        if name not in ("/v/{token}", "/archive/{newsletter_id}/{number}"):  # the mail itself, which needs its own
            assert "style=" not in page.text.replace("style=&#34;", ""), name
