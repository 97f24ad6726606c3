"""Bytes read as what they are: a feed, an HTML page or plain text; the front door of this room."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from digest.errors import NotReadable
from digest.gather.briefs import Found, chosen_briefs, find_briefs
from digest.gather.canonical import host_of
from digest.gather.decode import decode
from digest.gather.feed import Feed, parse_feed
from digest.gather.headings import section_kind
from digest.gather.markup import paragraph_text
from digest.gather.page import read_page
from digest.gather.text import read_text
from digest.gather.walk import chosen_blocks, html_blocks
from digest.model.page import Page
from digest.model.source import UNTAUGHT, Entry, Taught

KINDS = ("feed", "page", "text")
_MAX_TEXT = 2 * 1024 * 1024
# Cleaned HTML has its tags in lower case. Bold words head something only where a block or line begins.
_BOLD = re.compile(
    r"<h[1-6]\b|(?:<(?:p|div|li|td|section|article|blockquote)>|<br>|\A)\s*(?:<(?:span|em|i|u|a)\b[^<>]*>\s*){0,3}<(?:strong|b)\b"
)
_DASHES = re.compile(r"(?:<p[^<>]*>|<br\s*/?>)\s*(?:[-–—•*·]|&[mn]dash;|&bull;|&#82(?:11|12|26);)\s", re.IGNORECASE)
_LINES = re.compile(r"</?(?:p|div|li|ul|ol|br|hr|blockquote|section|article|td|tr)\b[^<>]*>")
_CONTROLS = bytes(byte for byte in range(32) if byte < 9 or (byte > 13 and byte != 27))
_MAGIC = (
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x7fELF",
    b"MZ",
    b"BZh",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"\x00asm",
    b"7z\xbc\xaf",
    b"wOF",
    b"SQLite format 3",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What bytes gave: `kind` is feed, page or text; `feed` is set for a feed, `page` for the other two."""

    kind: str
    url: str
    feed: Feed | None = None
    page: Page | None = None


def read_bytes(body: bytes, url: str, kind: str | None = None, now: datetime | None = None, taught: Taught = UNTAUGHT) -> Reading:
    """Read `body`, which belongs to `url`, as `kind` ("feed", "page", "text") or, where None, as what it looks like.

    A page without an article is no error: its notice says why. Raises NotReadable for what is empty, binary or not of that kind.
    """
    if kind is not None and kind not in KINDS:
        raise NotReadable(f"{url}: no kind '{kind}'; give one of {', '.join(KINDS)}")
    if not body.strip(b" \t\r\n\x0b\x0c\xef\xbb\xbf\x00"):
        raise NotReadable(f"{url}: the input is empty; check the file or address")
    if _is_binary(body):
        raise NotReadable(f"{url}: binary data, no feed, HTML or text; give the address of a feed or page")
    try:
        return _read(body, url, kind or _sniffed(body), (now, taught))
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError, RecursionError) as error:
        # What parsers below us do not foresee must not take the gathering of others along.
        raise NotReadable(f"{url}: broken beyond reading ({type(error).__name__}); ask the publisher to validate it") from error


def _read(body: bytes, url: str, kind: str, manner: tuple[datetime | None, Taught]) -> Reading:
    now, taught = manner
    if kind == "feed":
        return Reading(kind=kind, url=url, feed=_with_briefs(parse_feed(body, url, now), url, taught))
    if kind == "page":
        return Reading(kind=kind, url=url, page=read_page(body, url, now, taught))
    if len(body) > _MAX_TEXT:
        raise NotReadable(f"{url}: a text of {len(body):,} bytes, more than {_MAX_TEXT:,}; give the article alone")
    return Reading(kind=kind, url=url, page=read_text(decode(body), url, taught))


def entry_with_briefs(entry: Entry, own: str, taught: Taught = UNTAUGHT) -> Entry:
    """The entry with the sections of briefs inside its content; `own` is the publisher's host, `taught` what its source was taught."""
    content = entry.content_html
    if not content or len(content) > 1_000_000 or not (taught != UNTAUGHT or _may_hold_briefs(content) or _is_column(entry)):
        return entry
    found = find_in_markup(content, entry.url or "", own, column=_is_column(entry), taught=taught)
    if not found.sections and not found.suggestions:
        return entry
    return replace(entry, sections=found.sections or entry.sections, suggestions=() if found.sections else found.suggestions)


def find_in_markup(markup: str, base: str, own: str, *, column: bool = False, taught: Taught = UNTAUGHT) -> Found:
    """The sections of briefs in an HTML fragment; those in the elements that a taught selector names go first."""
    if taught.selector:
        named = chosen_blocks(markup, base, taught.selector)
        sections = tuple(section for blocks in named for section in chosen_briefs(blocks, own, taught))
        if sections:
            return Found(sections=sections)
    return find_briefs(html_blocks(markup, base), own, column=column, taught=taught)


def _is_column(entry: Entry) -> bool:
    return bool(entry.title and section_kind(entry.title))


def _may_hold_briefs(markup: str) -> bool:
    """Whether anything in `markup` can head a section: most articles have nothing, and walking them costs more than reading the feed."""
    if _BOLD.search(markup) or markup.count("<li") >= 3 or len(_DASHES.findall(markup)) >= 3:
        return True
    lines = (paragraph_text(part) for part in _LINES.split(markup) if 3 < len(part) < 400)
    return any(section_kind(line) for line in lines if line)


def _with_briefs(feed: Feed, url: str, taught: Taught) -> Feed:
    return replace(feed, entries=tuple(entry_with_briefs(entry, host_of(entry.url or feed.url or url), taught) for entry in feed.entries))


def _is_binary(body: bytes) -> bool:
    head = body[:4096]
    if head.startswith(_MAGIC):
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or head[:2] in {b"<\x00", b"\x00<"} or head[:4] == b"\x00\x00\x00<":
        return False
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return (b"\x00" in head and controls * 50 > len(head)) or controls * 10 > len(head)


def _sniffed(body: bytes) -> str:
    """What bytes look like by their first elements."""
    head = decode(body[:8192]).lstrip("\ufeff \t\r\n")
    if head.startswith("{") and '"items"' in decode(body[:65536]):
        return "feed"
    head = re.sub(
        r"^(?:<\?xml[^>]*\?>|<!--.*?-->|<\?[^>]*\?>|<!DOCTYPE(?!\s+html)[^>\[]*(?:\[.*?\])?>"
        r"|<!DOCTYPE\s+html[^<>]*>(?=\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:rss|feed|rdf)\b)|\s)+",
        "",
        head,
        flags=re.DOTALL | re.IGNORECASE,
    )
    if re.match(r"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", head, re.IGNORECASE):
        return "feed"
    # A broken server's warnings may stand before the root; a page that shows a feed has its own root before that.
    root = re.search(r"<(?:\w+:)?(?:rss|feed|rdf)\b[^<>]*\b(?:version|xmlns)\b|<(?:!doctype\s+html|html|head|body)\b", head, re.IGNORECASE)
    if root and not re.match(r"<(?:!|h|b)", root[0], re.IGNORECASE):
        return "feed"
    if re.search(r"<(?:!doctype\s+html|html|head|body|title|meta|article|div|p|h1)\b", head[:4096], re.IGNORECASE):
        return "page"
    return "text"
