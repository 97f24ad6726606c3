"""Whether a theme's colours can be read: each text on each ground it stands on, at AA, in both schemes (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from digest.model.colour import contrast

_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_TEXT: Final = 4.5
# What stands on what: text, its grounds, the least contrast.
_PAIRS: Final = (
    ("ink", ("paper", "sunk"), _TEXT),
    ("ink2", ("paper", "sunk"), _TEXT),
    ("ink3", ("paper", "sunk"), _TEXT),
    ("brand", ("paper", "sunk"), _TEXT),
    ("on_ink", ("ink",), _TEXT),
    ("on_brand", ("brand",), _TEXT),
)


def contrast_faults(colours: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each pair of a scheme's colours that is too faint, or that is no colour at all."""
    for name, value in colours.items():
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            yield f"{name} = {value!r} is no colour; write it as #1a2b3c"
    known = {name: value for name, value in colours.items() if isinstance(value, str) and _HEX.fullmatch(value)}
    for text, grounds, least in _PAIRS:
        for ground in grounds:
            if text in known and ground in known and (measured := contrast(known[text], known[ground])) < least:
                yield f"{text} {known[text]} on {ground} {known[ground]} has a contrast of {measured:.2f}; AA asks for {least:g}"
    if "band" in known and (measured := contrast("#ffffff", known["band"])) < _TEXT:
        yield f"white on band {known['band']} has a contrast of {measured:.2f}; AA asks for {_TEXT:g}"
