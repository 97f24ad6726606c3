"""`digest source` and `digest gather`: followed, visited, paused and told, without a password ever being shown."""

import json
from collections.abc import Iterator

import pytest

from tests.command import Digest
from tests.loopback import Answers, loopback

FEED = b"""<rss version="2.0"><channel><title>Lantern</title><link>https://lantern.example/</link><description>.</description>
<item><guid>1</guid><title>The pier reopens</title></item><item><guid>2</guid><title>The ferry is late</title></item></channel></rss>"""


@pytest.fixture
def server() -> Iterator[Answers]:
    with loopback() as answers:
        yield answers


def follow(digest: Digest, server: Answers, path: str = "/feed") -> None:
    url = server.base.replace("http://", "http://nadia:s3cret@") + path
    ran = digest("source", "add", url, "--id", "lantern", "--allow-private", "--pace", "0", "--no-follow")
    assert (ran.code, ran.err) == (0, "")


def told(digest: Digest) -> dict[str, object]:
    (one,) = json.loads(digest("source", "list", "--json").out)
    assert isinstance(one, dict)
    return one


def test_a_source_is_followed_gathered_and_told(digest: Digest, server: Answers) -> None:
    server.by_path["/feed"] = (200, {"Cache-Control": "max-age=7200", "ETag": '"1"'}, FEED)
    follow(digest, server)
    assert told(digest)["state"] == "new"
    (line,) = digest("gather", "--json").out.splitlines()
    assert json.loads(line) == {"source": "lantern", "seen": 2, "new": 2, "trouble": None, "waits": None}
    one = told(digest)
    assert (one["state"], one["status"], one["failures"], one["trouble"], one["paused"]) == ("well", 200, 0, None, None)
    assert one["why_due"] == "as the source itself asks"
    assert one["url"] == server.base.replace("http://", "http://…@") + "/feed"
    assert "2 entries" in digest("source", "check", "lantern").out
    assert "authorization" in server.seen[0][1]
    said = digest("source", "list").out
    assert "well" in said
    assert "s3cret" not in said


def test_a_source_in_trouble_says_why_and_exit_1_that_none_could_be_read(digest: Digest, server: Answers) -> None:
    follow(digest, server, "/missing")
    ran = digest("gather")
    assert ran.code == 1
    assert "404" in ran.out
    one = told(digest)
    assert (one["state"], one["status"], one["failures"]) == ("troubled", 404, 1)
    assert one["why"] == one["trouble"]
    said = digest("source", "list").out
    assert "1 failed in a row" in said
    assert "s3cret" not in f"{ran} {one} {said}"


def test_a_source_is_paused_with_a_reason_and_resumed(digest: Digest, server: Answers) -> None:
    server.by_path["/feed"] = (200, {}, FEED)
    follow(digest, server)
    assert "is paused" in digest("source", "pause", "lantern", "--why", "their server is being moved").out
    assert "paused already" in digest("source", "pause", "lantern").out
    one = told(digest)
    assert (one["state"], one["why"], one["due"]) == ("paused", "their server is being moved", None)
    assert "their server is being moved" in digest("source", "list").out
    assert digest("gather").out == ""
    assert server.seen == []
    assert "from the next tick on" in digest("source", "resume", "lantern").out
    assert "was not paused" in digest("source", "resume", "lantern").out
    assert told(digest)["state"] == "new"


def test_a_source_that_is_not_there_is_named(digest: Digest) -> None:
    for word in ("pause", "resume", "check", "remove"):
        ran = digest("source", word, "nowhere")
        assert ran.code == 1
        assert "no source 'nowhere'" in ran.err


def test_the_feeds_of_a_site_are_found_by_its_address(digest: Digest, server: Answers) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" title="All" href="/feed"></head><body><p>Hello.</p></body></html>'
    server.by_path["/"] = (200, {"Content-Type": "text/html"}, page)
    ran = digest("source", "find", f"{server.base}/", "--allow-private", "--json")
    assert json.loads(ran.out) == {"url": f"{server.base}/", "page": True, "feeds": [{"url": f"{server.base}/feed", "title": "All"}]}
    refused = digest("source", "find", f"{server.base}/")
    assert refused.code == 1
    assert "private or special address" in refused.err
