"""Items that their writer numbered by hand: "1. …", "2) …" in paragraphs or lines, without a list's elements."""

import re
from collections.abc import Sequence
from dataclasses import replace

from digest.gather.blocks import Block, BlockKind

_NUMBER = re.compile(r"^\(?(?P<number>\d{1,2})(?:[.)]|️?⃣)\s+(?=\S)")


def number_of(text: str) -> int | None:
    """The number that opens a line of such a list, or None."""
    match = _NUMBER.match(text)
    return int(match["number"]) if match else None


def counts_up(texts: Sequence[str]) -> bool:
    """Whether the numbered ones among `texts` count from one up, and the first of all is such."""
    numbers = [number for text in texts if (number := number_of(text)) is not None]
    return len(numbers) >= 2 and number_of(texts[0]) == 1 and numbers == list(range(1, len(numbers) + 1))


def all_numbered(texts: Sequence[str]) -> bool:
    """Whether every one of `texts` is numbered, counting from one up."""
    return bool(texts) and counts_up(texts) and all(number_of(text) is not None for text in texts)


def without_numbers(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with their numbers taken off and made items, where paragraphs count from one up; else as they are."""
    kinds = {BlockKind.PARAGRAPH, BlockKind.LINE}
    if not blocks or blocks[0].kind not in kinds or not counts_up([block.text for block in blocks if block.kind in kinds]):
        return list(blocks)
    return [_bare(block) if block.kind in kinds and number_of(block.text) is not None else block for block in blocks]


def _bare(block: Block) -> Block:
    mark = _NUMBER.match(block.text)
    if mark is None:
        return block
    number = re.escape(mark[0].strip())
    markup = re.sub(r"^((?:<[^>]+>|\s)*)" + number + r"\s*", r"\1", block.html, count=1)
    markup = re.sub(r"^<(strong|em|u|b|i)>\s*</\1>\s*", "", markup)
    lead = (block.lead or "").removeprefix(mark[0].strip()).strip()
    return replace(block, kind=BlockKind.ITEM, text=block.text[mark.end() :], html=markup, lead=lead or None, level=0, group=1)
