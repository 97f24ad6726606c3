"""`digest relay`, and relays in the settings, `digest doctor` and `digest deliveries`: what stands there, and what is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.model.relay import Cause, Tally
from digest.store import breakers, open_database
from digest.store.breakers import Told
from tests.command import Digest
from tests.deliver.faulty import faulty

TWO = [
    {"name": "ours", "url": "smtp+plain://127.0.0.1:{port}?rate=100", "weight": 3},
    {
        "name": "ses",
        "preset": "ses",
        "region": "eu-west-1",
        "user": "AKIA",
        "password": "hidden words",
        "daily": 50_000,
        "domains": {"googlemail.com": {"rate": 5, "warm_up": [50, 200]}},
    },
]


def relays(port: int = 9) -> str:
    return json.dumps(TWO).replace("{port}", str(port))


def leave_alone(state: Path) -> None:
    database = open_database(f"sqlite:///{(state / 'digest.db').absolute()}")
    now = datetime.now(UTC)
    with database.writing() as session:
        breakers.open_relay(session, ("ours", Cause.REFUSED, "550 not your domain"), retry=timedelta(minutes=5), now=now)
        tallies = {"gmail.com": Tally(tries=60, failures=60, why="421 4.7.28 too fast")}
        breakers.tell(session, Told(relay="ses", tallies=tallies, probing=frozenset(), retry=timedelta(minutes=5)), now=now)
    database.close()


def test_relays_are_listed_with_their_limits_and_how_they_stand_and_no_password(weekly: Digest, tmp_path: Path) -> None:
    leave_alone(tmp_path / "state")
    ran = weekly("relay", "list", relays=relays())
    assert ran.code == 0, ran.err
    for words in (
        "ours: weight 3, 100 a second, we do not sign",
        "as a whole: left alone until ",
        "550 not your domain",
        "ses: weight 1, 50000 a day, we do not sign",
        "gmail.com: 5 a second, warm-up 50, 200",
        "gmail.com: left alone until ",
        "421 4.7.28 too fast",
    ):
        assert words in ran.out, words
    assert "hidden" not in ran.out + ran.err
    told = weekly("relay", "list", "--json", relays=relays()).json()
    assert [(one["name"], one["limits"]["daily"]) for one in told] == [("ours", None), ("ses", 50_000)]
    assert told[1]["domains"] == {"gmail.com": {"rate": 5.0, "daily": None, "warm_up": [50, 200]}}
    assert told[0]["standing"][0]["cause"] == "refused"


def test_what_is_left_alone_is_tried_on_demand_and_once(weekly: Digest, tmp_path: Path) -> None:
    leave_alone(tmp_path / "state")
    assert "1 will be tried" in weekly("relay", "retry", "ses", "--domain", "gmail.com", relays=relays()).out
    assert "2 will be tried" in weekly("relay", "retry", relays=relays()).out
    ran = weekly("relay", "retry", "theirs", relays=relays())
    assert ran.code == 1
    assert "there is no relay 'theirs' in the settings" in ran.err


def test_each_relay_is_asked_and_one_that_does_not_answer_is_a_failure(weekly: Digest) -> None:
    with faulty(pipelining=True) as server:
        assert weekly("relay", "check", "ours", relays=relays(server.port)).out == "ours: answers\n"
    ran = weekly("relay", "check", "ours", relays=relays())
    assert ran.code == 1
    assert "ours: the relay 127.0.0.1:9 does not answer" in ran.out
    assert "there is no relay 'gone'" in weekly("relay", "check", "gone", relays=relays()).err


def test_doctor_names_each_relay_its_duties_and_what_is_left_alone(weekly: Digest, tmp_path: Path) -> None:
    leave_alone(tmp_path / "state")
    told = weekly("doctor", "--json", relays=relays(), public_url="https://news.example.org").json()
    lines = [(one["name"], one["state"], one["says"]) for one in told["checks"]]
    assert ("transport", "ok", "ours (127.0.0.1:9), which was not asked (--network asks)") in lines
    assert ("transport", "ok", "ses (email-smtp.eu-west-1.amazonaws.com:465), which was not asked (--network asks)") in lines
    assert any(name == "duty" and "maximum send rate" in says for name, _, says in lines)
    broken = {says.partition(" is left")[0]: state for name, state, says in lines if name == "breaker"}
    assert broken == {"ours": "wrong", "gmail.com at ses": "warn"}


def test_presets_are_listed_with_what_is_to_be_done_there(weekly: Digest) -> None:
    out = weekly("relay", "presets").out
    assert "ses           Amazon SES: email-smtp.REGION.amazonaws.com, port 465" in out
    told = weekly("relay", "presets", "--json").json()
    assert told["ses"]["unsigned"] == ["date", "message-id"]
    assert told["postmark"]["headers"]["X-PM-Message-Stream"] == "broadcast"
    assert told["microsoft365"]["return_path"] == "own"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([{"name": "a"}], "relay a needs a url or a preset"),
        ([{"name": "a", "preset": "sess"}], "there is no preset 'sess'; take one of brevo"),
        ([{"name": "a", "preset": "ses"}], "Amazon SES needs another region than None; write its region"),
        ([{"name": "a", "preset": "mailgun", "region": "asia"}], "write eu or us"),
        ([{"name": "a", "preset": "fastmail", "user": "me"}], "write it as return_path"),
        ([{"name": "a", "url": "smtp://h", "weight": 0}], "every relay has the weight 0"),
        ([{"name": "a", "url": "smtp://h", "headers": {"X-A": "b\r\nBcc: all"}}], "a header that no mail may have"),
        ([{"name": "a", "url": "smtp://h", "password_file": "/nowhere"}], "cannot read /nowhere"),
        ([{"name": "a", "url": "smtp://h"}, {"name": "a", "url": "smtp://i"}], "two relays have one name"),
        ([{"name": "A B", "url": "smtp://h"}], "setting relays (DIGEST_RELAYS), number 1, name"),
        ([{"name": "a", "url": "smtp://h", "rates": 3}], "setting relays (DIGEST_RELAYS), number 1, rates"),
    ],
)
def test_what_is_wrong_with_a_relay_is_said_with_its_name(weekly: Digest, wrong: list[dict[str, object]], words: str) -> None:
    ran = weekly("relay", "list", relays=json.dumps(wrong))
    assert ran.code == 1
    assert words in ran.err


def test_relays_and_a_transport_are_not_both_and_no_json_is_refused(weekly: Digest) -> None:
    assert "take one of them out" in weekly("relay", "list", relays=relays(), transport="smtp://h").err
    assert "must be a JSON list" in weekly("relay", "list", relays="[[relays]]").err


def test_one_relay_by_transport_and_no_relay_at_all_are_listed_too(weekly: Digest) -> None:
    out = weekly("relay", "list", transport="smtp+plain://mail.example.org?rate=14&daily=5000").out
    assert "mail.example.org: weight 1, 14 a second, 5000 a day" in out
    assert "outbox: weight 1" in weekly("relay", "list").out
    assert "rate must be a number" in weekly("relay", "list", transport="smtp://h?rate=fast").err
