"""An edition's sections as rows, each for one block: articles, briefs and notes as plain data, every text cleaned and capped."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from digest.model.edition import Article, Brief, Edition, Item, Note, Section
from digest.model.newsletter import SectionKind
from digest.model.page import Image
from digest.render.blocks import FRAME, empty_row, notice_of_brief
from digest.render.clean import plain, web_address
from digest.render.fields import fields_of, filled
from digest.render.phrases import byline, day_said, minutes_said
from digest.render.prose import Paragraph, read_prose, words
from digest.render.theme import Theme

Data = dict[str, Any]

# Sane lengths in characters: far beyond what an editor writes, far below what breaks a mail.
LIMITS: Final = {
    "heading": 140,
    "headline": 240,
    "dek": 600,
    "kicker": 80,
    "name": 90,
    "lead": 240,
    "alt": 240,
    "credit": 160,
    "line": 400,
}
_NOTE: Final = 8_000
_BRIEF: Final = 1_600
_BODY: Final = 30_000
_EXCERPT: Final = 260
_WORDS_A_MINUTE: Final = 230


def sections_of(edition: Edition, theme: Theme, zone: str) -> list[Data]:
    """Return the sections that hold anything; a section whose key is one of the theme's own blocks is one row set by it."""
    whole = read_here(edition)
    own = theme.blocks - FRAME
    theme_words: Mapping[str, Any] = theme.settings["words"]
    sections = [_section(section, section.key if section.key in own else None, whole) for section in edition.sections]
    for section, data in zip(edition.sections, sections, strict=True):
        declared = fields_of(theme.settings, section.key) if section.key in own else ()
        if declared and (data["rows"] or section.fields):
            row = data["rows"][0] if data["rows"] else _row(data["rows"], section.key)
            row["fields"] = filled(declared, dict(section.fields))
    sections = [section for section in sections if section["rows"]]
    for row in (row for section in sections for row in section["rows"]):
        for article in row["articles"]:
            known = None if row["kind"] == "lead" else article["minutes"]
            article["byline"] = byline(article["authors"], article["outlet"], known, theme_words)
            article["minutes_said"] = minutes_said(article["minutes"], theme_words) if article["minutes"] else ""
            article["day"] = day_said(article.pop("published"), zone, theme_words)
        if row["kind"] == "cards":
            row["lines"] = _abreast(row["articles"])
    return sections


def minutes_of(word_count: int) -> int:
    """Minutes to read so many words, at least one."""
    return max(1, round(word_count / _WORDS_A_MINUTE))


def read_here(edition: Edition) -> frozenset[str]:
    """The ids of the articles set in full: those of a section with the key `full`, or the one that alone carries its text."""
    articles = [(section.key, item) for section in edition.sections for item in section.items if isinstance(item, Article)]
    bodies = [(key, article.id) for key, article in articles if article.body_html]
    chosen = frozenset(name for key, name in bodies if key == "full")
    return chosen or frozenset([bodies[0][1]] if len(bodies) == 1 else [])


def _section(section: Section, block: str | None, whole: frozenset[str]) -> Data:
    """A section's rows; `block` sets all of it in one row where the theme has one of the section's key."""
    rows: list[Data] = []
    for item in section.items:
        if block is None:
            _place(rows, section.kind, item, whole)
        else:
            _gather(rows[-1] if rows else _row(rows, block), section.kind, item, whole)
    return {
        "id": section.id,
        "key": section.key,
        "kind": str(section.kind),
        "heading": plain(section.heading, LIMITS["heading"]),
        "rows": rows,
    }


