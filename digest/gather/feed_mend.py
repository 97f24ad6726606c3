"""Malformed feeds made well-formed: what a strict parser refuses is read token by token and written anew."""

import html
import re
from html.entities import html5

from digest.gather.feed_names import DECLARED

MAX_DEPTH = 60
_MOST_PREFIXES = 100
_LONGEST = 2_000_000  # characters of an element of words
_LONGEST_TAG = 65536  # characters of its attributes
_TAG = re.compile(
    r"<(?P<end>/?)\s*+(?P<name>[A-Za-z_][A-Za-z0-9_.:-]*+)(?P<attributes>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+|[^<>]*+)>"
    r"|<![A-Za-z][^<>]*+>"
)
_ATTRIBUTE = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{1,31})(?=;));?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_ITEMS = frozenset({"item", "entry"})
_FRAME = frozenset({"rss", "rdf:rdf", "channel", "feed", *_ITEMS})
# Elements that hold words or HTML and no further elements of a feed.
_LEAVES = frozenset(
    {
        *("title", "link", "guid", "id", "pubdate", "updated", "published", "issued"),
        *("modified", "created", "name", "email", "uri", "url", "language", "creator"),
        *("subject", "date", "copyright", "rights", "subtitle", "tagline", "generator", "keywords"),
        *("credit", "docs", "comments", "ttl", "managingeditor", "webmaster", "lastbuilddate", "origlink"),
        *("category", "duration", "explicit", "block", "description", "summary", "content", "encoded"),
        *("body", "info", "full-text", "fulltext", "fullitem", "abstract", "thumb"),
    }
)
_MARKUP = frozenset(
    {"description", "summary", "content", "encoded", "body", "info", "full-text", "fulltext", "fullitem", "abstract", "title"}
)
# What ends a leaf that was never closed: names that no HTML fragment has.
_NEXT = frozenset(
    {"guid", "pubdate", "description", "published", "updated", "issued", "modified", "category", "enclosure", "dc:date", "dc:creator"}
)
_NOT_LEAVES = frozenset({"media:content", "media:category", "itunes:category", "author", "atom:author"})


def mended(text: str) -> str:
    """`text` as well-formed XML with the same elements; HTML that stands raw inside an element of words becomes its text.

    Unclosed elements end where their parent ends or the next item begins, stray ends are left out, named HTML entities become
    characters, a bare ampersand stays one, prefixes that nobody declared are declared, control characters go, and what is
    nested deeper than `MAX_DEPTH` loses its tags. Linear in the length of `text`.
    """
    return _Mender().mend(_CONTROL.sub("", text))


def text_of(raw: str) -> str:
    """The characters that raw XML text stands for; a reference that nobody knows stays as it is written."""
    return _REFERENCE.sub(_character, raw) if "&" in raw else raw


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return html5.get(name + ";") or match[0]
    number = int(decimal) if decimal else int(hexadecimal, 16)
    found = html.unescape(f"&#{number};")  # maps Windows' 128 to 159, as browsers do
    return _CONTROL.sub("", found)


# An element that XML says is empty and HTML would leave open.
_EMPTY = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)([A-Za-z][A-Za-z0-9:-]*)([^<]*)/>", re.IGNORECASE
)
_RESERVED = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
# What a strict parser would see as one: its start, its end, and whether its inside is words.
_WHOLES = (("<![CDATA[", "]]>", True), ("<!--", "-->", False), ("<?", "?>", False))


