"""Where in a page the article's body stands, and what inside it is not the article's."""

import re
from itertools import islice

import trafilatura
from lxml.html import HtmlElement

from digest.gather.blocks import extent, tidy

_AWAY = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|social|socials|related\w*|recirc\w*|newsletter|promo|promos|sidebar|comments?|disqus"
    r"|nav|navigation|navbar|menu|breadcrumbs?|footer|author-?(?:bio|box|info|card)|bio|about-?author|tags?|tag-?list"
    r"|topics|subscribe|subscription|signup|sign-?up"
    r"|paywall|advert\w*|ads?|adslot|ad-?(?:slot|unit|container|wrapper)|dfp|banner|cookies?|consent|gdpr|popup|modal"
    r"|overlay|recommended|recommendations?|more-?(?:from|stories|news|on)|read-?(?:more|next|also)|most-?(?:read"
    r"|popular)|trending|toolbar|byline|dateline|post-?meta|entry-?meta|article-?meta"
    r"|caption|credit|hidden|sr-only|visually-hidden|screen-reader-text|skip-link|pagination|pager|sponsor\w*|donate"
    r"|donation|outbrain|taboola|cta|callout|teaser|teasers|keep-?reading|latest|up-?next|next-?article|print-?only"
    r"|tooltip|footnotes?|toc|table-of-contents|rail|jp-relatedposts|sharedaddy|addtoany\w*|support-us|reading-?time"
    r"|audio-?player|disclaimer|pull-?quote|pullquote)(?:$|[\s_-])",
    re.IGNORECASE,
)
# "subscriber-only" marks the paragraphs that subscribers may read, not a plea to subscribe.
_FRINGE = re.compile(r"cookie|consent|gdpr|subscri(?!ber-)|newsletter|modal|pop-?up|comment", re.IGNORECASE)
_ROLES = frozenset({"navigation", "complementary", "banner", "contentinfo", "search", "dialog", "alert", "menu", "form"})
_BODY = re.compile(
    r"(?:^|[\s_-])(?:article-?(?:body|content|text|main)|articlebody|entry-?content|post-?(?:content|body|text)"
    r"|story-?(?:body|content|text)|body-?(?:text|content|copy|description)|rich-?text|content-?body|single-?content"
    r"|td-post-content|news-?(?:text|body|content)|text-?body|c-content|prose)(?:$|[\s_-])",
    re.IGNORECASE,
)
_LETTERS = 150_000  # of its text, for which trafilatura takes a hundred megabytes; the longest articles have less
_ELEMENTS = 15_000  # of a page; long articles with all their furniture have 5,000
_MOST = 20_000  # characters of one paragraph
_LITTLE = 300  # characters: less than any article's text, more than a note
_LEAVES = frozenset(["p", "li", "ul", "ol", "blockquote", "td", "span", "font", "pre"])
_SILENT = frozenset(["script", "style", "noscript", "template", "iframe", "svg"])
_BLOCKS = frozenset(
    """p li blockquote div td th tr tbody thead table dd dt dl section article main header footer aside nav form figure figcaption ul ol pre
    h1 h2 h3 h4 h5 h6 center body hr address details fieldset""".split()  # noqa: SIM905  a list of forty strings, one a line, hides what it says
)


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
    best, total = _heaviest(root, keys)
    if total < _LITTLE and keys is not None:
        # It sees no text in bare `<br>` lines, tables or asides; then length alone tells.
        other, more = _heaviest(root, None)
        if more > 2 * total:
            best = other
    if best is None:
        return _declared(root)
    return best if best.tag != "html" else (root.find("body") if root.find("body") is not None else best)


def _heaviest(root: HtmlElement, keys: set[str] | None) -> tuple[HtmlElement | None, int]:
    """The smallest element that holds nearly all running text (lines that begin as one of `keys`, or long ones), and how much that is."""
    weights: dict[HtmlElement, int] = {}
    total = 0
    for element in root.iter(
        "p", "li", "blockquote", "dd", "td", "div", "section", "pre", "span", "font", "article", "main", "body", "center"
    ):
        if element.tag in {"span", "font"} and not _stands_alone(element):
            continue
        size = 0
        for line in _own_lines(element):
            long = extent(line)
            if long >= 25 and (line[:60] in keys if keys is not None else long >= 80):
                size += long
        if not size or _is_pointer(element, size) or _is_fringe(element, strict=keys is not None):
            continue
        total += size
        node: HtmlElement | None = element
        while node is not None:
            weights[node] = weights.get(node, 0) + size
            node = node.getparent()
    if not total:
        return None, 0
    best = root
    while True:
        inner = next((child for child in best if weights.get(child, 0) >= total * 0.85), None)
        if inner is None or inner.tag in _LEAVES:
            break
        best = inner
    return best, total


def _is_ordinary(root: HtmlElement) -> bool:
    return sum(1 for _ in islice(root.iter(), _ELEMENTS)) < _ELEMENTS and sum(len(text) for text in root.itertext()) < _LETTERS


def _is_fringe(element: HtmlElement, *, strict: bool) -> bool:
    """Whether an element stands in a form, a consent note or the like, which trafilatura may take for text."""
    around = [element, *(up for up, _ in zip(element.iterancestors(), range(4), strict=False))]
    return any(
        up.tag in {"form", "footer", "nav"}
        or (strict and up.tag == "aside")
        or (up.tag not in {"body", "html", "article", "main"} and _FRINGE.search(f"{up.get('class') or ''} {up.get('id') or ''}"))
        for up in around
    )


def _is_pointer(element: HtmlElement, size: int) -> bool:
    """Whether an element is nothing but a link or two: rails are made of these, articles are not."""
    return extent(_norm("".join(link.text_content() for link in element.iter("a"))[:_MOST])) * 10 > size * 9


def _stands_alone(element: HtmlElement) -> bool:
    """Whether an inline element is used as a paragraph: it holds a line of its own, as pages without `<p>` do."""
    parent = element.getparent()
    return parent is not None and parent.tag in _BLOCKS and _rank(element) > 0


def _rank(element: HtmlElement) -> int:
    return sum(1 for child in element if child.tag in _BLOCKS or child.tag == "br")


def _declared(root: HtmlElement) -> HtmlElement | None:
    """The body by its name, where nothing else tells."""
    for element in root.iter("article", "main", "div", "section"):
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (element.get("itemprop") or "") == "articleBody" or _BODY.search(named):
            return element
    return next((element for element in root.iter("article", "main")), None)


def _own_lines(element: HtmlElement) -> list[str]:
    """The lines that stand in this element and its inline children, folded; a `<br>` and a block below it part them."""
    if not len(element):
        return [_norm((element.text or "")[:_MOST])]
    lines: list[str] = []
    run = [element.text or ""]
    for child in element:
        inline = isinstance(child.tag, str) and child.tag not in _BLOCKS and child.tag not in _SILENT and not _holds_blocks(child)
        if inline and child.tag != "br":
            run.append(child.text_content()[:_MOST])
        elif isinstance(child.tag, str) and child.tag not in _SILENT:
            lines.append("".join(run))
            run = []
        run.append(child.tail or "")
    lines.append("".join(run))
    return [_norm(line[:_MOST]) for line in lines if len(line) >= 8]


def _holds_blocks(element: HtmlElement) -> bool:
    return len(element) > 0 and any(child.tag in _BLOCKS or child.tag == "br" for child in element)


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
