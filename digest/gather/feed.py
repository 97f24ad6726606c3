"""Feeds to entries: RSS and Atom as a tree of elements, JSON Feed by jsonfeed.py; HTML cleaned, dates mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from digest.errors import NotReadable
from digest.gather.decode import decode
from digest.gather.feed_item import Around, Fields, authors_of, base_of, entry_of, fields_of, link_of, title_of, words_of
from digest.gather.feed_names import Element, key_of
from digest.gather.feed_xml import tree_of
from digest.gather.jsonfeed import parse_json_feed
from digest.model.source import Entry

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 2000
_ITEMS = frozenset({"item", "entry", "atom:entry", "atom:item"})
_FRAMES = frozenset({"mended", "rss", "rdf:rdf", "rdf", "channel", "feed", "atom:feed", "items"})
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it was read; `url` is the address of its site, absolute, or None where it gives none."""

    title: str | None
    url: str | None
    language: str | None
    entries: tuple[Entry, ...]


def parse_feed(body: bytes, url: str, now: datetime | None = None) -> Feed:
    """The feed in `body`, fetched from `url`, its entries in its own order.

    Dates later than 48 hours after `now` (aware; the clock where None) are dropped. Raises NotReadable, which says what the
    bytes are instead: empty, too long, HTML, a document type with entities, no feed at all.
    """
    if not body.strip():
        raise NotReadable(f"{url}: the feed is empty; try again later, or correct the source's address")
    if len(body) > MAX_BYTES:
        raise NotReadable(f"{url}: the feed has {len(body):,} bytes, more than {MAX_BYTES:,}; ask the publisher for a shorter one")
    text = decode(body)
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        title, site, language, entries = parse_json_feed(text, url, now)
        return Feed(title=title, url=site, language=language, entries=entries)
    if "<" not in text[:65536]:
        raise NotReadable(f"{url}: neither a feed nor HTML; give the address of an RSS, Atom or JSON feed")
    return _from_tree(tree_of(text, url), url, now)


def _from_tree(root: Element, url: str, now: datetime | None) -> Feed:
    fields: Fields = {}
    items: list[tuple[Element, str]] = []
    language: str | None = None
    base = url
    for kind, element, inner in _walk(root, url):
        if kind == "item":
            items.append((element, inner))
            continue
        base = inner
        language = language or element.get(_LANG)
        for key, found in fields_of(element).items():
            fields.setdefault(key, []).extend(found)
    site = link_of(fields, base)
    is_atom = "atom:entry" in fields or ("atom:id" in fields and "item" not in fields)
    authors = authors_of(fields) if is_atom else ()
    entries = []
    for element, inner in items[:MAX_ENTRIES]:
        # Atom's relative addresses are seen from the feed (RFC 4287, 2), RSS's from the site that it names.
        seen_from = inner if is_atom or inner != url else site or inner
        entries.append(entry_of(element, Around(base=seen_from, stated=inner != url, now=now, authors=authors)))
    stated = next(iter(words_of(fields, "language", "dc:language", "dcterms:language")), None) or language
    return Feed(title=title_of(fields), url=site, language=stated.replace("_", "-") if stated else None, entries=tuple(entries))


def _walk(root: Element, url: str) -> Iterator[tuple[str, Element, str]]:
    """The frames ("frame") and the items ("item") of a feed in their order, each with the base address that holds there."""
    waiting = [(root, url)]
    while waiting:
        element, base = waiting.pop()
        key = key_of(element.tag, element.prefix)
        inner = base_of(element, base)
        if key in _ITEMS:
            yield "item", element, base
        elif key in _FRAMES:
            yield "frame", element, inner
            waiting.extend((child, inner) for child in reversed(element))