def _place(rows: list[Data], kind: SectionKind, item: Item, whole: frozenset[str]) -> None:
    """Add an item to the last row where it is of the row's kind, or open a row."""
    if isinstance(item, Article):
        article = _article(item, whole)
        without_lead = "full" if article["full"] else "thumb" if article["image"] else "cards"
        row_kind = "lead" if kind is SectionKind.LEAD and not rows else without_lead
        row = rows[-1] if rows and row_kind == "cards" == rows[-1]["kind"] else _row(rows, row_kind)
        row["articles"].append(article)
    elif isinstance(item, Brief):
        brief = _brief(item, podium=kind is SectionKind.BRIEFING)
        if brief["lead"] or brief["paragraphs"]:
            row_kind = "podium" if brief["podium"] else "briefs"
            row = rows[-1] if rows and rows[-1]["kind"] == row_kind else _row(rows, row_kind)
            row["briefs"].append(brief)
    else:
        note = note_data(item)
        if note["paragraphs"]:
            _row(rows, "note")["note"] = note


def _gather(row: Data, kind: SectionKind, item: Item, whole: frozenset[str]) -> None:
    """Add an item to the one row of a section that a block of its own sets."""
    if isinstance(item, Article):
        row["articles"].append(_article(item, whole))
    elif isinstance(item, Brief):
        brief = _brief(item, podium=kind is SectionKind.BRIEFING)
        row["briefs"].append(brief)
        row["notices"].append(notice_of_brief(brief))
    else:
        row["notes"].append(note_data(item))


def _row(rows: list[Data], kind: str) -> Data:
    rows.append(empty_row(kind))
    return rows[-1]


def _abreast(articles: Sequence[Data]) -> list[list[Data]]:
    """Cards without a picture: three abreast, never one alone under two or three (four are two and two)."""
    lines: list[list[Data]] = []
    rest = list(articles)
    while rest:
        take = 2 if len(rest) in {2, 4} else 3
        lines.append(rest[:take])
        rest = rest[take:]
    return lines


def _article(article: Article, whole: frozenset[str]) -> Data:
    full = article.id in whole
    body = read_prose(article.body_html, _BODY) if article.body_html else ()
    dek = plain(article.dek, LIMITS["dek"])
    if not dek and body and not full:
        dek = plain(" ".join(paragraph.text for paragraph in body if paragraph.kind == "text"), _EXCERPT)
    return {
        "id": article.id,
        "url": web_address(article.url),
        "headline": plain(article.headline, LIMITS["headline"]),
        "dek": dek,
        "kicker": plain(article.kicker, LIMITS["kicker"]),
        "authors": [plain(author, LIMITS["name"]) for author in article.authors[:8] if plain(author, LIMITS["name"])],
        "outlet": plain(article.outlet, LIMITS["name"]),
        "minutes": article.minutes or (minutes_of(words(body)) if body else None),
        "image": _image(article.image),
        "credit": plain(article.image.credit, LIMITS["credit"]) if article.image else "",
        "published": article.published,
        "full": full and bool(body),
        "body": prose_data(body) if full else [],
    }


def _image(image: Image | None) -> Data | None:
    url = web_address(image.url) if image else None
    if image is None or url is None:
        return None
    return {
        "url": url,
        "alt": plain(image.alt or image.caption, LIMITS["alt"]),
        "caption": plain(image.caption, LIMITS["line"]),
    }


def _brief(brief: Brief, *, podium: bool) -> Data:
    sources = [
        {"name": plain(source.name, LIMITS["kicker"]), "url": web_address(source.url)} for source in brief.sources if plain(source.name, 80)
    ]
    return {
        "id": brief.id,
        "lead": plain(brief.lead, LIMITS["lead"]),
        "paragraphs": prose_data(read_prose(brief.html, _BRIEF)),
        "sources": sources,
        "podium": podium,
    }


def note_data(note: Note) -> Data:
    """Return a note as data: `paragraphs` and `signature`."""
    return {"id": note.id, "paragraphs": prose_data(read_prose(note.html, _NOTE)), "signature": plain(note.signature, LIMITS["name"])}


def prose_data(paragraphs: Sequence[Paragraph]) -> list[Data]:
    """Return paragraphs as plain data: kind, and runs of text, bold, italic, href."""
    return [
        {
            "kind": paragraph.kind,
            "runs": [{"text": run.text, "bold": run.bold, "italic": run.italic, "href": run.href} for run in paragraph.runs],
        }
        for paragraph in paragraphs
    ]
