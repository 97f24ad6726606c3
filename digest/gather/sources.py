"""The outlets that a brief names as its sources: only such as are attributed or linked, never one that is not there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from digest.gather.canonical import host_of, same_site
from digest.gather.outlets import (
    AMBIGUOUS,
    NO_OUTLET,
    OUTLET_BEGINNINGS,
    OUTLET_WORDS,
    WEAK_OUTLET_WORDS,
    first_words,
    known_name,
    outlet_of_host,
)
from digest.model.page import Link

NO_ALIASES: Mapping[str, str] = {}
_ARTICLE = r"(?:(?:the|an?|der|die|das|dem|den|des|le|la|les|l’|l'|el|los|las|o|a|os|as|do|da)\s*)?"
_NOUN = (
    r"(?:(?:news\s?paper|newspaper|daily|weekly|magazine|news agency|agency|broadcaster|outlet|website|news site"
    r"|Zeitung|Magazin|Nachrichtenagentur|Agentur|Sender|journal|quotidien|agence|chaîne|diario|periódico|agencia"
    r"|jornal|agência|видання|агентство|газета|агентства|газети)\s+)?"
)
_BEFORE_STRONG = re.compile(
    r"(?:according to|\bper\b|\bvia\b|(?:as |first |was |were )?reported (?:by|in|on)|report(?:s|ing)? (?:by|from|in"
    r"|for|on)|reported|reports|writ(?:es|ing) (?:in|for)|wrote (?:in|for)|writes|wrote"
    r"|(?:story|article|piece|essay|investigation|op-ed|column|analysis|interview|scoop|account) (?:in|by|for|from"
    r"|with)|published (?:in|by)|(?:obtained|seen|reviewed|cited|quoted) by|citing|\bh/t|hat tip(?: to)?"
    r"|sources?\s*:|(?:read )?more (?:in|at|from)|told"
    r"|laut|nach (?:Angaben|Informationen|Recherchen|Berichten|einem Bericht|Bericht) (?:von|des|der|vom)"
    r"|nach (?:Angaben|Informationen)|bericht(?:et|ete|eten|en)|meldete?n?|schreibt|schrieb|unter Berufung auf"
    r"|Quellen?\s*:|gegenüber|\bso|\bwie"
    r"|selon|d[’']après|rapport(?:e|ent|é)|écrit|affirme(?:nt)?|assure|dit|révèle(?:nt)?|relate|raconte|cité par|indique|annonce"
    r"|(?:déclaré|confié|affirmé) (?:à|au)"
    r"|según|inform(?:a|ó|an)|report(?:a|ó)|public(?:a|ó)|de acuerdo con|vía|citado por|Fuentes?\s*:|revel(?:a|ó)"
    r"|(?:fuentes?|fontes?|sources?) (?:\w+ ){0,3}(?:a|à|ao|au)|adelant(?:a|ó)|avanz(?:a|ó)|recoge|señala|escrib(?:e|ió)|dice|dijo"
    r"|afirm(?:a|ó)|explica|relata|declar(?:ó|aciones) (?:a|al)"
    r"|segundo|de acordo com|conforme|informou|notici(?:a|ou)|relat(?:a|ou)|publicou|revelou|Fontes?\s*:"
    r"|escreve(?:u)?|avan(?:ça|çou)|adiant(?:a|ou)|divulg(?:a|ou)|disse(?: à| ao| a| o)?|diz|afirm(?:a|ou)|apurou"
    r"|за даними|за інформацією|за повідомленням|повідомля(?:є|ють)|повідомил[аиоі]|повідомив|пиш(?:е|уть)|переда(?:є"
    r"|ють)|з посиланням на|Джерел[оа]\s*:|інформує|розповіда(?:є|ють)|розповіли|каже|стверджує|як зазначає)"
    r"\s+(?:an?\s+)?(?:new\s+|recent\s+)?(?:(?:report|story|article|investigation|analysis|interview|reporting"
    r"|reports)\s+(?:by|in|from|with|for)\s+)?(?:both\s+)?" + _ARTICLE + _NOUN + r"[“\"«„‘']?$",
    re.IGNORECASE,
)
_ADVERB = (
    r"(?:\s*\([^)]{1,40}\)|\s+(?:first|also|later|recently|earlier|now|has|have|had|is|this week|last week|this month"
    r"|on \w+day|this morning|yesterday|today|hat|haben|a|ont|ha|han|também|también|тим часом))*"
)
_AFTER_STRONG = re.compile(
    r"^(?:\s+(?:newspaper|magazine|news agency|agency|website))?[”\"»“’']?,?"
    + _ADVERB
    + r"\s+(?:reports?|reported|reporting|writes?|wrote|written|revealed|reveals|noted|notes|learned|ha(?:s|ve"
    r"|d) an? (?:\w+ ){0,3}(?:piece|story|report|look|profile|investigation|read|interview|feature"
    r"|essay|explainer|dispatch|take|scoop|analysis)|broke the"
    r"|has the (?:story|details|scoop)|has more|calculates|tallied|chronicles|profiles"
    r"|berichte[nt]|berichtete[n]?|melde[nt]|meldete[n]?|schreib(?:t|en)|schrieb(?:en)?|zufolge|berichtet,"
    r"|rapporte(?:nt)?|rapporté|écri(?:t|vent)|révèle(?:nt)?|révélé|relate|raconte|précise|indique"
    r"|informa|informan|informó|informaron|reporta|reportó|publica|publicó|revela|reveló|señala|señaló|cuenta|recoge|adelantó"
    r"|informou|informaram|avança|avançou|adianta|adiantou|divulgou|noticia|noticiou|relata|relatou|publicou|revelou|escreve|escreveu|apurou|mostra"
    r"|повідомля(?:є|ють)|повідоми(?:в|ла|ло|ли)|пиш(?:е|уть)|переда(?:є|ють)|інформу(?:є|ють)|зазначає|з’ясувал[аио])\b",
    re.IGNORECASE,
)
_AFTER_SAID = re.compile(
    r"^(?:\s+(?:newspaper|magazine|news agency|agency))?,?"
    + _ADVERB
    + r"\s+(?:said|says|finds|found|describes|described|quotes|quoted|cites|cited|explains|estimates|estimated|details"
    r"|detailed|adds|added|sagt|sagte|dit|affirme|dice|dijo|afirma|afirmó|diz|disse|afirmou|каже|розповідає|стверджує)\b(?!\s+its?\b)",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(
    r"^[’'](?:s)?\s+(?:own\s+|new\s+|latest\s+|recent\s+)?(?:reporting|report|reporters?|investigation|analysis|story"
r"|scoop|account|tally|count|interview|coverage|correspondents?|dispatch|obituary|profile|editorial board|reconstruction|exposé|series|"
    r"[A-Z][\w’'-]+(?:\s+(?:[A-Z]\.\s+)?[A-Z][\w’'-]+){0,2}(?:\s+and\s+[A-Z]\w+\s+[A-Z]\w+)?\s+(?:reports?|reported"
r"|writes?|wrote|has|explains?|notes|noted|argues|looks|profiles))\b"
)  # fmt: skip
_CLOSED = re.compile(r"^[”\"»’']?\s*(?:[,;/&|+].{0,60}|\s*,?\s*(?:\d{1,2}\s+\w+|\w+\s+\d{1,2})\.?(?:\s*,?\s*\d{4})?)?[)\]]")
_OPENED = re.compile(
    r"[(\[](?:[^()\[\]]{0,60}[,;/&|+]\s*)?(?:via|from|source:|per|Quelle:|fuente:|fonte:|h/t|джерело:)?\s*" + _ARTICLE + r"[“\"«„]?$",
    re.IGNORECASE,
)
_JOIN = re.compile(
    r"^\s*(?:,|/|&|,?\s*(?:and|und|et|y|e|та|і|й|or|as well as))\s*(?:the|der|die|das|le|la|el|o|a|also)?\s*$", re.IGNORECASE
)
_WORD = re.compile(r"[ldLD][’'](?=[A-ZÀ-Þ])|[^\s()\[\]“”\"«»„,;:!?]+")
_CAPITAL = re.compile(r"^[A-ZÀ-ÞĀ-ŽА-ЯҐЄІЇ]")
_FUNCTION = frozenset(
    [
        "the",
        "a",
        "an",
        "according",
        "per",
        "via",
        "and",
        "but",
        "as",
        "laut",
        "wie",
        "der",
        "die",
        "das",
        "so",
        "selon",
        "le",
        "la",
        "les",
        "según",
        "el",
        "segundo",
        "o",
        "a",
        "за",
        "як",
        "in",
        "on",
        "told",
        "sources",
        "source",
        "both",
        "by",
        "from",
        "citing",
        "h/t",
    ]
)
# ", Lakeside24 reports.": one word so set into a sentence is a paper's or a station's name; an authority writes its acronym.
_INSERTED = re.compile(
    r",\s+(?P<name>(?![A-Z]+\b)[A-ZÀ-ÞА-ЯҐЄІЇ][\w’-]{2,}(?:\.\w{2,3})?)\s+(?:reports|writes|berichtet|schreibt|rapporte|écrit)(?=[.,;]|$)"
)
_LEADING = re.compile(r"^(?:The|the|An|Der|Die|Das)\s+(?=\S)")
_OFFICIAL = re.compile(r"\.(?:gov|mil|int|edu|gov\.\w\w|gob\.\w\w|gouv\.\w\w|mil\.\w\w|europa\.eu|admin\.ch|bund\.de|ac\.uk)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    start: int
    end: int
    name: str
    sure: bool  # its name may stand with every attribution, not only the clearest


def sources_of(text: str, links: Sequence[Link] = (), own_host: str = "", aliases: Mapping[str, str] = NO_ALIASES) -> tuple[str, ...]:
    """The outlets that `text` (plain, one brief) gives as its sources, in the order they appear, each once.

    `links` are the brief's; those to `own_host`, the outlet that publishes the brief, say nothing. `aliases` are the outlet's own
    names for sources, or their domains, and the usual name of each.
    """
    if not aliases:
        return _found(text, tuple(links), own_host)
    return _named(text, links, own_host, aliases)


@lru_cache(maxsize=1024)
def _found(text: str, links: tuple[Link, ...], own_host: str) -> tuple[str, ...]:
    """The sources where nothing was taught: one brief is asked about several times on its way."""
    return _named(text, links, own_host, NO_ALIASES)


def _named(text: str, links: Sequence[Link], own_host: str, aliases: Mapping[str, str]) -> tuple[str, ...]:
    mentions = _mentions(text, links, own_host, aliases)
    attributed = [_attributed(text, mention) for mention in mentions]
    changed = True
    while changed:
        changed = False
        for one in range(len(mentions) - 1):
            if attributed[one] != attributed[one + 1] and _JOIN.match(text[mentions[one].end : mentions[one + 1].start]):
                attributed[one] = attributed[one + 1] = changed = True
    found = [(mention.start, mention.name) for mention, good in zip(mentions, attributed, strict=True) if good]
    for link in links:
        host = host_of(link.url)
        name = aliases.get(host) or outlet_of_host(host)
        if name and not same_site(host, own_host):
            place = text.find(link.text) if link.text else -1
            found.append((place if place >= 0 else len(text), name))
    names: list[str] = []
    for _, name in sorted(found, key=lambda item: item[0]):
        if name not in names:
            names.append(name)
    # "The Times" after "the New York Times" is the same paper, mentioned short.
    return tuple(name for name in names if not any(other != name and other.endswith(" " + name) for other in names))


def _mentions(text: str, links: Sequence[Link], own_host: str, aliases: Mapping[str, str]) -> list[_Mention]:
    words = [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text)]
    mentions: list[_Mention] = []
    index = 0
    openers = first_words() | {alias.split()[0] for alias in aliases if alias.strip()}
    while index < len(words):
        step = 1
        opener = words[index][2]
        known = opener in openers or opener.rstrip(".…–—-") in openers or re.split(r"[’']", opener)[0] in openers
        for length in range(min(6, len(words) - index) if known else 0, 0, -1):
            start, end = words[index][0], words[index + length - 1][1]
            piece = text[start:end]
            bare = _bare(piece)
            name = (aliases.get(bare) or known_name(bare)) if "\n" not in piece else None
            if name in AMBIGUOUS or (name and length == 1):
                # "American Express" and "North Star" are no Express and no Star.
                name = None if index and _glued(text, words, index - 1) and _part_of_name(words[index - 1][2]) else name
            if name:
                mentions.append(
                    _Mention(start=start, end=start + len(bare), name=name, sure=name not in AMBIGUOUS and bare not in AMBIGUOUS)
                )
                step = length
                break
        else:
            other = _unlisted(text, words, index)
            if other:
                mentions.append(other)
                step = len(other.name.split())
        index += step
    for link in links:
        host = host_of(link.url)
        name = _LEADING.sub("", _bare(link.text.strip()))
        place = text.find(name) if name else -1
        if (
            place >= 0
            and not same_site(host, own_host)
            and _named_by(host, name)
            and not any(one.start <= place < one.end for one in mentions)
        ):
            mentions.append(_Mention(start=place, end=place + len(name), name=name, sure=True))
    for match in _INSERTED.finditer(text):
        start, end = match.span("name")
        if not any(one.start < end and start < one.end for one in mentions) and match["name"] not in NO_OUTLET:
            mentions.append(_Mention(start=start, end=end, name=match["name"], sure=False))
    return sorted(mentions, key=lambda mention: mention.start)


def _part_of_name(word: str) -> bool:
    return bool(_CAPITAL.match(word)) and not word.endswith((":", ",")) and word.casefold() not in _FUNCTION


def _bare(piece: str) -> str:
    """A name without the possessive and the punctuation behind it."""
    for ending in ("’s", "'s"):
        if piece.endswith(ending) and not known_name(piece):
            return piece.removesuffix(ending)
    stripped = piece.rstrip(".…–—-")
    if stripped.endswith(("s’", "s'")):
        stripped = stripped[:-1]
    return piece if known_name(piece) else stripped


def _unlisted(text: str, words: list[tuple[int, int, str]], index: int) -> _Mention | None:
    """A run of capitalised words that is an outlet's name by its own words: "Harbour Gazette", "Radio Nord"."""
    if (
        not _CAPITAL.match(words[index][2])
        or words[index][2] in {"The", "A", "An"}
        or (index and _glued(text, words, index - 1) and _CAPITAL.match(words[index - 1][2]) and words[index - 1][2] != "The")
    ):
        return None
    stop = index
    while (
        stop + 1 < len(words)
        and _glued(text, words, stop)
        and (_CAPITAL.match(words[stop + 1][2]) or words[stop + 1][2] in {"of", "de", "do", "da", "del", "&"})
    ):
        stop += 1
    for last in range(min(stop, index + 4), index, -1):
        run = [_bare(word) for _, _, word in words[index : last + 1]]
        if NO_OUTLET & set(run) or not _CAPITAL.match(run[-1]):
            continue
        with_article = bool(re.search(r"\b[Tt]he\s+$", text[: words[index][0]]))
        strong = run[-1] in OUTLET_WORDS or run[0] in OUTLET_BEGINNINGS or run[-2:] == ["News", "Agency"]
        if strong or (run[-1] in WEAK_OUTLET_WORDS and with_article):
            name = " ".join(run)
            return _Mention(
                start=words[index][0],
                end=words[index][0] + len(text[words[index][0] : words[last][1]].rstrip(".’'")),
                name=name,
                sure=False,
            )
    return None


