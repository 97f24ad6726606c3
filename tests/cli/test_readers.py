"""The roster in and out on the command line, and one reader at a time."""

import contextlib
import csv
import gc
import io
import json
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from digest.cli.roster_file import opened_lines
from digest.errors import InputError
from digest.store import open_database
from tests.command import Digest, Ran, refused
from tests.processes import environ

# The command in a process of its own, which says at its end how much memory it took at most; a line of progress a tenth of a second.
MEASURED = """
import atexit, sys
from digest.cli import main, progress
from tests.memory import peak
progress._EVERY_SECONDS = 0.1
atexit.register(lambda: print("most", peak(), file=sys.stderr))
main()
"""


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def imported(weekly: Digest, roster: bytes, *words: str) -> Ran:
    ran = weekly("subscribers", "import", "-", "--newsletter", "weekly", *words, stdin=roster)
    assert ran.code == 0, ran.err
    return ran


@pytest.mark.parametrize(
    "roster",
    [
        b"email,name\nanna@example.net,Anna Lind\n",
        b"Name;Noted;E-Mail\r\nAnna Lind;yes;anna@example.net\r\n",
        b"last name\tfirst name\taddress\nLind\tAnna\tanna@example.net",
        b"\xef\xbb\xbfEmail,Full_Name\nanna@example.net,Anna Lind\n",
        "email,name\nanna@example.net,Anna Lind\n".encode("utf-16"),
        b'"email","name"\n"anna@example.net","Anna\nLind"\n',
        b"email,name\ranna@example.net,Anna Lind\r",
        b"Anna Lind,anna@example.net\n",
    ],
)
def test_any_order_of_columns_and_any_common_kind_of_csv_is_read(weekly: Digest, roster: bytes) -> None:
    assert imported(weekly, roster, "--json").json() == {"lines": 1, "added": 1, "unchanged": 0, "refused": 0}
    shown = weekly("subscribers", "show", "anna@example.net", "--json").json()
    assert shown["newsletters"] == {"weekly": "confirmed"}
    assert shown["name"] in ("Anna Lind", None if roster.startswith(b"Anna") else "Anna Lind")


def test_a_name_of_an_old_spreadsheet_keeps_its_accents(weekly: Digest) -> None:
    imported(weekly, "email,name\na@example.net,Zoë Beauchêne\n".encode("cp1252"))
    assert weekly("subscribers", "show", "a@example.net", "--json").json()["name"] == "Zoë Beauchêne"


def test_a_dry_run_says_the_same_and_writes_nothing(weekly: Digest) -> None:
    imported(weekly, b"email\nknown@example.net\n")
    roster = b"email\nknown@example.net\nnew@example.net\nNEW@example.net\nbad\n"
    expected = {"lines": 4, "added": 1, "unchanged": 2, "refused": 1}
    assert imported(weekly, roster, "--dry-run", "--json").json() == expected
    refused(weekly("subscribers", "show", "new@example.net"), "nobody here")
    assert "1 would be added" in imported(weekly, roster, "--dry-run").out
    assert imported(weekly, roster, "--from", "csv", "--json").json() == expected


def test_refused_lines_go_to_a_file_with_number_and_reason(weekly: Digest, tmp_path: Path) -> None:
    roster = b'name,email\nAnna,anna@example.net\n=cmd|x,not-an-address\n"open,b@example.net\nBela,bela@example.net\n'
    ran = imported(weekly, roster, "--refused", "bad.csv", "--json")
    assert ran.json() == {"lines": 4, "added": 2, "unchanged": 0, "refused": 2}
    assert "bad.csv" in ran.err
    assert "not-an-address" not in ran.err
    head, first, second = rows((tmp_path / "bad.csv").read_text("utf-8"))
    assert head == ["line", "reason", "text"]
    assert first[0] == "3"
    assert "no email address" in first[1]
    assert first[2] == "'=cmd|x,not-an-address"
    assert second[:2] == ["4", "a quotation mark is opened here and not closed"]


