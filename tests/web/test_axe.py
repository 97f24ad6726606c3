"""Every page held against axe-core, in light and dark: no violation."""

from collections.abc import Iterable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page

from digest.model.account import Role
from digest.web.app import create_app
from tests.web.newsroom import Desk


def violations(page: Page) -> list[str]:
    # The mail, in its frame as in the archive, may run no script, so axe would wait for it in vain.
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def flat(routes: Iterable[object]) -> Iterator[APIRoute]:
    """Every route, those of routers inside routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif router := getattr(route, "original_router", None):
            yield from flat(router.routes)


def plain_pages(desk: Desk) -> list[str]:
    """Every page that takes no parameter: a new one is looked at without being named here."""
    routes = flat(create_app(desk.runtime).routes)
    client = desk.client(Role.ADMIN)
    pages = []
    for path in sorted({route.path for route in routes if "GET" in (route.methods or ()) and "{" not in route.path}):
        with client.stream("GET", path) as answer:
            if answer.headers.get("content-type", "").startswith("text/html"):
                pages.append(path)
    assert "/" in pages
    return pages


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_violates_axe(desk: Desk, chromium: Browser, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, color_scheme="dark" if scheme == "dark" else "light")
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(*paths: str) -> None:
        for path in paths:
            page.goto(f"{desk.url}{path}")
            if wrong := violations(page):
                found[path] = wrong

    look("/sign-in", "/nowhere")
    token = desk.client(Role.ADMIN).cookies["digest_session"]
    context.add_cookies([{"name": "digest_session", "value": token, "url": desk.url}])
    look(*plain_pages(desk), "/editions/1", *(f"/editions/1?view={view}" for view in ("phone", "dark", "text")))
    links = desk.links(desk.release())
    look("/", "/editions/1", "/archive/weekly")
    look(*(links[name].removeprefix(desk.url) for name in ("unsubscribe_url", "preferences_url")), "/u/0-0-wrong")
    context.close()
    assert found == {}
