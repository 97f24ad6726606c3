"""HTML of an article, brief or note as flat plain data: paragraphs of runs, so that no markup of others reaches a template."""

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final, Literal

import nh3

from digest.render.clean import plain, web_address

_TAGS: Final = {"p", "br", "li", "blockquote", "h2", "h3", "h4", "b", "strong", "i", "em", "cite", "a", "ul", "ol"}
# What is not looked at: a body of more than this is no article, and a parser's time grows with depth times size.
_LONGEST_HTML: Final = 150_000

Kind = Literal["text", "item", "quote", "heading"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text of one look; a bare newline is a line break. `href` is a clean address or None."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One block of prose: a paragraph, a list's item, a quotation's paragraph or a heading."""

    kind: Kind
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class _Open:
    bold: int = 0
    italic: int = 0
    quote: int = 0
    href: str | None = None
    kind: Kind = "text"


@dataclass(slots=True)
class _Draft:
    kind: Kind
    runs: list[Run] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads what nh3 gave: well-formed, few tags, so that counters are enough and nothing recurses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.drafts: list[_Draft] = []
        self._now = _Open()
        self._fresh = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"b", "strong"}:
            self._now.bold += 1
        elif tag in {"i", "em", "cite"}:
            self._now.italic += 1
        elif tag == "a":
            self._now.href = web_address(dict(attrs).get("href"), mail=True)
        elif tag == "br":
            self._break()
        else:
            self._block(tag, opens=True)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"b", "strong"}:
            self._now.bold -= 1
        elif tag in {"i", "em", "cite"}:
            self._now.italic -= 1
        elif tag == "a":
            self._now.href = None
        else:
            self._block(tag, opens=False)

    def handle_data(self, data: str) -> None:
        if self._fresh:
            if not data.strip():
                return
            self.drafts.append(_Draft(kind="quote" if self._now.quote and self._now.kind == "text" else self._now.kind))
            self._fresh = False
        now = self._now
        self.drafts[-1].runs.append(Run(text=data, bold=now.bold > 0, italic=now.italic > 0, href=now.href))

    def _break(self) -> None:
        """Keep one line break; two in a row part paragraphs."""
        if self._fresh:
            return
        runs = self.drafts[-1].runs
        if runs[-1].text == "\n":
            runs.pop()
            self._fresh = True
        else:
            runs.append(Run(text="\n"))

    def _block(self, tag: str, *, opens: bool) -> None:
        self._fresh = True
        if tag == "blockquote":
            self._now.quote += 1 if opens else -1
        elif tag in {"li", "h2", "h3", "h4"}:
            self._now.kind = ("item" if tag == "li" else "heading") if opens else "text"


def read_prose(html: str | None, limit: int) -> tuple[Paragraph, ...]:
    """Return the paragraphs of `html`, at most `limit` characters in all, the last one cut with an ellipsis.

    Tags that are no prose are dropped and their text kept; scripts and styles go with their text. Never raises.
    """
    if not html:
        return ()
    reader = _Reader()
    clean = nh3.clean(
        plain_markup(html),
        tags=_TAGS | {"div"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader.feed(clean)
    reader.close()
    paragraphs: list[Paragraph] = []
    for draft in reader.drafts:
        if limit <= 0:
            break
        runs = _tidy(draft.runs, limit)
        if runs:
            paragraphs.append(Paragraph(kind=draft.kind, runs=runs))
            limit -= sum(len(run.text) for run in runs)
    return tuple(paragraphs)


def plain_markup(html: str) -> str:
    """Return the first stretch of `html` without surrogates, which the sanitiser cannot take."""
    return html[:_LONGEST_HTML].encode("utf-8", "ignore").decode("utf-8")


def _tidy(runs: list[Run], limit: int) -> tuple[Run, ...]:
    """Clean each run, keep one space between two, none at the ends, and stop at `limit` characters."""
    tidy: list[Run] = []
    space = False
    for run in runs:
        if run.text == "\n":
            space = False
            if tidy and tidy[-1].text != "\n":
                tidy.append(run)
            continue
        text = plain(run.text, max(limit, 1))
        space = space or run.text[:1].isspace()
        if text:
            if space and tidy and tidy[-1].text != "\n":
                # The space belongs to the plainer run, so that no line is drawn under it.
                if _decoration(tidy[-1]) <= _decoration(run):
                    tidy[-1] = replace(tidy[-1], text=f"{tidy[-1].text} ")
                else:
                    text = f" {text}"
            tidy.append(replace(run, text=text))
            limit -= len(text)
            space = False
        space = space or run.text[-1:].isspace()
        if limit <= 0:
            break
    while tidy and tidy[-1].text == "\n":
        tidy.pop()
    return tuple(tidy)


def _decoration(run: Run) -> tuple[bool, bool]:
    return run.href is not None, run.bold or run.italic


def words(paragraphs: tuple[Paragraph, ...]) -> int:
    """Count the words, for minutes."""
    return sum(len(paragraph.text.split()) for paragraph in paragraphs)
