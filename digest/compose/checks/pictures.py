"""Pictures: words for those who do not see them, and the names of those who made them."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from digest.compose.checks.case import Case, finding, items, lead_of
from digest.model.edition import Article, Finding, Severity

_FILE: Final = re.compile(r"\S(?:.{0,120}\S)?\.(?:jpe?g|png|gif|webp|avif|tiff?|bmp|svg|heic)", re.IGNORECASE)
_CAMERA: Final = re.compile(
    r"(?:img|dsc[fn]?|pxl|dji|gopr|screen ?shot|image|photo|pic|foto|bild)[ _-]?\d[\d _-]*(?:at [\d.]+)?", re.IGNORECASE
)
_BARE: Final = re.compile(
    r"(?:image|photo|picture|img|thumbnail|bild|foto|photographie|imagen|imagem|immagine|untitled|placeholder)", re.IGNORECASE
)


def pictures(case: Case) -> Iterator[Finding]:
    """A picture needs alternative text or a caption, and a credit; without words the lead's blocks."""
    lead = lead_of(case.edition)
    for article in items(case.edition):
        if not isinstance(article, Article) or article.image is None or not article.image.url:
            continue
        leads = article is lead
        remedy = "Say in a few words what it shows, for readers who do not see it."
        whose = "The lead picture" if leads else f"The picture of “{article.headline}”"
        if not _said(article.image.alt) and not _said(article.image.caption):
            severity = Severity.BLOCK if leads else Severity.WARN
            yield finding("missing_alt", severity, f"{whose} has no alternative text", remedy, article.id)
        elif article.image.alt and is_file_name(article.image.alt, article.image.url):
            message = f"{whose} has a file’s name for alternative text: “{' '.join(article.image.alt.split())[:60]}”"
            yield finding("missing_alt", Severity.WARN, message, remedy, article.id)
        if not _said(article.image.credit):
            yield finding(
                "missing_credit", Severity.WARN, f"{whose} has no credit", "Name who made it, or take the picture out.", article.id
            )


def is_file_name(alt: str, url: str) -> bool:
    """Whether an alternative text says what the file is called, or only that it is a picture, instead of what it shows."""
    said = " ".join(alt.split())
    stem = unquote(url.partition("?")[0].partition("#")[0].rpartition("/")[2].rpartition(".")[0])
    # A file called "strait" may show a strait; what only a computer writes so is a file's name.
    written = bool(stem) and said.casefold() == stem.casefold() and not said.isalpha()
    return bool(_FILE.fullmatch(said) or _CAMERA.fullmatch(said) or _BARE.fullmatch(said)) or (written and " " not in said)


def _said(text: str | None) -> bool:
    return bool(text and text.strip())
