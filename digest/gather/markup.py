"""HTML as a string: nesting cut to a depth that parsers bear, and its words."""

import html
import re
from collections import Counter

from digest.gather.blocks import tidy

MAX_DEPTH = 120
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "keygen",
        "path",
        "circle",
        "rect",
        "line",
    ]
)
_OPTIONAL = frozenset(["p", "li", "td", "th", "tr", "dd", "dt", "option", "thead", "tbody", "tfoot"])
_FLAT = _VOID | _OPTIONAL
_OPENS = re.compile(r"<([a-zA-Z][a-zA-Z0-9:-]*)")
_SILENT = re.compile(r"<(?:(script|style|noscript|template|iframe|svg|object|form)\b|!--)", re.IGNORECASE)
_ENDS = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("script", "style", "noscript", "template", "iframe", "svg", "object", "form")
}
_COMMENT_END = re.compile("-->")
# Marks that turn the direction, and control characters with the references to them: lxml gives those and does not take them back.
_TURNS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
    "|&#0*(?:[0-8]|1[124-9]|2[0-9]|3[01])(?![0-9]);?|&#[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])(?![0-9a-fA-F]);?"
)
_BREAK = re.compile(
    r"</?(?:p|div|li|ul|ol|h[1-6]|blockquote|tr|table|figure|figcaption|section|article|hr|dd|dt)\b[^<>]*>|<br\s*/?>", re.IGNORECASE
)


def plain(text: str) -> str:
    """`text` without control characters and without the marks that turn the direction of what follows them (Unicode TR36)."""
    return _TURNS.sub("", text)


def flattened(markup: str) -> str:
    """`markup` where tags nested deeper than `MAX_DEPTH` are left out, their text kept; nine thousand divs crash C parsers."""
    if markup.count("<") < MAX_DEPTH:
        return markup
    if sum(count for name, count in Counter(_OPENS.findall(markup)).items() if name.lower() not in _FLAT) < MAX_DEPTH:
        return markup
    depth = deepest = 0
    for match in re.finditer(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)", markup):
        name = match[2].lower()
        if name in _VOID or name in _OPTIONAL:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return _cut(markup) if deepest > MAX_DEPTH else markup


def _cut(markup: str) -> str:
    parts: list[str] = []
    place = depth = 0
    # Possessive: what opens and never closes is looked at once, and not again for each letter less of its name.
    for match in re.finditer(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)[^<>]*+>", markup):
        name = match[2].lower()
        if name in _VOID:
            continue
        closing = bool(match[1])
        too_deep = depth >= MAX_DEPTH + (1 if closing else 0)
        if name not in _OPTIONAL or too_deep:
            if not closing:
                too_deep = depth >= MAX_DEPTH
                depth += name not in _OPTIONAL
            else:
                too_deep = depth > MAX_DEPTH
                depth = max(0, depth - (name not in _OPTIONAL))
        if too_deep:
            parts.append(markup[place : match.start()])
            place = match.end()
    parts.append(markup[place:])
    return "".join(parts)


def without_silent(markup: str) -> str:
    """`markup` without its comments and the elements whose inside is no text; one that never ends is only a tag. Linear."""
    parts: list[str] = []
    place = begin = 0
    endless: set[str] = set()
    while (opened := _SILENT.search(markup, begin)) is not None:
        name = (opened[1] or "").lower()
        closed = None if name in endless else (_ENDS[name] if name else _COMMENT_END).search(markup, opened.end())
        if closed is None:
            endless.add(name)
            begin = opened.end()
            continue
        parts += [markup[place : opened.start()], " "]
        place = begin = closed.end()
    parts.append(markup[place:])
    return "".join(parts)


def paragraph_text(markup: str) -> str:
    """The words of an HTML fragment on one line."""
    if "<" in markup:
        markup = without_silent(markup)
        markup = _BREAK.sub(" ", markup)
        markup = re.sub(r"<[a-zA-Z/!?][^<>]*>", "", markup)
    return tidy(html.unescape(markup))
