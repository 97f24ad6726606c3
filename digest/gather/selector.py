"""CSS selectors as far as an outlet needs them to point at its briefs: names, classes, ids, attributes, descendants and children."""

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from digest.errors import InputError

_STEP = re.compile(r"\s*(>)?\s*((?:[\w*-]+)?(?:[.#][\w-]+|\[[\w:-]+(?:[~^$*]?=(?:\"[^\"]*\"|'[^']*'|[^\]\s]+))?\])*)")
_PART = re.compile(r"([.#])([\w-]+)|\[([\w:-]+)(?:([~^$*]?)=(?:\"([^\"]*)\"|'([^']*)'|([^\]\s]+)))?\]")
_MOST = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    tag: str | None
    tests: tuple[tuple[str, str, str | None], ...]  # attribute, operator ("" is equal, "~" a word of it), value or None for "is there"
    child: bool

    def fits(self, element: HtmlElement) -> bool:
        """Whether `element` itself is what this step names."""
        if not isinstance(element.tag, str) or (self.tag is not None and element.tag != self.tag):
            return False
        return all(_holds(element.get(name), operator, value) for name, operator, value in self.tests)


def checked_selector(selector: str) -> str:
    """`selector` without spaces around it; raises InputError naming what it cannot use."""
    _parsed(selector)
    return selector.strip()


def select(root: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements below `root` that `selector` names, in page order, none inside another; raises InputError for what is no selector."""
    chains = _parsed(selector)
    found: list[HtmlElement] = []
    for element in root.iter():
        if (
            isinstance(element.tag, str)
            and any(_matches(element, chain) for chain in chains)
            and not any(up in found for up in element.iterancestors())
        ):
            found.append(element)
    return found


def _parsed(selector: str) -> list[tuple[_Step, ...]]:
    if not selector.strip() or len(selector) > _MOST:
        raise InputError(
            f"the selector {selector[:40]!r} is empty or longer than {_MOST} characters; give one such as '.news-briefs' or 'div#week > ul'"
        )
    return [_chain(part, selector) for part in selector.split(",")]


def _chain(part: str, whole: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    place = 0
    part = part.strip()
    while place < len(part):
        match = _STEP.match(part, place)
        if match is None or not match[2]:
            break
        name = re.match(r"[\w*-]+", match[2])
        tests = tuple(
            ("class", "~", test[2])
            if test[1] == "."
            else ("id", "", test[2])
            if test[1] == "#"
            else (test[3], test[4] or "", test[5] or test[6] or test[7])
            for test in _PART.finditer(match[2][name.end() :] if name else match[2])
        )
        steps.append(_Step(tag=name[0].lower() if name and name[0] != "*" else None, tests=tests, child=bool(match[1])))
        place = match.end()
    if not steps or part[place:].strip() or steps[0].child:
        raise InputError(f"the selector {whole!r} is not one we can use; give names, .classes, #ids, [attributes], spaces and '>' only")
    return tuple(steps)


def _matches(element: HtmlElement, chain: tuple[_Step, ...]) -> bool:
    if not chain[-1].fits(element):
        return False
    if len(chain) == 1:
        return True
    if chain[-1].child:
        parent = element.getparent()
        return parent is not None and _matches(parent, chain[:-1])
    return any(_matches(up, chain[:-1]) for up in element.iterancestors())


def _holds(stated: str | None, operator: str, value: str | None) -> bool:
    if stated is None or value is None:
        return stated is not None
    match operator:
        case "~":
            return value in stated.split()
        case "^":
            return stated.startswith(value)
        case "$":
            return stated.endswith(value)
        case "*":
            return value in stated
    return stated == value
