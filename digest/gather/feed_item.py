"""One item of RSS or one entry of Atom, as elements, to an Entry."""

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from digest.gather.blocks import tidy
from digest.gather.canonical import absolute
from digest.gather.dates import parse_date
from digest.gather.feed_media import media_of
from digest.gather.feed_names import Element, key_of
from digest.gather.feed_people import names
from digest.gather.feed_words import Said, headline, plain, said
from digest.gather.markup import flattened
from digest.gather.sanitize import clean_html
from digest.model.source import Entry

Fields = dict[str, list[Element]]
_LONG = 600  # characters from which a description with markup is content
_MOST_CATEGORIES = 200
_BLOCKS = re.compile(r"<(?:p|div|ul|ol|h[1-6]|blockquote|table|figure|pre|hr|article|section|dl)\b|<br\b[^<>]*>\s*<br\b", re.IGNORECASE)
_HTML = re.compile(r"<[a-zA-Z]")
_SUMMARIES = (
    "description",
    "atom:summary",
    "summary",
    "dc:description",
    "dcterms:abstract",
    "abstract",
    "itunes:summary",
    "excerpt:encoded",
    "googleplay:description",
    "itunes:subtitle",
    "atom:subtitle",
)
_CONTENTS = (
    "content:encoded",
    "atom:content",
    "content",
    "xhtml:body",
    "body",
    "xhtml:div",
    "yandex:full-text",
    "full-text",
    "fulltext",
    "fullitem",
    "?:fullitem",
    "yandex:content",
    "encoded",
)
_PUBLISHED = (
    "pubdate",
    "atom:published",
    "published",
    "atom:issued",
    "issued",
    "dcterms:issued",
    "dc:date",
    "dcterms:created",
    "dcterms:date",
    "date",
    "atom:created",
    "created",
    "dc:date.issued",
    "dc:created",
)
_AUTHORS = ("dc:creator", "author", "atom:author", "dcterms:creator", "creator", "dc:author", "dc:creators")
_UPDATED = ("atom:updated", "updated", "atom:modified", "modified", "dcterms:modified", "dc:modified", "lastbuilddate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What an item inherits: its base address, the moment of reading, and the feed's authors (Atom's entries have them, RSS's not).

    `stated` says that the feed itself set the base, by xml:base.
    """

    base: str
    stated: bool
    now: datetime | None
    authors: tuple[str, ...] = ()


def fields_of(element: Element) -> Fields:
    """The children of `element` by their names, in their order."""
    fields: Fields = {}
    for child in element:
        fields.setdefault(key_of(child.tag, child.prefix), []).append(child)
    return fields


def base_of(element: Element, base: str) -> str:
    """`base` as xml:base on `element` changes it."""
    stated = element.get("{http://www.w3.org/XML/1998/namespace}base")
    return (absolute(stated, base) or base) if stated else base


def words_of(fields: Fields, *keys: str) -> Iterable[str]:
    """The words of the elements under `keys`, empty ones left out."""
    for key in keys:
        for element in fields.get(key, ()):
            text = tidy(element.text or "") if not len(element) else plain(said(element)) or ""
            if text:
                yield text


def title_of(fields: Fields) -> str | None:
    """The plain title."""
    for key in ("title", "atom:title", "dc:title", "media:title", "itunes:title"):
        for element in fields.get(key, ()):
            one = said(element)
            # Atom's titles are plain text where nothing else is said; RSS never says.
            found = headline(Said(value=one.value, kind=one.kind or ("text" if key == "atom:title" else "")))
            if found:
                return found
    return None


def link_of(fields: Fields, base: str) -> str | None:
    """The address of the page: an alternate link, preferably to HTML, or the words of a link."""
    candidates: list[tuple[int, str]] = []
    for key in ("link", "atom:link"):
        for element in fields.get(key, ()):
            href, kind = element.get("href"), (element.get("type") or "html").lower()
            if href is None:
                href = (element.text or "").strip() or element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource")
                rank = 0
            elif (element.get("rel") or "alternate").lower().rpartition("/")[2] == "alternate":
                rank = (1 if "html" in kind else 2) + 2 * (key == "atom:link" and "link" in fields)
            else:
                continue
            address = absolute(href, base_of(element, base))
            if address:
                candidates.append((rank, address))
    return min(candidates, key=lambda one: one[0])[1] if candidates else None


def entry_of(element: Element, around: Around) -> Entry:
    """The entry that `element` is."""
    fields = fields_of(element)
    base = base_of(element, around.base)
    said_id = next(iter(words_of(fields, "guid", "atom:id", "id", "dc:identifier")), "") or _about(element)
    link = _link(element, fields, base, said_id)
    raw, described, inner = _texts(fields, base)
    whole = raw or (described if _is_content(described, rss="description" in fields) else "")
    # Without xml:base what is relative is meant to be seen from the article's page: so its publishing program wrote it.
    stated = around.stated or inner != around.base
    content = clean_html(flattened(whole), inner if stated else link or inner) if whole else ""
    media = media_of(fields, raw or described, inner if stated else link or base)
    summary = (plain(Said(value=described, kind="html")) if described else None) or (None if raw else media.description)
    title, published = title_of(fields), _date(fields, _PUBLISHED, around.now)
    return Entry(
        guid=said_id or link or _file(fields, base) or made_up(title, published, content or summary or ""),
        url=link,
        title=title,
        summary=summary,
        content_html=content or None,
        authors=authors_of(fields) or around.authors,
        published=published,
        updated=_date(fields, _UPDATED, around.now),
        categories=_categories(fields),
        image=media.image,
    )


def _about(element: Element) -> str:
    return tidy(element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or "")


def _file(fields: Fields, base: str) -> str | None:
    links = [one for key in ("link", "atom:link") for one in fields.get(key, ()) if one.get("rel") == "enclosure"]
    addresses = (absolute(one.get("url") or one.get("href"), base) for one in [*fields.get("enclosure", ()), *links])
    return next((address for address in addresses if address), None)


def made_up(title: str | None, published: datetime | None, text: str) -> str:
    """A name for an item that has none: its title and moment, or what its text hashes to; the same as long as they are."""
    if title:
        return f"{title} ({published.isoformat()})" if published else title
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _link(element: Element, fields: Fields, base: str, said_id: str) -> str | None:
    original = next((found for one in words_of(fields, "feedburner:origlink", "pheedo:origlink") if (found := absolute(one, base))), None)
    link = original or link_of(fields, base) or absolute(element.get("href") or element.get("HREF"), base)  # the last are CDF's
    if link:
        return link
    permanent = all(
        (one.get("isPermaLink") or one.get("ispermalink") or "true").strip().lower() != "false" for one in fields.get("guid", ())
    )
    return absolute(said_id, None) if permanent and said_id.startswith(("http://", "https://")) else None


def _texts(fields: Fields, base: str) -> tuple[str, str, str]:
    """HTML of the content, HTML of the summary, and the address that relative ones inside are seen from."""
    raw, inner = "", base
    best = -1
    for key in _CONTENTS:
        for element in fields.get(key, ()):
            one = said(element)
            rank = one.kind == "html"
            if one.value and one.kind != "base64" and rank > best and (markup := one.markup):
                raw, inner, best = markup, base_of(element, base), rank
        if best >= 0:
            break
    for key in _SUMMARIES:
        for element in fields.get(key, ()):
            described = said(element).markup
            if described:
                return raw, described, inner if raw else base_of(element, base)
    return raw, "", inner


def _is_content(markup: str, *, rss: bool) -> bool:
    """Whether a description is the article itself: blocks in RSS, which has no other place for it, or long HTML; else it is a summary."""
    return (rss and bool(_BLOCKS.search(markup))) or (len(markup) > _LONG and bool(_HTML.search(markup)))


def _date(fields: Fields, keys: tuple[str, ...], now: datetime | None) -> datetime | None:
    for key in keys:
        for element in fields.get(key, ()):
            moment = parse_date(element.text, now)
            if moment:
                return moment
    return None


def authors_of(fields: Fields) -> tuple[str, ...]:
    """The names of the authors: those of the item, else its podcast's, else those of the feed that it was taken from."""
    for keys in (_AUTHORS, ("itunes:author", "googleplay:author")):
        found = names(_byline(one) for key in keys for one in fields.get(key, ()))
        if found:
            return found
    sources = fields.get("atom:source", ())
    return names(_byline(one) for source in sources for one in fields_of(source).get("atom:author", ()))


def _byline(element: Element) -> str:
    if not len(element):
        return element.text or ""
    inner = {child.tag.rpartition("}")[2].lower(): child for child in element.iterdescendants()}
    if "name" not in inner and not inner.keys().isdisjoint({"uri", "url", "email"}):
        return ""
    return "".join(str(part) for part in inner.get("name", element).itertext())


def _categories(fields: Fields) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for key in ("category", "atom:category", "dc:subject", "dcterms:subject", "itunes:category", "media:category"):
        for element in (inner for outer in fields.get(key, ()) for inner in outer.iter(outer.tag)):
            said_name = element.get("label") or element.get("term") or (element.text or "").strip() or element.get("text") or ""
            found.setdefault(tidy(re.sub(r"</?[a-zA-Z][^<>]*>", "", html.unescape(said_name))))
    for key in ("itunes:keywords", "media:keywords", "keywords"):
        for element in fields.get(key, ()):
            for word in (element.text or "").split(","):
                found.setdefault(tidy(html.unescape(word)))
    return tuple(name for name in islice(found, _MOST_CATEGORIES) if name and not name.startswith(("http://", "https://")))
