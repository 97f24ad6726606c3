"""`digest returned apply`: a line a file, exit codes, and the words of a person on what is held."""

import json
from pathlib import Path

import pytest

from digest.audience.links import return_path
from digest.audience.token import Bearing
from digest.store import open_database
from tests.command import Digest
from tests.deliver.returned_mails import READER, refused
from tests.flows.newsroom import NOW, SECRET
from tests.flows.posted import OURS, Posted


@pytest.fixture
def sent(weekly: Digest, tmp_path: Path) -> Posted:
    """An edition that went out to 21 readers of one domain and to Ada, in the state folder of the command line."""
    assert (
        weekly("subscribers", "import", "-", "--newsletter", "weekly", stdin=b"email\nada@one.example\n", secret=SECRET.decode()).code == 0
    )
    posted = Posted(database=open_database(f"sqlite:///{tmp_path / 'state' / 'digest.db'}"))
    posted.add(["ada@one.example", *(f"r{number}@big.example" for number in range(21))], now=NOW)
    posted.send(NOW)
    return posted


def test_each_file_is_acted_on_once_with_a_line_and_a_bad_one_stops_none(weekly: Digest, sent: Posted, tmp_path: Path) -> None:
    (tmp_path / "gone.eml").write_bytes(sent.bounce(1, "ada@one.example"))
    (tmp_path / "apply").write_text(refused("550 5.1.1 user unknown", "5.1.1"), "utf-8")
    forged = return_path(b"another secret, which is not ours", "review.example.org", Bearing(mailing_id=1, subscriber_id=1))
    (tmp_path / "forged.eml").write_text(refused("550 5.1.1 user unknown", "5.1.1").replace("news@paper.example", forged), "utf-8")
    box = "From a@b.example Fri Nov 20 07:00:00 2026\n" + refused("550 5.1.1 user unknown", "5.1.1")
    (tmp_path / "box").write_text(f"{box}\n{box}", "utf-8")
    ran = weekly("returned", "apply", "nowhere.eml", "gone.eml", "gone.eml", "forged.eml", "box", "apply", secret=SECRET.decode())
    assert ran.code == 1
    assert [line.partition(":")[0] for line in ran.err.splitlines() if line.startswith("digest")] == ["digest", "digest"]
    assert ran.out.splitlines() == [
        "gone.eml  bounce hard  ada@one.example: suppress",
        "gone.eml  bounce hard  ada@one.example: known already, nothing",
        "forged.eml  bounce hard  no token of ours: nothing",
        "apply  bounce hard  no token of ours: nothing",
    ]
    shown = weekly("subscribers", "show", "ada@one.example", "--json", secret=SECRET.decode()).json()
    assert shown["suppressed"]["reason"] == "hard_bounce"


def test_one_object_a_line_with_the_keys_of_the_reference(weekly: Digest, sent: Posted) -> None:
    ran = weekly("returned", "apply", "-", "--json", stdin=sent.bounce(1, "ada@one.example"), secret=SECRET.decode())
    said = json.loads(ran.out)
    token = sent.path(1, "ada@one.example").removeprefix("bounce+").partition("@")[0]
    assert said == {
        "file": "-",
        "kind": "bounce",
        "delivery": token,
        "address": "ada@one.example",
        "class": "hard",
        "follows": "suppress",
        "again": False,
    }
    assert ran.code == 0


def test_what_is_held_is_listed_released_and_refused_a_second_time(weekly: Digest, sent: Posted, tmp_path: Path) -> None:
    assert weekly("returned", "held").out == "nothing is held\n"
    names = [f"{number}.eml" for number in range(20)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(sent.bounce(1, f"r{number}@big.example"))
    assert weekly("returned", "apply", *names, secret=SECRET.decode()).code == 0
    (held,) = weekly("returned", "held", "--json").json()
    assert (held["edition_id"], held["newsletter_id"], held["domain"], held["hard"], held["sent"]) == (1, "weekly", "big.example", 20, 21)
    assert weekly("returned", "release", "1", "big.example").code == 2
    ran = weekly("returned", "release", "1", "big.example", "--why", "their directory was down")
    assert ran.out.strip() == "nothing is held against the 20 readers of big.example"
    again = weekly("returned", "confirm", "1", "big.example", "--why", "no")
    assert again.code == 1
    assert "digest returned held" in again.err


def test_what_came_back_stands_among_the_deliveries(weekly: Digest, sent: Posted) -> None:
    weekly("returned", "apply", "-", stdin=sent.bounce(1, "ada@one.example"), secret=SECRET.decode())
    rows = [json.loads(line) for line in weekly("deliveries", "1", "--json").out.splitlines()]
    assert {row["returned"] for row in rows if row["address"] == "ada@one.example"} == {"hard"}
    assert {row["state"] for row in rows} == {"sent"}
    assert READER not in str(rows)


def test_the_doctor_and_the_queues_tell_of_what_is_about_us_and_what_is_held(weekly: Digest, sent: Posted, tmp_path: Path) -> None:
    def line() -> str:
        said = weekly("doctor", secret=SECRET.decode()).out
        return next(one for one in said.splitlines() if " returns " in one)

    assert line().startswith("ok    returns    bounces in 7 days: 0, about us: 0, complaints: 0")
    weekly("returned", "apply", "-", stdin=sent.bounce(1, "ada@one.example", OURS), secret=SECRET.decode())
    assert line().startswith("warn  returns    bounces in 7 days: 1, about us: 1, complaints: 0, the latest: 550 5.7.26 ")
    names = [f"{number}.eml" for number in range(20)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(sent.bounce(1, f"r{number}@big.example"))
    weekly("returned", "apply", *names, secret=SECRET.decode())
    assert "domains held: 1" in line()
    told = weekly("queues", "--json", broker_url="redis://127.0.0.1:9/0", secret=SECRET.decode())
    assert json.loads(told.out)["returned"]["classes"] == {"hard": 20, "ours": 1}
    shown = weekly("queues", broker_url="redis://127.0.0.1:9/0", secret=SECRET.decode()).out
    assert "came back in 7 days: 20 hard, 1 ours; complaints: 0" in shown
    assert "domains held for a person: 1" in shown
