"""Signing in and admitting: tries are counted in rows, sessions can be ended, the last admin stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from digest.errors import Conflict, RefusedError
from digest.flows import admitting, signing_in
from digest.flows.signing_in import Caller, NewAccount, TooManyTriesError
from digest.model.account import Account, Role
from digest.store import Database, accounts, acts
from digest.store.acts import About, Wanted

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PASSWORD = "correct horse battery"
HERE = Caller(token="one", ip="192.0.2.7", user_agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0")


@pytest.fixture
def ada(database: Database) -> Account:
    new = NewAccount(email="ada@example.org", name="Ada", role=Role.ADMIN, password=PASSWORD)
    return signing_in.add_account(database, new, now=NOW, who="the tests")


def test_tries_are_counted_in_rows_that_every_web_process_sees(database: Database, ada: Account) -> None:
    for _ in range(5):
        assert signing_in.sign_in(database, ada.email, "wrong", HERE, now=NOW) is None
    with pytest.raises(TooManyTriesError) as refused:
        signing_in.sign_in(database, ada.email.upper(), PASSWORD, HERE, now=NOW + timedelta(minutes=1))
    assert refused.value.wait == timedelta(minutes=14)
    elsewhere = replace(HERE, token="two", ip="198.51.100.9")
    assert signing_in.sign_in(database, ada.email, PASSWORD, elsewhere, now=NOW) == ada
    assert signing_in.sign_in(database, ada.email, PASSWORD, HERE, now=NOW + timedelta(minutes=15)) == ada


def test_one_place_may_not_try_many_addresses(database: Database, ada: Account) -> None:
    for number in range(30):
        assert signing_in.sign_in(database, f"reader{number}@example.org", "wrong", HERE, now=NOW) is None
    with pytest.raises(TooManyTriesError):
        signing_in.sign_in(database, ada.email, PASSWORD, HERE, now=NOW)


def test_a_right_password_is_no_failed_try(database: Database, ada: Account) -> None:
    for number in range(40):
        assert signing_in.sign_in(database, ada.email, PASSWORD, replace(HERE, token=str(number)), now=NOW) == ada


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(database: Database, ada: Account) -> None:
    there = replace(HERE, token="two", ip="198.51.100.9")
    for caller in (HERE, there):
        signing_in.sign_in(database, ada.email, PASSWORD, caller, now=NOW)
    with pytest.raises(RefusedError, match="not your present password"):
        signing_in.change_own_password(database, ada, HERE, ("wrong", "another horse battery"), now=NOW)
    with pytest.raises(RefusedError, match="at least 10"):
        signing_in.change_own_password(database, ada, HERE, (PASSWORD, "short"), now=NOW)
    assert signing_in.change_own_password(database, ada, HERE, (PASSWORD, "another horse battery"), now=NOW) == 1
    assert signing_in.signed_in(database, HERE.token, now=NOW) is not None
    assert signing_in.signed_in(database, there.token, now=NOW) is None
    assert signing_in.sign_in(database, ada.email, PASSWORD, there, now=NOW) is None
    assert signing_in.sign_in(database, ada.email, "another horse battery", there, now=NOW) is not None


def test_sessions_tell_where_and_when_and_can_be_ended_by_their_owner_alone(database: Database, ada: Account) -> None:
    other = signing_in.add_account(database, NewAccount(email="b@example.org", name="B", role=Role.VIEWER, password=PASSWORD), now=NOW)
    signing_in.sign_in(database, ada.email, PASSWORD, HERE, now=NOW)
    later = NOW + timedelta(minutes=3)
    signing_in.signed_in(database, HERE.token, now=later)
    (held,) = signing_in.sessions_of(database, ada, now=later)
    assert (held.ip, held.seen, held.created, held.user_agent) == (HERE.ip, later, NOW, HERE.user_agent)
    assert not signing_in.end_session(database, other, held.token_hash, now=later)
    assert signing_in.end_session(database, ada, held.token_hash, now=later)
    assert not signing_in.end_session(database, ada, held.token_hash, now=later)
    assert signing_in.signed_in(database, HERE.token, now=later) is None


def test_the_last_admin_is_neither_removed_nor_demoted(database: Database, ada: Account) -> None:
    with pytest.raises(RefusedError, match="last admin"):
        admitting.remove(database, ada.id, who="Ada", now=NOW)
    with pytest.raises(RefusedError, match="last admin"):
        admitting.change_role(database, ada.id, (Role.ADMIN, Role.EDITOR), who="Ada", now=NOW)
    second = signing_in.add_account(database, NewAccount(email="b@example.org", name="B", role=Role.EDITOR, password=PASSWORD), now=NOW)
    with pytest.raises(Conflict, match="is an editor by now"):
        admitting.change_role(database, second.id, (Role.VIEWER, Role.ADMIN), who="Ada", now=NOW)
    admitting.change_role(database, second.id, (Role.EDITOR, Role.ADMIN), who="Ada", now=NOW)
    admitting.change_role(database, ada.id, (Role.ADMIN, Role.VIEWER), who="B", now=NOW)
    assert admitting.remove(database, ada.id, who="B", now=NOW) is not None
    assert admitting.remove(database, ada.id, who="B", now=NOW) is None


def test_each_act_is_in_the_log_and_found_by_person_subject_and_words(database: Database, ada: Account) -> None:
    signing_in.sign_in(database, ada.email, PASSWORD, HERE, now=NOW)
    signing_in.change_own_password(database, ada, HERE, (PASSWORD, "another horse battery"), now=NOW)

    def said(wanted: Wanted) -> list[str]:
        with database.reading() as session:
            return [one.act.what for one in acts.listed(session, wanted, most=10)]

    assert said(Wanted()) == ["changed their password", "signed in", "opened an account for ada@example.org as admin"]
    assert said(Wanted(who="Ada")) == ["changed their password", "signed in"]
    assert said(Wanted(about=About.PEOPLE)) == said(Wanted())
    assert said(Wanted(about=About.SOURCES)) == []
    assert said(Wanted(words="PASSWORD")) == ["changed their password"]
    assert said(Wanted(words="%")) == []
    with database.reading() as session:
        (newest,) = acts.listed(session, Wanted(), most=1)
    assert said(Wanted(before=newest.id)) == said(Wanted())[1:]
    with database.reading() as session:
        assert [one.email for one in accounts.listed(session)] == ["ada@example.org"]
