"""A picture written as the smaller of JPEG and PNG that suits it, within the bytes that its width in the mail may cost."""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

from digest.model.picture import Media

_BYTES_A_PIXEL: Final = 250  # of width as shown: 150 KB for a lead 600 px wide
_SMALL: Final = 300  # px as shown; below it a picture is a thumbnail
_THUMBNAIL: Final = 30_000
_QUALITIES: Final = (85, 80, 75, 70, 65, 60, 55, 50)
_COLOURS: Final = (128, 32, 16)
_NARROWER: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """The bytes, their type, and the pixels they hold."""

    media: Media
    width: int
    height: int
    body: bytes


def budget(width: int) -> int:
    """Return how many bytes a picture may have that is shown `width` px wide."""
    return _BYTES_A_PIXEL * width if width >= _SMALL else _THUMBNAIL


def encoded(image: Image.Image, width: int, *, few: bool) -> Encoded:
    """Write `image` (RGB or RGBA) for a place `width` px wide; `few`: it came with few colours, as drawings do.

    What is too heavy at the least quality loses pixels, down to one for each px shown; then it stays as it is.
    """
    most = budget(width)
    while True:
        made = _drawing(image, most) if image.mode == "RGBA" or few else None
        if image.mode == "RGBA":
            if made is not None and (len(made) <= most or image.width <= width):
                return _made("image/png", image, made)
        elif made is not None and len(made) <= most:
            return _made("image/png", image, made)
        else:
            photograph = _photograph(image, most)
            if len(photograph) <= most or image.width <= width:
                return _made("image/jpeg", image, photograph)
        narrower = max(width, int(image.width * _NARROWER))
        image = image.resize((narrower, max(1, round(image.height * narrower / image.width))), Image.Resampling.LANCZOS)


def _made(media: Media, image: Image.Image, body: bytes) -> Encoded:
    return Encoded(media=media, width=image.width, height=image.height, body=body)


def _photograph(image: Image.Image, most: int) -> bytes:
    """The best quality that fits; the least one where none does."""
    body = b""
    for quality in _QUALITIES:
        body = _written(image, "JPEG", quality=quality, optimize=True, progressive=True, subsampling="4:2:0")
        if len(body) <= most:
            break
    return body


def _drawing(image: Image.Image, most: int) -> bytes:
    """All colours where they fit and some are transparent, else a palette, no larger than fits."""
    method = Image.Quantize.FASTOCTREE if image.mode == "RGBA" else Image.Quantize.MEDIANCUT
    if image.mode == "RGBA" and len(whole := _written(image, "PNG", optimize=True)) <= most:
        return whole
    body = b""
    for colours in _COLOURS:
        body = _written(image.quantize(colours, method=method, dither=Image.Dither.NONE), "PNG", optimize=True)
        if len(body) <= most:
            break
    return body


def _written(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
