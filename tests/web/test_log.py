"""Every act at the desk stands in the log: a route that changes something and says nothing of it is caught here."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from digest.flows import drafting
from digest.model.account import MACHINE, Role
from digest.model.picture import Wish
from digest.model.relay import Cause
from digest.model.source import Entry, Source
from digest.store import accounts, breakers, editions, entries, newsletters, pictures, sources
from digest.store.tables import metadata
from tests.kept import by_guid
from tests.web.newsroom import NEWSLETTER, NOW, PASSWORD, SLOT, Desk
from tests.web.returned import came_back
from tests.web.test_checks import REASON, forms, without_alt
from tests.web.test_newsletters import fields
from tests.web.test_roles import OPEN, TABLE

# Kept by the service itself: the log, tries, and renderings, which follow from what they are of.
NOT_ACTED_ON = {"acts", "attempts", "renderings", "heartbeats"}
# Readers' own pages. What they do stands in their subscriptions and consents, with its time and its wording.
READERS = {path for (method, path), who in TABLE.items() if method == "POST" and who == OPEN and not path.startswith("/sign-")}
FRESH = {"revision": "1", "state": "draft"}
SOURCE = Source(id="wire", name="Wire", url="https://wire.example/feed")

Play = Callable[[Desk, httpx.Client], httpx.Response]


def posting(path: str, **form: str) -> Play:
    return lambda _, browser: browser.post(path, data=form)


def after(path: str, form: dict[str, str], then: Play) -> Play:
    """Play `then` once something else was done."""

    def play(desk: Desk, browser: httpx.Client) -> httpx.Response:
        assert browser.post(path, data=form).status_code < 400, path
        return then(desk, browser)

    return play


def approved(then: Play) -> Play:
    def play(desk: Desk, browser: httpx.Client) -> httpx.Response:
        desk.approve()
        return then(desk, browser)

    return play


def missing(desk: Desk, browser: httpx.Client) -> httpx.Response:
    """Stop a sending before anybody has it, and send it to those who then miss it."""
    desk.release()
    browser.post("/editions/1/stop")
    return browser.post("/editions/1/sending/missed")


def amending(desk: Desk, browser: httpx.Client) -> httpx.Response:
    """Correct what is on its way, approve that, and send it."""
    desk.release()
    browser.post("/editions/1/sending/correct", data={"subject": "Correction"})
    browser.post("/editions/1/approve", data={"revision": "2", "state": "draft", "sha256": desk.sha256()})
    return browser.post("/editions/1/sending/correction", data={"revision": "2"})


def sending(then: Play) -> Play:
    def play(desk: Desk, browser: httpx.Client) -> httpx.Response:
        desk.release()
        return then(desk, browser)

    return play


def approving(desk: Desk, browser: httpx.Client) -> httpx.Response:
    return browser.post("/editions/1/approve", data=FRESH | {"sha256": desk.sha256()})


def on_a_source(path: str, **form: str) -> Play:
    def play(desk: Desk, browser: httpx.Client) -> httpx.Response:
        with desk.database.writing() as session:
            sources.keep(session, SOURCE, now=desk.now + timedelta(hours=1))
        return browser.post(path, data=form)

    return play


def on_what_may_be_briefs(desk: Desk, browser: httpx.Client) -> httpx.Response:
    markup = "<h2>Driftwood</h2><p>A seal slept in the hall.</p><p>The mole has a new lamp.</p>"
    with desk.database.writing() as session:
        sources.keep(session, SOURCE, now=desk.now + timedelta(hours=1))
        entries.keep(session, SOURCE.id, [Entry(guid="1", url=None, title="The pier", content_html=markup)], now=desk.now)
        (kept,) = by_guid(session, SOURCE.id, ["1"])
    return browser.post("/sources/wire/briefs/these", data={"entry": str(kept.id), "heading": "Driftwood"})


def lacking_a_picture(desk: Desk, browser: httpx.Client) -> httpx.Response:
    wish = Wish(url="https://meridian.example/a0.jpg", width=600, place="a0")
    with desk.database.writing() as session:
        pictures.wish_for(session, [wish], now=desk.now)
        pictures.note(session, 1, {"a0": (wish.key, None)})
        pictures.fail(session, wish.key, "gone", due=None)
    return browser.post("/editions/1/pictures/again", data={"place": "a0"})


def held_back(desk: Desk, browser: httpx.Client) -> httpx.Response:
    edition = came_back(desk)
    return browser.post(f"/returns/held/{edition}/big.example/confirm", data={"why": "they told us"})


def paused(desk: Desk, browser: httpx.Client) -> httpx.Response:
    on_a_source("/sources/wire/pause")(desk, browser)
    return browser.post("/sources/wire/resume")


def gathered(desk: Desk, title: str) -> None:
    """Keep one entry of the week, or change its title."""
    entry = Entry(guid="1", url="https://wire.example/1", title=title, summary="Cover starts on Sunday.", published=NOW)
    with desk.database.writing() as session:
        sources.keep(session, SOURCE, now=desk.now + timedelta(days=9))
        entries.keep(session, SOURCE.id, [entry], now=desk.now)


def deciding(desk: Desk, browser: httpx.Client) -> httpx.Response:
    gathered(desk, "What the convoy costs")
    drafting.draft_slot(desk.database, "weekly", None, now=desk.now)
    return browser.post("/newsletters/weekly/intake/1/out", data={"show": "all"})


def changed_at_its_source(desk: Desk, browser: httpx.Client, act: str = "take") -> httpx.Response:
    gathered(desk, "What the convoy costs")
    record = drafting.draft_slot(desk.database, "weekly", None, now=desk.now)
    desk.now += timedelta(hours=1)
    gathered(desk, "What the convoy really costs")
    with desk.database.reading() as session:
        item = editions.content(session, 1, record.revision).sections[0].items[0]
    seen = {"revision": str(record.revision), "state": record.state.value}
    return browser.post(f"/editions/1/source/{item.id}/{act}", data=seen)


def answering(desk: Desk, browser: httpx.Client) -> httpx.Response:
    without_alt(desk)
    (form,) = forms(browser.get("/editions/1").text, "override")
    return browser.post("/editions/1/findings/override", data=form | {"why": REASON})


def on_a_person(path: str, **form: str) -> Play:
    def play(desk: Desk, browser: httpx.Client) -> httpx.Response:
        with desk.database.reading() as session:
            editor = accounts.by_email(session, "editor@meridian.example")
        assert editor is not None
        return browser.post(path.format(editor.id), data=form)

    return play


def saved_form(page: str, **changed: str) -> Play:
    """Send the form of a page with something changed."""
    return lambda _, browser: browser.post(page, data=fields(browser.get(page).text) | changed)


def laying_out(desk: Desk, browser: httpx.Client) -> httpx.Response:
    with desk.database.writing() as session:
        newsletters.keep(session, replace(NEWSLETTER, id="trade", name="Trade Note"), now=desk.now)
    return browser.post("/newsletters/trade/draft")


def left_alone(desk: Desk, browser: httpx.Client) -> httpx.Response:
    with desk.database.writing() as session:
        breakers.open_relay(session, ("ours", Cause.REFUSED, "550 not your domain"), retry=timedelta(minutes=5), now=desk.now)
    return browser.post("/queues/relays", data={"relay": "ours"})


def ending_a_session(desk: Desk, browser: httpx.Client) -> httpx.Response:
    desk.client(Role.ADMIN)
    first, *_ = re.findall(r'action="(/account/sessions/[0-9a-f]+/end)"', browser.get("/account").text)
    return browser.post(first)


ADDED = {"id": "other", "name": "Other", "from_name": "R", "from_address": "r@meridian.example", "postal_address": "1 Rue", "zone": "UTC"}
EDITED = ("/editions/1/items/b1", FRESH | {"lead": "Grain leaves.", "text": "Six left.", "sources": ""})
SLOTS = {"slot": SLOT.isoformat(), "was": SLOT.isoformat()}

PLAYED: dict[str, Play] = {
    "/returns/held/{edition_id}/{domain}/{act}": held_back,
    "/sign-in": posting("/sign-in", email="editor@meridian.example", password=PASSWORD),
    "/sign-out": posting("/sign-out"),
    "/account/password": posting("/account/password", old=PASSWORD, new="another horse battery"),
    "/account/sessions/{token_hash}/end": ending_a_session,
    "/editions/{edition_id}/add": posting("/editions/1/add", kind="passage", section="s3", text="A brief of one line.", **FRESH),
    "/editions/{edition_id}/approve": approving,
    "/editions/{edition_id}/cancel": posting("/editions/1/cancel", **FRESH),
    "/editions/{edition_id}/items/{place}": posting(EDITED[0], **EDITED[1]),
    "/editions/{edition_id}/items/{place}/{act}": posting("/editions/1/items/b1/down", **FRESH),
    "/editions/{edition_id}/pictures/again": lacking_a_picture,
    "/editions/{edition_id}/findings/{act}": answering,
    "/editions/{edition_id}/links/check": posting("/editions/1/links/check"),
    "/editions/{edition_id}/undo": after(*EDITED, posting("/editions/1/undo", revision="2", state="draft")),
    "/editions/{edition_id}/redo": after(
        *EDITED, after("/editions/1/undo", {"revision": "2", "state": "draft"}, posting("/editions/1/redo", revision="3", state="draft"))
    ),
    "/editions/{edition_id}/restore": after(*EDITED, posting("/editions/1/restore", revision="2", state="draft", to="1")),
    "/editions/{edition_id}/reopen": approved(posting("/editions/1/reopen", revision="1", state="approved")),
    "/editions/{edition_id}/review": posting("/editions/1/review", **FRESH),
    "/editions/{edition_id}/schedule": approved(posting("/editions/1/schedule", revision="1", state="approved")),
    "/editions/{edition_id}/send": approved(posting("/editions/1/send", revision="1", state="approved")),
    "/editions/{edition_id}/test": posting("/editions/1/test", to="nadia@meridian.example"),
    "/editions/{edition_id}/source/{place}/{act}": changed_at_its_source,
    "/newsletters/{newsletter_id}/intake/{entry_id}/{act}": deciding,
    "/editions/{edition_id}/{act}": sending(posting("/editions/1/pause")),
    "/editions/{edition_id}/sending/{act}": approved(
        after("/editions/1/send", {"revision": "1", "state": "approved"}, posting("/editions/1/sending/undo"))
    ),
    "/editions/{edition_id}/sending/correct": sending(posting("/editions/1/sending/correct", subject="Correction")),
    "/editions/{edition_id}/sending/missed": missing,
    "/editions/{edition_id}/sending/correction": amending,
    "/queues/relays": left_alone,
    "/queues/{edition_id}/{act}": sending(posting("/queues/1/stop")),
    "/newsletters": lambda _, browser: browser.post("/newsletters", data=fields(browser.get("/newsletters").text) | ADDED),
    "/newsletters/{newsletter_id}": saved_form("/newsletters/weekly", name="Another name"),
    "/newsletters/{newsletter_id}/draft": laying_out,
    "/newsletters/{newsletter_id}/plan": saved_form("/newsletters/weekly/plan", **{"heading-1": "Read", "do": "save"}),
    "/newsletters/{newsletter_id}/slots/{act}": posting("/newsletters/weekly/slots/skip", **SLOTS),
    "/people": posting("/people", email="imani@meridian.example", name="Imani", role="viewer"),
    "/people/{account_id}/password": on_a_person("/people/{}/password"),
    "/people/{account_id}/remove": on_a_person("/people/{}/remove"),
    "/people/{account_id}/role": on_a_person("/people/{}/role", was="editor", role="viewer"),
    "/sources": posting("/sources", url=SOURCE.url, name="Wire", short="wire", kind="feed", extent="excerpt"),
    "/sources/{source_id}": on_a_source("/sources/wire", name="Another wire", extent="excerpt", kind="feed"),
    "/sources/{source_id}/briefs": on_a_source("/sources/wire/briefs", headings="Driftwood"),
    "/sources/{source_id}/briefs/these": on_what_may_be_briefs,
    "/sources/{source_id}/check": on_a_source("/sources/wire/check"),
    "/sources/{source_id}/pause": on_a_source("/sources/wire/pause", why="it repeats itself"),
    "/sources/{source_id}/resume": paused,
    "/sources/{source_id}/remove": on_a_source("/sources/wire/remove"),
}
# They show what an address would give, and keep nothing.
SHOWN = {"/sources/find", "/sources/look"}


def kept(desk: Desk) -> dict[str, str]:
    """Return what every table holds, but for when a session was last seen."""
    with desk.database.engine.connect() as connection:
        return {
            name: json.dumps(
                [{key: value for key, value in row.items() if key != "seen"} for row in connection.execute(table.select()).mappings()],
                default=str,
                sort_keys=True,
            )
            for name, table in metadata.tables.items()
        }


def signs(desk: Desk) -> list[tuple[str, str]]:
    """Return who did what: the log, and the revisions, which carry both themselves."""
    with desk.database.engine.connect() as connection:
        acts = [(row.who, row.what) for row in connection.execute(metadata.tables["acts"].select())]
        revisions = [(row.who, row.why) for row in connection.execute(metadata.tables["revisions"].select())]
    return [*acts, *revisions]


def test_every_form_of_the_desk_is_played_here() -> None:
    posts = {path for method, path in TABLE if method == "POST"}
    assert posts - READERS - SHOWN - set(PLAYED) == set(), "play it: what it changes must stand in the log"
    assert set(PLAYED) - posts == set()


@pytest.mark.parametrize("path", PLAYED)
def test_what_a_form_changes_stands_in_the_log_with_who_did_it(desk: Desk, path: str) -> None:
    browser = desk.client(Role.ADMIN)
    noted: list[tuple[dict[str, str], list[tuple[str, str]]]] = []
    asked = browser.post

    def watched(url: str, **given: object) -> httpx.Response:
        noted.append((kept(desk), signs(desk)))
        return asked(url, **given)  # type: ignore[arg-type]  # handed on as they came

    browser.post = watched  # type: ignore[method-assign,assignment]  # looks before each form is sent
    answer = PLAYED[path](desk, browser)
    assert answer.status_code < 400, answer.text
    before, known = noted[-1]
    changed = {name for name, rows in kept(desk).items() if rows != before[name] and name not in NOT_ACTED_ON}
    fresh = signs(desk)[:]
    for one in known:
        fresh.remove(one)
    assert changed or path == "/editions/{edition_id}/test", "nothing changed, so nothing was shown"
    # What the machine does of itself, laying a draft out for one, is no sign of who had it done.
    people = [(who, what) for who, what in fresh if who != MACHINE]
    assert people, f"{path} changed {changed} and left no line"
    assert all(what for _, what in people)
    assert {who for who, _ in people} <= {"Ada Admin", "Nadia Brandt"}


def test_a_form_that_changes_nothing_leaves_no_line(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    before = signs(desk)
    for path in SHOWN:
        browser.post(path, data={"url": "https://nowhere.invalid/"})
    browser.post("/newsletters/weekly", data=fields(browser.get("/newsletters/weekly").text))
    browser.post("/editions/1/approve", data=FRESH | {"sha256": "0" * 64})
    assert signs(desk) == before


def test_signing_in_and_out_is_in_the_log_and_a_wrong_password_is_not(desk: Desk) -> None:
    browser = desk.client(None)
    browser.post("/sign-in", data={"email": "editor@meridian.example", "password": "wrong"})
    browser.post("/sign-in", data={"email": "editor@meridian.example", "password": PASSWORD})
    desk.now += timedelta(minutes=2)
    browser.post("/sign-out")
    browser.post("/sign-out")
    assert [what for who, what in signs(desk) if who == "Nadia Brandt" and "signed" in what] == ["signed in", "signed out"]


def test_a_change_that_is_left_leaves_a_line_too(desk: Desk) -> None:
    answer = changed_at_its_source(desk, desk.client(Role.ADMIN), "leave")
    assert answer.status_code == 303
    assert [what for who, what in signs(desk) if who == "Ada Admin"][-1].startswith("left the item ")
