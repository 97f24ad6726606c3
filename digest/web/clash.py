"""A conflict on the page: both texts side by side, the words that differ told apart, and what each button saves."""

from dataclasses import dataclass

from digest.compose.differ import Words, words_between
from digest.compose.merge import items_of
from digest.flows.correcting import Clashed
from digest.model.edition import Brief
from digest.store.revisions import Revision
from digest.web.form import values_of

_LABELS = {
    "subject": "Subject",
    "preheader": "Preheader",
    "text": "Text",
    "signature": "Signature",
    "headline": "Headline",
    "dek": "Dek",
    "kicker": "Kicker",
    "byline": "Byline",
    "url": "Link",
    "lead": "Lead in bold",
    "sources": "Sources",
    "picture": "Picture",
    "alt": "Alternative text",
    "credit": "Credit",
}
_JOINED = frozenset({"text", "sources"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One field that two people changed: the words of mine and of theirs; what is only in one is marked "in"."""

    label: str
    mine: tuple[Words, ...]
    theirs: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two texts of one item: `typed` is mine, whole; `both` is what "keep both" would save; `two` says as two items."""

    place: str
    by: Revision
    fields: tuple[Both, ...]
    typed: dict[str, str]
    both: dict[str, str]
    two: bool = False


def clash_of(error: Clashed, place: str) -> Clash:
    """Return both texts of the item in hand."""
    theirs = values_of(error.theirs, place)
    mine = values_of(error.merged.edition, place)
    differing = [name for name in mine if mine[name].strip() != theirs.get(name, "").strip()]
    fields = []
    for name in differing:
        words = words_between(theirs.get(name, ""), mine[name])
        here = tuple(one for one in words if one.kind != "out")
        there = tuple(Words(kind="in" if one.kind == "out" else "same", text=one.text) for one in words if one.kind != "in")
        fields.append(Both(label=_LABELS.get(name, name), mine=here, theirs=there))
    both = mine | {name: _joined(name, theirs.get(name, ""), mine[name]) for name in differing if name != "picture"}
    two = isinstance(items_of(error.theirs).get(place), Brief)
    return Clash(place=place, by=error.by, fields=tuple(fields), typed=mine, both=mine if two else both, two=two)


def _joined(name: str, theirs: str, mine: str) -> str:
    if not theirs.strip() or not mine.strip():
        return theirs or mine
    if name == "url":
        return mine
    return f"{theirs}\n\n{mine}" if name in _JOINED else f"{theirs} {mine}"
