"""Fetching from servers that are slow, endless, broken or hostile: each is a clear error, soon and in little memory."""

import gzip
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.errors import FetchError
from digest.gather.fetch import Fetched, Fetcher, FetchRequest
from tests.gather.hostile import Script, hostile, keeps_saying, says

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with closing(Fetcher("digest-test/1", connect=30, read=30, whole=60)) as opened:
        yield opened


@pytest.fixture
def hasty() -> Iterator[Fetcher]:
    """One that gives up within a second."""
    with closing(Fetcher("digest-test/1", connect=0.5, read=0.5, whole=1.0)) as opened:
        yield opened


def get(fetcher: Fetcher, *scripts: Script, max_bytes: int = 100_000) -> Fetched:
    with hostile(*scripts) as url:
        return fetcher.fetch(FetchRequest(url=url, allow_private=True, max_bytes=max_bytes))


def sized(head: bytes, body: bytes) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


ENDLESS = {
    "a head byte by byte": keeps_saying(b"HTTP/1.1 200 OK\r\n", b"X", pause=0.05),
    "a body byte by byte": keeps_saying(OK + b"Content-Length: 99999\r\n\r\n", b"x", pause=0.05),
    "headers without end": keeps_saying(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
    "one header without end": keeps_saying(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 4096),
    "a body without end": keeps_saying(OK + b"\r\n", b"x" * 65536),
    "chunks without end": keeps_saying(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 1000),
    "an extension of a chunk without end": keeps_saying(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 4096),
    "hints without end": keeps_saying(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100),
    "compressed nothing without end": keeps_saying(GZIP + b"\r\n", zlib.compress(b"", wbits=31) * 1000),
    "silence": keeps_saying(b"", b"", pause=30),
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_never_ends_is_given_up_in_time(hasty: Fetcher, script: Script) -> None:
    began = time.monotonic()
    with pytest.raises(FetchError, match=r"in time|without end|bytes allowed|cannot be fetched"):
        get(hasty, script)
    # Left alone the quietest of them would take half a minute, the others for ever.
    assert time.monotonic() - began < 15


BROKEN = {
    "nothing": b"",
    "no HTTP": b"220 mail.example ESMTP\r\n",
    "a Shoutcast stream": b"ICY 200 OK\r\n\r\n",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "a header that is none": b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
    "a head that breaks off": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "fewer bytes than were said": OK + b"Content-Length: 500\r\n\r\nfew",
    "two lengths": OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nfour",
    "a length that is no number": OK + b"Content-Length: -3\r\n\r\nabc",
    "a chunk whose size is none": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "a chunk that is longer than it says": OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabcdef\r\n0\r\n\r\n",
    "chunks that break off": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc",
    "a header of a megabyte": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "compression that is none": sized(GZIP, b"<rss/>"),
    "compression that breaks off": sized(GZIP, gzip.compress(b"<rss/>" * 100)[:-12]),
    "a coding that nobody asked for": sized(OK + b"Content-Encoding: br\r\n", b"\x0b\x02\x80<rss/>\x03"),
    "one coding over another": sized(OK + b"Content-Encoding: gzip, gzip\r\n", gzip.compress(gzip.compress(b"<rss/>"))),
    "a 304 that nobody asked for": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "a redirect to no address": b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    "a redirect to nowhere": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    "a redirect to itself": b"HTTP/1.1 302 Found\r\nLocation: /feed\r\nContent-Length: 0\r\n\r\n",
    "a redirect to a file": b"HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
    "a redirect to the metadata of a cloud": b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    "a redirect to another private address": b"HTTP/1.1 302 Found\r\nLocation: http://127.9.9.9:80/\r\nContent-Length: 0\r\n\r\n",
    "a redirect to a mail server": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:25/\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_broken_is_an_error_that_names_the_address(fetcher: Fetcher, answer: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        get(fetcher, says(answer))
    assert "http" in str(caught.value)
    assert "\n" not in str(caught.value)


GOOD = {
    "no length": OK + b"\r\n<rss/>",
    "chunks": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\n<rs\r\n3;ext=1\r\ns/>\r\n0\r\nTrailer: x\r\n\r\n",
    "a hint before": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + sized(OK, b"<rss/>"),
    "gzip": sized(GZIP, gzip.compress(b"<rss/>")),
    "gzip in two members": sized(GZIP, gzip.compress(b"<rs") + gzip.compress(b"s/>")),
    "gzip with padding": sized(GZIP, gzip.compress(b"<rss/>") + b"\0" * 9),
    "gzip with rubbish behind": sized(GZIP, gzip.compress(b"<rss/>") + b"\n<!-- served in 3 ms -->"),
    "deflate": sized(OK + b"Content-Encoding: deflate\r\n", zlib.compress(b"<rss/>")),
    "raw deflate": sized(OK + b"Content-Encoding: deflate\r\n", zlib.compress(b"<rss/>", wbits=-15)),
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\n\r\n<rss/>",
}


@pytest.mark.parametrize("answer", GOOD.values(), ids=GOOD.keys())
def test_what_is_merely_odd_is_read(fetcher: Fetcher, answer: bytes) -> None:
    assert get(fetcher, says(answer)).body == b"<rss/>"


def test_a_repetitive_body_that_is_small_is_no_bomb(fetcher: Fetcher) -> None:
    body = b"<p></p>" * 100_000
    assert get(fetcher, says(sized(GZIP, gzip.compress(body))), max_bytes=10**6).body == body


def test_a_connection_that_was_closed_while_it_was_kept_is_opened_again(fetcher: Fetcher) -> None:
    with hostile(says(sized(OK, b"one")), says(sized(OK, b"two"))) as url:
        request = FetchRequest(url=url, allow_private=True)
        assert [fetcher.fetch(request).body for _ in range(2)] == [b"one", b"two"]


def test_a_name_and_password_go_to_their_own_server_alone(fetcher: Fetcher) -> None:
    heard: list[bytes] = []

    with hostile(says(sized(OK, b"x"))) as other:
        with hostile(says(b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % other.encode())) as url:
            fetched = fetcher.fetch(FetchRequest(url=url.replace("//", "//me:s3cret@"), allow_private=True))
        heard.append(fetched.url.encode())
    assert fetched.body == b"x"
    assert b"s3cret" not in heard[0]


BOMB = """
import sys
from digest.errors import FetchError
from digest.gather.fetch import Fetcher, FetchRequest
from tests.memory import peak
fetcher = Fetcher("digest-test/1")
def fetch(path):
    try:
        return len(fetcher.fetch(FetchRequest(url=sys.argv[1] + path, allow_private=True)).body)
    except FetchError as error:
        return str(error)
fetch("?warm")
before = peak()
said = fetch("?bomb")
print(peak() - before, said)
"""


def test_a_bomb_of_a_gigabyte_costs_less_than_20_mb() -> None:
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join([squeeze.compress(b"\0" * 2**20) for _ in range(1024)] + [squeeze.flush()])
    assert len(bomb) < 2 * 2**20
    with hostile(says(sized(GZIP, gzip.compress(b"<rss/>"))), says(sized(GZIP, bomb))) as url:
        child = subprocess.run([sys.executable, "-c", BOMB, url], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    grown, _, said = child.stdout.partition(" ")
    assert "refused as a bomb" in said
    assert float(grown) < 20
