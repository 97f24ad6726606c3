"""How far two colours stand apart: relative luminance and contrast (WCAG 2.2, 1.4.3)."""

from typing import Final

# By the value of a channel, 0 to 255: how much light that is, 0 to 1 (sRGB).
_LINEAR: Final = tuple(value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in range(256))


def luminance(red: int, green: int, blue: int) -> float:
    """Return the relative luminance of a colour of three channels, each 0 to 255: 0 for black, 1 for white."""
    return 0.2126 * _LINEAR[red] + 0.7152 * _LINEAR[green] + 0.0722 * _LINEAR[blue]


def luminance_of(colour: str) -> float:
    """Return the relative luminance of `#rrggbb`."""
    return luminance(*(int(colour[place : place + 2], 16) for place in (1, 3, 5)))


def ratio(one: float, other: float) -> float:
    """Return the contrast of two luminances: 1 to 21."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, `#rrggbb`: 1 to 21."""
    return ratio(luminance_of(one), luminance_of(other))
