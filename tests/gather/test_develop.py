"""What becomes of a picture: upright, sRGB, without metadata, small; and what is refused, with the reason. All drawn here."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms, ImageDraw

from digest.errors import NotReadable
from digest.gather.darkroom import develop_apart
from digest.gather.develop import Order, develop
from digest.gather.encode import budget
from digest.model.picture import Developed


def photograph(width: int = 1600, height: int = 1000) -> Image.Image:
    """Something that JPEG is for: grain over a sky, red on its left edge and blue on its right."""
    grain = Image.effect_noise((width, height), 40)
    sky = Image.linear_gradient("L").resize((width, height))
    picture = Image.merge("RGB", (sky, Image.blend(sky, grain, 0.4), grain))
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((0, 0, width // 8, height), fill=(200, 0, 0))
    drawing.rectangle((width - width // 8, 0, width, height), fill=(0, 0, 200))
    return picture


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(made: Developed) -> Image.Image:
    return Image.open(io.BytesIO(made.body))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it is so large, its bytes all zero."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(5_000_000), 9)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "BMP", "TIFF"])
def test_whatever_came_goes_out_as_jpeg_at_twice_its_place(kind: str) -> None:
    made = develop(written(photograph(), kind), Order(width=600))
    picture = opened(made)
    assert (made.media, picture.format, picture.mode, picture.size) == ("image/jpeg", "JPEG", "RGB", (1200, 750))
    assert (made.width, made.height, made.found) == (1200, 750, (1600, 1000))
    assert len(made.body) <= budget(600) == 150_000


def test_a_thumbnail_is_small_and_a_lead_is_not_enlarged() -> None:
    body = written(photograph(), "JPEG", quality=95)
    thumbnail = develop(body, Order(width=156))
    assert (thumbnail.width, thumbnail.height) == (312, 195)
    assert len(thumbnail.body) <= 30_000
    small = develop(written(photograph(400, 250), "JPEG"), Order(width=600))
    assert (small.width, small.height) == (400, 250)


def test_what_is_too_heavy_at_any_quality_loses_pixels_before_it_loses_its_place() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((1600, 1200), 120) for _ in range(3)])
    made = develop(written(noise, "PNG"), Order(width=600))
    assert 600 <= made.width < 1200
    assert len(made.body) <= budget(600) or made.width == 600


def test_the_same_bytes_come_of_the_same_picture() -> None:
    body = written(photograph(), "PNG")
    assert develop(body, Order(width=420)) == develop(body, Order(width=420))


def test_a_picture_held_sideways_stands_upright_and_tells_nobody_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it clockwise to see it
    exif[0x010F] = "Camera of Ada Lind"
    exif.get_ifd(0x8825)[2] = (50.0, 51.0, 1.0)  # GPS
    body = written(photograph(), "JPEG", exif=exif, comment=b"taken at home", dpi=(300, 300))
    assert b"Ada Lind" in body
    made = develop(body, Order(width=600))
    picture = opened(made)
    assert made.found == (1000, 1600)
    assert picture.size == (1000, 1600) if made.width == 1000 else picture.width >= 600
    assert not picture.getexif()
    for word in (b"Ada Lind", b"Exif", b"taken at home", b"ICC_PROFILE"):
        assert word not in made.body
    # What was its left edge is now its top.
    top, bottom = picture.getpixel((picture.width // 2, 4)), picture.getpixel((picture.width // 2, picture.height - 4))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]


def test_colours_of_another_profile_are_brought_to_srgb() -> None:
    # A profile whose red and green are swapped: only who reads it sees the green that was meant.
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    table = {bytes(swapped[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(swapped[128:132], "big"), 12)}
    red, green = table[b"rXYZ"], table[b"gXYZ"]
    swapped[red : red + 4], swapped[green : green + 4] = swapped[green : green + 4], swapped[red : red + 4]
    body = written(Image.new("RGB", (800, 500), (220, 10, 10)), "JPEG", icc_profile=bytes(swapped), quality=95)
    pixel = opened(develop(body, Order(width=400))).convert("RGB").getpixel((100, 100))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 150 > pixel[0]


def test_a_broken_profile_is_passed_over() -> None:
    body = written(Image.new("RGB", (800, 500), (220, 10, 10)), "JPEG", icc_profile=b"no profile at all", quality=95)
    pixel = opened(develop(body, Order(width=400))).convert("RGB").getpixel((100, 100))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 180


def grey_of_16_bits() -> bytes:
    columns = b"".join(struct.pack("<H", 65_535 * at // 799) for at in range(800))
    return written(Image.frombytes("I;16", (800, 500), columns * 500), "PNG")


@pytest.mark.parametrize(
    ("body", "middle"),
    [
        (lambda: written(Image.new("CMYK", (800, 500), (0, 255, 255, 0)), "JPEG", quality=95), (255, 0, 0)),
        (grey_of_16_bits, (128, 128, 128)),
        (lambda: written(Image.linear_gradient("L").rotate(90).resize((800, 500)).convert("F"), "TIFF"), (128, 128, 128)),
        (lambda: written(Image.new("L", (800, 500), 77), "PNG"), (77, 77, 77)),
        (lambda: written(Image.new("1", (800, 500), 1), "PNG"), (255, 255, 255)),
        (lambda: written(Image.new("RGB", (800, 500), (9, 99, 199)).quantize(8), "GIF"), (9, 99, 199)),
    ],
    ids=["CMYK", "16 bits", "floats", "grey", "black and white", "palette"],
)
def test_every_kind_of_colours_is_seen_as_it_was_meant(body: Callable[[], bytes], middle: tuple[int, int, int]) -> None:
    pixel = opened(develop(body(), Order(width=400))).convert("RGB").getpixel((400, 250))
    assert isinstance(pixel, tuple)
    assert all(abs(is_ - meant) <= 6 for is_, meant in zip(pixel, middle, strict=True)), pixel


def test_of_an_animation_the_first_picture_is_taken() -> None:
    frames = [Image.new("RGB", (400, 300), colour) for colour in ("green", "red", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        body = written(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        picture = opened(develop(body, Order(width=200)))
        assert getattr(picture, "n_frames", 1) == 1
        pixel = picture.convert("RGB").getpixel((100, 100))
        assert isinstance(pixel, tuple)
        assert pixel[1] > 100 > pixel[0]


def test_a_drawing_of_few_colours_stays_sharp_as_png() -> None:
    drawing = Image.new("RGB", (1400, 900), "white")
    pen = ImageDraw.Draw(drawing)
    for at in range(0, 1400, 35):
        pen.line((at, 0, 1400 - at, 900), fill=(20, 60, 120), width=2)
    made = develop(written(drawing, "PNG"), Order(width=600))
    assert made.media == "image/png"
    assert opened(made).mode == "P"
    assert len(made.body) <= budget(600)


def test_what_is_transparent_keeps_that_only_where_it_shows_on_light_and_dark() -> None:
    def mark(colour: tuple[int, int, int]) -> bytes:
        picture = Image.new("RGBA", (800, 500), (0, 0, 0, 0))
        ImageDraw.Draw(picture).ellipse((200, 50, 600, 450), fill=(*colour, 255))
        return written(picture, "PNG")

    both = develop(mark((190, 90, 60)), Order(width=400))
    assert (both.media, opened(both).convert("RGBA").getpixel((5, 5))) == ("image/png", (190, 90, 60, 0)) or (
        opened(both).convert("RGBA").getchannel("A").getextrema() == (0, 255)
    )
    black = opened(develop(mark((10, 10, 10)), Order(width=400))).convert("RGBA")
    assert black.getpixel((5, 5)) == (255, 255, 255, 255)


def test_a_logo_keeps_its_transparency_and_says_on_which_ground_it_vanishes() -> None:
    picture = Image.new("RGBA", (120, 40), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((10, 10, 110, 30), fill=(15, 15, 15, 255))
    made = develop(written(picture, "PNG"), Order(width=240, logo=True, grounds=("#fcfcfa", "#141517")))
    assert (made.media, made.width) == ("image/png", 120)
    assert opened(made).convert("RGBA").getchannel("A").getextrema() == (0, 255)
    on_light, on_dark = made.faint
    assert on_light < 0.1
    assert on_dark > 0.9


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "it is empty"),
    "a web page": (lambda: b"<!doctype html><title>Not here</title>", "a web page instead of a picture"),
    "a drawing of vectors": (lambda: b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
    "a telephone's own": (lambda: b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
    "noise": (lambda: b"\x07" * 5_000, "no picture in a format that is known"),
    "half of a JPEG": (lambda: written(photograph(), "JPEG")[:20_000], "breaks off in the middle"),
    "half of a PNG": (lambda: written(photograph(), "PNG")[:200_000], "breaks off in the middle"),
    "a broken head": (lambda: b"BM" + bytes(8) + b"\x36\0\0\0\x28\0\0\0" + b"\x20\0\0\0" * 2 + b"\1\0\xc9\0" + bytes(64), "it is damaged"),
    "a bomb": (lambda: bomb(50_000, 50_000), "million"),
    "a smaller bomb": (lambda: bomb(9_000, 9_000), "million"),
    "a ribbon": (lambda: bomb(40_000, 30), "million"),
    "a tracker": (lambda: written(Image.new("RGB", (1, 1)), "GIF"), "1 × 1 px, too small"),
    "a stamp": (lambda: written(photograph(199, 150), "JPEG"), "199 × 150 px, too small"),
    "a rule": (lambda: written(photograph(900, 6), "PNG"), "900 × 6 px, too small"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_shown_is_refused_with_the_reason(name: str) -> None:
    body, reason = REFUSED[name]
    with pytest.raises(NotReadable, match=reason):
        develop(body(), Order(width=600))


def test_a_process_of_its_own_gives_the_same_and_keeps_our_memory_small() -> None:
    body = written(photograph(), "WEBP")
    assert develop_apart(body, width=600) == develop(body, Order(width=600))
    for name in ("a bomb", "half of a JPEG", "nothing"):
        made, reason = REFUSED[name]
        with pytest.raises(NotReadable, match=reason):
            develop_apart(made(), width=600)


def test_a_decoder_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(NotReadable, match=r"more than 0\.01 seconds"):
        develop_apart(written(photograph(), "PNG"), width=600, patience=0.01)
