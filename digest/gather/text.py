"""Plain text, as copied from a page or sent by a wire: its article, briefs and teasers, told apart by shape."""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from digest.gather.blocks import Block, BlockKind, blocks_html, blocks_text, tidy
from digest.gather.briefs import find_briefs
from digest.gather.canonical import absolute, host_of
from digest.gather.dates import parse_date
from digest.gather.headings import credit_of, ends_section, is_furniture, looks_like_caption, section_kind
from digest.gather.lines import is_marker, is_prose, text_blocks
from digest.gather.markup import plain
from digest.gather.names import clean_authors, is_odd
from digest.gather.teasers import text_teasers
from digest.model.page import Image, Notice, Page, PageArticle
from digest.model.source import UNTAUGHT, Taught

_BYLINE = re.compile(
    r"^(?:(?:written |reported |story |text )?by|von|par|por|text:|author:|autor:|автор:?)\s+(?P<names>[^\d."
    r"|]{3,100}?)(?:\s*[|•·,–—-]\s*(?P<rest>.*\d.*))?$",
    re.IGNORECASE,
)
# "Home | News | Contact": a menu.
_MENU = re.compile(
    r"(?:home(?:page)?|start(?:seite)?|accueil|inicio|início|головна|menu|front page)(?:\s*[|·•/>»]\s*\S.{0,30}|\s{2,}\S.*)+$",
    re.IGNORECASE,
)
_KICKERS = frozenset(
    [
        "opinion",
        "analysis",
        "reporting",
        "news",
        "feature",
        "features",
        "interview",
        "commentary",
        "editorial",
        "perspective",
        "explainer",
        "essay",
        "review",
        "column",
        "world",
        "politics",
        "business",
        "culture",
        "science",
        "technology",
        "sports",
        "meinung",
        "analyse",
        "bericht",
        "reportage",
        "kommentar",
        "opinión",
        "análisis",
        "reportaje",
        "opinião",
        "análise",
        "éditorial",
        "entretien",
        "enquête",
        "аналітика",
        "новини",
        "думка",
        "інтерв’ю",
        "exclusive",
        "investigation",
    ]
)


def read_text(text: str, url: str, taught: Taught = UNTAUGHT) -> Page:
    """The article, briefs and teasers of a plain text that belongs to `url`; a text without prose gives a notice."""
    blocks, alone = text_blocks(plain(text))
    if not blocks:
        return Page(notice=Notice.EMPTY, article=None)
    start = _body_start(blocks)
    if start is None:
        # Nothing but short lines: briefs, where a heading says so.
        start = next((place for place, block in enumerate(blocks) if section_kind(block.text)), None)
    if start is None:
        return Page(notice=Notice.NO_ARTICLE, article=None)
    end, credit = _body_end(blocks, start)
    head = _Head(list(enumerate(blocks[:start])), alone, url)
    body = _without_biographies(blocks[start:end], head.authors)
    column = bool(head.headline and section_kind(head.headline))
    found = find_briefs(body, host_of(url), column=column, taught=taught, topic=head.headline or "")
    kept = [block for place, block in enumerate(body) if place not in found.taken and not credit_of(block.text)]
    while kept and kept[-1].kind in {BlockKind.LINE, BlockKind.RULE}:
        kept.pop()
    if not head.headline and not found.sections and sum(len(block.text) for block in kept) < 280:
        return Page(notice=Notice.NO_ARTICLE, article=None, sections=found.sections, teasers=text_teasers(blocks[end:]))
    credit = _pictures_credit(credit, url) or head.credit or next((credit_of(block.text) for block in body if credit_of(block.text)), None)
    article = PageArticle(
        url=absolute(url, None) or url,
        headline=head.headline,
        dek=head.dek,
        kicker=head.kicker,
        authors=head.authors,
        published=parse_date(head.date),
        image=Image(url=None, credit=credit) if credit else None,
        pictured=head.pictured if credit else None,
        body_html=blocks_html(kept),
        body_text=blocks_text([block for block in kept if block.kind is not BlockKind.RULE]),
    )
    teasers = text_teasers(blocks[end:])
    return Page(notice=None, article=article, sections=found.sections, teasers=teasers, suggestions=found.suggestions)


