import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import feedparser
import pytest
from lxml import html
from PIL import Image

from digest.demo.articles import load_pieces, markup
from digest.demo.outlet import FEEDS, Outlet
from digest.demo.pictures import SCENES, draw_picture
from digest.demo.press_room import FeedNamed
from digest.errors import ProcessError

Ask = Callable[..., Any]
COLUMN = "/strait-watch/a-corridor-with-two-clocks"


def _tree(source: bytes | str) -> Any:  # noqa: ANN401  lxml-stubs cannot tell what an xpath gives
    return html.fromstring(source)


def _addresses(page: str, body: bytes) -> set[str]:
    """Every address that a page or feed leads to or shows."""
    found: list[str] = []
    if page.endswith((".xml", ".atom")):
        told = feedparser.parse(body)
        found += [told.feed.link, *(entry.link for entry in told.entries)]
        found += [media["url"] for entry in told.entries for media in entry.get("media_content", ())]
        for entry in told.entries:
            for content in entry.get("content", ()):
                found += [link for _, _, link, _ in _tree(content.value).iterlinks()]
    else:
        tree = _tree(body)
        found += [str(link) for link in tree.xpath("//a/@href | //img/@src | //link[@rel='alternate' or @rel='canonical']/@href")]
        found += [str(link) for link in tree.xpath("//meta[@property='og:image' or @property='og:url']/@content")]
    return {urldefrag(urljoin(page, address)).url for address in found}


def test_every_link_it_shows_leads_to_a_page_of_its_own_or_a_picture(outlet: Outlet, ask: Ask) -> None:
    waiting, seen, pictures = {outlet.url + "/"}, set[str](), 0
    while waiting:
        page = waiting.pop()
        seen.add(page)
        answer = ask(page)
        assert answer.status == 200, page
        if answer.headers["Content-Type"] == "image/png":
            pictures += 1
            with Image.open(io.BytesIO(answer.body)) as picture:
                picture.load()
                assert picture.size == (1200, 630), page
            continue
        links = _addresses(page, answer.body)
        assert all(urlsplit(link).netloc == urlsplit(outlet.url).netloc for link in links), page
        waiting |= links - seen
    assert pictures == len(SCENES)
    assert sum("/elsewhere/" in page for page in seen) == 6


def test_the_home_page_names_both_feeds(outlet: Outlet, ask: Ask) -> None:
    tree = _tree(ask(outlet.url + "/").body)
    assert [(link.get("type"), link.get("title"), link.get("href")) for link in tree.xpath("//link[@rel='alternate']")] == [
        ("application/rss+xml", FEEDS[0].title, FEEDS[0].path),
        ("application/atom+xml", FEEDS[1].title, FEEDS[1].path),
    ]


@pytest.mark.parametrize(("feed", "version", "counts"), [(FEEDS[0], "rss20", (11, 5)), (FEEDS[1], "atom10", (6, 3))])
def test_a_feed_parses_without_a_complaint_and_mixes_full_text_and_excerpts(
    outlet: Outlet, ask: Ask, feed: FeedNamed, version: str, counts: tuple[int, int]
) -> None:
    entries, full = counts
    told = feedparser.parse(ask(outlet.url + feed.path).body)
    assert not told.bozo
    assert told.version == version
    assert told.feed.title == feed.title
    assert len(told.entries) == entries
    assert len({entry.id for entry in told.entries}) == entries
    assert sum("content" in entry for entry in told.entries) == full
    assert all(entry.title and entry.summary and entry.authors and entry.tags for entry in told.entries)


def test_the_week_lies_in_the_last_six_days_and_two_old_articles_do_not(outlet: Outlet, ask: Ask, now: datetime) -> None:
    ages = []
    for feed in FEEDS:
        for entry in feedparser.parse(ask(outlet.url + feed.path).body).entries:
            stamp = entry.published if feed.kind == "atom" else parsedate_to_datetime(entry.published).isoformat()
            ages.append(now - datetime.fromisoformat(stamp))
    assert min(ages) > timedelta(0)
    assert sorted(age > timedelta(days=8) for age in ages) == [False] * 15 + [True] * 2
    assert all(age < timedelta(days=6) or age > timedelta(days=8) for age in ages)


def test_an_article_is_known_by_the_same_id_wherever_the_outlet_listens(now: datetime, outlet: Outlet, ask: Ask) -> None:
    with Outlet(now) as other:
        for feed in FEEDS:
            here, there = (feedparser.parse(ask(site.url + feed.path).body) for site in (outlet, other))
            assert [entry.id for entry in here.entries] == [entry.id for entry in there.entries]


def test_an_article_page_has_what_a_magazine_page_has(outlet: Outlet, ask: Ask, now: datetime) -> None:
    pieces = load_pieces(now)
    assert len(pieces) == 17
    for piece in pieces:
        tree = _tree(ask(outlet.url + piece.path).body)

        def said(path: str, tree: Any = tree) -> list[str]:  # noqa: ANN401  as above
            return [" ".join(found.text_content().split()) for found in tree.xpath(path)]

        assert said("//article//h1") == [piece.headline]
        assert said("//p[@class='dek']") == [piece.dek]
        assert said("//article/header/p[@class='kicker']") == [piece.kicker]
        assert said("//span[@class='author']") == list(piece.authors)
        assert tree.xpath("//article//time/@datetime") == [piece.published.strftime("%Y-%m-%dT%H:%M:%SZ")]
        assert tree.xpath("//figure/img/@alt") == [piece.picture.alt]
        assert said("//figcaption/span[@class='credit']") == [piece.picture.credit]
        assert len(tree.xpath("//div[@class='body']/p")) >= 4
        teasers = tree.xpath("//aside//h2/a/@href")
        assert len(teasers) == 3
        assert piece.path not in teasers
        opengraph, linked = tree.xpath("//meta[@property='og:title']/@content"), tree.xpath("//script[@type='application/ld+json']/text()")
        assert (bool(opengraph), bool(linked)) == (piece.meta != "json-ld", piece.meta != "opengraph")
        if linked:
            told = json.loads(linked[0])
            assert told["headline"] == piece.headline
            assert [author["name"] for author in told["author"]] == list(piece.authors)


