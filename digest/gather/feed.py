"""Feeds to entries: RSS and Atom by feedparser on bytes, JSON Feed by jsonfeed.py; HTML cleaned, dates mended."""

import hashlib
import html
import re
import warnings
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import feedparser

from digest.errors import NotReadable
from digest.gather.blocks import tidy
from digest.gather.canonical import absolute
from digest.gather.dates import parse_date
from digest.gather.decode import decode
from digest.gather.jsonfeed import parse_json_feed
from digest.gather.markup import flattened, paragraph_text
from digest.gather.sanitize import clean_html
from digest.model.page import Image
from digest.model.source import Entry

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 2000
LONG = 600  # characters from which a description with markup is content
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf|channel)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BLOCKS = re.compile(r"<(?:p|div|ul|ol|h[1-6]|blockquote|table|figure|pre|hr|article|section|dl)\b|<br\b[^<>]*>\s*<br\b", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:b|i|em|strong|span|sup|sub|br|p|u|a|div|font|img|cite)\b[^<>]*>", re.IGNORECASE)
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


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
    start = text.lstrip()[:1]
    if start == "{":
        return _from_json(text, url, now)
    if "<" not in text[:4096]:
        raise NotReadable(f"{url}: neither a feed nor HTML; give the address of an RSS, Atom or JSON feed")
    text = _checked(text, url)
    parsed = _parsed(text)
    if not parsed.version and not parsed.entries and not _ROOT.search(text[:4096]):
        raise NotReadable(f"{url}: no feed; give the address of an RSS, Atom or JSON feed")
    base = absolute(parsed.feed.get("link"), url) or url
    entries = tuple(
        _entry(item, absolute(item.get("base"), url) or base, now, dated_once=parsed.version.startswith("rss"))
        for item in parsed.entries[:MAX_ENTRIES]
    )
    language = parsed.feed.get("language") or None
    return Feed(
        title=_title(parsed.feed),
        url=absolute(parsed.feed.get("link"), url),
        language=tidy(language) if language else None,
        entries=entries,
    )


def _from_json(text: str, url: str, now: datetime | None) -> Feed:
    title, site, language, entries = parse_json_feed(text, url, now)
    return Feed(title=title, url=site, language=language, entries=entries)


def _checked(text: str, url: str) -> str:
    """The text without what a feed does not need and an attack does: document types, control characters, endless nesting."""
    head = text[: 64 * 1024]
    if re.search(r"<(?:!doctype\s+html|html)\b", head[:2048], re.IGNORECASE) and not _ROOT.search(
        re.sub(r"<!--.*?-->", "", head[:2048], flags=re.DOTALL)
    ):
        raise NotReadable(f"{url}: this is an HTML page, not a feed; add it as a page (--kind page), or give the address of its feed")
    if _ENTITY.search(head):
        raise NotReadable(f"{url}: the feed's document type declares entities, which is unsafe; ask the publisher for a feed without a DTD")
    text = _DOCTYPE.sub("", text, count=1)
    # feedparser takes a picture's description for the item's, and loses the words of an element with attributes that it does not know.
    text = re.sub(r"<(/?)media:description\b[^<>]*?(/?)>", r"<\1media:caption\2>", text)
    return _BAD.sub("", _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n")))


def _parsed(text: str) -> Any:  # noqa: ANN401  feedparser has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document = '<?xml version="1.0" encoding="utf-8"?>\n' + text
        try:
            return feedparser.parse(
                document.encode("utf-8", "replace"),
                sanitize_html=False,
                resolve_relative_uris=False,
                response_headers={"content-type": "application/xml; charset=utf-8"},
            )
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, AssertionError, RecursionError) as error:
            raise NotReadable(f"the feed is broken beyond reading ({type(error).__name__}); ask the publisher to validate it") from error


