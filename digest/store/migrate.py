"""Migrations by Alembic: the database's revision, and the way to another."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError

from digest.errors import DatabaseUnreachable, WrongRevision
from digest.store import check_tables, departure_tables, pace_tables, picture_tables, return_tables
from digest.store.engine import Database, unanswered

# Each module of tables adds its own to the one collection, once it is imported.
metadata = (check_tables.metadata, departure_tables.metadata, pace_tables.metadata, picture_tables.metadata, return_tables.metadata)[0]


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision`; one process at a time, the others wait and find it done."""
    with _config(database) as config:
        _refuse_newer(database, MigrationContext.configure(config.attributes["connection"]).get_current_revision())
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database back to `revision` ("base": no tables)."""
    with _config(database) as config:
        command.downgrade(config, revision)


def current(database: Database) -> str | None:
    """Return the revision that the database is at, None where it is empty."""
    try:
        with database.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        # A file that is no database is among them, and comes before any session.
        raise DatabaseUnreachable(unanswered(database.engine, error)) from error


def newest() -> str:
    """Return the revision that this code needs."""
    head = ScriptDirectory.from_config(_plain_config()).get_current_head()
    return head or "base"


def require_newest(database: Database) -> None:
    """Refuse a database of another revision; raises WrongRevision with the command that mends it."""
    there, wanted = current(database), newest()
    if there == wanted:
        return
    _refuse_newer(database, there)
    where = database.engine.url.render_as_string(hide_password=True)
    raise WrongRevision(f"the database {where} is at revision {there or 'none'}, this program needs {wanted}; run `digest db upgrade`")


def _refuse_newer(database: Database, there: str | None) -> None:
    """Refuse a revision that this program does not know: there is no way from it, nor to it."""
    if there is None or there in {script.revision for script in ScriptDirectory.from_config(_plain_config()).walk_revisions()}:
        return
    where = database.engine.url.render_as_string(hide_password=True)
    raise WrongRevision(f"the database {where} is at revision {there}, newer than this program ({newest()}); install the newer digest")


def drift(database: Database) -> list[str]:
    """Return where the database differs from the tables of this code; empty where it does not."""
    with database.engine.connect() as connection:
        return [str(difference) for difference in compare_metadata(MigrationContext.configure(connection), metadata)]


def _plain_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@contextmanager
def _config(database: Database) -> Iterator[Config]:
    config = _plain_config()
    try:
        with database.engine.connect().execution_options(digest_writes=True) as connection, connection.begin():
            _one_at_a_time(connection)
            config.attributes["connection"] = connection
            yield config
    except DatabaseError as error:
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
            raise  # a migration at fault
        raise DatabaseUnreachable(unanswered(database.engine, error)) from error


def _one_at_a_time(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE holds the others already; the number is ours and means nothing.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(5318008814)")
