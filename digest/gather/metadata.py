"""What a page says about itself: JSON-LD, OpenGraph and meta elements, without a look at its visible text."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from digest.gather.blocks import tidy
from digest.gather.canonical import absolute, host_of, same_site
from digest.gather.dates import parse_date
from digest.gather.microdata import stated_item
from digest.gather.names import clean_authors
from digest.model.page import Image

_ARTICLES = re.compile(
    r"(?:News|Blog|Opinion|Analysis|Reportage|Background|Review|AskPublic|Tech|Scholarly)?(?:Article|NewsArticle"
    r"|Posting)$|^Report$|^Review$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is stated, None or empty where nothing is; `says_article` where a type says that the page is one.

    `url` is the canonical address where it is of the same site and can be this page's; `stated_url` is whatever the page states.
    """

    says_article: bool = False
    headline: str | None = None
    titles: tuple[str, ...] = ()
    description: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: datetime | None = None
    image: Image | None = None
    section: str | None = None
    url: str | None = None
    stated_url: str | None = None
    free: bool | None = None
    body: str | None = None
    host: str = ""


def read_metadata(root: HtmlElement, url: str, now: datetime | None = None) -> Metadata:
    """The metadata of the page `root` at `url`."""
    stated = _Meta(root)
    host = host_of(url)
    node = _best_node(root, url)
    site = stated.first("og:site_name", "application-name") or _name(node.get("publisher"))
    title_element = root.find(".//title")
    title = tidy(title_element.text_content()) if title_element is not None else None
    headline = _text(node.get("headline")) or None
    titles = tuple(
        _without_site(value, site, host)
        for value in (
            headline,
            stated.first("og:title", "twitter:title", "dc.title", "parsely-title", "citation_title", "sailthru.title"),
            title,
        )
        if value
    )
    return Metadata(
        says_article=bool(node) or (stated.first("og:type") or "").lower() in {"article", "news", "blog", "post"},
        headline=headline,
        titles=titles,
        description=_text(node.get("description"))
        or stated.first("og:description", "description", "twitter:description", "dc.description"),
        authors=_authors(node, stated, site, host),
        publisher=site,
        published=_published(node, stated, now),
        image=_image(node, stated, url),
        section=_text(node.get("articleSection")) or stated.first("article:section"),
        url=_canonical(root, stated, url),
        stated_url=next(iter(_stated_urls(root, stated, url)), None),
        free=_flag(node.get("isAccessibleForFree")),
        body=_body(node.get("articleBody")),
        host=host,
    )


