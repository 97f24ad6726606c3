"""An HTML tree walked into blocks: paragraphs, headings, list items and quotes with their inline HTML, bold lead-ins and links."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import lxml.html
from lxml.html import HtmlElement

from digest.gather.blocks import DASH, MARK, STARS, Block, BlockKind, tidy
from digest.gather.canonical import absolute
from digest.gather.markup import flattened
from digest.gather.numbered import all_numbered
from digest.gather.selector import select
from digest.model.page import Link

# A bold line that is longer is a paragraph set in bold, and heads nothing.
_LONGEST_BOLD = 160
_BREAKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "ul",
        "ol",
        "dl",
        "dd",
        "dt",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "blockquote",
        "figure",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "details",
        "summary",
        "address",
        "center",
        "fieldset",
    ]
)
_SKIP = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "form",
        "svg",
        "math",
        "button",
        "select",
        "textarea",
        "input",
        "nav",
        "figure",
        "figcaption",
        "img",
        "picture",
        "video",
        "audio",
        "canvas",
        "map",
        "head",
        "title",
        "aside",
        "dialog",
    ]
)
_HEADINGS = {f"h{rank}": rank for rank in range(1, 7)}
_STRONG = frozenset({"strong", "b"})
_EMPHASIS = frozenset({"em", "i", "cite"})
_KEPT = frozenset({"sub", "sup", "code", "s", "del", "ins", "mark", "q", "small", "u", "abbr"})
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?…。][”\"’'»)\]]*$")
_MAX_BLOCKS = 5000


@dataclass(slots=True)
class _Run:
    """Inline content being gathered for one block."""

    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bold: int = 0  # characters in bold
    italic: int = 0
    lead: list[str] = field(default_factory=list)
    leading: bool = True  # still inside the bold text that began it


class _Walker:
    def __init__(self, base: str, skip: Callable[[HtmlElement], bool] | None) -> None:
        self.base = base
        self.skip = skip
        self.blocks: list[Block] = []
        self.runs: list[_Run] = [_Run()]
        self.kind = BlockKind.PARAGRAPH
        self.level = 0
        self.group = 0
        self.ordered = False
        self.groups = 0
        self.strong = 0
        self.emphasis = 0
        self.open: list[tuple[str, str]] = []

    def words(self, text: str | None) -> None:
        """Add text to the run."""
        if not text:
            return
        run = self.runs[-1]
        if text.isspace() and run.text and run.text[-1].isspace():
            return
        run.html.append(html.escape(text, quote=False))
        run.text.append(text)
        size = len(text.strip())
        if self.strong:
            run.bold += size
        if self.emphasis:
            run.italic += size
        if run.leading and size:
            if self.strong:
                run.lead.append(text)
            elif run.lead or not MARK.fullmatch(text):
                run.leading = False
        elif run.leading and run.lead:
            run.lead.append(text)

    def tag(self, name: str, attributes: str = "") -> None:
        """Open an inline element."""
        self.open.append((name, attributes))
        self.runs[-1].html.append(f"<{name}{attributes}>")

    def end(self) -> None:
        """Close the inline element that was opened last."""
        name, _ = self.open.pop()
        self.runs[-1].html.append(f"</{name}>")

    def line_break(self) -> None:
        """A `<br>`: the run goes on in a new line, which may turn out to be a block of its own."""
        run = self.runs[-1]
        if len(self.runs) > 1 and not any(text.strip() for one in self.runs[-2:] for text in one.text):
            return  # one empty line parts as well as a thousand
        run.html.extend(f"</{name}>" for name, _ in reversed(self.open))
        self.runs.append(_Run())
        self.runs[-1].html.extend(f"<{name}{attributes}>" for name, attributes in self.open)

    def flush(self) -> None:
        """End the block: its lines become one or more blocks."""
        runs, self.runs = self.runs, [_Run()]
        for name, _ in reversed(self.open):
            runs[-1].html.append(f"</{name}>")
        self.runs[-1].html.extend(f"<{name}{attributes}>" for name, attributes in self.open)
        for lines in self._parted(runs):
            block = self._block(lines)
            if block is not None and len(self.blocks) < _MAX_BLOCKS:
                self.blocks.append(block)

    def _parted(self, runs: list[_Run]) -> list[list[_Run]]:
        """Lines grouped into blocks: an empty line parts, a dash opens, a bold line stands alone, as do lines that are paragraphs."""
        texts = [tidy("".join(run.text)) for run in runs]
        if len(runs) == 1 or self.kind is BlockKind.PRE:
            return [runs]
        filled = [text for text in texts if text]
        told = filled[1:] if runs[0].bold and _whole_bold(runs[:1]) else filled
        each = all_numbered(told) or (len(told) > 1 and all(len(text) >= 60 and _SENTENCE.search(text) for text in told))
        parted: list[list[_Run]] = [[]]
        for run, text in zip(runs, texts, strict=True):
            bold_line = bool(text) and run.bold >= len(text.replace(" ", "")) and len(text) < 160 and len(filled) > 1
            if not text:
                parted.append([])
                continue
            if each or DASH.match(text) or (parted[-1] and _whole_bold(parted[-1]) and not bold_line) or (bold_line and parted[-1]):
                parted.append([run])
            else:
                parted[-1].append(run)
        return [lines for lines in parted if lines]

    def _block(self, lines: list[_Run]) -> Block | None:
        text = tidy(" ".join("".join(line.text) for line in lines))
        if not text:
            return None
        if self.kind is BlockKind.PARAGRAPH and len(text) < 24 and STARS.fullmatch(text):
            return Block(kind=BlockKind.RULE, text="", html="")
        markup = "<br>".join("".join(line.html) for line in lines)
        markup = _tidied(markup)
        kind, level = self.kind, self.level
        lead = tidy("".join(lines[0].lead)) or None
        dash = DASH.match(text)
        group = self.group
        if dash and kind is BlockKind.PARAGRAPH:
            kind, group, text = BlockKind.ITEM, group or 1_000_000, text[dash.end() :]
            markup = re.sub(r"^((?:<[^>]+>|\s)*)" + re.escape(html.escape(dash[0].strip(), quote=False)) + r"\s*", r"\1", markup, count=1)
            if lead:
                lead = tidy(DASH.sub("", lead)) or None
            elif len(lines[0].text) > 1:
                lead = _lead_after_dash(markup)
        solid = len(re.sub(r"\s+", "", text))
        bold = sum(
            len(re.sub(r"\s+", "", "".join(line.text))) if line.bold and line.bold >= len("".join(line.text).strip()) else 0
            for line in lines
        )
        if lead and (len(lead) >= len(text) - 2 or bold >= solid):
            lead = None
            if kind is BlockKind.PARAGRAPH and len(text) <= 160:
                kind, level = BlockKind.LINE, 7
        if lead and (len(lead.split()) > 25 or len(lead) < 2 or kind is BlockKind.HEADING):
            lead = None
        italic = sum(line.italic for line in lines) * 10 >= solid * 9
        links = tuple(link for line in lines for link in line.links)
        return Block(
            kind=kind,
            text=text,
            html=markup,
            lead=lead,
            level=level,
            links=links,
            group=group,
            italic=italic,
            ordered=self.ordered and kind is BlockKind.ITEM,
        )


def _whole_bold(lines: list[_Run]) -> bool:
    letters = 0
    for line in lines:
        letters += sum(len(part.strip()) for part in line.text)
        if letters >= _LONGEST_BOLD:
            # Asked again for each line of a growing run: a page of nothing but lines must not cost their square.
            return False
    text = "".join("".join(line.text) for line in lines).strip()
    bold = sum(line.bold for line in lines)
    return bool(text) and bold >= len(text.replace(" ", "")) and len(text) < _LONGEST_BOLD and not _SENTENCE.search(text)


def _lead_after_dash(markup: str) -> str | None:
    match = re.match(r"\s*<strong>(.*?)</strong>", markup, re.DOTALL)
    return tidy(html.unescape(re.sub(r"<[^>]+>", "", match[1]))) or None if match else None


def _tidied(markup: str) -> str:
    """Inline HTML without empty elements, with single spaces."""
    markup = re.sub(r"\s+", " ", markup.replace("\u00a0", " "))
    while (shorter := re.sub(r"<(strong|em|a|u|s|small|mark|q|code|sub|sup|abbr|del|ins)(?: [^>]*)?>\s*</\1>", " ", markup)) != markup:
        markup = shorter
    return re.sub(r"^(?:\s|<br>)+|(?:\s|<br>)+$", "", re.sub(r" {2,}", " ", markup))


def html_blocks(markup: str, base: str) -> tuple[Block, ...]:
    """The blocks of an HTML fragment whose addresses are seen from `base`."""
    if not markup.strip():
        return ()
    try:
        root = lxml.html.fragment_fromstring(flattened(markup), create_parent="div")
    except (ValueError, lxml.etree.LxmlError):
        return ()
    return tree_blocks(root, base)


def chosen_blocks(markup: str, base: str, selector: str) -> tuple[tuple[Block, ...], ...]:
    """The blocks of each element of an HTML fragment that `selector` names; raises InputError for what is no selector."""
    try:
        root = lxml.html.fragment_fromstring(flattened(markup), create_parent="div")
    except (ValueError, lxml.etree.LxmlError):
        return ()
    return tuple(tree_blocks(element, base) for element in select(root, selector))


def tree_blocks(root: HtmlElement, base: str, skip: Callable[[HtmlElement], bool] | None = None) -> tuple[Block, ...]:
    """The blocks below `root`, in the order of the text; elements that `skip` says yes to are left out."""
    walker = _Walker(base, skip)
    _inside(walker, root, 0)
    walker.flush()
    return tuple(walker.blocks)


def _inside(walker: _Walker, element: HtmlElement, depth: int) -> None:
    walker.words(element.text)
    for child in element:
        if isinstance(child.tag, str) and depth < 200:
            _element(walker, child, depth + 1)
        walker.words(child.tail)


def _element(walker: _Walker, child: HtmlElement, depth: int) -> None:
    name = child.tag.lower() if isinstance(child.tag, str) else ""
    if name == "br":
        walker.line_break()
    elif name == "hr":
        walker.flush()
        walker.blocks.append(Block(kind=BlockKind.RULE, text="", html=""))
    elif name in _SKIP or (walker.skip is not None and walker.skip(child)):
        if name in _BREAKS or name in {"figure", "aside", "nav", "form"}:
            walker.flush()
    elif name in _BREAKS:
        _block_element(walker, child, name, depth)
    else:
        _inline_element(walker, child, name, depth)


def _block_element(walker: _Walker, child: HtmlElement, name: str, depth: int) -> None:
    kept = (walker.kind, walker.level, walker.group, walker.ordered, walker.strong)
    walker.flush()
    if name in _HEADINGS:
        walker.kind, walker.level, walker.strong = BlockKind.HEADING, _HEADINGS[name], 0
    elif name in {"ul", "ol"}:
        if kept[0] is not BlockKind.ITEM:
            walker.groups += 1
            walker.group, walker.ordered = walker.groups, name == "ol"
    elif name == "li":
        walker.kind = BlockKind.ITEM
        before = len(walker.blocks)
        _inside(walker, child, depth)
        walker.flush()
        _merge_item(walker, before)
        walker.kind, walker.level, walker.group, walker.ordered, walker.strong = kept
        return
    elif name == "blockquote" and kept[0] is BlockKind.PARAGRAPH:
        walker.kind = BlockKind.QUOTE
    elif name == "pre":
        walker.kind = BlockKind.PRE
    elif name in {"td", "th"} and walker.runs[-1].text:
        walker.words(" ")
    _inside(walker, child, depth)
    walker.flush()
    walker.kind, walker.level, walker.group, walker.ordered, walker.strong = kept


def _merge_item(walker: _Walker, before: int) -> None:
    """Paragraphs of one list item made one block, so that an item is one brief; nested lists stay apart."""
    own = [
        block for block in walker.blocks[before:] if block.kind in {BlockKind.ITEM, BlockKind.LINE, BlockKind.HEADING, BlockKind.PARAGRAPH}
    ]
    if len(own) < 2 or len(own) != len(walker.blocks) - before or any(len(block.text) > 3000 for block in own):
        return
    first = own[0]
    lead = first.lead or (first.text if first.kind is BlockKind.HEADING else None) or _bold_whole(first)
    merged = Block(
        kind=BlockKind.ITEM,
        text=" ".join(block.text for block in own),
        html="<br>".join(f"<strong>{block.html}</strong>" if block.kind is BlockKind.HEADING else block.html for block in own),
        lead=lead,
        links=tuple(link for block in own for link in block.links),
        group=walker.group or 1,
        ordered=walker.ordered,
    )
    walker.blocks[before:] = [merged]


def _bold_whole(block: Block) -> str | None:
    return block.text if re.fullmatch(r"<strong>.*</strong>\W?", block.html) and block.words <= 20 else None


def _inline_element(walker: _Walker, child: HtmlElement, name: str, depth: int) -> None:
    if name in _STRONG or (name == "span" and _BOLD_STYLE.search(child.get("style") or "")):
        walker.strong += 1
        walker.tag("strong")
        _inside(walker, child, depth)
        walker.end()
        walker.strong -= 1
    elif name in _EMPHASIS:
        walker.emphasis += 1
        walker.tag("em")
        _inside(walker, child, depth)
        walker.end()
        walker.emphasis -= 1
    elif name == "a" and (address := absolute(child.get("href"), walker.base)) and not (child.get("href") or "").startswith("#"):
        words = tidy("".join(child.itertext()))
        if words:
            walker.runs[-1].links.append(Link(url=address, text=words))
        walker.tag("a", f' href="{html.escape(address)}"')
        _inside(walker, child, depth)
        walker.end()
    elif name in _KEPT:
        walker.tag(name)
        _inside(walker, child, depth)
        walker.end()
    else:
        _inside(walker, child, depth)
