"""Sources on screen: added by a site's address, seen before they are saved, with their health."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from digest.demo.outlet import Outlet
from digest.model.account import Role
from digest.model.source import Extent, IdentityPolicy, Source
from digest.store import sources
from tests.web.newsroom import NOW, Desk


@pytest.fixture(scope="module")
def outlet() -> Iterator[Outlet]:
    with Outlet(NOW) as outlet:
        yield outlet


def test_a_source_is_found_by_its_site_looked_at_and_followed(desk: Desk, outlet: Outlet) -> None:
    browser = desk.client(Role.ADMIN)
    asked = {"url": outlet.url, "allow_private": "true"}
    found = browser.post("/sources/find", data=asked).text
    assert "2 feeds at" in found
    assert "The Meridian Review: features and analysis" in found
    feed = f"{outlet.url}/feeds/features.xml"
    seen = browser.post("/sources/look", data=asked | {"url": feed, "kind": "feed"}).text
    assert "What it gives now" in seen
    assert "Follow it" in seen
    form = asked | {"url": feed, "kind": "feed", "name": "The Meridian Review", "short": "Features!", "extent": "full", "follow": "true"}
    wrong = browser.post("/sources", data=form)
    assert wrong.status_code == 422
    assert "small letters, digits and hyphens" in wrong.text
    assert 'value="Features!"' in wrong.text
    for _ in range(2):
        assert browser.post("/sources", data=form | {"short": "features"}).status_code == 303
    with desk.database.reading() as session:
        (health,) = sources.listed(session)
    assert health.source == Source(id="features", name="The Meridian Review", url=feed, extent=Extent.FULL, allow_private=True)
    assert "Not visited yet" in browser.get("/sources").text


def test_a_private_address_is_refused_with_what_to_do_and_editors_cannot_allow_it(desk: Desk, outlet: Outlet) -> None:
    admin = desk.client(Role.ADMIN).post("/sources/find", data={"url": outlet.url})
    assert admin.status_code == 422
    assert "is a private or special address" in admin.text
    assert "Tick “On our own network”" in admin.text
    assert f'value="{outlet.url}"' in admin.text
    editor = desk.client().post("/sources/find", data={"url": outlet.url, "allow_private": "true"})
    assert "an admin can add it" in editor.text
    kept = desk.client().post("/sources", data={"url": outlet.url, "allow_private": "true", "name": "X", "short": "x", "kind": "page"})
    assert kept.status_code == 303
    with desk.database.reading() as session:
        assert not sources.get(session, "x").source.allow_private


@pytest.mark.parametrize(
    "url", ["", "  ", "javascript:alert(1)", "ftp://example.org/", "http://[", "https://a b.example", "\x00", "x" * 9000]
)
def test_what_is_no_web_address_is_said_where_it_was_typed(desk: Desk, url: str) -> None:
    answer = desk.client().post("/sources/find", data={"url": url})
    assert answer.status_code == 422
    assert "Nothing was saved." in answer.text


def test_a_source_in_trouble_says_since_when_and_what_comes_next(desk: Desk) -> None:
    with desk.database.writing() as session:
        sources.keep(session, Source(id="baltic", name="Baltic <Wire>", url="https://baltic.example/feed"), now=NOW)
        for _ in range(5):
            sources.failed(session, "baltic", due=NOW + timedelta(hours=4), trouble="https://baltic.example/feed: the server says 403")
    page = desk.client(Role.VIEWER).get("/sources").text
    assert "1 of 1 in trouble" in page
    assert "Failed 5×" in page
    assert "the server says 403" in page
    assert "Baltic &lt;Wire&gt;" in page
    assert "in 4 h" in page
    assert 'class="strong"' not in page
    browser = desk.client()
    assert "Failed 5 times in a row." in browser.get("/sources/baltic").text
    assert browser.post("/sources/baltic/check").status_code == 303
    assert "at the next tick" in browser.get("/sources/baltic").text
    assert browser.post("/sources/baltic", data={"name": " ", "extent": "full"}).status_code == 422
    assert browser.post("/sources/baltic", data={"name": "Baltic Wire", "extent": "full", "follow": "true"}).status_code == 303
    with desk.database.reading() as session:
        health = sources.get(session, "baltic")
    assert (health.source.name, health.source.extent, health.failures) == ("Baltic Wire", Extent.FULL, 5)
    for _ in range(2):
        assert browser.post("/sources/baltic/remove").status_code == 303
    assert browser.get("/sources/baltic").status_code == 404
    assert "No source yet." in browser.get("/sources").text


def test_a_source_is_paused_and_resumed_without_scripts_and_twice_is_once(desk: Desk) -> None:
    with desk.database.writing() as session:
        sources.keep(session, Source(id="baltic", name="Baltic Wire", url="https://baltic.example/feed"), now=NOW)
    browser = desk.client()
    for _ in range(2):
        assert browser.post("/sources/baltic/pause", data={"why": "Their server is being moved"}).status_code == 303
    page = browser.get("/sources/baltic").text
    assert "by Nadia Brandt." in page
    assert "Their server is being moved. It is not visited" in page
    assert 'action="/sources/baltic/check"' not in page
    assert "1 paused" in browser.get("/sources").text
    assert desk.client(Role.VIEWER).post("/sources/baltic/resume").status_code == 403
    for _ in range(2):
        assert browser.post("/sources/baltic/resume").status_code == 303
    page = browser.get("/sources/baltic").text
    assert "Paused" not in page
    assert "at the next tick" in page
    said = desk.client(Role.ADMIN).get("/acts").text
    assert said.count("paused the source baltic") == 1
    assert said.count("resumed the source baltic") == 1


def test_address_and_pace_are_changed_on_screen_and_a_wrong_one_is_said_at_its_field(desk: Desk) -> None:
    with desk.database.writing() as session:
        sources.keep(session, Source(id="baltic", name="Baltic Wire", url="https://nadia:s3cret@baltic.example/feed"), now=NOW)
        sources.keep(session, Source(id="other", name="Other", url="https://other.example/feed"), now=NOW)
        sources.well(session, replace(sources.get(session, "baltic"), etag='"1"'), due=NOW + timedelta(hours=9), now=NOW)
    browser = desk.client()
    page = browser.get("/sources/baltic").text
    assert "s3cret" not in page + browser.get("/sources").text
    assert 'value="https://…@baltic.example/feed"' in page
    form = {"name": "Baltic Wire", "extent": "full", "follow": "true", "url": "https://…@baltic.example/feed", "pace": "2,5"}
    assert browser.post("/sources/baltic", data=form).status_code == 303
    with desk.database.reading() as session:
        health = sources.get(session, "baltic")
    assert (health.source.url, health.source.pace, health.etag) == ("https://nadia:s3cret@baltic.example/feed", 2.5, '"1"')
    for wrong, said in (
        ({"pace": "-1"}, "number of seconds"),
        ({"pace": "nan"}, "number of seconds"),
        ({"url": "ftp://x"}, "no web address"),
    ):
        answer = browser.post("/sources/baltic", data=form | wrong)
        assert answer.status_code == 422
        assert said in answer.text
        assert 'aria-invalid="true"' in answer.text
    taken = browser.post("/sources/baltic", data=form | {"url": "https://other.example/feed"})
    assert taken.status_code == 409
    assert "has that address already" in taken.text
    assert browser.post("/sources/baltic", data=form | {"url": "https://baltic.example/new"}).status_code == 303
    with desk.database.reading() as session:
        health = sources.get(session, "baltic")
    assert (health.source.url, health.etag, health.due) == ("https://baltic.example/new", None, NOW)


def test_a_move_that_is_not_believed_yet_and_a_pause_that_a_server_asked_for_are_shown(desk: Desk) -> None:
    with desk.database.writing() as session:
        sources.keep(session, Source(id="baltic", name="Baltic Wire", url="https://baltic.example/feed"), now=NOW)
        moved = replace(sources.get(session, "baltic"), moved_to="https://wire.example/feed", moved_since=NOW, moved_seen=2)
        sources.well(session, replace(moved, why_due="as the source itself asks"), due=NOW + timedelta(hours=2), now=NOW)
    page = desk.client(Role.VIEWER).get("/sources/baltic").text
    assert "says that it has moved for good" in page
    assert "https://wire.example/feed" in page
    assert "seen 2 times" in page
    assert "as the source itself asks" in page


def test_weight_and_identity_are_changed_on_screen(desk: Desk) -> None:
    with desk.database.writing() as session:
        sources.keep(session, Source(id="wire", name="Wire", url="https://wire.example/feed"), now=desk.now)
    client = desk.client(Role.EDITOR)
    form = {"name": "Wire", "extent": "excerpt", "follow": "true", "weight": "2,5", "identity": "title_date"}
    assert client.post("/sources/wire", data=form).status_code == 303
    with desk.database.reading() as session:
        source = sources.get(session, "wire").source
    assert (source.weight, source.identity) == (2.5, IdentityPolicy.TITLE_DATE)
    refused = client.post("/sources/wire", data=form | {"weight": "0"})
    assert refused.status_code == 422
    assert "The weight is a number from 0.1 to 10" in refused.text
    assert 'value="title_date" selected' in client.get("/sources/wire").text
