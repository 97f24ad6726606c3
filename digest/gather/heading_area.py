"""What stands around an article's headline on the page: headline, dek, kicker, byline and date, as a reader sees them."""

import re
import unicodedata
from datetime import datetime

from lxml.html import HtmlElement

from digest.gather.article_body import signed_and_dated
from digest.gather.blocks import tidy
from digest.gather.dated import shown_date
from digest.gather.dates import parse_date
from digest.gather.metadata import Metadata
from digest.gather.names import clean_authors

_DEK = re.compile(
    r"(?:^|[\s_-])(?:dek|deck|standfirst|sub-?title|sub-?head(?:line|ing|er)?|subhed|(?:article|post|entry|story|page"
    r"|content)-?(?:summary|intro|lead|lede|excerpt|description|dek|abstract)|lead|lede|lead-?text|excerpt|summary"
    r"|intro|introduction|tagline|strapline|abstract|vorspann|chapo|chapeau|entradilla|bajada|copete|linha-?fina|olho"
    r"|hed-?sub|catch-?line|teaser-?text|лід|lid|secondary-?(?:title|headline))(?:$|[\s_-])",
    re.IGNORECASE,
)
_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|eyebrow|overline|topline|dachzeile|over-?title|super-?title|pre-?title|surtitle|surtitre"
    r"|ante-?titulo|ch[aá]p[eé]u|chapeu|cintillo|volanta|sobretitulo|flag|slug|rubric|rubrik|rubrique|section"
    r"|(?:article|post|entry|story|page|primary|main|content|card)-?(?:section|category|categories|label|kicker|topic"
    r"|tag|type|flag)|section-?(?:name|label|tag|link|title)|category|categories|cat-?links|cat-?name|dept|department|channel|label|topic|rubryka)(?:$"
    r"|[\s_-])",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:by-?line|bylines|authors?|author-?names?|article-?authors?|post-?author|entry-?author"
    r"|contributors?|writer|autor|autoren|auteur|vcard|written-?by|signature|firma)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:date|dateline|published|pub-?date|publish-?date|post-?date|entry-?date|article-?date|time"
    r"|timestamp|datum|fecha|data)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^(?:(?:story|words|text|reported|written|reporting|analysis|interview)?\s*by|von|durch|par|por|text:|автор:?|autor:|por:)\s+",
    re.IGNORECASE,
)
_BIO = re.compile(
    r"\b(?:is an? (?:\w+ ){0,3}(?:reporter|writer|editor|correspondent|columnist|journalist|professor|fellow|contributor)"
    r"|writes (?:primarily )?(?:for|about)"
    r"|covers \w+ for|is the author of|follow (?:him|her|them) on)\b",
    re.IGNORECASE,
)
# "January 23, 2026, by Yusuf Demir"
_DATED_BY = re.compile(r"[^.!?]{0,30}\d[^.!?]{0,12}[,|·•–—-]\s*(?:by|von|par|por)\s+(?P<name>[^\d]{3,50})$", re.IGNORECASE)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_MOST = 6000  # characters
_HEADINGS = frozenset(["h2", "h3", "h4", "h5", "h6"])
_PICTURE = re.compile(
    r"(?:^|[\s_-])(?:caption\w*|credits?|photo|image|picture|video\w*|figure|figcaption|gallery|media|lead-?asset|ads?|advert\w*"
    r"|sponsor\w*|feedback)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_LABEL = re.compile(
    r"breadcrumb|nav|menu|share|social|author|byline|date|caption|credit|comment|(?:^|[\s_-])ads?(?:$|[\s_-])|advert|feedback|font|tooltip",
    re.IGNORECASE,
)
_INTERFACE = re.compile(
    r"(?:\d+\s*)?(?:comments?|kommentare?|commentaires?|comentarios?|comentários?)(?: \(?\d+\)?)?|(?:video )?ad feedback|advertisement"
    r"|sponsored|menu|share\b.*|print|e-?mail|save|listen|follow|subscribe|log ?in|sign (?:in|up)|search|home|close|photos?|gallery|new"
    r"|updated"
    r"|published|posted|font size|a[+-]|abc\w*|by|teilen|drucken|partager|imprimir|loading.*|tags?|topics?|categor(?:y|ies)|filed (?:under"
    r"|in).*"
    r"|.*\b(?:teaser|image|placeholder|donate|spenden|faire un don|newsletter)\b.*|anlass|uncategori[sz]ed|allgemein|sans catégorie"
    r"|sin categoría"
    r"|live|video|audio|podcast|read more|more|mehr|article|story|post|blog ?post|page|default|untitled",
    re.IGNORECASE,
)
_CATEGORY = re.compile(r"/(?:categor\w+|tags?|topics?|sections?|rubrik\w*)/", re.IGNORECASE)


