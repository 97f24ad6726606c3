"""Fetching, against a server on loopback."""

import gzip
from collections.abc import Iterator
from contextlib import closing

import pytest

from digest.errors import FetchError
from digest.gather.fetch import Fetcher, FetchRequest
from digest.gather.guard import refused_address
from tests.loopback import Answers


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with closing(Fetcher("digest-test/1 (+mailto:ops@lantern.example)", connect=30, read=30, whole=60)) as opened:
        yield opened


def ask(server: Answers, path: str, **more: object) -> FetchRequest:
    return FetchRequest(url=server.base + path, allow_private=True, **more)  # type: ignore[arg-type]  # a test's short hand


def test_an_answer_comes_with_its_validators_and_our_name(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/f"] = (200, {"ETag": '"1"', "Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT", "Content-Type": "text/xml"}, b"<rss/>")
    fetched = fetcher.fetch(ask(server, "/f"))
    assert (fetched.body, fetched.etag, fetched.content_type) == (b"<rss/>", '"1"', "text/xml")
    assert server.seen[0][1]["user-agent"].startswith("digest-test/1")


def test_what_did_not_change_is_not_sent_again(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/f"] = (304, {"ETag": '"1"'}, b"")
    fetched = fetcher.fetch(ask(server, "/f", etag='"1"', last_modified="Mon, 02 Nov 2026 10:00:00 GMT"))
    assert fetched.not_modified
    assert server.seen[0][1]["if-none-match"] == '"1"'


def test_a_private_address_is_refused_without_an_allowance(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/f"] = (200, {}, b"x")
    with pytest.raises(FetchError, match="private"):
        fetcher.fetch(FetchRequest(url=server.base + "/f"))
    assert server.seen == []


def test_five_redirects_are_followed_and_a_sixth_is_not(server: Answers, fetcher: Fetcher) -> None:
    for hop in range(6):
        server.by_path[f"/{hop}"] = (301, {"Location": f"/{hop + 1}"}, b"")
    server.by_path["/6"] = (200, {}, b"end")
    assert fetcher.fetch(ask(server, "/1")).body == b"end"
    with pytest.raises(FetchError, match="redirects"):
        fetcher.fetch(ask(server, "/0"))


def test_a_redirect_to_another_scheme_is_refused(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/f"] = (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(FetchError, match="only http"):
        fetcher.fetch(ask(server, "/f"))


def test_the_server_s_wait_comes_with_the_error(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/f"] = (503, {"Retry-After": "120"}, b"")
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(ask(server, "/f"))
    assert (caught.value.status, caught.value.retry_after) == (503, 120)


def test_a_body_over_the_cap_is_cut_off(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/f"] = (200, {}, b"x" * 5000)
    with pytest.raises(FetchError, match="1,000"):
        fetcher.fetch(ask(server, "/f", max_bytes=1000))


def test_a_compressed_body_is_read_and_a_bomb_is_refused(server: Answers, fetcher: Fetcher) -> None:
    server.by_path["/good"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"hello"))
    server.by_path["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 30_000_000))
    server.by_path["/torn"] = (200, {"Content-Encoding": "gzip"}, b"not gzip at all")
    assert fetcher.fetch(ask(server, "/good")).body == b"hello"
    with pytest.raises(FetchError, match="bomb"):
        fetcher.fetch(ask(server, "/bomb"))
    with pytest.raises(FetchError, match="compression"):
        fetcher.fetch(ask(server, "/torn"))


@pytest.mark.parametrize("url", ["ftp://lantern.example/", "http://", "http://me:secret@127.0.0.1/", "nonsense"])
def test_an_address_that_is_none_is_refused_without_a_request(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchError):
        fetcher.fetch(FetchRequest(url=url))


@pytest.mark.parametrize(
    "url",
    ["http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://[::ffff:127.0.0.1]/", "http://[::1]/"],
)
def test_loopback_in_disguise_is_refused_at_connect_time(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchError):
        fetcher.fetch(FetchRequest(url=url))


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2002:7f00:1::",
        "2001::1",
        "fec0::1",
        "garbage",
    ],
)
def test_addresses_off_the_public_internet_are_refused(address: str) -> None:
    assert refused_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert not refused_address(address)