def _without_biographies(body: Sequence[Block], authors: tuple[str, ...]) -> tuple[Block, ...]:
    """Without the paragraphs at the end that begin with an author of the byline and say who that is."""
    end = len(body)
    while end > 1 and any(re.match(rf"{re.escape(name)}\s+(?:is|writes|covers|reports)\b", body[end - 1].text) for name in authors):
        end -= 1
    return tuple(body[:end])


def _body_start(blocks: tuple[Block, ...]) -> int | None:
    """Where running text begins: the first prose that is no caption, dek before further labels, or cookie notice."""
    for place, block in enumerate(blocks):
        if not is_prose(block) or credit_of(block.text) or looks_like_caption(block.text):
            continue
        following = [other for other in blocks[place + 1 : place + 6] if other.kind is not BlockKind.RULE]
        # A dek is one sentence before byline, kicker or date; the body goes on with prose.
        if place and block.words < 45 and following and _is_label(following[0]) and any(is_prose(other) for other in following):
            continue
        return place
    return None


def _pictures_credit(credit: str | None, url: str) -> str | None:
    """A credit, unless it is the publisher's own "© The Cape Weekly" at the foot of the text."""
    squashed = re.sub(r"\W+|^\d{4}", "", (credit or "").casefold())
    return credit if squashed and squashed not in host_of(url).replace("-", "") else None


def _is_label(block: Block) -> bool:
    line = block.text.strip("*_")
    if block.kind is not BlockKind.LINE or section_kind(line):
        return False
    return bool(_BYLINE.match(line)) or _is_kicker(line) or (block.words <= 8 and parse_date(_date_part(line)) is not None)


def _is_kicker(line: str) -> bool:
    words = line.split()
    if _MENU.match(line):
        return False
    return len(words) <= 6 and (
        " | " in line or (line.isupper() and len(words) <= 3 and len(line) > 2) or line.casefold().strip(":") in _KICKERS
    )


def _date_part(line: str) -> str:
    return re.sub(
        r"^(?:published|updated|posted|on|am|publié le|publicado(?: el| em)?|veröffentlicht(?: am)?|опубліковано)[:\s]+",
        "",
        re.split(r"\s+[|•·]\s+", line)[0],
        flags=re.IGNORECASE,
    )


def _body_end(blocks: tuple[Block, ...], start: int) -> tuple[int, str | None]:
    """Where the article ends, and the picture credit that closes it."""
    prose = 0
    marker = next((place for place in range(start, len(blocks)) if is_marker(blocks[place].text)), None)
    limit = len(blocks) if marker is None else _teaser_start(blocks, start, marker)
    for place in range(start, limit):
        block = blocks[place]
        credit = credit_of(block.text)
        if credit and prose:
            following = next((other for other in blocks[place + 1 :] if other.kind is not BlockKind.RULE), None)
            if following is None or not is_prose(following) or place + 1 >= limit:
                return place, credit
        elif block.kind in {BlockKind.LINE, BlockKind.HEADING} and prose and (is_furniture(block.text) or ends_section(block.text)):
            return place, None
        prose += is_prose(block)
    return limit, None


def _teaser_start(blocks: tuple[Block, ...], start: int, marker: int) -> int:
    """Where the teaser that ends at `marker` begins; the marker itself where it closes the article's own text."""
    place = marker
    while place > start and is_prose(blocks[place - 1]) and not credit_of(blocks[place - 1].text):
        place -= 1
    lines = place
    while lines > start and (
        not is_prose(blocks[lines - 1]) or credit_of(blocks[lines - 1].text) or looks_like_caption(blocks[lines - 1].text)
    ):
        lines -= 1
    if lines <= start or place == lines:
        return marker
    # A credit right below the prose is the article's own; the teaser begins after it.
    return lines + 1 if credit_of(blocks[lines].text) else lines


