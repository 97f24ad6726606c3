"""How both themes look, against pictures that a person has seen: no more than one pixel in two hundred may have moved.

`DIGEST_GOLDENS=keep .venv/bin/python -m pytest tests/render/test_goldens.py` writes the pictures anew. Look at each of them before
they are committed: what they show is what is right from then on.
"""

import io
import os
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from digest.model.edition import Edition
from digest.render.specimen import specimens
from tests.render.eyes import Look, shown

GOLDENS = Path(__file__).parent / "goldens"
LOOKS = [Look(width=width, scheme=scheme) for width in (700, 375) for scheme in ("light", "dark")]
SEEN = [
    *product(["review", "bulletin"], ["thin", "normal", "heavy", "every block"], LOOKS),
    # Both widths and both schemes; where it stands in the other two is measured (test_correction.py).
    *product(["review", "bulletin"], ["corrected"], [LOOKS[0], LOOKS[-1]]),
]
# A pixel has moved where one of its channels differs by more than a font's edge does from one build of Chromium to the next.
EDGE = 48
MOVED = 0.005


def moved(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ; 1 where the two are not of one width, or of heights that differ by over 0.5 %."""
    if one.width != other.width or abs(one.height - other.height) > one.height * MOVED:
        return 1.0
    height = min(one.height, other.height)
    box = (0, 0, one.width, height)
    channels = ImageChops.difference(one.crop(box).convert("RGB"), other.crop(box).convert("RGB")).split()
    worst = ImageChops.lighter(ImageChops.lighter(channels[0], channels[1]), channels[2])
    differing = sum(worst.histogram()[EDGE:]) + abs(one.height - other.height) * one.width
    return differing / (one.width * max(one.height, other.height))


@pytest.mark.parametrize(("theme", "size", "look"), SEEN, ids=lambda one: f"{one.width}-{one.scheme}" if isinstance(one, Look) else one)
def test_a_theme_looks_as_it_was_last_seen(
    browser: Browser, furnished_html_of: Callable[[Edition, str], str], tmp_path: Path, *, theme: str, size: str, look: Look
) -> None:
    name = f"{theme}-{size.replace(' ', '-')}-{look.width}-{look.scheme}.png"
    with shown(browser, furnished_html_of(specimens()[size], theme), look) as page:
        now = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    if os.environ.get("DIGEST_GOLDENS") == "keep":
        now.quantize(128, dither=Image.Dither.NONE).save(GOLDENS / name, optimize=True)
    share = moved(Image.open(GOLDENS / name), now)
    if share > MOVED:
        now.save(tmp_path / name)
    assert share <= MOVED, f"{share:.2%} of {name} has moved; what it is now: {tmp_path / name}"


def test_a_word_or_a_colour_more_is_seen(browser: Browser, furnished_html_of: Callable[[Edition, str], str]) -> None:
    html = furnished_html_of(specimens()["normal"], "review")
    seen = Image.open(GOLDENS / "review-normal-375-light.png")
    for before, after in (("A reservoir learns to share", "A reservoir"), ("#191a1c", "#1b4a8a"), ("padding:22px", "padding:40px")):
        with shown(browser, html.replace(before, after), Look(width=375)) as page:
            assert moved(seen, Image.open(io.BytesIO(page.screenshot(full_page=True)))) > MOVED, before


def test_the_pictures_are_few_and_small() -> None:
    files = list(GOLDENS.glob("*.png"))
    assert len(files) == len(SEEN) <= 40
    assert sum(path.stat().st_size for path in files) < 10_000_000
