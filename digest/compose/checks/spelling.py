"""How names are written: letters folded, transliterations brought to one key, and how far apart two spellings are. Pure."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ə": "a"}
)
# Cyrillic as it is mostly transliterated; only within one script are spellings compared, so what is left out costs nothing.
_CYRILLIC: Final = str.maketrans(
    dict(
        zip(
            "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъў",
            ("a b v g g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch _ iu ia e y e _ u").replace("_", "").split(" "),
            strict=True,
        )
    )
)
# One sound, several ways to write it; each line is applied in turn. The order matters: longer groups first. 4 stands for "ch".
_SOUNDS: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r"[’'ʼ`ʻʹ\-–\s.]", ""),
        (r"(?:shch|schtsch)", "s"),
        (r"tsch|tch", "4"),
        (r"sch|sh", "s"),
        (r"zh|dzh|dj", "j"),
        (r"kh", "k"),
        (r"ck", "k"),
        (r"ch", "4"),
        (r"ph", "f"),
        (r"gh", "g"),
        (r"th", "t"),
        (r"dh", "d"),
        (r"qu?", "k"),
        (r"c(?=[aoulrktns]|$)", "k"),
        (r"x", "ks"),
        (r"tz|ts", "z"),
        (r"w", "v"),
        (r"ae", "a"),
        (r"oe", "o"),
        (r"ue", "u"),
        (r"ou|oo", "u"),
        (r"ff$|v$", "f"),
        (r"[yj]", "i"),
        (r"^ie", "e"),
        (r"(?<=i)i+|(?<=a)h$", ""),
        (r"(?:ii|iy)$", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_VOWELS: Final = re.compile(r"[aeiou]+")


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """Return the letters of a name in one case, without accents, hyphens and apostrophes: "Erdoğan" and "Erdogan" share it."""
    plain = unicodedata.normalize("NFD", name.casefold().translate(_LETTERS))
    return "".join(letter for letter in unicodedata.normalize("NFC", _unaccented(plain)) if letter.isalnum())


@lru_cache(maxsize=20_000)
def sound(name: str) -> str:
    """Return the key that transliterations of one name share: "Zelensky", "Zelenskyy" and "Zelenskij", "Aleksei" and "Alexey"."""
    key = _unaccented(unicodedata.normalize("NFD", name.casefold().translate(_LETTERS)))
    key = key.translate(_CYRILLIC)
    for pattern, put in _SOUNDS:
        key = pattern.sub(put, key)
    return "".join(letter for letter in key if letter.isalnum())


@lru_cache(maxsize=20_000)
def skeleton(name: str) -> str:
    """Return the sounds without vowels but for a first one: "Mohammed" and "Muhammad" share it."""
    key = sound(name)
    return key[:1] + _VOWELS.sub("", key[1:])


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters to put in, take out, change or swap; more than `most` is `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, facing in enumerate(other, 1):
            cost = min(above[column] + 1, line[column - 1] + 1, above[column - 1] + (letter != facing))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == facing:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, above = above, line
    return above[-1]


def script(name: str) -> str:
    """Return the script that a name's first letter is of, as Unicode names it: LATIN, CYRILLIC, ARABIC."""
    return unicodedata.name(name[:1] or " ", "SPACE").partition(" ")[0]


def _unaccented(decomposed: str) -> str:
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
