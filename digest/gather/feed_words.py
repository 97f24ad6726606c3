"""What a feed's elements say: text, HTML, XHTML or base64 turned into markup, and markup into plain words."""

import base64
import binascii
import html
import re
from dataclasses import dataclass

from lxml import etree

from digest.gather.blocks import tidy
from digest.gather.feed_names import Element
from digest.gather.markup import paragraph_text, without_silent

_LONGEST_TITLE = 10_000
_LONGEST = 2_000_000  # characters of one text: what no article has
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_REFERENCE = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w{1,10});")
_LOOKS_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&\w+;|&#\d+;")
_ESCAPED = re.compile(
    r"&lt;/?(?:p|br|a|div|strong|em|b|i|ul|ol|li|img|h[1-6]|blockquote|span|figure)\b(?:(?!&lt;).)*?&gt;", re.IGNORECASE | re.DOTALL
)
_SCRIPT = re.compile(r"<(script|style|iframe|noscript|template)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
# Tags that a headline's markup consists of; `<dialog>` in the title of an article about it is a word.
_FORMAT = re.compile(
    r"</?(?:a|abbr|acronym|b|big|bdi|bdo|br|center|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|ol|p|q|s|samp|small"
    r"|span|strike|strong|sub|sup|table|tbody|td|th|tr|tt|u|ul|var|wbr|html|body|svg|figure|picture|source)\b[^<>]*>",
    re.IGNORECASE,
)
_ANY = re.compile(r"</?([a-zA-Z][\w:-]*)(?:\s[^<>]*)?>")
_CLOSED = re.compile(r"</([a-zA-Z][\w:-]*)\s*>")
_AROUND = re.compile(r"\A<div\b[^<>]*>(.*)</div>\Z", re.DOTALL)
_BREAKS = re.compile(r"</?(?:br|p|div|li|h[1-6]|tr|td)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an element says: `kind` is "html", "text", or "" where the feed does not tell."""

    value: str
    kind: str = ""

    @property
    def markup(self) -> str:
        """Its HTML: plain text is escaped, HTML that was escaped twice is unescaped once more."""
        return _markup(self.value, self.kind)


def said(element: Element) -> Said:
    """What `element` says by its text, its inner elements, and its attributes type and mode."""
    kind = _kind(element)
    if len(element):
        return Said(value=inner_html(element)[:_LONGEST], kind="html")
    value = (element.text or "")[:_LONGEST].strip()
    if kind == "base64":
        decoded = _from_base64(value)
        return Said(value=decoded, kind="html" if _TAG.search(decoded) else "")
    if value.startswith("<![CDATA["):  # wrapped twice
        value = value.removeprefix("<![CDATA[").removesuffix("]]>").strip()
    if kind == "html" and value.startswith("<div") and "xhtml" in (element.get("type") or ""):
        value = _AROUND.sub(r"\1", value)  # mended: its elements are words
    return Said(value=value, kind=kind)


def _kind(element: Element) -> str:
    stated = (element.get("type") or "").strip().lower()
    if element.get("mode") == "base64":
        return "base64"
    if "html" in stated or stated.endswith(("/xml", "+xml")):
        return "html"
    if stated in {"text", "plain", "text/plain"}:
        return "text"
    return "base64" if stated.startswith(("image/", "audio/", "video/", "application/octet")) else ""


def _from_base64(value: str) -> str:
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def inner_html(element: Element) -> str:
    """The inside of `element` as HTML, whatever prefix its XHTML has."""
    for inner in element.iterdescendants():
        if inner.tag.startswith("{"):
            inner.tag = inner.tag.rpartition("}")[2]
    children = list(element)
    if len(children) == 1 and children[0].tag == "div" and not (element.text or "").strip() and not (children[0].tail or "").strip():
        element = children[0]  # the div around XHTML is no part of it (RFC 4287, 3.1.1.3)
    parts = [html.escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts).strip()


def _markup(value: str, kind: str) -> str:
    if "<" not in value and "&" not in value:
        return _paragraphs(value)
    if kind == "text" and not _LOOKS_HTML.search(value):
        return _paragraphs(value)
    if "&lt;" in value and not re.search(r"<[a-zA-Z/!]", value) and _ESCAPED.search(value):
        value = html.unescape(value)
    return value


def _paragraphs(value: str) -> str:
    """Plain text as HTML: blank lines part paragraphs."""
    if "\n" not in value:
        return html.escape(value, quote=False)
    parts = [part.strip() for part in re.split(r"\n[ \t\r]*\n", value) if part.strip()]
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts) if len(parts) > 1 else html.escape(value, quote=False)


def headline(one: Said) -> str | None:
    """A title's plain words: markup gone, entities resolved, also such as were escaped twice."""
    text = one.value[:_LONGEST_TITLE]
    if "<" not in text and "&" not in text:
        return tidy(text) or None
    literal = one.kind == "text" and not _FORMAT.search(text)
    if not literal:
        text = _untagged(text)
    for _ in range(2):
        if "&" in text and _REFERENCE.search(text):
            text = html.unescape(text)
    if not literal:
        text = _SCRIPT.sub(" ", text)
        text = _FORMAT.sub("", _BREAKS.sub(" ", text))
    return tidy(text) or None


def _untagged(text: str) -> str:
    text = _FORMAT.sub("", _BREAKS.sub(" ", _SCRIPT.sub(" ", without_silent(text))))
    # An element that is closed somewhere is markup; one that is not may be what the headline speaks of.
    closed = set(_CLOSED.findall(text))
    return _ANY.sub(lambda match: "" if match[1] in closed else match[0], text) if closed else text


def plain(one: Said) -> str | None:
    """The words of a text construct on one line."""
    value = one.value
    if "<" not in value and "&" not in value:
        return tidy(value) or None
    return paragraph_text(one.markup) or None
