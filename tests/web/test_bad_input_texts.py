"""Bad input, odd: NUL, bidi, emoji, scripts and template marks in each field of each form, on both databases."""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from digest.model.account import Role
from digest.model.edition import Article
from digest.runtime import Runtime
from digest.settings import Settings
from digest.store import editions
from digest.web.app import create_app
from tests.web.at import At
from tests.web.corrected import brief, content, item, save, seen
from tests.web.furnished import furnish
from tests.web.newsroom import SECRET, Desk, Served

SCRIPT = "<script>alert(1)</script>"
CLOSING = "</textarea></title></style><img src=x onerror=alert(1)>\"' onfocus=alert(1) autofocus='"
TEMPLATE = "{{7*7}}{{79*83}}{% raw %}{{ config }}${79*83}#{79*83}"
BIDI = "\u202eevil\u2066 live\u2069 \u200f\u05e9\u05dc\u05d5\u05dd\u200e"
EMOJI = "👩\u200d🚀 🇪🇺 naïve 字 \U0001f600 \ufffe\uffff\ufeff\u2028\u2029\x85"
NUL = "a\x00b\x01\x1b[31m\x7f%00\x00"
WIRE = "%0d%0aSet-Cookie: a=b %s %(name)s {name} {0.__class__} one\r\nBcc: all@example.org\r\n\r\ntwo\rthree '; DROP TABLE editions; --"
MARKS = "**[a](https://a.example/)** *b* \\* ` ~ # > - 1. ![x](y) [c](javascript:alert(1))"
NASTY = {"alive": SCRIPT + CLOSING + TEMPLATE, "odd": BIDI + EMOJI, "wire": NUL + WIRE, "marks": MARKS}
# Each form of the desk: where it goes, what makes it whole, and what an editor types into it.
FORMS: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("/editions/1/items/head", {}, ("subject", "preheader")),
    ("/editions/1/items/intro", {"text": "Words."}, ("text", "signature")),
    ("/editions/1/items/correction", {"text": "Words."}, ("text", "signature")),
    ("/editions/1/items/s3", {}, ("heading",)),
    ("/editions/1/items/a1", {}, ("headline", "dek", "kicker", "byline", "url", "picture", "alt", "credit", "body")),
    ("/editions/1/items/a1", {"picture": "other"}, ("address",)),
    ("/editions/1/items/b1", {}, ("lead", "text", "sources")),
    ("/editions/1/items/b1", {"lead": "x"}, ("settle", "held", "pick-lead-0", "view")),
    ("/editions/1/items/b2/section", {}, ("to",)),
    ("/editions/1/items/b2/back", {}, ("held",)),
    ("/editions/1/add", {"kind": "note", "section": "s2"}, ("text", "section", "kind")),
    ("/editions/1/add", {"kind": "passage", "section": "s3"}, ("text",)),
    ("/editions/1/add", {"kind": "address", "section": "s2"}, ("text",)),
    ("/editions/1/undo", {}, ("item",)),
    ("/editions/1/restore", {}, ("to",)),
    ("/editions/1/review", {}, ("why",)),
    ("/editions/1/approve", {"sha256": "x"}, ("why", "sha256")),
    ("/editions/1/schedule", {"when": "other"}, ("day", "at", "when")),
    ("/editions/1/test", {}, ("to",)),
    ("/sign-in", {}, ("email", "password", "next")),
    ("/sources/find", {}, ("url",)),
    ("/sources", {"url": "https://a.example/feed"}, ("url", "name", "short", "kind", "extent")),
    ("/newsletters/weekly/slots/skip", {}, ("slot", "why")),
    ("/newsletters/weekly/slots/move", {"slot": "2020-12-05T06:00:00+00:00"}, ("day", "at", "why")),
    ("/people", {"role": "editor"}, ("email", "name", "password", "role")),
    ("/subscribe/weekly", {"email": "a@example.org"}, ("email", "name")),
]
PAGES = (
    *("/", "/editions/1", "/editions/1?view=text", "/editions/1?item=head", "/editions/1?item=b1", "/editions/1?item=a1"),
    *("/editions/1?item=s3", "/editions/1?item=intro", "/editions/1/history", "/editions/1/test", "/acts", "/sources", "/people"),
    *("/newsletters", "/newsletters/weekly", "/newsletters/weekly/plan", "/newsletters/weekly/slots", "/account"),
)


