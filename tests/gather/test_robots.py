"""robots.txt as RFC 9309 reads it."""

import time

import pytest

from digest.gather.robots import MOST_BYTES, Access, Robots, access_by_status, may_read, read_robots

SITE = "https://lantern.example"


def allowed(text: str, path: str, token: str = "newsroom-digest") -> bool:
    return may_read(read_robots(text.encode(), token), SITE + path)


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        # The examples of RFC 9309, 5.1 and 5.2, and of 2.2.2 and 2.2.3.
        ("User-agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/", "/a.gif", False),
        ("User-agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/", "/a.gif?x", True),
        ("User-agent: *\nDisallow: /example/page/\nDisallow: /example/page/disallowed.gif\nAllow: /example/page/", "/example/page/x", True),
        ("User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif", "/example/page/disallowed.gif", False),
        ("User-agent: *\nDisallow: /foo/bar/ツ", "/foo/bar/%E3%83%84", False),
        ("User-agent: *\nDisallow: /foo/bar/%E3%83%84", "/foo/bar/ツ", False),
        ("User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a/b", True),
        ("User-agent: *\nDisallow: /path/file-with-a-%2A.html", "/path/file-with-a-x.html", True),
        # The longest match decides, and of two as long the one that allows.
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/1", True),
        ("User-agent: *\nAllow: /news\nDisallow: /news/secret", "/news/secret/1", False),
        ("User-agent: *\nDisallow: /page\nAllow: /page", "/page", True),
        ("User-agent: *\nAllow: /$\nDisallow: /", "/", True),
        ("User-agent: *\nAllow: /$\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /*/print$", "/2026/11/pier/print", False),
        ("User-agent: *\nDisallow: /*/print$", "/2026/11/pier/printed", True),
        ("User-agent: *\nDisallow: /*?page=", "/news?page=2", False),
        ("User-agent: *\nDisallow: /Fish", "/fish", True),
        # Groups.
        ("User-agent: *\nDisallow: /\n\nUser-agent: Newsroom-Digest\nDisallow: /x", "/y", True),
        ("User-agent: newsroom-digest/1.0\nDisallow: /x", "/x", False),
        ("User-agent: newsroom\nDisallow: /x", "/x", True),
        ("User-agent: other\nUser-agent: newsroom-digest\nDisallow: /x", "/x", False),
        ("User-agent: newsroom-digest\nDisallow: /x\nUser-agent: a\nDisallow: /z\nUser-agent: newsroom-digest\nDisallow: /y", "/y", False),
        ("User-agent: *\nUser-agent: newsroom-digest\nSitemap: https://x/\nDisallow: /x", "/x", False),
        ("User-agent: newsroom-digest\nDisallow:\n\nUser-agent: *\nDisallow: /", "/x", True),
        # The odd and the broken.
        ("Disallow: /", "/x", True),
        ("", "/x", True),
        ("<html><body>User-agent: nobody</body></html>", "/x", True),
        ("\ufeffUser-agent: *\r\nDisallow: /x # no\r\n", "/x", False),
        ("user-agent : *\rdisallow : /x\r", "/x", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow", "/x", True),
    ],
)
def test_rules_are_read_as_the_rfc_says(rules: str, path: str, expected: bool) -> None:  # noqa: FBT001  a table's column
    assert allowed(rules, path) is expected


@pytest.mark.parametrize(
    ("status", "access"),
    [
        (200, Access.RULES),
        (302, Access.ALL),
        (401, Access.ALL),
        (403, Access.ALL),
        (404, Access.ALL),
        (429, Access.NONE),
        (500, Access.NONE),
    ],
)
def test_an_answer_without_rules_frees_or_closes_the_site(status: int, access: Access) -> None:
    assert access_by_status(status) is access
    assert may_read(Robots(access=Access.ALL), SITE)
    assert not may_read(Robots(access=Access.NONE), SITE)


def test_a_delay_is_kept_up_to_half_a_minute() -> None:
    assert read_robots(b"User-agent: *\nCrawl-delay: 10\nDisallow: /x", "newsroom-digest").delay == 10
    assert read_robots(b"User-agent: *\nCrawl-delay: 9999", "newsroom-digest").delay == 30
    assert read_robots(b"User-agent: *\nCrawl-delay: soon", "newsroom-digest").delay == 0


def test_what_stands_beyond_500_kib_is_not_read_and_no_pattern_is_slow() -> None:
    head = b"User-agent: *\nDisallow: /first\n#"
    assert may_read(read_robots(head + b"x" * MOST_BYTES + b"\nDisallow: /last", "newsroom-digest"), SITE + "/last")
    slow = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 1000 + b"b$\n"
    hostile = read_robots(slow + b"Disallow: /*q*r\n" * 30_000, "newsroom-digest")
    began = time.process_time()
    assert may_read(hostile, SITE + "/" + "a" * 5000)
    assert time.process_time() - began < 2
