"""Migrations run up and down on both databases, and another revision is refused with its remedy."""

from pathlib import Path

import pytest
from sqlalchemy import inspect

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
