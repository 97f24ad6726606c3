"""An HTML page: its article, its sections of briefs and its teasers, or the notice that says why there is none."""

import re
from datetime import datetime
from itertools import islice

import lxml.html
from lxml.html import HtmlElement

from digest.errors import NotReadable
from digest.gather.blocks import Block, BlockKind, blocks_html, blocks_text, extent
from digest.gather.briefs import find_briefs
from digest.gather.canonical import absolute, host_of
from digest.gather.cards import find_cards
from digest.gather.container import find_container, is_away
from digest.gather.dated import date_of_address
from digest.gather.dates import parse_date
from digest.gather.decode import decode
from digest.gather.front import is_front
from digest.gather.heading_area import Area
from digest.gather.headings import credit_of, is_furniture, section_kind
from digest.gather.headline import find_headline
from digest.gather.markup import flattened
from digest.gather.metadata import Metadata, read_metadata
from digest.gather.notices import early_notice, late_notice, visible_text
from digest.gather.picture import lead_image
from digest.gather.sanitize import clean_html
from digest.gather.walk import tree_blocks
from digest.model.page import Image, Notice, Page, PageArticle

MAX_BYTES = 5 * 1024 * 1024


def read_page(html: bytes, url: str, now: datetime | None = None) -> Page:
    """The page in `html`, fetched from `url`; no article is a notice, never an error.

    Raises NotReadable where the bytes are more than `MAX_BYTES` or hold no HTML at all.
    """
    if len(html) > MAX_BYTES:
        raise NotReadable(f"{url}: the page has {len(html):,} bytes, more than {MAX_BYTES:,}; give the article's own page")
    root = _tree(decode(html))
    if root is None:
        return Page(notice=Notice.EMPTY, article=None)
    seen = visible_text(root)
    notice = early_notice(root, seen)
    if notice:
        return Page(notice=notice, article=None)
    meta = read_metadata(root, url, now)
    headline, head = find_headline(root, meta)
    container = find_container(root)
    base = _base(root, url)
    blocks = _body_blocks(container, head, base) if container is not None else []
    column = bool(headline and section_kind(headline))
    found = find_briefs(blocks, host_of(url), column=column)
    kept = [block for place, block in enumerate(blocks) if place not in found.taken]
    first = next((block.text for block in blocks if _is_prose(block)), "")
    area = Area(root, head, first)
    dek = area.dek(headline or "", meta, first)
    kicker = area.kicker(headline or "")
    kept = _trimmed(kept, [headline, dek, kicker])
    text = blocks_text([block for block in kept if block.kind is not BlockKind.RULE])
    whole = blocks_text(blocks)
    notice = late_notice(root, seen, whole, headline, meta)
    if notice is None and (not _is_article(root, blocks, headline, meta) or is_front(root, blocks, meta, url)):
        notice = Notice.NO_ARTICLE
    cards = find_cards(root, container if notice is None else None, url)
    if notice or not headline:
        return Page(notice=notice or Notice.NO_ARTICLE, article=None, teasers=cards)
    article = PageArticle(
        url=meta.url or absolute(url, None) or url,
        headline=headline,
        dek=dek,
        kicker=kicker,
        authors=meta.authors or area.authors(meta),
        published=meta.published or area.published(now) or date_of_address(meta.url or url, now),
        image=_image(root, head, container, (meta.image, base, blocks)),
        body_html=clean_html(blocks_html(kept), base),
        body_text=text,
    )
    return Page(notice=None, article=article, sections=found.sections, teasers=cards)


def _tree(text: str) -> HtmlElement | None:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", flattened(text.replace("\x00", "")))
    try:
        root = lxml.html.document_fromstring(text)
    except (ValueError, lxml.etree.LxmlError):
        return None
    return root


def _base(root: HtmlElement, url: str) -> str:
    element = root.find(".//base")
    return (absolute(element.get("href"), url) if element is not None else None) or url


def _body_blocks(container: HtmlElement, head: HtmlElement | None, base: str) -> list[Block]:
    """The container's blocks without furniture: from behind the headline on, up to rails and end matter."""
    total = max(1, len(container.text_content()))
    inside = head is not None and any(up is container for up in head.iterancestors())

    def skip(element: HtmlElement) -> bool:
        if element is head or element.tag in {"h1", "time"}:
            return True
        # What holds most of the text is no furniture, whatever its class says.
        return is_away(element) and len(element.text_content()) * 2 < total

    blocks = list(tree_blocks(container, base, skip))
    if inside and head is not None:
        before = _text_before(container, head)
        while blocks and blocks[0].text and blocks[0].text in before and len(blocks) > 1:
            blocks.pop(0)
    prose = [place for place, block in enumerate(blocks) if _is_prose(block)]
    if not prose:
        return [block for block in blocks if block.text]
    for place, block in enumerate(blocks):
        if place <= prose[0] or block.kind not in {BlockKind.HEADING, BlockKind.LINE, BlockKind.PARAGRAPH} or block.words > 8:
            continue
        if is_furniture(block.text) and section_kind(block.text) is None and sum(at > place for at in prose) * 3 <= len(prose):
            blocks = blocks[:place]
            break
    return blocks


