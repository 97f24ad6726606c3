"""The readers' pages: GET shows, POST acts, the token alone decides."""

import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from digest.audience.address import hash_address
from digest.flows.viewing import Past
from digest.model.account import Role
from digest.model.subscriber import SuppressionReason
from digest.store import consents, newsletters, subscribers
from digest.web.atom import feed
from tests.web.newsroom import NEWSLETTER, NOW, SECRET, Desk


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_no_link_of_a_mail_changes_anything_when_it_is_only_followed(desk: Desk, method: str) -> None:
    scanner = desk.client(None)
    for address in desk.links(desk.release()).values():
        for _ in range(2):
            answer = scanner.request(method, address)
            assert answer.status_code == 200
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "noindex" in answer.headers["x-robots-tag"]
            assert "set-cookie" not in answer.headers
            assert not (method == "HEAD" and answer.content)
    assert desk.subscription() == "confirmed"


@pytest.mark.parametrize("body", ["urlencoded", "multipart", "none", "other"])
def test_one_click_unsubscribes_at_once_whoever_posts_it_and_however(desk: Desk, body: str) -> None:
    address = desk.links(desk.release())["unsubscribe_url"]
    provider = desk.client(None)
    provider.headers.clear()
    provider.headers["sec-fetch-site"] = "cross-site"
    one_click = {"List-Unsubscribe": "One-Click"}
    for _ in range(2):
        if body == "multipart":
            answer = provider.post(address, files={name: (None, value) for name, value in one_click.items()})
        elif body == "urlencoded":
            answer = provider.post(address, data=one_click)
        else:
            answer = provider.post(address, content=b"" if body == "none" else b"\xff\xfe", headers={"content-type": "image/png"})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
        assert desk.subscription() == "unsubscribed"
    assert desk.subscription(2) == "confirmed"


def test_an_unsubscribe_is_taken_back_by_the_same_link(desk: Desk) -> None:
    address = desk.links(desk.release())["unsubscribe_url"]
    reader = desk.client(None)
    page = reader.post(address)
    assert "no longer goes to julie@example.org" in page.text
    assert "Undo" in page.text
    assert "Undo" in reader.get(address).text
    back = reader.post(f"{address}/undo")
    assert back.status_code == 200
    assert "Welcome back" in back.text
    assert desk.subscription() == "confirmed"


