"""The archive as an Atom feed (RFC 4287)."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from digest.flows.viewing import Past
from digest.model.newsletter import Newsletter

_ATOM: Final = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no way to write.
_UNWRITABLE: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feed(newsletter: Newsletter, past: Iterable[Past], public_url: str) -> bytes:
    """Return the feed of what went out, latest first. Ids are tag URIs (RFC 4151), which outlive a move to another address."""
    ET.register_namespace("", _ATOM)
    archive = f"{public_url}/archive/{quote(newsletter.id)}"
    host = urlsplit(public_url).hostname or "localhost"
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": _written(newsletter.language)})
    editions = tuple(past)
    _add(root, "id", f"tag:{host},2026:{newsletter.id}")
    _add(root, "title", newsletter.name)
    _add(root, "updated", max(one.corrected or one.opened for one in editions).isoformat() if editions else "1970-01-01T00:00:00+00:00")
    _link(root, "self", f"{archive}/feed.atom", "application/atom+xml")
    _link(root, "alternate", archive, "text/html")
    _add(_add(root, "author"), "name", newsletter.public_name)
    for one in editions:
        entry = _add(root, "entry")
        _add(entry, "id", f"tag:{host},2026:{newsletter.id}/{one.number}")
        _add(entry, "title", one.subject)
        _add(entry, "updated", (one.corrected or one.opened).isoformat())
        _add(entry, "published", one.opened.isoformat())
        _link(entry, "alternate", f"{archive}/{one.number}", "text/html")
        _add(entry, "summary", one.preheader)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    element.text = None if text is None else _written(text)
    return element


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": href, "type": kind})


def _written(text: str) -> str:
    return _UNWRITABLE.sub("", text)
