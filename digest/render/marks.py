"""Places: comments in the MJML that say which file and line of a theme a tag came from, until the linters have read them."""

import re
from typing import Final

from digest.render.theme import Theme

_TAG_FIRST: Final = re.compile(r"[ \t]*(?=</?[A-Za-z])")
_PLACE: Final = re.compile(r"<!--@(?P<file>[^>@]+)@(?P<line>\d+)@-->")
_NAMED: Final = (".mjml", ".jinja")
# What a line may begin within: there no comment can stand.
_WITHIN: Final = (("<!--", "-->"), ("{%", "%}"), ("{{", "}}"), ("{#", "#}"))


def marked_lines(source: str, template: str) -> str:
    """Return a template's source with a comment before each line that begins with a tag; no line moves.

    A block also begins with its name in a comment, which stays in the MJML for whoever reads it.
    """
    if not template.endswith(_NAMED):
        return source
    lines = source.split("\n")
    within = ""
    for number, line in enumerate(lines, 1):
        if not within and (indent := _TAG_FIRST.match(line)):
            lines[number - 1] = f"{indent[0]}<!--@{template}@{number}@-->{line[indent.end() :]}"
        within = _still(line, within)
    marked = "\n".join(lines)
    return f"<!-- {template} -->{marked}" if template.startswith("blocks/") and template.endswith(".mjml") else marked


def open_comment(source: str) -> int | None:
    """Return the line whose comment never ends, None where all do: it would swallow whatever comes after the file."""
    within, begun = "", 0
    for number, line in enumerate(source.split("\n"), 1):
        before, within = within, _still(line, within)
        begun = number if within and not before else begun
    return begun if within == "-->" else None


def unmarked(mjml: str) -> str:
    """Return the MJML without the places."""
    return _PLACE.sub("", mjml)


def told(mjml: str, at: int, said: str, theme: Theme | None) -> tuple[str, str]:
    """Return where what stands at `at` of marked MJML came from, and that line's words, cut.

    `said` is what to look for from the last place on: a line whose tag comes after an expression has no place of its own.
    Without a place before it, it is the line and the block of the MJML itself.
    """
    start = mjml.rfind("<!--@", 0, at)
    place = _PLACE.match(mjml, start) if start >= 0 else None
    if place is None or theme is None:
        line = mjml.count("\n", 0, at) + 1
        block = (re.findall(r"<!-- (\S+) -->", mjml[:at]) or ["layout"])[-1]
        return f"{block}, line {line} of the edition's MJML", _cut(unmarked(mjml.split("\n")[line - 1]))
    line = int(place["line"])
    path = next((path for folder in theme.folders if (path := folder / place["file"]).is_file()), None)
    lines = path.read_text(encoding="utf-8-sig", errors="replace").split("\n") if path else [""] * line
    line += mjml.count("\n", place.end(), at) if said not in "\n".join(lines[line - 1 :]) else 0
    found = next((number for number in range(line, len(lines) + 1) if said in lines[number - 1]), min(line, len(lines)))
    return f"template {theme.name}/{place['file']}, line {found}", _cut(lines[found - 1])


def found_in(mjml: str, theme: Theme, words: str) -> str:
    """Return where `words` stand in marked MJML, with that line; the words themselves, cut, where they do not stand there."""
    at = mjml.find(words)
    return ": ".join(told(mjml, at, words, theme)) if at >= 0 else _cut(words)


def _cut(line: str) -> str:
    return line.strip()[:120]


def _still(line: str, within: str) -> str:
    """What the end of a line stands within, where its beginning stood within `within`; "" for nothing."""
    at = 0
    while True:
        if within:
            end = line.find(within, at)
            if end < 0:
                return within
            at, within = end + len(within), ""
        opened = [(place, close) for start, close in _WITHIN if (place := line.find(start, at)) >= 0]
        if not opened:
            return ""
        at, within = min(opened)
        at += 2
