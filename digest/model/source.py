"""Where the week comes from: sources, and the entries that a feed or page gave."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from digest.model.page import FoundSection, Image
from digest.model.weburl import shown_url

# A source's weight: at 2.0 its stories count as a day newer than they are, at 0.5 as a day older.
LEAST_WEIGHT = 0.1
MOST_WEIGHT = 10.0


class SourceKind(StrEnum):
    """How a source is read."""

    FEED = "feed"
    PAGE = "page"


class Extent(StrEnum):
    """How much of a source's text may be shown: all of it, or an excerpt with a link."""

    FULL = "full"
    EXCERPT = "excerpt"


class IdentityPolicy(StrEnum):
    """What tells one entry of a source from the next: publishers reuse guids, and change them."""

    GUID = "guid"
    LINK = "link"
    TITLE_DATE = "title_date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What an outlet's editors taught about its briefs.

    `headings` are words that stand over them, as they are written there. `selector` is the CSS selector of the elements
    that hold them. `aliases` are pairs of what a source is called there and its usual name: ("the Cour", "Harbour Courier").
    `runs` says that its runs of dashes, bullets or bold lead-ins are briefs where nothing heads them.
    """

    headings: tuple[str, ...] = ()
    selector: str | None = None
    aliases: tuple[tuple[str, str], ...] = ()
    runs: bool = False


UNTAUGHT = Taught()


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A feed or page that the newsroom follows.

    `id` is a short slug. `pace` is the least time in seconds between two requests to its host. `allow_private`
    lets it live on a private address (an intranet, the sample outlet); everything else is refused at connect time.
    `follow` reads each new entry's own page for its picture, credit, kicker, dek and briefs. `identity` says by what an
    entry is known again. `weight` is how much the newsroom makes of it: at 2.0 a story counts as a day newer than it is.
    `taught` is what editors taught about its briefs.
    """

    id: str
    name: str
    url: str
    kind: SourceKind = SourceKind.FEED
    extent: Extent = Extent.EXCERPT
    follow: bool = True
    allow_private: bool = False
    pace: float = 1.5
    identity: IdentityPolicy = IdentityPolicy.GUID
    weight: float = 1.0
    taught: Taught = UNTAUGHT

    @property
    def shown(self) -> str:
        """Its address as pages, logs and errors may show it, without a name and password."""
        return shown_url(self.url)


# What editors hand in, as files or by address, is kept under this source; it is never visited.
BY_HAND: Final = Source(id="by-hand", name="", url="file:///", kind=SourceKind.PAGE, extent=Extent.FULL, follow=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, or one page, as it was read. Times are aware UTC; what is unknown is None, never guessed.

    `guid` is the publisher's own name for it (the address where it gave none); with the source it is the identity.
    `content_html` is sanitised. `sections` are the briefs found inside its content or page, `suggestions` runs that may be
    briefs. `byline_unsure` says that its authors may be wrong. `canonical` is the address that
    its own page names as its own, where that is of the same site.
    """

    guid: str
    url: str | None
    title: str | None
    summary: str | None = None
    content_html: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    categories: tuple[str, ...] = ()
    image: Image | None = None
    kicker: str | None = None
    dek: str | None = None
    sections: tuple[FoundSection, ...] = field(default=())
    suggestions: tuple[FoundSection, ...] = field(default=())
    byline_unsure: bool = False
    canonical: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEntry:
    """An entry as the store keeps it: which source gave it, under which row, and when it was first seen (aware UTC).

    `canonical` is the name of its page and `text_hash` what identical texts share, both None where they say nothing.
    """

    id: int
    source_id: str
    first_seen: datetime
    entry: Entry
    canonical: str | None = None
    text_hash: str | None = None

    @property
    def moment(self) -> datetime:
        """When it counts as published: its own date, or the first sighting where it gave none."""
        return self.entry.published or self.first_seen


def id_from(text: str) -> str:
    """Return the id that a source gets where nobody gives it one: `text` in lower case with hyphens, at most 60 characters."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "source"
