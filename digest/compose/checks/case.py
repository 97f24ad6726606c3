"""What a check is given, the finding it makes of it, and the edition's texts with where each stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Final

from digest.compose.checks.codes import KINDS
from digest.compose.markup import plain_text
from digest.model.edition import Article, Brief, Edition, Finding, Fix, Item, Note, Section, Severity
from digest.model.facts import Facts
from digest.model.mailing import Rendered
from digest.model.newsletter import Newsletter, SectionKind

HEAD: Final = "head"
_TAG: Final = re.compile(r"<[^>]*>")
_BLOCK_END: Final = re.compile(r"</(?:p|li|h[1-6]|blockquote|div|td|tr|ul|ol)>|<br\s*/?>", re.IGNORECASE)


# The texts of an item as a sentence calls them.
_PARTS: Final = {
    "kicker": "kicker",
    "headline": "headline",
    "dek": "dek",
    "body_html": "body",
    "alt": "alternative text",
    "caption": "caption",
    "lead": "bold lead",
    "html": "text",
    "signature": "signature",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An edition before its checks; `rendered` None leaves out what only the finished mail can tell."""

    edition: Edition
    newsletter: Newsletter
    rendered: Rendered | None
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text of the edition as plain words: its place (an id, or "head"), its field, and what a sentence calls it.

    Paragraphs are parted by newlines. Where it `greets`, `{name|reader}` in it becomes the reader's name. One that `quotes` says
    on purpose what was written wrong: its spellings are no slips.
    """

    place: str
    field: str
    name: str
    words: str
    greets: bool = False
    quotes: bool = False

    @property
    def is_title(self) -> bool:
        """Whether it is a headline or a heading, where many outlets write each word with a capital."""
        return self.field in {"subject", "headline", "heading", "kicker"}

    @property
    def told(self) -> str:
        """What a sentence that begins with it calls this very text: an item's is told from the item's other texts."""
        if self.field in _PARTS and (self.name.startswith("“") or self.field == "signature"):
            return f"The {_PARTS[self.field]} of {self.name[0].lower()}{self.name[1:]}"
        return self.name


def finding(  # noqa: PLR0913  a finding's own fields
    code: str, severity: Severity, message: str, remedy: str, place: str | None = None, *, about: str = "", fixes: tuple[Fix, ...] = ()
) -> Finding:
    """Return a finding of a known code; `message` lacks its full stop. Raises KeyError for a code that no list has."""
    kind = KINDS[code]
    if severity not in kind.severities:
        raise KeyError(f"{code} is never of the severity {severity}")
    return Finding(code=code, severity=severity, message=f"{message}.", remedy=remedy, place=place, about=about, fixes=fixes)


def items(edition: Edition) -> Iterator[Item]:
    """Yield every item in reading order."""
    return (item for section in edition.sections for item in section.items)


def lead_of(edition: Edition) -> Article | None:
    """Return the first article of the lead, or None."""
    leading = (item for section in edition.sections if section.kind is SectionKind.LEAD for item in section.items)
    return next((item for item in leading if isinstance(item, Article)), None)


def name_of(thing: Section | Item) -> str:
    """Return what a sentence calls a section or an item, in quotation marks."""
    if isinstance(thing, Section):
        return f"“{thing.heading or thing.key}”"
    text = thing.headline if isinstance(thing, Article) else (thing.lead if isinstance(thing, Brief) else None) or plain_text(thing.html)
    return f"“{text if len(text) <= 60 else text[:59].rstrip() + '…'}”"


def texts_of(edition: Edition) -> Iterator[Text]:
    """Yield every text that readers see and editors write, none of them empty."""
    for text in _all_texts(edition):
        if text.words.strip():
            yield text


def lines_of(html: str | None) -> str:
    """Return the words of sanitised HTML, a line for each paragraph, item or break."""
    if not html:
        return ""
    lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in _BLOCK_END.sub("\n", html).split("\n"))
    return "\n".join(line for line in lines if line)


def _all_texts(edition: Edition) -> Iterator[Text]:
    yield Text(place=HEAD, field="subject", name="The subject", words=edition.subject, greets=True)
    # That of a correction begins as its notice does.
    quotes = edition.correction is not None
    yield Text(place=HEAD, field="preheader", name="The preheader", words=edition.preheader, greets=True, quotes=quotes)
    if edition.correction is not None:
        place = edition.correction.id
        yield Text(place=place, field="html", name="The correction", words=lines_of(edition.correction.html), greets=True, quotes=True)
        yield Text(place=place, field="signature", name="The correction", words=edition.correction.signature or "")
    if edition.intro is not None:
        yield Text(place=edition.intro.id, field="html", name="The intro", words=lines_of(edition.intro.html), greets=True)
        yield Text(place=edition.intro.id, field="signature", name="The intro", words=edition.intro.signature or "")
    for section in edition.sections:
        yield Text(place=section.id, field="heading", name=f"The heading {name_of(section)}", words=section.heading or "")
        for item in section.items:
            yield from _of_item(item)


def _of_item(item: Item) -> Iterator[Text]:
    fields: list[tuple[str, str | None]]
    if isinstance(item, Article):
        image = item.image
        fields = [("kicker", item.kicker), ("headline", item.headline), ("dek", item.dek), ("body_html", lines_of(item.body_html))]
        if image is not None:
            # Where a text came without its picture, what describes it stands in the form all the same.
            fields += [("alt", image.alt), *([("caption", image.caption)] if image.url else [])]
    elif isinstance(item, Brief):
        fields = [("lead", item.lead), ("html", lines_of(item.html))]
    else:
        fields = [("html", lines_of(item.html)), ("signature", item.signature)]
    for kind, words in fields:
        greets = isinstance(item, Note) and kind == "html"
        yield Text(place=item.id, field=kind, name=name_of(item), words=words or "", greets=greets)
