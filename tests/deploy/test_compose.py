"""compose.yaml says what the code understands: commands, queues, settings; and nothing in it dangles, leaks or runs with rights."""

import asyncio
import re
import shlex
import socket
import tomllib
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from digest.inbound.lmtp import read_place
from digest.settings import Settings, load_settings
from digest.supervise.service import PROMPT
from tests.deploy.files import SECRETS, compose, health_check, parse_celery, parse_digest, units, variables
from tests.processes import ROOT
from workers.queues import NAMES

COMPOSE = compose()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if service["image"].startswith("newsroom-digest:"))
WORKERS = ("worker-prompt", "worker-gather", "worker-deliver")
WORKER_ENVIRONMENT = SERVICES["worker-deliver"]["environment"]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
KNOWN = {f"DIGEST_{name.upper()}" for name in Settings.model_fields}
SECRET_FILES = {f"DIGEST_{name}_FILE" for name in ("SECRET", "DATABASE_URL", "BROKER_URL", "TRANSPORT")}


def secrets_in(service: dict[str, Any]) -> set[str]:
    """The secrets whose path stands anywhere in a service."""
    return set(re.findall(rf"{SECRETS}/(\w+)", repr({key: value for key, value in service.items() if key != "secrets"})))


def workers(tmp_path: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for name in OURS:
        if SERVICES[name]["command"][0] == "celery":
            command, options = parse_celery(SERVICES[name]["command"], tmp_path)
            if command == "worker":
                found[name] = options
    return found


@pytest.mark.parametrize("name", [name for name in OURS if SERVICES[name]["command"][0] == "digest"])
def test_a_command_of_ours_is_one_that_the_command_line_knows(name: str, tmp_path: Path) -> None:
    assert parse_digest(SERVICES[name]["command"], tmp_path) == SERVICES[name]["command"][-1]


def test_a_wrong_option_in_a_command_would_be_seen(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="--hots"):
        parse_digest(["digest", "web", "--hots", "0.0.0.0"], tmp_path)
    with pytest.raises(Exception, match="--quues"):
        parse_celery(["celery", "-A", "workers", "worker", "--quues", "tick"], tmp_path)


def test_every_queue_has_a_worker_and_every_worker_asks_for_queues_that_exist(tmp_path: Path) -> None:
    taken = {name: options["queues"] for name, options in workers(tmp_path).items()}
    assert [(name, queue) for name, queues in taken.items() for queue in queues if queue not in NAMES] == []
    assert set(NAMES) == {queue for queues in taken.values() for queue in queues}
    assert not [queues for queues in taken.values() if {"gather", "deliver"} <= set(queues)], "slow feeds would delay a sending"
    for queues in taken.values():
        assert set(queues) <= set(PROMPT) or set(queues).isdisjoint(PROMPT), (
            "a chunk in hand would hold up a letter that a reader waits for"
        )


def test_exactly_one_beat_runs_and_leaves_no_pid_file(tmp_path: Path) -> None:
    celeries = [parse_celery(SERVICES[name]["command"], tmp_path) for name in OURS if SERVICES[name]["command"][0] == "celery"]
    (beat,) = [options for command, options in celeries if command == "beat"]
    assert not beat["pidfile"]


def test_a_worker_is_asked_for_its_health_by_its_own_name(tmp_path: Path) -> None:
    for name, options in workers(tmp_path).items():
        words = shlex.split(health_check(SERVICES[name])[-1])
        command, asked = parse_celery(words, tmp_path)
        assert command == "inspect"
        assert asked["command"] == "ping"
        assert asked["destination"] == [options["hostname"].replace(socket.gethostname(), "$(hostname)")]
        assert asked["timeout"] < int(SERVICES[name]["healthcheck"]["timeout"].removesuffix("s"))


def test_every_variable_of_ours_is_a_setting() -> None:
    named = {name for service in SERVICES.values() for name in service.get("environment", {}) if name.startswith("DIGEST_")}
    told = set(re.findall(r"^#?(DIGEST_\w+)=", EXAMPLE, re.MULTILINE))
    assert named - KNOWN - SECRET_FILES == set()
    assert told - KNOWN == set(), "a secret belongs into secrets/, and nothing else is known"


def test_the_example_of_env_is_accepted_as_it_stands_and_with_every_line_in_force() -> None:
    for text in (EXAMPLE, re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE, flags=re.MULTILINE)):
        said = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
        ours = {name: value for name, value in said.items() if name.startswith("DIGEST_")}
        assert load_settings(environ=ours).public_url == "https://news.example.org"
        assert compose(**said)["services"]["web"]["environment"]["DIGEST_PUBLIC_URL"] == ours["DIGEST_PUBLIC_URL"]
        others = {name for name in said if not name.startswith(("DIGEST_", "COMPOSE_"))}
        profiles = {name for one in SERVICES.values() for name in one.get("profiles", [])}
        assert set(said.get("COMPOSE_PROFILES", "inbound").split(",")) <= profiles
        assert others == {name for name in variables() if not name.startswith("DIGEST_")}


