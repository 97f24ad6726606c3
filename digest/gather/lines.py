"""Plain text cut into blocks: paragraphs, short lines, dashes, rules; interface noise left out."""

import re
from collections import Counter
from dataclasses import replace

from digest.gather.blocks import DASH, Block, BlockKind, plain_block, tidy
from digest.gather.typed_links import with_links, without_links

_RULE = re.compile(r"^(?:[-–—_=*~#•.]\s?){3,}$")
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_SENTENCE = re.compile(r"[.!?…。][”\"’'»)\]]*$")
_NOISE = re.compile(
    r"(?:(?:follow|like|find|join) us(?: on .*)?|skip to (?:main )?content|(?:view|read"
    r"|open) (?:this e-?mail )?(?:in (?:your )?browser|online)|im browser (?:ansehen|öffnen)|menu|search|home"
    r"|share(?: this)?(?: article| story| on .*)?|tweet|print|email|e-mail|copy link|save|bookmark|listen|play|pause"
    r"|close|log ?in|sign (?:in|up)|register|subscribe(?: now)?"
    r"|advert(?:isement|ising)?|sponsored|ad|google cta|cta|cookie settings|facebook|twitter|x|linkedin|whatsapp"
    r"|telegram|reddit|instagram|youtube|show less|back to top|loading\.*|comments?(?: \(\d+\))?|\d+ comments?|a\+|a-"
    r"|anzeige|werbung|teilen|drucken|merken|publicité|partager|imprimer|publicidad|compartir|imprimir|publicidade"
    r"|compartilhar|реклама|поділитися)",
    re.IGNORECASE,
)
_MARKER = re.compile(
    r"^(?:keep reading|read (?:more|on|the (?:rest|full)[^.]{0,30})|continue reading|(?:see|show|view) more"
    r"|weiterlesen|mehr lesen|lire la suite|lire plus|seguir leyendo|leer más|sigue leyendo|continuar lendo"
    r"|continue lendo|leia mais|ler mais|читати далі|читати більше|детальніше)\s*(?:show less|show more|»|→|>|…"
    r"|\.\.\.)*\s*$",
    re.IGNORECASE,
)
# Each word is taken whole: a long number could else be parted into seven in countless ways.
_CAPS_LEAD = re.compile(r"^((?:[A-ZÀ-ÞА-ЯҐЄІЇ0-9](?:[A-ZÀ-ÞА-ЯҐЄІЇ0-9’'&/-]|\.(?!\s))++[ ,]*){1,7}?)(?=\s*(?::|\s[–—-]\s|—|\.\s))")
_BOLD_LEAD = re.compile(r"^(?:\*\*|__)(.{2,120}?)(?:\*\*|__)\s*")


def is_marker(text: str) -> bool:
    """Whether a line is the pointer that closes a teaser ("keep reading")."""
    return bool(_MARKER.match(text))


def is_prose(block: Block) -> bool:
    """Whether a block is running text and no label, headline or caption."""
    return block.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE} and (
        block.words >= 14 or bool(_SENTENCE.search(block.text) and block.words >= 8)
    )


def text_blocks(text: str) -> tuple[tuple[Block, ...], frozenset[int]]:
    """The blocks of a plain text, and the places of those that stood on a line of their own between blank lines."""
    groups = _groups(text)
    counts = Counter(_folded(line) for group in groups for line in group)
    blocks: list[Block] = []
    alone: set[int] = set()
    for group in groups:
        lines = [line for line in group if not _is_noise(without_links(line)[0], counts[_folded(line)])]
        for line in _unwrapped(lines):
            block = _block(line)
            if block is None:
                continue
            if len(group) == 1:
                alone.add(len(blocks))
            blocks.append(block)
    return tuple(blocks), frozenset(alone)


def _groups(text: str) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for raw in re.split(r"\r\n|[\n\r\u2028\x0b\x0c\x85]|\u2029", text):
        line = tidy("".join(letter for letter in raw if letter >= " " or letter == "\t"))
        if line:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _folded(line: str) -> str:
    return without_links(line)[0].casefold()


def _is_noise(line: str, times: int) -> bool:
    """Interface words: known ones, and short lower-case labels that come again and again."""
    if is_marker(line):
        return False
    if _NOISE.fullmatch(line):
        return True
    return times >= 2 and len(line.split()) <= 3 and line == line.lower() and not re.search(r"[\d|.:!?,;–—-]", line)


def _unwrapped(lines: list[str]) -> list[str]:
    """Lines that were wrapped at a fixed width joined again: all but the last are about as long, and sentences run on."""
    if len(lines) < 2 or (
        any(DASH.match(line) or _MARKDOWN_HEADING.match(line) for line in lines[:1]) and not any(DASH.match(line) for line in lines)
    ):
        return lines
    longest = max(len(line) for line in lines)
    broken = [line for line in lines[:-1] if not _SENTENCE.search(line) and len(line) * 4 >= longest * 3]
    if not 40 <= longest <= 100 or len(broken) * 2 < len(lines) - 1:
        return lines
    joined: list[str] = []
    previous = 0
    for line in lines:
        fresh = not joined or DASH.match(line) or _MARKDOWN_HEADING.match(line) or _RULE.match(line)
        runs_on = joined and previous * 4 >= longest * 3
        if fresh or not runs_on:
            joined.append(line)
        else:
            joined[-1] += " " + line
        previous = len(line)
    return joined


def _block(typed: str) -> Block | None:
    line, links = without_links(typed)
    block = _shaped(line)
    return with_links(block, line, links) if block is not None and links else block


def _shaped(line: str) -> Block | None:  # noqa: PLR0911  one return a shape
    if _RULE.match(line):
        return Block(kind=BlockKind.RULE, text="", html="")
    heading = _MARKDOWN_HEADING.match(line)
    if heading and len(heading[2]) < 200:
        return plain_block(heading[2].strip("*_ "), BlockKind.HEADING, level=len(heading[1]))
    dash = DASH.match(line)
    if dash:
        rest = line[dash.end() :]
        lead, rest = _lead(rest)
        return replace(plain_block(rest, BlockKind.ITEM, lead), group=1)
    whole = re.fullmatch(r"(?:\*\*|__)(.{2,160}?)(?:\*\*|__):?", line)
    if whole:
        return plain_block(whole[1], BlockKind.LINE, level=7)
    lead, line = _lead(line)
    words = len(line.split())
    if not lead and words <= 16 and len(line) <= 130 and not re.search(r"[.。…][”\"’'»)\]]*$", line):
        return plain_block(line, BlockKind.LINE, level=7)
    if line.startswith("> "):
        return plain_block(line[2:], BlockKind.QUOTE)
    return plain_block(line, BlockKind.PARAGRAPH, lead)


def _lead(line: str) -> tuple[str | None, str]:
    """The lead-in that asterisks or capitals mark, and the line without the asterisks."""
    bold = _BOLD_LEAD.match(line)
    if bold:
        rest = line[bold.end() :]
        return bold[1].strip(), f"{bold[1].strip()} {rest}".strip() if rest and rest[0] not in ":,.;" else bold[1].strip() + rest
    caps = _CAPS_LEAD.match(line)
    if caps and len(caps[1].strip()) >= 5 and len(line) > len(caps[1]) + 40:
        return caps[1].strip(), line
    return None, line
