"""A drawing board of 1200 by 630 units and a short palette; edges come out smooth, and the file small."""

import io
from collections.abc import Sequence
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

WIDTH: Final = 1200
HEIGHT: Final = 630
# Drawn three times as large and scaled down: Pillow's own shapes have hard edges.
_FINER: Final = 3
_COLOURS: Final = 96

Point: TypeAlias = tuple[float, float]

# The magazine's colours: sea and ink, stone, sand, and one vermilion.
NIGHT: Final = "#14222d"
DEEP: Final = "#1f3340"
SEA: Final = "#28414f"
SLATE: Final = "#4a6875"
STEEL: Final = "#587480"
STONE: Final = "#91a3a8"
MIST: Final = "#b5c1c4"
HAZE: Final = "#c9d2d5"
SKY: Final = "#d9dfdd"
PALE: Final = "#d6dce5"
CREAM: Final = "#e6dac8"
PAPER: Final = "#f3ede1"
SAND: Final = "#b79c6f"
CLAY: Final = "#8d7450"
NAVY: Final = "#2a3b5a"
RED: Final = "#c4523a"
RUST: Final = "#ad4835"
BLUSH: Final = "#e6a08d"


class Canvas:
    """Shapes in units from the top left corner; colours are #rrggbb."""

    def __init__(self, ground: str) -> None:
        self._image = Image.new("RGB", (WIDTH * _FINER, HEIGHT * _FINER), ground)
        self._draw = ImageDraw.Draw(self._image)

    def rect(self, corner: Point, size: Point, colour: str) -> None:
        """A rectangle by its top left corner, width and height."""
        (x, y), (width, height) = corner, size
        self.poly([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour)

    def poly(self, points: Sequence[Point], colour: str) -> None:
        """A filled polygon."""
        self._draw.polygon([_fine(point) for point in points], fill=colour)

    def line(self, points: Sequence[Point], colour: str, width: float = 4) -> None:
        """A stroke through `points` with round joints and flat ends."""
        self._draw.line([_fine(point) for point in points], fill=colour, width=round(width * _FINER), joint="curve")

    def dashes(self, start: Point, end: Point, colour: str, *, width: float = 4, pattern: Point = (18, 12)) -> None:
        """A broken straight stroke; `pattern` is how long it is there, and how long it is not."""
        dash, gap = pattern
        (x0, y0), (x1, y1) = start, end
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        at = 0.0
        while at < length:
            a, b = at / length, min(at + dash, length) / length
            self.line([(x0 + (x1 - x0) * a, y0 + (y1 - y0) * a), (x0 + (x1 - x0) * b, y0 + (y1 - y0) * b)], colour, width)
            at += dash + gap

    def disc(self, centre: Point, radius: float, colour: str) -> None:
        """A filled circle."""
        self._draw.ellipse(_box(centre, radius), fill=colour)

    def ring(self, centre: Point, radius: float, colour: str, width: float = 3) -> None:
        """A circle's line."""
        self._draw.ellipse(_box(centre, radius), outline=colour, width=round(width * _FINER))

    def sector(self, centre: Point, radius: float, angles: tuple[float, float], colour: str) -> None:
        """A filled slice between two angles in degrees, clockwise from three o'clock."""
        self._draw.pieslice(_box(centre, radius), *angles, fill=colour)

    def ripples(self, strokes: Sequence[tuple[float, float, float]], colour: str) -> None:
        """Light on water: each stroke is x, y, length."""
        for x, y, length in strokes:
            self.line([(x, y), (x + length, y)], colour, 3)

    def png(self) -> bytes:
        """The drawing as a PNG with a palette."""
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        flat = small.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        out = io.BytesIO()
        flat.save(out, "PNG", optimize=True)
        return out.getvalue()


def _fine(point: Point) -> Point:
    return point[0] * _FINER, point[1] * _FINER


def _box(centre: Point, radius: float) -> tuple[float, float, float, float]:
    x, y = _fine(centre)
    return x - radius * _FINER, y - radius * _FINER, x + radius * _FINER, y + radius * _FINER
