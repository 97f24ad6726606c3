"""Dates that a page shows without markup: beside its headline, or in its address."""

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from digest.gather.dates import parse_date

_MONTH = (
    r"(?:jan|ene|gen|feb|fév|fev|mar|mär|apr|avr|abr|mai|may|mag|jun|juin|giu|jul|juil|lug|aug|août|aout|ago|sep|set|okt|oct|out|ott|nov"
    r"|dez|dec|déc|dic|січ|лют|бер|квіт|трав|черв|лип|серп|вер|жовт|лист|груд)[^\W\d]{0,7}\.?"
)
_SHOWN = re.compile(
    rf"(?<![\d.,])\d{{1,2}}(?:st|nd|rd|th|er|\.|º)?\s+(?:de\s+|of\s+)?{_MONTH},?\s+(?:de\s+|del\s+)?(?:19|20)\d\d\b"
    rf"|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b"
    r"|(?<![\d.,])\d{1,2}\.\s?\d{1,2}\.\s?(?:(?:19|20)\d\d|\d\d)(?![\d.])|\b(?:19|20)\d\d-\d\d-\d\d|(?<![\d/])\d{1,2}/\d{1,2}/(?:19"
    r"|20)\d\d\b"
    r"|(?:19|20)\d\d\s?[年.]\s?\d{1,2}\s?[月.]\s?\d{1,2}\s?日?",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"updated|modified|aktualisier|mis à jour|mise à jour|actualizad|atualizad|оновлен|geändert|edited|©|copyright|\(c\)", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:date|published|published on|posted|posted on|publication date|datum|veröffentlicht(?: am)?|erschienen(?: am)?|date de publication"
    r"|publié le"
    r"|fecha|publicado(?: el| em)?|data|дата|опубліковано)\s*:?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)|/((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?=[/_-]|$)")
_MOST = 90  # characters of a line that is a date and little else


def shown_date(elements: Iterable[HtmlElement], now: datetime | None) -> datetime | None:
    """The first date that stands in a short line of its own in one of `elements`; its time of day is nobody's and left out."""
    for element in elements:
        for text in (element.text, *(child.tail for child in element)):
            line = " ".join((text or "").split())
            if not 6 <= len(line) <= _MOST or _CHANGED.search(line):
                continue
            match = _SHOWN.search(line)
            moment = parse_date(match[0], now) if match else None
            if moment:
                return moment
    return None


def labelled_date(root: HtmlElement, now: datetime | None) -> datetime | None:
    """The date behind a label of its own, as some pages set it below the text: "Date 14.06.2013"."""
    for element in root.iter("strong", "b", "span", "dt", "label", "th", "em"):
        if len(element) or not _LABEL.fullmatch((element.text or "").strip()):
            continue
        after = element.getnext()
        told = (element.tail or "").strip() or (after.text_content() if after is not None and isinstance(after.tag, str) else "")
        match = _SHOWN.search(told[:_MOST])
        moment = parse_date(match[0], now) if match else None
        if moment:
            return moment
    return None


def date_of_address(url: str, now: datetime | None) -> datetime | None:
    """The day that an address such as /2026/11/02/the-pier names; None where it names none."""
    match = _ADDRESS.search(urlsplit(url).path)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
    return parse_date(f"{year}-{int(month):02}-{int(day):02}", now)
