"""What editors teach about a source's briefs: lessons checked and put together, and what an entry offers to be taught."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from digest.errors import InputError
from digest.gather.blocks import Block, BlockKind, tidy
from digest.gather.briefs import find_briefs
from digest.gather.canonical import host_of
from digest.gather.read import entry_with_briefs
from digest.gather.selector import checked_selector
from digest.gather.walk import html_blocks
from digest.model.page import FoundBrief
from digest.model.source import UNTAUGHT, Entry, Taught

_MOST = 40  # headings or names of one source
_LONGEST = 120  # characters of a heading or a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What could be briefs in an entry: what stands under `heading`, or, where that is None, a run that nothing heads."""

    heading: str | None
    briefs: tuple[FoundBrief, ...]


def checked(lesson: Taught) -> Taught:
    """The lesson without empty words, each once; raises InputError naming what cannot be used."""
    headings = _lines(lesson.headings, "heading")
    names = [(tidy(left), tidy(right)) for left, right in lesson.aliases if tidy(left) or tidy(right)]
    for left, right in names:
        if not left or not right or max(len(left), len(right)) > _LONGEST:
            raise InputError(
                f"the name {f'{left} = {right}'[:60]!r} is not whole; write what stands in the briefs, =, and the outlet's usual name"
            )
    if len(names) > _MOST:
        raise InputError(f"{len(names)} names for sources are more than the {_MOST} that one source may have; leave some out")
    selector = checked_selector(lesson.selector) if lesson.selector and lesson.selector.strip() else None
    return Taught(headings=headings, selector=selector, aliases=tuple(dict(names).items()), runs=lesson.runs)


def learnt(taught: Taught, lesson: Taught) -> Taught:
    """What a source knows after `lesson`, which adds to what it was taught before; a new selector replaces the old one."""
    return checked(
        Taught(
            headings=(*taught.headings, *lesson.headings),
            selector=lesson.selector or taught.selector,
            aliases=(*taught.aliases, *lesson.aliases),
            runs=taught.runs or lesson.runs,
        )
    )


def relearnt(entry: Entry, taught: Taught) -> Entry:
    """An entry read again in its own kept text with what its source was taught; where nothing new is found it stays as it is."""
    again = entry_with_briefs(replace(entry, sections=(), suggestions=()), host_of(entry.url or ""), taught)
    if not again.sections:
        return replace(entry, suggestions=entry.suggestions or again.suggestions)
    known = {brief.text for section in again.sections for brief in section.briefs}
    # Sections that its page gave may stand outside the kept text: they stay.
    others = tuple(section for section in entry.sections if not any(brief.text in known for brief in section.briefs))
    return replace(entry, sections=(*others, *again.sections), suggestions=())


def offers(entry: Entry) -> tuple[Offer, ...]:
    """What in an entry's text an editor may call briefs: under each of its headings, and in its runs, what is none yet."""
    if not entry.content_html or len(entry.content_html) > 1_000_000:
        return ()
    own = host_of(entry.url or "")
    blocks = html_blocks(entry.content_html, entry.url or "")
    known = {brief.text for section in entry.sections for brief in section.briefs}
    found = [
        Offer(heading=heading, briefs=section.briefs)
        for heading in _headings(blocks)
        for section in find_briefs(blocks, own, taught=Taught(headings=(heading,))).sections
        if section.heading == heading
    ]
    runs = [Offer(heading=None, briefs=section.briefs) for section in find_briefs(blocks, own, taught=UNTAUGHT).suggestions]
    told = {brief.text for offer in found for brief in offer.briefs}
    fresh = [offer for offer in (*found, *runs) if not any(brief.text in known for brief in offer.briefs)]
    return tuple(offer for offer in fresh if offer.heading or not any(brief.text in told for brief in offer.briefs))


def is_likely(offer: Offer) -> bool:
    """Whether an offer is worth showing unasked: several short items, and no chapter of an article."""
    return len(offer.briefs) >= 2 and sum(len(brief.text) for brief in offer.briefs) <= 320 * len(offer.briefs)


def _headings(blocks: Sequence[Block]) -> list[str]:
    heads = {BlockKind.HEADING, BlockKind.LINE}
    words = (tidy(block.text) for block in blocks if block.kind in heads or (block.words <= 8 and block.text.endswith(":")))
    return list(dict.fromkeys(word for word in words if len(word) <= _LONGEST))[:_MOST]


def _lines(words: Sequence[str], what: str) -> tuple[str, ...]:
    """Lines without empty ones, each once whatever its case."""
    kept: dict[str, str] = {}
    for word in words:
        line = tidy(word)
        if len(line) > _LONGEST:
            raise InputError(
                f"the {what} {line[:40]!r}… has {len(line)} characters, more than {_LONGEST}; give the words that stand over the briefs"
            )
        if any(letter.isalnum() for letter in line):
            kept.setdefault(line.casefold(), line)
    if len(kept) > _MOST:
        raise InputError(f"{len(kept)} {what}s are more than the {_MOST} that one source may have; leave some out")
    return tuple(kept.values())