def _glued(text: str, words: list[tuple[int, int, str]], index: int) -> bool:
    """Whether only a space stands between this word and the next, and no sentence ends."""
    return (text[words[index][1] : words[index + 1][0]] == " " and not words[index][2].endswith((".", "’s", "'s"))) or words[index][2] in {
        "St.",
        "S.",
    }


def _named_by(host: str, name: str) -> bool:
    """Whether an outlet called `name` lives at `host`, as the address itself says."""
    if (
        not host
        or _OFFICIAL.search("." + host)
        or not name
        or len(name.split()) > 5
        or not _CAPITAL.match(name)
        or NO_OUTLET & set(name.split())
    ):
        return False
    squashed = re.sub(r"[\W_]+", "", name.casefold())
    labels = [re.sub(r"[\W_]+", "", label) for label in host.split(".")[:-1]]
    if host.endswith(".org") and not (OUTLET_WORDS | WEAK_OUTLET_WORDS) & set(name.split()):
        return False
    return len(squashed) > 3 and any(label in {squashed, "the" + squashed} for label in labels)


def _attributed(text: str, mention: _Mention) -> bool:
    before, after = text[max(0, mention.start - 120) : mention.start], text[mention.end : mention.end + 120]
    if _AFTER_STRONG.match(after) or _POSSESSIVE.match(after):
        return True
    strong = _BEFORE_STRONG.search(before)
    if strong and not re.match(
        r"^[’']s?\s+\w|^\s+(?:\w+\s+)?(?:host|anchor|reporter|correspondent|columnist|contributor|journalist|editor|poll|app)\b", after
    ):
        return True
    bracketed = _OPENED.search(before) and _CLOSED.match(after)
    named = mention.name not in AMBIGUOUS or text[mention.start : mention.end].startswith("The ") or before.endswith("The ")
    if bracketed and named:
        return True
    at_end = re.fullmatch(r"\s*[.)\]]?\s*", after) and re.search(
        r"[–—|]\s*" + _ARTICLE + '$|(?:[.!?”"]|\\s)\\s*[-–—]+\\s*' + _ARTICLE + "$", before, re.IGNORECASE
    )
    at_start = not before.strip(" [(*") and re.match(r"^\s*(?:[:|]|[–—]\s)", after)
    if (at_end or at_start) and mention.sure:
        return True
    return bool(mention.sure and _AFTER_SAID.match(after))
