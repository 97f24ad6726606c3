"""Bad input gets one line that names the thing and the remedy, exit 1, no traceback, and nothing is lost."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from digest.store import migrate, open_database
from tests.command import Digest, Ran
from tests.deliver.scripted import relay
from tests.processes import environ

COLUMN = """Strait watch

The pilots count what the ministries do not

By Ines Calloway

The pilots’ office in the old customs house has kept a ledger of passing hulls since the lighthouse was lit, and nobody has asked to see it.

This week the ministry asked. The harbour master brought the ledger himself, and read from it for an hour.

What it shows is a strait that is busier than either side has said, and poorer than both had hoped.

In other harbour news this week

A buoy is missing off the eastern shoal, according to the Harbour Gazette. The pilots noticed it on Monday.

The Baltic Wire reports that the ferry runs again, twice a day.
"""


def refused(ran: Ran, *words: str) -> None:
    lines = ran.err.strip().splitlines()
    assert ran.code == 1, ran
    assert len(lines) == 1, ran.err
    assert lines[0].startswith("digest: ")
    assert "Traceback" not in ran.err
    for word in words:
        assert word in lines[0], lines[0]


def test_an_unknown_setting_names_the_nearest_one(digest: Digest) -> None:
    refused(digest("newsletter", "list", web_prot="8080"), "DIGEST_WEB_PROT is no setting", "did you mean DIGEST_WEB_PORT")


def test_an_unknown_setting_in_the_file_names_the_file(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "digest.toml").write_text('web_prot = "1"\n')
    refused(digest("newsletter", "list"), "digest.toml", "web_prot", "did you mean")


def test_a_setting_of_the_wrong_kind_names_itself(digest: Digest) -> None:
    refused(digest("newsletter", "list", web_port="eighty"), "web_port", "DIGEST_WEB_PORT")


def test_a_secret_file_that_is_not_there_names_the_path(digest: Digest) -> None:
    refused(digest("newsletter", "list", secret_file="/nowhere/secret"), "DIGEST_SECRET_FILE", "/nowhere/secret")


def test_a_database_that_does_not_answer_says_so(digest: Digest, free_port: int) -> None:
    url = f"postgresql+psycopg://digest:hidden@127.0.0.1:{free_port}/digest"
    ran = digest("newsletter", "list", database_url=url)
    refused(ran, "does not answer", "DIGEST_DATABASE_URL")
    assert "hidden" not in ran.err


def test_a_database_of_no_revision_says_which_command_mends_it(digest: Digest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    refused(digest("newsletter", "list", database_url=url), "revision none", "digest db upgrade")
    assert digest("db", "upgrade", database_url=url).code == 0
    assert digest("newsletter", "list", database_url=url).code == 0
    assert digest("db", "check", database_url=url).code == 0


def test_a_database_of_a_newer_program_is_refused(digest: Digest, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'own.db'}"
    database = open_database(url)
    migrate.upgrade(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    refused(digest("newsletter", "list", database_url=url), "newer than this program")


def test_a_broker_that_does_not_answer_says_so(digest: Digest, free_port: int) -> None:
    refused(digest("queues", broker_url=f"redis://127.0.0.1:{free_port}/0"), "does not answer", "DIGEST_BROKER_URL")


def test_no_broker_at_all_says_how_to_start_one(digest: Digest) -> None:
    refused(digest("queues"), "digest up")


@pytest.mark.parametrize(
    ("content", "kind", "word"),
    [
        (b"", "feed", "empty"),
        (b"", "page", "empty"),
        (b"", "text", "empty"),
        (b"\x00\x01\x02\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None, "binary"),
        (b"<!doctype html><html><head><title>A page</title></head><body><p>No feed.</p></body></html>", "feed", "HTML"),
    ],
)
def test_what_is_no_feed_html_or_text_is_refused(digest: Digest, tmp_path: Path, content: bytes, kind: str | None, word: str) -> None:
    path = tmp_path / "input"
    path.write_bytes(content)
    options = ["--kind", kind] if kind else []
    refused(digest("read", "input", "--url", "https://review.example.org/x", "--json", *options), "input, given for https://review", word)
    piped = digest("read", "-", "--url", "https://review.example.org/x", "--json", *options, stdin=content)
    refused(piped, "standard input, given for https://review", word)


def test_a_file_that_is_not_there_is_named(digest: Digest) -> None:
    refused(digest("read", "nowhere.xml", "--url", "https://review.example.org/"), "nowhere.xml")


def test_an_unknown_newsletter_names_those_there_are(weekly: Digest) -> None:
    refused(weekly("edition", "draft", "daily"), "no newsletter 'daily'", "weekly")


def test_a_newsletter_without_a_plan_names_the_command_that_gives_one(weekly: Digest) -> None:
    assert weekly("newsletter", "plan", "weekly", "--file", "none").code == 0
    refused(weekly("edition", "draft", "weekly"), "no plan", "digest newsletter plan weekly")


def test_a_slot_in_the_past_is_refused(weekly: Digest) -> None:
    refused(weekly("edition", "draft", "weekly", "--slot", "2020-01-04T07:00+01:00"), "past")
    refused(weekly("edition", "draft", "weekly", "--slot", "2030-01-04T07:00"), "zone")
    refused(weekly("edition", "draft", "weekly", "--slot", "next week"), "no time")


def test_scheduling_in_the_past_or_for_nobody_is_refused_and_the_approval_stands(weekly: Digest, tmp_path: Path) -> None:
    (tmp_path / "column.txt").write_text(COLUMN, "utf-8")
    url = "https://review.example.org/strait-watch"
    draft = weekly("edition", "draft", "weekly", "--from", "column.txt", "--kind", "text", "--url", url, "--json")
    assert draft.code == 0, draft.err
    edition = str(draft.json()["edition"])
    refused(weekly("edition", "schedule", edition), "is draft and cannot be scheduled")
    assert weekly("edition", "approve", edition).code == 0
    refused(weekly("edition", "schedule", edition), "no confirmed reader", "digest subscribers import")
    refused(weekly("edition", "schedule", edition, "--at", "2020-01-04T07:00Z"), "past")
    assert weekly("subscribers", "import", "-", "--newsletter", "weekly", stdin=b"email\na@example.net\n").code == 0
    assert weekly("edition", "schedule", edition).code == 0


def test_a_refused_from_address_and_a_zone_that_there_is_not_are_named(digest: Digest) -> None:
    refused(digest("newsletter", "add", "weekly", "--from", "nobody", "--postal", "x"), "'nobody' is no email address")
    ran = digest("newsletter", "add", "weekly", "--from", "a@example.org", "--postal", "x", "--zone", "Europe/Atlantis")
    refused(ran, "Europe/Atlantis", "IANA")
    refused(digest("newsletter", "add", "weekly", "--from", "a@example.org", "--postal", "x", "--slot", "someday"), "someday", "sat 07:00")


def test_an_import_of_bad_lines_keeps_the_good_ones_and_names_the_bad(weekly: Digest) -> None:
    roster = b"name,email\nAnna,anna@example.net\nNobody,not-an-address\n,,\n\xff\xfe,bela@example.net\nAnna,ANNA@example.net\n"
    ran = weekly("subscribers", "import", "-", "--newsletter", "weekly", "--json", stdin=roster)
    assert ran.code == 0, ran.err
    assert ran.json() == {"lines": 4, "added": 2, "unchanged": 1, "refused": 1}
    assert "line 3" in ran.err
    refused(weekly("subscribers", "import", "-", "--newsletter", "weekly", stdin=b""), "no line with an address")


def test_a_taken_port_is_named_with_the_remedy(digest_process: Digest) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused(digest_process("web", "--port", str(port)), f"127.0.0.1:{port}", "--port")
        refused(digest_process("up", "--port", str(port)), f"127.0.0.1:{port}", "--port")
        refused(digest_process("demo", "--once", "--port", str(port)), f"127.0.0.1:{port}", "--port")


def test_wrong_usage_ends_with_2(digest: Digest) -> None:
    assert digest("edition", "approve", "seven").code == 2
    assert digest("nonsense").code == 2
    assert digest("read").code == 2


def test_a_traceback_comes_only_with_debug(digest_process: Digest) -> None:
    assert "Traceback" in digest_process("--debug", "edition", "show", "7").err
    refused(digest_process("edition", "show", "7"), "no edition 7", "digest edition list")


def test_a_relay_that_refuses_or_is_not_there_is_said_in_a_line(weekly: Digest, tmp_path: Path, free_port: int) -> None:
    (tmp_path / "column.txt").write_text(COLUMN, "utf-8")
    url = "https://review.example.org/strait-watch"
    draft = weekly("edition", "draft", "weekly", "--from", "column.txt", "--kind", "text", "--url", url, "--json")
    edition = str(draft.json()["edition"])
    to = ("edition", "test", edition, "--to", "nadia@example.org")
    refused(weekly(*to, transport=f"smtp+plain://127.0.0.1:{free_port}"), f"127.0.0.1:{free_port}", "DIGEST_TRANSPORT")
    with relay(MAIL="550 5.7.1 not your domain") as (script, _):
        refused(weekly(*to, transport=f"smtp+plain://127.0.0.1:{script.port}"), "refuses our sender", "not your domain")
    with relay(RCPT="550 5.1.1 no such mailbox") as (script, _):
        ran = weekly(*to, transport=f"smtp+plain://127.0.0.1:{script.port}")
    assert ran.code == 1
    assert "no such mailbox" in ran.out + ran.err


def test_a_file_without_a_single_address_is_a_failure(weekly: Digest, tmp_path: Path) -> None:
    (tmp_path / "column.txt").write_text("Strait watch\nThe pilots count\n")
    ran = weekly("subscribers", "import", "column.txt", "--newsletter", "weekly")
    assert ran.code == 1
    assert "column.txt holds no line with an address" in ran.err.splitlines()[-1]


def test_a_theme_that_is_not_there_is_refused_before_it_is_kept(weekly: Digest) -> None:
    refused(weekly("newsletter", "add", "weekly", "--theme", "reviw"), "there is no theme 'reviw'", "bulletin, review")
    assert weekly("newsletter", "show", "weekly").json()["theme"] == "review"


def test_a_file_for_a_draft_is_named_beside_its_address(weekly: Digest, tmp_path: Path) -> None:
    (tmp_path / "nothing.html").write_text("")
    refused(weekly("edition", "draft", "weekly", "--from", "nothing.html", "--url", "https://example.org/1"), "nothing.html", "is empty")


def test_a_locale_of_one_byte_a_letter_ends_nothing(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "column.txt").write_text(COLUMN)
    asked = ("read", "column.txt", "--url", "https://example.org/1", "--json")
    plain, odd = digest(*asked), digest(*asked, PYTHONUTF8="0", PYTHONIOENCODING="latin-1")
    assert odd.code == 0, odd
    assert odd.out == plain.out


def test_a_relay_that_is_not_in_the_settings_is_not_tried_anew(weekly: Digest) -> None:
    refused(weekly("relay", "retry", "ses"), "there is no relay 'ses'", "outbox")


def test_a_state_folder_that_cannot_be_made_is_said_in_a_line(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(digest("edition", "list", state=tmp_path / "file" / "state"), "cannot make", "DIGEST_STATE")


def test_a_file_that_is_no_database_is_said_in_a_line(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, " * 99)
    refused(digest("edition", "list", database_url=f"sqlite:///{tmp_path / 'notes.txt'}"), "notes.txt", "not a database")


def test_whoever_stands_in_a_folder_without_settings_hears_of_the_new_database(tmp_path: Path) -> None:
    def ran() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "digest", "newsletter", "list"]
        return subprocess.run(command, cwd=tmp_path, env=environ(), capture_output=True, check=True, text=True)

    assert "no digest.toml is here, so a new database was made" in ran().stderr
    assert ran().stderr == ""


def test_a_place_where_nothing_can_be_written_is_named_by_whatever_command(digest: Digest) -> None:
    refused(
        digest("theme", "new", "evening", "--in", "/proc/nowhere"), "/proc/nowhere: No such file or directory; name a place that is there"
    )


def test_an_output_on_a_full_disk_is_no_fault_of_the_program(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "digest", "relay", "presets", "--json"],
            cwd=tmp_path,
            env=environ(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ran.returncode, ran.stderr) == (1, "digest: the disk: No space left on device; make room on that disk and try again\n")
