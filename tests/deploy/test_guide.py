"""docs/how-to/deploy.md: its secrets fit each other and compose.yaml, and what it names exists."""

import re
import stat
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from digest.deliver.proof import public_pem
from digest.deliver.relay import read_relay
from digest.runtime import proof_key
from digest.settings import load_settings
from tests.deploy.files import SECRETS, UNITS, compose
from tests.processes import ROOT

GUIDE = (ROOT / "docs" / "how-to" / "deploy.md").read_text("utf-8")
COMPOSE = compose()


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The folder of secrets that the guide's block makes."""
    (block,) = re.findall(r"^```sh run\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    subprocess.run(["/bin/sh", "-eu", "-c", block], cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, check=True)
    return tmp_path / "secrets"


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8").strip()


def test_the_guide_makes_every_secret_that_is_not_of_a_profile(made: Path) -> None:
    asked = {name for service in COMPOSE["services"].values() if "profiles" not in service for name in service.get("secrets", [])}
    assert {path.name for path in made.iterdir()} == asked | {".gitignore"}
    assert {Path(secret["file"]) for secret in COMPOSE["secrets"].values()} >= {Path("secrets", name) for name in asked}


def test_secrets_are_closed_to_others_and_open_to_the_users_of_the_containers(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o644}
    assert read(made, ".gitignore") == "*"


def test_each_service_of_ours_accepts_its_secrets_and_they_fit_the_servers(made: Path) -> None:
    for name, service in COMPOSE["services"].items():
        given: dict[str, Any] = service.get("environment", {})
        ours = {key: str(value).replace(SECRETS, str(made)) for key, value in given.items() if key.startswith("DIGEST_")}
        settings = load_settings(environ=ours)
        if name == "web":
            database, broker = urlsplit(settings.database_url or ""), urlsplit(settings.broker_url or "")
            postgres = COMPOSE["services"]["postgres"]["environment"]
            assert (database.username, database.path) == (postgres["POSTGRES_USER"], f"/{postgres['POSTGRES_DB']}")
            assert database.password == read(made, "postgres_password")
            assert f"requirepass {broker.password}" == read(made, "valkey_conf")
            assert {database.hostname, broker.hostname} <= set(COMPOSE["services"])
            assert len(settings.secret or "") >= 32
            assert read_relay(settings.transport or "").security == "starttls"
            assert "BEGIN PUBLIC KEY" in public_pem(proof_key(settings, make=False).public_key())
    assert len({read(made, name) for name in ("secret", "postgres_password", "valkey_conf")}) == 3


def test_services_profiles_and_units_that_the_guide_names_exist() -> None:
    services = COMPOSE["services"]
    for line in re.findall(r"docker compose stop (.+)$", GUIDE, re.MULTILINE):
        assert set(line.split()) <= set(services)
    assert set(re.findall(r"docker compose exec(?: -T)? ([\w-]+)", GUIDE)) <= set(services)
    assert set(re.findall(r"--scale ([\w-]+)=", GUIDE)) <= set(services)
    profiles = {profile for service in services.values() for profile in service.get("profiles", [])}
    assert set(re.findall(r"--profile ([\w-]+)", GUIDE)) == profiles
    units = {path.stem for path in UNITS} | {path.name for path in UNITS}
    assert {name.rstrip(".") for name in re.findall(r"\b(digest-[a-z][\w-]*|digest\.target)", GUIDE)} <= units


def test_the_settings_of_the_units_in_the_guide_are_accepted() -> None:
    (block,) = re.findall(r"^```ini\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    said = dict(line.split("=", 1) for line in block.splitlines())
    settings = load_settings(environ=said)
    assert None not in {settings.database_url, settings.broker_url, settings.secret, settings.transport, settings.public_url}
