"""A reading as the JSON document that `digest read --json` prints."""

from datetime import UTC, datetime

from digest.gather.read import Reading
from digest.model.page import FoundSection, Image, PageArticle, Teaser
from digest.model.source import Entry

Json = dict[str, object]


def reading_json(reading: Reading) -> Json:
    """`reading` in the shape that ../shared/cli.md fixes: plain values, times in ISO 8601 UTC, unknown values null."""
    feed, page = reading.feed, reading.page
    sections: list[Json] = [_section(section) for section in page.sections] if page else []
    if feed:
        sections = [_section(section) | {"entry": entry.guid} for entry in feed.entries for section in entry.sections]
    return {
        "kind": reading.kind,
        "notice": page.notice.value if page and page.notice else None,
        "feed": {"title": feed.title, "url": feed.url, "language": feed.language} if feed else None,
        "entries": [_entry(entry) for entry in feed.entries] if feed else [],
        "article": _article(page.article) if page and page.article else None,
        "sections": sections,
        "teasers": [_teaser(teaser) for teaser in page.teasers] if page else [],
    }


def _entry(entry: Entry) -> Json:
    return {
        "id": entry.guid,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content_html,
        "authors": list(entry.authors),
        "published": _time(entry.published),
        "updated": _time(entry.updated),
        "categories": list(entry.categories),
        "image": _image(entry.image),
    }


def _article(article: PageArticle) -> Json:
    return {
        "url": article.url,
        "headline": article.headline,
        "dek": article.dek,
        "kicker": article.kicker,
        "authors": list(article.authors),
        "published": _time(article.published),
        "image": _image(article.image),
        "body_html": article.body_html,
        "body_text": article.body_text,
    }


def _section(section: FoundSection) -> Json:
    return {
        "heading": section.heading,
        "kind": section.kind.value,
        "briefs": [
            {
                "lead": brief.lead,
                "text": brief.text,
                "html": brief.html,
                "sources": list(brief.sources),
                "links": [{"url": link.url, "text": link.text} for link in brief.links],
            }
            for brief in section.briefs
        ],
    }


def _teaser(teaser: Teaser) -> Json:
    return {"headline": teaser.headline, "kicker": teaser.kicker, "lead": teaser.lead, "credit": teaser.credit, "url": teaser.url}


def _image(image: Image | None) -> Json | None:
    return {"url": image.url, "alt": image.alt, "caption": image.caption, "credit": image.credit} if image else None


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
