"""Which addresses and ports may be asked, and what of an address is shown."""

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from digest.errors import FetchError
from digest.gather.fetch import Fetcher, FetchRequest
from digest.gather.guard import allowance, check_url, refused_address, refused_port
from digest.model.weburl import shown_url, split_url


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with closing(Fetcher("digest-test/1", connect=0.5, read=0.5, whole=1)) as opened:
        yield opened


@pytest.mark.parametrize(
    "address",
    [
        *("::127.0.0.1", "::ffff:0:127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:1::1"),
        *("192.88.99.1", "192.0.0.9", "198.51.100.1", "203.0.113.9", "240.0.0.1", "5f00::1", "3fff::1", "2001:db8::1", "100::1"),
    ],
)
def test_special_and_translated_addresses_are_refused(address: str) -> None:
    assert refused_address(address)
    assert refused_address(address, allow_private=True)


@pytest.mark.parametrize(("address", "own"), [("127.0.0.1", True), ("10.1.2.3", True), ("192.168.0.9", True), ("100.64.0.1", True)])
def test_an_allowance_reaches_the_own_network(address: str, own: bool) -> None:  # noqa: FBT001  a table's column
    assert refused_address(address)
    assert refused_address(address, allow_private=True) is not own


@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1", "0.0.0.0", "::"])
def test_no_allowance_reaches_link_local_multicast_or_nobody(address: str) -> None:
    assert refused_address(address, allow_private=True)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "134744072", "1e3"])
def test_an_address_in_disguise_is_refused_even_where_it_is_allowed(fetcher: Fetcher, host: str) -> None:
    with pytest.raises(FetchError):
        fetcher.fetch(FetchRequest(url=f"http://{host}:9/", allow_private=True))


@pytest.mark.parametrize(
    "url", ["http://a b/", "http://a\\@b/", "http://a/\r\nX: y", "gopher://a/", "http:///a", "http://a:0/", "http://a:99999/"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(FetchError):
        check_url(url)


@pytest.mark.parametrize("port", [22, 25, 110, 143, 587, 3306, 5432, 6379, 11211])
def test_ports_of_other_services_are_refused_to_everybody(port: int) -> None:
    assert refused_port(port, allow_private=True)
    with pytest.raises(FetchError, match=f"port {port} is no web server's"):
        check_url(f"http://lantern.example:{port}/")


def test_the_open_web_is_asked_on_its_own_ports_only() -> None:
    assert [port for port in range(1, 65536) if not refused_port(port)] == [80, 443, 8080, 8443]


def answering(*addresses: str) -> Any:  # noqa: ANN401  what getaddrinfo gives
    return lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def test_one_private_address_among_public_ones_condemns_the_name(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answering("8.8.8.8", "127.0.0.1"))
    with pytest.raises(FetchError, match=r"rebind\.example is a private or special address \(127\.0\.0\.1\)"):
        fetcher.fetch(FetchRequest(url="http://rebind.example/"))


def test_a_resolver_that_hangs_costs_no_more_than_the_time_to_connect(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading  # noqa: PLC0415  the test's own waiting

    free = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [][free.wait(20) :])
    try:
        with pytest.raises(FetchError, match="no answer in time"):
            fetcher.fetch(FetchRequest(url="http://slow.example/"))
    finally:
        free.set()


def test_an_allowance_reaches_no_further_than_its_site() -> None:
    assert allowance("http://intranet.example/feed", "http://www.intranet.example/a", allow_private=True)
    assert not allowance("http://intranet.example/feed", "http://db.internal/", allow_private=True)
    assert not allowance("http://10.0.0.1/feed", "http://10.0.0.2/", allow_private=True)
    assert not allowance("http://intranet.example/feed", "http://intranet.example/feed", allow_private=False)


@pytest.mark.parametrize(
    ("url", "bare", "shown"),
    [
        ("https://a.example/x@y", "https://a.example/x@y", "https://a.example/x@y"),
        ("https://me@a.example/", "https://a.example/", "https://…@a.example/"),
        ("https://me:p@ss@a.example/?q=1@2", "https://a.example/?q=1@2", "https://…@a.example/?q=1@2"),
        ("mailto:me@a.example", "mailto:me@a.example", "mailto:me@a.example"),
    ],
)
def test_a_name_and_password_are_told_from_the_address_and_not_shown(url: str, bare: str, shown: str) -> None:
    assert split_url(url)[0] == bare
    assert shown_url(url) == shown
    assert "p@ss" not in repr(split_url(url))
