"""Where in a page the article's body stands, and what inside it is not the article's."""

import re
from itertools import islice

import trafilatura
from lxml.html import HtmlElement

from digest.gather.blocks import extent, tidy

_AWAY = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|socials|related|recirc\w*|newsletter|promo|promos|sidebar|comments?|disqus"
    r"|nav|navigation|navbar|menu|breadcrumbs?|footer|author-?(?:bio|box|info|card)|bio|about-?author|tags?|tag-?list"
    r"|topics|subscribe|subscription|signup|sign-?up"
    r"|paywall|advert\w*|ads?|adslot|ad-?(?:slot|unit|container|wrapper)|dfp|banner|cookies?|consent|gdpr|popup|modal"
    r"|overlay|recommended|recommendations?|more-?(?:from|stories|news|on)|read-?(?:more|next|also)|most-?(?:read"
    r"|popular)|trending|toolbar|byline|dateline|post-?meta|entry-?meta|article-?meta"
    r"|caption|credit|hidden|sr-only|visually-hidden|screen-reader-text|skip-link|pagination|pager|sponsor\w*|donate"
    r"|donation|outbrain|taboola|cta|callout|teaser|teasers|keep-?reading|latest|up-?next|next-?article|print-?only"
    r"|tooltip|toc|table-of-contents|rail|jp-relatedposts|sharedaddy|addtoany\w*|support-us|reading-?time"
    r"|audio-?player|disclaimer|pull-?quote|pullquote)(?:$|[\s_-])",
    re.IGNORECASE,
)
_FRINGE = re.compile(r"cookie|consent|gdpr|subscri|newsletter|modal|pop-?up|comment", re.IGNORECASE)
_ROLES = frozenset({"navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alert", "menu", "form"})
_BODY = re.compile(
    r"(?:^|[\s_-])(?:article-?(?:body|content|text|main)|articlebody|entry-?content|post-?(?:content|body|text)"
    r"|story-?(?:body|content|text)|body-?(?:text|content|copy|description)|rich-?text|content-?body|single-?content"
    r"|td-post-content|news-?(?:text|body|content)|text-?body|c-content|prose)(?:$|[\s_-])",
    re.IGNORECASE,
)
_ELEMENTS = 15_000  # of a page; long articles with all their furniture have 5,000
_MOST = 20_000  # characters of one paragraph
_PROSE = ("p", "li", "blockquote", "div", "td", "dd", "section", "h2", "h3", "h4", "pre")


def is_away(element: HtmlElement) -> bool:
    """Whether an element is furniture by its class, id, role or because it is hidden."""
    if element.get("hidden") is not None or (element.get("role") or "").lower() in _ROLES or (element.get("aria-hidden") or "") == "true":
        return True
    if re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.get("style") or "", re.IGNORECASE):
        return True
    if element.tag in {"footer", "nav", "aside", "form"}:
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    if not named.strip() or _BODY.search(named):
        return False
    # Magazines mark the paragraphs behind their wall so; what is there to read is the article's.
    return bool(_AWAY.search(named.replace("paywall", "") if element.tag == "p" else named))


def find_container(root: HtmlElement) -> HtmlElement | None:
    """The element that holds the article's body, or None where the page has no running text."""
    # trafilatura takes seconds for what no article has; there the long paragraphs are the text.
    keys = _kept_keys(root) if _is_ordinary(root) else None
    weights: dict[HtmlElement, int] = {}
    total = 0
    for element in root.iter("p", "li", "blockquote", "dd", "td", "div", "section", "pre"):
        text = _own_text(element)
        size = extent(text)
        if size < 25 or (text[:60] not in keys if keys is not None else size < 80) or _is_pointer(element, text) or _is_fringe(element):
            continue
        total += size
        node: HtmlElement | None = element
        while node is not None:
            weights[node] = weights.get(node, 0) + size
            node = node.getparent()
    if not total:
        return _declared(root)
    best = root
    while True:
        inner = next((child for child in best if weights.get(child, 0) >= total * 0.85), None)
        if inner is None or inner.tag in {"p", "li", "ul", "ol", "blockquote", "td"}:
            break
        best = inner
    return best if best.tag != "html" else (root.find("body") if root.find("body") is not None else best)


def _is_ordinary(root: HtmlElement) -> bool:
    return sum(1 for _ in islice(root.iter(), _ELEMENTS)) < _ELEMENTS


def _is_fringe(element: HtmlElement) -> bool:
    """Whether an element stands in a form, a consent note or the like, which trafilatura may take for text."""
    around = [element, *(up for up, _ in zip(element.iterancestors(), range(4), strict=False))]
    return any(
        up.tag in {"form", "footer", "nav", "aside"}
        or (up.tag not in {"body", "html", "article", "main"} and _FRINGE.search(f"{up.get('class') or ''} {up.get('id') or ''}"))
        for up in around
    )


def _is_pointer(element: HtmlElement, text: str) -> bool:
    """Whether an element is nothing but a link or two: rails are made of these, articles are not."""
    return len(_norm("".join(link.text_content() for link in element.iter("a"))[:_MOST])) * 10 > len(text) * 9


def _declared(root: HtmlElement) -> HtmlElement | None:
    """The body by its name, where nothing else tells."""
    for element in root.iter("article", "main", "div", "section"):
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (element.get("itemprop") or "") == "articleBody" or _BODY.search(named):
            return element
    return next((element for element in root.iter("article", "main")), None)


def _own_text(element: HtmlElement) -> str:
    """The text that stands in this element and its inline children, not in blocks below it."""
    if element.tag in {"div", "section", "td"} and any(
        child.tag in _PROSE or child.tag in {"ul", "ol", "article", "table", "figure"} for child in element
    ):
        return _norm(element.text or "")
    return _norm(element.text_content()[:_MOST])


def _norm(text: str) -> str:
    return re.sub(r"[\s\W]+", "", tidy(text).casefold())


def _kept_keys(root: HtmlElement) -> set[str]:
    """The beginnings of the paragraphs that trafilatura takes for the article's."""
    try:
        document = trafilatura.bare_extraction(
            root, include_comments=False, include_tables=True, deduplicate=False, with_metadata=False, favor_precision=False
        )
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
        return set()
    text = (document.text or "") if document is not None and not isinstance(document, dict) else ""
    return {_norm(line.lstrip("-•*| "))[:60] for line in text.split("\n") if line.strip()}