class Live(HTMLParser):
    """Finds what would run: a script of its own, an attribute that acts, a strange picture, a link that is code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = ["a filled template"] if "6557" in html else []
        self.found += ["NUL"] if "\0" in html else []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            self.found.append("a script")
        self.found += [name for name in given if name.startswith("on")]
        self.found += [f"{tag} to {value}" for value in given.values() if value.strip().lower().startswith("javascript:") and tag == "a"]
        if tag == "img" and given.get("src") == "x":
            self.found.append("a picture")


@pytest.fixture
def desk_on_postgres(postgres_url: str, served: Served, tmp_path: Path) -> Iterator[Desk]:
    furnish(postgres_url).close()
    runtime = Runtime(Settings(state=tmp_path, secret=SECRET, web_port=served.port, database_url=postgres_url))
    runtime.__dict__["press"] = served.press
    desk = Desk(url=f"http://127.0.0.1:{served.port}", runtime=runtime)
    served.app = create_app(runtime, clock=lambda: desk.now)
    yield desk
    for client in desk.clients:
        client.close()
    del runtime.__dict__["press"]
    runtime.close()


@pytest.fixture(params=["desk", "desk_on_postgres"])
def any_desk(request: pytest.FixtureRequest) -> Desk:
    found: Desk = request.getfixturevalue(request.param)
    return found


def post(browser: httpx.Client, desk: Desk, path: str, fields: dict[str, str]) -> httpx.Response:
    return browser.post(path, data=seen(desk) | fields)


@pytest.mark.parametrize("kind", NASTY)
def test_whatever_stands_in_a_field_no_form_breaks_and_no_page_runs_it(desk: Desk, kind: str) -> None:
    spoil_every_form(desk, NASTY[kind])


def test_no_form_breaks_on_what_postgresql_cannot_hold(desk_on_postgres: Desk) -> None:
    spoil_every_form(desk_on_postgres, NASTY["wire"])


def spoil_every_form(desk: Desk, nasty: str) -> None:
    browser = desk.client(Role.ADMIN)
    broken = {}
    for path, whole, names in FORMS:
        for name in names:
            text = f"https://a.example/{nasty}" if name in ("url", "address", "picture") else nasty
            answer = post(browser, desk, path, whole | {name: text})
            if answer.status_code >= 500 or (found := Live(answer.text).found):
                broken[f"{path} {name}"] = (answer.status_code, found)
    for path in PAGES:
        page = browser.get(path)
        if page.status_code != 200 or (found := Live(page.text).found):
            broken[path] = (page.status_code, found)
    assert Live(browser.get(f"/editions/1/mail/{desk.sha256()}").text).found == []
    assert broken == {}


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "{{7*7}}", "👩\u200d🚀 字 שלום", "\"'&amp;"])
def test_what_is_text_is_kept_to_the_letter(any_desk: Desk, nasty: str) -> None:
    browser = any_desk.client()
    save(browser, "b1", any_desk, lead=nasty, text=nasty)
    save(browser, "a1", any_desk, headline=nasty, body=nasty)
    save(browser, "head", any_desk, subject=nasty)
    article = item(any_desk, "a1")
    assert isinstance(article, Article)
    assert (brief(any_desk, "b1").lead, article.headline, content(any_desk).subject) == (nasty, nasty, nasty)
    assert unescape(brief(any_desk, "b1").html) == nasty
    for place, name in (("b1", "text"), ("a1", "body"), ("head", "subject")):
        form = browser.get(f"/editions/1?item={place}").text.partition('id="item-form"')[2]
        found = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
        assert found is not None
        assert unescape(found[1]) == nasty


def test_controls_and_overrides_are_dropped_where_they_would_reach_past_their_text(any_desk: Desk) -> None:
    save(any_desk.client(), "head", any_desk, subject="\u202eevil\u2066 a\x00b\x1b \ufeffc\nBcc: all@example.org")
    assert content(any_desk).subject == "evil ab c Bcc: all@example.org"
    with any_desk.database.reading() as session:
        assert editions.get(session, 1).revision == 2


def test_an_address_in_the_path_that_is_none_is_not_found(any_desk: Desk) -> None:
    browser = any_desk.client()
    for path in (
        "/editions/99999999999999999999/items/b1",
        "/editions/0/undo",
        "/editions/-1/add",
        "/editions/1/items/%00",
        "/editions/1/items/%F0%9F%98%80/up",
    ):
        answer = browser.post(path, data=seen(any_desk) | {"lead": "x", "kind": "note", "section": "s2", "text": "x"})
        assert 300 <= answer.status_code < 500, (path, answer.status_code)
    assert seen(any_desk)["revision"] == "1"
    for path in (
        "/editions/99999999999999999999",
        "/editions/1?item=%01",
        "/editions/1/history?before=99999999999999999999&after=1",
        "/editions/1?view=%00",
    ):
        assert browser.get(path).status_code == 404, path


def test_in_a_browser_nothing_of_it_runs_with_scripts_on(desk: Desk, chromium: Browser) -> None:
    browser = desk.client()
    for place, name in (("b1", "lead"), ("b1", "text"), ("a1", "headline"), ("a1", "body"), ("s3", "heading"), ("head", "subject")):
        save(browser, place, desk, **{name: SCRIPT + CLOSING + TEMPLATE + BIDI})
    at = At(desk, chromium)
    at.page.on("dialog", lambda dialog: at.complaints.append(dialog.message))
    for path in ("", "?item=b1", "?item=a1", "?item=s3", "?item=head", "/history?before=1&after=4"):
        page = at.open(f"/editions/1{path}")
        assert page.evaluate("() => [document.documentElement.scrollWidth <= innerWidth, document.images.length]") == [True, 0]
    at.close()
