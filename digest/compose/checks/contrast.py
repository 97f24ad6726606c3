"""Whether the text of the finished mail can be read on its ground, in light and in dark, at AA (WCAG 2.2, 1.4.3)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from lxml import etree
from lxml import html as lxml_html

from digest.compose.checks.case import Case, finding
from digest.model.colour import contrast as colour_contrast
from digest.model.edition import Finding, Severity

_AA, _LARGE, _LOST = 4.5, 3.0, 2.0
_MOST: Final = 3
_DARK: Final = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)\s*\{((?:[^{}]*\{[^{}]*\})*)\s*\}")
_RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_NAMED: Final = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0"}
_SIZE: Final = re.compile(r"(?:font-size:\s*|font:[^;]*?\b)(\d+(?:\.\d+)?)px")
_BOLD: Final = re.compile(r"font-weight:\s*(?:bold|[6-9]00)|font:\s*(?:[a-z]+ )?(?:bold|[6-9]00)\b")
_UNSEEN: Final = re.compile(r"display:\s*none|visibility:\s*hidden|max-height:\s*0|opacity:\s*0(?![.\d])")
# An MJML column has a size of 0 for its gaps; what is set in less than this is no text.
_LEAST_SIZE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ink:
    """What a text is set in, as it is inherited: colour and ground as #rrggbb, size in px."""

    colour: str = "#000000"
    ground: str = "#ffffff"
    size: float = 16.0
    bold: bool = False


def contrast(case: Case) -> Iterator[Finding]:
    """Name the faintest pairs of each scheme, each with some of its words."""
    if case.rendered is None:
        return
    for scheme, words, colour, ground, ratio in faint(case.rendered.html):
        lost = ratio < _LOST
        message = f"In {scheme}, “{words}” is set in {colour} on {ground}, a contrast of {ratio:.1f}{'' if lost else '; AA asks for more'}"
        remedy = "Change the theme's colours; `digest theme check` names those of its settings."
        yield finding("contrast", Severity.BLOCK if lost else Severity.WARN, message, remedy, about=f"{scheme} {colour} {ground}")


@lru_cache(maxsize=64)
def faint(page: str) -> tuple[tuple[str, str, str, str, float], ...]:
    """Return (scheme, words, colour, ground, ratio) of what is too faint in a mail's HTML, the faintest first, at most three a scheme."""
    bare = _COMMENT.sub("", page)
    try:
        root = lxml_html.document_fromstring(bare.encode("utf-8", "ignore"), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, ValueError):
        return ()
    dark = "".join(found[1] for found in _DARK.finditer(bare))
    found: list[tuple[str, str, str, str, float]] = []
    for scheme, rules in (("light", {}), ("dark", _rules(dark))) if dark else (("light", {}),):
        pairs: dict[tuple[str, str], tuple[str, float]] = {}
        for words, ink in _texts(root, rules):
            if ink.size < _LEAST_SIZE:
                continue
            ratio = colour_contrast(ink.colour, ink.ground)
            large = ink.size >= 24 or (ink.bold and ink.size >= 18.66)
            if ratio < (_LARGE if large else _AA) and (ink.colour, ink.ground) not in pairs:
                pairs[ink.colour, ink.ground] = (words[:40], ratio)
        worst = sorted(pairs.items(), key=lambda pair: pair[1][1])[:_MOST]
        found += [(scheme, words, colour, ground, round(ratio, 2)) for (colour, ground), (words, ratio) in worst]
    return tuple(found)


def _texts(root: lxml_html.HtmlElement, rules: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, _Ink]]:
    """Yield each run of words with what it is set in; what is not shown is left out. Nothing recurses."""
    body = root if root.tag == "body" else root.find("body")
    if body is None:
        return
    waiting: list[tuple[lxml_html.HtmlElement, _Ink]] = [(body, _Ink())]
    while waiting:
        node, above = waiting.pop()
        if not isinstance(node.tag, str) or node.tag in {"style", "script", "title", "img"}:
            continue
        style = node.get("style") or ""
        if _UNSEEN.search(style):
            continue
        ink = _set(node, style, above, rules)
        if node.text and node.text.strip():
            yield " ".join(node.text.split()), ink
        for child in node:
            if child.tail and child.tail.strip():
                yield " ".join(child.tail.split()), ink
            waiting.append((child, ink))


def _set(node: lxml_html.HtmlElement, style: str, above: _Ink, rules: Mapping[tuple[str, str], str]) -> _Ink:
    ink = above
    if node.tag == "a":
        ink = replace(ink, colour="#0000ee")
    if ground := _colour(node.get("bgcolor") or ""):
        ink = replace(ink, ground=ground)
    ink = _styled(ink, style)
    classes = (node.get("class") or "").split()
    parent = node.getparent()
    above_classes: list[str] = []
    if node.tag in {"td", "a"}:
        while parent is not None:
            above_classes += (parent.get("class") or "").split()
            parent = parent.getparent()
    for key in (("", node.tag), *((one, "") for one in classes), *((one, node.tag) for one in above_classes)):
        if key in rules:
            ink = _styled(ink, rules[key])
    return ink


def _styled(ink: _Ink, style: str) -> _Ink:
    for part in style.split(";"):
        name, _, value = part.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip().lower()
        if name == "color" and (colour := _colour(value)):
            ink = replace(ink, colour=colour)
        elif name in {"background", "background-color"} and (ground := _colour(value.split(" ")[0])):
            ink = replace(ink, ground=ground)
    if size := _SIZE.search(style):
        ink = replace(ink, size=float(size[1]))
    return replace(ink, bold=bool(_BOLD.search(style))) if "font:" in style or "font-weight" in style else ink


def _rules(css: str) -> dict[tuple[str, str], str]:
    """Read `.a{…}`, `.k td,.k a{…}` and `body{…}`: (class, tag) -> declarations; other selectors say nothing about texts here."""
    found: dict[tuple[str, str], str] = {}
    for selectors, declarations in _RULE.findall(css):
        for selector in selectors.split(","):
            parts = selector.split()
            key: tuple[str, str] | None = None
            if len(parts) == 1 and re.fullmatch(r"\.[\w-]+", parts[0]):
                key = (parts[0][1:], "")
            elif len(parts) == 1 and re.fullmatch(r"[a-z][a-z0-9]*", parts[0]):
                key = ("", parts[0])
            elif len(parts) == 2 and re.fullmatch(r"\.[\w-]+", parts[0]) and re.fullmatch(r"[a-z][a-z0-9]*", parts[1]):
                key = (parts[0][1:], parts[1])
            if key is not None:
                found[key] = f"{found.get(key, '')};{declarations}"
    return found


def _colour(value: str) -> str | None:
    value = _NAMED.get(value.strip().lower(), value.strip().lower())
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(letter * 2 for letter in value[1:])
    return value if re.fullmatch(r"#[0-9a-f]{6}", value) else None
