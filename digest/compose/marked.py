"""Text as an editor types it, a small part of Markdown (**bold**, *italic*, [links](https://…)), to sanitised HTML and back.

Written flat: each run of words stands between its own marks, so nothing nests and any run of stars reads one way.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from html import escape, unescape
from itertools import groupby
from typing import Final

from digest.compose.markup import body_html, inline_html, note_html, plain_text

_TAG: Final = re.compile(r"<(/?)(a|em|strong|i|b)(?: href=\"([^\"]*)\")?>|([^<]+)|<[^>]*>?")
_LINK: Final = re.compile(r"\\.|\[((?:\\.|[^\[\]\\])*)\]\(((?:https?://|mailto:)[^\s()<>]*)\)")
_TOKEN: Final = re.compile(r"\\([\\*\[\]•>.)#-])|(\*+)|([^\\*]+|\\)")
_BLOCK: Final = re.compile(r"<(p|ul|ol|blockquote|h[2-4])>(.*?)</\1>|((?:[^<]+|<(?!(?:p|ul|ol|blockquote|h[2-4])>)[^>]*>)+)", re.DOTALL)
_ITEM: Final = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_BULLET: Final = re.compile(r"[-*•] +")
_NUMBER: Final = re.compile(r"\d{1,3}[.)] +")
_HEADING: Final = re.compile(r"(#{2,4}) +(?=\S)")
_MOST_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class _Run:
    """Words in one style; `href` is "" outside links."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""


def to_marked(html: str) -> str:
    """Return a brief's inline HTML as an editor types it: `<br>` is a new line, `<br><br>` an empty one."""
    return "\n".join(_line_marked(line) for line in inline_html(html).split("<br>"))


def from_marked(text: str) -> str:
    """Return typed text as sanitised inline HTML; whatever is no mark is text, tags included."""
    return inline_html("<br>".join(_line_html(line.strip()) for line in _lines(text)))


def note_to_marked(html: str) -> str:
    """Return a note's HTML as an editor types it: paragraphs parted by an empty line, `- ` items, `> ` quotations."""
    return "\n\n".join(filter(None, (_block_marked(found) for found in _BLOCK.finditer(note_html(html)))))


def note_from_marked(text: str) -> str:
    """Return typed text as the sanitised HTML of a note."""
    blocks = (block.strip() for block in re.split(r"\n[ \t]*\n", "\n".join(_lines(text))))
    return note_html("".join(_block_html(block.split("\n")) for block in blocks if block))


def body_to_marked(html: str) -> str:
    """Return an article's body as an editor types it: a note's marks, and headings as `## `, `### ` and `#### `."""
    return "\n\n".join(filter(None, (_block_marked(found, headings=True) for found in _BLOCK.finditer(body_html(html)))))


def body_from_marked(text: str) -> str:
    """Return typed text as the sanitised HTML of an article's body."""
    blocks = (block.strip() for block in re.split(r"\n[ \t]*\n", "\n".join(_lines(text))))
    return body_html("".join(part for block in blocks if block for part in _headed(block.split("\n"))))


def _headed(lines: list[str]) -> Iterable[str]:
    """Yield the headings that open a block, each as its own, then the rest."""
    at = 0
    while at < len(lines) and (found := _HEADING.match(lines[at].strip())):
        tag = f"h{len(found[1])}"
        yield f"<{tag}>{_line_html(lines[at].strip()[found.end() :])}</{tag}>"
        at += 1
    if lines[at:]:
        yield _block_html(lines[at:])


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _block_html(lines: list[str]) -> str:
    stripped = [line.strip() for line in lines]
    for start, tag in ((_BULLET, "ul"), (_NUMBER, "ol")):
        if all(start.match(line) for line in stripped):
            items = "".join(f"<li>{_line_html(start.sub('', line, count=1))}</li>" for line in stripped)
            return f"<{tag}>{items}</{tag}>"
    if all(line.startswith(">") for line in stripped):
        return f"<blockquote><p>{'<br>'.join(_line_html(line[1:].strip()) for line in stripped)}</p></blockquote>"
    return f"<p>{'<br>'.join(_line_html(line) for line in stripped)}</p>"


def _block_marked(found: re.Match[str], *, headings: bool = False) -> str:
    tag, inner, loose = found.groups()
    if tag and tag[0] == "h":
        return " ".join(filter(None, ("#" * int(tag[1]), *to_marked(inner).split("\n")))) if plain_text(inner) else ""
    if tag in {"ul", "ol"}:
        items = [to_marked(item).replace("\n", " ") for item in _ITEM.findall(inner)]
        return "\n".join(f"{'-' if tag == 'ul' else f'{place}.'} {item}" for place, item in enumerate(items, 1))
    if tag == "blockquote":
        return "\n".join(f"> {line}" for line in to_marked(inner).split("\n") if line)
    marked = to_marked(loose if tag is None else inner)
    # A paragraph that only looks like an item, a quotation or a heading stays a paragraph.
    marked = re.sub(r"^(\d{0,3})(?=[-•>.)]|\* )", r"\1\\", marked)
    return re.sub(r"^(?=#)", r"\\", marked) if headings else marked


