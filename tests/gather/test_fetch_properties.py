"""Bodies in any pieces, robots.txt of any bytes and headers of any words: nothing is lost, nothing crashes."""

import gzip
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.errors import FetchError
from digest.gather.freshness import fresh_for, retry_after, ttl_of
from digest.gather.guard import check_url
from digest.gather.inflate import Cap, whole_body
from digest.gather.robots import may_read, read_robots
from digest.model.weburl import shown_url, split_url

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
WIDE = Cap(most=10**7)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[before:after] for before, after in pairwise(at)]


@given(
    st.binary(max_size=5000),
    st.integers(1, 60),
    st.lists(st.integers(0, 10**6), max_size=8),
    st.sampled_from(["", "gzip", "deflate", "raw"]),
)
@settings(deadline=None, max_examples=150)
def test_a_body_comes_out_whole_however_it_is_cut(words: bytes, times: int, cuts: list[int], coding: str) -> None:
    body = words * times
    sent = body
    if coding == "gzip":
        sent = gzip.compress(body)
    elif coding:
        sent = zlib.compress(body, wbits=-15 if coding == "raw" else 15)
    assert whole_body(pieces(sent, cuts), "deflate" if coding == "raw" else coding, WIDE, shown="x") == body


@given(st.binary(min_size=1, max_size=5000), st.data())
@settings(deadline=None, max_examples=80)
def test_a_body_that_breaks_off_anywhere_is_an_error(words: bytes, data: st.DataObject) -> None:
    sent = gzip.compress(words)
    end = data.draw(st.integers(1, len(sent) - 1))
    with pytest.raises(FetchError):
        whole_body([sent[:end]], "gzip", WIDE, shown="x")


@given(st.lists(st.binary(max_size=300), max_size=5), st.sampled_from(["", "gzip", "deflate", "br", "x-gzip", " GZIP "]))
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_a_body_or_an_error(chunks: list[bytes], coding: str) -> None:
    with suppress(FetchError):
        assert len(whole_body(chunks, coding, Cap(most=1000), shown="x")) <= 1000


@given(st.binary(max_size=2000), st.text(max_size=50))
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_a_robots_txt(body: bytes, path: str) -> None:
    may_read(read_robots(body, "newsroom-digest"), f"https://lantern.example/{path.replace('#', '').replace('[', '')}")


@given(st.text(max_size=60), st.binary(max_size=200))
@settings(deadline=None, max_examples=150)
def test_any_words_say_when_or_nothing(value: str, feed: bytes) -> None:
    for name in ("cache-control", "expires", "age", "date"):
        fresh_for({"cache-control": "max-age=5", "expires": "0"} | {name: value}, now=NOW)
    seconds = retry_after({"retry-after": value}, now=NOW)
    assert seconds is None or 0 <= seconds <= 86_400
    ttl_of(feed)


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=200)
def test_any_text_is_an_address_or_an_error_and_shows_no_password(text: str) -> None:
    for url in (text, f"https://{text}", f"https://me:s3cret@{text.replace('s3cret', '')}"):
        with suppress(FetchError):
            check_url(split_url(url)[0])
        assert "s3cret" not in shown_url(url) or "s3cret" in text
