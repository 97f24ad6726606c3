"""Words as they are compared across headlines: folded, without endings and without the words that every headline has."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
# What stands in every headline of the languages that we read most; the weights by rarity do the rest.
_EMPTY_WORDS: Final = (
    "the and for with from that this what who why how are was were has have had will would can could not but its his her their our your"
    " into over after before about more than says said new der die das den dem des ein eine einen einem einer und oder aber mit von vom"
    " für fur auf aus bei nach wie was wer ist sind war wird les des une aux est sont pour par dans sur avec que qui pas plus los las una"
    " uno del por con para que mas como dos das uma nos nas por com para que mais não nao це що як для від при про над під або але був"
    " була були буде"
)
_EMPTY: Final = frozenset(_EMPTY_WORDS.split())
# Longest first. Endings of English, German, French, Spanish, Portuguese; then of Ukrainian.
_ENDING_WORDS: Final = (
    "izations ization ingly ements ement ations ation ungen iciones icion ments ings ment ness tions tion ely ies ied ing ung ers est"
    " ern ens en er es ed ly em os as s e ами ями ого ому ими ах ях ів ей ої ою ий ій ом ем є и і у а я о ю ь"
)
_ENDINGS: Final = tuple(_ENDING_WORDS.split())
_SHORTEST: Final = 3
_LONGEST: Final = 8


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """The stems of the words of `text` that say something; numbers stay whole."""
    found = (stem(word) for word in _WORD.findall(fold(text)) if word not in _EMPTY and (len(word) > 2 or word.isdigit()))
    return frozenset(filter(None, found))


def fold(text: str) -> str:
    """`text` in lower case without accents on Latin letters; й and ї stay what they are."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(letter for place, letter in enumerate(spread) if not (unicodedata.combining(letter) and spread[place - 1] < "\u0250"))
    return unicodedata.normalize("NFC", bare)


def stem(word: str) -> str:
    """A folded word without its ending, eight letters at most: compounds and endings that nobody listed fall together."""
    if word.isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word.removesuffix(ending)
            # stopped, stopping: stop
            return (word[:-1] if ending in {"ed", "ing"} and word[-1:] == word[-2:-1] and len(word) > _SHORTEST else word)[:_LONGEST]
    return word[:_LONGEST]
