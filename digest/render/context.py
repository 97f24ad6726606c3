"""An edition as plain data for templates: strings, numbers, lists and dicts, every text cleaned and capped, no methods."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from digest.model.edition import Article, Brief, Edition, Item, Note, Section
from digest.model.newsletter import Newsletter, SectionKind
from digest.model.page import Image
from digest.render.clean import plain, web_address
from digest.render.phrases import byline, figure, inside, long_date, minutes_more, minutes_said
from digest.render.prose import Paragraph, read_prose, words

Data = dict[str, Any]

# Sane lengths in characters: far beyond what an editor writes, far below what breaks a mail.
_LIMITS: Final = {
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
_RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def edition_data(edition: Edition, newsletter: Newsletter, theme_words: Mapping[str, Any], public_url: str) -> Data:
    """Return what templates see of an edition; phrases are made of `theme_words`."""
    alone = _only_body(edition)
    language = plain(newsletter.language, 20) or "en"
    sections = [_section(section, alone, theme_words) for section in edition.sections]
    sections = [section for section in sections if section["rows"]]
    articles = [article for section in sections for row in section["rows"] for article in row["articles"]]
    briefs = [brief for section in sections for row in section["rows"] for brief in row["briefs"]]
    answers = sum(1 for brief in briefs if brief["podium"])
    return {
        "language": language,
        "right_to_left": language.partition("-")[0].lower() in _RIGHT_TO_LEFT,
        "subject": plain(edition.subject, _LIMITS["headline"]),
        "preheader": plain(edition.preheader, _LIMITS["dek"]),
        "number": edition.number,
        "date": long_date(edition.slot, newsletter.slot.zone, theme_words),
        "newsletter": {
            "name": plain(newsletter.name, _LIMITS["name"]),
            "public_name": plain(newsletter.public_name, _LIMITS["name"]),
            "postal_address": plain(newsletter.postal_address, _LIMITS["line"]),
            "why": plain(newsletter.why, _LIMITS["line"]),
            "archive_url": archive_url(public_url, newsletter),
        },
        "intro": _note(edition.intro) if edition.intro else None,
        "sections": sections,
        "inside": inside(len(articles), len(briefs) - answers, answers, theme_words),
        # A list of contents helps before many pieces, not behind a lead that was read in full.
        "contents": len(articles) + len(briefs) > 3 and not any(article["full"] for article in articles),
        "minutes_more": minutes_more(sum(article["minutes"] or 0 for article in articles if not article["full"]), theme_words),
        "briefs_said": figure(len(briefs) - answers, theme_words).capitalize(),
        "briefs_count": len(briefs) - answers,
    }


def archive_url(public_url: str, newsletter: Newsletter) -> str:
    """Where a newsletter's past editions stand."""
    return f"{public_url}/archive/{newsletter.id}"


def minutes_of(word_count: int) -> int:
    """Minutes to read so many words, at least one."""
    return max(1, round(word_count / _WORDS_A_MINUTE))


def _only_body(edition: Edition) -> str | None:
    """The id of the article to set in full: where one alone carries its text, the edition is that article's letter."""
    bodies = [item.id for section in edition.sections for item in section.items if isinstance(item, Article) and item.body_html]
    return bodies[0] if len(bodies) == 1 else None


def _section(section: Section, alone: str | None, theme_words: Mapping[str, Any]) -> Data:
    rows: list[Data] = []
    for item in section.items:
        _place(rows, section.kind, item, alone)
    for row in rows:
        for article in row["articles"]:
            known = None if row["kind"] == "lead" else article["minutes"]
            article["byline"] = byline(article["authors"], article["outlet"], known, theme_words)
            article["minutes_said"] = minutes_said(article["minutes"], theme_words) if article["minutes"] else ""
        if row["kind"] == "cards":
            row["lines"] = _abreast(row["articles"])
    return {
        "id": section.id,
        "kind": str(section.kind),
        "heading": plain(section.heading, _LIMITS["heading"]),
        "rows": rows,
    }


def _place(rows: list[Data], kind: SectionKind, item: Item, alone: str | None) -> None:
    """Add an item to the last row where it is of the row's kind, or open a row."""
    if isinstance(item, Article):
        article = _article(item, alone)
        without_lead = "thumb" if article["image"] else "cards"
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
        note = _note(item)
        if note["paragraphs"]:
            _row(rows, "note")["note"] = note


def _row(rows: list[Data], kind: str) -> Data:
    rows.append({"kind": kind, "articles": [], "briefs": [], "note": None, "lines": []})
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


def _article(article: Article, alone: str | None) -> Data:
    full = article.id == alone
    body = read_prose(article.body_html, _BODY) if article.body_html else ()
    dek = plain(article.dek, _LIMITS["dek"])
    if not dek and body and not full:
        dek = plain(" ".join(paragraph.text for paragraph in body if paragraph.kind == "text"), _EXCERPT)
    return {
        "id": article.id,
        "url": web_address(article.url),
        "headline": plain(article.headline, _LIMITS["headline"]),
        "dek": dek,
        "kicker": plain(article.kicker, _LIMITS["kicker"]),
        "authors": [plain(author, _LIMITS["name"]) for author in article.authors[:8] if plain(author, _LIMITS["name"])],
        "outlet": plain(article.outlet, _LIMITS["name"]),
        "minutes": article.minutes or (minutes_of(words(body)) if body else None),
        "image": _image(article.image),
        "credit": plain(article.image.credit, _LIMITS["credit"]) if article.image else "",
        "full": full and bool(body),
        "body": prose_data(body) if full else [],
    }


def _image(image: Image | None) -> Data | None:
    url = web_address(image.url) if image else None
    if image is None or url is None:
        return None
    return {
        "url": url,
        "alt": plain(image.alt or image.caption, _LIMITS["alt"]),
        "caption": plain(image.caption, _LIMITS["line"]),
    }


def _brief(brief: Brief, *, podium: bool) -> Data:
    sources = [
        {"name": plain(source.name, _LIMITS["kicker"]), "url": web_address(source.url)}
        for source in brief.sources
        if plain(source.name, 80)
    ]
    return {
        "id": brief.id,
        "lead": plain(brief.lead, _LIMITS["lead"]),
        "paragraphs": prose_data(read_prose(brief.html, _BRIEF)),
        "sources": sources,
        "podium": podium,
    }


def _note(note: Note) -> Data:
    return {"id": note.id, "paragraphs": prose_data(read_prose(note.html, _NOTE)), "signature": plain(note.signature, _LIMITS["name"])}


def prose_data(paragraphs: Sequence[Paragraph]) -> list[Data]:
    """Return paragraphs as plain data: kind, and runs of text, bold, italic, href."""
    return [
        {
            "kind": paragraph.kind,
            "runs": [{"text": run.text, "bold": run.bold, "italic": run.italic, "href": run.href} for run in paragraph.runs],
        }
        for paragraph in paragraphs
    ]
