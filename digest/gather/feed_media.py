"""An entry's picture: media:content, enclosure, media:thumbnail, itunes:image, or the first one in its text; with caption and credit."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from digest.gather.blocks import tidy
from digest.gather.canonical import absolute
from digest.gather.feed_names import Element, key_of
from digest.gather.feed_words import headline, plain, said
from digest.model.page import Image

_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)\b", re.IGNORECASE)
_FILLER = re.compile(
    r"/(?:pixel|emoji|smilies|spacer|blank|tracking|1x1)\b|feedburner|doubleclick|gravatar\.com|s\.w\.org/images/core", re.IGNORECASE
)
_IMG = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))")
_BOXES = frozenset({"media:group", "media:content"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """What an entry's media elements say: pictures with their rank, and words that belong to the entry where no picture is meant."""

    image: Image | None = None
    description: str | None = None


def media_of(fields: dict[str, list[Element]], markup: str, base: str) -> Media:
    """The picture of an entry with these elements and this HTML, addresses seen from `base`."""
    groups = [one for key in _BOXES for one in fields.get(key, ())]
    loose = [one for key, many in fields.items() if key.startswith("media:") and key not in _BOXES for one in many]
    inner = [*groups, *(one for group in groups for one in group.iterdescendants()), *loose]
    found: list[tuple[float, int, str, Element | None]] = []
    moving = False
    for element in inner:
        key = key_of(element.tag, element.prefix)
        if key == "media:content":
            rank = _content_rank(element)
            moving = moving or (rank is None and bool(element.get("url")))
            found += _ranked(rank, element.get("url"), base, element, len(found))
        elif key == "media:thumbnail":
            found += _ranked(
                1 + _number(element.get("width")) / 1e7, element.get("url") or (element.text or "").strip(), base, element, len(found)
            )
    for address, rank in _others(fields):
        found += _ranked(rank, address, base, None, len(found))
    words = _words_around(inner)
    said_of_entry = (
        None if any(rank >= 2 and element is not None for rank, _, _, element in found) and not moving else words.pop("description", None)
    )
    inline = first_image(markup, base)
    if not found:
        return Media(image=inline, description=said_of_entry)
    best = max(found, key=lambda one: (one[0], one[1]))
    own = {**words, **(_words_of(best[3]) if best[3] is not None else {})}
    if said_of_entry is not None:
        own.pop("description", None)
    alt = own.get("title") or (inline.alt if inline and inline.url == best[2] else None)
    return Media(image=Image(url=best[2], alt=alt, caption=own.get("description"), credit=own.get("credit")), description=said_of_entry)


def _ranked(
    rank: float | None, address: str | None, base: str, element: Element | None, place: int
) -> list[tuple[float, int, str, Element | None]]:
    url = absolute(address, base) if rank is not None else None
    return [(rank, -place, url, element)] if url and rank is not None and not _FILLER.search(url) else []


def _content_rank(element: Element) -> float | None:
    """How good a media:content is as the picture: the wider, the better; None where it is none."""
    kind = f"{element.get('medium') or ''} {element.get('type') or ''}".lower()
    if "image" in kind or (not kind.strip() and _PICTURE.search(element.get("url") or "")):
        return 3 + _number(element.get("width"))
    return None


def _others(fields: dict[str, list[Element]]) -> Iterator[tuple[str | None, float]]:
    """Pictures that are named elsewhere, with their rank."""
    links = [one for key in ("link", "atom:link") for one in fields.get(key, ()) if one.get("rel") == "enclosure"]
    for one in [*fields.get("enclosure", ()), *links]:
        address, kind = one.get("url") or one.get("href"), (one.get("type") or "").lower()
        if kind.startswith("image") or (kind in {"", "application/octet-stream"} and _PICTURE.search(address or "")):
            yield address, 2
    for one in (*fields.get("itunes:image", ()), *fields.get("googleplay:image", ()), *fields.get("image", ()), *fields.get("thumb", ())):
        inside = next((child.text for child in one if key_of(child.tag, child.prefix) == "url"), None)
        yield (one.get("href") or one.get("url") or inside or one.text or "").strip(), 1


def _words_around(elements: list[Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in elements:
        _note(found, element)
    return found


def _words_of(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        _note(found, child)
    return found


def _note(found: dict[str, str], element: Element) -> None:
    prefix, _, name = key_of(element.tag, element.prefix).partition(":")
    if prefix == "media" and name in {"title", "description", "credit"} and name not in found:
        words = headline(said(element)) if name == "title" else plain(said(element))
        if words:
            found[name] = words
    elif prefix == "media" and name == "text" and "description" not in found and (words := plain(said(element))):
        found["description"] = words


def _number(value: str | None) -> float:
    try:
        number = float(value or 0)
    except ValueError:
        return 0.0
    return min(max(number, 0.0), 1e6) if number == number else 0.0  # noqa: PLR0124  "nan" is a width in the wild


def first_image(markup: str, base: str) -> Image | None:
    """The first picture of some size inside HTML; tracking pixels and emoji are none."""
    if "<img" not in markup and "<IMG" not in markup:
        return None
    for match in _IMG.finditer(markup[:200_000]):
        attributes = {
            name.lower(): html.unescape(double or single or bare) for name, double, single, bare in _ATTRIBUTE.findall(match[0][:8192])
        }
        source = attributes.get("src") or ""
        address = absolute(source if not source.startswith("data:") else "", base) or absolute(attributes.get("data-src"), base)
        small = any(re.fullmatch(r"\d{1,2}(?:px)?", attributes.get(side, "")) for side in ("width", "height"))
        if address and not small and not _FILLER.search(address):
            return Image(url=address, alt=tidy(attributes.get("alt", "")) or None)
    return None
