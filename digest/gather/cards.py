"""Teasers on an HTML page: cards and rails that point to other articles."""

import re

from lxml.html import HtmlElement

from digest.gather.canonical import absolute, host_of, same_site
from digest.gather.heading_area import _KICKER, named, words_of
from digest.gather.picture import caption_and_credit
from digest.model.page import Teaser

_HEADINGS = ("h2", "h3", "h4", "h5")
_MAX = 40
_NO_CARD = re.compile(
    r"site|author|byline|brand|logo|masthead|section|widget-title|(?:^|[\s_-])(?:nav|menu|page)(?:$|[\s_-])", re.IGNORECASE
)
_TITLE = re.compile(r"(?:^|[\s_-])(?:title|headline|hed|heading)(?:$|[\s_-])", re.IGNORECASE)


def find_cards(root: HtmlElement, container: HtmlElement | None, url: str, rails: frozenset[str] = frozenset()) -> tuple[Teaser, ...]:
    """The teasers outside the article's own text, each address once; menus, headers and footers hold none.

    `rails` are addresses of headings inside the body's element that are none of the article's.
    """
    own = url.partition("#")[0].partition("?")[0].rstrip("/")
    teasers: dict[str, Teaser] = {}
    for heading in root.iter(*_HEADINGS, "p", "div", "span"):
        if heading.tag not in _HEADINGS and not _is_title(heading):
            continue
        link = _link(heading)
        if link is None or len(teasers) >= _MAX or _is_furniture(heading):
            continue
        address = absolute(link.get("href"), url)
        text = words_of(heading)
        if not address or len(text.split()) < 3 or address.partition("#")[0].partition("?")[0].rstrip("/") == own or address in teasers:
            continue
        card = _card(heading)
        if (
            address not in rails
            and container is not None
            and (card is container or (not _apart(heading, container) and any(up is container for up in heading.iterancestors())))
        ):
            continue
        if not same_site(host_of(address), host_of(url)) or address.partition("//")[2].partition("/")[2] == "" or _is_person(heading, link):
            continue
        lead = next(
            (words_of(paragraph) for paragraph in card.iter("p") if len(words_of(paragraph)) >= 40 and paragraph is not heading), None
        )
        teasers[address] = Teaser(headline=text, kicker=_kicker(card, heading), lead=lead, credit=caption_and_credit(card)[1], url=address)
    return tuple(teasers.values())


def _is_person(heading: HtmlElement, link: HtmlElement) -> bool:
    """Whether a card's title is a person's name: it leads to an author's page, or stands in a byline."""
    if re.search(r"/(?:author|authors|people|staff|contributors?|autor|autoren|auteur|profile|u)/|/@", link.get("href") or ""):
        return True
    return any(re.search(r"byline|author", named(up), re.IGNORECASE) for up, _ in zip(heading.iterancestors(), range(3), strict=False))


def _is_title(element: HtmlElement) -> bool:
    """Whether an element without a heading's tag is a card's title by its class, and holds little more than one link."""
    return (
        bool(_TITLE.search(element.get("class") or ""))
        and not _NO_CARD.search(element.get("class") or "")
        and len(element) <= 2
        and sum(1 for _ in element.iter("a")) == 1
        and element.find(".//p") is None
    )


def _link(heading: HtmlElement) -> HtmlElement | None:
    inner = next(iter(heading.iter("a")), None)
    if inner is not None:
        return inner
    return next((up for up, _ in zip(heading.iterancestors(), range(4), strict=False) if up.tag == "a"), None)


def _is_furniture(heading: HtmlElement) -> bool:
    around = list(heading.iterancestors())
    # The foot of an article holds what to read next, the foot of a page does not.
    inside = any(up.tag == "article" for up in around)
    return any(
        up.tag == "nav"
        or (up.tag == "footer" and not inside)
        or (up.tag == "header" and up.getparent() is not None and up.getparent().tag == "body")
        for up in around
    )


def _apart(heading: HtmlElement, container: HtmlElement) -> bool:
    """Whether a heading inside the body's element stands in a rail of its own."""
    for up in heading.iterancestors():
        if up is container:
            return False
        if (
            re.search(
                r"(?:^|[\s_-])(?:related\w*|recirc\w*|teasers?|more|latest|keep-?reading|cards?|recommended|recommendations?|read-?next"
                r"|promos?|widget\w*)"
                r"(?:$|[\s_-])",
                named(up),
                re.IGNORECASE,
            )
            or up.tag == "aside"
        ):
            return True
    return False


def _card(heading: HtmlElement) -> HtmlElement:
    """The largest element around a heading that holds no other heading with a link."""
    node = heading
    for up, _ in zip(heading.iterancestors(), range(5), strict=False):
        if up.tag in {"body", "main", "html", "ul", "ol"} or sum(1 for other in up.iter(*_HEADINGS) if _link(other) is not None) > 1:
            break
        node = up
    return node


def _kicker(card: HtmlElement, heading: HtmlElement) -> str | None:
    for element in card.iter():
        if isinstance(element.tag, str) and element is not heading and element is not card and _KICKER.search(named(element)):
            text = words_of(element)
            if 1 < len(text) <= 50 and len(text.split()) <= 6 and text != words_of(heading):
                return text
    return None