def _entry(item: Any, base: str, now: datetime | None, *, dated_once: bool) -> Entry:  # noqa: ANN401
    link = _link(item, base)
    contents = [content for content in item.get("content") or [] if content.get("value")]
    rich = next((content for content in contents if "html" in (content.get("type") or "")), contents[0] if contents else None)
    raw = _markup(rich["value"], rich.get("type")) if rich else ""
    detail = item.get("summary_detail") or {}
    # feedparser shows content:encoded as the summary where there is no description.
    described = _markup(_words(item.get("summary")), detail.get("type"))
    if raw and described == raw and len(raw) > 600:
        described = ""
    inner = absolute((rich or {}).get("base") or detail.get("base"), base) or base
    whole = raw or (described if _is_content(described, rss=dated_once) else "")
    content = clean_html(flattened(whole), link or inner if inner == base else inner)
    published = _date(item, "published", now) or _date(item, "created", now)
    updated = _date(item, "updated", now)
    if dated_once and published is None:
        # RSS has no date of change: what feedparser calls one is dc:date.
        published, updated = updated, None
    identity = (
        tidy(str(item.get("id") or ""))
        or link
        or next((found for one in item.get("enclosures") or [] if (found := absolute(one.get("href") or one.get("url"), base))), None)
        or tidy(str(item.get("title") or ""))
        or _fingerprint(raw or described)
    )
    return Entry(
        guid=identity,
        url=link,
        title=_title(item),
        summary=_summary(described) if described else None,
        content_html=content or None,
        authors=_authors(item),
        published=published,
        updated=updated,
        categories=_categories(item),
        image=_image(item, raw or described, link or base),
    )


def _is_content(markup: str, *, rss: bool) -> bool:
    """Whether a description is the article itself: blocks in RSS, which has no other place for it, or long HTML; else it is a summary."""
    return (rss and bool(_BLOCKS.search(markup))) or (len(markup) > LONG and bool(re.search(r"<[a-zA-Z]", markup)))


def _words(value: object) -> str:
    """What feedparser gives as text; an element that comes twice or has attributes may be a list or a mapping."""
    return value if isinstance(value, str) else ""


def _fingerprint(text: str) -> str:
    """A name for an item that has none: the same as long as its text is."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:32]


def _link(item: Any, base: str) -> str | None:  # noqa: ANN401
    links = item.get("links") or []
    best = [link for link in links if link.get("rel") == "alternate" and "html" in (link.get("type") or "html")] or [
        link for link in links if link.get("rel") == "alternate"
    ]
    for href in [item.get("feedburner_origlink"), *(link.get("href") for link in best), item.get("link")]:
        found = absolute(href, base)
        if found:
            return found
    guid = str(item.get("id") or "")
    return absolute(guid, None) if guid.startswith(("http://", "https://")) and item.get("guidislink", True) else None


def _date(item: Any, name: str, now: datetime | None) -> datetime | None:  # noqa: ANN401
    value = dict.get(item, name)
    return parse_date(str(value), now) if value else None


def _markup(value: str, kind: str | None) -> str:
    """HTML of what a feed calls text or HTML: plain text is escaped, HTML that was escaped twice is unescaped once more."""
    value = value.strip()
    if kind and "html" not in kind and "xml" not in kind and not re.search(r"</?[a-zA-Z][^<>]*>|&\w+;|&#\d+;", value):
        return (
            "".join(f"<p>{html.escape(part.strip(), quote=False)}</p>" for part in re.split(r"\n\s*\n", value) if part.strip())
            if "\n\n" in value
            else html.escape(value, quote=False)
        )
    if not re.search(r"<[a-zA-Z/!]", value) and re.search(
        r"&lt;/?(?:p|br|a|div|strong|em|b|i|ul|ol|li|img|h[1-6]|blockquote|span|figure)\b[^<>]*?&gt;", value, re.IGNORECASE
    ):
        value = html.unescape(value)
    return value


def _summary(markup: str) -> str | None:
    text = paragraph_text(markup)
    return text or None


def _title(item: Any) -> str | None:  # noqa: ANN401
    """A title; where Atom says that it is text, what looks like a tag in it is words."""
    value = _words(dict.get(item, "title"))
    if (item.get("title_detail") or {}).get("type") == "text/plain" and "<" in value and not _TAGS.search(value):
        return tidy(value) or None
    return _plain(value)


def _plain(value: object) -> str | None:
    """A title's words: markup gone, entities resolved, also such as were escaped twice."""
    text = str(value or "")
    if re.search(r"</?[a-zA-Z][^<>]*>", text):
        text = paragraph_text(text)
    for _ in range(2):
        if re.search(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w{1,10});", text):
            text = html.unescape(text)
    text = re.sub(r"</?(?:b|i|em|strong|span|sup|sub|br|p|u|a)\b[^<>]*>", "", text)
    return tidy(text) or None


