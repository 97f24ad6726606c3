"""The magazine's content: one TOML file an article, dated back from `now`, its body in a small markup."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from markupsafe import Markup, escape

MAGAZINE = Path(__file__).parent / "magazine"

FeedName: TypeAlias = Literal["rss", "atom"]
# How a page tells machines about itself: magazines do one, the other or both.
Meta: TypeAlias = Literal["opengraph", "json-ld", "both"]

_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_EMPHASIS = re.compile(r"\*(.+?)\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The drawing that leads an article; `scene` names it in pictures.py."""

    scene: str
    alt: str
    caption: str
    credit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One article. `published` is aware UTC; `body` the markup that `markup` reads; `full`: its feed carries all of it."""

    slug: str
    department: str
    kicker: str
    headline: str
    dek: str
    authors: tuple[str, ...]
    published: datetime
    picture: Picture
    keywords: tuple[str, ...]
    feed: FeedName
    full: bool
    meta: Meta
    body: str
    column: str | None = None

    @property
    def path(self) -> str:
        """Where it stands in the magazine, from the root."""
        return f"/{self.department}/{self.slug}"

    @property
    def picture_path(self) -> str:
        """Where its drawing stands."""
        return f"/pictures/{self.picture.scene}.png"

    @property
    def minutes(self) -> int:
        """How long it takes to read, at 220 words a minute."""
        return max(1, round(len(self.body.split()) / 220))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A page without an article: the magazine's own small print, or a report of another outlet that a brief links to."""

    path: str
    title: str
    body: str
    outlet: str | None = None


def load_pieces(now: datetime) -> tuple[Piece, ...]:
    """Every article, newest first, dated `hours_ago` before `now` (aware), to the minute."""
    moment = now.replace(second=0, microsecond=0)
    pieces = [_piece(path, moment) for path in sorted((MAGAZINE / "articles").glob("*.toml"))]
    return tuple(sorted(pieces, key=lambda piece: piece.published, reverse=True))


def load_plain() -> tuple[Plain, ...]:
    """Every page without an article."""
    told = tomllib.loads((MAGAZINE / "plain.toml").read_text(encoding="utf-8"))
    return tuple(Plain(**page) for page in told["page"])


def markup(body: str) -> Markup:
    """HTML of a body: paragraphs apart by blank lines, `### ` headings, `> ` quotations, **strong**, *stressed*, [text](address)."""
    return Markup("\n").join(_block(" ".join(block.split())) for block in re.split(r"\n\s*\n", body.strip()))


def _block(text: str) -> Markup:
    if text.startswith("### "):
        return Markup("<h3>{}</h3>").format(_inline(text[4:]))
    if text.startswith("> "):
        return Markup("<blockquote><p>{}</p></blockquote>").format(_inline(text[2:]))
    return Markup("<p>{}</p>").format(_inline(text))


def _inline(text: str) -> Markup:
    safe = str(escape(text))
    safe = _LINK.sub(r'<a href="\2">\1</a>', safe)
    safe = _STRONG.sub(r"<strong>\1</strong>", safe)
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", safe))  # noqa: S704  escaped above; what was put in since is ours


def _piece(path: Path, now: datetime) -> Piece:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    return Piece(
        slug=path.stem,
        department=told["department"],
        kicker=told["kicker"],
        headline=told["headline"],
        dek=told["dek"],
        authors=tuple(told["authors"]),
        published=now - timedelta(hours=told["hours_ago"]),
        picture=Picture(**told["picture"]),
        keywords=tuple(told["keywords"]),
        feed=told["feed"],
        full=told.get("full", False),
        meta=told["meta"],
        body=told["body"],
        column=told.get("column"),
    )