def named(element: HtmlElement) -> str:
    """An element's class, id and data names, for patterns over words."""
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''} {element.get('itemprop') or ''}"


def words_of(element: HtmlElement) -> str:
    """The element's text on one line; what is longer than any label, headline or caption is cut."""
    return tidy(element.text_content()[:_MOST])


class Area:
    """The elements around the headline, in page order: some before it and those between it and the body."""

    def __init__(self, root: HtmlElement, head: HtmlElement | None, first: str) -> None:
        self.before: list[HtmlElement] = []
        self.after: list[HtmlElement] = []
        self.signed = False  # whether the authors found last stood after "By" or in an element that says so
        if head is None:
            return
        elements = [element for element in root.iter() if isinstance(element.tag, str)]
        place = elements.index(head)
        scope = set(_scope(head).iter())
        self.before = [
            element for element in elements[max(0, place - 60) : place] if element in scope and element not in set(head.iterancestors())
        ]
        start = re.sub(r"\W+", "", first.casefold())[:60]
        for element in elements[place + 1 : place + 220]:
            if any(up is head for up in element.iterancestors()):
                continue
            if (
                start
                and element.tag in {"p", "div", "span", "li", "blockquote"}
                and re.sub(r"\W+", "", words_of(element).casefold()).startswith(start)
                and len(words_of(element)) < 3000
                and not _DEK.search(named(element))
            ):
                break
            self.after.append(element)

    def dek(self, headline: str, meta: Metadata, first: str) -> str | None:
        """The dek: what a class calls so, the description where it is shown, or an h2 or short paragraph right after the headline."""
        shown = [
            element
            for element in self.after
            if element.tag in {"p", "h2", "h3", "h4", "div", "span", "section", "header"} and not _of_picture(element)
        ]
        for element in shown:
            text = words_of(element)
            if _DEK.search(named(element)) and _fits_dek(text, headline, first, called=True) and not _about_author(element, text, meta):
                return text
        described = re.sub(r"\W+", "", (meta.description or "").casefold())
        for element in shown:
            text = words_of(element)
            if described and re.sub(r"\W+", "", text.casefold()) == described and _fits_dek(text, headline, first):
                return text
        follower = next(
            (
                element
                for element in self.after
                if words_of(element)
                and not _of_picture(element)
                and element.tag not in {"div", "header", "section", "span", "ul", "li", "a", "svg", "path"}
            ),
            None,
        )
        if (
            follower is not None
            and follower.tag in {"h2", "h3"}
            and _fits_dek(words_of(follower), headline, first)
            and not _about_author(follower, words_of(follower), meta)
            and not _BY.match(words_of(follower))
            and follower.find(".//a") is None
        ):
            return words_of(follower)
        return None

    def kicker(self, headline: str) -> str | None:
        """The kicker: the label nearest to the headline, before it or right after."""
        later = set(self.after)
        for element in [*reversed(self.before), *self.after[:40]]:
            if element in later and element.tag in _HEADINGS and _recurs(element):
                continue
            if not (_KICKER.search(named(element)) or (element not in later and _is_section_link(element))) or (
                element.tag in {"body", "html", "main", "article", "header", "time", "h1", "section"} and len(words_of(element)) > 60
            ):
                continue
            if (
                element.tag in {"label", "button", "input", "option"}
                or element.find(".//form") is not None
                or element.find(".//input") is not None
                or _NO_LABEL.search(named(element))
                or re.search(r"field-?label|visibility", named(element))
                or any(
                    re.search(r"breadcrumb|share|menu|comment", named(up), re.IGNORECASE) or up.tag in {"nav", "button", "form", "figure"}
                    for up in element.iterancestors()
                    if up.tag != "body"
                )
            ):
                continue
            links = [words_of(link) for link in element.iter("a") if words_of(link)]
            text = words_of(element)
            if len(links) > 1 and "".join(links).replace(" ", "") == re.sub(r"[\s|,/•·]", "", text) and not re.search(r"[|,/•·]", text):
                text = " | ".join(dict.fromkeys(links))
            if (
                1 < len(text) <= 60
                and len(text.split()) <= 7
                and text.casefold() != headline.casefold()
                and parse_date(text) is None
                and not _BY.match(text)
                and re.search(r"[^\W\d]", text)
                and not _INTERFACE.fullmatch(text)
                and not re.search(r"[.!?❤{}=;]$|[{}=❤]|\?$|^in ›", text)
            ):
                return text.strip(" :|/›»·•-–")
        return None

    def authors(self, meta: Metadata) -> tuple[str, ...]:
        """The names in the byline."""
        for element in [*self.after, *self.before]:
            if not (
                _BYLINE.search(re.sub(r"field-name|author-\w+ |node-\w+", " ", named(element)))
                or element.get("rel") == "author"
                or re.search(r"/(?:author|authors|people|staff|contributor|autor|auteur)s?/", element.get("href") or "")
            ):
                continue
            if any(_CATEGORY.search(one.get("href") or "") for one in element.iter("a")):
                continue
            inner = [
                words_of(one)
                for one in element.iter("a")
                if one is not element
                and (
                    one.get("rel") == "author"
                    or re.search(r"author|people|staff|profile|contributor|autor|auteur|/by/", one.get("href") or "")
                    or "name" in named(one)
                )
            ]
            inner = inner or [
                words_of(one)
                for one in element.iter()
                if one is not element
                and (one.get("itemprop") == "name" or re.search(r"(?:^|[\s_-])(?:author-?name|name|fn)(?:$|[\s_-])", named(one)))
            ]
            text = words_of(element)
            if not inner and len(text) <= 120:
                inner = [
                    re.split(
                        (
                            r"\s+(?:[|•·–—]|on|am|le|el)\s+|,?\s+(?:\d|Published|Updated|Posted)|\s{2,}|,\s+(?=(?:[a-z]|Staff|Senior"
                            r"|Political|Correspondent|Reporter|Editor|Contributor))"
                        ),
                        _BY.sub("", text),
                    )[0]
                ]
            names = clean_authors([_BY.sub("", name) for name in inner], meta.publisher, meta.host)
            if names:
                self.signed = bool(_BY.match(text)) or element.get("rel") == "author" or "author" in (element.get("itemprop") or "")
                return names
        return self._signed_line(meta)

    def _signed_line(self, meta: Metadata) -> tuple[str, ...]:
        """The names in a line after the headline that begins with "By", or has it behind a date."""
        for element in self.after:
            if element.tag not in {"p", "div", "span", "address", "td", "font"}:
                continue
            text = words_of(element)
            dated = _DATED_BY.match(text) if len(text) < 90 else None
            if not dated and not (_BY.match(text) and len(text) < 90):
                continue
            told = dated["name"] if dated else re.split(rf"\s+[|•·–—]\s+|,?\s+(?:{_MONTH}\s+)?\d", _BY.sub("", text))[0]
            names = clean_authors([told], meta.publisher, meta.host)
            if names and (dated or all(name[:1].isupper() for name in names)):
                self.signed = True
                return names
        for element in self.after:
            if element.tag in {"p", "div", "span", "address", "td", "font"} and (name := signed_and_dated(words_of(element))):
                names = clean_authors([name], meta.publisher, meta.host)
                if names and all(part[:1].isupper() for part in names[0].split()):
                    return names
        return ()

    def published(self, now: datetime | None) -> datetime | None:
        """The date beside the headline."""
        for element in [*self.after, *self.before]:
            if element.tag == "time" or element.get("itemprop") == "datePublished":
                moment = parse_date(element.get("datetime") or element.get("content"), now) or parse_date(words_of(element), now)
                if moment and not re.search(r"updated|modified|aktualisiert", words_of(element), re.IGNORECASE):
                    return moment
        for element in [*self.after, *self.before]:
            text = words_of(element)
            if _DATE.search(named(element)) and 5 < len(text) < 60:
                moment = parse_date(
                    re.sub(
                        r"^(?:published|posted|veröffentlicht|publié|publicado|опубліковано)(?:\s+(?:on|am|le|el|em))?:?\s+",
                        "",
                        text,
                        flags=re.IGNORECASE,
                    ),
                    now,
                )
                if moment:
                    return moment
        return shown_date([*self.after[:40], *self.before[-6:]], now)