def test_many_refused_lines_are_counted_rather_than_listed(weekly: Digest) -> None:
    ran = imported(weekly, b"email\nada@example.net\n" + b"bad\n" * 5_000, "--json")
    assert ran.json()["refused"] == 5_000
    assert ran.err.count("\n") == 21
    assert "and 4980 more" in ran.err


@pytest.mark.usefixtures("weekly")
def test_an_import_takes_no_more_memory_for_a_larger_file_and_says_how_far_it_is(tmp_path: Path) -> None:
    def most(lines: int) -> tuple[float, str]:
        """Import so many lines, one in a hundred good, and return the most memory it took in MB, and what it said."""
        bad = ("nonsense\n", '"open quote\n', "jos\u00e9@example.net,x\n", "@,,,\n", f"{'x' * 2_000}\n")
        with (tmp_path / "many.csv").open("w", encoding="utf-8") as file:
            file.write("email,name\n")
            for number in range(lines):
                file.write(f"r{lines}-{number}@example.net,Good\n" if number % 100 == 0 else bad[number % len(bad)])
        command = [
            *(sys.executable, "-c", MEASURED, "subscribers", "import", "many.csv"),
            *("--newsletter", "weekly", "--refused", "bad.csv", "--json"),
        ]
        env = environ(state=tmp_path / "state")
        ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True, timeout=120)
        told = json.loads(ran.stdout)
        assert told["added"] == lines // 100
        assert told["refused"] == told["lines"] - told["added"]
        with (tmp_path / "bad.csv").open(encoding="utf-8", newline="") as refusals:
            kept = list(csv.reader(refusals))
        assert len(kept) == told["refused"] + 1
        assert all(reason and int(number) > 1 for number, reason, _ in kept[1:])
        return float(ran.stderr.rpartition("most ")[2]), ran.stderr

    few, _ = most(3_000)
    many, said = most(60_000)
    assert (tmp_path / "many.csv").stat().st_size > 24_000_000
    # The file is eight times what it may grow by.
    assert many - few < 3, (few, many)
    assert "lines: " in said
    assert re.search(r"^[\d,]+ lines: [\d,]+ added, ", said, re.MULTILINE), said


def test_one_line_of_a_megabyte_is_one_bad_line(weekly: Digest) -> None:
    roster = b"email,name\na@example.net,A\n" + b"x" * 1_000_000 + b"\nb@example.net," + b"y" * 1_000_000 + b"\nc@example.net,C\n"
    ran = imported(weekly, roster, "--json")
    assert ran.json() == {"lines": 4, "added": 3, "unchanged": 0, "refused": 1}
    assert len(ran.err) < 1_000
    assert len(weekly("subscribers", "show", "b@example.net", "--json").json()["name"]) <= 200