def _text_before(container: HtmlElement, head: HtmlElement) -> str:
    parts: list[str] = []
    for element in container.iter():
        if element is head:
            break
        parts.append(element.text or "" if isinstance(element.tag, str) else "")
        parts.append(element.tail or "")
    return " ".join(" ".join(parts).split())


def _is_prose(block: Block) -> bool:
    return (
        block.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM}
        and extent(block.text) >= 60
        and sum(len(link.text) for link in block.links) * 2 < len(block.text)
    )


def _trimmed(blocks: list[Block], known: list[str | None]) -> list[Block]:
    """Without what stands elsewhere already (headline, dek, kicker), bylines and dates at the top, credits and labels at the end."""
    squashed = {re.sub(r"\W+", "", value.casefold()) for value in known if value}
    kept = [
        block
        for place, block in enumerate(blocks)
        if not (place < 12 and re.sub(r"\W+", "", block.text.casefold()) in squashed and block.text)
    ]
    while kept and (kept[0].kind is BlockKind.RULE or _is_label(kept[0])):
        kept.pop(0)
    while kept and (
        kept[-1].kind in {BlockKind.RULE, BlockKind.LINE, BlockKind.HEADING}
        or credit_of(kept[-1].text) is not None
        or (kept[-1].words <= 4 and not re.search(r"[.!?”。！？」]$", kept[-1].text) and kept[-1].kind is BlockKind.PARAGRAPH)
    ):
        kept.pop()
    return [
        block
        for block in kept
        if not re.fullmatch(
            (
                r"(?:advertisement|anzeige|publicité|publicidad|publicidade|реклама|advertisement - .*|article continues (?:below"
                r"|after).*|share this.*|\W+)"
            ),
            block.text,
            re.IGNORECASE,
        )
        or block.kind is BlockKind.RULE
    ]


def _is_label(block: Block) -> bool:
    text = block.text
    if block.kind is BlockKind.HEADING or len(text) > 90 or _is_prose(block):
        return False
    return (
        bool(re.match(r"(?:by|von|par|por|published|updated|posted|photo|image)\b[\s:]", text, re.IGNORECASE))
        or parse_date(text) is not None
        or (block.words <= 3 and not re.search(r"[.!?”:。！？」]$", text))
        or bool(re.fullmatch(r"\d+\s*min(?:ute)?s?(?: read)?", text, re.IGNORECASE))
    )


def _is_article(root: HtmlElement, blocks: list[Block], headline: str | None, meta: Metadata) -> bool:
    """Whether what was found reads as one article and not as a front page, a list of links or a form."""
    prose = [block for block in blocks if _is_prose(block)]
    size = sum(extent(block.text) for block in prose)
    if not headline or not prose or (size < 140 and not meta.says_article) or size < 70:
        return False
    linked = sum(len(link.text) for block in blocks for link in block.links)
    if linked > 0.55 * sum(len(block.text) for block in blocks):
        return False
    rivals = sum(
        1
        for element in islice(root.iter("article"), 200)
        if any(heading.find(".//a") is not None or heading.getparent().tag == "a" for heading in element.iter("h2", "h3", "h4"))
    )
    return meta.says_article or rivals < 4 or size > 1500


def _image(
    root: HtmlElement, head: HtmlElement | None, container: HtmlElement | None, facts: tuple[Image | None, str, list[Block]]
) -> Image | None:
    """The picture between the page's headline and its third paragraph, or the stated one."""
    stated, base, blocks = facts
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    start = elements.index(head) if head is not None else elements.index(container) if container is not None else 0
    prose = [re.sub(r"\W+", "", block.text.casefold())[:60] for block in blocks if _is_prose(block)][:3]
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
    image = lead_image(scope, stated, base)
    if image and not image.credit:
        closing = next((credit_of(block.text) for block in blocks[-4:] if credit_of(block.text)), None)
        if closing:
            return Image(url=image.url, alt=image.alt, caption=image.caption, credit=closing)
    return image
