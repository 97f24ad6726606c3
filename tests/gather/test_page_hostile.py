"""Pages made to break a reader: nested without end, five megabytes, NUL and bidi marks, and thousands one after another."""

import gc
import os
import time
from pathlib import Path

import pytest

from digest.errors import NotReadable
from digest.gather.page import MAX_BYTES, read_page
from digest.gather.read import read_bytes

URL = "https://lantern.example/2026/11/pier"
PROSE = "<p>" + "The old pier stays closed until the divers have looked at its ninety legs. " * 4 + "</p>"


def page(body: str) -> bytes:
    head = "<html><head><title>Divers look at the old pier</title></head><body><h1>Divers look at the old pier</h1>"
    return f"{head}{body}</body></html>".encode()


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 9000 + PROSE + "</div>" * 9000,
        "<span><b><i>" * 9000 + PROSE,
        "<table><tr><td>" * 3000 + PROSE,
        "<ul><li>" * 9000 + PROSE + "</li></ul>" * 9000,
        "<blockquote>" * 9000 + PROSE,
        "<a href='/x'>" * 20_000 + PROSE,
        "<h2>Elsewhere</h2>" * 5000 + PROSE,
        "<p>– Rents rose, the BBC reported.</p>" * 6000,
        "<p><b>Rents.</b> They rose, Reuters reported on Monday.</p>" * 6000,
        "<br>" * 100_000 + PROSE,
        "<" * 300_000 + PROSE,
        "<div class='" + "related " * 100_000 + "'>" + PROSE,
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script>" + PROSE,
        "<div itemscope itemtype='https://schema.org/NewsArticle'><i itemprop=headline>x</i>" * 3000 + PROSE,
        "<p>" + "Reuters, the BBC, Le Monde and El País (dpa) said: " * 8000 + "</p>" + PROSE,
        "By " + "Ann Lee and " * 20_000 + PROSE,
    ],
    ids=lambda body: body[:24],
)
def test_no_nesting_and_no_repetition_costs_more_than_five_seconds(body: str) -> None:
    started = time.process_time()
    read_page(page(body), URL)
    assert time.process_time() - started < 5


def test_a_page_of_five_megabytes_is_read_and_a_larger_one_refused() -> None:
    whole = page(PROSE * ((MAX_BYTES - 1000) // len(PROSE)))
    started = time.process_time()
    found = read_page(whole, URL)
    assert time.process_time() - started < 10
    assert found.article is not None
    with pytest.raises(NotReadable, match="more than 5,242,880"):
        read_page(whole + b" " * 10_000, URL)


def test_nul_and_bidi_marks_reach_nobody() -> None:
    turned = PROSE.replace("divers", "di\x00vers").replace("ninety", "\u202eninety\u202c")
    marked = page(turned + "<p>\u2067" + "x" * 80 + ".</p>" + PROSE)
    article = read_page(marked, URL).article
    assert article is not None
    assert "\x00" not in article.body_html
    assert "divers" in article.body_text
    assert not set(article.body_text + article.body_html) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_a_worker_that_reads_hundreds_of_pages_grows_by_little() -> None:
    sample = (Path(__file__).parent / "pier.html").read_bytes()
    pages = [sample.replace(b"pier", f"pier{number}".encode()) for number in range(40)]

    def resident() -> float:
        gc.collect()
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    for body in pages * 3:
        read_bytes(body, URL, "page")
    before = resident()
    for round_ in range(8):
        for body in pages:
            read_bytes(body.replace(b"pier", f"quay{round_}".encode()), URL, "page")
    assert resident() - before < 12
