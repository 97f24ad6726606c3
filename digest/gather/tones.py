"""Whether a picture stands out on a ground: its visible pixels against it, by WCAG's contrast."""

from typing import Final

from PIL import Image

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
    behind = _luminance(*(int(ground[place : place + 2], 16) for place in (1, 3, 5)))
    seen = faint = 0
    raw = small.tobytes()
    for at in range(0, len(raw), 4):
        red, green, blue, alpha = raw[at : at + 4]
        if alpha < _VISIBLE:
            continue
        seen += 1
        light, dark = sorted((_luminance(red, green, blue), behind), reverse=True)
        faint += (light + 0.05) / (dark + 0.05) < _STANDS_OUT
    return faint / seen if seen else 1.0


def _luminance(red: int, green: int, blue: int) -> float:
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


_LINEAR: Final = tuple(value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in range(256))