def _line_marked(html: str) -> str:
    runs = _runs(html)
    escaped = "".join(_written(runs))
    bare = "".join(_written(runs, escape_signs=False))
    # Where a star or bracket reads as itself, as in "5 * 3", it stands as it was typed.
    return bare if bare != escaped and _line_html(bare.strip()) == _line_html(escaped.strip()) else escaped


def _runs(html: str) -> list[_Run]:
    """Return flat runs of sanitised inline HTML, neighbours of one style joined, spaces moved out of the marks."""
    open_tags = {"strong": 0, "em": 0}
    href = ""
    runs: list[_Run] = []
    for closing, tag, link, text in _TAG.findall(html):
        name = {"b": "strong", "i": "em"}.get(tag, tag)
        if text:
            run = _Run(unescape(text), open_tags["strong"] > 0, open_tags["em"] > 0, href)
            if runs and replace(runs[-1], text="") == replace(run, text=""):
                run = replace(run, text=runs.pop().text + run.text)
            runs.append(run)
        elif name == "a":
            href = "" if closing else unescape(link)
        elif name:
            open_tags[name] += -1 if closing else 1
    return runs


def _written(runs: Iterable[_Run], *, escape_signs: bool = True) -> Iterable[str]:
    for href, linked in groupby(runs, key=lambda run: run.href):
        text = "".join(_starred(run, escape_signs=escape_signs) for run in linked)
        words = text.strip()
        if href and words:
            lead, _, tail = text.partition(words)
            address = href.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
            text = f"{lead}[{words}]({address}){tail}"
        yield text


def _starred(run: _Run, *, escape_signs: bool) -> str:
    words = run.text.strip()
    if not words:
        return run.text
    lead, _, tail = run.text.partition(words)
    mark = "*" * (2 * run.strong + run.em)
    escaped = re.sub(r"([\\*\[\]])", r"\\\1", words) if escape_signs else words
    return f"{lead}{mark}{escaped}{mark}{tail}"


def _line_html(line: str) -> str:
    out, at = [], 0
    for found in _LINK.finditer(line):
        if found[2] is None:  # an escaped sign, which opens no link
            continue
        out.append(_styled(line[at : found.start()]))
        label = _styled(found[1])
        out.append(f'<a href="{escape(found[2])}">{label}</a>' if plain_text(label) else escape(found[0], quote=False))
        at = found.end()
    return "".join(_tagged(_runs("".join([*out, _styled(line[at:])]))))


def _tagged(runs: Iterable[_Run]) -> Iterable[str]:
    """Write runs as HTML, each in its own tags and with its spaces outside of them, so that one text has one form."""
    for href, linked in groupby(runs, key=lambda run: run.href):
        text = "".join(_in_tags(run) for run in linked)
        words = text.strip()
        lead, _, tail = text.partition(words) if words else (text, "", "")
        yield f'{lead}<a href="{escape(href)}">{words}</a>{tail}' if href and words else text


def _in_tags(run: _Run) -> str:
    words = run.text.strip()
    if not words:
        return run.text
    lead, _, tail = run.text.partition(words)
    said = escape(words, quote=False)
    said = f"<em>{said}</em>" if run.em else said
    return f"{lead}{f'<strong>{said}</strong>' if run.strong else said}{tail}"


@dataclass(slots=True)
class _Reading:
    """One reading of a stretch without links: what is open, and where it was opened."""

    strong: int | None = None
    em: int | None = None
    out: list[str] = field(default_factory=list)


def _styled(text: str) -> str:
    """Return `text` with its stars as tags; stars that open and never close are stars."""
    literal: set[int] = set()
    for _ in range(_MOST_TRIES):
        reading = _read(text, literal)
        unclosed = {place for place in (reading.strong, reading.em) if place is not None}
        if not unclosed:
            return "".join(reading.out)
        literal |= unclosed
    return escape(text, quote=False)


def _read(text: str, literal: set[int]) -> _Reading:
    reading = _Reading()
    for found in _TOKEN.finditer(text):
        escaped, stars, words = found.groups()
        if stars and found.start() not in literal:
            ahead, behind = text[found.end() : found.end() + 1], text[found.start() - 1 : found.start()] if found.start() else ""
            _turn(reading, len(stars), found.start(), opens=bool(ahead.strip()), closes=bool(behind.strip()))
            continue
        said = escape(escaped or words or stars, quote=False)
        styled = f"<em>{said}</em>" if reading.em is not None else said
        reading.out.append(f"<strong>{styled}</strong>" if reading.strong is not None else styled)
    return reading


def _turn(reading: _Reading, count: int, place: int, *, opens: bool, closes: bool) -> None:
    """Read a run of stars: close what is open as far as it reaches, then open with what is left; else they are stars."""
    both = reading.em is not None and count == 2 and reading.strong is None  # `*a **b** c*`
    if closes and not both:
        if reading.em is not None and count != 2:
            reading.em, count = None, count - 1
        if reading.strong is not None and count >= 2:
            reading.strong, count = None, count - 2
        if reading.em is not None and reading.strong is None and count == 1:
            reading.em, count = None, 0
    if not count:
        return
    if opens and count <= 3 and not (count != 2 and reading.em is not None) and not (count >= 2 and reading.strong is not None):
        if count >= 2:
            reading.strong = place
        if count != 2:
            reading.em = place
        return
    reading.out.append("*" * count)
