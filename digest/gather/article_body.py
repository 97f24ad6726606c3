"""An article's body as blocks: what stands in its element without furniture, pleas, pointers and end matter."""

import re

from lxml.html import HtmlElement

from digest.gather.blocks import Block, BlockKind, extent
from digest.gather.canonical import host_of, same_site
from digest.gather.container import is_away
from digest.gather.dates import parse_date
from digest.gather.headings import credit_of, ends_section, is_foot, is_furniture, section_kind
from digest.gather.walk import tree_blocks

# Headings that close an article or stand over a rail inside it; "Support for the bill grows" is neither.
_CLOSING = re.compile(
    r"(?:related|similar|recommended|recent|latest|popular|trending|top|featured|other|more|further)"
    r"(?: \w+)? (?:articles?|stor(?:y|ies)|posts?|content|news|reading|coverage|topics?|links?|videos?|reads?|headlines)\b.{0,40}"
    r"|related|recommended(?: for you)?|trending(?: now)?|latest|read (?:next|also|more)(?:\s*:.*)?|(?:more|also) (?:from|on|in|by"
    r"|about)\b.{0,60}"
    r"|most (?:read|popular|viewed|shared|commented|recent)\b.{0,30}|you (?:may|might|could) (?:also|like)\b.*|keep reading"
    r"|continue reading|up next"
    r"|what to read next|don[’']t miss\b.{0,20}|editor[’']?s[’']? picks?|about the authors?|(?:leave|post|add|write) a (?:comment|reply)"
    r"|\d* ?comments?(?: \(\d+\))?|share(?: this(?: \w+)?| on .*| article| story)?:?|follow us\b.*|tags?:?|topics?:?|filed under\b.*"
    r"|advertisement"
    r"|sponsored(?: content)?|newsletter|newsletters|sign up (?:for|to)\b.*|subscribe(?: (?:to|now|today)\b.*)?|support (?:us|our (?:work"
    r"|journalism|reporting))\b.*"
    r"|donate\b.*|contact(?: us)?|see also"
    r"|mehr zum thema.*|lesen sie (?:auch|mehr).*|weitere (?:artikel|beiträge|themen|meldungen)|das könnte (?:sie"
    r"|dich) (?:auch )?interessieren"
    r"|meist\s?gelesen\w*|ähnliche (?:artikel|beiträge)|verwandte (?:artikel|themen|beiträge)|kommentare?(?: \(\d+\))?|(?:zum"
    r"|über den) autor|teilen|schlagw\w+"
    r"|à lire aussi.*|lire aussi.*|sur le même (?:sujet|thème).*|les plus lus|articles (?:similaires|liés|connexes)|commentaires?"
    r"|à propos de l[’']auteur|partager"
    r"|te puede interesar.*|más (?:información|noticias|sobre .*)|suscr[ií]b\w+.*|mais informações|saiba mais|plus d[’']informations?"
    r"|le(?:e|a) también.*|(?:lo )?más leíd\w+|(?:artículos|noticias|notas) relacionad\w+|comentarios|sobre el autor"
    r"|compartir"
    r"|leia (?:também|mais).*|(?:as )?mais lidas|(?:notícias|matérias|artigos) relacionad\w+|comentários|sobre o autor|veja também.*"
    r"|compartilh\w+"
    r"|читайте також.*|популярн\w+|коментарі|схожі (?:новини|статті)|про автора|поділитися.*|теги|ключові слова"
    r"|keywords?|mots[- ]clés|palabras clave|palavras-chave|schlagw\w+",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"^(?:read (?:more|also|next|the full \w+)|related(?: \w+)?|see also|also read|more(?: on this)?|watch|listen|don[’']t miss|recommended"
    r"|lesen sie auch|mehr dazu|mehr zum thema|lire aussi|à lire(?: aussi)?|voir aussi|lee también|lea también|te puede interesar"
    r"|ver también|leia também"
    r"|leia mais|veja também|читайте також|також читайте)\s*[:|»>–—-]",
    re.IGNORECASE,
)
_PLEA = re.compile(
    r"^(?:sign up (?:for|to|here)|subscribe (?:to|now|today|here)|get (?:our|the|more|your)\b.{0,60}\b(?:newsletter|inbox|e-?mail)"
    r"|want more\b.{0,80}newsletter"
    r"|support (?:our|independent|local)\b|donate\b|become a (?:member|subscriber)|follow us\b|like us on|join (?:our|us on"
    r"|the conversation)|click here to"
    r"|download (?:our|the) app|(?:got|have) a (?:news )?tip|already (?:a )?(?:subscriber|member)|you(?:[’']ve| have) (?:reached|read) "
    r"|this (?:article|story|content)"
    r" (?:is|was) (?:only |exclusively )?(?:available |reserved )?(?:for|to) (?:our )?(?:paying |paid )?(?:subscribers|members)|log in to"
    r"|create a free account"
    r"|enter your e-?mail|by (?:signing up|subscribing|clicking)|we(?:[’']ll| will) never share|thank you for (?:subscribing|signing up)"
    r"|please (?:enable|turn on)"
    r"|(?:jetzt )?(?:abonnieren|newsletter)\b|melden sie sich|abonnez-vous|inscrivez-vous|recevez\b.{0,60}(?:newsletter|mail)|suscríbete"
    r"|regístrate|recibe\b.{0,60}"
    r"(?:boletín|correo)|assine|inscreva-se|receba\b.{0,60}(?:newsletter|e-?mail)|підпи(?:шіться|суйтесь|саться)|article continues"
    r"|story continues|［有料会員限定］)",
    re.IGNORECASE,
)
# "Home | World | Politics", "Print | E-mail | Top": menus in plain text.
_MENU = re.compile(r"(?:[^\W\d_][^|·•/]{0,18}\s*[|·•/]\s*){2,}[^\W\d_][^|·•/]{0,18}")
_READING = re.compile(
    r"\d+\s*(?:min(?:ute[ns]?|uti|utos)?\.?|хв(?:илин)?\.?)(?:\s*(?:read|lesezeit|de lecture|de lectura|de leitura|читання))?(?:\s*[·"
    r"|•,–-].{0,40})?|[\d.,]+[KkM]?",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^.{0,30}\b(?:by|von|par|por|автор:?)\s+[^\W\d_]", re.IGNORECASE)
# Two to four words, each with a capital, before a date.
_SIGNED = re.compile(r"(?P<name>(?:[^\W\d_][\w.’'-]*\s+){1,3}[^\W\d_][\w.’'-]*)\s*[,|·•–—-]\s*(?P<date>[^,|·•]{0,12}\d.{0,30})")
_LABELS = re.compile(
    r"(?:advertisement|anzeige|werbung|publicité|publicidad|publicidade|реклама|advertisement - .*|article continues (?:below|after).*"
    r"|share this.*"
    r"|loading\.{0,3}|(?:view|read|see|open) (?:this (?:e-?mail|newsletter|message) )?(?:in (?:your|a|the) (?:web )?browser|online)\W*"
    r"|(?:diesen newsletter )?im browser (?:ansehen|öffnen|anzeigen)|voir (?:ce message|cet e-?mail)? ?(?:dans (?:le"
    r"|votre) navigateur|en ligne)"
    r"|ver (?:este (?:correo|e-?mail) )?(?:en|no) (?:el |tu |seu )?navegador|\W+)",
    re.IGNORECASE,
)


def body_blocks(container: HtmlElement, head: HtmlElement | None, base: str) -> tuple[list[Block], frozenset[str]]:
    """The container's blocks without furniture: from behind the headline on, up to rails and end matter; and the rails' addresses."""
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
    prose = [place for place, block in enumerate(blocks) if is_prose(block)]
    if not prose:
        return [block for block in blocks if block.text], frozenset()
    blocks, rails = _without_teasers(blocks, prose, host_of(base))
    prose = [place for place, block in enumerate(blocks) if is_prose(block)]
    kept = _without_rails(blocks, prose) if prose else blocks
    return [block for block in kept if block.kind is BlockKind.RULE or not _is_noise(block)], rails


def _without_teasers(blocks: list[Block], prose: list[int], own: str) -> tuple[list[Block], frozenset[str]]:
    """Without the teasers below the text: from the first of the headings at its end that are nothing but links to the same site."""
    linked = [
        block.kind is BlockKind.HEADING
        and len(block.links) == 1
        and len(block.links[0].text) >= len(block.text) - 2
        and same_site(host_of(block.links[0].url), own)
        for block in blocks
    ]
    start = len(blocks)
    for place in range(len(blocks) - 1, prose[0], -1):
        if blocks[place].kind is BlockKind.HEADING and not linked[place]:
            if _names_briefs(blocks[place].text):
                start = len(blocks)  # each brief's own headline leads to its page
            break
        if linked[place]:
            start = place
    rails = frozenset(block.links[0].url for block, one in zip(blocks[start:], linked[start:], strict=True) if one)
    return blocks[:start], rails


def _names_briefs(heading: str) -> bool:
    return bool(section_kind(heading) and re.search(r"brief|\bkurz|bref|brève|breve|curtas|коротко", heading, re.IGNORECASE))


def _without_rails(blocks: list[Block], prose: list[int]) -> list[Block]:
    """Without the rails inside the text and what stands behind the heading that closes it."""
    kept: list[Block] = []
    rail = False
    for place, block in enumerate(blocks):
        label = block.kind in {BlockKind.HEADING, BlockKind.LINE, BlockKind.PARAGRAPH} and block.words <= 8 and place > prose[0]
        if label and section_kind(block.text) is None:
            closing = bool(_CLOSING.fullmatch(block.text.strip(" :>»→")))
            left = sum(at > place for at in prose)
            if closing and left * 3 <= len(prose):
                break
            if is_furniture(block.text) and not left and all(_is_pointer(other) or other.words <= 8 for other in blocks[place + 1 :]):
                break
            if closing:
                rail = True
                continue
        if rail and _is_pointer(block):
            continue
        rail = False
        kept.append(block)
    return kept


def _is_pointer(block: Block) -> bool:
    """Whether a block is little more than a link to elsewhere."""
    return bool(block.links) and sum(len(link.text) for link in block.links) * 10 >= len(block.text) * 6


def _text_before(container: HtmlElement, head: HtmlElement) -> str:
    parts: list[str] = []
    for element in container.iter():
        if element is head:
            break
        parts.append(element.text or "" if isinstance(element.tag, str) else "")
        parts.append(element.tail or "")
    return " ".join(" ".join(parts).split())


def is_prose(block: Block) -> bool:
    """Whether a block is running text: of some length, and not mostly links."""
    return (
        block.kind in {BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM}
        and extent(block.text) >= 60
        and sum(len(link.text) for link in block.links) * 2 < len(block.text)
    )


def without_known(blocks: list[Block], known: list[str | None]) -> list[Block]:
    """Without what stands elsewhere already (headline, dek, kicker) and without bylines and dates at the top."""
    squashed = {re.sub(r"\W+", "", value.casefold()) for value in known if value}
    kept = [
        block
        for place, block in enumerate(blocks)
        if not (place < 12 and re.sub(r"\W+", "", block.text.casefold()) in squashed and block.text)
    ]
    while kept and (kept[0].kind is BlockKind.RULE or _is_label(kept[0])):
        kept.pop(0)
    return kept


def trimmed(blocks: list[Block]) -> list[Block]:
    """Without rules at the top and without credits, labels and sign-offs at the end."""
    kept = list(blocks)
    while kept and kept[0].kind is BlockKind.RULE:
        kept.pop(0)
    while kept and (
        (ends_section(kept[-1].text) and (kept[-1].words <= 16 or (kept[-1].words <= 40 and is_foot(kept[-1].text))))
        or kept[-1].kind in {BlockKind.RULE, BlockKind.LINE, BlockKind.HEADING}
        or credit_of(kept[-1].text) is not None
        or (kept[-1].words <= 4 and not re.search(r"[.!?”。！？」]$", kept[-1].text) and kept[-1].kind is BlockKind.PARAGRAPH)
        or _READING.fullmatch(kept[-1].text)
    ):
        kept.pop()
    return kept


def signed_and_dated(text: str) -> str | None:
    """The name in a line that is no more than a name and a date: "Ann Lee, 3 May 2024"."""
    match = _SIGNED.fullmatch(text)
    return match["name"] if match and parse_date(match["date"]) is not None else None


def is_note(block: Block) -> bool:
    """Whether a block behind the last column only says something about the text: a biography, a correction, where it appears."""
    return block.italic and block.words <= 60


def _is_noise(block: Block) -> bool:
    """Whether a block between paragraphs is a plea, a pointer to another article or an advertisement's label."""
    if _LABELS.fullmatch(block.text) or (block.kind is BlockKind.PARAGRAPH and len(block.text) < 160 and _MENU.fullmatch(block.text)):
        return True
    if block.kind is BlockKind.HEADING or len(block.text) > 300:
        return False
    return bool(_PLEA.match(block.text)) or (
        bool(_POINTER.match(block.text)) and (_is_pointer(block) or not block.text.endswith((".", "!", "?")))
    )


def _is_label(block: Block) -> bool:
    text = block.text
    if block.kind is BlockKind.HEADING or len(text) > 90 or is_prose(block) or (block.kind is BlockKind.LINE and section_kind(text)):
        return False
    return (
        bool(re.match(r"(?:by|von|par|por|published|updated|posted|photo|image|autori)\b[\s:]", text, re.IGNORECASE))
        or parse_date(text) is not None
        or (block.words <= 3 and not re.search(r"[.!?,”:。！？」]$", text))
        or bool(_READING.fullmatch(text))
        or signed_and_dated(text) is not None
        or (bool(re.search(r"\d", text)) and bool(_BYLINE.match(text)) and not re.search(r"[.!?]$", text))
    )
