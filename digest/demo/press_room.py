"""The magazine set in type: its home page, articles and feeds as bytes, by path."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from digest.demo.articles import MAGAZINE, FeedName, Piece, Plain, load_pieces, load_plain, markup

NAME: Final = "The Meridian Review"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedNamed:
    """One feed of the magazine: where it stands, what it is called, in which format."""

    path: str
    title: str
    kind: FeedName


FEEDS: Final = (
    FeedNamed(path="/feeds/features.xml", title=f"{NAME}: features and analysis", kind="rss"),
    FeedNamed(path="/feeds/dispatches.atom", title=f"{NAME}: dispatches", kind="atom"),
)

_DEPARTMENTS: Final = {"features": "Features", "analysis": "Analysis", "dispatches": "Dispatches", "strait-watch": "Strait Watch"}
_HTML: Final = "text/html; charset=utf-8"
_TEASERS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One thing to hand out: its bytes, their type, and when it last changed (aware UTC, whole seconds)."""

    body: bytes
    content_type: str
    changed: datetime


def set_in_type(now: datetime, site: str) -> dict[str, Sheet]:
    """Every page and feed by its path, as of `now` (aware), with addresses under `site` ("http://127.0.0.1:8080")."""
    pieces = load_pieces(now.astimezone(UTC))
    room = _Room(site, pieces)
    newest = pieces[0].published
    sheets = {piece.path: Sheet(body=room.article(piece), content_type=_HTML, changed=piece.published) for piece in pieces}
    for plain in load_plain():
        sheets[plain.path] = Sheet(body=room.plain(plain), content_type=_HTML, changed=newest)
    sheets["/"] = Sheet(body=room.home(), content_type=_HTML, changed=newest)
    for feed in FEEDS:
        sheets[feed.path] = Sheet(
            body=room.feed(feed), content_type=f"application/{feed.kind}+xml; charset=utf-8", changed=room.changed(feed)
        )
    return sheets


class _Room:
    """Templates and what they all see."""

    def __init__(self, site: str, pieces: tuple[Piece, ...]) -> None:
        self._site = site
        self._pieces = pieces
        self._types = Environment(
            loader=FileSystemLoader(MAGAZINE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._types.globals.update(name=NAME, site=site, feeds=FEEDS, departments=_DEPARTMENTS)
        self._types.filters.update(
            markup=markup,
            day=lambda moment: f"{moment.day} {moment:%B %Y}",
            rfc822=lambda moment: format_datetime(moment, usegmt=True),
            iso=lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            absolute=lambda html: Markup(str(html).replace('href="/', f'href="{site}/')),  # noqa: S704  our own markup, addresses only
        )

    def article(self, piece: Piece) -> bytes:
        others = [other for other in self._pieces if other is not piece]
        # Neighbours in the list, so that pages differ in what they point to.
        start = self._pieces.index(piece) % max(1, len(others) - _TEASERS)
        return self._fill("article.html", piece=piece, teasers=others[start : start + _TEASERS], json_ld=self._json_ld(piece))

    def home(self) -> bytes:
        return self._fill("home.html", lead=self._pieces[0], pieces=self._pieces[1:])

    def plain(self, plain: Plain) -> bytes:
        return self._fill("plain.html", plain=plain)

    def feed(self, feed: FeedNamed) -> bytes:
        return self._fill(f"feed.{feed.kind}", feed=feed, pieces=self._of(feed), changed=self.changed(feed))

    def changed(self, feed: FeedNamed) -> datetime:
        return self._of(feed)[0].published

    def _of(self, feed: FeedNamed) -> list[Piece]:
        return [piece for piece in self._pieces if piece.feed == feed.kind]

    def _fill(self, template: str, **values: object) -> bytes:
        return self._types.get_template(template).render(values).encode()

    def _json_ld(self, piece: Piece) -> Markup:
        told = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": piece.headline,
            "description": piece.dek,
            "articleSection": piece.kicker,
            "datePublished": piece.published.isoformat(),
            "dateModified": piece.published.isoformat(),
            "mainEntityOfPage": self._site + piece.path,
            "author": [{"@type": "Person", "name": author} for author in piece.authors],
            "publisher": {"@type": "Organization", "name": NAME},
            "image": {
                "@type": "ImageObject",
                "url": self._site + piece.picture_path,
                "width": 1200,
                "height": 630,
                "caption": piece.picture.caption,
                "creditText": piece.picture.credit,
            },
        }
        # "</" would end the script element early; JSON may write it as "<\/".
        return Markup(json.dumps(told, ensure_ascii=False).replace("</", "<\\/"))  # noqa: S704  made safe the line above