class _Mender:
    """One pass over the tokens: `stack` are the open elements, `leaf` the element of words that we are in."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.stack: list[str] = []
        self.folded: list[str] = []
        self.leaf = ""
        self.pieces: list[tuple[str, str]] = []  # of the leaf: "text" as written, "tag" as written, "cdata"
        self.inner = 0  # how many HTML elements of the leaf's own name are open inside it
        self.prefixes: dict[str, str] = {}

    def mend(self, text: str) -> str:
        """Return the whole document."""
        # An end that does not come is looked for once, not at every start.
        last = {start: text.rfind(end) for start, end, _ in _WHOLES}
        place = begin = 0
        while (begin := text.find("<", begin)) >= 0:
            whole = next((one for one in _WHOLES if text.startswith(one[0], begin)), None)
            tag = None if whole else _TAG.match(text, begin)
            if not whole and not tag:
                begin += 1
                continue
            self._words(text[place:begin], "text")
            if whole:
                start, end, words = whole
                until = text.find(end, begin + len(start)) if begin < last[start] else -1
                if words and until >= 0:
                    self._words(text[begin + len(start) : until], "cdata")
                place = begin = until + len(end) if until >= 0 else begin + len(start)
            elif tag:
                if tag["name"]:
                    self._tag(tag)
                place = begin = tag.end()
        self._words(re.sub(r"<[^<>]*\Z", "", text[place:]), "text")
        while self.stack:
            self._close()
        spaces = "".join(f' xmlns:{prefix}="{html.escape(space)}"' for prefix, space in sorted(self.prefixes.items()))
        return f"<mended{spaces}>{''.join(self.parts)}</mended>"

    def _words(self, words: str, kind: str) -> None:
        if self.leaf:
            self.pieces.append((kind, words))
        elif words and self.stack:
            self.parts.append(html.escape(text_of(words) if kind == "text" else words, quote=False))

    def _tag(self, tag: re.Match[str]) -> None:
        folded = tag["name"].lower()
        if tag["end"]:
            self._end(tag, folded)
        elif self.leaf and not self._leaves(folded):
            self.inner += folded == self.leaf and not tag["attributes"].endswith("/")
            self._words(tag[0], "tag")
        else:
            self._start(tag, folded)

    def _leaves(self, folded: str) -> bool:
        """Whether the start of `folded` shows that the leaf ended before it."""
        if folded == self.leaf:
            return False
        markup = self.leaf.rpartition(":")[2] in _MARKUP
        ends = folded in _FRAME or (folded in _NEXT and not (self.inner and markup))
        # A page's title and link stand in no fragment of HTML, but in words of markup they may.
        if ends or (folded in {"link", "title"} and (not markup or self.leaf == "title")):
            self._close()
            return True
        return False

    def _start(self, tag: re.Match[str], folded: str) -> None:
        while folded in _ITEMS and not _ITEMS.isdisjoint(self.folded):
            self._close()
        if len(self.stack) >= MAX_DEPTH:
            return
        name = _name(tag["name"])
        if not self._note_prefix(name):
            return
        raw = tag["attributes"]
        self.parts.append(f"<{name}{self._attributes(raw)}>")
        self.stack.append(name)
        self.folded.append(folded)
        if raw.endswith("/"):
            self._close()
        elif folded not in _NOT_LEAVES and folded.rpartition(":")[2] in _LEAVES:
            self.leaf, self.inner = folded, 0

    def _end(self, tag: re.Match[str], folded: str) -> None:
        if self.leaf:
            if folded == self.leaf and self.inner:
                self.inner -= 1
            elif folded == self.leaf:
                self._close()
                return
            if folded not in _FRAME or folded not in self.folded:
                self._words(tag[0], "tag")
                return
        if folded in self.folded:
            while self.folded[-1] != folded:
                self._close()
            self._close()

    def _close(self) -> None:
        if self.leaf:
            self.parts.append(html.escape(_joined(self.pieces)[:_LONGEST], quote=False))
            self.leaf, self.pieces = "", []
        self.folded.pop()
        self.parts.append(f"</{self.stack.pop()}>")

    def _attributes(self, raw: str) -> str:
        seen: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(raw[:_LONGEST_TAG]):
            value = text_of(double or single or bare.rstrip("/"))
            if name == "xmlns" or name.startswith("xmlns:"):
                prefix = name.partition(":")[2]
                if not value.strip() or prefix.lower().startswith("xml") or value.startswith(_RESERVED):
                    continue
                if prefix and len(self.prefixes) < _MOST_PREFIXES:
                    self.prefixes.setdefault(prefix, value)
            elif not self._note_prefix(name):
                continue
            seen.setdefault(name, value)
        return "".join(f' {name}="{html.escape(value)}"' for name, value in seen.items())

    def _note_prefix(self, name: str) -> bool:
        """Have the prefix of `name` declared; False where there are too many."""
        prefix, colon, _ = name.partition(":")
        if not colon or prefix == "xml" or prefix in self.prefixes:
            return True
        if len(self.prefixes) >= _MOST_PREFIXES:
            return False
        self.prefixes[prefix] = DECLARED.get(prefix.lower(), "urn:undeclared:" + prefix)
        return True


def _joined(pieces: list[tuple[str, str]]) -> str:
    """A leaf's words: where HTML stood raw in it, what is escaped between its tags stays so, unless more was escaped than raw."""
    tags = sum(kind == "tag" for kind, _ in pieces)
    escaped = sum(words.count("&lt;") for kind, words in pieces if kind == "text") if tags else 0
    if not tags or escaped > tags:
        return "".join(text_of(words) if kind == "text" else words for kind, words in pieces)
    return "".join(_EMPTY.sub(r"<\1\2></\1>", words) if kind == "tag" and words.endswith("/>") else words for kind, words in pieces)


def _name(name: str) -> str:
    """A tag's name with one colon at most, which has a name on both sides."""
    prefix, colon, local = name.partition(":")
    local = local.replace(":", "-")
    if not colon or not re.match(r"[A-Za-z_]", local) or prefix.lower().startswith("xml"):
        return (prefix + "-" + local).strip("-") if colon else name
    return name if local == name.partition(":")[2] else f"{prefix}:{local}"
