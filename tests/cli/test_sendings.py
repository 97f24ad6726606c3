"""Sending from the command line: first rounds, undo, those missed, corrections; and deliveries shown, signed and verified."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from digest.deliver.proof import read_public
from digest.deliver.proof_public import fingerprint, key_set
from digest.flows import departing, subscribing
from digest.store import Database, open_database
from digest.store.migrate import upgrade
from digest.store.tables import chunks, deliveries, mailings
from tests.command import Digest, Ran
from tests.flows.newsroom import SECRET, approved_edition


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """The database in the state folder, with an approved edition and 12 readers."""
    opened = open_database(f"sqlite:///{tmp_path / 'state' / 'digest.db'}")
    upgrade(opened)
    approved_edition(opened, readers=12, now=datetime.now(UTC))
    yield opened
    opened.close()


def accept_all(database: Database, *, but: int = 0) -> None:
    """Have a relay accept whatever of the open mailings waits, but for the reader `but`, whom it refuses."""
    with database.writing() as session:
        now = datetime.now(UTC)
        going = mailings.c.state.in_(["open", "sending"])
        ids = [row.id for row in session.execute(mailings.select().where(going))]
        mine = (deliveries.c.mailing_id.in_(ids), deliveries.c.state == "pending")
        refused = {"state": "failed", "code": 550, "reply": "5.1.1 no such user", "tries": 1, "settled": now}
        session.execute(update(deliveries).where(*mine, deliveries.c.subscriber_id == but).values(refused))
        session.execute(update(deliveries).where(*mine).values(state="sent", code=250, reply="2.0.0 Ok", tries=1, settled=now))
        session.execute(update(chunks).where(chunks.c.mailing_id.in_(ids)).values(state="done"))
        session.execute(update(mailings).where(mailings.c.id.in_(ids)).values(state="done", finished=now))


def shown(digest: Digest) -> list[tuple[str, str, int]]:
    document = json.loads(good(digest("edition", "show", "1", "--json")).out)
    return [(one["kind"], one["state"], sum(one["counts"].values())) for one in document["mailings"]]


def good(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


@pytest.mark.parametrize(("first", "sizes"), [("25%", (3, 9)), ("0,1 %", (1, 11)), ("5", (5, 7))])
def test_a_first_round_is_named_as_a_share_or_a_number(digest: Digest, database: Database, first: str, sizes: tuple[int, int]) -> None:
    assert "(first, " in good(digest("edition", "send", "1", "--first", first, "--then", "10")).out
    assert shown(digest) == [("first", "open", sizes[0]), ("edition", "held", sizes[1])]
    accept_all(database)
    departing.advance(database, now=datetime.now(UTC))
    good(digest("edition", "pause", "1"))
    good(digest("edition", "resume", "1"))
    assert shown(digest)[1][1] == "open"


@pytest.mark.parametrize("words", [("--first", "0"), ("--first", "100%"), ("--first", "x"), ("--first", "1.5"), ("--then", "5")])
@pytest.mark.usefixtures("database")
def test_what_is_no_first_round_is_refused_with_what_to_write(digest: Digest, words: tuple[str, str]) -> None:
    ran = digest("edition", "send", "1", *words)
    assert ran.code == 1
    assert "1%" in ran.err
    assert shown(digest) == []
    assert digest("edition", "send", "1", "--missed", "--first", "5").code == 1


@pytest.mark.usefixtures("database")
def test_a_sending_is_undone_while_it_is_held(digest: Digest) -> None:
    assert "is held for 60 s" in good(digest("edition", "send", "1", "--undo", "60")).out
    assert shown(digest) == [("edition", "held", 12)]
    assert "edition 1 is approved" in good(digest("edition", "undo", "1")).out
    good(digest("edition", "send", "1"))
    ran = digest("edition", "undo", "1")
    assert (ran.code, "has left already" in ran.err) == (1, True)


def test_those_missed_are_sent_to_by_a_word_and_nobody_else(digest: Digest, database: Database) -> None:
    good(digest("edition", "send", "1"))
    accept_all(database, but=4)
    assert list(subscribing.import_roster(database, SECRET, "weekly", ["email\n", "late@example.net\n"], now=datetime.now(UTC)))
    assert "(missed 1, 1 readers)" in good(digest("edition", "send", "1", "--missed")).out
    accept_all(database)
    assert "(missed 2, 1 readers)" in good(digest("edition", "send", "1", "--missed", "--joined")).out
    accept_all(database)
    ran = digest("edition", "send", "1", "--missed", "--joined", "--in-doubt")
    assert (ran.code, "nobody was missed" in ran.err) == (1, True)


def test_a_correction_is_begun_approved_and_sent_or_dropped(digest: Digest, database: Database) -> None:
    good(digest("edition", "send", "1"))
    accept_all(database)
    assert digest("edition", "send", "1", "--correction").code == 1
    good(digest("edition", "correct", "1", "--notice", "The light was paid for."))
    content = json.loads(digest("edition", "show", "1", "--json").out)["content"]
    assert content["subject"].startswith("Correction: ")
    assert (content["correction"]["html"], content["preheader"]) == ("<p>The light was paid for.</p>", "The light was paid for.")
    assert "\ncorrection The light was paid for.\n" in digest("edition", "show", "1").out
    assert '\n[correction]\nid = "n-' in digest("edition", "export", "1").out
    good(digest("edition", "correct", "1", "--drop"))
    assert json.loads(digest("edition", "show", "1", "--json").out)["state"] == "released"
    good(digest("edition", "correct", "1", "--subject", "Put right", "--preheader", "The light"))
    assert "correction_unsaid" in digest("edition", "check", "1").out
    good(digest("edition", "approve", "1"))
    assert "(correction 1, 12 readers)" in good(digest("edition", "send", "1", "--correction")).out


def test_deliveries_are_exported_signed_and_every_change_is_found(digest: Digest, database: Database, tmp_path: Path) -> None:
    good(digest("edition", "send", "1"))
    accept_all(database, but=4)
    assert digest("deliveries", "--verify", "fates.ndjson").code == 1
    good(digest("deliveries", "1", "--export", "fates.ndjson"))
    file = tmp_path / "fates.ndjson"
    lines = [json.loads(line) for line in file.read_bytes().splitlines()]
    assert (lines[0]["edition"], lines[0]["recipients"], lines[0]["mailings"][0]["counts"]["sent"]) == (1, 12, 11)
    assert lines[0]["mailings"][0]["revision"] == 1
    refused = lines[4]
    assert (refused["address"], refused["state"], refused["code"]) == ("reader3@example.net", "failed", 550)
    assert refused["message_id"].endswith("@review.example.org>")
    said = good(digest("deliveries", "--verify", "fates.ndjson")).out
    assert "12 recipients of edition 1 (weekly No. 1)" in said
    (tmp_path / "key.pem").write_text(good(digest("deliveries", "--public-key")).out)
    key = read_public((tmp_path / "key.pem").read_text())
    assert f"signed with the key {fingerprint(key)}" in said.replace("\n", " ")
    elsewhere = {"state": tmp_path / "elsewhere"}
    (tmp_path / "key.json").write_bytes(key_set(key))
    for name in ("key.pem", "key.json"):
        proven = json.loads(good(digest("deliveries", "--verify", "fates.ndjson", "--key", name, "--json", **elsewhere)).out)
        assert (proven["proven"], proven["key"]) == (True, fingerprint(key))
    ran = digest("deliveries", "--verify", "fates.ndjson", **elsewhere)
    assert (ran.code, "give the public key" in ran.err) == (1, True)
    assert not (tmp_path / "elsewhere").exists()
    file.write_bytes(file.read_bytes().replace(b'"state":"failed"', b'"state":"sent"'))
    ran = digest("deliveries", "--verify", "fates.ndjson")
    assert (ran.code, ran.err) == (
        1,
        "digest: fates.ndjson is not proven: line 4 was changed: it does not bear out its own check\n",
    )
    assert digest("deliveries").code == 1
    assert (digest("deliveries", "7", "--export", "fates.ndjson").code, file.stat().st_size > 0) == (1, True)


def test_deliveries_are_shown_by_state(digest: Digest, database: Database) -> None:
    good(digest("edition", "send", "1"))
    accept_all(database, but=4)
    rows = [json.loads(line) for line in good(digest("deliveries", "1", "--state", "failed", "--json")).out.splitlines()]
    assert [(one["address"], one["reply"]) for one in rows] == [("reader3@example.net", "5.1.1 no such user")]
    assert len(good(digest("deliveries", "1")).out.splitlines()) == 12


def test_what_a_relay_says_does_not_speak_to_the_terminal(database: Database, weekly: Digest) -> None:
    weekly("edition", "send", "1")
    with database.writing() as session:
        session.execute(update(deliveries).values(state="failed", code=550, reply="no\x1b[2Jsuch user"))
    shown = weekly("deliveries", "1").out
    assert shown.count("550 no [2Jsuch user") == 12
    assert "\x1b" not in shown
    assert shown.count("\n") == 12
