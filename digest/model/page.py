"""What one reading of a feed, page or text gave: the stage between bytes and entries."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Notice(StrEnum):
    """Why a page gave no article."""

    EMPTY = "empty"
    PAYWALL = "paywall"
    CONSENT = "consent"
    SCRIPT_ONLY = "script_only"
    NO_ARTICLE = "no_article"


class FoundKind(StrEnum):
    """What a found section holds: news briefs, or what was said from a podium."""

    BRIEFS = "briefs"
    BRIEFING = "briefing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture by its absolute address, with what was said about it; `url` is None where a text only names its credit."""

    url: str | None
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link inside a text: absolute address and the words that carry it."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBrief:
    """A one-paragraph item of a briefs section.

    `lead` is its bold lead-in, or None. `text` and `html` are the whole brief, the lead included; `html` is sanitised
    block HTML (one or more `<p>`). `sources` are outlets' names without article ("New York Times", "BBC").
    """

    text: str
    html: str
    lead: str | None = None
    sources: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSection:
    """A run of briefs under one heading; `heading` is None where a column has none."""

    heading: str | None
    kind: FoundKind
    briefs: tuple[FoundBrief, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaser:
    """A pointer to another article ("keep reading", "latest"), told apart from the article itself."""

    headline: str
    kicker: str | None = None
    lead: str | None = None
    credit: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArticle:
    """The article of a page. `body_html` is sanitised, `body_text` its paragraphs without the briefs sections.

    `headline` is None where a fragment shows none.

    `byline_unsure` says that the authors may be wrong: the page contradicts itself, or they are a handle, a desk or an agency.
    `pictured` is a line that may be the picture's alternative text, where nothing says so: an editor is shown it, no reader.
    """

    url: str
    headline: str | None
    dek: str | None = None
    kicker: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    image: Image | None = None
    body_html: str = ""
    body_text: str = ""
    byline_unsure: bool = False
    pictured: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page or a plain text gave. `article` is None exactly where `notice` says why.

    `suggestions` are runs that may be briefs, for an editor to say so: nothing heads them.
    """

    notice: Notice | None
    article: PageArticle | None
    sections: tuple[FoundSection, ...] = ()
    teasers: tuple[Teaser, ...] = ()
    suggestions: tuple[FoundSection, ...] = ()
