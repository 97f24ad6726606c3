"""How much items under a heading look like news briefs: marks, sources and matters of their own speak for it, threads against it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from digest.gather.blocks import Block, BlockKind
from digest.gather.brief_items import Item, goes_on, plain_lead
from digest.gather.headings import names_news
from digest.gather.sources import sources_of
from digest.model.page import FoundKind

ENOUGH = 4.5  # for a heading that says nothing
ENOUGH_SAID = 1.5  # for one whose words promise briefs
ENOUGH_BARE = 5.5  # without any heading: a suggestion
_SENTENCE_END = re.compile(r"[.!?…。][”\"’'»)\]]*\s*(?:[(\[][^()\[\]]{2,60}[)\]]\.?)?\s*$")
_YOU = re.compile(
    r"\b(?:you|your|yours|we|our|us|i|my|me|du|dein\w*|ihr|wir|unser\w*|ich|mein\w*|vous|votre|vos|nous|notre|je|mon|tú|tu|usted|ustedes"
    r"|nosotros|nuestr\w+"
    r"|você|vocês|seu|sua|nós|eu|ви|ваш\w*|ми|наш\w*|я|мені)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"^(?:\d{1,2}[:.]\d\d|\d{1,2}\s?(?:am|pm|uhr|h)\b|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:montag|dienstag|mittwoch|donnerstag"
    r"|freitag|samstag"
    r"|sonntag)\b|(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b|(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b"
    r"|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?\b|(?:понеділок|вівторок|середа|четвер|п’ятниця|субота|неділя)\b"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d"
    r"|\d{1,2}\.?\s+(?:de\s+)?[^\W\d]{3,10}\b|(?:19|20)\d\d\b)",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"^(?:add|mix|bake|cook|stir|heat|boil|fry|cut|chop|peel|pour|serve|preheat|whisk|place|put|take|use|try|make|keep|avoid|check|choose"
    r"|bring|wear|ask|don[’']t"
    r"|do not|never|always|remember|click|press|open|go|visit|see|read|watch|listen|call|write|send|buy|book|stay|learn|start|stop|turn"
    r"|set|give|get|let)\b",
    re.IGNORECASE,
)


def _begun(words: str) -> frozenset[str]:
    return frozenset(word[:6] for word in words.split())


_COMMON = _begun(
    """
    about after again against along among another around because become before being between since still their there
    these thing think those three through under until where which while would years could first other report reports
    reported according should month months people weeks friday monday tuesday wednesday thursday saturday sunday percent
    million government minister ministry president country state states world latest during nach einen einer eines einem
    nicht werden wurde haben seine ihrer durch gegen unter zwischen berichtet laut jahre prozent sich auch noch über
    montag dienstag mittwoch donnerstag freitag samstag sonntag selon après avant contre cette entre leurs depuis comme
    pendant lundi mardi mercredi jeudi vendredi según después antes contra entre desde sobre durante lunes martes
    viernes informó segundo depois antes contra entre desde sobre durante informou feira після проти через більше також
    повідомляє пише понеділок року цього тижня
    """
)


_SMALL_WORDS = """
    that this with from have been were will they said says what when more than into over only also just some such very
    most much many your ours them then here both each made make news week last next back down like well even dass eine
    sind wird nach beim oder aber pour dans avec plus sont para como pero este esta mais foram está того цього який
    якого коли
"""
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What items stand in: the text before their heading and behind them, the publisher's host, and the text's headline."""

    before: Sequence[Block]
    after: Sequence[Block]
    own_host: str
    headed: bool = True
    topic: str = ""


def fits(items: list[Item]) -> bool:
    """Whether items can be briefs at all: prose of some length, not menu entries, whole chapters or a numbered list."""
    lengths = [len(item.text) for item in items]
    if not items or len(items) > 60 or max(lengths) > 6000:
        return False
    prose = [
        item
        for item, length in zip(items, lengths, strict=True)
        if (length >= 30 and (_SENTENCE_END.search(item.blocks[-1].text) or length >= 70 or item.links))
        or sources_of(item.blocks[0].text, item.links)
    ]
    return len(prose) * 3 >= len(items) * 2


