"""An article's headline: the element that shows it, or what the page states."""

import re

from lxml.html import HtmlElement

from digest.gather.blocks import extent
from digest.gather.heading_area import named, words_of
from digest.gather.metadata import Metadata

_BADGE = re.compile(
    r"(?:^|[\s_-])(?:label|badge|abo|premium|kicker|eyebrow|overline|dachzeile|sr-only|visually-hidden|screen-reader-text|tag|flag)(?:$"
    r"|[\s_-])",
    re.IGNORECASE,
)
_PAID = re.compile(r"(?:^|[\s_-])(?:badge|abo|premium|plus|paid|sr-only|visually-hidden|screen-reader-text)(?:$|[\s_-])", re.IGNORECASE)
_LOGO = re.compile(r"(?:^|[\s_-])(?:logo|site-?(?:title|name|branding)|brand|masthead)(?:$|[\s_-])", re.IGNORECASE)
_TITLED = re.compile(
    r"(?:^|[\s_-])(?:(?:article|entry|post|story|news|content|page)-?(?:title|headline|heading|hed)|headline|itemprop-headline)(?:$"
    r"|[\s_-])",
    re.IGNORECASE,
)
_SITE = frozenset({"nav", "footer", "aside"})


def find_headline(root: HtmlElement, meta: Metadata) -> tuple[str | None, HtmlElement | None]:  # noqa: PLR0911  one way to a headline after the other
    """The headline and the element that shows it: the h1 that the metadata confirm, or the only one; else what is stated."""
    shown = [
        element for element in root.iter("h1") if words_of(element) and not _is_logo(element) and not _is_host(words_of(element), meta)
    ]
    stated = [title for title in (meta.headline, *meta.titles) if title and not _is_host(title, meta)]
    best = max(
        shown,
        key=lambda element: (max((_alike(words_of(element), title) for title in stated), default=0), -shown.index(element)),
        default=None,
    )
    if best is not None:
        likeness = max((_alike(words_of(best), title) for title in stated), default=0)
        other = _confirmed(root, stated) if likeness < 0.2 and extent(words_of(best)) < 30 and stated else None
        if other is not None:
            return _headline_of(other, stated), other  # the h1 names the section of the site
        if (
            likeness >= 0.4
            or not stated
            or (
                len(shown) == 1
                and words_of(best).casefold() != (meta.publisher or "").casefold()
                and extent(words_of(best)) > 12
                and not (meta.headline and len(words_of(best).split()) < 3 and likeness == 0)
            )
        ):
            return _headline_of(best, stated), best
    called = _called(root) if not meta.says_article and not meta.headline else None
    if called is not None:
        return words_of(called), called
    confirmed = _confirmed(root, stated)
    if confirmed is not None:
        return _headline_of(confirmed, stated), confirmed
    # A headline that JSON-LD cuts at 110 characters is whole in the page's title.
    whole = next(
        (
            title
            for title in stated
            if meta.headline
            and (len(meta.headline) >= 100 or meta.headline.endswith(("…", "...")))
            and title.startswith(meta.headline.rstrip("…."))
            and len(title) > len(meta.headline)
        ),
        None,
    )
    if stated and not _is_outlets(stated[0], meta.publisher):
        return whole or stated[0], _showing(root, whole or stated[0])
    if not stated:
        for element in root.iter("h2"):
            if (
                extent(words_of(element)) > 20
                and element.find(".//a") is None
                and not any(up.tag in {*_SITE, "a"} for up in element.iterancestors())
            ):
                return words_of(element), element
    return None, None


def _confirmed(root: HtmlElement, stated: list[str]) -> HtmlElement | None:
    """The smaller heading that says what the metadata state as the headline."""
    for element in root.iter("h2", "h3"):
        words = words_of(element)
        if (
            words
            and any(_alike(words, title) >= 0.8 for title in stated)
            and not any(up.tag in {*_SITE, "a"} for up in element.iterancestors())
        ):
            return element
    return None


