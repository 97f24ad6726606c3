"""What MRML does not say about MJML: tags that do not match, words it does not know, sizes without a unit; with file and line."""

import re
from html import unescape
from html.entities import html5
from typing import Final

from digest.errors import RenderError
from digest.render.marks import told
from digest.render.mjml_words import ATTRIBUTES, FORBIDDEN, WITHIN, attribute_fault, nesting_fault
from digest.render.theme import Theme

_TOKEN: Final = re.compile(r"<!--.*?-->|<(?P<end>/)?(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*?)(?P<empty>/)?>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'([\w:-]+)(?:\s*=\s*("[^"]*"|\'[^\']*\'|[^\s"\']+))?')
_VOID: Final = frozenset({"br", "img", "hr", "meta", "link", "input", "wbr"})
# The HTML that mail programs show; whatever else is meant can be said with these.
_HTML: Final = re.compile(
    "a|abbr|b|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|img|ins|li|link|meta|ol|p|pre|q|s|small|span|strike|strong"
    "|su[bp]|table|tbody|t[dhr]|tfoot|thead|time|u|ul|wbr"
)
_UNIQUE: Final = frozenset({"mjml", "mj-head", "mj-body"})
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_BARE: Final = re.compile(r"&(?!#[0-9]+;|#[xX][0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_DEEPEST: Final = 64
_SCRIPTS: Final = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)


def lint_mjml(mjml: str, theme: Theme | None = None) -> None:
    """Check tags, attributes, units, alt texts and what stands in what.

    Raises RenderError with file, line and excerpt, and with what to write instead; `theme` is where the marks of lines lead.
    """
    open_tags: list[tuple[str, int]] = []
    seen: set[str] = set()
    end = 0
    for token in _TOKEN.finditer(mjml):
        if wrong := _words_fault(mjml[end : token.start()], open_tags):
            raise _located(mjml, end + wrong[0], wrong[1], wrong[2], theme)
        end = token.end()
        name = token["name"]
        if not name:
            continue
        outer = open_tags[-1] if open_tags else None
        if token["end"] and outer and outer[0] != name:
            raise _unclosed(mjml, outer, token, theme)
        fault = _tag_fault(token, open_tags)
        if not fault and not token["end"]:
            fault = _attributes_fault(name, token["rest"]) or _nesting_fault(mjml, token, outer, theme)
            if not fault and name in _UNIQUE:
                fault = f"a second <{name}>; a mail has one" if name in seen else None
                seen.add(name)
        if fault:
            raise _located(mjml, token.start(), f"<{token['end'] or ''}{name}", fault, theme)
    if open_tags:
        name, place = open_tags[-1]
        raise _located(mjml, place, f"<{name}", f"<{name}> is never closed", theme)


def _words_fault(words: str, open_tags: list[tuple[str, int]]) -> tuple[int, str, str] | None:
    """What is wrong between two tags: at which character of `words`, what to look for, and in which words."""
    inside = open_tags[-1][0] if open_tags else None
    if (stray := words.find("<")) >= 0:
        said = words[stray:].partition("\n")[0][:8]
        return stray, said, "a < that begins no whole tag or comment; close it, or write &lt; for the sign"
    for entity in _ENTITY.finditer(words):
        if f"{entity[1]};" not in html5:
            return entity.start(), entity[0], f"{entity[0]} is no entity of HTML; write the letter itself, or &amp; for the sign"
    # In a style it stands for the selector around.
    if inside != "mj-style" and (bare := _BARE.search(words)):
        return bare.start(), words[bare.start() :].partition("\n")[0][:8], "a bare & in text; write &amp; for the sign"
    if inside in WITHIN and (said := words.strip()):
        at = words.index(said)
        return at, said.split("\n")[0], f"words stand in <{inside}>, outside of any mj-text; put them into one"
    return None


def _nesting_fault(mjml: str, token: re.Match[str], outer: tuple[str, int] | None, theme: Theme | None) -> str | None:
    """What is wrong with where a tag stands; most often what it stands in was never closed, so that is named with its place."""
    wrong = nesting_fault(token["name"], outer[0] if outer else None)
    if not wrong or outer is None:
        return wrong
    return f"{wrong} (was <{outer[0]}> meant to be closed, {told(mjml, outer[1], f'<{outer[0]}', theme)[0]}?)"


def _unclosed(mjml: str, opened: tuple[str, int], closing: re.Match[str], theme: Theme | None) -> RenderError:
    """The error for a tag that is not closed where another closes: told at its own place where that is in another file."""
    here, _ = told(mjml, closing.start(), f"</{closing['name']}", theme)
    there, _ = told(mjml, opened[1], f"<{opened[0]}", theme)
    if here.partition(", line")[0] != there.partition(", line")[0]:
        return _located(mjml, opened[1], f"<{opened[0]}", f"<{opened[0]}> is not closed before </{closing['name']}> ({here})", theme)
    what = f"</{closing['name']}> closes <{opened[0]}>, opened on line {there.partition(', line ')[2].split()[0]}"
    return _located(mjml, closing.start(), f"</{closing['name']}", what, theme)


def _tag_fault(token: re.Match[str], open_tags: list[tuple[str, int]]) -> str | None:
    """What is wrong with one tag, or None; keeps `open_tags`."""
    name = token["name"]
    if token["end"]:
        if not open_tags:
            return f"</{name}> closes nothing"
        open_tags.pop()
        return None
    if wrong := _name_fault(name):
        return wrong
    if not token["empty"]:
        if name in _VOID:
            return f"<{name}> must end in />"
        open_tags.append((name, token.start()))
        if len(open_tags) > _DEEPEST:
            return f"{len(open_tags)} tags stand in one another here, and MRML ends at some thousands; close those that are done"
    return None


def _name_fault(name: str) -> str | None:
    family = next((word for word in FORBIDDEN if name == word or name.startswith(f"{word}-")), None)
    if family:
        return f"<{name}> is not for mail: {FORBIDDEN[family]}"
    if name.startswith("mj"):
        return None if name in ATTRIBUTES else f"unknown MJML tag <{name}>"
    return None if _HTML.fullmatch(name) else f"<{name}> is no HTML that mail programs show; use div, p, span or table"


def _attributes_fault(name: str, rest: str) -> str | None:
    found = _ATTRIBUTE.findall(rest)
    names = [attribute for attribute, _ in found]
    if name in {"img", "mj-image"} and "alt" not in names:
        return f'<{name}> has no alt: write alt="" where it only decorates'
    for attribute, quoted in found:
        wrong = None
        if not quoted.startswith('"'):
            wrong = f'write its value in double quotes: {attribute}="…"'
        elif names.count(attribute) > 1:
            wrong = "it is there twice, and MRML takes one of them"
        elif attribute.startswith("on"):
            wrong = "scripts do not run in mail; take it out"
        elif attribute in {"href", "src", "background-url"} and _SCRIPTS.match(unescape(quoted[1:-1])):
            wrong = "no mail program follows this; write an https:// address"
        elif name == "mj-style" and attribute == "inline":
            wrong = "MRML ignores it; write the style where it belongs"
        if wrong:
            return f"<{name}> {attribute}: {wrong}"
        if name in ATTRIBUTES and (wrong := attribute_fault(name, attribute, quoted[1:-1])):
            return wrong
    return None


def _located(mjml: str, at: int, said: str, what: str, theme: Theme | None) -> RenderError:
    place, excerpt = told(mjml, at, said, theme)
    return RenderError(f"{place}: {what}: {excerpt}")
