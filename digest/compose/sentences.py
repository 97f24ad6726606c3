"""Two texts of one field, sentence by sentence: where they part, which to take, and the text that comes of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, Literal

from digest.compose.wording import ends_no_sentence

Choice = Literal["mine", "theirs", "both"]

_END: Final = re.compile(r"[.!?…][\"'”’»)\]*]*\s+|\n+")
# Far more than a brief or a note has; a text with more is taken whole.
_MOST: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A run of whole sentences: `same` in both texts, or `mine` and `theirs` where they part, either of which may be ""."""

    same: str = ""
    mine: str = ""
    theirs: str = ""

    @property
    def parts(self) -> bool:
        """Whether the texts part here, so that there is something to choose."""
        return not self.same


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of `text`, each with the white space behind it; joined they are `text`."""
    ends = [0]
    for found in _END.finditer(text):
        if "\n" in found[0] or not ends_no_sentence(text[ends[-1] : found.start() + 1]):
            ends.append(found.end())
    if ends[-1] < len(text):
        ends.append(len(text))
    return tuple(text[one:other] for one, other in pairwise(ends))


def stretches(mine: str, theirs: str) -> tuple[Stretch, ...]:
    """Return both texts as runs that are the same and runs that part, in reading order."""
    here, there = sentences(mine), sentences(theirs)
    if max(len(here), len(there)) > _MOST:
        return (Stretch(mine=mine, theirs=theirs),) if mine.strip() != theirs.strip() else (Stretch(same=mine),)
    found = []
    matcher = SequenceMatcher(None, [one.strip() for one in there], [one.strip() for one in here], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        said, other = "".join(here[c:d]), "".join(there[a:b])
        if kind == "equal":
            found.append(Stretch(same=said))
        elif said.strip() or other.strip():
            found.append(Stretch(mine=said, theirs=other))
    return tuple(found)


def settled(found: Sequence[Stretch], choices: Sequence[Choice]) -> str:
    """Return the text that the choices make, one for each stretch that parts, in order; what is not chosen stays as it is mine."""
    left = iter(choices)
    pieces: list[str] = []
    for one in found:
        chosen = next(left, "mine") if one.parts else "same"
        if chosen == "both":
            pieces += [one.theirs, one.mine]
        else:
            pieces.append({"same": one.same, "mine": one.mine, "theirs": one.theirs}[chosen])
    text = ""
    for piece in filter(str.strip, pieces):
        # What ended its own text had no space behind it.
        text += piece if not text or text[-1].isspace() else f" {piece}"
    return text.strip()
