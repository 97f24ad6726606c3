"""Pictures: words for those who do not see them, and the names of those who made them."""

from collections.abc import Iterator

from digest.compose.checks.case import Case, finding, items, lead_of
from digest.model.edition import Article, Finding, Severity


def pictures(case: Case) -> Iterator[Finding]:
    """A picture needs alternative text or a caption, and a credit; without words the lead's blocks."""
    lead = lead_of(case.edition)
    for article in items(case.edition):
        if not isinstance(article, Article) or article.image is None or not article.image.url:
            continue
        leads = article is lead
        whose = "The lead picture" if leads else f"The picture of “{article.headline}”"
        if not _said(article.image.alt) and not _said(article.image.caption):
            severity = Severity.BLOCK if leads else Severity.WARN
            remedy = "Say in a few words what it shows, for readers who do not see it."
            yield finding("missing_alt", severity, f"{whose} has no alternative text", remedy, article.id)
        if not _said(article.image.credit):
            yield finding(
                "missing_credit", Severity.WARN, f"{whose} has no credit", "Name who made it, or take the picture out.", article.id
            )


def _said(text: str | None) -> bool:
    return bool(text and text.strip())
