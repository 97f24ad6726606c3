"""`digest doctor`: each thing is well, deserves a look, or is wrong, and says what mends it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.demo.sink import Sink
from digest.model.ops import WorkerSeen
from digest.settings import Settings
from digest.store import heartbeats, migrate, open_database
from tests.command import Digest, Ran
from workers.app import make_app

HTTPS = "https://news.example.org"
SECRET = "a secret of the tests"


def alive(path: Path, *, ago: float) -> str:
    """Return the address of a database in which beat and a worker were last heard of so many seconds ago."""
    url = f"sqlite:///{path}"
    database = open_database(url)
    migrate.upgrade(database)
    then = datetime.now(UTC) - timedelta(seconds=ago)
    with database.writing() as session:
        heartbeats.beat(session, "tick", now=then)
        heartbeats.keep_worker(session, WorkerSeen(name="w@host", heard=then, active=()), now=then)
    database.close()
    return url


def checks(ran: Ran) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in ran.json()["checks"]}


def states(ran: Ran) -> dict[str, str]:
    return {name: check["state"] for name, check in checks(ran).items()}


def test_a_service_in_which_all_is_well_passes_and_is_asked_on_the_network_only_when_told(
    digest: Digest, broker_url: str, tmp_path: Path
) -> None:
    url = alive(tmp_path / "own.db", ago=1)
    with Sink(tmp_path / "mail") as sink:
        given = {
            "database_url": url,
            "broker_url": broker_url,
            "public_url": HTTPS,
            "secret": SECRET,
            "transport": f"smtp+plain://127.0.0.1:{sink.port}",
        }
        ran = digest("doctor", "--network", "--json", **given)
        quiet = digest("doctor", **given)
    assert (ran.code, ran.err, ran.json()["ok"]) == (0, "", True)
    names = ["database", "broker", "workers", "beat", "returns", "secret", "links", "transport", "state", "disk"]
    assert states(ran) == dict.fromkeys(names, "ok")
    assert checks(ran)["transport"] == {"name": "transport", "state": "ok", "says": f"127.0.0.1:{sink.port} answers", "remedy": None}
    assert quiet.code == 0
    lines = quiet.out.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", name] for name in names]
    assert "was not asked (--network asks)" in lines[7]
    assert SECRET not in ran.out + quiet.out


def test_a_service_that_has_not_begun_is_warned_of_what_is_still_to_do(digest: Digest) -> None:
    ran = digest("doctor", "--json", public_url=HTTPS, secret=SECRET)
    assert ran.code == 0
    looks = {name for name, state in states(ran).items() if state == "warn"}
    assert looks == {"workers", "beat", "transport"}
    assert "`digest up`" in checks(ran)["workers"]["remedy"]
    assert "nobody gets it" in checks(ran)["transport"]["says"]


def test_a_queue_that_no_worker_takes_is_wrong_once_something_waits_in_it(digest: Digest, broker_url: str, tmp_path: Path) -> None:
    url = alive(tmp_path / "own.db", ago=0)
    database = open_database(url)
    now = datetime.now(UTC)
    with database.writing() as session:
        heartbeats.keep_worker(session, WorkerSeen(name="w@host", heard=now, active=(), takes=("tick", "deliver")), now=now)
    database.close()
    asked = {"database_url": url, "broker_url": broker_url, "public_url": HTTPS, "secret": SECRET}
    assert checks(digest("doctor", "--json", **asked))["workers"]["state"] == "ok"
    app = make_app(Settings(state=tmp_path, broker_url=broker_url))
    app.loader.import_default_modules()
    app.tasks["digest.confirm"].delay(1)
    found = checks(digest("doctor", "--json", **asked))["workers"]
    assert (found["state"], found["says"]) == ("wrong", "none takes from confirm, where messages wait")
    assert "`-Q confirm`" in found["remedy"]


def test_beat_and_workers_that_fell_silent_are_wrong(digest: Digest, broker_url: str, tmp_path: Path) -> None:
    url = alive(tmp_path / "own.db", ago=90)
    ran = digest("doctor", "--json", database_url=url, broker_url=broker_url, public_url=HTTPS, secret=SECRET)
    assert ran.code == 1
    assert ran.err == "digest: 2 of 10 things are wrong; see the lines above\n"
    wrong = [name for name, state in states(ran).items() if state == "wrong"]
    assert wrong == ["workers", "beat"]
    assert checks(ran)["beat"]["says"].startswith("its last tick is 9")


def test_a_database_that_does_not_answer_leaves_the_rest_to_be_looked_at(digest: Digest, free_port: int) -> None:
    url = f"postgresql+psycopg://digest:hidden@127.0.0.1:{free_port}/digest"
    ran = digest("doctor", database_url=url)
    assert ran.code == 1
    wrong = [line for line in ran.out.splitlines() if line.startswith("wrong")]
    assert [line.split()[1] for line in wrong] == ["database", "secret", "links"]
    assert "DIGEST_DATABASE_URL" in wrong[0]
    assert "hidden" not in ran.out + ran.err
    assert "ok    state" in ran.out


def test_a_broker_that_does_not_answer_and_links_without_https_are_wrong(digest: Digest, free_port: int) -> None:
    ran = digest("doctor", "--json", broker_url=f"redis://127.0.0.1:{free_port}/0", public_url="http://news.example.org")
    assert [name for name, state in states(ran).items() if state == "wrong"] == ["broker", "links"]
    assert checks(ran)["broker"]["remedy"] == "start it or correct DIGEST_BROKER_URL"
    assert "https" in checks(ran)["links"]["says"]


@pytest.mark.parametrize(
    ("transport", "options", "found"),
    [
        ("smtp+plain://127.0.0.1:{port}", [], ("ok", "was not asked")),
        ("smtp+plain://127.0.0.1:{port}", ["--network"], ("wrong", "does not answer")),
        ("smtp://:25", [], ("wrong", "names no host")),
        ("outbox:somewhere", ["--network"], ("warn", "written to somewhere")),
    ],
)
def test_the_relay_is_judged_by_its_address_and_asked_only_on_the_network(
    digest: Digest, free_port: int, transport: str, options: list[str], found: tuple[str, str]
) -> None:
    ran = digest("doctor", "--json", *options, transport=transport.format(port=free_port), public_url=HTTPS)
    seen = checks(ran)["transport"]
    assert seen["state"] == found[0]
    assert found[1] in seen["says"]
    assert ran.code == (1 if found[0] == "wrong" else 0)


def test_a_relay_that_refuses_our_login_is_told_from_one_that_is_away(digest: Digest, tmp_path: Path) -> None:
    with Sink(tmp_path / "mail") as sink:
        ran = digest("doctor", "--network", "--json", transport=f"smtp://user:hidden@127.0.0.1:{sink.port}", public_url=HTTPS)
    seen = checks(ran)["transport"]
    assert (seen["state"], seen["remedy"]) == ("wrong", "use smtp+plain:// if its network is your own")
    assert "hidden" not in ran.out


def test_a_state_folder_that_cannot_be_written_is_wrong(digest: Digest, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    ran = digest(
        "doctor", "--json", state=tmp_path / "file", database_url=alive(tmp_path / "own.db", ago=0), public_url=HTTPS, secret=SECRET
    )
    assert states(ran)["state"] == "wrong"
    assert str(tmp_path / "file") in checks(ran)["state"]["says"]
    assert ran.code == 1
