"""An article's lead picture: the figure that readers see, with alt, caption and credit."""

import re

from lxml.html import HtmlElement

from digest.gather.blocks import tidy
from digest.gather.canonical import absolute
from digest.gather.heading_area import named, words_of
from digest.gather.headings import credit_of
from digest.model.page import Image

_CREDIT_NAME = re.compile(
    r"(?:^|[\s_-])(?:credits?|copyright|photo-?credits?|image-?credits?|photographer|attribution|courtesy|source"
    r"|media-?credit|fotograf|cr[ée]dito|bildnachweis|caption-?credit|figure-?credit|copyrightholder|creditline)(?:$"
    r"|[\s_-])",
    re.IGNORECASE,
)
_CAPTION_NAME = re.compile(
    r"(?:^|[\s_-])(?:caption|caption-?text|image-?caption|wp-caption-text|figcaption|legend|bildunterschrift"
    r"|photo-?caption|description)(?:$|[\s_-])",
    re.IGNORECASE,
)
_PREFIX = re.compile(
    r"^(?:(?:top |lead )?(?:photo(?:graph)?s?|images?|pictures?|fotos?|bild(?:quelle|nachweis)?|illustrations?|imagen|imagem|фото"
    r"|світлина)?\s*(?:credits?"
    r"|créditos?|crédits?(?: photos?)?|courtesy(?: of)?|source|quelle|©)?\s*(?::|by\b|©)\s*|©\s*|credits?\s*:?\s+)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"^(?P<caption>.*?[.!?”\"]?)\s*(?:[\(\[](?P<paren>(?:(?:photo|image|picture|foto|credit|illustration|imagen"
    r"|imagem|bild|фото|©|AP |Reuters|REUTERS|Getty|AFP|EPA)[^()\[\]]*|[^()\[\]]{2,80}(?:/|via |Getty|Shutterstock"
    r"|Wikimedia|Unsplash|Flickr|Pool|Press)[^()\[\]]*))[\)\]]"
    r"|(?:(?:crédits? photos?|photo|image|picture|foto|credit|crédits?|crédito|illustration|imagen|imagem|bild|фото|photograph"
    r"|photo credit)(?:s)?(?: credit)?(?:\s*:|\s+by|\s+courtesy of)\s*)(?P<label>\S.{1,120})"
    r"|©\s*(?P<copy>.{2,100}))\.?\s*$",
    re.IGNORECASE | re.DOTALL,
)
# What stands in brackets at a caption's end is its credit: "(Dilnoza Karim)", "(Imago)", "(Family handout)", not "(left)".
_BRACKET = re.compile(r"^(?P<caption>.*\S)\s*[(\[](?P<credit>[^()\[\]]{2,120})[)\]]\.?\s*$", re.DOTALL)
_NO_CREDIT = re.compile(
    r"(?:left|right|cent(?:er|re)|top|bottom|above|below|file|archive|undated|pictured|links|rechts|mitte|gauche|droite|\d)", re.IGNORECASE
)
_LABEL = re.compile(r"^(?:image|photo|picture|video) caption:?\s+", re.IGNORECASE)
_SMALL = re.compile(
    r"(?:logo|icon|avatar|sprite|pixel|spacer|blank|placeholder|gravatar|emoji|badge|1x1|1px|loading|preload|qr-?code|clear\.gif"
    r"|transparent|captcha)",
    re.IGNORECASE,
)

# What sites state where a page has no picture of its own: their share card, banner or logo.
_DEFAULT = re.compile(
    r"^(?:facebook|twitter|linkedin|instagram|whatsapp|youtube|rss|og|fb|social|share|sharing|default|fallback|header|masthead|site"
    r"|preview|banner\d*)"
    r"(?:[-_ ]?(?:icon|image|img|share|sharing|default|og|fb|hd|logo|preview|card|cover|post|thumb|\d+x?\d*))*$"
    r"|(?:^|[-_])(?:fb|og|twitter|facebook|social|share)[-_]?(?:image|default|share|card|logo|img)(?:[-_]|$)|default[-_]?(?:image|share|og"
    r"|thumb|social|img)"
    r"|(?:no|missing|dummy)[-_]?(?:image|photo|pic|thumb)|site-?icon|apple-touch|favicon|^1px|^pixel",
    re.IGNORECASE,
)
_PLACES = re.compile(r"/(?:flags?|icons?|sprites?|flyout|emoji|smil(?:ey|ies)|buttons?|badges?|ads?)/", re.IGNORECASE)


def lead_image(scope: list[HtmlElement], stated: Image | None, url: str, within: HtmlElement | None = None) -> Image | None:
    """The lead picture: the first figure or large picture among `scope` (page order), completed by what the metadata state.

    A picture without a figure counts only inside `within`, the article's own element.
    """
    for element in scope:
        if element.tag not in {"img", "amp-img"} or any(up.tag in {"nav", "footer", "aside"} for up in element.iterancestors()):
            continue
        address = _address(element, url)
        if address is None or _is_small(element, address):
            continue
        same = stated is not None and stated.url is not None and _stem(stated.url) == _stem(address)
        figure = _figure(element)
        if (
            figure is None
            and not same
            and (stated is not None or _in_list(element) or not _inside(element, within) or address.partition("?")[0].endswith(".gif"))
        ):
            continue
        caption, credit = caption_and_credit(figure)
        if not caption and not credit and figure is not None:
            caption, credit = _beside(figure)
        extra = stated if same else None
        alt = tidy(element.get("alt") or "") or (extra.alt if extra else None)
        return Image(
            url=stated.url if same and stated else address,
            alt=alt,
            caption=caption or (extra.caption if extra else None),
            credit=credit or (extra.credit if extra else None),
        )
    # A site that has no picture for a page states its logo.
    return None if stated is not None and _is_filler(stated.url or "") else stated


def _is_filler(address: str) -> bool:
    path = address.partition("?")[0]
    name = path.rpartition("/")[2]
    return bool(_SMALL.search(name) or _DEFAULT.search(name.rpartition(".")[0] or name) or _PLACES.search(path))


def _inside(element: HtmlElement, within: HtmlElement | None) -> bool:
    return within is None or any(up is within for up in element.iterancestors())


def _in_list(element: HtmlElement) -> bool:
    """Whether a picture stands in a menu, a rail or a table of links."""
    return any(up.tag in {"li", "table", "nav", "header", "button"} for up, _ in zip(element.iterancestors(), range(6), strict=False))


def caption_and_credit(figure: HtmlElement | None) -> tuple[str | None, str | None]:
    """A figure's caption and credit, told apart by their elements or by how credits are written."""
    if figure is None:
        return None, None
    credit_element = next(
        (
            one
            for one in figure.iter()
            if isinstance(one.tag, str)
            and one is not figure
            and _CREDIT_NAME.search(named(one))
            and 1 < len(words_of(one)) < 200
            and one.tag != "figcaption"
        ),
        None,
    )
    caption_element = next((one for one in figure.iter("figcaption")), None)
    if caption_element is None:
        caption_element = next(
            (
                one
                for one in figure.iter()
                if isinstance(one.tag, str) and one is not figure and _CAPTION_NAME.search(named(one)) and words_of(one)
            ),
            None,
        )
    text = _LABEL.sub("", words_of(caption_element)) if caption_element is not None else ""
    if credit_element is not None:
        written = words_of(credit_element)
        return tidy(text.replace(written, " ")).strip(" |–—-") or None, _bare_credit(written)
    whole = credit_of(text)
    if whole and len(text) < 200:
        return None, _bare_credit(whole)
    return _parted(text)


def _parted(text: str) -> tuple[str | None, str | None]:
    """A caption's words and the credit that closes them: in brackets, or behind a label."""
    bracket = _BRACKET.match(text)
    if (
        bracket
        and (
            bracket["credit"][0].isupper()
            or bracket["credit"][0] == "©"
            or bracket["credit"].casefold() in {"privat", "private", "dpa", "afp"}
        )
        and not _NO_CREDIT.match(bracket["credit"])
    ):
        return bracket["caption"].strip(" |–—-") or None, _bare_credit(bracket["credit"])
    match = _TRAILING.match(text)
    if match and match["caption"] is not None:
        return match["caption"].strip(" |–—-") or None, _bare_credit(match["paren"] or match["label"] or match["copy"])
    return text or None, None


def _beside(figure: HtmlElement) -> tuple[str | None, str | None]:
    """Caption and credit of a picture that stand in the element after it."""
    after = figure.getnext()
    if after is None or not isinstance(after.tag, str) or len(words_of(after)) > 400:
        return None, None
    written = credit_of(words_of(after))
    if written:
        return None, _bare_credit(written)
    if not _CAPTION_NAME.search(named(after)) and not _CREDIT_NAME.search(named(after)):
        return None, None
    caption, credit = _parted(words_of(after))
    if credit:
        return caption, credit
    return (None, _bare_credit(words_of(after))) if _CREDIT_NAME.search(named(after)) else (words_of(after) or None, None)


def _bare_credit(text: str) -> str | None:
    text = text.strip()
    if text[:1] in "([" and text[-1:] in ")]":
        text = text[1:-1]
    bare = _PREFIX.sub("", text).strip(" .|")
    return bare or None


def _figure(element: HtmlElement) -> HtmlElement | None:
    for up, _ in zip(element.iterancestors(), range(5), strict=False):
        if up.tag == "figure" or re.search(
            (
                r"(?:^|[\s_-])(?:figure|wp-caption|image-?(?:wrapper|container|block)?|lead-?(?:image|media|art)|hero(?:-?image"
                r"|-?media)?|featured-?image|media|photo|picture|article-?image|post-?thumbnail)(?:$|[\s_-])"
            ),
            named(up),
            re.IGNORECASE,
        ):
            outer = up.getparent()
            if up.tag != "figure" and outer is not None and outer.tag == "figure":
                return outer
            return up
    return None


def _address(element: HtmlElement, url: str) -> str | None:
    source = element.get("src") or ""
    lazy = next((element.get(name) for name in ("data-src", "data-lazy-src", "data-original", "data-full-src") if element.get(name)), None)
    if source.startswith("data:") or not source or (lazy and _SMALL.search(source)):
        source = lazy or ""
    if not source:
        choices = re.findall(r"(\S+)\s+(\d+)[wx]", element.get("srcset") or element.get("data-srcset") or "")
        source = max(choices, key=lambda one: int(one[1]))[0] if choices else ""
    return absolute(source, url)


def _is_small(element: HtmlElement, address: str) -> bool:
    sides = [int(match[0]) for side in ("width", "height") if (match := re.match(r"\d+", element.get(side) or ""))]
    return (
        (bool(sides) and min(sides) < 120)
        or _is_filler(address)
        or bool(re.search(r"logo|avatar|icon|author", named(element), re.IGNORECASE))
        or address.endswith(".svg")
    )


def _stem(address: str) -> str:
    """A picture's file name without size and ending, under which its crops are known."""
    name = address.partition("?")[0].rstrip("/").rpartition("/")[2].rpartition(".")[0] or address
    return re.sub(r"[-_@](?:\d{2,4}x\d{2,4}|\d{3,4}w?|scaled|large|medium|small|\dx)$", "", name).casefold()
