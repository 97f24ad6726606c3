"""`digest returned`: one object a file, by the contract, and nothing that it does not say."""

import json
from pathlib import Path

from digest.audience.links import message_id, return_path
from digest.audience.token import Bearing
from tests.command import Digest
from tests.deliver.returned_mails import MESSAGE_ID, READER, refused

KEYED = Bearing(mailing_id=7, subscriber_id=1)
SECRET = "0123456789abcdef0123456789abcdef"


def test_each_file_gives_one_object_with_the_keys_of_the_contract(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "gone.eml").write_text(refused("550 5.1.1 user unknown", "5.1.1"), "utf-8")
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "bytes.eml").write_bytes(bytes(range(256)) * 40)
    ran = digest("returned", "gone.eml", "empty.eml", "bytes.eml", "--json")
    assert ran.code == 0, ran.err
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {
            "file": "gone.eml",
            "kind": "bounce",
            "message_id": MESSAGE_ID,
            "delivery": None,
            "recipients": [
                {"address": READER, "class": "hard", "status": "5.1.1", "code": 550, "diagnostic": "550 5.1.1 user unknown"},
            ],
        },
        {"file": "empty.eml", "kind": "none", "message_id": None, "delivery": None, "recipients": []},
        {"file": "bytes.eml", "kind": "none", "message_id": None, "delivery": None, "recipients": []},
    ]
    assert not (tmp_path / "state").exists(), "reading makes neither a secret nor a database"


def test_a_file_that_cannot_be_read_stops_none_of_the_others(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "gone.eml").write_text(refused("550 5.1.1 user unknown", "5.1.1"), "utf-8")
    ran = digest("returned", "nowhere.eml", ".", "gone.eml", "--json")
    assert ran.code == 1
    assert json.loads(ran.out)["file"] == "gone.eml"
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == ["digest", "digest"]
    assert "cannot read nowhere.eml" in ran.err


def test_a_mailbox_of_several_mails_says_that_only_the_first_is_read(digest: Digest, tmp_path: Path) -> None:
    first = "From MAILER-DAEMON Fri Nov 20 07:00:00 2026\n" + refused("550 5.1.1 user unknown", "5.1.1")
    (tmp_path / "box").write_text(f"{first}\n{first.replace(READER, 'bob@reader.example')}", "utf-8")
    ran = digest("returned", "box", "--json")
    assert [one["address"] for one in json.loads(ran.out)["recipients"]] == [READER]
    assert "several mails" in ran.err
    (tmp_path / "one").write_text(first, "utf-8")
    assert digest("returned", "one", "--json").err == ""


def test_our_token_is_given_where_it_is_ours_and_none_where_it_is_forged(digest: Digest, tmp_path: Path) -> None:
    keyed = return_path(SECRET.encode(), "paper.example", KEYED)
    forged = return_path(b"another secret, not ours", "paper.example", KEYED)
    named = message_id(SECRET.encode(), "paper.example", KEYED)
    bounce = refused("550 5.1.1 user unknown", "5.1.1")
    (tmp_path / "verp.eml").write_text(bounce.replace("To: news@paper.example", f"To: <{keyed}>", 1), "utf-8")
    (tmp_path / "forged.eml").write_text(bounce.replace("To: news@paper.example", f"To: <{forged}>", 1), "utf-8")
    (tmp_path / "named.eml").write_text(bounce.replace(MESSAGE_ID, named), "utf-8")
    ran = digest("returned", "verp.eml", "forged.eml", "named.eml", "--json", secret=SECRET)
    token = keyed.partition("+")[2].partition("@")[0]
    assert [json.loads(line)["delivery"] for line in ran.out.splitlines()] == [token, None, token]


def test_the_reader_of_our_token_is_named_from_the_roster(weekly: Digest, tmp_path: Path) -> None:
    added = weekly("subscribers", "import", "-", "--newsletter", "weekly", stdin=b"email\nreal@reader.example\n")
    assert added.code == 0, added.err
    secret = (tmp_path / "state" / "secret").read_bytes().strip()
    keyed = return_path(secret, "paper.example", KEYED)
    bounce = refused("550 5.1.1 user unknown", "5.1.1")
    (tmp_path / "verp.eml").write_text(bounce.replace("To: news@paper.example", f"To: <{keyed}>", 1), "utf-8")
    said = json.loads(weekly("returned", "verp.eml", "--json").out)
    assert [(one["address"], one["class"]) for one in said["recipients"]] == [("real@reader.example", "hard")]


def test_without_json_a_person_can_read_it(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "gone.eml").write_text(refused("550 5.1.1 user unknown", "5.1.1"), "utf-8")
    ran = digest("returned", "gone.eml")
    assert ran.code == 0
    assert ran.out.splitlines() == ["gone.eml  bounce", f"  hard  {READER}  550 5.1.1 user unknown"]
