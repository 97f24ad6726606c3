"""The mail's links: which there are and where, and what was learnt of each; nothing is asked here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from digest.compose.checks.case import Case, finding, items, name_of
from digest.model.edition import Article, Brief, Edition, Finding, Fix, Severity
from digest.model.facts import LinkHealth, LinkState
from digest.model.mailing import Rendered

_HREF: Final = re.compile(r'<a\b[^<>]*?\bhref="(https?://[^"]+)"', re.IGNORECASE)
_CAMPAIGN: Final = re.compile(r"(?<=[?&])utm_\w+=[^&#]*&?|&utm_\w+=[^&#]*")
_SHOWN: Final = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLink:
    """An address that readers are led to: where it stands (None: the theme), what a sentence calls that, whether it is an article's own."""

    url: str
    place: str | None
    name: str
    own: bool = False


def links_of(edition: Edition, rendered: Rendered | None = None, *, public_url: str = "") -> tuple[PlacedLink, ...]:
    """Return the links of an edition, each place once, and those of its theme where the mail is given.

    The mail's own links (unsubscribe, preferences, archive) are ours and not among them.
    """
    found = [*_of_edition(edition)]
    known = {one.url for one in found}
    if rendered is not None:
        # In the mail the outlet's own links carry its campaign; they are the same addresses.
        known |= {_bare(url) for url in known}
        addresses = dict.fromkeys(unescape(url) for url in _HREF.findall(rendered.html) if rendered.marker not in url)
        found += [
            PlacedLink(url=url, place=None, name="The theme")
            for url in addresses
            if url not in known and _bare(url) not in known and not _ours(url, public_url)
        ]
    return tuple(dict.fromkeys(found))


def links(case: Case) -> Iterator[Finding]:
    """What is known of each address, said once a place; the remedy of a move is a button."""
    health = {one.url: one for one in case.facts.links}
    if not health:
        return
    for link in links_of(case.edition, case.rendered):
        known = health.get(link.url)
        if known is not None and known.state is not LinkState.OK:
            yield _finding(link, known)


def _finding(link: PlacedLink, known: LinkHealth) -> Finding:
    what = f"The link of {link.name}" if link.own else f"A link in {link.name}" if link.place else f"A link of {link.name.lower()}"
    shown = _short(link.url)
    if known.state is LinkState.DEAD:
        severity = Severity.BLOCK if link.own else Severity.WARN
        remedy = f"Correct the address, or take the link out. {known.why}"
        return finding("dead_link", severity, f"{what} leads nowhere: {shown}", remedy, link.place, about=link.url)
    if known.state is LinkState.ELSEWHERE:
        message = f"{what} ends on {known.why or 'the front page of its site'}: {shown}"
        leads = f" It leads to {_short(known.leads_to)}." if known.leads_to and known.leads_to != link.url else ""
        remedy = f"Look at it; the piece may be gone, or not open to all.{leads}"
        return finding("redirected_link", Severity.WARN, message, remedy, link.place, about=link.url)
    if known.state is LinkState.SILENT and "private or special address" in known.why:
        remedy = "Give the public address of the piece; this one answers in your own network at most."
        return finding("silent_link", Severity.WARN, f"{what} leads where no reader gets: {shown}", remedy, link.place, about=link.url)
    if known.state is LinkState.SILENT:
        remedy = f"Open it yourself; it is asked again. {known.why}"
        return finding("silent_link", Severity.WARN, f"{what} does not answer: {shown}", remedy, link.place, about=link.url)
    if known.state is LinkState.MOVED and known.leads_to:
        fix = Fix(label="Take the new address", find=(link.url,), put=known.leads_to, kind="address", everywhere=True)
        message = f"{what} has moved for good: {shown}"
        remedy = f"It is {_short(known.leads_to)} now; the old one works as long as its site lets it."
        fixes = (fix,) if link.place else ()
        return finding("moved_link", Severity.NOTE, message, remedy, link.place, about=link.url, fixes=fixes)
    message = f"{what} cannot be checked from here: {shown}"
    return finding("unchecked_link", Severity.NOTE, message, f"Open it yourself once. {known.why}", link.place, about=link.url)


def _of_edition(edition: Edition) -> Iterator[PlacedLink]:
    if edition.correction is not None:
        yield from _in_html(edition.correction.html, edition.correction.id, "the correction")
    if edition.intro is not None:
        yield from _in_html(edition.intro.html, edition.intro.id, "the intro")
    for item in items(edition):
        name = name_of(item)
        if isinstance(item, Article):
            if item.url.startswith(("http://", "https://")):
                yield PlacedLink(url=item.url, place=item.id, name=name, own=True)
            yield from _in_html(item.body_html or "", item.id, name)
            continue
        yield from _in_html(item.html, item.id, name)
        if isinstance(item, Brief):
            yield from (PlacedLink(url=one.url, place=item.id, name=name) for one in item.sources if one.url)


def _in_html(html: str, place: str, name: str) -> Iterator[PlacedLink]:
    return (PlacedLink(url=url, place=place, name=name) for url in dict.fromkeys(map(unescape, _HREF.findall(html))))


def _bare(url: str) -> str:
    """An address without campaign parameters."""
    return _CAMPAIGN.sub("", url).replace("?&", "?").rstrip("?")


def _ours(url: str, public_url: str) -> bool:
    return bool(public_url) and urlsplit(url)[:2] == urlsplit(public_url)[:2]


def _short(url: str) -> str:
    bare = url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return bare if len(bare) <= _SHOWN else f"{bare[: _SHOWN - 1]}…"
