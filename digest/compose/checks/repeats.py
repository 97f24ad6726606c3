"""The same story twice: within the edition by address or by words, and in an earlier edition of the newsletter."""

import re
from collections.abc import Iterator
from typing import Final

from digest.compose.checks.case import Case, finding, items, lines_of, name_of
from digest.compose.markup import plain_text
from digest.compose.match import address_key
from digest.model.edition import Article, Brief, Finding, Item, Severity

_WORD: Final = re.compile(r"[^\W_]+")
_HREF: Final = re.compile(r'href="(https?://[^"]+)"')
# Runs of so many words that two texts share are copied, not chance; of a shorter text fewer runs would prove nothing.
_RUN: Final = 5
_LEAST_RUNS: Final = 20
_MOST_WORDS: Final = 400
# What tells by which way a reader comes, and nothing of the page.
_TRACKING: Final = re.compile(r"(?:(?<=\?)|&)(?:utm_\w+|fbclid|gclid|msclkid|mc_cid|mc_eid|igshid)=[^&]*")


def repeats(case: Case) -> Iterator[Finding]:
    """An item that stands there already, or tells a story that another one tells."""
    seen: dict[str, Item] = {}
    told: list[Item] = []
    for item in items(case.edition):
        same = _same(item)
        if same in seen:
            message = f"{name_of(item)} stands in the edition twice"
            yield finding("repeated_item", Severity.WARN, message, "Remove one of the two.", item.id)
            continue
        seen[same] = item
        told.append(item)
    yield from _one_story(told)


def ran_before(case: Case) -> Iterator[Finding]:
    """What an earlier edition of the newsletter held."""
    there = {item.id: item for item in items(case.edition)}
    for ran in case.facts.ran:
        if ran.item in there:
            message = f"{name_of(there[ran.item])} ran in No. {ran.number} already"
            yield finding("ran_before", Severity.WARN, message, "Remove it, or say what is new in it.", ran.item, about=str(ran.number))


def _one_story(told: list[Item]) -> Iterator[Finding]:
    """Briefs that lead to an article of the edition, and texts that share half their words in runs."""
    articles = {_page_of(item.url): item for item in told if isinstance(item, Article) and item.url}
    runs = {item.id: _runs(item) for item in told}
    for place, item in enumerate(told):
        # A column's briefs may well link to the column; a brief about another article of the edition tells it twice.
        twin: Item | None = next(
            (articles[key] for key in _leads_to(item) if key in articles and articles[key].entry != getattr(item, "entry", None)), None
        )
        if twin is None:
            twin = next((other for other in told[:place] if _shared(runs[other.id], runs[item.id])), None)
        if twin is not None and twin.id != item.id:
            message = f"{name_of(item)} tells the story of {name_of(twin)} again"
            yield finding(
                "repeated_story", Severity.WARN, message, "Keep the one that says more, or let each say its own.", item.id, about=twin.id
            )


def _same(item: Item) -> str:
    if isinstance(item, Article):
        return f"address {_page_of(item.url)}" if item.url else f"headline {item.headline}"
    return f"words {' '.join(plain_text(item.html).casefold().split())}"


def _page_of(url: str) -> str:
    """What two addresses of one page share, their campaigns left out."""
    return _TRACKING.sub("", address_key(url)).replace("?&", "?").removesuffix("?")


def _leads_to(item: Item) -> list[str]:
    if not isinstance(item, Brief):
        return []
    return [_page_of(url) for url in (*(one.url for one in item.sources if one.url), *_HREF.findall(item.html))]


def _runs(item: Item) -> frozenset[tuple[str, ...]]:
    parts = (item.headline, item.dek or "", lines_of(item.body_html)) if isinstance(item, Article) else (lines_of(item.html),)
    words = _WORD.findall(" ".join(parts).casefold())[:_MOST_WORDS]
    return frozenset(tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _shared(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    least = min(len(one), len(other))
    return least >= _LEAST_RUNS and 2 * len(one & other) >= least
