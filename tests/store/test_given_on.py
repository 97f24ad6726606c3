"""A PostgreSQL database that a test is given is as the migrations made it, whatever the test before did to it."""

from datetime import UTC, datetime

import psycopg
import pytest

from digest.model.account import Act
from digest.store import acts, open_database
from tests.postgres import Databases

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def note(databases: Databases, name: str) -> int:
    """Write a row as the program does, and tell its number."""
    database = open_database(f"postgresql+psycopg://postgres:@/{name}?host={databases.host}")
    with database.writing() as session:
        acts.note(session, Act(at=NOW, who="Nadia", what="looked", why=None, edition_id=None, revision=None))
    database.close()
    with psycopg.connect(host=databases.host, user="postgres", dbname=name) as connection:
        found = connection.execute("SELECT max(id), count(*) FROM acts").fetchone()
    assert found is not None
    assert found[1] == 1, "somebody else's row"
    return int(found[0])


def test_rows_are_gone_and_numbers_begin_anew(postgres_databases: Databases) -> None:
    with postgres_databases.one() as name:
        assert note(postgres_databases, name) == 1
    made = postgres_databases.made
    for _ in range(3):
        with postgres_databases.one() as name:
            assert note(postgres_databases, name) == 1
    assert postgres_databases.made <= made + 1, "a database is given on"


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE own (id int)",
        "ALTER TABLE acts ADD COLUMN own int",
        "ALTER TABLE acts ALTER COLUMN why SET NOT NULL",
        "DROP TABLE acts CASCADE",
        "CREATE INDEX own ON acts (who)",
        "CREATE SCHEMA own",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_whose_tables_were_changed_is_given_to_nobody(postgres_databases: Databases, change: str) -> None:
    with postgres_databases.one() as spoiled, psycopg.connect(host=postgres_databases.host, user="postgres", dbname=spoiled) as connection:
        connection.execute(change.encode())
    with postgres_databases.one() as name:
        assert note(postgres_databases, name) == 1
        with psycopg.connect(host=postgres_databases.host, user="postgres", dbname="template1") as connection:
            assert connection.execute("SELECT count(*) FROM pg_database WHERE datname = %s", (spoiled,)).fetchone() == (0,)
            known = connection.execute("SELECT count(*) FROM pg_database").fetchone()
    assert known is not None
    assert known[0] <= 6
