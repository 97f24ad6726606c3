"""What counts as the same piece, and which entries belong to a planned section."""

from urllib.parse import urlsplit

from digest.model.newsletter import PlannedSection
from digest.model.source import Entry, KeptEntry


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


def identities(kept: KeptEntry) -> frozenset[str]:
    """Return all that names an entry: its row, its address, and its guid (world-wide where it is a URI, else its source's)."""
    entry = kept.entry
    found = {f"row {kept.id}"}
    if entry.url:
        found.add(f"address {address_key(entry.url)}")
    if entry.guid.startswith(("http://", "https://")):
        found.add(f"address {address_key(entry.guid)}")
    else:
        found.add(f"guid {entry.guid}" if ":" in entry.guid else f"guid {kept.source_id} {entry.guid}")
    return frozenset(found)


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
