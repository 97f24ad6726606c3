"""The Celery app: every beat entry is a task, every task has a queue, and the settings that kill drills chose stand."""

import json
from pathlib import Path

import pytest
from celery import Celery

from digest.errors import BrokerUnreachable, SettingsError
from digest.settings import Settings
from digest.supervise.service import LONG, PROMPT
from workers.app import broker_url, make_app
from workers.queues import NAMES, ROUTES, broker_client, depth


@pytest.fixture
def app(broker_url: str, tmp_path: Path) -> Celery:
    made = make_app(Settings(state=tmp_path, broker_url=broker_url))
    made.loader.import_default_modules()
    return made


def test_every_beat_entry_names_a_registered_task_and_expires(app: Celery) -> None:
    entries = app.conf.beat_schedule
    assert set(entries) == {"tick", "sweep", "prune"}
    for entry in entries.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] > 0


def test_every_task_of_ours_is_routed_to_a_queue_that_there_is(app: Celery) -> None:
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert ours == set(ROUTES)
    assert {route["queue"] for route in ROUTES.values()} == set(NAMES)
    # `digest up` names them too, without loading Celery.
    assert sorted([*PROMPT, *LONG]) == sorted(NAMES)


def test_the_settings_that_survived_the_kill_drills_stand(app: Celery) -> None:
    conf = app.conf
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_reject_on_worker_lost is False
    assert conf.worker_cancel_long_running_tasks_on_connection_loss is False
    assert conf.broker_connection_max_retries is None
    assert conf.task_ignore_result is True
    assert conf.accept_content == ["json"]
    assert conf.broker_transport_options["visibility_timeout"] == 300
    assert conf.broker_transport_options["health_check_interval"] == 10
    late = {name for name, task in app.tasks.items() if name in ROUTES and task.acks_late}
    assert late == {"digest.gather", "digest.draft", "digest.render", "digest.prune", "digest.links", "digest.picture"}


def test_a_message_carries_ids_alone_and_when_it_was_queued(app: Celery) -> None:
    app.tasks["digest.send"].delay(7, 3)
    assert depth(app, "deliver") == 1
    with broker_client(app) as client:
        message = json.loads(client.lindex("deliver", -1))
    assert message["headers"]["queued_at"].endswith("+00:00")
    assert json.loads(message["headers"]["argsrepr"].replace("(", "[").replace(")", "]")) == [7, 3]


def test_a_broker_that_does_not_answer_is_a_sentence(tmp_path: Path, free_port: int) -> None:
    app = make_app(Settings(state=tmp_path, broker_url=f"redis://127.0.0.1:{free_port}/0"))
    with pytest.raises(BrokerUnreachable, match=r"does not answer: .*; start it or correct DIGEST_BROKER_URL"):
        depth(app, "deliver")


def test_no_broker_named_and_none_running_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="start `digest up`"):
        broker_url(Settings(state=tmp_path))
    (tmp_path / "broker.url").write_text("redis+socket:///run/x?virtual_host=0")
    assert broker_url(Settings(state=tmp_path)) == "redis+socket:///run/x?virtual_host=0"
