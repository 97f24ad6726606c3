"""Chromium as a reader's mail program: one page at a width, a scheme, with pictures on or off, in fonts that every machine of ours has."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, Route

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
)
# What a reader's client loads in place of the outlet's picture.
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"><rect width="1200" height="630" fill="#345"/>'
    '<circle cx="820" cy="230" r="90" fill="#c54"/></svg>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a mail is looked at: `width` in px, `scheme` light or dark."""

    width: int
    scheme: str = "light"
    pictures: bool = True


@contextmanager
def shown(browser: Browser, html: str, look: Look) -> Iterator[Page]:
    """Open a mail. Georgia and Helvetica are no package of Debian's: Noto's faces, which our packages install, step in by name."""
    html = html.replace("Georgia,", "'Noto Serif',").replace("Helvetica,", "'Noto Sans',")

    def answer(route: Route) -> None:
        if look.pictures and route.request.url.endswith(".png"):
            route.fulfill(body=PICTURE, content_type="image/svg+xml")
        else:
            route.abort()

    page = browser.new_page(viewport={"width": look.width, "height": 900}, color_scheme="dark" if look.scheme == "dark" else "light")
    page.route("**/*", answer)
    page.set_content(html)
    yield page
    page.close()
