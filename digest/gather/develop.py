"""A picture as it came made one that is fit for mail: upright, sRGB, without metadata, as small as its place allows. All of Pillow.

It runs in a process of its own (darkroom_child), because decoders are where hostile bytes do their harm.
"""

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from digest.errors import NotReadable
from digest.gather.encode import encoded
from digest.gather.tones import DARK, LIGHT, VANISHES, faint_share
from digest.model.picture import Developed

# What newsrooms publish in. JPEG 2000, ICNS, PSD and the rest have decoders that nobody needs here.
FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF")
MOST_PIXELS: Final = 50_000_000  # a camera's largest; four bytes each
_LONGEST_SIDE: Final = 30_000
_LEAST_HEIGHT: Final = 24  # px; dividers and trackers are flatter
_SIGNS: Final = ((b"<svg", "an SVG drawing, which no mail program shows"), (b"<", "a web page instead of a picture"))
_HEIF: Final = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
# What Pillow's decoders say of broken files; OSError is most of it.
_BROKEN: Final = (OSError, EOFError, SyntaxError, ValueError, RuntimeError)
_SRGB: Final = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How wide a picture is shown, in CSS px (it gets twice as many pixels where it has them), and the colours it must stand out on.

    A `logo` keeps its transparency and has no least size; what else is transparent keeps that only where it shows on light and dark.
    """

    width: int
    logo: bool = False
    grounds: tuple[str, ...] = ()


def develop(body: bytes, order: Order) -> Developed:
    """Return the picture in `body` as `order` wants it, the same bytes each time; raises NotReadable with the reason."""
    image = _opened(body)
    turned = _turned(image)
    found = (image.height, image.width) if turned else image.size
    least = 1 if order.logo else max(order.width // 3, _LEAST_HEIGHT)
    if found[0] < least or found[1] < (1 if order.logo else _LEAST_HEIGHT):
        raise NotReadable(f"it is {found[0]} × {found[1]} px, too small for a place {order.width} px wide")
    wide = min(found[0], 2 * order.width)
    # A JPEG can be decoded at a half, a quarter or an eighth: no smaller than twice what is wanted.
    part = min(1.0, 2 * wide / found[0])
    if image.format in {"JPEG", "MPO"}:
        image.draft(None, (int(image.width * part), int(image.height * part)))
    image = _flat(_upright(_loaded(image)))
    few = image.getcolors(256) is not None
    image = _sized(image, wide, found)
    faint = tuple(faint_share(image, ground) for ground in order.grounds)
    if not order.logo and image.mode == "RGBA" and max(faint_share(image, LIGHT), faint_share(image, DARK)) > VANISHES:
        image = on_white(image)
    image.info = {}  # the encoders write comments, profiles and resolutions that they find there
    made = encoded(image, order.width, few=few)
    return Developed(media=made.media, width=made.width, height=made.height, found=found, body=made.body, faint=faint)


def on_white(image: Image.Image) -> Image.Image:
    """Return a transparent picture on a white plate."""
    plate = Image.new("RGB", image.size, "white")
    plate.paste(image, mask=image.getchannel("A"))
    return plate


def _opened(body: bytes) -> Image.Image:
    """Read the head alone, and refuse by it what is no picture or would be too large to decode."""
    if not body:
        raise NotReadable("nothing came: it is empty")
    if any(sign in body[:32] for sign in _HEIF):
        raise NotReadable("it is HEIC, which is read nowhere but on telephones; a JPEG or PNG is needed")
    head = body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<"):
        said = next(words for sign, words in _SIGNS if sign in head)
        raise NotReadable(f"it is {said}; a JPEG or PNG is needed")
    try:
        image: Image.Image = Image.open(io.BytesIO(body), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise NotReadable("it is no picture in a format that is known here; a JPEG or PNG is needed") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotReadable(f"it has more than {MOST_PIXELS // 1_000_000} million pixels; a smaller one is needed") from error
    except _BROKEN as error:
        raise NotReadable(f"it is damaged ({_line(error)}); fetch it again, or take another") from error
    if image.width * image.height > MOST_PIXELS or max(image.size) > _LONGEST_SIDE:
        raise NotReadable(
            f"it is {image.width:,} × {image.height:,} px, more than {MOST_PIXELS // 1_000_000} million; a smaller one is needed"
        )
    return image


def _loaded(image: Image.Image) -> Image.Image:
    """Decode it: of an animated one the first picture."""
    try:
        image.seek(0)
        image.load()
    except _BROKEN as error:
        broken = "truncated" in str(error) or "unrecognized data" in str(error) or isinstance(error, EOFError)
        said = "it breaks off in the middle" if broken else f"it is damaged ({_line(error)})"
        raise NotReadable(f"{said}; fetch it again, or take another") from error
    return image


def _turned(image: Image.Image) -> bool:
    return _orientation(image) in {5, 6, 7, 8}


def _orientation(image: Image.Image) -> int:
    """How a camera was held (EXIF 2.32, tag 0x0112); what cannot be read is upright."""
    try:
        return int(image.getexif().get(0x0112, 1))
    except Exception:  # noqa: BLE001  whatever broken EXIF makes of a parser: the picture itself may be good
        return 1


def _upright(image: Image.Image) -> Image.Image:
    if _orientation(image) in range(2, 9):
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _flat(image: Image.Image) -> Image.Image:
    """Return it in eight bits, RGB or RGBA, in sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16"):
        # Pillow cuts these off at 255 where it converts them; the high bytes are the picture.
        high = slice(0, None, 2) if image.mode.endswith("B") else slice(1, None, 2)
        image = Image.frombytes("L", image.size, image.tobytes()[high])
    elif image.mode in {"I", "F"}:
        image = _stretched(image)
    elif image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    elif image.mode in {"LA", "La", "PA", "RGBa"} or (image.mode in {"L", "1", "RGB"} and "transparency" in image.info):
        image = image.convert("RGBA")
    elif image.mode == "LAB":
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return _managed(image, profile) or _refuse_mode(image)
    if image.mode == "RGBA":
        alpha = image.getchannel("A")
        colours = image.convert("RGB")
        colours = (_profiled(colours, profile) or colours).convert("RGB")
        if int(alpha.histogram()[255]) >= 0.999 * image.width * image.height:
            return colours
        colours.putalpha(alpha)
        return colours
    return _profiled(image, profile) or image.convert("RGB")


