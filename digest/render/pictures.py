"""The pictures of an edition: which ones its theme has a place for, how wide, and the edition with each set where it stands."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from digest.errors import NotReadable, RenderError
from digest.model.edition import Article, Edition, Section
from digest.model.newsletter import SectionKind
from digest.model.picture import THEME_FILE, Pictures, Wish
from digest.render.blocks import FRAME
from digest.render.clean import web_address
from digest.render.press import Press
from digest.render.rows import read_here
from digest.render.theme import Theme

_NAMED: Final = re.compile(rf"{THEME_FILE}(?P<theme>[\w-]+)/(?P<path>[^#]+)#(?P<hash>[0-9a-f]{{16}})")
_WIDEST: Final = 1_200  # px; no mail is wider, and pictures are made twice as wide
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)


def wishes_of(edition: Edition, theme: Theme) -> tuple[Wish, ...]:
    """Return the pictures that the mail of `edition` has a place for in `theme`, each with its width there; the logo's first."""
    return (*logo_wishes(theme), *(wish for _, wish in _wishes(edition, theme)))


def with_pictures(edition: Edition, theme: Theme, pictures: Pictures) -> Edition:
    """Return the edition with each picture at the address that `pictures` gives, and without those that it does not have.

    What is said about a picture goes with it: alternative text, caption and credit.
    """
    wishes = {article.id: wish for article, wish in _wishes(edition, theme)}

    def placed(article: Article) -> Article:
        if article.image is None or not article.image.url:
            return article
        wish = wishes.get(article.id)
        url = pictures.place(wish) if wish is not None else None
        return replace(article, image=replace(article.image, url=url) if url else None)

    sections = tuple(
        replace(section, items=tuple(placed(item) if isinstance(item, Article) else item for item in section.items))
        for section in edition.sections
    )
    return replace(edition, sections=sections)


def logo_wishes(theme: Theme) -> tuple[Wish, ...]:
    """Return the logo and its dark twin, where they are files of the theme's own and there; an address is the outlet's to serve."""
    logo: Mapping[str, Any] = theme.settings.get("logo", {})
    found = []
    for key, place in (("url", "logo"), ("dark", "logo-dark")):
        path = logo_file(theme, str(logo.get(key) or ""))
        if path is not None:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            found.append(
                Wish(
                    url=f"{THEME_FILE}{theme.name}/{logo[key]}#{digest}",
                    width=_px(logo.get("width", 240), "[logo] width"),
                    place=place,
                    file=path,
                )
            )
    return tuple(found)


def logo_file(theme: Theme, named: str) -> Path | None:
    """Return the file of the theme's own that a logo's setting names, the outlet's first; None where it is an address, or not there."""
    if not named or _ADDRESS.match(named):
        return None
    for folder in theme.folders:
        path = (folder / named).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            return path
    return None


def with_logo(theme: Theme, pictures: Pictures) -> dict[str, Any]:
    """Return the theme's settings with the logo where it stands; without it the newsletter's name is set in type."""
    logo: dict[str, Any] = dict(theme.settings.get("logo", {}))
    placed = {wish.place: pictures.place(wish) for wish in logo_wishes(theme)}
    for key, place in (("url", "logo"), ("dark", "logo-dark")):
        if not _ADDRESS.match(str(logo.get(key) or "")):
            logo[key] = placed.get(place) or ""
    return {**theme.settings, "logo": logo}


def theme_file(press: Press, url: str) -> bytes:
    """Return the bytes of a theme's file that a wish names; raises NotReadable where it is gone or another by now."""
    named = _NAMED.fullmatch(url)
    path = logo_file(press.theme(named["theme"]), named["path"]) if named else None
    body = path.read_bytes() if path is not None else b""
    if named is None or hashlib.sha256(body).hexdigest()[:16] != named["hash"]:
        raise NotReadable(f"{url.partition('#')[0]}: the file is gone or was changed; the edition asks for the new one when it is rendered")
    return body


def _wishes(edition: Edition, theme: Theme) -> Iterator[tuple[Article, Wish]]:
    whole = read_here(edition)
    for section in edition.sections:
        for at, item in enumerate(section.items):
            if not isinstance(item, Article) or item.image is None:
                continue
            url = web_address(item.image.url)
            width = _width(theme, section, at, full=item.id in whole)
            if url and width:
                yield item, Wish(url=url, width=width, place=item.id, entry=item.entry)


def _width(theme: Theme, section: Section, at: int, *, full: bool) -> int:
    """How wide [pictures] of theme.toml wants a picture at an article's place; 0 where the theme shows none."""
    widths: Mapping[str, Any] = theme.settings.get("pictures", {})
    place = "lead" if section.kind is SectionKind.LEAD and at == 0 else "full" if full else "thumb"
    if section.key in theme.blocks - FRAME:
        place = section.key if section.key in widths else "other"
    return _px(widths.get(place, 0), f"[pictures] {place}")


def _px(value: object, where: str) -> int:
    if not isinstance(value, int) or not 0 <= value <= _WIDEST:
        raise RenderError(f"theme.toml: {where} = {value!r} is no width; write a whole number of px up to {_WIDEST}")
    return value