def _showing(root: HtmlElement, headline: str) -> HtmlElement | None:
    """What shows the headline on old pages: the first element of type and weight that holds these words and no others."""
    for element in root.iter("font", "b", "strong", "big", "center", "td", "p", "div", "span"):
        if len(element) < 5 and words_of(element) == headline and not any(up.tag in {*_SITE, "a"} for up in element.iterancestors()):
            return element
    return None


def label_in(head: HtmlElement, headline: str) -> str | None:
    """The kicker that stands inside the headline's own element, before its words; badges such as "Subscribers" are none."""
    label = words_of(head).removesuffix(headline).strip(" :|/›»·•-–—")
    if not label or label == words_of(head) or len(label) > 60:
        return None
    for one in head.iter():
        if one is not head and isinstance(one.tag, str) and words_of(one).strip(" :|") == label and _PAID.search(named(one)):
            return None
    return label


def _headline_of(element: HtmlElement, stated: list[str]) -> str:
    """The words of a headline's element without a badge ("Subscribers") or kicker that stands in it."""
    whole = words_of(element)
    first = next((one for one in element if isinstance(one.tag, str)), None)
    if first is not None and not (element.text or "").strip() and first.tag in {"span", "strong", "small", "em", "b", "div", "p", "i"}:
        label = words_of(first)
        rest = whole[len(label) :].strip(" :|–—-")
        # "Label: rest" or the rest alone is what the page states elsewhere.
        if (
            label
            and len(label) <= 40
            and whole.startswith(label)
            and extent(rest) >= 15
            and any(title in {rest, f"{label}: {rest}"} or title.startswith((f"{rest} ", f"{label}: {rest}")) for title in stated)
        ):
            return rest
    for one in element.iter("span", "small", "em", "b", "i", "div"):
        label = words_of(one)
        if not label or len(label) > 40 or not _BADGE.search(named(one)):
            continue
        if whole.endswith(label):
            rest = whole[: -len(label)]
        elif whole.startswith(label):
            rest = whole[len(label) :]
        else:
            continue
        rest = rest.strip(" :|–—-")
        if extent(rest) >= 15:
            whole = rest
    return whole


def _is_host(text: str, meta: Metadata) -> bool:
    """Whether a text is the site's address and so no headline: "lantern.example"."""
    bare = text.casefold().strip().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return bool(meta.host) and bare == meta.host


def _called(root: HtmlElement) -> HtmlElement | None:
    """What old pages show as their headline without an h1: the only element with such a class, and no link to elsewhere."""
    found = [
        element
        for element in root.iter("h2", "h3", "span", "div", "p", "td", "strong", "b", "font")
        if _TITLED.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}")
    ]
    if len(found) != 1 or len(words_of(found[0]).split()) < 3 or len(words_of(found[0])) > 200 or found[0].find(".//a") is not None:
        return None
    return None if any(up.tag in _SITE or up.tag == "a" for up in found[0].iterancestors()) else found[0]


def _is_outlets(title: str, publisher: str | None) -> bool:
    """Whether a title is no more than the outlet's name: "Yahoo" or "Yahoo UK"."""
    name = (publisher or "").casefold().split()
    words = title.casefold().split()
    return bool(name) and words[: len(name)] == name and len(words) <= len(name) + 1


def _is_logo(element: HtmlElement) -> bool:
    """Whether an h1 is the outlet's name: a link to the front page, or called so."""
    if any(up.tag in _SITE for up in element.iterancestors()):
        return True
    around = [element, *element.iter("a"), *(up for up, _ in zip(element.iterancestors(), range(2), strict=False))]
    return any(_LOGO.search(named(one)) or (one.tag == "a" and (one.get("href") or "") == "/") for one in around)


def _alike(one: str, other: str) -> float:
    first, second = set(re.findall(r"\w+", one.casefold())), set(re.findall(r"\w+", other.casefold()))
    # Against the longer of the two, so that the outlet's name does not win over the title that ends in it.
    return len(first & second) / max(1, len(first), len(second))
