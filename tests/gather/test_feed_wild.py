"""Feeds that other projects test with, field by field against what those projects make of them."""

import calendar
import json
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import feedparser
import pytest

from digest.errors import NotReadable
from digest.gather import feed_xml
from digest.gather.blocks import tidy
from digest.gather.feed import Feed, parse_feed
from digest.gather.feed_mend import mended
from digest.gather.markup import paragraph_text
from digest.model.source import Entry

Material = Callable[[str], Path]
SITE = "http://127.0.0.1:8097/x/"
LATER = datetime(2030, 1, 1, tzinfo=UTC)
# Where we mean to differ from feedparser, with the reason.
DIFFERENT = {
    "*/illformed/chardet/*": "feedparser has no detector here and shows Latin-1 for what is Japanese, Thai, Hebrew",
    "*/encoding/*double-encoded-html*": "the text says â€¦ twice over; we do not unmake mojibake inside escaped HTML",
    "*/encoding/bozo_linenoise*": "noise has no right reading",
    "*/encoding/bozo_invalid-bytes-with-bom*": "we read the valid bytes as UTF-8 and only the others as Windows-1252",
    "*/encoding/x80_cp875*": "an EBCDIC page that nobody publishes in",
    "*/encoding/x80_*mac*": "0x80 is Ä on a Macintosh",
    "*/encoding/x80_ms-cyrl*": "0x80 is Ђ in Windows-1251",
    "*/entities/[lr]ang*": "HTML 5 moved these two brackets",
    "*_id_base_*": "an id is a name and stays as it is written",
    "*/entry_id_*": "as above",
    "*/node_precedence/atom10_id*": "as above",
    "*/lang/http_content_language_entry_title_inherit_2*": "as above",
    "*/reader*/relative.rss": "as above",
    "*/atom/entry_title_*base64*": "a title has no tags, however they were packed",
    "*/cdf/*": "a format of 1997 in which no newsroom publishes: links are read, dates are not",
    "*/base/cdf_*": "as above",
    "*/rss/item_category_image*": "an image inside a category is no part of the item",
    "*/rss/item_madeup_tags_element*": "no feed has such tags",
    "*/rss/item_*description_and_summary*": "the description is the summary, and there is no content",
    "*/rss/item_summary_and_description*": "as above",
    "*/rss/item_description_code_br*": "tags in code are words of the summary",
    "*/itunes/itunes_item_subtitle*": "a subtitle is better than no summary",
    "*/namespace/atommathml*": "formulas are left out of mails",
    "*_multiple_values*": "the first that can be true counts",
    "*/http/http_status_30[24]*": "no feed, or none with an item",
}
Parsed = dict[str, object]


def tight(text: str | None) -> str:
    return tidy(text or "").replace(" ", "")


def words(markup: str | None) -> str:
    return tight(paragraph_text(markup or ""))


def ours(entry: Entry) -> Parsed:
    moment = entry.published or entry.updated
    return {
        "id": entry.guid,
        "url": entry.url,
        "title": tight(entry.title),
        "summary": tight(entry.summary),
        "content": words(entry.content_html),
        "categories": entry.categories,
        "moment": moment.replace(microsecond=0) if moment else None,
    }


def theirs(item: Any) -> Parsed:  # noqa: ANN401  feedparser has no types
    given = dict.get(item, "published_parsed") or dict.get(item, "updated_parsed") or dict.get(item, "created_parsed")
    content = [one.value for one in item.get("content", [])]
    found = {
        "id": tidy(item["id"]) if item.get("id") else None,
        "url": item["link"] if str(item.get("link")).startswith("http") else None,
        "title": (tight if (item.get("title_detail") or {}).get("type") == "text/plain" else words)(item.get("title")),
        "summary": words(item.get("summary")) if item.get("summary") not in content else None,
        "content": words(content[0]) if content else None,
        "categories": tuple(tag.label or tag.term for tag in item.get("tags", [])),
        "moment": datetime.fromtimestamp(calendar.timegm(given), UTC) if given else None,
    }
    if item.get("guidislink"):  # it takes any name for an address, and any Atom id for a link
        found |= {"id": None, "url": None}
    # What feedparser does not find we may find all the same.
    return {name: value for name, value in found.items() if value}


