"""The feeds of a site: those that its page links to, and where else they may stand; pure, nothing is fetched."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit

from digest.gather.blocks import tidy
from digest.gather.canonical import absolute, host_of, same_site
from digest.gather.decode import decode
from digest.gather.feed_shapes import shaped_addresses

_TYPES: Final = frozenset(
    {
        *("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/x-rss+xml"),
        *("text/xml", "application/xml", "text/rss", "text/rss+xml", "application/rss", "application/atom"),
    }
)
# Types that name other things as well: another language's page, an interface for machines.
_VAGUE: Final = frozenset({"text/xml", "application/xml", "application/json"})
_COMMON: Final = (
    *("/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss", "/index.xml", "/feed.json", "/feeds/posts/default", "/index.rdf"),
    *("/?feed=rss2", "/blog/feed", "/news/rss", "/rss/news.xml"),
)
_MOST: Final = 12
_MOST_TRIED: Final = 16
_LONGEST: Final = 1024 * 1024
# Feeds of comments, and machines' interfaces, that pages link to beside their articles.
_BESIDE: Final = re.compile(r"comment|kommentar|commentaire|comentario|replies|oembed|wp-json|opensearch", re.IGNORECASE)
# A part of a site: useful, but not what was asked for.
_PART: Final = re.compile(
    r"/(?:category|categories|tag|tags|topic|author|authors|search|label)/|[?&](?:cat|tag|author|s)=|feed/calendar|/events?/", re.IGNORECASE
)
_FEEDISH: Final = re.compile(
    r"(?:[/._-](?:rss|atom|rdf|feed|feeds|xml)\d?(?:\.(?:xml|php|rdf|json|aspx?))?/?|\.rss|\.atom|\.rdf|feed\.json)(?:[?#].*)?$"
    r"|[?&](?:feed|format|type)=(?:rss|atom|feed)|feeds?\.(?:feedburner|feedblitz|feedpress|megaphone|simplecast|acast)\."
    r"|//(?:feeds?|rss)\.",
    re.IGNORECASE,
)
_FEED_WORDS: Final = re.compile(r"^(?:rss|atom|xml|web ?feed|news ?feed|feed|json feed)\b|\brss[ -]?feeds?\b", re.IGNORECASE)
# Buttons that add a feed to somebody's reader, and pages about feeds.
_READERS: Final = re.compile(
    r"feedly\.com|inoreader\.com|add\.my\.yahoo|netvibes\.com|newsblur\.com|theoldreader\.com|google\.com/(?:ig|reader)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a page names: its absolute address, and its title where the page gives one."""

    url: str
    title: str | None = None


def linked_feeds(html: bytes, url: str) -> tuple[FeedLink, ...]:
    """Return the feeds that the page at `url` links to with rel=alternate, each once.

    Those of its own site come first, then those of others and of parts of the site, feeds of comments last; else in its order.
    """
    page = _read(html)
    base = urljoin(url, page.base) if page.base else url
    found: dict[str, FeedLink] = {}
    for href, title in page.feeds:
        address = absolute(href, base)
        if address and urlsplit(address).scheme in ("http", "https"):
            found.setdefault(address, FeedLink(url=address, title=tidy(title)[:200] or None))
    return tuple(sorted(found.values(), key=lambda one: _rank(one, url)))[:_MOST]


def common_addresses(url: str, html: bytes = b"") -> tuple[str, ...]:
    """Return where the site of `url` may keep a feed that its page, `html`, names nowhere; likely ones first, sixteen at most.

    The page's ordinary links to what looks like a feed, then where its publishing program puts it, then where feeds commonly stand.
    """
    page = _read(html)
    base = urljoin(url, page.base) if page.base else url
    anchored: dict[str, FeedLink] = {}
    for href, title in page.anchors:
        address = absolute(href, base)
        if address and not _READERS.search(address) and address.rstrip("/") != url.rstrip("/"):
            anchored.setdefault(address, FeedLink(url=address, title=tidy(title) or None))
    likely = [one.url for one in sorted(anchored.values(), key=lambda one: _rank(one, url)) if not _BESIDE.search(one.url)]
    parts = urlsplit(url)
    site = f"{parts.scheme}://{parts.netloc}"
    below = parts.path.rstrip("/")
    own = (f"{site}{below}/feed",) if below else ()
    shaped = shaped_addresses(url, decode(html[:_LONGEST]) if html else "")
    return tuple(dict.fromkeys((*likely[:4], *shaped, *own, *(site + path for path in _COMMON))))[:_MOST_TRIED]


def _rank(link: FeedLink, url: str) -> tuple[bool, bool, bool]:
    said = f"{link.url} {link.title or ''}"
    own = same_site(host_of(link.url), host_of(url)) or _family(host_of(link.url)) == _family(host_of(url))
    return bool(_BESIDE.search(said)), bool(_PART.search(link.url)), not own


def _family(host: str) -> str:
    """The last two labels: feeds.example.org stands beside www.example.org."""
    return ".".join(host.split(".")[-2:])


def _read(html: bytes) -> "_Links":
    reader = _Links()
    if html:
        reader.feed(decode(html[:_LONGEST]))
        reader.close()
    return reader


class _Links(HTMLParser):
    """Collects <base href>, <link rel=alternate type=feed href title>, and <a> whose address or words speak of a feed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.feeds: list[tuple[str, str]] = []
        self.anchors: list[tuple[str, str]] = []
        self._open: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag names."""
        if tag not in ("base", "link", "a"):
            return
        said = {name: (value or "").strip() for name, value in attrs}
        if tag == "base" and self.base is None:
            self.base = said.get("href") or None
        elif tag == "link" and said.get("href") and _names_feed(said):
            self.feeds.append((said["href"], said.get("title", "")))
        elif tag == "a":
            self._anchor()
            self._open = said.get("href") or None
            self._words = [said.get("title", "")] if said.get("title") else []

    def handle_data(self, data: str) -> None:
        """Note a link's words."""
        if self._open is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Note a link that ended."""
        if tag == "a":
            self._anchor()

    def close(self) -> None:
        """Note a link that never ended."""
        super().close()
        self._anchor()

    def _anchor(self) -> None:
        if self._open is not None:
            words = tidy(" ".join(self._words))[:200]
            if _FEEDISH.search(self._open) or _FEED_WORDS.search(words):
                self.anchors.append((self._open, words))
        self._open, self._words = None, []


def _names_feed(said: dict[str, str]) -> bool:
    kind = said.get("type", "").partition(";")[0].strip().lower()
    relations = said.get("rel", "").lower().split()
    if "alternate" not in relations and "feed" not in relations:
        return False
    if kind in _VAGUE:
        return "hreflang" not in said and (kind != "application/json" or bool(re.search(r"feed", said["href"], re.IGNORECASE)))
    return kind in _TYPES or ("feed" in relations and not kind)
