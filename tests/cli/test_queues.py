"""`digest queues`: the same figures as the page, for people and as JSON, and what it still tells without a broker."""

from datetime import UTC, datetime
from pathlib import Path

from digest.model.ops import TaskInHand, WorkerSeen
from digest.store import failures, heartbeats, open_database
from tests.command import Digest


def furnish(state: Path) -> None:
    database = open_database(f"sqlite:///{(state / 'digest.db').absolute()}")
    now = datetime.now(UTC)
    doing = (TaskInHand(task="digest.send", what="(7, 3)", since=now),)
    with database.writing() as session:
        heartbeats.beat(session, "tick", now=now)
        heartbeats.keep_worker(session, WorkerSeen(name="w@host", heard=now, active=("digest.send",), doing=doing), now=now)
        failures.note(session, "digest.render", "NotFound: there is no edition [12]", now=now)
    database.close()


def test_queues_are_told_to_people_and_to_programs(weekly: Digest, broker_url: str, tmp_path: Path) -> None:
    furnish(tmp_path / "state")
    ran = weekly("queues", broker_url=broker_url)
    assert ran.code == 0, ran.err
    for words in (
        "deliver         0",
        "worker w@host: digest.send(7, 3)",
        "beat last ticked 20",
        "failed digest.render: 1 in 24 h",
        "NotFound: there is no edition [12]",
        "weekly: no draft yet, no confirmed reader",
    ):
        assert words in ran.out, words
    told = weekly("queues", "--json", broker_url=broker_url).json()
    assert [queue["name"] for queue in told["queues"]] == ["tick", "confirm", "gather", "render", "deliver", "returns"]
    assert told["workers"][0]["doing"][0]["what"] == "(7, 3)"
    assert told["broker"] is None
    assert [lack["code"] for lack in told["slots"][0]["lacks"]] == ["no_draft", "no_readers"]


def test_without_a_broker_the_rest_is_told_and_it_is_a_failure(weekly: Digest, free_port: int, tmp_path: Path) -> None:
    furnish(tmp_path / "state")
    ran = weekly("queues", "--json", broker_url=f"redis://127.0.0.1:{free_port}/0")
    assert ran.code == 1
    assert "DIGEST_BROKER_URL" in ran.err
    told = ran.json()
    assert told["queues"] == []
    assert "does not answer" in told["broker"]
    assert told["failures"][0]["count"] == 1


def test_where_no_broker_runs_the_rest_is_told_too(weekly: Digest) -> None:
    ran = weekly("queues", "--json")
    assert ran.code == 1
    assert ran.json()["slots"][0]["newsletter_id"] == "weekly"
    assert "start `digest up`" in ran.json()["broker"]
