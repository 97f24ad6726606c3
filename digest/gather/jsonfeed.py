"""JSON Feed 1.0 and 1.1 to entries."""

import html
import json
from datetime import datetime

from digest.errors import NotReadable
from digest.gather.blocks import tidy
from digest.gather.canonical import absolute
from digest.gather.dates import parse_date
from digest.gather.markup import flattened
from digest.gather.sanitize import clean_html
from digest.model.page import Image
from digest.model.source import Entry

_MAX_ENTRIES = 2000
Read = tuple[str | None, str | None, str | None, tuple[Entry, ...]]


def parse_json_feed(text: str, url: str, now: datetime | None) -> Read:
    """Title, address of the site, language and entries; raises NotReadable where the JSON is broken or no feed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"{url}: the JSON is broken ({error}); ask the publisher to validate the feed") from error
    if (
        not isinstance(document, dict)
        or not isinstance(document.get("items"), list)
        or not ("jsonfeed" in str(document.get("version", "")) or "title" in document)
    ):
        raise NotReadable(f"{url}: JSON, but no JSON Feed; give the address of an RSS, Atom or JSON feed")
    site = absolute(_text(document.get("home_page_url")), url)
    everyone = _names(document)
    entries = [_entry(item, site or url, everyone, now) for item in document["items"][:_MAX_ENTRIES] if isinstance(item, dict)]
    return _text(document.get("title")), site, _text(document.get("language")), tuple(entries)


def _entry(item: dict[str, object], base: str, everyone: tuple[str, ...], now: datetime | None) -> Entry:
    link = absolute(_text(item.get("url")), base) or absolute(_text(item.get("external_url")), base)
    markup = item.get("content_html")
    plain = item.get("content_text")
    content = None
    if isinstance(markup, str) and markup.strip():
        content = clean_html(flattened(markup), link or base)
    elif isinstance(plain, str) and plain.strip():
        content = "".join(f"<p>{html.escape(tidy(part), quote=False)}</p>" for part in plain.split("\n\n") if part.strip())
    picture = absolute(_text(item.get("image")), base) or absolute(_text(item.get("banner_image")), base)
    tags = item.get("tags")
    identity = item.get("id")
    return Entry(
        guid=str(identity).strip()
        if isinstance(identity, (str, int, float)) and str(identity).strip()
        else link or _text(item.get("title")) or "",
        url=link,
        title=_text(item.get("title")),
        summary=_text(item.get("summary")),
        content_html=content or None,
        authors=_names(item) or everyone,
        published=parse_date(_text(item.get("date_published")), now),
        updated=parse_date(_text(item.get("date_modified")), now),
        categories=tuple(dict.fromkeys(tidy(tag) for tag in tags if isinstance(tag, str) and tag.strip()))
        if isinstance(tags, list)
        else (),
        image=Image(url=picture) if picture else None,
    )


def _names(item: dict[str, object]) -> tuple[str, ...]:
    many, one = item.get("authors"), item.get("author")
    people = many if isinstance(many, list) else [one]
    names = (_text(person.get("name")) for person in people if isinstance(person, dict))
    return tuple(dict.fromkeys(name for name in names if name))


def _text(value: object) -> str | None:
    return (
        (tidy(value) or None) if isinstance(value, str) else str(value) if isinstance(value, int) and not isinstance(value, bool) else None
    )
