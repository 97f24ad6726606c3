"""HTML of briefs, notes and summaries: made safe, made inline, made plain. Pure; never raises on what it is given."""

import re
from html import escape
from html.parser import HTMLParser
from typing import Final, Literal

import nh3

_INLINE: Final = frozenset({"a", "em", "strong", "i", "b"})
_BLOCKS: Final = frozenset({"p", "div", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "td", "tr", "section", "article"})
_NOTE: Final = _INLINE | {"p", "br", "ul", "ol", "li", "blockquote"}
_BODY: Final = _NOTE | {"h2", "h3", "h4", "cite"}
# Far beyond any brief or note; what lies beyond it is not even looked at.
_LONGEST: Final = 150_000
_EMPTY: Final = re.compile(r"<(a|em|strong|i|b)(?: [^>]*)?>(\s*)</\1>")
_ENDS: Final = re.compile(r"^(?:\s|<br>)+|(?:\s|<br>)+$")
_MANY_BREAKS: Final = re.compile(r"\s*<br>\s*<br>(?:\s|<br>)*")

Event = tuple[Literal["open", "close", "text", "break", "gap"], str]


class _Reader(HTMLParser):
    """Reads what nh3 gave into flat events; nothing recurses, so depth costs nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Event] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.events.append(("break", ""))
        elif tag == "a":
            self.events.append(("open", f'<a href="{escape(dict(attrs).get("href") or "")}">'))
        else:
            self.events.append(("open", f"<{tag}>") if tag in _INLINE else ("gap", ""))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("close", f"</{tag}>") if tag in _INLINE else ("gap", ""))

    def handle_data(self, data: str) -> None:
        self.events.append(("text", data))


def plain_text(html: str | None) -> str:
    """Return the words of `html` on one line; blocks and breaks part words; scripts and styles go with their text."""
    return " ".join("".join(value if kind == "text" else "" if kind in {"open", "close"} else " " for kind, value in _read(html)).split())


def inline_html(html: str | None) -> str:
    """Return sanitised inline HTML: a, em, strong, i, b and br; paragraphs parted by `<br><br>`."""
    return _written(_read(html))


def after_lead(html: str, lead: str) -> str | None:
    """Return `html` as sanitised inline HTML without the words of `lead` at its start, or None where it does not start so."""
    wanted = "".join(lead.split())
    done = 0
    rest: list[Event] = []
    for kind, value in _read(html):
        if kind != "text" or done == len(wanted):
            rest.append((kind, value))
            continue
        for place, letter in enumerate(value):
            if letter.isspace():
                continue
            if done == len(wanted):
                rest.append(("text", value[place:]))
                break
            if letter != wanted[done]:
                return None
            done += 1
    return _written(rest) if wanted and done == len(wanted) else None


def note_html(html: str) -> str:
    """Return the sanitised block HTML of an editor's note: paragraphs, lists, quotations and inline tags."""
    return _cleaned(html, _NOTE)


def body_html(html: str) -> str:
    """Return the sanitised block HTML of an article's body: a note's tags and headings."""
    return _cleaned(html, _BODY)


def _read(html: str | None) -> list[Event]:
    if not html:
        return []
    reader = _Reader()
    reader.feed(_cleaned(html, _INLINE | _BLOCKS | {"br"}))
    reader.close()
    return reader.events


def _cleaned(html: str, tags: frozenset[str]) -> str:
    given = html[:_LONGEST].encode("utf-8", "ignore").decode("utf-8").replace("\x00", "")
    return nh3.clean(
        given, tags=set(tags), attributes={"a": {"href"}} if "a" in tags else {}, url_schemes={"http", "https", "mailto"}, link_rel=None
    ).strip()


def _written(events: list[Event]) -> str:
    parts = []
    for kind, value in events:
        if kind == "text":
            parts.append(escape(re.sub(r"\s+", " ", value), quote=False))
        else:
            parts.append({"break": "<br>", "gap": "<br><br>"}.get(kind, value))
    written = "".join(parts)
    while (bare := _EMPTY.sub(r"\2", written)) != written:
        written = bare
    return _ENDS.sub("", _MANY_BREAKS.sub("<br><br>", written))


def letters(text: str) -> str:
    """Return the letters and digits alone: quotes, dashes, spaces and case come out differently from every reading and template."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