def test_the_web_and_the_workers_get_the_same_settings_whole() -> None:
    for name in ("web", "inbound", *WORKERS):
        assert SERVICES[name]["environment"].keys() >= SECRET_FILES, name
        assert SERVICES[name]["env_file"] == [".env"]


def test_what_is_named_is_declared_and_what_is_declared_is_used() -> None:
    used: dict[str, set[str]] = {"volumes": set(), "networks": set(), "secrets": set()}
    for name, service in SERVICES.items():
        used["volumes"] |= {volume.partition(":")[0] for volume in service.get("volumes", [])}
        used["networks"] |= set(service.get("networks", []))
        used["secrets"] |= set(service.get("secrets", []))
        assert secrets_in(service) == set(service.get("secrets", [])), name
    assert {kind: set(COMPOSE[kind]) for kind in used} == used


def test_state_folders_are_volumes_of_their_own() -> None:
    stateful = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    assert len({volume.partition(":")[0] for volume in stateful}) == len(stateful)
    for name in (*WORKERS, "beat"):
        assert [volume.partition(":")[2] for volume in SERVICES[name]["volumes"]] == [SERVICES[name]["environment"]["DIGEST_STATE"]]


def test_database_and_broker_are_out_of_reach_and_the_rest_listens_on_loopback() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


def test_the_mail_sink_is_reached_by_our_containers_and_by_nobody_else() -> None:
    sink = SERVICES["mail-sink"]
    assert sink["networks"] == ["inside"]
    assert "network_mode" not in sink
    assert "ports" not in sink
    listens = dict(zip(sink["command"], sink["command"][1:], strict=False))
    guide = (ROOT / "docs" / "how-to" / "deploy.md").read_text("utf-8")
    assert f"smtp+plain://mail-sink:{listens['--port']}" in guide
    assert listens["--host"] == "0.0.0.0", "on loopback no other container would reach it"


def test_returned_mail_is_taken_in_where_it_is_published_with_the_settings_of_the_others(tmp_path: Path) -> None:
    inbound = SERVICES["inbound"]
    assert inbound["profiles"] == ["inbound"]
    assert parse_digest(inbound["command"], tmp_path) == "inbound"
    place = read_place(inbound["environment"]["DIGEST_INBOUND"])
    (port,) = inbound["ports"]
    assert (place.host, str(place.port)) == ("0.0.0.0", port.rpartition(":")[2]), "on loopback nobody would reach it"
    assert set(inbound["networks"]) == {"inside", "outside"}, "a port is published only from a network that is not internal"
    # Whoever has another secret knows none of our tokens.
    assert inbound["environment"] == {**WORKER_ENVIRONMENT, "DIGEST_INBOUND": "lmtp://0.0.0.0:8024"}
    assert f"#DIGEST_INBOUND=lmtp://0.0.0.0:{place.port}\n" in EXAMPLE
    guide = (ROOT / "docs" / "how-to" / "deploy.md").read_text("utf-8")
    assert f"lmtp:inet:{port.rpartition(':')[0]}" in guide


