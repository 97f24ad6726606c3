"""What may not stand in the HTML that MRML gave: strangers' files, torn slots, debug formats, tables that do not close."""

import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from digest.errors import RenderError
from digest.render.slots import split

_IMAGE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_DEBUG_FORMAT: Final = re.compile(r"<[A-Za-z][^<>]*\\(?:u\{|n|\\)")
_FRACTION: Final = re.compile(r'width(?:="|:)\d+\.\d+')
# An attribute's value never holds a double quote (it is escaped), so no words of an article can look like one of these.
_FETCHED: Final = re.compile(
    r"""<(?:img|link|input|video|audio|source)\b[^>]*?\s(?:src|href)="([^"]*)"|<[a-z]+\b[^>]*?\sbackground="([^"]*)\""""
    r"""|style="[^"]*?url\(\s*(?:&#39;|')?([^"')]*)""",
    re.IGNORECASE,
)
_STYLES: Final = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_FETCHED_BY_STYLE: Final = re.compile(r"""(?:url\(|@import\s+(?!url\())\s*["']?([^"')\s;]*)""", re.IGNORECASE)
_TABLES: Final = re.compile(r"<(/?)(table|tbody|thead|tr|td|th)\b")
_FORBIDDEN: Final = {
    "<script": "scripts do not run in mail",
    "<iframe": "frames do not show in mail",
    "<form": "forms do not work in mail",
    "<object": "objects do not show in mail",
}
# What Outlook sees and others do not, and the other way round; MRML writes both kinds.
_FOR_OUTLOOK: Final = re.compile(r"<!--\[if (?:gte )?(?:mso|IE)[^\]]*\]>(.*?)<!\[endif\]-->", re.DOTALL)
_FOR_OTHERS: Final = re.compile(r"<!--\[if !mso[^\]]*\]><!-->.*?<!--<!\[endif\]-->", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)


def lint_html(html: str, marker: str, hosts: Iterable[str] = (), find: Callable[[str], str] = str) -> None:
    """Check MRML's answer; `hosts` are those whose pictures may be in it. Raises RenderError with an excerpt and a remedy.

    `find` says in which template a stretch of the HTML was written, where it can be known: a place, or the stretch itself.
    """
    lowered = html.lower()
    for what, why in _FORBIDDEN.items():
        if (at := lowered.find(what)) >= 0:
            raise RenderError(f"the HTML holds {what!r} ({why}) near: {html[max(0, at - 60) : at + 60]!r}")
    if debug := _DEBUG_FORMAT.search(html):
        raise RenderError(f"an attribute went through MRML without numeric references: {debug[0][-120:]!r}")
    for image in _IMAGE.findall(html):
        if not re.search(r"\balt=", image):
            raise RenderError(f'a picture has no alt: {image[:120]}; write alt="" where it only decorates')
        if fraction := _FRACTION.search(image):
            raise RenderError(
                f"a picture is a fraction of a pixel wide ({fraction[0]}): {find(_source(image))}; give its column a width in whole px"
            )
    if (titles := lowered.count("<h1")) != 1:
        raise RenderError(f"the mail has {titles} headings of the first level; write <h1> once, around the newsletter's name or its title")
    _no_strangers(html, frozenset(hosts), find)
    for view, seen in (("in Outlook", outlook_view(html)), ("elsewhere", web_view(html))):
        lint_tables(seen, view)
    for _ in split(html, marker):
        pass


def picture_hosts(data: Mapping[str, Any], settings: Mapping[str, Any], public_url: str) -> frozenset[str]:
    """Return the hosts whose pictures an edition may hold: ours, its articles', the logo's, and those that `hosts` of theme.toml names."""
    articles = [article for section in data.get("sections", ()) for row in section["rows"] for article in row["articles"]]
    urls = [article["image"]["url"] for article in articles if article["image"]]
    logo = settings.get("logo", {})
    named = (_host(url) for url in (*urls, public_url, str(logo.get("url", "")), str(logo.get("dark", ""))))
    return frozenset([*(name for name in named if name), *map(str, settings.get("hosts", ()))])


def web_view(html: str) -> str:
    """Return the HTML as every client but Outlook reads it: without comments."""
    return _COMMENT.sub("", html)


def outlook_view(html: str) -> str:
    """Return the HTML as Outlook reads it: what is for Outlook opened, what is for others gone."""
    return _COMMENT.sub("", _FOR_OUTLOOK.sub(r"\1", _FOR_OTHERS.sub("", html)))


def _source(image: str) -> str:
    """What of a picture's tag the template wrote, too: its address; the tag, where it has none."""
    address = re.search(r'\bsrc="([^"]*)"', image)
    return address[1] if address else image[:120]


def _no_strangers(html: str, hosts: frozenset[str], find: Callable[[str], str]) -> None:
    found = ["".join(groups) for groups in _FETCHED.findall(html)]
    for fetched in (*found, *(address for style in _STYLES.findall(html) for address in _FETCHED_BY_STYLE.findall(style))):
        address = unescape(fetched)
        host = _host(address) if "//" in address else ""
        if host and host not in hosts:
            raise RenderError(
                f"the mail would fetch {address[:120]!r} from a stranger, {host}: serve it from the outlet's own host,"
                f' or name that in theme.toml: hosts = ["{host}"]: {find(fetched)}'
            )


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return address


def lint_tables(html: str, view: str) -> None:
    """Check that tables close as they open; raises RenderError, which names the `view` and shows the place."""
    open_tags: list[tuple[str, int]] = []
    for tag in _TABLES.finditer(html):
        if not tag[1]:
            open_tags.append((tag[2], tag.start()))
        elif not open_tags or open_tags.pop()[0] != tag[2]:
            near = html[max(0, tag.start() - 80) : tag.start() + 20]
            raise RenderError(
                f"the mail's tables do not close as they open, {view}: </{tag[2]}> near {near!r}; look at the block's mj-table"
            )
    if open_tags:
        name, place = open_tags[-1]
        raise RenderError(
            f"the mail's tables do not close, {view}: <{name}> near {html[place : place + 80]!r}; look at the block's mj-table"
        )
