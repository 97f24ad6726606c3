"""A feed's text to a tree of elements: strictly where it is well-formed, mended where not; document types are never read."""

import re
from html.entities import html5
from itertools import islice

from lxml import etree

from digest.errors import NotReadable
from digest.gather.feed_mend import mended
from digest.gather.feed_names import Element

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel|entry|item)\b", re.IGNORECASE)
_BODY = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_MOST_TAGS = 200_000
_PROLOG = 256 * 1024  # characters within which a feed must begin
_DECLARES = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)
# What old publishing programs write before a feed: the names of HTML's characters.
_HARMLESS = re.compile(
    r"<!ENTITY\s+(?:%\s+\w+\s+PUBLIC\s+([\"'])-//W3C//ENTITIES [^\"'<>]*\1\s+([\"'])[^\"'<>]*\2\s*>"
    r"|(?P<name>\w+)\s+([\"'])(?:&#x?[0-9a-fA-F]+;|&amp;|[^<>&%\"'])\4\s*>)"
)
# Windows' quotes and dashes where Unicode has control characters: as characters, and as references to them.
_WINDOWS = {number: bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0xA0)}
_WINDOWS_REFERENCE = re.compile(r"&#(?:x([89][0-9a-f])|(1(?:2[89]|[34]\d|5\d)));", re.IGNORECASE)


def tree_of(text: str, url: str) -> Element:
    """The root element of the feed in `text`, which may be an element `mended` around it.

    Raises NotReadable for HTML, for what has no element of a feed, and for a document type that declares entities of its own.
    """
    text = text.lstrip("\ufeff \t\r\n\x00")
    begin = _root_of(text)
    prolog = _without_comments(text[:begin]) if begin is not None else ""
    if begin is None or _BODY.search(prolog):
        if _PAGE.search(text[:4096]):
            raise NotReadable(f"{url}: this is an HTML page, not a feed; add it as a page (--kind page), or give the address of its feed")
        raise NotReadable(f"{url}: no feed; give the address of an RSS, Atom or JSON feed")
    _refuse_entities(prolog, url)
    # What stands before the root is for machines that we do not ask: styles, document types, warnings of a broken server.
    text = text[begin:]
    if text.count("<") > _MOST_TAGS:
        # A tree takes many times the memory of its text: what no feed has is left out, and the mender ends what it finds open.
        text = text[: next(islice((one.start() for one in re.finditer("<", text)), _MOST_TAGS, None))]
    if not text.isascii():
        text = text.translate(_WINDOWS)
    if "&#" in text:
        text = _WINDOWS_REFERENCE.sub(lambda match: _WINDOWS[int(match[1], 16) if match[1] else int(match[2])], text)
    found = _strict(text)
    if found is None:
        found = _strict(mended(text))
    if found is None:
        raise NotReadable(f"{url}: the feed is broken beyond reading; ask the publisher to validate it")
    return found


def _root_of(text: str) -> int | None:
    """Where the root of a feed begins, comments before it passed over."""
    place, head = 0, text[:_PROLOG]
    while (root := _ROOT.search(head, place)) is not None:
        opened = head.rfind("<!--", 0, root.start())
        closed = head.find("-->", opened) if opened >= place else -1
        if closed < root.start():
            return root.start()
        place = closed + 3
    return None


def _without_comments(prolog: str) -> str:
    first, *others = prolog.split("<!--")
    return first + "".join(other.partition("-->")[2] if "-->" in other else other for other in others)


def _refuse_entities(prolog: str, url: str) -> None:
    rest = _HARMLESS.sub(lambda match: "" if match["name"] is None or match["name"] + ";" in html5 else match[0], prolog)
    if _DECLARES.search(rest):
        raise NotReadable(f"{url}: the feed's document type declares entities, which is unsafe; ask the publisher for a feed without a DTD")


def _strict(text: str) -> Element | None:
    # No document type, entity, network or huge tree: a bomb is an error, not a fire. A parser keeps state, so each text has its own.
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root