def _is_section_link(element: HtmlElement) -> bool:
    """Whether an element is a link whose address says no more than its words: "/world/politics" under "Politics"."""
    parent = element.getparent()
    if element.tag != "a" or not 1 < len(words_of(element)) <= 40 or parent is None or sum(1 for _ in parent.iter("a")) > 1:
        return False  # several links are a menu
    path = re.sub(r"[?#].*$|^https?://[^/]+", "", element.get("href") or "").strip("/")
    return path.count("/") <= 2 and bool(path) and _slug(path.rpartition("/")[2]) == _slug(words_of(element))


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[\W_]+", "", "".join(letter for letter in plain if not unicodedata.combining(letter)))


def _recurs(element: HtmlElement) -> bool:
    """Whether headings of this class stand all over the page: they head its chapters."""
    name = element.get("class")
    return bool(name) and sum(1 for other in element.getroottree().iter(element.tag) if other.get("class") == name) >= 3


def _scope(head: HtmlElement) -> HtmlElement:
    """The part of the page that belongs to the headline: some elements up, never the whole body where an article encloses it."""
    node = head
    for _ in range(5):
        parent = node.getparent()
        if parent is None or node.tag in {"article", "main", "body"}:
            break
        node = parent
    return node


def _of_picture(element: HtmlElement) -> bool:
    """Whether an element is, holds or stands in a picture, a video or an advertisement, whose words are no dek."""
    if any(_PICTURE.search(named(one)) or one.tag in {"figure", "figcaption", "button", "form"} for one in (element, *_up(element))):
        return True
    return element.find(".//figcaption") is not None or any(
        isinstance(one.tag, str) and _PICTURE.search(named(one)) for one in element.iter()
    )


