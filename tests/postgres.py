"""PostgreSQL databases for the tests: emptied after one and given to the next, since a new one costs more than most tests do."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psycopg

# How many tests get one database after the other: what was deleted still takes its place there.
_LASTS = 20

# What stands in `public`, by its form: a test that makes or changes a table leaves a database that nobody gets after it.
_FORM = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(' ', 'c', oid, relname, relkind, relnatts, reloptions) FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'a', attrelid, attname, atttypid, attnotnull, atthasdef) FROM pg_attribute
            WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
        UNION ALL SELECT concat_ws(' ', 'k', oid, conname, convalidated) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'p', oid, proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 't', oid, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', 'n', nspname) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%'
        UNION ALL SELECT concat_ws(' ', 's', setconfig) FROM pg_db_role_setting
    ) AS lines (line)
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES_BACK = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences WHERE last_value IS NOT NULL
"""


@dataclass
class Databases:
    """Migrated databases of one server; `host` is the folder of its socket, `postgres` its database that the others are copies of."""

    host: str
    made: int = 0
    _free: list[tuple[str, int]] = field(default_factory=list)
    _tables: list[str] = field(default_factory=list)
    _rows: str = ""
    _form: str = ""

    def __post_init__(self) -> None:
        with self._at("postgres") as template:
            self._tables = [str(row[0]) for row in template.execute(_TABLES)]
            kept = self._filled(template)
            # What the migrations wrote is left where it is, and held to be as they wrote it.
            self._tables = [name for name in self._tables if name not in kept]
            told = "(SELECT string_agg(t::text, ',' ORDER BY t::text) FROM \"{}\" AS t)"
            self._rows = ", ".join(map(told.format, kept))
        with self.one(as_template=True) as name, self._at(name) as fresh:
            self._form = self._formed(fresh)

    @contextmanager
    def one(self, *, as_template: bool = False) -> Iterator[str]:
        """The name of an empty, migrated database that nobody had before by that name."""
        name = f"t{uuid.uuid4().hex[:12]}"
        with self._at("template1") as server:
            if self._free:
                before, times = self._free.pop()
                server.execute(f"ALTER DATABASE {before} RENAME TO {name}")
            else:
                times = 0
                server.execute(f"CREATE DATABASE {name} TEMPLATE postgres")
                self.made += 1
            yield name
            server.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", (name,))
            if as_template or (times < _LASTS and self._emptied(name)):
                self._free.append((name, times + 1))
            else:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        """Whether the database is as it came from its template, now that its rows have been taken out."""
        with suppress(psycopg.Error), self._at(name) as database:
            # Deleting ten rows costs far less than TRUNCATE, which makes new files for every table and index behind a foreign key.
            filled = [f'"{table}"' for table in self._filled(database)]
            emptying = [f"DELETE FROM {table}" for table in filled]
            database.execute("; ".join(["SET session_replication_role = replica", *emptying, _SEQUENCES_BACK, "SELECT pg_stat_reset()"]))
            if filled:
                # Their files are empty again, as those of new tables are.
                database.execute(f"VACUUM {', '.join(filled)}")
            return self._formed(database) == self._form
        return False

    def _filled(self, database: psycopg.Connection[tuple[object, ...]]) -> list[str]:
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in self._tables)
        return [str(row[0]) for row in database.execute(asked)]

    def _formed(self, database: psycopg.Connection[tuple[object, ...]]) -> str:
        """The form of all tables, and of the rows that the migrations wrote."""
        rows = f", {self._rows}" if self._rows else ""
        return str(database.execute(f"SELECT ({_FORM}){rows}").fetchone())

    def _at(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=self.host, user="postgres", dbname=name, autocommit=True)
