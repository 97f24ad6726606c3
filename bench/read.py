# ruff: noqa: E501  sample markup reads better unbroken
"""Reading: feeds against feedparser as it comes, pages against trafilatura, and the memory of a reader; `./run bench read`.

Each list of cases is a function of this file that `main` adds up; a case's ratio is its figure over its reference, both best of
rounds taken in turn, because the machine is shared.
"""

import html
import json
import os
import statistics
import tarfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import feedparser
import trafilatura

from digest.gather.feed import parse_feed
from digest.gather.page import read_page
from digest.gather.read import read_bytes

ROUNDS = 7
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ARTICLES = 20
URL = "https://lantern.example/feed"
PAGE = "https://lantern.example/2026/11/the-pier"
Case = dict[str, object]


def compare(case: str, act: Callable[[], object], reference: Callable[[], object], name: str) -> Case:
    """Return the case: how often a second `act` and `reference` run, each the best of rounds taken in turn."""
    best = [float("inf"), float("inf")]
    for _ in range(ROUNDS):
        for place, one in enumerate((act, reference)):
            started = time.perf_counter()
            one()
            best[place] = min(best[place], time.perf_counter() - started)
    return {
        "case": case,
        "figure": round(1 / best[0], 1),
        "unit": "documents/s",
        "reference": round(1 / best[1], 1),
        "reference_name": name,
        "ratio": round(best[1] / best[0], 2),
    }


def article(number: int) -> str:
    """Return an article of about 6 KB as publishing programs write it: a figure, paragraphs with links, a subhead, a list, a quote."""
    words = "The old pier stays closed until the divers have looked at each of its ninety legs, the harbour office said. "
    paragraphs = [
        f'<p>{words * 2}<a href="/{number}/{place}?utm_source=rss&amp;utm_medium=feed" rel="nofollow">In its report</a> it asks for '
        f"<em>three</em> more weeks and <strong>{place + 2} boats</strong>. {words}</p>"
        for place in range(12)
    ]
    figure = (
        f'<figure class="wp-block-image size-large"><img loading="lazy" width="1024" height="683" src="https://lantern.example/i/{number}.jpg" '
        f'alt="The pier" class="wp-image-{number}" srcset="/i/{number}-300.jpg 300w, /i/{number}.jpg 1024w"><figcaption>At dusk</figcaption></figure>'
    )
    quote = f"<blockquote><p>{words}</p></blockquote><h3>What comes next</h3><ul>{'<li>A boat, a diver, a lamp</li>' * 5}</ul>"
    return figure + "".join(paragraphs[:6]) + quote + "".join(paragraphs[6:])


def rss() -> bytes:
    """Return an RSS feed of full articles in CDATA."""
    items = "".join(
        f"<item><title>The pier, day {number}</title><link>https://lantern.example/2026/{number}/</link>"
        f"<dc:creator><![CDATA[Ann Lee and Bo Chi]]></dc:creator>"
        f"<pubDate>{NOW - timedelta(hours=number):%a, %d %b %Y %H:%M:%S} +0000</pubDate><category><![CDATA[Harbour]]></category>"
        f'<guid isPermaLink="false">https://lantern.example/?p={number}</guid><description><![CDATA[<p>The old pier stays closed.</p>]]></description>'
        f'<content:encoded><![CDATA[{article(number)}]]></content:encoded><media:content url="https://lantern.example/i/{number}.jpg" medium="image"/></item>'
        for number in range(ARTICLES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>The Lantern</title>'
        f"<link>https://lantern.example/</link><language>en</language>{items}</channel></rss>"
    ).encode()


def atom() -> bytes:
    """Return an Atom feed of full articles as escaped HTML."""
    entries = "".join(
        f'<entry><title>The pier, day {number}</title><link href="https://lantern.example/2026/{number}/"/><id>tag:lantern.example,2026:{number}</id>'
        f"<published>{NOW - timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}</published><updated>{NOW:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f'<author><name>Ann Lee</name></author><content type="html">{html.escape(article(number))}</content></entry>'
        for number in range(ARTICLES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Lantern</title>'
        f'<link href="https://lantern.example/"/>{entries}</feed>'
    ).encode()


def feed_cases() -> list[Case]:
    """Return the cases of feeds, each of 20 full articles."""
    bodies = {"RSS": rss(), "Atom": atom(), "malformed RSS": rss().replace(b"</channel>", b"<title>A & B</title>")}
    cases = []
    for kind, body in bodies.items():
        size = f"{kind} of {ARTICLES} articles, {len(body) // 1000} KB"
        reference = _feedparser(body)
        cases.append(compare(f"{size}: to sanitised entries", partial(parse_feed, body, URL, NOW), reference, "feedparser.parse"))
        cases.append(compare(f"{size}: with their briefs", partial(read_bytes, body, URL, "feed", NOW), reference, "feedparser.parse"))
    return cases


def _feedparser(body: bytes) -> Callable[[], object]:
    def parse() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return feedparser.parse(body)

    return parse


def real_pages() -> list[bytes]:
    """Return the pages of 30 to 300 KB that extraction packages test with, from .material (`./run material` fetches it)."""
    pages: list[bytes] = []
    for archive in sorted((Path(__file__).resolve().parent.parent / ".material").glob("*.tar.gz")):
        if not archive.name.startswith(("newspaper4k", "htmldate")):
            continue
        with tarfile.open(archive) as tar:
            bodies = (
                tar.extractfile(member) for member in tar.getmembers() if member.name.endswith(".html") and 30_000 <= member.size <= 300_000
            )
            pages += [body.read() for body in bodies if body is not None]
    return pages


def page_cases() -> list[Case]:
    """A page to article, metadata and briefs, against trafilatura with links and metadata; and the memory of 5,000 readings."""
    pages = real_pages()
    if not pages:
        raise SystemExit("bench/read.py: no pages in .material; fetch them with ./run material")
    times: list[tuple[float, float]] = []
    for page in pages:
        best = [float("inf"), float("inf")]
        extract = partial(trafilatura.extract, page, output_format="html", include_links=True, with_metadata=True)
        acts: tuple[Callable[[], object], ...] = (partial(read_page, page, PAGE, NOW), extract)
        for _ in range(3):
            for place, act in enumerate(acts):
                started = time.process_time()
                act()
                best[place] = min(best[place], time.process_time() - started)
        times.append((best[0], best[1]))
    ours, theirs = (statistics.median(one[place] for one in times) * 1000 for place in (0, 1))
    speed: Case = {
        "case": f"page to article, metadata and briefs, {len(pages)} real pages of 30 to 300 KB",
        "figure": round(ours, 1),
        "unit": "ms, median",
        "reference": round(theirs, 1),
        "reference_name": "trafilatura.extract with links and metadata",
        "ratio": round(statistics.median(one[0] / one[1] for one in times), 2),
    }
    return [speed, memory_case(pages)]


def memory_case(pages: list[bytes], readings: int = 5000) -> Case:
    """The memory of a process after `readings` pages, against what it was after the first tenth."""
    warm = 0.0
    for number, page in enumerate(islice(cycle(pages), readings)):
        read_page(page, PAGE, NOW)
        if number == readings // 10:
            warm = resident()
    end = resident()
    return {
        "case": f"memory after {readings:,} pages",
        "figure": round(end, 1),
        "unit": "MB",
        "reference": round(warm, 1),
        "reference_name": "after the first tenth",
        "ratio": round(end / warm, 3),
    }


def resident() -> float:
    """Return the memory that this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure and print one JSON object."""
    print(json.dumps({"name": "read", "cases": [*feed_cases(), *page_cases()]}))


if __name__ == "__main__":
    main()