def test_the_web_listens_where_it_is_published_and_the_image_says_so() -> None:
    web = SERVICES["web"]
    (port,) = web["ports"]
    assert web["environment"]["DIGEST_WEB_HOST"] == "0.0.0.0"
    assert {port.rpartition(":")[2], str(Settings().web_port), *re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)} == {
        web["environment"]["DIGEST_WEB_PORT"]
    }
    assert "outside" in web["networks"], "a port is published only from a network that is not internal"


def test_the_web_believes_a_proxy_beside_it_about_the_caller_and_nobody_further_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", SERVICES["web"]["environment"]["FORWARDED_ALLOW_IPS"])
    seen = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:  # noqa: ANN401  ASGI's own types are dictionaries
        seen.append(scope["client"][0])

    async def unused(*_: Any) -> Any:  # noqa: ANN401  see above
        raise AssertionError

    trusted = uvicorn.Config(app).forwarded_allow_ips
    proxied = ProxyHeadersMiddleware(app, trusted or "")
    for peer in ("172.18.0.1", "203.0.113.9"):
        scope: Any = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", b"198.51.100.7")]}
        asyncio.run(proxied(scope, unused, unused))
    assert seen == ["198.51.100.7", "203.0.113.9"]


def test_whoever_is_waited_for_can_say_that_it_is_ready() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            condition = how["condition"]
            assert condition != "service_healthy" or "healthcheck" in SERVICES[other], f"{name} waits for {other}"
            assert (condition == "service_completed_successfully") == (SERVICES[other]["restart"] == "no"), f"{name} waits for {other}"
            assert SERVICES[other].get("profiles", []) in ([], service.get("profiles")), f"{name} waits for {other}"


def test_whatever_keeps_running_has_a_health_check_and_comes_back() -> None:
    assert [name for name, service in SERVICES.items() if "healthcheck" not in service] == ["migrate"]
    assert [name for name, service in SERVICES.items() if service["restart"] != "unless-stopped"] == ["migrate"]


def test_nobody_runs_with_rights_or_writes_to_its_image() -> None:
    for name, service in SERVICES.items():
        assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"]), name
        user = service.get("user") or re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)[-1]
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), name
        assert not service.get("privileged"), name


def test_images_are_named_by_major_and_minor_version_and_no_registry() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    for image in {*bases, *(service["image"] for service in SERVICES.values())}:
        name, _, tag = image.partition(":")
        assert re.match(r"\d+\.\d+(-|$)", tag), image
        assert name.count("/") <= 1, image
        assert "." not in name, image
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert {SERVICES[name]["image"] for name in OURS} == {f"newsroom-digest:{version.rpartition('.')[0]}"}


def test_no_secret_stands_in_the_files() -> None:
    for service in SERVICES.values():
        telling = [name for name in service.get("environment", {}) if re.search("PASSWORD|SECRET|TOKEN|AUTH|_URL", name)]
        assert [name for name in telling if not name.endswith("_FILE")] in ([], ["DIGEST_PUBLIC_URL"])
    assert not re.search(r"://[^\s/@]+:[^\s/@]+@", (ROOT / "compose.yaml").read_text("utf-8") + EXAMPLE + DOCKERFILE)


def test_a_chunk_has_as_long_to_end_in_a_container_as_under_systemd() -> None:
    seconds = {"s": 1, "m": 60}
    for name, unit in units().items():
        service = SERVICES.get(name.removeprefix("digest-").removesuffix(".service"))
        if service is not None and "TimeoutStopSec" in unit:
            grace = service["stop_grace_period"]
            assert int(grace[:-1]) * seconds[grace[-1]] == int(unit["TimeoutStopSec"][0]), name
    deliver = SERVICES["worker-deliver"]["stop_grace_period"]
    assert int(deliver[:-1]) * seconds[deliver[-1]] > Settings().lease_seconds
