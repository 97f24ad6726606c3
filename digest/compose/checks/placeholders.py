"""Words that somebody meant to replace: lorem ipsum, TK, [headline], "text folgt", in several languages."""

import re
from collections.abc import Iterator
from typing import Final

from digest.compose.checks.case import Case, finding, texts_of
from digest.model.edition import Finding, Severity
from digest.model.greeting import GREETING

# What is replaced later, by what it is called: the word in brackets, alone or with "here" and the like beside it.
_THINGS: Final = (
    "headline|head|hed|title|subtitle|dek|deck|kicker|byline|author|name|names|quote|link|url|photo|picture|image|caption|credit|source"
    "|date|time|place|city|number|figure|text|body|lead|lede|intro|summary|signature|tk|tbd|tbc|todo|xx+|\\?+|blank|placeholder"
    "|überschrift|titel|vorspann|bild|bildunterschrift|quelle|datum|ort|zahl|zitat|autor|titre|chapô|légende|légende photo|citation"
    "|nom|lieu|chiffre|auteur|título|titular|entradilla|foto|pie de foto|fuente|cita|fecha|lugar|cifra|legenda|titolo|didascalia|fonte"
    "|заголовок|підзаголовок|текст|цитата|джерело|дата|ім['’]я|фото|підпис|автор|источник|имя"
)
_IN_BRACKETS: Final = re.compile(
    rf"[\[<{{]{{1,2}}\s*(?:(?:{_THINGS})(?:\s+(?:here|goes here|tk|to come|hier|ici|aquí|тут))?|(?:insert|add|enter|your|write"
    r"|einfügen|insérer|insertar|à compléter|a completar|por completar|pendiente|вставити|дописати)\b[^\]>}\n]{0,60})\s*[\]>}]{1,2}",
    re.IGNORECASE,
)
# Greetings by name as other services write them.
_MERGED: Final = re.compile(r"\*\|[\w:.]{1,40}\|\*|%%?(?:first|last|full)?_?name%%?|\{\{[^{}\n]{1,80}\}\}", re.IGNORECASE)
_EMPTY: Final = re.compile(r"\[\s*\]|\(\s*\)|\{\{?\s*[\w .|]*\s*\}?\}|\(\?{2,}\)|“\s*”|«\s*»")
_PHRASES: Final = re.compile(
    r"(?<!\w)(?:lorem ipsum|dolor sit amet|dummy text|placeholder text|filler text"
    r"|(?:headline|text|caption|title|quote|intro) goes here|^(?:headline|text|caption|title|quote|intro) here"
    r"|(?:headline|text|caption|quote|figures?|details|name|photo|more) (?:tk|to come)\b"
    r"|insert (?:the )?(?:headline|text|name|link|quote|photo|image|picture|caption|date) here|your (?:text|headline) here"
    r"|click to (?:edit|add)"
    r"|blindtext|platzhalter(?:text)?|(?:text|bild|titel|überschrift|zitat) (?:folgt|fehlt)(?! auf)|hier steht (?:der |ein )?text"
    r"|faux[- ]texte|texte (?:à venir|de remplissage)|titre à venir|à compléter|texto (?:de relleno|provisional|aquí)|por completar"
    r"|testo segnaposto|da completare|текст[- ]заглушка|тут буде текст|здесь будет текст)(?!\w)",
    re.IGNORECASE | re.MULTILINE,
)
# In capitals only, and not where the letters are a name or a number of Rome.
_MARKS: Final = re.compile(
    r"\b(?:TKTK\w*|T/K|(?<!Dr )TK(?!\s+(?:Maxx|Elevator|Warriors)\b)(?![-.]\w)|TODO(?=\s*[:\s]|$)|TBD|TBC|FIXME|HED TK|asdf\w*|qwerty)\b"
    r"|(?<!Bowl )(?<!Olympiad )(?<!Chapter )(?<!Volume )(?<!Part )(?<!Rule )(?<!Title )(?<!Psalm )(?<!No\. )(?<!siglo )\bXXX+\b"
    r"|[$€£]\s?X{2,}\b"
    r"|\bX{2,}(?=\s?(?:%|percent\b|per cent\b|Prozent\b|pour cent\b|million\b|billion\b|people\b|years\b|euros?\b|dollars?\b))"
    r"|\?{3,}"
)
# "TODO" means "all" there, and TK is a health insurer.
_OTHERWISE: Final = {"es": ("TODO",), "pt": ("TODO",), "gl": ("TODO",), "it": ("TODO",), "de": ("TK",), "tr": ("TK",)}


def placeholders(case: Case) -> Iterator[Finding]:
    """One finding for each text that holds any, naming the first."""
    means_else = _OTHERWISE.get(case.newsletter.language.partition("-")[0].casefold(), ())
    for text in texts_of(case.edition):
        hit = placeholder_in(GREETING.sub("", text.words) if text.greets else text.words, means_else)
        if hit:
            message = f"{text.told} holds placeholder text: “{hit}”"
            yield finding("placeholder", Severity.WARN, message, "Write the real text, or take it out.", text.place, about=text.field)


def placeholder_in(words: str, means_else: tuple[str, ...] = ()) -> str | None:
    """Return the first placeholder of a text, or None; `means_else` are marks that are words of its language."""
    hits = (
        hit for pattern in (_PHRASES, _MERGED, _IN_BRACKETS, _EMPTY, _MARKS) for hit in pattern.finditer(words) if hit[0] not in means_else
    )
    return next((hit[0].strip() for hit in hits), None)