def test_the_file_that_is_read_is_never_written_over(weekly: Digest, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("email\nbad\n", "utf-8")
    refused(weekly("subscribers", "import", "roster.csv", "--newsletter", "weekly", "--refused", "./roster.csv"), "name another")
    assert (tmp_path / "roster.csv").read_text("utf-8") == "email\nbad\n"
    refused(weekly("subscribers", "import", "roster.csv", "--newsletter", "weekly", "--refused", "none/bad.csv"), "cannot write")
    refused(weekly("subscribers", "import", "nowhere.csv", "--newsletter", "weekly"), "cannot read nowhere.csv")
    refused(weekly("subscribers", "import", ".", "--newsletter", "weekly"), "cannot read .")
    refused(weekly("subscribers", "import", "roster.csv", "--newsletter", "daily"), "'daily'")
    refused(weekly("subscribers", "import", "-", "--newsletter", "weekly", stdin=b"\x89PNG\0\0"), "binary")


def test_a_line_with_a_nul_is_one_bad_line_and_what_is_really_binary_is_refused_whole(weekly: Digest) -> None:
    ran = imported(weekly, b"email,name\na@example.net,A\nb@exam\0ple.net,B\nc@example.net,\0C\nd@example.net,D\n", "--json")
    assert ran.json() == {"lines": 4, "added": 2, "unchanged": 0, "refused": 2}
    assert [line.partition(";")[0] for line in ran.err.splitlines()] == [
        f"line {number}: a NUL (a byte 0) stands in this line" for number in (3, 4)
    ]
    for binary in (b"PK\x03\x04workbook", b"\xd0\xcf\x11\xe0workbook", b"SQLite format 3\0", "email\na@example.net\n".encode("utf-16-le")):
        refused(weekly("subscribers", "import", "-", "--newsletter", "weekly", stdin=binary), "binary", "export it as CSV in UTF-8")


def test_an_import_never_revives_whoever_left_is_barred_or_was_erased(weekly: Digest, tmp_path: Path) -> None:
    imported(weekly, b"email,name\nbarred@example.net,B\nerased@example.net,E\nstays@example.net,S\nleft@example.net,L\n")
    assert weekly("subscribers", "suppress", "Barred@Example.net").code == 0
    assert weekly("subscribers", "erase", "ERASED@example.net").code == 0
    database = open_database(f"sqlite:///{tmp_path / 'state' / 'digest.db'}")
    with database.engine.begin() as connection:
        left = "(SELECT id FROM subscribers WHERE folded = 'left@example.net')"
        connection.exec_driver_sql(f"UPDATE subscriptions SET state = 'unsubscribed' WHERE subscriber_id = {left}")
    database.close()
    again = b"email,name\nbarred@example.net,B\nerased@example.net,E\nleft@example.net,L\nfresh@example.net,F\n"
    ran = imported(weekly, again, "--json").json()
    assert ran == {"lines": 4, "added": 1, "unchanged": 3, "refused": 0}
    assert sorted(row[0] for row in rows(weekly("subscribers", "export", "--newsletter", "weekly").out)[1:]) == [
        "fresh@example.net",
        "stays@example.net",
    ]
    whole = weekly("subscribers", "export", "--newsletter", "weekly", "--state", "all").out
    assert {row[0]: row[2] for row in rows(whole)[1:]} == {
        "barred@example.net": "suppressed",
        "stays@example.net": "confirmed",
        "left@example.net": "unsubscribed",
        "fresh@example.net": "confirmed",
    }


def test_an_erased_reader_leaves_nothing_that_can_be_read(weekly: Digest, tmp_path: Path) -> None:
    imported(weekly, b"email,name\nerased@example.net,Erika Mustermann\n")
    assert "is forgotten" in weekly("subscribers", "erase", "erased@example.net").out
    shown = weekly("subscribers", "show", "erased@example.net", "--json").json()
    assert (shown["name"], shown["created"], shown["newsletters"], shown["consents"]) == (None, None, {}, [])
    assert shown["suppressed"]["reason"] == "erased"
    database = open_database(f"sqlite:///{tmp_path / 'state' / 'digest.db'}")
    with database.engine.connect() as connection:
        tables = ("subscribers", "subscriptions", "consents", "suppressions", "acts", "attempts")
        kept = str([connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in tables])
    database.close()
    assert "example.net" not in kept
    assert "Erika" not in kept
    assert "was not known here" in weekly("subscribers", "erase", "nobody@example.net").out


def test_no_cell_of_an_export_can_run_as_a_formula_and_it_can_be_read_back(weekly: Digest) -> None:
    names = ["=1+1", "+1", "-1", "@sum", '"quoted", with; marks', "plain"]
    roster = io.StringIO()
    csv.writer(roster).writerows([["email", "name"], *([f"r{place}@example.net", name] for place, name in enumerate(names))])
    roster.write("=cmd@example.net,x\n-dash@example.net,y\n")
    imported(weekly, roster.getvalue().encode())
    ran = weekly("subscribers", "export", "--newsletter", "weekly")
    table = rows(ran.out)
    assert table[0] == ["email", "name", "state", "since", "without"]
    assert len(table) == 9
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in table for cell in row)
    back = imported(weekly, ran.out.encode(), "--dry-run", "--json").json()
    assert back == {"lines": 8, "added": 0, "unchanged": 8, "refused": 0}
    refused(weekly("subscribers", "export", "--newsletter", "daily"), "'daily'")