def _refuse_mode(image: Image.Image) -> Image.Image:
    raise NotReadable(f"its colours ({image.mode}) are not read here; a JPEG or PNG in RGB is needed")


def _stretched(image: Image.Image) -> Image.Image:
    """Bring a measured range (32 bits or floats, as instruments write them) to black and white."""
    extremes = image.getextrema()
    low, high = (float(one) for one in extremes if not isinstance(one, tuple))
    scale = 255 / (high - low) if high > low else 0.0
    return image.point(lambda value: value * scale + (-low * scale)).convert("L")


def _profiled(image: Image.Image, profile: object) -> Image.Image | None:
    if not isinstance(profile, bytes) or not profile:
        return None
    try:
        return _managed(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (OSError, ImageCms.PyCMSError):
        return None  # a profile that is broken, or of other colours than the picture: it is read without


def _managed(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image | None:
    try:
        return ImageCms.profileToProfile(image, profile, _SRGB, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return None


def _sized(image: Image.Image, wide: int, found: tuple[int, int]) -> Image.Image:
    """Return it `wide` pixels wide: never more than it came with."""
    high = max(1, round(found[1] * wide / found[0]))
    if image.size == (wide, high):
        return image
    return image.resize((wide, high), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]


def settle() -> None:
    """Have Pillow know its decoders and refuse bombs by their head; once, in the process that is there for it."""
    Image.init()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow's error comes at twice this
    ImageFile.LOAD_TRUNCATED_IMAGES = False
