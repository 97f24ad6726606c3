"""Names as texts mention them: runs of words with a capital, taken apart into title, first name, particle and last name. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from digest.compose.checks.case import Text


def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    here: set[str] = set()
    for line in Path(__file__).with_name("name_words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            here = found.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            here.update(line.split())
    return {name: frozenset(words) for name, words in found.items()}


_LISTS: Final = _lists()
_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'ʼ\-‐‑][^\W\d_]+)*")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+|(?<=[:;])\s+(?=[\"“„«])|\s+[–—]\s+|\n")
# Between two words of one name: a space, or the full stop of an initial.
_GAP: Final = re.compile(r"[ \u00a0]+")
_PARTICLES: Final = _LISTS["particles"]
_PREFIXED: Final = re.compile(r"(?i:al|el|ar|as|ash|at|ad|an|ul|ed|es)[-‐‑](?=[^\W\d_])")
_POSSESSIVE: Final = re.compile(r"[’'ʼ][sS]$")
_TITLES: Final = _LISTS["titles"]
_OFFICES: Final = _LISTS["offices"]
# Words that begin a sentence and are no part of the name behind them.
_OPENERS: Final = _LISTS["openers"]
_CARRIERS: Final = _LISTS["carriers"]
_TITLE_CASE: Final = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One name as it stands somewhere: `title` in small letters or "", `first` or "", `particle` or "", `last`, and the whole `surface`.

    `sure` is false where the capital may be that of a sentence's or a headline's first letter. `office` says that only one person
    bears the title at a time.
    """

    place: str
    surface: str
    last: str
    first: str = ""
    particle: str = ""
    title: str = ""
    sure: bool = True
    office: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    start: int
    end: int


def mentions_in(texts: Iterable[Text], lowered: frozenset[str]) -> Iterator[Mention]:
    """Yield the names of texts in their order; `lowered` are the words that stand in small letters somewhere, which begin no name."""
    for text in texts:
        for sentence in _SENTENCE.split(text.words):
            words = [_Word(text=found[0], start=found.start(), end=found.end()) for found in _WORD.finditer(sentence)]
            titled = text.is_title or text.field in {"lead", "alt"}
            yield from _of_sentence(text.place, sentence, words, lowered, shouting=titled and _title_case(words))


def lowered_in(texts: Iterable[Text]) -> frozenset[str]:
    """Return the words that stand in small letters somewhere in the texts."""
    return frozenset(found[0] for text in texts for found in _WORD.finditer(text.words) if found[0].islower())


def _of_sentence(place: str, sentence: str, words: list[_Word], lowered: frozenset[str], *, shouting: bool) -> Iterator[Mention]:
    at = 0
    while at < len(words):
        if not _capital(words[at].text):
            at += 1
            continue
        end = at + 1
        # "Iran's Abbas Araghchi" is a country and a man.
        while end < len(words) and _joined(sentence, words[end - 1], words[end]) and not _POSSESSIVE.search(words[end - 1].text):
            if _capital(words[end].text):
                end += 1
            elif words[end].text in _PARTICLES and (beyond := _beyond(sentence, words, end)):
                end = beyond
            else:
                break
        run = words[at:end]
        before = words[at - 1].text if at and _joined(sentence, words[at - 1], words[at]) else ""
        if shouting:
            # Where each word has a capital no run is a name; each word may be one.
            yield from (_single(place, word, sure=False) for word in run if _named(word.text, lowered))
        else:
            yield from _of_run(place, [word.text for word in run], before, lowered, initial=at == 0)
        at = end


def _of_run(place: str, run: list[str], before: str, lowered: frozenset[str], *, initial: bool) -> Iterator[Mention]:
    while initial and run and (run[0].casefold() in _OPENERS or (len(run) > 1 and run[0].casefold() in lowered)):
        run, initial = run[1:], False
    titles = [place for place, word in enumerate(run) if word.casefold() in _TITLES]
    title = before if before in _TITLES else ""
    if titles:
        title = " ".join(run[: titles[-1] + 1]).casefold()
        run, initial = run[titles[-1] + 1 :], False
    names = [word for word in run if len(word) > 1]
    if not names:
        return
    if len([word for word in names if _capital(word)]) > 4:
        yield from (Mention(place=place, surface=_bare(word), last=_bare(word)) for word in names if _capital(word))
        return
    last = _bare(names[-1])
    prefix = _PREFIXED.match(last)
    particle = (
        prefix[0][:-1].casefold() if prefix else (names[-2].casefold() if len(names) > 1 and names[-2].casefold() in _PARTICLES else "")
    )
    first = _bare(names[0]) if len(names) > 1 and names[0].casefold() not in _PARTICLES else ""
    if len(names) == 1 and not _named(last, lowered) and not title:
        return
    office = bool(title) and (title.rpartition(" ")[2] in _OFFICES or title.endswith("prime minister"))
    yield Mention(
        place=place,
        surface=" ".join([*names[:-1], last]),
        last=last[prefix.end() :] if prefix else last,
        first=first,
        particle=particle,
        title=title,
        sure=not initial or len(names) > 1,
        office=office,
    )


def _single(place: str, word: _Word, *, sure: bool) -> Mention:
    last = _bare(word.text)
    return Mention(place=place, surface=last, last=last, sure=sure)


def _named(word: str, lowered: frozenset[str]) -> bool:
    return word.casefold() not in lowered and word.casefold() not in _OPENERS and word.casefold() not in _TITLES and word not in _CARRIERS


def _beyond(sentence: str, words: list[_Word], at: int) -> int | None:
    """Where the run goes on behind its particles ("bin", "de la"); None where no name follows."""
    end = at
    while end < len(words) and words[end].text in _PARTICLES and _joined(sentence, words[end - 1], words[end]):
        end += 1
    if end < len(words) and end - at <= 2 and _joined(sentence, words[end - 1], words[end]) and _capital(words[end].text):
        return end + 1
    return None


def _joined(sentence: str, one: _Word, other: _Word) -> bool:
    gap = sentence[one.end : other.start]
    return bool(_GAP.fullmatch(gap.removeprefix(".") if len(one.text) <= 3 else gap))


def _capital(word: str) -> bool:
    """Whether it may be part of a name: a capital first, behind "al-" too, and not capitals alone, which are mostly no names."""
    prefix = _PREFIXED.match(word)
    bare = word[prefix.end() :] if prefix and not word[0].isupper() else word
    return bare[0].isupper() and (len(bare) == 1 or not bare.isupper())


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word)


def _title_case(words: list[_Word]) -> bool:
    long = [word.text for word in words if len(word.text) > 3]
    return len(long) >= 3 and sum(_capital(word) for word in long) > _TITLE_CASE * len(long)
