"""A page in real Chromium that is watched: what its console complains of, and whom it asks."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.newsroom import PASSWORD, Desk

DESKTOP = (1280, 860)


class Heard:
    """A new page, what its console complained of, and whom it asked."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))


class Watched(Heard):
    """A page of the desk, signed in by its form or by nobody."""

    def __init__(self, browser: Browser, size: tuple[int, int] = DESKTOP, *, scripts: bool = True, scheme: str = "light") -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            color_scheme="dark" if scheme == "dark" else "light",
        )
        super().__init__(self.context)

    def sign_in(self, desk: Desk, who: str = "editor") -> None:
        self.page.goto(f"{desk.url}/")
        self.page.get_by_label("Email address").fill(f"{who}@meridian.example")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page).to_have_url(f"{desk.url}/")

    def close(self, desk: Desk, *, but: str | None = None) -> None:
        """Nothing was complained of `but` the status of a refusal, which Chromium itself puts down."""
        assert [said for said in self.complaints if but is None or but not in said] == []
        assert self.hosts == {urlsplit(desk.url).netloc}
        self.context.close()
