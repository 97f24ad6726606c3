"""Whether a picture stands out on a ground: its visible pixels against it, by WCAG's contrast."""

from typing import Final

from PIL import Image

from digest.model.colour import luminance, luminance_of, ratio

LIGHT: Final = "#fcfcfa"
DARK: Final = "#141517"
# Beyond this share of faint pixels a drawing has lost its words; a few faint ones are its shadows.
VANISHES: Final = 1 / 3
_STANDS_OUT: Final = 3.0  # WCAG 2.2, 1.4.11
_VISIBLE: Final = 96  # of 255; edges are softer
_SAMPLE: Final = 160  # px


def faint_share(image: Image.Image, ground: str) -> float:
    """Return the share of the visible pixels of `image` that stand out less than 3:1 on `ground` (#rrggbb); 0 where it has its own."""
    if image.mode != "RGBA":
        return 0.0
    small = image.copy()
    small.thumbnail((_SAMPLE, _SAMPLE), Image.Resampling.BOX)
    behind = luminance_of(ground)
    seen = faint = 0
    raw = small.tobytes()
    for at in range(0, len(raw), 4):
        red, green, blue, alpha = raw[at : at + 4]
        if alpha < _VISIBLE:
            continue
        seen += 1
        faint += ratio(luminance(red, green, blue), behind) < _STANDS_OUT
    return faint / seen if seen else 1.0