def test_undo_and_preferences_are_not_for_other_sites_forms(desk: Desk) -> None:
    links = desk.links(desk.release())
    for address in (f"{links['unsubscribe_url']}/undo", links["preferences_url"]):
        answer = desk.client(None).post(address, data={"act": "unsubscribe"}, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
    assert desk.subscription() == "confirmed"


def test_a_browser_too_old_for_sec_fetch_site_can_still_undo(desk: Desk) -> None:
    address = desk.links(desk.release())["unsubscribe_url"]
    reader = desk.client(None)
    del reader.headers["sec-fetch-site"]
    assert reader.post(f"{address}/undo", headers={"origin": "null"}).status_code == 200


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A second newsletter of the house."""
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, id="trade", name="Trade Note"), now=NOW)
    return desk


def test_preferences_say_what_a_reader_gets_and_change_each(two: Desk) -> None:
    address = two.links(two.release())["preferences_url"]
    reader = two.client(None)
    page = reader.get(address).text
    for words in ('value="Julie"', "julie@example.org", "The Meridian Weekly", "Trade Note", "Saturdays, 07:00", 'value="weekly" checked'):
        assert words in page, words
    assert 'value="trade" checked' not in page
    saved = reader.post(address, data={"act": "save", "get": ["trade", "none-such"], "name": " Julie\x00 \u202eMoreau "}).text
    assert "Saved." in saved
    assert 'value="trade" checked' in saved
    assert 'value="weekly" checked' not in saved
    assert two.subscription() == "unsubscribed"
    with two.database.reading() as session:
        reader_now = subscribers.get(session, 1)
        assert reader_now is not None
        assert reader_now.name == "Julie Moreau"
        (given,) = consents.of_subscriber(session, 1)
    assert (given.newsletter_id, given.form, given.ip) == ("trade", "preferences", "127.0.0.1")
    assert given.confirmed == two.now


def test_all_mail_is_stopped_and_taken_back_by_one_button_each(two: Desk) -> None:
    address = two.links(two.release())["preferences_url"]
    reader = two.client(None)
    reader.post(address, data={"act": "save", "get": ["weekly", "trade"], "name": "Julie"})
    left = reader.post(address, data={"act": "leave", "get": ["weekly"], "name": "Somebody"}).text
    assert "Nothing more will come." in left
    assert "checked" not in left
    assert 'value="Julie"' in left
    back = re.findall(r'type="hidden" name="get" value="(\w+)"', left)
    assert back == ["trade", "weekly"]
    again = reader.post(address, data={"act": "undo", "get": back}).text
    assert again.count("checked") == 2
    assert two.subscription() == "confirmed"


def test_preferences_that_say_nothing_of_ours_change_nothing(two: Desk) -> None:
    address = two.links(two.release())["preferences_url"]
    for form in ({"act": "else"}, {}, {"get": ["weekly"]}):
        assert two.client(None).post(address, data=form).status_code == 400
    assert two.subscription() == "confirmed"


@pytest.mark.parametrize(
    ("reason", "told"), [(SuppressionReason.COMPLAINT, "reported as junk"), (SuppressionReason.SOFT_BOUNCES, "came back again and again")]
)
def test_a_barred_reader_is_told_that_nothing_comes(two: Desk, reason: SuppressionReason, told: str) -> None:
    address = two.links(two.release())["preferences_url"]
    with two.database.writing() as session:
        barred = hash_address(SECRET.encode(), "julie@example.org")
        subscribers.suppress(session, barred, reason, now=NOW)
    page = two.client(None).get(address).text
    assert told in page
    assert "/subscribe/weekly" in page


def test_a_wrong_token_is_a_clear_page_and_changes_nothing(desk: Desk) -> None:
    links = desk.links(desk.release())
    token = links["unsubscribe_url"].rpartition("/")[2]
    wrong = [f"/u/{token[:-1]}", f"/u/{token}x", f"/p/{token}", f"/v/{token}", "/u/1-1-x", "/u/é", "/u/-", f"/u/{'9' * 3000}"]
    for path in wrong:
        reader = desk.client(None)
        answers = [reader.get(path), *([reader.post(path, data={"act": "leave"})] if path[1] != "v" else [])]
        for answer in answers:
            assert answer.status_code == 404, path
            assert "This link leads nowhere" in answer.text
            assert answer.headers["referrer-policy"] == "no-referrer"
    assert desk.subscription() == "confirmed"


def test_the_mail_in_a_browser_is_the_readers_own(desk: Desk) -> None:
    links = desk.links(desk.release(), subscriber_id=2)
    mail = desk.client(None).get(links["browser_url"])
    assert "tomas@example.org" in mail.text
    assert links["unsubscribe_url"] in mail.text
    assert "sandbox" in mail.headers["content-security-policy"]
    assert "allow-scripts" not in mail.headers["content-security-policy"]


def test_the_archive_holds_what_was_sent_and_nobodys_own_links(desk: Desk) -> None:
    stranger = desk.client(None)
    assert "Nothing has gone out yet." in stranger.get("/archive/weekly").text
    assert stranger.get("/archive/weekly/214").status_code == 404
    desk.release()
    listed = stranger.get("/archive/weekly").text
    assert "The strait reopens, on terms nobody has read" in listed
    assert "28 November 2020" in listed
    past = stranger.get("/archive/weekly/214")
    assert past.status_code == 200
    assert "/u/" not in past.text
    assert "/p/" not in past.text
    assert "@example.org" not in past.text
    for path in ("/archive/none", "/archive/weekly/1", "/archive/weekly/x"):
        assert stranger.get(path).status_code == 404


def test_the_archive_is_a_feed_too(desk: Desk) -> None:
    hostile = replace(NEWSLETTER, name="A <b> & \x0b\ud83d\ude00 week".encode("utf-16", "surrogatepass").decode("utf-16"))
    with desk.database.writing() as session:
        newsletters.keep(session, hostile, now=NOW)
    stranger = desk.client(None)
    names = {"a": "http://www.w3.org/2005/Atom"}
    empty = ET.fromstring(stranger.get("/archive/weekly/feed.atom").content)
    assert empty.findall("a:entry", names) == []
    assert empty.findtext("a:updated", None, names)
    desk.release()
    answer = stranger.get("/archive/weekly/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.findtext("a:title", None, names) == "A <b> & 😀 week"
    (entry,) = feed.findall("a:entry", names)
    assert entry.findtext("a:title", None, names) == "The strait reopens, on terms nobody has read"
    link = entry.find("a:link", names)
    assert link is not None
    assert stranger.get(link.attrib["href"]).status_code == 200
    assert "/archive/weekly/feed.atom" in stranger.get("/archive/weekly").text
    for path in ("/archive/none/feed.atom", "/archive/none", "/subscribe/none"):
        nothing = stranger.get(path)
        # A reader is told neither our commands nor the names of all newsletters.
        assert (nothing.status_code, "weekly" in nothing.text, "digest " in nothing.text) == (404, False, False)


def test_a_correction_is_news_to_whoever_reads_the_feed() -> None:
    past = Past(number=3, subject="Whose light", preheader="", opened=NOW, corrected=NOW + timedelta(hours=2))
    names = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring(feed(NEWSLETTER, [past], "https://news.example.org"))
    (entry,) = root.findall("a:entry", names)
    later = (NOW + timedelta(hours=2)).isoformat()
    assert (root.findtext("a:updated", None, names), entry.findtext("a:updated", None, names)) == (later, later)
    assert entry.findtext("a:published", None, names) == NOW.isoformat()


def test_a_signed_in_editor_gets_no_more_of_a_reader_than_the_token_gives(desk: Desk) -> None:
    desk.release()
    assert desk.client(Role.ADMIN).get("/u/1-2-aaaaaaaaaaaaaaaa").status_code == 404
