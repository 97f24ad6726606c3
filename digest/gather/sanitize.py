"""HTML from outside made safe: nh3 with our list of elements, addresses absolute and without tracking parameters."""

import html
import re

import nh3

from digest.gather.canonical import absolute

_INLINE = frozenset(
    {"a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "ins", "mark", "q", "s", "small", "strong", "sub", "sup", "u"}
)
_BLOCKS = frozenset(
    {
        *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "dl", "dt", "dd", "figure", "figcaption", "img"),
        *("table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "div", "h1", "section", "article", "aside", "span"),
    }
)
_DROPPED = frozenset(
    {"script", "style", "noscript", "template", "iframe", "object", "embed", "form", "svg", "math", "title", "textarea", "select", "button"}
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES = frozenset({"http", "https", "mailto"})
_PIXEL = re.compile(r"<img\b(?=[^>]*\b(?:width|height)=\"[01](?:px)?\")[^>]*>|<img(?![^>]*\bsrc=)[^>]*>")
_EMPTY = re.compile(r"<(p|div|span|figure|section|article|aside)>\s*</\1>")


def clean_html(markup: str, base: str | None) -> str:
    """Block HTML without scripts, styles, frames, forms and tracking pixels; every address is absolute, seen from `base`."""
    markup = markup.replace("\x00", "")
    if not markup:
        return ""
    if "<" not in markup and "&" not in markup:
        return html.escape(markup, quote=False).strip()

    def address(_element: str, attribute: str, value: str) -> str | None:
        if attribute == "href" and value.strip().lower().startswith("mailto:"):
            return value
        if attribute in {"href", "src"}:
            if value.startswith("#"):
                return None
            return absolute(value, base)
        return value

    cleaned = nh3.clean(
        markup,
        tags=set(_INLINE | _BLOCKS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        attribute_filter=address,
        url_schemes=set(_SCHEMES),
        link_rel=None,
        strip_comments=True,
    )
    cleaned = _PIXEL.sub("", cleaned)
    while (shorter := _EMPTY.sub("", cleaned)) != cleaned:
        cleaned = shorter
    return cleaned.strip()
