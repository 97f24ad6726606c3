"""Pointers to other articles below a plain text: headline, kicker, credit and lead of each."""

from collections.abc import Sequence

from digest.gather.blocks import Block, BlockKind
from digest.gather.headings import credit_of, ends_section, is_furniture, looks_like_caption
from digest.gather.lines import is_marker, is_prose
from digest.model.page import Teaser


def text_teasers(blocks: Sequence[Block]) -> tuple[Teaser, ...]:
    """The teasers in `blocks`: each ends at a "keep reading"; where none stands, there are none."""
    teasers: list[Teaser] = []
    run: list[Block] = []
    for block in blocks:
        if is_marker(block.text):
            teaser = _teaser(run)
            if teaser:
                teasers.append(teaser)
            run = []
        else:
            run.append(block)
    return tuple(teasers)


def _teaser(run: list[Block]) -> Teaser | None:
    """One teaser from its blocks: the prose at the end is its lead, the lines just above are its headline and kicker."""
    stop = len(run)
    while stop and is_prose(run[stop - 1]) and not _caption(run[stop - 1]):
        stop -= 1
    lead = "\n\n".join(block.text for block in run[stop:]) or None
    lines: list[Block] = []
    place = stop
    while place and not _caption(run[place - 1]) and not is_prose(run[place - 1]) and len(lines) < 3:
        place -= 1
        if run[place].kind is not BlockKind.RULE and not is_furniture(run[place].text) and not ends_section(run[place].text):
            lines.insert(0, run[place])
    credit = next((credit_of(block.text) or block.text for block in reversed(run[:stop]) if _caption(block)), None)
    if not lines:
        return None
    caption = place and _caption(run[place - 1])
    pair = lines if caption or len(lines) < 3 else lines[-2:]
    headline = max(pair, key=_headline_weight)
    others = [line for line in pair if line is not headline and line.words <= 6]
    return Teaser(headline=headline.text, kicker=others[-1].text if others else None, lead=lead, credit=credit)


def _caption(block: Block) -> bool:
    return credit_of(block.text) is not None or looks_like_caption(block.text)


def _headline_weight(block: Block) -> float:
    """How much a line looks like a headline: words count, and small words and marks that labels do not have."""
    small = sum(word[:1].islower() for word in block.text.split())
    marks = sum(letter in "’'?!:,;" for letter in block.text)
    return block.words + small + marks