def _authors(item: Any) -> tuple[str, ...]:  # noqa: ANN401
    names: list[str] = []
    for author in [*(item.get("authors") or []), {"name": item.get("author")} if not item.get("authors") else {}]:
        name = tidy(re.sub(r"<[^<>]*>", "", html.unescape(str(author.get("name") or ""))))
        # RSS says "mail@host (Name)"; an address alone is nobody's name.
        match = re.fullmatch(r"\S+@\S+\s*\((.+)\)", name)
        name = match[1].strip() if match else re.sub(r"\s*\(?\S+@\S+\.\S+\)?\s*", " ", name).strip()
        for part in split_names(name):
            if part and part not in names:
                names.append(part)
    return tuple(names)


def split_names(name: str) -> list[str]:
    """Authors' names out of one byline: "By Ann Lee and Bo Chi" is two."""
    name = re.sub(r"^(?:by|von|par|por)\s+", "", tidy(name), flags=re.IGNORECASE)
    parts = re.split(r"\s*;\s*|\s+(?:and|und|et|&)\s+|\s*,\s*(?:and\s+)?(?=\S+\s\S)", name)
    return [part.strip(" ,") for part in parts if part.strip(" ,")] if len(name) < 300 else []


def _categories(item: Any) -> tuple[str, ...]:  # noqa: ANN401
    names: list[str] = []
    for tag in item.get("tags") or []:
        name = tidy(html.unescape(str(tag.get("label") or tag.get("term") or "")))
        if name and name not in names and not name.startswith("http"):
            names.append(name)
    return tuple(names)


def _image(item: Any, markup: str, base: str) -> Image | None:  # noqa: ANN401
    """The entry's picture: media:content, enclosure, media:thumbnail, itunes:image, or the first one in its text."""
    found: list[tuple[float, str]] = []
    for media in item.get("media_content") or []:
        address = absolute(media.get("url"), base)
        kind = f"{media.get('medium') or ''} {media.get('type') or ''}"
        if address and ("image" in kind or (not kind.strip() and re.search(r"\.(?:jpe?g|png|gif|webp|avif)\b", address, re.IGNORECASE))):
            found.append((_number(media.get("width")) + 3, address))
    for link in item.get("enclosures") or []:
        address = absolute(link.get("href") or link.get("url"), base)
        if address and (
            (link.get("type") or "").startswith("image")
            or (not link.get("type") and re.search(r"\.(?:jpe?g|png|gif|webp|avif)\b", address, re.IGNORECASE))
        ):
            found.append((2, address))
    for media in item.get("media_thumbnail") or []:
        address = absolute(media.get("url"), base)
        if address:
            found.append((1, address))
    image = item.get("image")
    if not found and isinstance(image, dict):
        address = absolute(image.get("href") or image.get("url"), base)
        if address:
            found.append((1, address))
    inline = first_image(markup, base)
    if not found:
        return inline
    best = max(found, key=lambda one: one[0])[1]
    credit = next((tidy(str(one.get("content") or "")) for one in item.get("media_credit") or [] if one.get("content")), None)
    caption = _plain(_words(item.get("media_caption")))
    alt = _plain(_words(item.get("media_title"))) or (inline.alt if inline and inline.url == best else None)
    return Image(url=best, alt=alt, caption=caption, credit=credit or None)


def _number(value: object) -> float:
    try:
        return min(float(str(value or 0)), 1e6)
    except ValueError:
        return 0.0


def first_image(markup: str, base: str) -> Image | None:
    """The first picture of some size inside HTML; tracking pixels and emoji are none."""
    for match in re.finditer(r"<img\b[^>]*>", markup[:200_000], re.IGNORECASE):
        attributes = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in re.findall(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", match[0])
        }
        address = absolute(attributes.get("src") or attributes.get("data-src"), base)
        small = any(re.fullmatch(r"\d{1,2}(?:px)?", attributes.get(side, "")) for side in ("width", "height"))
        if (
            address
            and not small
            and not re.search(
                r"/(?:pixel|emoji|smilies|spacer|blank|tracking|1x1)\b|feedburner|doubleclick|gravatar", address, re.IGNORECASE
            )
        ):
            return Image(url=address, alt=tidy(attributes.get("alt", "")) or None)
    return None


def with_sections(feed: Feed, entries: tuple[Entry, ...]) -> Feed:
    """The same feed with other entries."""
    return replace(feed, entries=entries)
