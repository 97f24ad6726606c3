"""Pictures of each page at 1280 and 375 px stand in docs/pictures/pages, and still look like the pages.

`PICTURES=keep ./run test tests/web/test_pictures.py` takes them anew and writes docs/pages.md.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser, BrowserContext, Page

from digest.model.account import Role
from digest.web.app import create_app
from tests.web.gallery import Scene, furnished, scenes
from tests.web.newsroom import Desk, Served
from tests.web.test_axe import flat

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = DOCS / "pictures" / "pages"
KEEP = os.environ.get("PICTURES") == "keep"
WIDTHS = (1280, 375)
# Beyond it a page is cut: what matters on it stands above.
TALLEST = 2400
# Of a picture at an eighth of its size: fonts and a Chromium's version move it by less, a moved or recoloured block by more.
LARGEST_DIFFERENCE = 6.0
LARGEST_GROWTH = 0.08
INTRODUCTION = """# The pages

Each page as it is now, 1280 px and 375 px wide, over the sample outlet’s week. A test takes these pictures and fails where
a page no longer looks like its own.
"""
# What answers GET and is no page.
NOT_PAGES = {
    "/archive/{newsletter_id}/feed.atom",
    "/editions/{edition_id}/mail/{sha256}",
    "/editions/{edition_id}/sending/live",
    "/entries/{entry_id}/briefs",
    "/favicon.ico",
    "/healthz",
    "/.well-known/digest-exports.{kind}",
    "/metrics",
    "/pictures/{name}",
    "/queues/live",
    "/readyz",
    "/returns/{return_id}/mail",
    "/robots.txt",
    "/static/{digest}/{name}",
}


def photographed(page: Page) -> Image.Image:
    """Take the whole page, cut at TALLEST."""
    height = min(TALLEST, page.evaluate("() => document.documentElement.scrollHeight"))
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.set_viewport_size({"width": width, "height": max(height, 600)})
    if page.locator("iframe").count():
        # The mail is a page of its own and is drawn by another process, a moment after the page around it.
        page.wait_for_timeout(500)
    taken = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": max(height, 600)}, animations="disabled", caret="hide")
    return Image.open(io.BytesIO(taken)).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pictures are apart, of 255, seen from far enough that letters blur."""
    height = min(one.height, other.height)
    size = (max(1, one.width // 8), max(1, height // 8))
    blurred = [each.crop((0, 0, each.width, height)).convert("L").resize(size, Image.Resampling.BOX) for each in (one, other)]
    rms: float = ImageStat.Stat(ImageChops.difference(*blurred)).rms[0]
    return rms


def held_against(path: Path, taken: Image.Image) -> str | None:
    """Say how the picture in docs/ no longer is the page, or None."""
    if not path.is_file():
        return f"{path.name} is missing"
    with Image.open(path) as kept:
        known = kept.convert("RGB")
    if known.width != taken.width or abs(known.height - taken.height) > LARGEST_GROWTH * taken.height:
        return f"{path.name} is {known.width}×{known.height}, the page {taken.width}×{taken.height}"
    apart = difference(known, taken)
    return f"{path.name} is {apart:.1f} apart" if apart > LARGEST_DIFFERENCE else None


def look(context: BrowserContext, desk: Desk, scene: Scene, width: int) -> Image.Image:
    """Open the scene's page and photograph it; it may not be wider than its window."""
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": 860})
    answer = page.goto(f"{desk.url}{scene.path}", wait_until="load")
    assert answer is not None
    assert answer.ok, scene.path
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{scene.name} scrolls sideways by {wide} px at {width}"
    taken = photographed(page)
    page.close()
    return taken


def gallery(shown: list[Scene]) -> str:
    """Return docs/pages.md."""
    parts = [INTRODUCTION]
    for scene in shown:
        pictures = " ".join(f"![{scene.shows}, {width} px](pictures/pages/{scene.name}-{width}.png)" for width in WIDTHS)
        parts.append(f"## {scene.shows}\n\n{pictures}\n")
    return "\n".join(parts)


@pytest.mark.timeout(900)
def test_each_page_has_its_pictures_in_docs(served: Served, chromium: Browser, tmp_path: Path) -> None:
    shown: list[Scene] = []
    stale: list[str] = []
    with furnished(served, tmp_path) as desk:
        routes = [route for route in flat(create_app(desk.runtime).routes) if "GET" in (route.methods or ())]
        missing = {route.path for route in routes} - NOT_PAGES
        outside, inside = chromium.new_context(color_scheme="light"), chromium.new_context(color_scheme="light")
        token = desk.client(Role.ADMIN).cookies["digest_session"]
        inside.add_cookies([{"name": "digest_session", "value": token, "url": desk.url}])
        for scene in scenes(desk, tmp_path):
            shown.append(scene)
            missing -= {next(route.path for route in routes if route.path_regex.match(scene.path.partition("?")[0]))}
            for width in WIDTHS:
                path = PAGES / f"{scene.name}-{width}.png"
                taken = look(inside if scene.desk else outside, desk, scene, width)
                if KEEP:
                    # A palette of 64 tells the page as well, at a third of the weight.
                    taken.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)
                elif why := held_against(path, taken):
                    stale.append(why)
    if KEEP:
        (DOCS / "pages.md").write_text(gallery(shown), "utf-8")
    assert missing == set(), "pages without a picture: add a scene to tests/web/gallery.py"
    assert stale == [], "take them anew: PICTURES=keep ./run test tests/web/test_pictures.py"
    assert (DOCS / "pages.md").read_text("utf-8") == gallery(shown)
    kept = {f"{scene.name}-{width}.png" for scene in shown for width in WIDTHS}
    assert {path.name for path in PAGES.glob("*.png")} == kept
    assert sum(path.stat().st_size for path in PAGES.glob("*.png")) < 6_000_000


def test_a_page_that_changed_is_seen(tmp_path: Path) -> None:
    page = Image.new("RGB", (400, 800), "white")
    page.paste((20, 30, 40), (20, 100, 380, 260))
    page.save(tmp_path / "kept.png")
    assert held_against(tmp_path / "kept.png", page) is None
    moved = Image.new("RGB", (400, 800), "white")
    moved.paste((20, 30, 40), (20, 300, 380, 460))
    assert "apart" in (held_against(tmp_path / "kept.png", moved) or "")
    assert "missing" in (held_against(tmp_path / "none.png", page) or "")
    assert "400×1000" in (held_against(tmp_path / "kept.png", page.resize((400, 1000))) or "")
