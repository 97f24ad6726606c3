"""Route by route, what a stranger, a viewer, an editor and an admin may do; a new route needs a line here."""

import re
from collections.abc import Iterator, Sequence

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from digest.model.account import Role
from digest.web.app import create_app
from tests.web.newsroom import Desk

# What (stranger, viewer, editor, admin) meet: "yes", "no" (403), or "in" (the sign-in page).
OPEN = ("yes", "yes", "yes", "yes")
LOOK = ("in", "yes", "yes", "yes")
EDIT = ("in", "no", "yes", "yes")
RUN = ("in", "no", "no", "yes")

TABLE = {
    ("GET", "/.well-known/digest-exports.{kind}"): OPEN,
    ("GET", "/archive/{newsletter_id}"): OPEN,
    ("GET", "/archive/{newsletter_id}/feed.atom"): OPEN,
    ("GET", "/archive/{newsletter_id}/{number}"): OPEN,
    ("GET", "/c/{token}"): OPEN,
    ("POST", "/c/{token}"): OPEN,
    ("GET", "/favicon.ico"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("POST", "/hooks/{name}"): OPEN,
    ("GET", "/metrics"): OPEN,
    ("GET", "/p/{token}"): OPEN,
    ("POST", "/p/{token}"): OPEN,
    ("GET", "/pictures/{name}"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/robots.txt"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("POST", "/sign-in"): OPEN,
    ("POST", "/sign-out"): OPEN,
    ("GET", "/static/{digest}/{name}"): OPEN,
    ("GET", "/subscribe/{newsletter_id}"): OPEN,
    ("POST", "/subscribe/{newsletter_id}"): OPEN,
    ("GET", "/subscribe/{newsletter_id}/form"): OPEN,
    ("GET", "/u/{token}"): OPEN,
    ("POST", "/u/{token}"): OPEN,
    ("POST", "/u/{token}/undo"): OPEN,
    ("GET", "/v/{token}"): OPEN,
    ("GET", "/"): LOOK,
    ("GET", "/account"): LOOK,
    ("POST", "/account/password"): LOOK,
    ("POST", "/account/sessions/{token_hash}/end"): LOOK,
    ("GET", "/acts"): LOOK,
    ("GET", "/editions/{edition_id}"): LOOK,
    ("GET", "/editions/{edition_id}/history"): LOOK,
    ("GET", "/editions/{edition_id}/mail/{sha256}"): LOOK,
    ("GET", "/editions/{edition_id}/test"): LOOK,
    ("GET", "/newsletters"): LOOK,
    ("GET", "/newsletters/{newsletter_id}"): LOOK,
    ("GET", "/newsletters/{newsletter_id}/intake"): LOOK,
    ("GET", "/newsletters/{newsletter_id}/plan"): LOOK,
    ("GET", "/newsletters/{newsletter_id}/slots"): LOOK,
    ("GET", "/queues"): LOOK,
    ("GET", "/returns"): LOOK,
    ("GET", "/returns/{return_id}"): EDIT,
    ("GET", "/returns/{return_id}/mail"): EDIT,
    ("POST", "/returns/held/{edition_id}/{domain}/{act}"): EDIT,
    ("GET", "/queues/live"): LOOK,
    ("GET", "/sources"): LOOK,
    ("GET", "/sources/{source_id}"): LOOK,
    ("POST", "/editions/{edition_id}/add"): EDIT,
    ("POST", "/editions/{edition_id}/approve"): EDIT,
    ("POST", "/editions/{edition_id}/cancel"): EDIT,
    ("POST", "/editions/{edition_id}/items/{place}"): EDIT,
    ("POST", "/editions/{edition_id}/items/{place}/{act}"): EDIT,
    ("POST", "/editions/{edition_id}/pictures/again"): EDIT,
    ("POST", "/editions/{edition_id}/findings/{act}"): EDIT,
    ("POST", "/editions/{edition_id}/links/check"): EDIT,
    ("POST", "/editions/{edition_id}/redo"): EDIT,
    ("POST", "/editions/{edition_id}/reopen"): EDIT,
    ("POST", "/editions/{edition_id}/restore"): EDIT,
    ("POST", "/editions/{edition_id}/review"): EDIT,
    ("POST", "/editions/{edition_id}/schedule"): EDIT,
    ("POST", "/editions/{edition_id}/send"): EDIT,
    ("GET", "/editions/{edition_id}/sending/live"): LOOK,
    ("POST", "/editions/{edition_id}/sending/correct"): EDIT,
    ("POST", "/editions/{edition_id}/sending/correction"): EDIT,
    ("POST", "/editions/{edition_id}/sending/missed"): EDIT,
    ("POST", "/editions/{edition_id}/sending/{act}"): EDIT,
    ("POST", "/editions/{edition_id}/source/{place}/{act}"): EDIT,
    ("POST", "/editions/{edition_id}/test"): EDIT,
    ("POST", "/editions/{edition_id}/undo"): EDIT,
    ("POST", "/editions/{edition_id}/{act}"): EDIT,
    ("POST", "/newsletters/{newsletter_id}/draft"): EDIT,
    ("POST", "/newsletters/{newsletter_id}/intake/{entry_id}/{act}"): EDIT,
    ("POST", "/newsletters/{newsletter_id}/plan"): EDIT,
    ("POST", "/newsletters/{newsletter_id}/slots/{act}"): EDIT,
    ("POST", "/queues/relays"): RUN,
    ("POST", "/queues/{edition_id}/{act}"): EDIT,
    ("GET", "/sources/{source_id}/briefs"): LOOK,
    ("GET", "/entries/{entry_id}/briefs"): LOOK,
    ("POST", "/sources/{source_id}/briefs"): EDIT,
    ("POST", "/sources/{source_id}/briefs/these"): EDIT,
    ("POST", "/sources"): EDIT,
    ("POST", "/sources/find"): EDIT,
    ("POST", "/sources/look"): EDIT,
    ("POST", "/sources/{source_id}"): EDIT,
    ("POST", "/sources/{source_id}/check"): EDIT,
    ("POST", "/sources/{source_id}/pause"): EDIT,
    ("POST", "/sources/{source_id}/resume"): EDIT,
    ("POST", "/sources/{source_id}/remove"): EDIT,
    ("POST", "/newsletters"): RUN,
    ("POST", "/newsletters/{newsletter_id}"): RUN,
    ("GET", "/people"): RUN,
    ("POST", "/people"): RUN,
    ("POST", "/people/{account_id}/password"): RUN,
    ("POST", "/people/{account_id}/remove"): RUN,
    ("POST", "/people/{account_id}/role"): RUN,
}
WHO = (None, Role.VIEWER, Role.EDITOR, Role.ADMIN)
# Its stream stays open on purpose; what it needs is the same as its page.
STREAMS = {("GET", "/queues/live")}
# It leads to the sign-in page whoever presses it.
SIGN_OUT = {("POST", "/sign-out")}


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    return {(method, route.path) for route in _flat(app.routes) for method in route.methods or ()}


def _flat(routes: Sequence[object]) -> Iterator[APIRoute]:
    """Walk into routers: FastAPI resolves what is included when it is asked for."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _flat(getattr(route, "original_router").routes)  # noqa: B009  the class has no public name


def filled(path: str) -> str:
    values = {"edition_id": "1", "newsletter_id": "weekly", "act": "skip" if "slots" in path else "pause"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: values.get(name[1], "99"), path)


def met(answer: httpx.Response) -> str:
    if answer.status_code == 403:
        return "no"
    return "in" if answer.status_code == 303 and answer.headers["location"].partition("?")[0] == "/sign-in" else "yes"


def test_every_route_has_its_line(desk: Desk) -> None:
    app = create_app(desk.runtime, clock=lambda: desk.now)
    assert routes_of(app) - set(TABLE) == set()


@pytest.mark.parametrize("role", WHO)
def test_each_role_meets_what_the_table_says(desk: Desk, role: Role | None) -> None:
    place = WHO.index(role)
    wrong = []
    for method, path in sorted(routes_of(create_app(desk.runtime)) - STREAMS - SIGN_OUT):
        expected = TABLE[method, path]
        browser = desk.client(role)
        answer = browser.request(method, filled(path), data={"nothing": "at all"} if method == "POST" else None)
        if met(answer) != expected[place]:
            wrong.append((method, path, answer.status_code, expected[place]))
        assert answer.status_code < 500 or path == "/readyz", (method, path, answer.status_code)
    assert wrong == []