class _Meta:
    """The page's meta elements by name."""

    def __init__(self, root: HtmlElement) -> None:
        self.values: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            key = (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower()
            value = tidy(html.unescape(element.get("content") or ""))
            if key and value:
                self.values.setdefault(key, []).append(value)

    def first(self, *keys: str) -> str | None:
        """The first value under any of `keys`."""
        return next((self.values[key][0] for key in keys if key in self.values), None)

    def all(self, *keys: str) -> list[str]:
        """All values under the first of `keys` that has one."""
        return next((self.values[key] for key in keys if key in self.values), [])


def _nodes(root: HtmlElement) -> Iterator[dict[str, object]]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or len(script.text or "") > 500_000:
            continue
        text = (
            re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", "", script.text or "")
            .strip()
            .rstrip(";")
        )
        try:
            waiting = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        seen = 0
        while waiting and seen < 500:
            seen += 1
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting.extend(value[:100])
            elif isinstance(value, dict):
                yield value
                waiting.extend(
                    value[key]
                    for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart")
                    if isinstance(value.get(key), (dict, list))
                )


def _best_node(root: HtmlElement, url: str) -> dict[str, object]:
    """The node that is this page's article; one of several is taken only where its address says so."""
    nodes = list(_nodes(root))
    by_id = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    found = [
        _joined(node, by_id)
        for node in nodes
        if any(isinstance(kind, str) and _ARTICLES.search(kind) for kind in _list(node.get("@type")))
        and (node.get("headline") or node.get("articleBody") or node.get("datePublished"))
    ]
    if not found:
        return stated_item(root)
    if len(found) == 1:
        return found[0]
    own = url.partition("?")[0].rstrip("/")
    for node in found:
        main = node.get("mainEntityOfPage")
        addresses = [node.get("url"), node.get("@id"), main.get("@id") if isinstance(main, dict) else main]
        if any(isinstance(address, str) and address.partition("?")[0].partition("#")[0].rstrip("/") == own for address in addresses):
            return node
    return found[0] if all(node.get("headline") == found[0].get("headline") for node in found) or not found[0].get("url") else {}


def _joined(node: dict[str, object], by_id: dict[str, dict[str, object]]) -> dict[str, object]:
    """A node with its author, image and publisher in place, where it only points to them as Yoast's graphs do."""
    whole = dict(node)
    for key in ("author", "creator", "image", "publisher", "primaryImageOfPage", "thumbnail"):
        if key in node:
            whole[key] = [
                by_id.get(str(one.get("@id")), one) | one if isinstance(one, dict) else by_id.get(str(one), one) for one in _list(node[key])
            ]
    return whole


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str | None:
    value = value[0] if isinstance(value, list) and value else value
    return tidy(re.sub(r"<[a-zA-Z/][^<>]*>", "", html.unescape(value))) or None if isinstance(value, str) else None


def _name(value: object) -> str | None:
    for one in _list(value):
        if isinstance(one, dict):
            return _text(one.get("name"))
        if isinstance(one, str):
            return _text(one)
    return None


def _body(value: object) -> str | None:
    """The text that a node states whole, its paragraphs on lines of their own."""
    if not isinstance(value, str) or len(value) > 200_000:
        return None
    text = re.sub(r"<(?:/p|br|/div|/h\d|/li)\b[^<>]*>", "\n", html.unescape(value), flags=re.IGNORECASE)
    return re.sub(r"<[a-zA-Z/][^<>]*>", "", text).strip() or None


def _flag(value: object) -> bool | None:
    return None if value is None else str(value).lower() not in {"false", "0", "no"}


def _authors(node: dict[str, object], stated: _Meta, site: str | None, host: str) -> tuple[str, ...]:
    listed = _list(node.get("author") or node.get("creator"))
    people = [_name(one) for one in listed if not (isinstance(one, dict) and "Organization" in str(one.get("@type")))]
    keys = ("author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "citation_author", "byl", "dcterms.creator")
    choices = [[name for name in people if name], *(stated.all(key) for key in keys)]
    for names in choices:
        good = clean_authors(names, site, host)
        if good:
            return good
    return ()


def _published(node: dict[str, object], stated: _Meta, now: datetime | None) -> datetime | None:
    keys = (
        "article:published_time",
        "og:article:published_time",
        "article:published",
        "datepublished",
        "parsely-pub-date",
        "sailthru.date",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "date",
        "cxenseparse:recs:publishtime",
        "citation_publication_date",
        "article_date_original",
        "originalpublicationdate",
        "og:published_time",
        "og:pubdate",
        "date_published",
        "datecreated",
        "publish_date",
        "pub_date",
        "rnews:datepublished",
        "bt:pubdate",
        "prism.publicationdate",
        "dc.date.created",
        "displaydate",
        "ptime",
        "created",
    )
    for value in [_text(node.get("datePublished")), _text(node.get("dateCreated")), *(stated.first(key) for key in keys)]:
        moment = parse_date(value, now)
        if moment:
            return moment
    return None


def _image(node: dict[str, object], stated: _Meta, url: str) -> Image | None:
    for value in _list(node.get("image")):
        if isinstance(value, dict):
            address = absolute(_text(value.get("url")) or _text(value.get("contentUrl")) or _text(value.get("@id")), url)
            if address:
                return Image(
                    url=address,
                    alt=stated.first("og:image:alt", "twitter:image:alt"),
                    caption=_text(value.get("caption")),
                    credit=_text(value.get("creditText")),
                )
        elif absolute(_text(value), url):
            return Image(url=absolute(_text(value), url), alt=stated.first("og:image:alt", "twitter:image:alt"))
    address = absolute(
        stated.first("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "parsely-image-url"), url
    )
    return Image(url=address, alt=stated.first("og:image:alt", "twitter:image:alt")) if address else None


def _canonical(root: HtmlElement, stated: _Meta, url: str) -> str | None:
    """The page's address as it states it, where that is on the same site and no mere front page."""
    for address in _stated_urls(root, stated, url):
        if same_site(host_of(address), host_of(url)) and (address.rstrip("/").count("/") > 2 or url.rstrip("/").count("/") <= 2):
            return address
    return None


def _stated_urls(root: HtmlElement, stated: _Meta, url: str) -> list[str]:
    links = [link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    return [address for value in [*links, stated.first("og:url")] if (address := absolute(value, url))]


def _without_site(title: str, site: str | None, host: str) -> str:
    """A title without the outlet's name behind or before it; where nobody states the name, its address tells."""
    label = max(host.split(".")[:-1] or [""], key=len).replace("-", "")
    if len(label) > 2:
        told = _without_host(title, label)
        if told:
            return told
    for mark in (" | ", " - ", " – ", " — ", " · ", " :: ", " » ", " • "):
        parts = title.split(mark)
        if len(parts) < 2:
            continue
        if site and parts[-1].strip().casefold() == site.casefold():
            return mark.join(parts[:-1]).strip()
        if site and parts[0].strip().casefold() == site.casefold():
            return mark.join(parts[1:]).strip()
        if mark in {" | ", " :: ", " » "} and len(parts[0]) >= 15 and len(parts[-1]) < 40:
            return parts[0].strip()
    return title


def _without_host(title: str, label: str) -> str | None:
    """A title without the part that its address names; None where no part is."""
    before, colon, rest = title.partition(": ")
    name = re.sub(r"\W+", "", before.casefold())
    if colon and len(label) > 4 and len(rest) > 10 and name.removeprefix("the") == label.removeprefix("the"):
        return rest
    parts = re.split(r"(\s[|–—·»:-]+\s)", title)
    for place in range(2, len(parts), 2):
        name = re.sub(r"\W+", "", parts[place].casefold())
        if (name.startswith(label) or (len(label) > 4 and name.endswith(label))) and len(parts[place]) <= 60:
            return "".join(parts[: place - 1]).strip()
    first = re.sub(r"\W+", "", parts[0].casefold())
    rest = "".join(parts[2:])
    if len(parts) > 2 and len(label) > 4 and first.startswith(label) and len(parts[0]) <= 40 and len(rest) > len(parts[0]):
        return rest.strip()
    return None