def looks_brief(items: list[Item], kind: FoundKind | None, heading: str, around: Surroundings) -> bool:
    """Whether items under `heading` are briefs: its words (`kind`) and their shape taken together."""
    if kind is FoundKind.BRIEFING:
        return fits(items)
    if any(len(item.text) > 1500 for item in items) or (kind is None and not _may_be(items)) or not fits(items):
        return False
    if kind is None:
        enough = ENOUGH + (1.0 if len(items) == 2 else 0.0) + (0.5 if heading.endswith("?") else 0.0)
        return _is_backed(items, around) and shape(items, around) - _on_topic(items, around) >= enough
    least = ENOUGH_SAID - (1.0 if names_news(heading) else 0.0)
    if not _is_marked(items) and not _sourced(items, around) and sum(len(item.text) for item in items) > 180 * len(items):
        least += 1.5 * min(1, _chapters(around.after))  # long paragraphs between chapters are one, too
    return shape(items, around) >= least


def _on_topic(items: list[Item], around: Surroundings) -> float:
    """What speaks against items under a heading that says nothing: they go on about the article's own matter."""
    counts = Counter(word for block in around.before for word in set(_short_stems(block.text)))
    matter = _short_stems(around.topic) | {word for word, times in counts.items() if times >= 2}
    told = sum(bool(_short_stems(item.text) & matter) for item in items) / len(items)
    return 6.0 * told if told >= 0.5 else 0.0


def _short_stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W\d_]{4,}", text.casefold()) if word not in _SMALL and word[:6] not in _COMMON}


def _may_be(items: list[Item]) -> bool:
    """The cheap half of the question, which most chapters fail: two and more, short, of few paragraphs each."""
    return len(items) >= 2 and all(len(item.blocks) <= 4 for item in items) and sum(len(item.text) for item in items) <= 500 * len(items)


def _is_backed(items: list[Item], around: Surroundings) -> bool:
    """Whether items under a heading that says nothing name enough sources: one where marks part them, two or half of them else."""
    sourced = _sourced(items, around)
    if any(block.kind is BlockKind.PARAGRAPH for block in around.before) or _is_marked(items):
        return sourced >= (1 if _is_marked(items) or plain_lead(items[0].blocks[0].text) else 2) or sourced * 2 >= len(items)
    return sourced * 2 >= len(items)  # it opens the text: chapters do so, too


def _sourced(items: list[Item], around: Surroundings) -> int:
    return sum(bool(sources_of(item.text, item.links, around.own_host)) for item in items)


def shape(items: list[Item], around: Surroundings) -> float:
    """How much items look like briefs, by what they are: about 5 and more where nothing else needs to say so."""
    many = len(items)
    score = 1.0 if many >= 3 else 0.0 if many == 2 else -1.0
    score += _marks(items)
    texts = [item.text for item in items]
    sourced = _sourced(items, around)
    score += 4.0 * sourced / many + (0.5 if sourced else 0.0)
    length = sum(len(text) for text in texts) / many
    score += 1.0 if length <= 320 else 0.0 if length <= 500 else -2.0
    marked = _is_marked(items)
    following = sum(goes_on(_after_lead(item)) for item in (items[1:] if marked else items))
    score += 1.0 if not following else -4.0 * following / many - (0.0 if marked else 1.5)
    score -= 3.0 * sum(bool(_YOU.search(text)) for text in texts) / many
    counted = _counts(items)
    score -= (6.0 if counted >= 0.5 else 3.0) * counted
    score += _threads(items, around)
    return score + _place(items, around)


