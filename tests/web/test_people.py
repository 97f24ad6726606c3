"""Accounts on screen: one's own password and sessions, the people of the desk, and the log of what they did."""

import re

from digest.model.account import Role
from digest.store import accounts
from tests.web.newsroom import PASSWORD, Desk


def id_of(desk: Desk, role: Role) -> int:
    with desk.database.reading() as session:
        found = accounts.by_email(session, f"{role.value}@meridian.example")
    assert found is not None
    return found.id


def test_a_password_is_changed_with_the_old_one_and_ends_other_sessions(desk: Desk) -> None:
    browser, elsewhere = desk.client(), desk.client()
    wrong = browser.post("/account/password", data={"old": "not that", "new": "another horse battery"})
    assert wrong.status_code == 422
    assert "That is not your present password." in wrong.text
    short = browser.post("/account/password", data={"old": PASSWORD, "new": "short"})
    assert "at least 10 characters" in short.text
    changed = browser.post("/account/password", data={"old": PASSWORD, "new": "another horse battery"})
    assert changed.headers["location"] == "/account?ended=1"
    assert "One other session was ended." in browser.get("/account?ended=1").text
    assert elsewhere.get("/").status_code == 303
    again = desk.client(None).post("/sign-in", data={"email": "editor@meridian.example", "password": "another horse battery"})
    assert again.status_code == 303


def test_guessing_the_old_password_has_to_wait_too(desk: Desk) -> None:
    browser = desk.client()
    form = {"old": "guess", "new": "another horse battery"}
    assert [browser.post("/account/password", data=form).status_code for _ in range(6)] == [422] * 5 + [429]


def test_a_session_shows_its_device_and_is_ended_from_another(desk: Desk) -> None:
    stranger = desk.client(None, **{"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"})
    stranger.post("/sign-in", data={"email": "editor@meridian.example", "password": PASSWORD})
    browser = desk.client()
    page = browser.get("/account").text
    assert "Firefox on Linux" in page
    assert "127.0.0.1" in page
    (end,) = re.findall(r'action="(/account/sessions/[0-9a-f]+/end)"', page)
    assert browser.post(end).status_code == 303
    assert browser.post(end).status_code == 303
    assert stranger.get("/").status_code == 303
    assert browser.get("/").status_code == 200


def test_an_admin_lets_somebody_in_with_a_password_shown_once(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    form = {"email": "imani@meridian.example", "name": "Imani <Reyes>\x00", "role": "editor"}
    answer = browser.post("/people", data=form)
    (password,) = re.findall(r"<code>([a-z0-9]{5}(?:-[a-z0-9]{5}){3})</code>", answer.text)
    assert "Imani &lt;Reyes&gt;" in answer.text
    assert password not in browser.get("/people").text
    signed = desk.client(None).post("/sign-in", data={"email": "imani@meridian.example", "password": password})
    assert signed.status_code == 303
    twice = browser.post("/people", data=form)
    assert twice.status_code == 422
    assert "has an account already" in twice.text
    assert 'value="imani@meridian.example"' in twice.text
    bad = browser.post("/people", data={"email": "no address", "name": "Nobody", "role": "viewer"})
    assert bad.status_code == 422
    assert 'value="no address"' in bad.text


def test_a_role_changes_at_once_and_a_stale_page_says_so(desk: Desk) -> None:
    admin, editor = desk.client(Role.ADMIN), desk.client(Role.EDITOR)
    who = id_of(desk, Role.EDITOR)
    assert admin.post(f"/people/{who}/role", data={"was": "editor", "role": "viewer"}).status_code == 303
    assert editor.post("/editions/1/review", data={"revision": "1", "state": "draft"}).status_code == 403
    assert admin.post(f"/people/{who}/role", data={"was": "editor", "role": "viewer"}).status_code == 303
    stale = admin.post(f"/people/{who}/role", data={"was": "editor", "role": "admin"})
    assert stale.status_code == 409
    assert "is a viewer by now" in stale.text


def test_the_last_admin_stays_and_the_page_says_why(desk: Desk) -> None:
    admin = desk.client(Role.ADMIN)
    me = id_of(desk, Role.ADMIN)
    for path, form in ((f"/people/{me}/remove", {}), (f"/people/{me}/role", {"was": "admin", "role": "editor"})):
        answer = admin.post(path, data=form)
        assert answer.status_code == 422
        assert "is the last admin" in answer.text
    other = id_of(desk, Role.VIEWER)
    assert admin.post(f"/people/{other}/remove").status_code == 303
    assert admin.post(f"/people/{other}/remove").status_code == 303


def test_a_new_password_set_by_an_admin_ends_the_sessions_of_its_owner(desk: Desk) -> None:
    admin, editor = desk.client(Role.ADMIN), desk.client(Role.EDITOR)
    answer = admin.post(f"/people/{id_of(desk, Role.EDITOR)}/password")
    assert "The password of Nadia Brandt" in answer.text
    assert editor.get("/").status_code == 303


def test_the_log_lists_acts_by_person_and_words(desk: Desk) -> None:
    browser = desk.client(Role.ADMIN)
    browser.post("/people", data={"email": "imani@meridian.example", "name": "Imani", "role": "editor"})
    page = browser.get("/acts").text
    assert "opened an account for imani@meridian.example as editor" in page
    assert "laid out the draft" in page
    assert "laid out the draft" not in browser.get("/acts", params={"about": "people"}).text
    assert "No act fits." in browser.get("/acts", params={"words": "no such\x00thing"}).text
    assert browser.get("/acts", params={"about": "else", "who": "Ada Admin"}).status_code == 200
