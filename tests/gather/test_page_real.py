"""Pages that extraction packages test with, read whole: text, headline, authors and date held against what those packages expect."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.gather.read import read_bytes
from digest.model.page import Notice, Page

Material = Callable[[str], Path]
# A front page, a feed, and a page that forwards: no articles.
NONE = {"cnn_main_site", "wired_main_site", "yahoo_main_site", "sample_rss", "google_meta_refresh"}


def words(text: str) -> list[str]:
    """The words of a text; the signs where it sets no spaces."""
    return re.findall(r"\w" if re.search("[\u3040-\u9fff\u0e00-\u0e7f\u1000-\u109f]", text) else r"\w+", text.casefold())


def likeness(one: str, other: str) -> float:
    """The F1 of two texts' words."""
    first, second = Counter(words(one)), Counter(words(other))
    shared = sum((first & second).values())
    return 2 * shared / max(1, sum(first.values()) + sum(second.values()))


def page_of(path: Path, url: str) -> Page:
    page = read_bytes(path.read_bytes(), url, "page").page
    assert page is not None
    return page


@pytest.fixture(scope="module")
def newspaper(material: Material) -> dict[str, tuple[Page, dict[str, object]]]:
    """newspaper4k's pages by name, each with what it expects."""
    data = material("newspaper4k") / "tests" / "data"
    found: dict[str, tuple[Page, dict[str, object]]] = {}
    for path in sorted((data / "html").glob("*.html")):
        expected: dict[str, object] = {}
        known, text = data / "metadata" / f"{path.stem}.json", data / "txt" / f"{path.stem}.txt"
        if known.exists():
            expected = json.loads(known.read_text("utf-8"))
        elif text.exists():
            expected = {"text_cleaned": text.read_text("utf-8")}
        found[path.stem] = page_of(path, str(expected.get("url") or "https://example.org/2018/story.html")), expected
    return found


def test_the_texts_of_real_articles_are_what_newspaper4k_expects(newspaper: dict[str, tuple[Page, dict[str, object]]]) -> None:
    scores = {
        name: likeness(page.article.body_text, str(expected["text_cleaned"]))
        for name, (page, expected) in newspaper.items()
        if page.article is not None and expected.get("text_cleaned")
    }
    assert len(scores) >= 20
    assert sum(scores.values()) / len(scores) >= 0.96, scores
    assert min(scores.values()) >= 0.8, scores


def test_real_front_pages_feeds_and_forwards_are_no_articles_and_all_else_is(newspaper: dict[str, tuple[Page, dict[str, object]]]) -> None:
    without = {name for name, (page, _) in newspaper.items() if page.article is None}
    # Nikkei's is a stub that ends at its wall; newspaper4k takes the stub.
    assert without == NONE | {"japanese_article"}
    assert newspaper["japanese_article"][0].notice is Notice.PAYWALL


def test_real_authors_are_those_expected_or_less_than_those(newspaper: dict[str, tuple[Page, dict[str, object]]]) -> None:
    wrong: dict[str, object] = {}
    for name, (page, expected) in newspaper.items():
        wanted = expected.get("authors")
        if page.article is None or not isinstance(wanted, list) or not wanted:
            continue
        known = {str(one).casefold() for one in wanted}
        if not {one.casefold() for one in page.article.authors} <= known:
            wrong[name] = (page.article.authors, wanted)
    assert wrong == {}


def test_real_headlines_are_those_that_the_page_shows(newspaper: dict[str, tuple[Page, dict[str, object]]]) -> None:
    alike = [
        likeness(page.article.headline or "", str(expected["title"]))
        for page, expected in newspaper.values()
        if page.article is not None and expected.get("title")
    ]
    assert sum(alike) / len(alike) >= 0.9


def test_no_real_article_holds_briefs_that_are_none(newspaper: dict[str, tuple[Page, dict[str, object]]]) -> None:
    assert [name for name, (page, _) in newspaper.items() if page.sections] == []


def test_real_pages_of_every_age_have_their_dates(material: Material) -> None:
    top = material("htmldate")
    source = (top / "tests" / "unit_tests.py").read_text("utf-8")
    pages = dict(re.findall(r"^'(http[^']+)'\s*:\s*'([^']+)'", source, re.MULTILINE))
    dates: dict[str, set[str]] = {}
    for url, date in re.findall(r"load_mock_page\('([^']+)'\)[^\n]*== '(\d{4}-\d\d-\d\d)'", source):
        dates.setdefault(url, set()).add(date)
    right = wrong = 0
    for url, name in pages.items():
        path = top / "tests" / "cache" / name
        if url not in dates or not path.exists():
            continue
        article = page_of(path, url).article
        if article is None or article.published is None:
            continue
        good = f"{article.published:%Y-%m-%d}" in dates[url]
        right, wrong = right + good, wrong + (not good)
    # Two of the three are updates that htmldate takes for the date; the third is a comment's.
    assert wrong <= 3
    assert right >= 30
