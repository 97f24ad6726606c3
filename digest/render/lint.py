"""What MRML does not say: tags that do not match, with block and line; and what may not stand in the HTML it gave."""

import re
from typing import Final

from digest.errors import RenderError
from digest.render.slots import split

_TOKEN: Final = re.compile(
    r"<!-- (?P<block>\S+) -->|<!--.*?-->|<(?P<end>/)?(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*?)(?P<empty>/)?>", re.DOTALL
)
_COMPONENTS: Final = re.compile(
    "mjml|mj-(?:head|body|attributes|all|class|style|title|breakpoint|raw|section|column|group|text|button|image|divider|spacer"
    "|wrapper|table|hero|navbar(?:-link)?|social(?:-element)?|accordion(?:-element|-title|-text)?)"
)
_VOID: Final = frozenset({"br", "img", "hr", "meta", "link", "input", "wbr"})
_IMAGE: Final = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_DEBUG_FORMAT: Final = re.compile(r"<[A-Za-z][^<>]*\\(?:u\{|n|\\)")
_FORBIDDEN: Final = {
    "<script": "scripts do not run in mail",
    "<iframe": "frames do not show in mail",
}


def lint_mjml(mjml: str) -> None:
    """Check that tags match and are known, and that pictures have an alt; raises RenderError with block, line and excerpt."""
    block = "layout"
    open_tags: list[tuple[str, int]] = []
    for token in _TOKEN.finditer(mjml):
        block = token["block"] or block
        wrong = _fault(token, open_tags) if token["name"] else None
        if wrong:
            raise _located(mjml, block, token.start(), wrong)
    if open_tags:
        name, place = open_tags[-1]
        raise _located(mjml, block, place, f"<{name}> is never closed")


def _fault(token: re.Match[str], open_tags: list[tuple[str, int]]) -> str | None:
    """What is wrong with one tag, or None; keeps `open_tags`."""
    name = token["name"]
    if token["end"]:
        if not open_tags or open_tags[-1][0] != name:
            return f"</{name}> closes {f'<{open_tags[-1][0]}>' if open_tags else 'nothing'}"
        open_tags.pop()
        return None
    if name.startswith("mj") and not _COMPONENTS.fullmatch(name):
        return f"unknown MJML tag <{name}>"
    if name in {"img", "mj-image"} and not re.search(r'\balt="', token["rest"]):
        return f'<{name}> has no alt: write alt="" where it only decorates'
    if not token["empty"]:
        if name in _VOID:
            return f"<{name}> must end in />"
        open_tags.append((name, token.start()))
    return None


def _located(mjml: str, block: str, place: int, what: str) -> RenderError:
    line = mjml.count("\n", 0, place) + 1
    excerpt = mjml.split("\n")[line - 1].strip()[:120]
    return RenderError(f"{block}, line {line} of the edition's MJML: {what}: {excerpt}")


def lint_html(html: str, marker: str) -> None:
    """Check MRML's answer: no debug format, scripts or torn slots, alt on each picture; raises RenderError with an excerpt."""
    lowered = html.lower()
    for what, why in _FORBIDDEN.items():
        if (at := lowered.find(what)) >= 0:
            raise RenderError(f"the HTML holds {what!r} ({why}) near: {html[max(0, at - 60) : at + 60]!r}")
    if debug := _DEBUG_FORMAT.search(html):
        raise RenderError(f"an attribute went through MRML without numeric references: {debug[0][-120:]!r}")
    for image in _IMAGE.findall(html):
        if not re.search(r"\balt=", image):
            raise RenderError(f'a picture has no alt: {image[:120]}; write alt="" where it only decorates')
    for _ in split(html, marker):
        pass
