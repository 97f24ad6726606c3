"""An entry as an edition's article, a found brief as an edition's brief."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from digest.compose.body import without_sections
from digest.compose.ids import Ids
from digest.compose.markup import after_lead, inline_html
from digest.compose.plan import Pick
from digest.compose.wording import dek_from, minutes_to_read
from digest.model.edition import Article, Brief, SourceRef
from digest.model.page import FoundBrief, Link
from digest.model.quoting import one_line
from digest.model.source import Extent, KeptEntry, Source


def article_of(kept: KeptEntry, source: Source | None, because: str, ids: Ids) -> Article:
    """Return the entry as an article. Its body comes along only where its source may be shown in full."""
    entry = kept.entry
    full = source is not None and source.extent is Extent.FULL
    body = without_sections(entry.content_html, entry.sections)
    return Article(
        id=ids.article(kept),
        url=entry.url or "",
        headline=one_line(entry.title or ""),
        dek=(one_line(entry.dek) if entry.dek else "") or dek_from(entry.summary),
        kicker=(one_line(entry.kicker) if entry.kicker else "") or None,
        authors=tuple(author for author in map(one_line, entry.authors) if author),
        published=entry.published,
        image=entry.image,
        body_html=body if full else None,
        minutes=minutes_to_read(body),
        # The outlet's own pieces need no outlet beside them.
        outlet=source.name if source is not None and not full else None,
        entry=kept.id,
        because=because,
        byline_unsure=entry.byline_unsure,
    )


def brief_of(pick: Pick, found: FoundBrief, ids: Ids) -> Brief:
    """Return a found brief as an edition's: its lead apart from the words after it, its sources linked where it links them."""
    lead = one_line(found.lead or "") or None
    rest = after_lead(found.html, lead) if lead else None
    if lead and rest:
        # "Kursk: workers arrive": the mark belongs to the bold words, or a space would part them.
        while rest[:1] in {":", ".", "!", "?", "…", ","}:
            lead, rest = lead + rest[0], rest[1:].lstrip()
    elif rest is None:
        # A lead that the text does not start with stands in it anyway, bold as it was.
        lead = None
    return Brief(
        id=ids.brief(pick.kept, found.text),
        lead=lead,
        html=inline_html(found.html) if rest is None else rest,
        sources=source_refs(found.sources, found.links),
        entry=pick.kept.id,
        because=pick.because,
    )


def source_refs(names: Sequence[str], links: Sequence[Link]) -> tuple[SourceRef, ...]:
    """Return each source once, with the address of the link whose words or host name it."""
    distinct: dict[str, str] = {}
    for name in filter(None, map(one_line, names)):
        distinct.setdefault(name.casefold(), name)
    return tuple(SourceRef(name=name, url=_link_for(name, links)) for name in distinct.values())


def _link_for(name: str, links: Sequence[Link]) -> str | None:
    by_words = (link.url for link in links if f" {_spaced(name)} " in f" {_spaced(link.text)} ")
    by_host = (link.url for link in links if _host_names(link.url, name))
    return next(by_words, None) or next(by_host, None)


def _spaced(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def _host_names(url: str, name: str) -> bool:
    """Whether a host is an outlet's by its look: washingtonpost.com, bbc.co.uk, nytimes.com, apnews.com."""
    try:
        labels = (urlsplit(url).hostname or "").split(".")[:-1]
    except ValueError:
        return False
    words = _spaced(name).split()
    squeezed = "".join(words)
    initials = "".join(word[0] for word in words)
    for label in (label.replace("-", "") for label in labels):
        if label == squeezed or (len(squeezed) >= 5 and squeezed in label):
            return True
        if len(initials) >= 2 and (label in {initials, f"{initials}news"} or (len(initials) >= 3 and label.startswith(initials))):
            return True
    return False
