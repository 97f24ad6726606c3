"""Migrations run up and down on both databases, and another revision is refused with its remedy."""

import shutil
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from digest.errors import DatabaseUnreachable, WrongRevision
from digest.store import Database, migrate, open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path / 'empty.db'}")
    return open_database(request.getfixturevalue("empty_postgres_url"))


def test_migrations_run_up_down_and_up_again_and_leave_the_tables_of_the_code(empty: Database) -> None:
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.newest()
    assert migrate.drift(empty) == []
    migrate.downgrade(empty, "base")
    with empty.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(empty)
    assert migrate.drift(empty) == []
    empty.close()


def test_an_empty_database_is_refused_with_the_command_that_mends_it(empty: Database) -> None:
    with pytest.raises(WrongRevision, match=r"at revision none, this program needs \w+; run `digest db upgrade`"):
        migrate.require_newest(empty)
    empty.close()


def test_a_database_of_a_newer_program_is_refused_as_such(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WrongRevision, match="newer than this program"):
        migrate.require_newest(database)
    with pytest.raises(WrongRevision, match=r"at revision 9999, newer than this program \(\d+\); install the newer digest"):
        migrate.upgrade(database)


def test_drift_is_seen_where_a_table_was_changed_by_hand(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_sources_due")
    assert any("ix_sources_due" in line for line in migrate.drift(database))


def test_a_database_that_does_not_answer_is_a_sentence_without_the_password() -> None:
    database = open_database("postgresql+psycopg://digest:hidden-word@127.0.0.1:9/digest")
    with pytest.raises(DatabaseUnreachable, match="does not answer") as caught:
        migrate.current(database)
    assert "hidden-word" not in str(caught.value)
    with pytest.raises(DatabaseUnreachable, match="does not answer"), database.reading() as session:
        session.connection()


def test_a_database_that_somebody_else_writes_to_is_not_called_down(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    first, second = open_database(url), open_database(url)
    with second.engine.connect() as connection:
        # Instead of the fifteen seconds that a person would wait.
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    with first.writing(), pytest.raises(DatabaseUnreachable, match="written to by another process"), second.writing():
        pass
    first.close()
    second.close()


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_bytes(b"not a database, whatever its name says " * 200)
    database = open_database(f"sqlite:///{tmp_path / 'text.db'}")
    said = r"text\.db is damaged or none \(file is not a database\); put a backup in its place"
    with pytest.raises(DatabaseUnreachable, match=said):
        migrate.current(database)
    with pytest.raises(DatabaseUnreachable, match=said):
        migrate.upgrade(database)
    database.close()


def test_a_damaged_file_is_no_fault_of_the_program(tmp_path: Path) -> None:
    file = tmp_path / "damaged.db"
    database = open_database(f"sqlite:///{file}")
    migrate.upgrade(database)
    database.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    database = open_database(f"sqlite:///{file}")
    with pytest.raises(DatabaseUnreachable, match="is damaged or none"), database.reading() as session:
        session.connection().exec_driver_sql("SELECT count(*), max(address) FROM subscribers").all()
    database.close()


@pytest.mark.parametrize(
    ("told", "free", "said"),
    [
        ("disk I/O error", 0, "the disk of the database .*mail.db is full"),
        ("database or disk is full", 0, "make room there and try again"),
        ("unable to open database file", 0, "make room there and try again"),
        ("disk I/O error", 1 << 30, "does not answer: disk I/O error"),
        ("attempt to write a readonly database", 1 << 30, "cannot be written .*; give this user the right to write"),
        ("unable to open database file", 1 << 30, "cannot be written .*; give this user the right to write"),
    ],
)
def test_what_keeps_an_embedded_database_is_named(told: str, free: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The room on the disk is the machine's; a disk that is really full is drilled in tests/faults.
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    database = open_database(f"sqlite:///{tmp_path / 'mail.db'}")
    with pytest.raises(DatabaseUnreachable, match=said), database.reading():
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError(told))
    database.close()
