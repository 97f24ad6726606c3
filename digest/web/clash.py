"""A conflict on the page: both texts side by side, the words that differ told apart, and what each button saves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from digest.compose.differ import Words, words_between
from digest.compose.merge import items_of
from digest.compose.sentences import Choice, Stretch, stretches
from digest.flows.correcting import Clashed
from digest.model.edition import Brief
from digest.store.revisions import Revision
from digest.web.values import OWN, values_of

LABELS = {
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
    "heading": "Heading",
    "body": "Body",
}
_JOINED = frozenset({"text", "sources", "body"})
# These are one thing: half of one and half of another is neither.
_WHOLE = frozenset({"url", "picture"})
_PICK = re.compile(r"pick-([a-z][a-z0-9_-]*?)-(\d{1,4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One field that two people changed: the words of mine and of theirs; what is only in one is marked "in"."""

    name: str
    label: str
    mine: tuple[Words, ...]
    theirs: tuple[Words, ...]
    stretches: tuple[Stretch, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether only one of the two can stand."""
        return self.name in _WHOLE


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
        parts = stretches(_plain(mine[name]), theirs.get(name, ""))
        fields.append(
            Both(
                name=name,
                label=_label(name),
                mine=here,
                theirs=there,
                stretches=parts,
            )
        )
    both = mine | {name: _joined(name, theirs.get(name, ""), mine[name]) for name in differing}
    two = isinstance(items_of(error.theirs).get(place), Brief)
    return Clash(place=place, by=error.by, fields=tuple(fields), typed=mine, both=mine if two else both, two=two)


def _label(name: str) -> str:
    return LABELS.get(name) or name.removeprefix(OWN).replace("_", " ").capitalize()


def _joined(name: str, theirs: str, mine: str) -> str:
    if not theirs.strip() or not mine.strip():
        return theirs or mine
    if name in _WHOLE:
        return mine
    return f"{theirs}\n\n{mine}" if name in _JOINED else f"{theirs} {mine}"


def picks_in(given: Mapping[str, str]) -> dict[tuple[str, int], Choice]:
    """Return what was picked sentence by sentence, out of the fields of a form: `pick-text-0` is the first place that differs."""
    found = ((_PICK.fullmatch(name), value) for name, value in given.items())
    return {(pick[1], int(pick[2])): cast("Choice", value) for pick, value in found if pick and value in ("mine", "theirs", "both")}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n")
