"""One database: its engine, and sessions that read or that write."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from digest.errors import DatabaseUnreachable, InputError, SettingsError

_WRITES = "digest_writes"
_NO_ROOM = {"disk I/O error", "database or disk is full", "unable to open database file"}
_NO_RIGHT = {"attempt to write a readonly database", "unable to open database file"}
_NO_DATABASE = {"file is not a database", "database disk image is malformed"}
_ROOM = 1 << 20  # less than that is a full disk: a write-ahead log and its index want more


class Database:
    """What one process opens once, after any fork. Hands out sessions; each is one transaction, never held across I/O."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for reading; nothing it does is kept."""
        with _said(self.engine), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session that commits at its end, or rolls back where an error leaves it.

        SQLite takes the write lock at once (BEGIN IMMEDIATE): a reader that turns writer halfway loses updates.
        """
        with _said(self.engine), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={_WRITES: True})
            yield session
            session.commit()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at `url` (sqlite:///PATH or postgresql+psycopg://…); nothing is connected yet.

    Raises SettingsError for a malformed address, DatabaseUnreachable where the folder of an embedded one cannot be made.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError(f"the database address is malformed: {error}; write sqlite:///PATH or postgresql+psycopg://…") from error
    if parsed.get_backend_name() != "sqlite":
        return Database(create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=10, connect_args={"connect_timeout": 10}))
    if parsed.database and parsed.database != ":memory:":
        folder = Path(parsed.database).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnreachable(
                f"cannot make {folder} for the database: {error.strerror}; set DIGEST_STATE to a folder of yours"
            ) from error
    # isolation_level None: the driver begins nothing by itself, the events below do.
    engine = create_engine(parsed, connect_args={"isolation_level": None, "timeout": 15, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Database(engine)


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes: Any = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _said(engine: Engine) -> Iterator[None]:
    """Turn a lost connection, and a value that no column holds, into a sentence; everything else passes."""
    try:
        yield
    except (DataError, OverflowError) as error:
        # A number beyond 64 bits in an address: psycopg asks the server, sqlite3 raises by itself.
        raise InputError("a number or a text in it is beyond what the database holds; correct it") from error
    except OperationalError as error:
        raise DatabaseUnreachable(unanswered(engine, error)) from error
    except DBAPIError as error:
        # What SQLite says of a damaged file is of this class itself and of none below it.
        if error.connection_invalidated or type(error) is DatabaseError:
            raise DatabaseUnreachable(unanswered(engine, error)) from error
        raise


def unanswered(engine: Engine, error: DBAPIError) -> str:
    """Say in a sentence which database failed us, how, and what mends it; its password stays out."""
    where = engine.url.render_as_string(hide_password=True)
    first = (str(error.orig).strip().splitlines() or ["no answer"])[0]
    if first == "database is locked":
        return f"the database {where} is written to by another process for longer than we wait; try again in a moment"
    kept = Path(engine.url.database or "").parent
    if engine.dialect.name == "sqlite" and kept.is_dir():
        # SQLite says "disk I/O error" of its memory map where there is no room, and "unable to open" where there is no right.
        if first in _NO_ROOM and shutil.disk_usage(kept).free < _ROOM:
            return f"the disk of the database {where} is full ({first}); make room there and try again, nothing of this was kept"
        if first in _NO_RIGHT:
            return f"the database {where} cannot be written ({first}); give this user the right to write to it and its folder"
        if first in _NO_DATABASE:
            return f"the database {where} is damaged or none ({first}); put a backup in its place or correct DIGEST_DATABASE_URL"
    return f"the database {where} does not answer: {first}; start it or correct DIGEST_DATABASE_URL (`digest doctor` looks closer)"
