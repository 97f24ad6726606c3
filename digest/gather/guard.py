"""Which addresses and ports may be asked: judged on the address that is connected to, at every hop; pure, nothing is resolved here."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from digest.errors import FetchError
from digest.gather.canonical import host_of, same_site
from digest.model.weburl import shown_url

# Documentation, benchmarking and the like are not global by Python's own tables; these it lets pass, or did until some release.
_SPECIAL_4: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "192.0.0.0/24",  # IETF protocol assignments, RFC 6890
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "192.31.196.0/24",  # AS112, RFC 7535
        "192.175.48.0/24",  # AS112, RFC 7534
    )
)
# Everything that is given out lies in 2000::/3: mapped, compatible, translated (::ffff:0:0:0/96) and NAT64 (64:ff9b::/96, RFC 6052;
# 64:ff9b:1::/48, RFC 8215) addresses, unique local and link-local ones and multicast lie outside it.
_GIVEN_OUT: Final = ipaddress.ip_network("2000::/3")
_SPECIAL_6: Final = tuple(
    ipaddress.ip_network(net)
    for net in (
        "2001::/23",  # Teredo, ORCHID, benchmarking: RFC 2928
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056: it carries an IPv4 address
        "2620:4f:8000::/48",  # AS112, RFC 7534
        "3fff::/20",  # documentation, RFC 9637
    )
)
# What "on our own network" can mean. Link-local stays refused: it is where clouds keep their machines' credentials.
_OWN_4: Final = tuple(
    ipaddress.ip_network(net) for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_OWN_6: Final = tuple(ipaddress.ip_network(net) for net in ("::1/128", "fc00::/7"))
# Where the open web is; with the allowance any other port too, but for those of services that a request could talk into acting.
_WEB_PORTS: Final = frozenset({80, 443, 8080, 8443})
# fetch.spec.whatwg.org, "bad port", and some databases and caches that speak lines of text.
_BAD_PORTS: Final = frozenset(
    {
        *(1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111),
        *(113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548),
        *(554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566),
        *(6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080, 3306, 5432, 6379, 9200, 11211, 27017),
    }
)
_NUMERIC: Final = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]*|[0-9]+)){0,3}\.?")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f\\]")


def refused_address(address: str, *, allow_private: bool = False) -> bool:
    """Whether no request may go to this IP address; with `allow_private` loopback and private ones are let pass."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # among them those with a zone, "fe80::1%eth0", which Python takes: see below
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return True
        if allow_private and any(ip in net for net in _OWN_6):
            return False
        return ip not in _GIVEN_OUT or any(ip in net for net in _SPECIAL_6) or not ip.is_global
    if allow_private and any(ip in net for net in _OWN_4):
        return False
    return any(ip in net for net in _SPECIAL_4) or not ip.is_global or ip.is_multicast or ip.is_reserved


def refused_port(port: int, *, allow_private: bool = False) -> bool:
    """Whether no request may go to this port: with `allow_private` only what is surely no web server is refused."""
    return port in _BAD_PORTS or port == 0 or (not allow_private and port not in _WEB_PORTS)


def check_url(url: str) -> None:
    """Raise FetchError where `url` is none that may be asked. The address behind the host, and the port, are judged when connecting."""
    shown = shown_url(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError(f"{shown}: no address ({error}); correct the source's address") from error
    if parts.scheme not in {"http", "https"} or not host or _CONTROL.search(url):
        raise FetchError(f"{shown}: only http and https addresses are fetched; correct the source's address")
    # 2130706433, 0x7f.1 and 0177.0.0.1 are 127.0.0.1 to a resolver; nobody who means well writes so.
    if _NUMERIC.fullmatch(host) and not _dotted_quad(host):
        raise FetchError(f"{shown}: {host} is an IP address in disguise; write it with four decimal numbers, or use the site's name")
    if port is not None and refused_port(port, allow_private=True):
        raise FetchError(f"{shown}: port {port} is no web server's; correct the source's address")


def allowance(asked: str, url: str, *, allow_private: bool) -> bool:
    """Whether the allowance that was given for `asked` reaches `url`: only on the same site, so that no redirect carries it elsewhere."""
    return allow_private and same_site(host_of(asked), host_of(url))


def _dotted_quad(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
