"""Segments: the sections that a reader may leave out, marked in a mail that is compiled once, and what changes with them."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from markupsafe import Markup

from digest.errors import RenderError
from digest.model.mailing import Segment, choice_of

_PARTED: Final = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a body, its slot markers still in it, and for whom it stands; see Piece."""

    text: str
    segment: str | None = None
    choices: tuple[str, ...] = ()

    def stands(self, left_out: AbstractSet[str], choice: str) -> bool:
        """As Piece.stands."""
        return self.segment not in left_out and (not self.choices or choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What templates are given: the marks around a section's rows, and each choice's own words.

    `marker` is the mail's, `segments` the sections that may be left out, and `between` what may hold a mark where rows stand.
    """

    marker: str
    segments: tuple[Segment, ...]
    between: tuple[str, str] = ("", "")

    def begin(self, section: Mapping[str, Any]) -> str:
        """Return what stands before a section's rows; nothing where it may not be left out."""
        return self._mark("segment", section["key"]) if self._optional(section) else ""

    def end(self, section: Mapping[str, Any]) -> str:
        """Return what stands after a section's rows."""
        return self._mark("endsegment") if self._optional(section) else ""

    def each(self, said: Mapping[str, Mapping[str, Any]], caller: Callable[[Mapping[str, Any]], str], *, rows: bool = False) -> str:
        """Return what `caller` makes of each choice's own data, marked where that differs; `rows`: it stands where rows stand."""
        texts: dict[str, list[str]] = {}
        for choice, now in said.items():
            texts.setdefault(caller(now), []).append(choice)
        if len(texts) == 1:
            return next(iter(texts))
        mark = self._mark if rows else self._bare
        made = [f"{mark('variant', '=' + _PARTED.join(choices))}{text}{mark('endvariant')}" for text, choices in texts.items()]
        return Markup("".join(made))  # noqa: S704  the texts are what an autoescaping template made, the marks letters and digits

    def _optional(self, section: Mapping[str, Any]) -> bool:
        return any(section["key"] == one.key for one in self.segments)

    def _mark(self, kind: str, said: str = "") -> str:
        return Markup(f"{self.between[0]}{self._bare(kind, said)}{self.between[1]}")  # noqa: S704  letters and digits

    def _bare(self, kind: str, said: str = "") -> str:
        # In hexadecimal, as a slot's fallback: it passes every escaping unchanged.
        return f"{self.marker}{kind}{f'0{said.encode().hex()}' if said else ''}{self.marker}"


def choices_of(segments: Sequence[Segment]) -> tuple[frozenset[str], ...]:
    """Return every set of segments that a reader may leave out, the empty one first."""
    keys = [segment.key for segment in segments]
    return tuple(frozenset(chosen) for size in range(len(keys) + 1) for chosen in combinations(keys, size))


def parted(body: str, marker: str) -> tuple[Part, ...]:
    """Take a marked body apart. Raises RenderError where the marks do not pair, or stand in one another."""
    return tuple(part for part in _parts(body, marker) if part.text)


def _parts(body: str, marker: str) -> Iterator[Part]:
    pieces = re.split(f"{marker}(segment|variant|endsegment|endvariant)(?:0([0-9a-f]+))?{marker}", body)
    segment: str | None = None
    choices: tuple[str, ...] = ()
    yield Part(text=pieces[0])
    for kind, said, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        meant = bytes.fromhex(said or "").decode()
        if kind == "segment" and segment is None and not choices:
            segment = meant
        elif kind == "endsegment" and segment is not None and not choices:
            segment = None
        elif kind == "variant" and not choices:
            choices = tuple(meant[1:].split(_PARTED))
        elif kind == "endvariant" and choices:
            choices = ()
        else:
            near = re.sub(rf"{marker}[a-z_0-9]*{marker}", "", text)[:60]
            raise RenderError(f"the marks of sections do not pair near {near!r}: write {{{{ begin(section) }}}} … {{{{ end(section) }}}}")
        yield Part(text=text, segment=segment, choices=choices)
    if segment is not None or choices:
        raise RenderError(f"the section {segment!r} is begun and never ended: write {{{{ end(section) }}}} after its rows")


def joined(parts: Sequence[Part], left_out: AbstractSet[str] = frozenset()) -> str:
    """Return the body that a reader gets who leaves these segments out, all of them the mail's."""
    choice = choice_of(left_out)
    return "".join(part.text for part in parts if part.stands(left_out, choice))


def settled(text: str, marker: str) -> str:
    """Return a marked text whose empty lines stand at the beginning of what follows them: with a segment they come and go."""
    # A section all of whose rows stand elsewhere leaves a pair with nothing in it.
    filled = re.sub(f"{marker}segment0[0-9a-f]+{marker}(\\s*){marker}endsegment{marker}", r"\1", text)
    ends = re.sub(f"\n*({marker}endsegment{marker})(\n*)", _moved, filled)
    return re.sub(f"\n*({marker}segment0[0-9a-f]+{marker})(\n*)", _moved, ends)


def _moved(mark: re.Match[str]) -> str:
    return mark[1] + "\n" * min(2, mark[0].count("\n"))
