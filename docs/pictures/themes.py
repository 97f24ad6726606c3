# ruff: noqa: INP001  a script beside its pictures, no package
"""Take the picture of both themes: `.venv/bin/python docs/pictures/themes.py` with the packages of requirements-dev.lock."""

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from digest.cli.theme_page import write_pages
from digest.render.places import template_roots

HERE = Path(__file__).parent
TALL = 1_500
LOOKS = (
    ("review", "every-block", 700),
    ("review", "every-block-dark", 375),
    ("bulletin", "every-block", 600),
    ("bulletin", "every-block-dark", 375),
)


def taken(page: Page, file: Path, width: int) -> Image.Image:
    """Return the top of a mail at a width."""
    page.set_viewport_size({"width": width, "height": TALL})
    page.goto(file.as_uri(), wait_until="networkidle")
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def main() -> None:
    """Take four and lay them side by side."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"]).new_page()
        shots = []
        for theme, name, width in LOOKS:
            write_pages(template_roots(), theme, Path(folder) / theme)
            shots.append(taken(page, Path(folder) / theme / f"{name}.html", width))
    sheet = Image.new("RGB", (sum(shot.width for shot in shots) + 24 * (len(shots) - 1), TALL), "#e2e1dc")
    left = 0
    for shot in shots:
        sheet.paste(shot, (left, 0))
        left += shot.width + 24
    small = sheet.resize((sheet.width * 3 // 5, sheet.height * 3 // 5), Image.Resampling.LANCZOS)
    small.quantize(160, dither=Image.Dither.NONE).save(HERE / "themes.png", optimize=True)


if __name__ == "__main__":
    main()