class _Head:
    """What stands above the body: headline, dek, kicker, byline, date and a credit, each known by its shape."""

    def __init__(self, lines: list[tuple[int, Block]], alone: frozenset[int], url: str) -> None:
        self.headline: str | None = None
        self.dek: str | None = None
        self.kicker: str | None = None
        self.authors: tuple[str, ...] = ()
        self.date: str | None = None
        self.credit: str | None = None
        self.pictured: str | None = None
        candidates: list[tuple[int, Block]] = []
        for place, block in lines:
            line = block.text.strip("*_")
            byline = _BYLINE.match(line)
            if credit_of(line):
                self.credit = self.credit or credit_of(line)
            elif looks_like_caption(line) and block.words > 8:
                continue
            elif byline and block.words <= 16 and not self.authors:
                self.authors = tuple(
                    _cased(tidy(name)) for name in re.split(r",\s*|\s+(?:and|und|et|y|e|та|і)\s+|\s*&\s*", byline["names"]) if name.strip()
                )
                self.date = self.date or byline["rest"]
            elif _MENU.match(line):
                continue
            elif block.words <= 12 and parse_date(_date_part(line)) is not None:
                self.date = self.date or _date_part(line)
            elif not self.authors and any(other.words >= 4 for _, other in candidates) and _is_name(line):
                self.authors = (_cased(line),)
            elif _is_kicker(line):
                self.kicker = line if self.kicker is None or " | " in line else self.kicker
            elif block.kind is not BlockKind.RULE and not re.fullmatch(r"\d+\s+min(?:ute)?s?(?: read)?", line, re.IGNORECASE):
                candidates.append((place, block))
        self._choose(candidates, alone, url)

    def _choose(self, candidates: list[tuple[int, Block]], alone: frozenset[int], url: str) -> None:
        """The headline among lines that may be it; what follows it is the dek, a short label before it the kicker."""
        titled = next((place for place, block in candidates if block.kind is BlockKind.HEADING), None)
        standing = [(place, block) for place, block in candidates if place in alone] or candidates
        if titled is not None:
            standing = [(place, block) for place, block in candidates if place >= titled]
        while len(standing) > 1 and titled is None and _is_no_headline(standing[0][1], standing[1][1], url):
            dropped = standing.pop(0)[1].text
            if self.kicker is None and len(dropped.split()) <= 3 and not _slug_has(url, dropped):
                self.kicker = dropped
        if not standing:
            if self.kicker and " | " not in self.kicker:
                self.headline, self.kicker = self.kicker, None
            return
        self.headline = standing[0][1].text
        above = [block for place, block in candidates if place < standing[0][0]]
        # A row of names right above the headline is what a copied page leaves of its picture: what that shows.
        if above and above[-1].words > 3 and _is_row_of_names(above[-1]):
            self.pictured = above[-1].text
        for _, block in standing[1:]:
            if block.words <= 3 and self.kicker is None:
                self.kicker = block.text
            elif self.dek is None and block.words > 3:
                self.dek = block.text


def _is_name(line: str) -> bool:
    """Whether a line is a person's name and no more: two or three capitalised words that no outlet or label is made of."""
    words = line.split()
    return (
        2 <= len(words) <= 3
        and all(re.fullmatch(r"[^\W\d_][\w.’'-]*", word) and word[0].isupper() and not word.isupper() for word in words)
        and line.casefold() not in _KICKERS
        and clean_authors([line], None) == (line,)
        and not is_odd(line)
        and section_kind(line) is None
    )


def _cased(name: str) -> str:
    return name.title() if name.isupper() and len(name) > 3 else name


def _is_no_headline(first: Block, second: Block, url: str) -> bool:
    """Whether `first` is a label or picture's text above the headline `second`."""
    if first.words <= 3 and second.words > 3 and not _slug_has(url, first.text):
        return True
    # Over a line that has small words.
    return (
        _is_row_of_names(first)
        and any(word[:1].islower() for word in second.text.split())
        and _slug_score(url, second.text) >= _slug_score(url, first.text)
    )


def _is_row_of_names(block: Block) -> bool:
    """Whether a short line has names and not one small word: a row of labels, or what a picture shows."""
    labels = sum(word[:1].isupper() for word in block.text.split())
    return labels == block.words <= 8 and not block.text.isupper() and not re.search(r"[’',:?!–—]", block.text)


def _slug_score(url: str, line: str) -> int:
    slug = set(re.findall(r"\w{3,}", unquote(urlsplit(url).path).casefold()))
    return len(slug & set(re.findall(r"\w{3,}", re.sub(r"[’']s\b", "", line.casefold()))))


def _slug_has(url: str, line: str) -> bool:
    words = set(re.findall(r"\w{3,}", line.casefold()))
    return bool(words) and _slug_score(url, line) == len(words)
