"""Inputs for the fuzz: real feeds and pages cut, mixed, repeated and spiked with what parsers trip over; the same for the same number."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 3 * 1024 * 1024
# Beginnings without ends, ends without beginnings, and what is read in a special way somewhere.
TOKENS = (
    *(
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<?xml",
        "?>",
        "<!DOCTYPE x [",
        "<!ENTITY a 'b'>",
        "&a;",
        "&#0;",
        "&#xD800;",
        "&#99999999;",
        "&nbsp;",
        "&amp;",
    ),
    *(
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<description>",
        "<content:encoded>",
        "<media:group>",
        "<media:content url='",
    ),
    *(
        "<script>",
        "<style",
        "<svg>",
        "<template>",
        "<noscript>",
        "<iframe ",
        "<textarea>",
        "<title",
        "<table><tr><td>",
        "<div>",
        "</div>",
        "<p",
        "<b>",
        "<a href='",
    ),
    *(
        "<br>",
        "<li>",
        "<h2>In other news</h2>",
        "<strong>",
        "– ",
        "• ",
        "Elsewhere",
        "according to ",
        "(BBC)",
        "via ",
        "Photo: ",
        "By ",
        "keep reading",
    ),
    *(
        '"',
        "'",
        "<",
        ">",
        "&",
        "=",
        "/>",
        "xml:base='http://['",
        "xmlns:a='",
        " a='",
        "\x00",
        "\x0b",
        "\x85",
        "\ufeff",
        "\u202e",
        "\u0130",
        "𝔸",
        "\xa0",
        "\t",
        "\n\n",
    ),
    *(
        "&lt;p&gt;",
        "&amp;lt;",
        "%00",
        "javascript:",
        "data:text/html,",
        "//",
        "http://[::1",
        "http://a:b@c:99999/",
        "mailto:",
        "?utm_source=" + "&" * 9,
    ),
    *(
        "Mon, 02 Nov 2026 10:00:00 GMT",
        "2026-11-02T24:00:00+99:99",
        "99999999999999999999",
        "1" * 400,
        "-",
        ".",
        "24:00:60",
        "0000-00-00",
        "2 de ",
    ),
    *(
        '{"version": "https://jsonfeed.org/version/1.1", "items": [',
        '"\\ud800"',
        "[" * 50,
        "]",
        '{"@context": "https://schema.org", "@type": "NewsArticle", ',
    ),
    *(
        "<script type='application/ld+json'>",
        "</script>",
        "<meta property='og:title' content='",
        "itemprop='author'",
        "<time datetime='",
        "encoding='utf-16'",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input: what it is read as ("feed", "page", "text", or None: as what it looks like) and its bytes."""

    kind: str | None
    body: bytes


def mutated(seeds: Sequence[tuple[str, bytes]], number: int) -> Input:
    """Return the input of this number: a seed with one to eight changes, or a heap of tokens."""
    chance = random.Random(number)
    kind, body = chance.choice(seeds)
    if chance.random() < 0.1:
        body = "".join(chance.choices(TOKENS, k=chance.randint(1, 60))).encode("utf-8", "replace")
    for _ in range(chance.randint(1, 8)):
        body = chance.choice(_CHANGES)(body, chance, seeds)[:MOST]
    return Input(kind=kind if chance.random() < 0.9 else None, body=body)


def _spiked(body: bytes, chance: random.Random, _seeds: Sequence[tuple[str, bytes]]) -> bytes:
    place = chance.randint(0, len(body))
    return body[:place] + chance.choice(TOKENS).encode("utf-8", "replace") + body[place:]


def _many(body: bytes, chance: random.Random, _seeds: Sequence[tuple[str, bytes]]) -> bytes:
    """The same few tokens again and again: what is quadratic shows here."""
    place = chance.randint(0, len(body))
    tokens = "".join(chance.choices(TOKENS, k=chance.randint(1, 3))).encode("utf-8", "replace")
    return body[:place] + tokens * chance.choice((3, 30, 300, 3000, 30000, 100000)) + body[place:]


def _cut(body: bytes, chance: random.Random, _seeds: Sequence[tuple[str, bytes]]) -> bytes:
    start = chance.randint(0, len(body))
    return body[:start] + body[start + chance.choice((1, 2, 8, 64, 512, 8192)) :]


def _ended(body: bytes, chance: random.Random, _seeds: Sequence[tuple[str, bytes]]) -> bytes:
    return body[: chance.randint(0, len(body))]


def _flipped(body: bytes, chance: random.Random, _seeds: Sequence[tuple[str, bytes]]) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.randint(1, 20) if body else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _doubled(body: bytes, chance: random.Random, _seeds: Sequence[tuple[str, bytes]]) -> bytes:
    start = chance.randint(0, len(body))
    part = body[start : start + chance.choice((10, 100, 1000, 10000))]
    return body[:start] + part * chance.choice((2, 5, 50, 500, 5000)) + body[start:]


def _grafted(body: bytes, chance: random.Random, seeds: Sequence[tuple[str, bytes]]) -> bytes:
    _, other = chance.choice(seeds)
    start = chance.randint(0, len(other))
    place = chance.randint(0, len(body))
    return body[:place] + other[start : start + chance.choice((20, 200, 2000, 20000))] + body[place:]


def _recoded(body: bytes, chance: random.Random, _seeds: Sequence[tuple[str, bytes]]) -> bytes:
    name = chance.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1251", "shift_jis", "gb18030", "utf-7"))
    return body.decode("utf-8", "replace").encode(name, "replace")


_CHANGES = (_spiked, _spiked, _spiked, _many, _many, _cut, _cut, _ended, _flipped, _doubled, _grafted, _recoded)
