"""How large a newsletter's name may be set, so that it fills the page's width in Georgia and never runs out of it."""

import unicodedata
from typing import Final

# Georgia's advance widths in thousandths of an em, rounded up; enough to set a name, not to set a book.
_WIDTHS: Final = {
    " ": 241, "-": 374, "'": 215, "’": 227, "&": 710, ".": 270, ",": 270, ":": 313,
    **dict.fromkeys("ijl", 293), **dict.fromkeys("frt", 380), **dict.fromkeys("cesz", 470), **dict.fromkeys("aghknopqvxy", 560),
    **dict.fromkeys("bdu", 575), "m": 880, "w": 738, **dict.fromkeys("IJ", 460), **dict.fromkeys("EFLPSTZ", 625),
    **dict.fromkeys("ABCRVXY", 680), **dict.fromkeys("DGHKNOQU", 770), "M": 927, "W": 977, **dict.fromkeys("0123456789", 614),
}  # fmt: skip


def ems(name: str) -> float:
    """Estimate the width of `name` in ems: Georgia for Latin, a full em for wide scripts, 0.62 for the others."""
    total = 0
    for letter in unicodedata.normalize("NFD", name):
        if unicodedata.combining(letter):
            continue
        wide = 1_000 if unicodedata.east_asian_width(letter) in "WF" else 620
        total += _WIDTHS.get(letter, wide)
    return total / 1_000


def name_size(name: str, content: int, largest: int) -> tuple[int, float]:
    """Return (px on a page `content` px wide, vw on phones) for the name; a name too long for 34 px breaks into lines.

    The estimate is kept 4 % under the width, because a client without Georgia steps to a wider face.
    """
    fitting = content * 0.96 / max(ems(name), 1)
    size = int(min(largest, fitting)) if fitting >= 34 else min(largest, 44)
    return size, round(size / content * 86, 1)
