"""An HTML page: its article, its sections of briefs and its teasers, or the notice that says why there is none."""

import re
from datetime import datetime
from itertools import islice

import lxml.html
from lxml.html import HtmlElement

from digest.errors import NotReadable
from digest.gather.article_body import body_blocks, is_note, is_prose, trimmed, without_known
from digest.gather.blocks import Block, BlockKind, blocks_html, blocks_text, extent, plain_block, tidy
from digest.gather.briefs import Found, chosen_briefs, find_briefs
from digest.gather.byline import byline_of
from digest.gather.canonical import absolute, host_of
from digest.gather.cards import find_cards
from digest.gather.container import find_container
from digest.gather.dated import date_of_address, labelled_date
from digest.gather.decode import decode
from digest.gather.front import is_front
from digest.gather.heading_area import Area
from digest.gather.headings import credit_of, section_kind
from digest.gather.headline import find_headline, label_in
from digest.gather.markup import flattened, plain
from digest.gather.metadata import Metadata, read_metadata
from digest.gather.notices import early_notice, late_notice, visible_text
from digest.gather.picture import lead_image
from digest.gather.sanitize import clean_html
from digest.gather.selector import select
from digest.gather.walk import tree_blocks
from digest.model.page import Image, Notice, Page, PageArticle
from digest.model.source import UNTAUGHT, Taught

MAX_BYTES = 5 * 1024 * 1024
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST = 1_500_000  # characters of a page that are read; the longest articles with all their scripts have half of it
_SILENT = ("script", "style", "template")


def read_page(html: bytes, url: str, now: datetime | None = None, taught: Taught = UNTAUGHT) -> Page:
    """The page in `html`, fetched from `url`; no article is a notice, never an error. `taught` is what its source was taught.

    Raises NotReadable where the bytes are more than `MAX_BYTES` or hold no HTML at all.
    """
    if len(html) > MAX_BYTES:
        raise NotReadable(f"{url}: the page has {len(html):,} bytes, more than {MAX_BYTES:,}; give the article's own page")
    root = _tree(decode(html))
    if root is None:
        return Page(notice=Notice.EMPTY, article=None)
    seen = visible_text(root)
    meta = read_metadata(root, url, now)
    notice = early_notice(root, seen)
    if notice and not _stated_body(meta):
        return Page(notice=notice, article=None)
    silent = " ".join(tidy(element.text_content()) for element in root.iter("noscript"))
    _drop(root)
    return _read(_Sheet(root, url, meta), (seen, silent, notice), now, taught)