def test_show_says_how_a_reader_stands_in_words(weekly: Digest) -> None:
    imported(weekly, b"email,name\nanna@example.net,Anna\n")
    assert weekly("subscribers", "suppress", "anna@example.net").code == 0
    said = weekly("subscribers", "show", "anna@example.net").out
    for words in ("anna@example.net  Anna", "weekly", "confirmed", "barred from every mailing", "by hand"):
        assert words in said
    assert weekly("subscribers", "suppress", "stranger@example.net").code == 0
    assert "barred" in weekly("subscribers", "show", "stranger@example.net").out
    refused(weekly("subscribers", "show", "nobody"), "'nobody' is no email address")


def test_a_bar_is_lifted_with_a_reason_and_brings_nobody_back_by_itself(weekly: Digest) -> None:
    imported(weekly, b"email\nanna@example.net\n")
    assert weekly("subscribers", "suppress", "anna@example.net").code == 0
    refused(weekly("subscribers", "suppress", "--lift", "anna@example.net"), "--why")
    ran = weekly("subscribers", "suppress", "--lift", "anna@example.net", "--why", "the wrong Anna")
    assert (ran.code, ran.out) == (0, "anna@example.net may be written to again; 1 of its subscriptions wait to be confirmed anew\n")
    shown = weekly("subscribers", "show", "anna@example.net", "--json").json()
    assert (shown["suppressed"], shown["newsletters"]) == (None, {"weekly": "unconfirmed"})
    refused(weekly("subscribers", "suppress", "--lift", "anna@example.net", "--why", "again"), "is not barred")
    weekly("subscribers", "erase", "anna@example.net")
    refused(weekly("subscribers", "suppress", "--lift", "anna@example.net", "--why", "please"), "an erasure", "only the reader")


def test_the_only_newsletter_need_not_be_named(digest: Digest) -> None:
    roster = b"email\nanna@example.net\n"
    refused(digest("subscribers", "import", "-", stdin=roster), "no newsletter yet")
    for name in ("weekly", "daily"):
        words = ("newsletter", "add", name, "--from", "The Review <desk@review.example.org>", "--postal", "1 Quay Street")
        assert digest(*words).code == 0
        if name == "weekly":
            assert digest("subscribers", "import", "-", stdin=roster).code == 0
            assert "anna@example.net" in digest("subscribers", "export").out
    refused(digest("subscribers", "import", "-", stdin=roster), "2 newsletters", "--newsletter daily or weekly")
    refused(digest("subscribers", "export"), "2 newsletters")


@pytest.mark.parametrize("content", [b"email\na@example.net\n", "email\na@example.net\n".encode("utf-16"), b"PK\x03\x04"])
def test_a_roster_is_closed_when_it_was_read_or_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_bytes(content)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with contextlib.suppress(InputError), opened_lines(str(file)) as lines:
            assert next(lines) == "email\n"
        lines = iter(())
        gc.collect()
    assert [str(one.message) for one in caught if one.category is ResourceWarning] == []


@pytest.mark.usefixtures("weekly")
def test_whoever_stops_reading_the_roster_has_seen_enough(tmp_path: Path, weekly: Digest) -> None:
    imported(weekly, b"email\n" + b"".join(b"reader%d@example.net\n" % number for number in range(4_000)))
    command = [sys.executable, "-m", "digest", "subscribers", "export"]
    env = environ(state=tmp_path / "state")
    with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"email,")
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == b""
