"""How far a reading agrees with a label: counts that can be added up and read as precision and recall. No input, no output."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

Json = dict[str, Any]
_ARTICLES = frozenset(["the", "a", "el", "la", "los", "las", "le", "les", "l", "il", "lo", "der", "die", "das", "o", "os"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """`hit` of `of`, such as 9 of 10 labelled briefs found."""

    hit: int = 0
    of: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(hit=self.hit + other.hit, of=self.of + other.of)

    @property
    def ratio(self) -> float:
        """Between 0 and 1; nothing to get wrong is 1."""
        return self.hit / self.of if self.of else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one file, or a part of the corpus, came to. Sources and leads are of the briefs that were found."""

    brief_precision: Share = field(default_factory=Share)
    brief_recall: Share = field(default_factory=Share)
    section_recall: Share = field(default_factory=Share)
    section_kind: Share = field(default_factory=Share)
    section_heading: Share = field(default_factory=Share)
    source_precision: Share = field(default_factory=Share)
    source_recall: Share = field(default_factory=Share)
    lead: Share = field(default_factory=Share)
    quiet: Share = field(default_factory=Share)
    notice: Share = field(default_factory=Share)
    no_wrong_article: Share = field(default_factory=Share)
    headline: Share = field(default_factory=Share)
    dek: Share = field(default_factory=Share)
    kicker: Share = field(default_factory=Share)
    authors: Share = field(default_factory=Share)
    published: Share = field(default_factory=Share)
    image_credit: Share = field(default_factory=Share)
    body_start: Share = field(default_factory=Share)
    body_end: Share = field(default_factory=Share)
    teaser_recall: Share = field(default_factory=Share)

    def __add__(self, other: "Score") -> "Score":
        return Score(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Brief:
    entry: str | None
    section: int
    brief: Json


def words(text: str | None) -> list[str]:
    """Return the words of `text` as they are compared: folded, without punctuation, dashes and quotes."""
    plain = unicodedata.normalize("NFKC", text or "").replace("\u00ad", "").casefold()
    return re.sub(r"[\W_]+", " ", plain).split()


def score(label: Json, found: Json) -> Score:
    """`found` is the document of `digest read --json`, `label` that of the corpus (tests/gather/corpus/README.md)."""
    return _sections(label, found) + _notice(label, found) + _article(label, found) + _teasers(label, found)


def disagreements(label: Json, found: Json) -> list[str]:
    """Return the names of the figures in which `found` falls short of `label`."""
    result = score(label, found)
    return [one.name for one in fields(result) if getattr(result, one.name).ratio < 1]


def _sections(label: Json, found: Json) -> Score:
    wanted, got = _briefs(label["sections"]), _briefs(found.get("sections") or [])
    pairs: list[tuple[_Brief, _Brief]] = []
    free = list(got)
    for one in wanted:
        match = next((other for other in free if _same_brief(one, other)), None)
        if match is not None:
            free.remove(match)
            pairs.append((one, match))
    homes: dict[int, int] = {}
    for one, other in pairs:
        homes.setdefault(one.section, other.section)
    sections, theirs = label["sections"], found.get("sections") or []
    sources = [_sources(one.brief["sources"], other.brief["sources"]) for one, other in pairs]
    return Score(
        brief_precision=Share(hit=len(pairs), of=len(got)),
        brief_recall=Share(hit=len(pairs), of=len(wanted)),
        section_recall=Share(hit=len(homes), of=len(sections)),
        section_kind=_share(sections[ours]["kind"] == theirs[home]["kind"] for ours, home in homes.items()),
        section_heading=_share(words(sections[ours]["heading"]) == words(theirs[home]["heading"]) for ours, home in homes.items()),
        source_precision=sum((precision for precision, _ in sources), Share()),
        source_recall=sum((recall for _, recall in sources), Share()),
        lead=_share(words(one.brief["lead"]) == words(other.brief["lead"]) for one, other in pairs),
        quiet=Share() if sections else Share(hit=int(not got), of=1),
    )


def _share(rights: Iterable[bool]) -> Share:
    known = list(rights)
    return Share(hit=sum(known), of=len(known))


def _briefs(sections: Sequence[Json]) -> list[_Brief]:
    return [_Brief(entry=one.get("entry"), section=at, brief=brief) for at, one in enumerate(sections) for brief in one["briefs"]]


def _same_brief(wanted: _Brief, got: _Brief) -> bool:
    text, starts, ends = words(got.brief["text"]), words(wanted.brief["starts"]), words(wanted.brief["ends"])
    return wanted.entry == got.entry and text[: len(starts)] == starts and text[-len(ends) :] == ends


def _sources(wanted: Sequence[str], got: Sequence[str]) -> tuple[Share, Share]:
    """Precision and recall; a wanted source `A|B` may go by either name."""
    names = [{_name(name) for name in one.split("|")} for one in wanted]
    theirs = [_name(one) for one in got]
    right = sum(any(one in either for either in names) for one in theirs)
    met = sum(any(one in either for one in theirs) for either in names)
    return Share(hit=right, of=len(theirs)), Share(hit=met, of=len(names))


def _name(text: str) -> str:
    known = words(text)
    return " ".join(known[1:] if len(known) > 1 and known[0] in _ARTICLES else known)


def _notice(label: Json, found: Json) -> Score:
    if label["kind"] == "feed":
        return Score()
    wrong_article = Share() if label["article"] else Share(hit=int(not _misled(label, found)), of=1)
    return Score(notice=_share([label["notice"] == found.get("notice")]), no_wrong_article=wrong_article)


def _misled(label: Json, found: Json) -> bool:
    """Whether a page without an article gave one; a paywall may show what stands before it."""
    return bool(found.get("article")) and label["notice"] != "paywall"


def _article(label: Json, found: Json) -> Score:
    wanted, got = label["article"], found.get("article") or {}
    if wanted is None:
        return Score()
    body, starts, ends = words(got.get("body_text")), words(wanted["first_words"]), words(wanted["last_words"])
    credit = (got.get("image") or {}).get("credit")
    return Score(
        headline=_share([words(wanted["headline"]) == words(got.get("headline"))]),
        dek=_share([words(wanted["dek"]) == words(got.get("dek"))]),
        kicker=_share([words(wanted["kicker"]) == words(got.get("kicker"))]),
        authors=_share([{*map(_name, wanted["authors"])} == {*map(_name, got.get("authors") or [])}]),
        published=_share([_same_time(wanted["published"], got.get("published"))]),
        image_credit=_share([_within(wanted["image_credit"], credit)]),
        body_start=_share([body[: len(starts)] == starts if starts else not body]),
        body_end=_share([body[-len(ends) :] == ends if ends else not body]),
    )


def _same_time(wanted: str | None, got: str | None) -> bool:
    if wanted is None or got is None:
        return wanted == got
    if len(wanted) == len("2026-03-06"):
        return got[: len(wanted)] == wanted
    return datetime.fromisoformat(wanted) == datetime.fromisoformat(got)


def _within(wanted: str | None, got: str | None) -> bool:
    """Whether both credits name the same: one may say "Photo:" or the agency's city besides."""
    ours, theirs = " ".join(words(wanted)), " ".join(words(got))
    return ours == theirs if not ours or not theirs else ours in theirs or theirs in ours


def _teasers(label: Json, found: Json) -> Score:
    theirs = {" ".join(words(one["headline"])) for one in found.get("teasers") or []}
    return Score(teaser_recall=_share(" ".join(words(one)) in theirs for one in label["teasers"]))
