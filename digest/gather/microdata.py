"""What a page states about its article in microdata and RDFa, in the shape of a JSON-LD node."""

import re

from lxml.html import HtmlElement

from digest.gather.blocks import tidy

_ARTICLE = re.compile(
    r"(?:schema\.org/|schema:|^)(?:News|Blog|Opinion|Analysis|Reportage|Background|Review|Tech|Scholarly)?(?:Article|NewsArticle"
    r"|BlogPosting|Posting)\b"
)
_WANTED = frozenset(
    [
        "headline",
        "alternativeHeadline",
        "description",
        "author",
        "creator",
        "datePublished",
        "dateCreated",
        "image",
        "articleSection",
        "name",
    ]
)
_MANY = frozenset(["author", "creator"])
_MOST = 4000  # elements below one item; longer articles state their facts at the top


def stated_item(root: HtmlElement) -> dict[str, object]:
    """The properties of the first item that is an article (itemtype or typeof), by schema.org's names; empty where there is none."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kind = element.get("itemtype") or element.get("typeof")
        if kind and _ARTICLE.search(kind):
            found = _properties(element)
            if found.get("headline") or found.get("datePublished"):
                return found | {"@type": "Article"}
    return {}


def _properties(item: HtmlElement) -> dict[str, object]:
    found: dict[str, object] = {}
    for place, element in enumerate(item.iterdescendants()):
        if place > _MOST:
            break
        if not isinstance(element.tag, str):
            continue
        for name in _names(element):
            if name not in _WANTED or _owner(element) is not item:
                continue
            value = _value(element, name)
            if value and name in _MANY:
                found.setdefault(name, [])
                known = found[name]
                if isinstance(known, list):
                    known.append(value)
            elif value:
                found.setdefault(name, value)
    if "author" not in found and "creator" in found:
        found["author"] = found["creator"]
    found.pop("name", None)
    return found


def _names(element: HtmlElement) -> list[str]:
    """The properties that an element states: itemprop, or RDFa's property without its prefix."""
    stated = element.get("itemprop") or element.get("property") or ""
    return [name.rpartition(":")[2].rpartition("/")[2] for name in stated.split()] if stated and not stated.startswith("og:") else []


def _owner(element: HtmlElement) -> HtmlElement | None:
    return next((up for up in element.iterancestors() if up.get("itemscope") is not None or up.get("typeof") or up.get("itemtype")), None)


def _value(element: HtmlElement, name: str) -> object:
    if element.get("itemscope") is not None or element.get("typeof") or element.get("itemtype"):
        inner = next((one for one in element.iter() if isinstance(one.tag, str) and one is not element and "name" in _names(one)), None)
        if name == "image":
            picture = next((one for one in element.iter("img", "meta", "link") if one.get("src") or "url" in _names(one)), None)
            return picture.get("src") or picture.get("content") or picture.get("href") if picture is not None else None
        text = (inner.get("content") or tidy(inner.text_content()[:300])) if inner is not None else tidy(element.text_content()[:300])
        return {"@type": "Person", "name": text} if text and name in _MANY else text
    value = element.get("content") or element.get("datetime")
    if name == "image":
        value = value or element.get("src") or element.get("href")
    return value or tidy(element.text_content()[:2000]) or None
