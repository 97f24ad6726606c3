"""A signed-in page in a real Chromium that may complain of nothing and ask nobody but the desk."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from digest.model.account import Role
from tests.web.newsroom import Desk
from tests.web.watched import Heard


class At(Heard):
    """A page of the desk, signed in by its cookie."""

    def __init__(self, desk: Desk, browser: Browser, *, scripts: bool = True, width: int = 1280, role: Role = Role.EDITOR) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 860}, java_script_enabled=scripts)
        token = desk.client(role).cookies["digest_session"]
        self.context.add_cookies([{"name": "digest_session", "value": token, "url": desk.url}])
        super().__init__(self.context)
        self.desk = desk

    def open(self, path: str) -> Page:
        self.page.goto(self.desk.url + path)
        return self.page

    def close(self, *, but: str = "") -> None:
        assert [said for said in self.complaints if not but or but not in said] == []
        assert self.hosts == {urlsplit(self.desk.url).netloc}
        self.context.close()