class _Sheet:
    """A page under reading: its headline's element, its body's element and blocks, and the facts it states."""

    def __init__(self, root: HtmlElement, url: str, meta: Metadata) -> None:
        self.root, self.url, self.meta = root, url, meta
        self.base = _base(root, url)
        self.headline, self.head = find_headline(root, meta)
        self.container = find_container(root)
        self.blocks: list[Block] = []
        self.rails: frozenset[str] = frozenset()
        if self.container is not None:
            self.blocks, self.rails = body_blocks(self.container, self.head, self.base)
        stated = _stated_body(meta)
        if stated and sum(extent(block.text) for block in self.blocks if is_prose(block)) < min(200, len(stated) // 4):
            # The text is drawn by a script and stated in JSON-LD.
            self.blocks = [plain_block(line, BlockKind.PARAGRAPH) for part in stated.split("\n") if (line := tidy(part))]


def _read(sheet: _Sheet, seen: tuple[str, str, Notice | None], now: datetime | None, taught: Taught) -> Page:
    root, meta, url, headline = sheet.root, sheet.meta, sheet.url, sheet.headline
    first = next((block.text for block in sheet.blocks if is_prose(block)), "")
    area = Area(root, sheet.head, first)
    dek = area.dek(headline or "", meta, first)
    kicker = area.kicker(headline or "") or (label_in(sheet.head, headline) if sheet.head is not None and headline else None)
    sheet.blocks = without_known(sheet.blocks, [headline, dek, kicker])
    blocks = sheet.blocks
    found = _briefs(sheet, taught)
    last = max(found.taken, default=len(blocks))
    kept = trimmed([block for place, block in enumerate(blocks) if place not in found.taken and not (place > last and is_note(block))])
    notice = late_notice(root, (seen[0], seen[1]), blocks, headline, meta)
    bare = _is_fragment(sheet) and (bool(found.sections) or len(blocks) > 1)
    # A reading list is nothing but links, and an article all the same.
    listed = headline is not None and sum(len(section.briefs) for section in found.sections) >= 2
    if notice is None and not bare and not listed and (not _is_article(sheet) or is_front(root, blocks, meta, url)):
        notice = seen[2] or Notice.NO_ARTICLE
    cards = find_cards(root, sheet.container if notice is None else None, url, sheet.rails)
    if notice or not (headline or bare):
        return Page(notice=notice or Notice.NO_ARTICLE, article=None, teasers=cards)
    authors, unsure = byline_of(meta, area, first)
    article = PageArticle(
        url=meta.url or absolute(url, None) or url,
        headline=headline,
        dek=dek,
        kicker=kicker,
        authors=authors,
        published=meta.published or area.published(now) or labelled_date(root, now) or date_of_address(meta.url or url, now),
        image=_image(sheet),
        body_html=clean_html(blocks_html(kept), sheet.base),
        body_text=blocks_text([block for block in kept if block.kind is not BlockKind.RULE]),
        byline_unsure=unsure,
    )
    return Page(notice=None, article=article, sections=found.sections, teasers=cards, suggestions=found.suggestions)


def _is_fragment(sheet: _Sheet) -> bool:
    """Whether a page is a piece of one: it states no title at all and shows no headline, and is all text."""
    titled = next(sheet.root.iter("title"), None) is not None
    if titled or sheet.headline is not None or sheet.meta.titles or _is_feed(sheet.root):
        return False
    return sum(extent(block.text) for block in sheet.blocks) >= 140


def _is_feed(root: HtmlElement) -> bool:
    """Whether somebody gave a feed where a page was asked for."""
    return next(root.iter("rss", "channel", "feed"), None) is not None


def _briefs(sheet: _Sheet, taught: Taught) -> Found:
    """The sections in the body, and those in the elements that the source's selector names."""
    own = host_of(sheet.url)
    column = bool(sheet.headline and section_kind(sheet.headline))
    if taught.selector:
        named = [list(tree_blocks(element, sheet.base)) for element in select(sheet.root, taught.selector)]
        chosen = [section for blocks in named for section in chosen_briefs(blocks, own, taught)]
        if chosen:
            texts = {block.text for blocks in named for block in blocks if block.text}
            taken = frozenset(place for place, block in enumerate(sheet.blocks) if block.text in texts)
            return Found(sections=tuple(chosen), taken=taken)
    return find_briefs(sheet.blocks, own, column=column, taught=taught, topic=sheet.headline or "")


def _drop(root: HtmlElement) -> None:
    """Scripts and styles out of the tree, so that no text_content() ever reads their words."""
    for element in list(root.iter(*_SILENT)):
        if element.getparent() is not None:
            element.drop_tree()
    for element in root.iter("br"):
        # "Ann Lee<br>3 May" is two words and not one.
        # A reference may have put a control character there, which lxml gives and does not take.
        element.tail = " " + _CONTROL.sub("", element.tail or "")


def _stated_body(meta: Metadata) -> str | None:
    """The text that JSON-LD states, where it is long enough to be the article and nobody asks money for it."""
    return meta.body if meta.body and extent(meta.body) >= 400 and meta.free is not False else None


def _tree(text: str) -> HtmlElement | None:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", flattened(plain(text[:_MOST])))
    try:
        root = lxml.html.document_fromstring(text)
    except (ValueError, lxml.etree.LxmlError):
        return None
    return root


def _base(root: HtmlElement, url: str) -> str:
    element = root.find(".//base")
    return (absolute(element.get("href"), url) if element is not None else None) or url


def _is_article(sheet: _Sheet) -> bool:
    """Whether what was found reads as one article and not as a front page, a list of links or a form."""
    blocks, meta = sheet.blocks, sheet.meta
    prose = [block for block in blocks if is_prose(block)]
    size = sum(extent(block.text) for block in prose)
    told = meta.says_article or (sheet.head is not None and any(up.tag == "article" for up in sheet.head.iterancestors()))
    if not sheet.headline or not prose or _is_feed(sheet.root) or size < (60 if told else 140):
        return False
    linked = sum(len(link.text) for block in blocks for link in block.links)
    if linked > 0.55 * sum(len(block.text) for block in blocks):
        return False
    within = sheet.container if sheet.container is not None else sheet.root
    rivals = sum(
        1
        for element in islice(within.iter("article"), 200)
        if any(heading.find(".//a") is not None or heading.getparent().tag == "a" for heading in element.iter("h2", "h3", "h4"))
    )
    return meta.says_article or rivals < 4 or size > 1500


def _image(sheet: _Sheet) -> Image | None:
    """The picture between the page's headline and its third paragraph, or the stated one."""
    head, container, blocks = sheet.head, sheet.container, sheet.blocks
    elements = [element for element in sheet.root.iter() if isinstance(element.tag, str)]
    start = elements.index(head) if head is not None else elements.index(container) if container is not None else 0
    prose = [re.sub(r"\W+", "", block.text.casefold())[:60] for block in blocks if is_prose(block)][:3]
    scope: list[HtmlElement] = []
    for element in elements[max(0, start - 40) : start + 600]:
        if (
            len(prose) == 3
            and element.tag in {"p", "div"}
            and len(element) < 40
            and re.sub(r"\W+", "", (element.text or "").casefold())[:20]
            and prose[2].startswith(re.sub(r"\W+", "", (element.text or "").casefold())[:60])
        ):
            break
        scope.append(element)
    image = lead_image(scope, sheet.meta.image, sheet.base, container)
    if image and not image.credit:
        closing = next((credit_of(block.text) for block in blocks[-4:] if credit_of(block.text)), None)
        if closing:
            return Image(url=image.url, alt=image.alt, caption=image.caption, credit=closing)
    return image
