"""JSON Feed 1.0 and 1.1 to entries."""

import html
import json
import re
from datetime import datetime

from digest.errors import NotReadable
from digest.gather.blocks import tidy
from digest.gather.canonical import absolute
from digest.gather.dates import parse_date
from digest.gather.feed_item import made_up
from digest.gather.feed_media import first_image
from digest.gather.feed_people import names
from digest.gather.feed_words import Said, headline, plain
from digest.gather.markup import flattened
from digest.gather.sanitize import clean_html
from digest.model.page import Image
from digest.model.source import Entry

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_MAX_ENTRIES = 2000
Read = tuple[str | None, str | None, str | None, tuple[Entry, ...]]
Json = dict[str, object]


def parse_json_feed(text: str, url: str, now: datetime | None) -> Read:
    """Title, address of the site, language and entries; raises NotReadable where the JSON is broken or no feed."""
    try:
        document = json.loads(text.strip("\ufeff \t\r\n\x00"), strict=False)
        if _HALF.search(text):  # half a pair of surrogates is no character, and no encoder takes it
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"{url}: the JSON is broken ({type(error).__name__}); ask the publisher to validate the feed") from error
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("items"), list)
        or not ("jsonfeed" in str(document.get("version", "")) or "title" in document)
    ):
        raise NotReadable(f"{url}: JSON, but no JSON Feed; give the address of an RSS, Atom or JSON feed")
    site = absolute(_text(document.get("home_page_url")), url)
    everyone = _names(document)
    entries = [_entry(item, site or url, everyone, now) for item in document["items"][:_MAX_ENTRIES] if isinstance(item, dict)]
    return _title(document), site, _text(document.get("language")), tuple(entries)


def _entry(item: Json, base: str, everyone: tuple[str, ...], now: datetime | None) -> Entry:
    link = absolute(_text(item.get("url")), base) or absolute(_text(item.get("external_url")), base)
    markup, words = item.get("content_html"), item.get("content_text")
    content = None
    if isinstance(markup, str) and markup.strip():
        content = clean_html(flattened(markup), link or base)
    elif isinstance(words, str) and words.strip():
        content = "".join(f"<p>{html.escape(tidy(part), quote=False)}</p>" for part in words.split("\n\n") if part.strip())
    title, published = _title(item), parse_date(_text(item.get("date_published")), now)
    summary = item.get("summary")
    return Entry(
        guid=_identity(item.get("id")) or link or made_up(title, published, content or ""),
        url=link,
        title=title,
        summary=plain(Said(value=summary)) if isinstance(summary, str) else None,
        content_html=content or None,
        authors=_names(item) or everyone,
        published=published,
        updated=parse_date(_text(item.get("date_modified")), now),
        categories=_tags(item.get("tags")),
        image=_image(item, base) or (first_image(markup, link or base) if isinstance(markup, str) else None),
    )


def _identity(said: object) -> str:
    # 1.0 asked for strings and met numbers; true is none.
    return str(said).strip() if isinstance(said, (str, int, float)) and not isinstance(said, bool) else ""


def _title(item: Json) -> str | None:
    title = item.get("title")
    return headline(Said(value=title)) if isinstance(title, str) else _text(title)


def _image(item: Json, base: str) -> Image | None:
    attached = item.get("attachments")
    pictures = [
        one.get("url")
        for one in (attached if isinstance(attached, list) else [])
        if isinstance(one, dict) and str(one.get("mime_type") or "").startswith("image/")
    ]
    for address in (item.get("image"), item.get("banner_image"), *pictures):
        found = absolute(_text(address.get("url") if isinstance(address, dict) else address), base)
        if found:
            return Image(url=found)
    return None


def _tags(said: object) -> tuple[str, ...]:
    many = said if isinstance(said, list) else said.split(",") if isinstance(said, str) else []
    return tuple(dict.fromkeys(tidy(tag) for tag in many if isinstance(tag, str) and tag.strip()))


def _names(item: Json) -> tuple[str, ...]:
    many, one = item.get("authors"), item.get("author")
    people = many if isinstance(many, list) else [many or one]
    return names(name for person in people if (name := _text(person.get("name") if isinstance(person, dict) else person)))


def _text(value: object) -> str | None:
    return (
        (tidy(value) or None) if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else None
    )
