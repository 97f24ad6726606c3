"""Which telling stands for a story, which entries belong to a planned section, and what texts have the same words."""

import hashlib
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from digest.model.newsletter import PlannedSection
from digest.model.source import Entry, Extent, KeptEntry, Source
from digest.model.story import Story


def address_key(url: str) -> str:
    """Return what two addresses of one page share: host without www, path without its last slash, and the query."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    except ValueError:
        return url.strip()
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def words_key(text: str) -> str | None:
    """Return what texts with the same words share, whatever their marks and spaces; None for a text without words."""
    letters = "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()[:32] if letters else None


def best_telling(story: Story, sources: Mapping[str, Source]) -> KeptEntry:
    """Return the telling that stands for a story: the fuller one, the outlet's own before others', then the newest."""

    def worth(kept: KeptEntry) -> tuple[object, ...]:
        entry = kept.entry
        return (bool(entry.sections), is_own(kept, sources), has_picture(entry), bool(entry.content_html), kept.moment, -kept.id)

    return max(story.tellings, key=worth)


def is_own(kept: KeptEntry, sources: Mapping[str, Source]) -> bool:
    """Whether it is the outlet's own: of a source whose text may be shown in full."""
    source = sources.get(kept.source_id)
    return source is not None and source.extent is Extent.FULL


def is_article(entry: Entry) -> bool:
    """Whether it can stand as an article: a title, a web address, and more to it than a run of briefs."""
    if not (entry.title and entry.title.strip() and entry.url and entry.url.startswith(("http://", "https://"))):
        return False
    return not entry.sections or any((entry.content_html, entry.summary, entry.dek, entry.image))


def belongs(kept: KeptEntry, planned: PlannedSection) -> bool:
    """Whether an entry fits a planned section: one of its sources and one of its categories, where it names any."""
    if planned.sources and kept.source_id not in planned.sources:
        return False
    return not planned.categories or bool(matching_category(kept.entry, planned))


def matching_category(entry: Entry, planned: PlannedSection) -> str | None:
    """Return the planned category that an entry carries, as one of its own or in its kicker ("Analysis | Arctic")."""
    carried = {category.strip().casefold() for category in (*entry.categories, *(entry.kicker or "").split("|"))}
    return next((category for category in planned.categories if category.strip().casefold() in carried), None)


def has_picture(entry: Entry) -> bool:
    """Whether it has a picture to show; a text may name the credit of a picture that it does not hold."""
    return entry.image is not None and bool(entry.image.url)