def test_pages_differ_in_how_they_speak_to_machines(now: datetime) -> None:
    assert {piece.meta for piece in load_pieces(now)} == {"opengraph", "json-ld", "both"}


def test_the_column_holds_its_article_six_briefs_and_the_briefing(outlet: Outlet, ask: Ask) -> None:
    tree = _tree(ask(outlet.url + COLUMN).body)
    parts: dict[str, list[Any]] = {"": []}
    for block in tree.xpath("//div[@class='body']/*"):
        if block.tag == "h3":
            parts[block.text_content()] = []
        else:
            list(parts.values())[-1].append(block)
    article, briefs, briefing = parts.values()
    assert list(parts)[1:] == ["In other Calder Strait news this week", "From this week’s foreign ministry press briefing:"]
    assert len(article) == 5
    assert len(briefs) == 6
    assert [brief.xpath("boolean(strong)") for brief in briefs] == [True, True, False, True, False, True]
    assert all(len(brief.xpath(".//a")) == 1 for brief in briefs)
    assert len(briefing) == 2
    assert briefing[1].text_content() == "Top photo credit: A corridor in two inks (Ines Calloway)"


@pytest.mark.parametrize("path", ["/", FEEDS[0].path, FEEDS[1].path, COLUMN, "/pictures/strait.png"])
def test_what_has_not_changed_is_not_sent_again(outlet: Outlet, ask: Ask, path: str) -> None:
    first = ask(outlet.url + path)
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = ask(outlet.url + path, headers=condition)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_a_tag_that_differs_outweighs_a_date_that_does_not(outlet: Outlet, ask: Ask) -> None:
    date = ask(outlet.url + "/").headers["Last-Modified"]
    assert ask(outlet.url + "/", headers={"If-None-Match": '"old"', "If-Modified-Since": date}).status == 200
    assert ask(outlet.url + "/", headers={"If-Modified-Since": "last week"}).status == 200


def test_head_tells_the_length_and_sends_nothing(outlet: Outlet, ask: Ask) -> None:
    answer = ask(outlet.url + COLUMN, "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) == len(ask(outlet.url + COLUMN).body)


def test_an_address_that_is_not_there_is_404(outlet: Outlet, ask: Ask) -> None:
    assert ask(outlet.url + "/features/nothing").status == 404
    assert ask(outlet.url + "/pictures/../outlet.py").status == 404


def test_it_stops_at_once_though_a_client_keeps_its_connection(now: datetime) -> None:
    outlet = Outlet(now)
    outlet.start()
    connection = http.client.HTTPConnection("127.0.0.1", outlet.port, timeout=60)
    connection.request("GET", "/about")
    assert connection.getresponse().read()
    begun = time.monotonic()
    outlet.stop()
    outlet.stop()
    # Left alone it would wait for the client, who has half a minute.
    assert time.monotonic() - begun < 20
    connection.close()


def test_a_port_that_is_taken_is_said_with_the_remedy(outlet: Outlet, now: datetime) -> None:
    with pytest.raises(ProcessError, match=rf"{outlet.port}.*--port"):
        Outlet(now, outlet.port).start()


def test_text_is_escaped_before_it_is_marked_up() -> None:
    assert markup("### A & B\n\nSee **this**, *that* and\n[<there>](/x).\n\n> “Quoted”") == (
        "<h3>A &amp; B</h3>\n"
        '<p>See <strong>this</strong>, <em>that</em> and <a href="/x">&lt;there&gt;</a>.</p>\n'
        "<blockquote><p>“Quoted”</p></blockquote>"
    )


@pytest.mark.parametrize("scene", SCENES)
def test_a_drawing_is_the_same_every_time_and_small_enough_to_mail(scene: str) -> None:
    drawn = draw_picture(scene)
    assert SCENES[scene]().png() == drawn
    assert len(drawn) < 60_000


def test_as_a_program_it_says_where_it_is_and_ends_on_sigterm(tmp_path: Path, ask: Ask) -> None:
    ready = tmp_path / "outlet.json"
    command = [sys.executable, "-m", "digest.demo.outlet", "--port", "0", "--ready", str(ready), "--now", "2026-11-28T06:00:00Z"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path.cwd())}) as process:
        until = time.monotonic() + 60
        while not ready.exists() and time.monotonic() < until:
            time.sleep(0.02)
        told = json.loads(ready.read_text(encoding="utf-8"))
        assert told["url"] == f"http://127.0.0.1:{told['port']}"
        assert ask(told["url"] + "/").status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_moment_that_is_none_is_refused_in_one_line() -> None:
    done = subprocess.run([sys.executable, "-m", "digest.demo.outlet", "--now", "soon"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "'soon'" in done.stderr
