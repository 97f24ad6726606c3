"""Links are asked by HEAD and then by GET, and what the answers mean is told apart; against a server on loopback."""

import gzip
import socket
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest

from digest.errors import NotYet
from digest.gather.fetch import Fetcher, FetchRequest
from digest.gather.probe import probe
from digest.gather.turns import FreeTurns, Turn
from digest.gather.vacant import astray, network_of
from digest.gather.walls import wall_of
from digest.model.facts import LinkHealth, LinkState
from tests.loopback import Answers

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with closing(Fetcher("digest-test/1", connect=30, read=30, whole=60)) as opened:
        yield opened


def asked(server: Answers, fetcher: Fetcher, path: str) -> LinkHealth:
    return probe(fetcher, FetchRequest(url=server.base + path, allow_private=True, pace=0), now=NOW)


def test_a_page_that_is_there_costs_one_head(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/a/piece"] = (200, {}, b"x" * 100_000)
    assert asked(server, fetcher, "/a/piece") == LinkHealth(url=f"{server.base}/a/piece", state=LinkState.OK, checked=NOW, status=200)
    assert server.methods == ["HEAD"]


@pytest.mark.parametrize("status", [403, 404, 405, 500, 501])
def test_who_answers_head_with_an_error_is_asked_by_get(status: int, server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/a/piece"] = (200, {}, b"<html>")
    server.heads["/a/piece"] = status
    assert asked(server, fetcher, "/a/piece").state is LinkState.OK
    assert server.methods == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_dead(status: int, server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/a/piece"] = (status, {"Server": "cloudflare"}, b"Just a moment... no: not found")
    health = asked(server, fetcher, "/a/piece")
    assert (health.state, health.status) == (LinkState.DEAD, status)
    assert health.why == f"The server says {status}: there is no such page."


@pytest.mark.parametrize(
    ("status", "state"),
    [(500, LinkState.SILENT), (502, LinkState.SILENT), (401, LinkState.WALLED), (403, LinkState.WALLED), (429, LinkState.WALLED)],
)
def test_errors_of_the_server_and_refusals_are_told_apart(status: int, state: LinkState, server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/a/piece"] = (status, {}, b"")
    health = asked(server, fetcher, "/a/piece")
    assert (health.state, health.status) == (state, status)
    assert str(status) in health.why


def test_a_permanent_redirect_gives_the_new_address_with_its_fragment(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/old/piece"] = (301, {"Location": "/new/piece"}, b"")
    server.by_path["/new/piece"] = (200, {}, b"")
    health = probe(fetcher, FetchRequest(url=f"{server.base}/old/piece#part", allow_private=True, pace=0), now=NOW)
    assert (health.state, health.leads_to) == (LinkState.MOVED, f"{server.base}/new/piece#part")


def test_a_passing_redirect_is_no_move(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/old/piece"] = (302, {"Location": "/new/piece"}, b"")
    server.by_path["/new/piece"] = (200, {}, b"")
    assert asked(server, fetcher, "/old/piece").state is LinkState.OK


@pytest.mark.parametrize("status", [301, 302])
def test_a_piece_that_leads_to_the_front_page_is_elsewhere(status: int, server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/2024/piece"] = (status, {"Location": "/"}, b"")
    server.by_path["/"] = (200, {}, b"")
    assert asked(server, fetcher, "/2024/piece").state is LinkState.ELSEWHERE
    assert asked(server, fetcher, "/").state is LinkState.OK


def test_a_server_that_says_nothing_in_time_is_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, closing(Fetcher("digest-test/1", read=0.5, whole=1)) as hasty:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/a/piece"
        health = probe(hasty, FetchRequest(url=url, allow_private=True, pace=0), now=NOW)
    assert (health.state, health.status) == (LinkState.SILENT, None)
    assert health.why == "No answer in time."


def test_a_private_address_is_not_asked_and_is_said(server: Answers, fetcher: Fetcher) -> None:
    health = probe(fetcher, FetchRequest(url=f"{server.base}/a", pace=0), now=NOW)
    assert health.state is LinkState.SILENT
    assert "private" in health.why
    assert server.seen == []


def test_a_host_whose_turn_has_not_come_is_left_for_later(server: Answers) -> None:
    class Busy(FreeTurns):
        def take(self, host: str, *, patience: float) -> Turn:
            raise NotYet(f"{host}: in {patience} s", retry_after=7)

    with closing(Fetcher("digest-test/1", turns=Busy())) as fetcher, pytest.raises(NotYet):
        asked(server, fetcher, "/a/piece")


@pytest.mark.parametrize(
    ("name", "status", "headers", "body"),
    [
        ("Cloudflare", 403, {"Server": "cloudflare", "cf-mitigated": "challenge"}, b""),
        ("Cloudflare", 503, {}, b"<title>Just a moment...</title>"),
        ("DataDome", 403, {"x-datadome": "protected"}, b""),
        ("DataDome", 403, {}, b'<script src="https://geo.captcha-delivery.com/c.js">'),
        ("PerimeterX", 403, {}, b'<div id="px-captcha">'),
        ("Akamai", 403, {"Server": "AkamaiGHost"}, b"<H1>Access Denied</H1>"),
        ("Akamai", 429, {"Set-Cookie": "ak_bmsc=1; path=/"}, b""),
        ("Imperva", 403, {"X-Iinfo": "1-2-3"}, b""),
    ],
)
def test_known_walls_are_named_and_cannot_be_checked(  # noqa: PLR0917  a table's columns
    name: str, status: int, headers: dict[str, str], body: bytes, server: Answers, fetcher: Fetcher
) -> None:
    server.by_path["/a/piece"] = (status, headers, body)
    health = asked(server, fetcher, "/a/piece")
    assert health.state is LinkState.WALLED
    assert health.why == f"{name} keeps programs out there ({status})."


def test_a_wall_is_known_through_compression_and_a_bomb_of_one_is_not_opened(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/a"] = (403, {"Content-Encoding": "gzip"}, gzip.compress(b"<script>_pxAppId='1'</script>"))
    assert "PerimeterX" in asked(server, fetcher, "/a").why
    server.by_path["/b"] = (403, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 80_000_000))
    assert asked(server, fetcher, "/b").state is LinkState.WALLED


def test_a_page_that_is_there_or_gone_is_no_wall() -> None:
    assert wall_of(200, {"server": "cloudflare", "cf-mitigated": "challenge"}, b"Just a moment...") is None
    assert wall_of(404, {"server": "AkamaiGHost"}) is None
    assert wall_of(500, {}, b"datadome") is None


@pytest.mark.parametrize(
    ("leads", "where"),
    [
        ("/login?next=/2024/piece", "a sign-in"),
        ("/users/sign_in", "a sign-in"),
        ("/404.html", "a page that says there is nothing"),
        ("/page-not-found", "a page that says there is nothing"),
        ("/signing-of-the-treaty", None),
        ("/news/login-failures-at-the-bank", None),
    ],
)
def test_a_piece_that_leads_to_a_sign_in_or_to_nothing_is_elsewhere(
    leads: str, where: str | None, server: Answers, fetcher: Fetcher
) -> None:
    server.by_path["/2024/piece"] = (302, {"Location": leads}, b"")
    server.by_path[leads] = (200, {}, b"")
    health = asked(server, fetcher, "/2024/piece")
    assert (health.state, health.why or None) == (LinkState.ELSEWHERE if where else LinkState.OK, where)
    assert asked(server, fetcher, leads).state is LinkState.OK


@pytest.mark.parametrize(
    ("title", "gone"),
    [
        ("Page not found | The Review", True),
        ("404", True),
        ("404 - The Review", True),
        ("Error 404: nothing here", True),
        ("Seite nicht gefunden – Rundschau", True),
        ("Сторінку не знайдено", True),
        ("404 dead in the floods", False),
        ("Flight MH370: the aircraft that was not found", False),
        ("Why peace cannot be found in a day", False),
        ("A page of history, found", False),
    ],
)
def test_a_page_that_only_says_that_it_is_not_there_is_seen_where_it_is_read(
    title: str,
    gone: bool,  # noqa: FBT001  a table's column
    server: Answers,
    fetcher: Fetcher,
) -> None:
    server.by_path["/a/piece"] = (200, {}, f"<html><head><title>{title}</title></head>".encode())
    request = FetchRequest(url=f"{server.base}/a/piece", allow_private=True, pace=0)
    read = probe(fetcher, request, now=NOW, read=True)
    assert server.methods == ["GET"]
    assert read.state is (LinkState.ELSEWHERE if gone else LinkState.OK)
    assert (title in read.why) is gone
    assert asked(server, fetcher, "/a/piece").state is LinkState.OK


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("https://www.linkedin.com/in/ada", "linkedin.com"),
        ("https://x.com/ada/status/1", "x.com"),
        ("https://m.facebook.com/ada", "facebook.com"),
        ("https://netflix.com/", None),
        ("https://linkedin.com.example/", None),
    ],
)
def test_networks_that_show_programs_a_sign_in_are_known(url: str, network: str | None) -> None:
    assert network_of(url) == network


def test_a_http_address_that_has_become_https_offers_the_new_one() -> None:
    assert astray("http://review.example/2024/piece", "https://review.example/2024/piece") is None
    assert astray("http://review.example/2024/piece", "https://accounts.review.example/start") == "a sign-in"
    assert astray("https://linkedin.example/posts/1", "https://linkedin.example/authwall?trk=1") == "a sign-in"