@pytest.fixture(scope="module")
def feeds(material: Material) -> dict[str, bytes]:
    files = sorted((material("feedparser") / "tests").rglob("*.xml"))
    files += [
        path for name in ("podcastparser", "reader", "trafilatura") for path in sorted((material(name) / "tests").rglob("*.[ra]*[sm]"))
    ]
    return {str(path): path.read_bytes() for path in files if path.suffix in {".xml", ".rss", ".atom"}}


def test_each_field_is_what_feedparser_finds_or_we_say_why_not(feeds: dict[str, bytes]) -> None:
    compared = 0
    wrong: list[tuple[str, object, object]] = []
    for name, body in feeds.items():
        if "/sanitize/" in name or any(fnmatch(name, pattern) for pattern in DIFFERENT):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parsed = feedparser.parse(body, response_headers={"content-location": SITE})
        try:
            feed = parse_feed(body, SITE, LATER)
        except NotReadable:
            if parsed.entries and b"<!ENTITY" not in body:
                wrong.append((name, "refused", len(parsed.entries)))
            continue
        if tight(feed.title) != words(parsed.feed.get("title")):
            wrong.append((name, feed.title, parsed.feed.get("title")))
        if len(feed.entries) != len(parsed.entries):
            wrong.append((name, len(feed.entries), len(parsed.entries)))
        for entry, item in zip(feed.entries, parsed.entries, strict=False):
            mine = ours(entry)
            wrong += [(name, (field, mine[field]), value) for field, value in theirs(item).items() if mine[field] != value]
            compared += 1
    assert wrong == []
    assert compared > 500


def test_what_is_well_formed_reads_the_same_when_it_is_mended(feeds: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def strictly(body: bytes) -> Feed | None:
        with monkeypatch.context() as patch:
            patch.setattr(feed_xml, "mended", lambda _: "")
            return read(body)

    def by_mending(body: bytes) -> Feed | None:
        strict = feed_xml._strict
        with monkeypatch.context() as patch:
            patch.setattr(feed_xml, "_strict", lambda text: strict(text if text.startswith("<mended") else mended(text)))
            return read(body)

    def read(body: bytes) -> Feed | None:
        try:
            return parse_feed(body, SITE, LATER)
        except NotReadable:
            return None

    # Elements of a feed inside an element of words, and XHTML with a title of its own: a mender must take them for what was left open.
    odd = ("item_category_image.xml", "atomsvgdctitle.xml", "entry_content_div_escaped_markup.xml")
    pairs = [(name, feed, by_mending(body)) for name, body in feeds.items() if (feed := strictly(body)) and not name.endswith(odd)]
    assert [(name, strict, loose) for name, strict, loose in pairs if strict != loose] == []
    assert len(pairs) > 1500


def test_podcasts_have_the_titles_links_and_dates_that_podcastparser_says(material: Material) -> None:
    folder = material("podcastparser") / "tests" / "data"
    seen = 0
    for path in sorted(folder.glob("*.rss")):
        said = json.loads(path.with_suffix(".json").read_text("utf-8"))
        feed = parse_feed(path.read_bytes(), "http://example.com/feed.xml", LATER)
        if feed.title:  # podcastparser takes the file's name where a feed has none
            assert feed.title == tidy(said["title"]), path.name
        by_guid = {entry.guid: entry for entry in feed.entries}
        for episode in said["episodes"]:
            entry = by_guid.get(episode["guid"])
            if entry is None:  # podcastparser makes up names where there is none
                continue
            if entry.title:  # as above
                assert entry.title == tidy(episode["title"]), path.name
            moment = entry.published or entry.updated
            assert moment is None or moment.timestamp() == episode["published"] or not episode["published"], path.name
            seen += 1
    assert seen > 25