def _marks(items: list[Item]) -> float:
    """What a list, a dash or a lead-in says."""
    first = items[0].blocks[0]
    if any(block.ordered for item in items for block in item.blocks):
        return -3.0
    leads = [item.lead for item in items if item.lead]
    score = 0.0
    if first.kind is BlockKind.ITEM or first.kind is BlockKind.QUOTE:
        score += 1.0
    if len(leads) == len(items):
        score += 1.5
        if any(lead.rstrip(" .:").endswith("?") for lead in leads) or any(re.match(r"(?:#|no\.?\s*)?\d+[.):]?\s", lead) for lead in leads):
            score -= 4.0
        spoken = [lead for lead in leads if lead.rstrip().endswith(":") and len(lead.split()) <= 3]
        if len(set(spoken)) < len(spoken):
            score -= 6.0  # a transcript: the same names again and again
    elif sum(plain_lead(item.blocks[0].text) is not None for item in items) * 10 >= len(items) * 8:
        score += 1.5
        spoken = [plain_lead(item.blocks[0].text) or "" for item in items]
        if len(set(spoken)) < len(spoken):
            score -= 6.0
    return score


def _is_marked(items: list[Item]) -> bool:
    return items[0].blocks[0].kind in {BlockKind.ITEM, BlockKind.QUOTE} or all(item.lead for item in items)


def _after_lead(item: Item) -> str:
    text = item.blocks[0].text
    return text[len(item.lead) :].lstrip(" .:–—-") if item.lead and text.startswith(item.lead) else text


def _counts(items: list[Item]) -> float:
    """The share of items that are steps, dates of a calendar or timeline, links, questions, or no sentences."""
    bad = 0
    for item in items:
        text = item.text
        rest = _after_lead(item)
        linked = sum(len(link.text) for link in item.links)
        bad += (
            bool(_WHEN.match(item.lead or text))
            or bool(item.lead and re.search(r"\d[.:]?$", item.lead))
            or sum(len(quote) for quote in re.findall(r"[“„«\"][^”“»\"]{10,}[”“»\"]", text)) * 5 >= len(text) * 2
            or bool(_IMPERATIVE.match(rest))
            or linked * 10 >= len(text) * 7
            or text.rstrip().endswith("?")
            or (len(text) < 90 and not _SENTENCE_END.search(text))
        )
    return bad / len(items)


def _threads(items: list[Item], around: Surroundings) -> float:
    """What words say: briefs share few with each other and with the article; its chapters share many."""
    own = [_stems(item.text) for item in items]
    article = set().union(*(_stems(block.text) for block in (*around.before, *around.after)), set())
    shared = [len(one & set().union(*(other for other in own if other is not one))) / max(4, len(one)) for one in own]
    score = 1.0 if sum(shared) / len(own) < 0.12 else 0.0 if sum(shared) / len(own) < 0.2 else -2.0
    if len(article) >= 25:
        common = sum(len(one & article) / max(4, len(one)) for one in own) / len(own)
        score += 1.0 if common < 0.18 else 0.0 if common < 0.3 else -1.5
    return score


def _stems(text: str) -> set[str]:
    """The beginnings of a text's longer words, small ones left out."""
    return {word[:6] for word in re.findall(r"[^\W\d_]{5,}", text.casefold())} - _COMMON


def _place(items: list[Item], around: Surroundings) -> float:
    """What their place says: briefs close a text; chapters like them before and after are chapters, and so are these."""
    prose = [block for block in around.before if block.kind is BlockKind.PARAGRAPH and block.words >= 8]
    score = 0.5 if len(prose) >= 2 else 0.0
    if not any(block.kind is BlockKind.PARAGRAPH and block.words >= 8 for block in around.after):
        score += 0.5
    if around.headed and not _is_marked(items) and _chapters((*around.before, *around.after)) >= 1:
        score -= 1.5
    return score


def _chapters(blocks: Sequence[Block]) -> int:
    """How many headings in `blocks` stand over running text, which makes the text one of chapters."""
    return sum(
        1
        for place, block in enumerate(blocks[:-1])
        if block.kind is BlockKind.HEADING and blocks[place + 1].kind is BlockKind.PARAGRAPH and blocks[place + 1].words >= 25
    )
