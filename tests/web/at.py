"""A signed-in page in a real Chromium that may complain of nothing and ask nobody but the desk."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from digest.model.account import Role
from tests.web.newsroom import Desk


class At:
    """A signed-in page that remembers what its console complained of and whom it asked."""

    def __init__(self, desk: Desk, browser: Browser, *, scripts: bool = True, width: int = 1280, role: Role = Role.EDITOR) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 860}, java_script_enabled=scripts)
        token = desk.client(role).cookies["digest_session"]
        self.context.add_cookies([{"name": "digest_session", "value": token, "url": desk.url}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.desk = desk

    def open(self, path: str) -> Page:
        self.page.goto(self.desk.url + path)
        return self.page

    def close(self, *, but: str = "") -> None:
        assert [said for said in self.complaints if not but or but not in said] == []
        assert self.hosts == {urlsplit(self.desk.url).netloc}
        self.context.close()
