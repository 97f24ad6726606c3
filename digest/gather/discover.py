"""The feeds of a site: those that its page links to, and where they commonly stand; pure, nothing is fetched."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from digest.gather.blocks import tidy
from digest.gather.canonical import absolute
from digest.gather.decode import decode

_TYPES: Final = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "text/xml",
    "application/xml",
)
_COMMON: Final = ("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/index.xml", "/feed.json")
_MOST: Final = 12
_LONGEST: Final = 1024 * 1024
# Feeds of comments, and machines' interfaces, that pages link to beside their articles.
_BESIDE: Final = re.compile(r"comment|kommentar|oembed|wp-json|opensearch", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a page names: its absolute address, and its title where the page gives one."""

    url: str
    title: str | None = None


def linked_feeds(html: bytes, url: str) -> tuple[FeedLink, ...]:
    """Return the feeds that the page at `url` links to with rel=alternate, each once, in its order; feeds of comments last."""
    reader = _Links()
    reader.feed(decode(html[:_LONGEST]))
    base = urljoin(url, reader.base) if reader.base else url
    found: dict[str, FeedLink] = {}
    for href, title in reader.feeds:
        address = absolute(href, base)
        if address and urlsplit(address).scheme in ("http", "https"):
            found.setdefault(address, FeedLink(url=address, title=tidy(title)[:200] or None))
    return tuple(sorted(found.values(), key=lambda one: bool(_BESIDE.search(f"{one.url} {one.title or ''}"))))[:_MOST]


def common_addresses(url: str) -> tuple[str, ...]:
    """Return where the site of `url` may keep a feed that it links to nowhere, likely ones first."""
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    below = parts.path.rstrip("/")
    own = (f"{site}{below}/feed",) if below else ()
    return tuple(dict.fromkeys((*own, *(site + path for path in _COMMON))))


class _Links(HTMLParser):
    """Collects <base href> and <link rel=alternate type=feed href title>."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.feeds: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag names."""
        if tag not in ("base", "link"):
            return
        said = {name: value or "" for name, value in attrs}
        if tag == "base" and self.base is None:
            self.base = said.get("href") or None
        elif tag == "link" and "alternate" in said.get("rel", "").lower().split() and said.get("href"):
            kind = said.get("type", "").partition(";")[0].strip().lower()
            if kind in _TYPES and "hreflang" not in said:
                self.feeds.append((said["href"].strip(), said.get("title", "")))
