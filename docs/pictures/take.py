# ruff: noqa: INP001  a script beside its pictures, no package
"""Take the pictures of the README: `.venv/bin/python docs/pictures/take.py` with the packages of requirements-dev.lock.

Sets the demo's stage without its play, so that the draft waits for an editor, and looks at it in Chromium.
"""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from digest.audience.links import reader_links
from digest.audience.token import Bearing
from digest.demo.stage import EDITOR, NEWSLETTER, furnish, players, set_stage
from digest.flows import previewing
from digest.model.mailing import Rendered
from digest.render.fill import fill_html
from digest.runtime import Runtime
from digest.settings import CONFIG_VARIABLE
from digest.store import editions, entries
from digest.supervise.service import open_listener, running

HERE = Path(__file__).parent


def waiting_edition(runtime: Runtime) -> int:
    """Return the draft, once it was laid out after the last entry."""
    while True:
        with runtime.database.reading() as session:
            changed = entries.last_change(session)
            for record in editions.listed(session, NEWSLETTER):
                if changed is not None and record.changed >= changed:
                    return record.id
        time.sleep(0.5)


def with_its_pictures(runtime: Runtime, edition: int) -> Rendered:
    """Return the mail, once no picture of it is still to come."""
    while True:
        seen = previewing.preview(runtime.database, runtime.press, edition, now=datetime.now(UTC))
        if all(finding.code != "picture_waits" for finding in seen.findings):
            return seen.rendered
        time.sleep(0.5)


def main() -> None:
    """Take both."""
    now = datetime.now(UTC)
    with open_listener("127.0.0.1", 0) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        stage = set_stage(web_port=listener.getsockname()[1], out=None)
        runtime = Runtime(stage.settings)
        furnish(runtime, stage, readers=200, now=now)
        environ = {CONFIG_VARIABLE: str(stage.config)}
        with running(stage.settings, listener, environ, players(stage, now=now)), sync_playwright() as playwright:
            edition = waiting_edition(runtime)
            rendered = with_its_pictures(runtime, edition)
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            mail = browser.new_page(viewport={"width": 700, "height": 940})
            links = reader_links(runtime.secret, base, Bearing(mailing_id=0, subscriber_id=0))
            mail.set_content(fill_html(rendered, links | {"name": "Ada", "address": "ada@example.org"}), wait_until="networkidle")
            mail.screenshot(path=HERE / "mail.png")
            desk = browser.new_page(viewport={"width": 1280, "height": 860})
            desk.goto(f"{base}/sign-in?next=/editions/{edition}")
            desk.fill("input[name=email]", EDITOR)
            desk.fill("input[name=password]", stage.password)
            desk.click("main button")
            desk.wait_for_load_state("networkidle")
            desk.screenshot(path=HERE / "desk.png")
            browser.close()
        runtime.close()
        shutil.rmtree(stage.settings.state)


if __name__ == "__main__":
    main()
