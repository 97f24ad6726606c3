"""Bylines taken apart: the names of people in "By Ann Lee, staff writer, and Bo Chi in Kyiv", without roles, desks, dates and addresses."""

import re
from collections.abc import Iterable

from digest.gather.blocks import tidy
from digest.gather.outlets import known_name, outlet_of_host

_BY = re.compile(
    r"^(?:(?:(?:story|words|text|article|reported|written|posted|reporting|analysis|interview|opinion|photos?"
    r"|photographs)(?:\s+and\s+\w+)?\s*)?\bby\b"
    r"|von|durch|par|por|de la rédaction|text|texte|texto|autor(?:in|en|es|i)?|auteurs?|author|authors|автори?|escrito por"
    r"|propos recueillis par"
    r"|geschrieben von|veröffentlicht von|publié par|publicado por|contributed by|from)(?:\s*:\s*|\s+)(?:\s*(?:by|von|par|por)\s+)?",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+|(?<!\w)@\w+")
_PARTS = re.compile(
    r"\s*(?:;|/|\s\|\s|•|·|\n|\s&\s|\band\b|\bund\b|\bet\b|\by\b(?=\s+[A-ZÀ-Þ])|\be\b(?=\s+[A-ZÀ-Þ])|\bта\b|\bі\b(?=\s+[А-ЯҐЄІЇ])|\s\+\s"
    r"|,)\s*",
    re.IGNORECASE,
)
# Words that only follow a name: where, for whom, when.
_TAIL = re.compile(
    r"\s+(?:[–—|-]{1,2}\s+|\(|in\s+(?=[A-ZÀ-Þ])|aus\s+(?=[A-ZÀ-Þ])|à\s+(?=[A-ZÀ-Þ])|en\s+(?=[A-ZÀ-Þ])|for\s+|of\s+(?=the\b|[A-Z])"
    r"|at\s+(?=[A-Z])"
    r"|on\s+|am\s+|le\s+\d|el\s+\d|published|posted|updated|last\s|contributed|reports?\b|is\s+an?\b|writes\b|\d).*$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:staff|senior|chief|deputy|managing|associate|assistant|executive|contributing|guest|political|foreign|news|national|bureau"
    r"|digital|web|special)?"
    r"\s*(?:writers?|reporters?|editors?|editor-in-chief|correspondents?|columnists?|producers?|contributors?|journalists?|critics?"
    r"|photographers?"
    r"|redakteur(?:in)?|korrespondent(?:in)?|reporter(?:in)?|autorin|journalistes?|rédacteur|rédactrice|correspondante?|periodista"
    r"|redactora?"
    r"|corresponsal|repórter|jornalista|редактор(?:ка)?|кореспондент(?:ка)?|журналіст(?:ка)?|director|professor|fellow|intern|analyst)\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:https?:|www\.|[@#+(])|(?:admin(?:istrator)?|editors?|editorial(?: staff| team| board)?|staff(?: report(?:s|er)?| writers?)?"
    r"|(?:the )?editorial board|unknown|none|null|n/?a"
    r"|undefined|author|redaktion|redacción|redação|la rédaction|rédaction|редакція|redactie|redazione|guest(?: author| post)?|user"
    r"|anonym(?:ous)?|webmaster"
    r"|cond[ée] nast|by|print|share|comments?|follow|more|mehr|home|news|super ?user|newsroom|wire(?: services?| reports?)|news ?desk"
    r"|web ?desk|online"
    r"|various(?: authors)?|multiple authors|press release|sponsored(?: content)?|advertorial|e?mail|subscribe|read more|view all|see all"
    r"|bio|twitter"
    r"|facebook|instagram|linkedin|last updated|published|posted|updated|today|yesterday|january|february|march|april|may|june|july|august"
    r"|september"
    r"|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|am|pm|min read|article|story|section|tags?)$",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:GmbH|AG|Inc|LLC|Ltd|Limited|S\.?A\.?|S\.?L\.?|Corp|Corporation|Verlag|Ediciones|Editorial|Éditions|Publishing|Media Group"
    r"|Germany|Deutschland"
    r"|Holdings?|plc)\b\.?$|^(?:Ediciones|Editorial|Verlag)\b"
)
_DESK = re.compile(
    r"\b(?:Desk|Wire|Staff|Team|Redaktion|Newsroom|Editors?|Writers|Agenc(?:y|ies)|Agence|Agentur|Press|News|Times|Post|Radio|TV|Verein"
    r"|Partei|Fraktion"
    r"|Ministerium|Bureau|Service|Reports|Board|University|Institute|Center|Centre|Office|Magazine|Blog|Network|Foundation|Association)\b"
)
_MONTH = re.compile(
    r"\s+(?:jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|märz|apr(?:il)?|ma[iy]|june?|juni|jul[iy]?|aug(?:ust)?|sept?(?:ember)?"
    r"|o[ck]t(?:ober)?|nov(?:ember)?"
    r"|de[cz](?:ember)?|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\.?$",
    re.IGNORECASE,
)
_LAND = re.compile(
    r"\b(?:Germany|Deutschland|Austria|Österreich|Switzerland|Schweiz|France|Spain|España|Portugal|Brazil|Brasil|Ukraine|Italy|Poland"
    r"|Ireland|Canada"
    r"|Australia|India|China|Japan|Russia|Mexico|USA|UK|U\.S\.|U\.K\.|England|Scotland|Wales|D\.C\.|N\.Y\.|Calif\.?|California|Texas"
    r"|Florida)$"
)
_PARTICLES = frozenset("van von de der den del della di da dos das do du la le el al bin ibn ben zu zur ter ten af av y e of the".split())  # noqa: SIM905  as one reads them
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_MOST = 300  # characters of a byline; longer ones are paragraphs


def clean_authors(names: Iterable[str], site: str | None, host: str = "") -> tuple[str, ...]:
    """Names of people among `names`: no addresses, roles, places or dates, no desk accounts, not the site's own name."""
    good: list[str] = []
    for name in names:
        bare = _ADDRESS.sub(" ", tidy(name))[: _MOST + 1]
        if site:
            bare = re.sub(rf"\s*(?:,|\||/|-|–|\bfor\b|\bof\b)\s*(?:the\s+)?{re.escape(site)}\s*$", "", bare, flags=re.IGNORECASE)
        if len(bare) > _MOST:
            continue
        outside = re.sub(r"\([^)]*\)", " ", bare).strip(" ,|:-–—")
        if site and outside.casefold().startswith(site.casefold() + ","):
            continue  # the publisher's imprint: "Lantern Press, Munich, Germany"
        bare = _BY.sub("", outside or bare.strip(" ()"))
        parts = _parts(bare)
        for part in parts:
            person = _person(part)
            if person is None or (" " not in person and re.search(r"https?:|www\.", name)):
                continue
            if (person == person.lower() and _LATIN.match(person) and len(parts) > 1) or _is_site(person, site, host):
                continue
            if person.casefold() not in {one.casefold() for one in good}:
                good.append(person)
    people = [one for one in good if not _is_desk(one)]
    # "Ann Lee, Reuters": the agency is no second author; alone it signs.
    return tuple((people or good)[:12])


def _is_desk(name: str) -> bool:
    return known_name(name.removeprefix("The ")) is not None or bool(_DESK.search(name))


def is_odd(name: str) -> bool:
    """Whether a name may be none of a person: one word, a handle, a desk or an agency."""
    return " " not in name.strip() or bool(_DESK.search(name)) or name == name.lower()


def _parts(byline: str) -> list[str]:
    """A byline's parts: people, and what stands between commas beside them."""
    if re.fullmatch(r"[^\s,]+(?:\s[^\s,]+)?,\s*[A-Z]\w+(?:\s[A-Z]\.?)?", byline) and byline.count(",") == 1:
        last, _, first = byline.partition(",")
        # "Lee, Ann" is one person; "Ann Lee, Reuters" is too, and what follows is no name of hers.
        if _LAND.search(byline):
            return []
        return [f"{first.strip()} {last.strip()}"] if " " not in last.strip() else [last]
    parts = [part.strip() for part in _PARTS.split(byline) if part and part.strip()]
    if _LAND.search(byline):
        parts = [part for part in parts if " " in part and not _LAND.search(part)]
    if len(parts) > 1 and all(" " not in part for part in parts[:2]) and "," not in byline:
        return [byline]  # "Simon and Garfunkel" stays what it is
    return parts


def _person(part: str) -> str | None:  # noqa: PLR0911  each line names one thing that is no name
    """The person that a part names, or None where it is a role, a place, a date or a desk without a name."""
    if _TAIL.match(" " + part):
        return None
    name = _MONTH.sub("", _TAIL.sub("", part)).strip(' ,.:|–—-*"“”')
    role = _ROLE.search(name)
    if role:
        name = name[: role.start()].strip(" ,:|–—-")
    if (
        not 2 < len(name) <= 60
        or _NOBODY.match(name)
        or re.search(r"\d|[?!{}<>=_]|\w:|\.(?:com|net|org|info|de|fr|es|br|uk|ua|io)\b", name)
    ):
        return None
    if _FIRM.search(name) or (re.fullmatch(r"[A-Z]{2,5}", name) and name not in {"AFP", "EFE", "KNA", "ANSA"}):
        return None
    words = name.split()
    if len(words) > 6:
        return None
    outlet = known_name(name.removeprefix("The ")) or (known_name(name.title()) if name.isupper() else None)
    if outlet:
        return name if known_name(name.removeprefix("The ")) else outlet
    small = [
        word for word in words if _LATIN.match(word) and word[:1].islower() and word.strip(".") not in _PARTICLES and "’" not in word[:3]
    ]
    if len(words) > 1 and small and not (len(words) == 2 and len(small) == 2):
        return None
    if len(words) > 1 and name.isupper():
        return re.sub(r"\bMc([a-z])", lambda match: "Mc" + match[1].upper(), name.title().replace("’S ", "’s "))
    return name


def _is_site(name: str, site: str | None, host: str) -> bool:
    squashed = re.sub(r"\W+", "", name.casefold())
    own = re.sub(r"\W+", "", (site or "").casefold())
    if own and (squashed == own or ("the" + squashed) == own or squashed == "the" + own):
        return True
    if own and _DESK.search(name) and set(name.casefold().split()) & {word for word in (site or "").casefold().split() if len(word) > 3}:
        return True
    outlet = known_name(name.removeprefix("The "))
    if outlet and host and outlet_of_host(host) == outlet:
        return True
    labels = host.replace("-", "").split(".")[:-1]
    return " " not in name and any(squashed == label or (len(squashed) > 5 and label.startswith(squashed)) for label in labels)
