"""What MRML does not say about MJML: tags that do not match, words it does not know, sizes without a unit; with block and line."""

import re
from typing import Final

from digest.errors import RenderError
from digest.render.mjml_words import ATTRIBUTES, FORBIDDEN, attribute_fault

_TOKEN: Final = re.compile(
    r"<!-- (?P<block>\S+) -->|<!--.*?-->|<(?P<end>/)?(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*?)(?P<empty>/)?>", re.DOTALL
)
_ATTRIBUTE: Final = re.compile(r'([\w:-]+)(?:\s*=\s*("[^"]*"|\'[^\']*\'|[^\s"\']+))?')
_VOID: Final = frozenset({"br", "img", "hr", "meta", "link", "input", "wbr"})
# The HTML that mail programs show; whatever else is meant can be said with these.
_HTML: Final = re.compile(
    "a|abbr|b|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|img|ins|li|link|meta|ol|p|pre|q|s|small|span|strike|strong"
    "|su[bp]|table|tbody|t[dhr]|tfoot|thead|time|u|ul|wbr"
)
_UNIQUE: Final = frozenset({"mjml", "mj-head", "mj-body"})
_BLOCKS: Final = re.compile(r"<!-- (\S+) -->")


def lint_mjml(mjml: str) -> None:
    """Check tags, attributes, units and alt texts; raises RenderError with block, line, excerpt and what to write instead."""
    block = "layout"
    open_tags: list[tuple[str, int]] = []
    seen: set[str] = set()
    for token in _TOKEN.finditer(mjml):
        block = token["block"] or block
        if not token["name"]:
            continue
        wrong = _tag_fault(token, open_tags) or (None if token["end"] else _attributes_fault(token["name"], token["rest"]))
        if not wrong and not token["end"] and token["name"] in _UNIQUE:
            wrong = f"a second <{token['name']}>; a mail has one" if token["name"] in seen else None
            seen.add(token["name"])
        if wrong:
            raise _located(mjml, block, token.start(), wrong)
    if open_tags:
        name, place = open_tags[-1]
        raise _located(mjml, (_BLOCKS.findall(mjml[:place]) or ["layout"])[-1], place, f"<{name}> is never closed")


def _tag_fault(token: re.Match[str], open_tags: list[tuple[str, int]]) -> str | None:
    """What is wrong with one tag, or None; keeps `open_tags`."""
    name = token["name"]
    if token["end"]:
        if not open_tags or open_tags[-1][0] != name:
            return f"</{name}> closes {f'<{open_tags[-1][0]}>' if open_tags else 'nothing'}"
        open_tags.pop()
        return None
    if wrong := _name_fault(name):
        return wrong
    if not token["empty"]:
        if name in _VOID:
            return f"<{name}> must end in />"
        open_tags.append((name, token.start()))
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
        elif name == "mj-style" and attribute == "inline":
            wrong = "MRML ignores it; write the style where it belongs"
        if wrong:
            return f"<{name}> {attribute}: {wrong}"
        if name in ATTRIBUTES and (wrong := attribute_fault(name, attribute, quoted[1:-1])):
            return wrong
    return None


def _located(mjml: str, block: str, place: int, what: str) -> RenderError:
    line = mjml.count("\n", 0, place) + 1
    excerpt = mjml.split("\n")[line - 1].strip()[:120]
    return RenderError(f"{block}, line {line} of the edition's MJML: {what}: {excerpt}")