def _up(element: HtmlElement) -> list[HtmlElement]:
    """The elements that hold this one and little more."""
    size = len(words_of(element)) + 200
    return [
        up
        for up, _ in zip(element.iterancestors(), range(3), strict=False)
        if len(up) < 30 and len(words_of(up)) <= size and up.tag != "body"
    ]


def _about_author(element: HtmlElement, text: str, meta: Metadata) -> bool:
    """Whether an element is the byline or tells who the author is: no dek."""
    if any(_BYLINE.search(named(one)) or re.search(r"bio\b|profile", named(one), re.IGNORECASE) for one in (element, *_up(element))):
        return True
    return any(text.startswith(name) and len(text) < 300 for name in meta.authors) or bool(_BIO.search(text))


def _fits_dek(text: str, headline: str, first: str, *, called: bool = False) -> bool:
    squashed, start = re.sub(r"\W+", "", text.casefold()), re.sub(r"\W+", "", first.casefold())
    return (
        (20 <= len(text) <= 500 or (called and 10 <= len(text) < 20))
        and len(text.split()) + len(text) // 20 >= (3 if called else 4)
        and not re.match(r"(?:e-?mail|print|share|browse|home|menu|comments?|skip to|sign in|log in|follow|tweet)\b", text, re.IGNORECASE)
        and squashed != re.sub(r"\W+", "", headline.casefold())
        and (len(text) > 60 or parse_date(text) is None)
        and not (start and (start.startswith(squashed) or squashed.startswith(start)))
    )
